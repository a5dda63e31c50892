/* The steps that tests of the integration form share. */
#include "tests/support/term_form.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

enum { WAIT_MS = 20000, FIELDS_MAX = 60, KEY_MS = 40 };

const char console_secret[] = "hunter2-never-shown";

static const char token_answer[] =
    "{\"access_token\":\"token-1\",\"token_type\":\"Bearer\",\"expires_in\":3600}";

/* Does any file of the folder hold the text? */
static bool folder_holds(const char *folder, const char *text)
{
    bool found = false;
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir)) && !found;) {
        char path[1024];
        struct stat st;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
            continue;
        FILE *file = fopen(path, "r");
        char *bytes = malloc((size_t)st.st_size + 1);
        size_t len = file ? fread(bytes, 1, (size_t)st.st_size, file) : 0;
        found = len > 0 && memmem(bytes, len, text, strlen(text)) != NULL;
        free(bytes);
        if (file)
            fclose(file);
    }
    closedir(dir);
    return found;
}

void console_fill(struct term *term, const char *label, const char *text)
{
    term_wait_cursor_on(term, label, 0);
    term_type(term, text);
}

void console_tab_to(struct term *term, const char *from, const char *to)
{
    term_wait_cursor_on(term, from, 0);
    term_key(term, "Tab");
    term_wait_cursor_on(term, to, 0);
}

static bool cursor_is_on(struct term *term, const char *label)
{
    int row, col;
    if (!term_cursor(term, &row, &col))
        return false;
    char *line = term_row_text(term, row);
    const bool there = strstr(line, label) != NULL;
    free(line);
    return there;
}

void console_go_to(struct term *term, const char *key, const char *label)
{
    for (int i = 0; i < FIELDS_MAX; i++) {
        term_wait_quiet(term, KEY_MS);
        if (cursor_is_on(term, label))
            return;
        term_key(term, key);
    }
    term_dump(term);
    fail_msg("no %s leads to '%s'; the screen is above", key, label);
}

void console_choose_type(struct term *term, const char *name, int steps)
{
    term_wait_cursor_on(term, "Authorization Type", 0);
    term_key(term, "Enter");
    term_wait_text(term, "OAuth client credentials", 0);
    for (int i = 0; i < steps; i++)
        term_key(term, "Down");
    term_key(term, "Enter");
    term_wait_text(term, name, 0);
}

void console_fill_oauth(struct term *term, const char *name, struct receiver *receiver)
{
    char endpoint[200], url[200];
    snprintf(endpoint, sizeof endpoint, "%s", receiver_url(receiver, "/token"));
    snprintf(url, sizeof url, "%s", receiver_url(receiver, "/hook"));
    term_key(term, "n");
    term_wait_text(term, "New integration", 0);
    console_fill(term, "Display name", name);
    console_tab_to(term, "Display name", "Description");
    console_tab_to(term, "Description", "Delivery");
    console_tab_to(term, "Delivery", "Authorization Type");
    console_choose_type(term, "shown because Authorization Type is OAuth", 3);
    console_tab_to(term, "Authorization Type", "Auth endpoint");
    term_type(term, endpoint);
    console_tab_to(term, "Auth endpoint", "HTTP method");
    console_tab_to(term, "HTTP method", "Client ID");
    term_type(term, "svc-hook");
    console_tab_to(term, "Client ID", "Client secret");
    term_type(term, console_secret);
    term_wait_text(term, "•••", 0);
    console_tab_to(term, "Client secret", "OAuth HTTP Parameters");
    console_tab_to(term, "OAuth HTTP Parameters", "Send client as");
    console_tab_to(term, "Send client as", "Endpoint URL");
    term_type(term, url);
}

struct receiver *console_oauth_receiver(void)
{
    struct receiver *receiver = receiver_start();
    receiver_answer(receiver, "/token",
                    (struct receiver_answer){.headers = "Content-Type: application/json\r\n",
                                             .body = token_answer});
    return receiver;
}

const struct receiver_request *console_request(struct receiver *receiver, const char *path,
                                               size_t from)
{
    for (size_t n = from;; n++) {
        const struct receiver_request *request = receiver_wait(receiver, n, WAIT_MS);
        if (strcmp(request->target, path) == 0)
            return request;
    }
}

void console_assert_secret_nowhere(const struct product *p, struct term *term)
{
    char home[400];
    size_t len = 0;
    const char *output = term_output(term, &len);
    snprintf(home, sizeof home, "%s/home", p->dir.path);
    assert_null(memmem(output, len, console_secret, strlen(console_secret)));
    assert_false(folder_holds(home, console_secret));
}
