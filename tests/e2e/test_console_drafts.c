/* What the form keeps when the line drops, providers that fill it in, and what it would send. */
#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "tests/support/product.h"
#include "tests/support/term.h"
#include "tests/support/term_form.h"

static void add_hook(const struct product *p)
{
    product_expect(p, 0, "Added", "integration", "add", "Hook", "url=https://hooks.example.com/",
                   "auth.type=none");
}

/* The one draft of the home; NULL where there is none. The caller frees. */
static char *draft_path(const struct product *p)
{
    char folder[400], path[1024] = "";
    snprintf(folder, sizeof folder, "%s/home/drafts", p->dir.path);
    DIR *dir = opendir(folder);
    for (struct dirent *e = dir ? readdir(dir) : NULL; e; e = readdir(dir)) {
        if (strstr(e->d_name, ".json"))
            snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
    }
    if (dir)
        closedir(dir);
    return *path ? strdup(path) : NULL;
}

/* Changes the description and the timeout of Hook; then the line drops. */
static void lose_the_line(const struct product *p)
{
    struct term *term = console_open(p, 24, 80);
    term_wait_text(term, "Hook", 0);
    term_key(term, "e");
    console_tab_to(term, "Display name", "Description");
    term_type(term, "half of");
    console_go_to(term, "Tab", "Method"); /* they share a line */
    term_key(term, "Tab");
    term_wait_text(term, " Timeout: ", 0);
    term_key(term, "C-w");
    term_type(term, "77");
    term_wait_text(term, "[77", 0); /* the field is changed before, when it was emptied */
    term_wait_text(term, "2 unsaved changes", 0);
    term_hang_up(term);
    term_stop(term);
}

static void draft__is_offered_at_the_next_start(void **state)
{
    const struct product *p = *state;
    add_hook(p);
    lose_the_line(p);
    struct stat st;
    char *path = draft_path(p);
    assert_non_null(path);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    free(path);

    struct term *term = console_open(p, 24, 80);
    term_wait_text(term, "Draft of ", 0);
    term_wait_text(term, "2 fields: Description, Timeout", 0);
    term_key(term, "Enter");
    term_wait_text(term, "Edit integration · Hook", 0);
    term_wait_text(term, "2 unsaved changes", 0);
    term_wait_text(term, "[half of", 0);
    term_wait_text(term, "[77", 0);
    term_key(term, "F2");
    term_wait_text(term, "● Saved Hook.", 0);
    console_quit(term);
    assert_null(draft_path(p));
    product_expect(p, 0, "half of", "integration", "show", "Hook");
}

static void draft__waits_until_its_integration_is_opened(void **state)
{
    const struct product *p = *state;
    add_hook(p);
    lose_the_line(p);
    struct term *term = console_open(p, 24, 80);
    term_wait_text(term, "Draft of ", 0);
    term_key(term, "Esc");
    term_wait_gone(term, "Draft of ", 0);
    term_key(term, "e");
    term_wait_text(term, "Draft of ", 0);
    term_key(term, "Esc");
    term_wait_gone(term, "Draft of ", 0);
    term_wait_text(term, "Edit integration · Hook", 0);
    term_key(term, "Esc");
    term_wait_text(term, "[1 Integrations]", 0);
    term_key(term, "e");
    term_wait_text(term, "Continue c", 0);
    term_key(term, "c");
    term_wait_text(term, "2 unsaved changes", 0);
    term_key(term, "Esc");
    term_wait_text(term, "Discard D", 0);
    term_key(term, "D");
    term_wait_text(term, "[1 Integrations]", 0);
    console_quit(term);
    assert_null(draft_path(p));
}

static void draft__can_be_discarded_at_the_start(void **state)
{
    const struct product *p = *state;
    add_hook(p);
    lose_the_line(p);
    struct term *term = console_open(p, 16, 60);
    term_wait_text(term, "Draft of ", 0);
    term_key(term, "D");
    term_wait_text(term, "The draft of Hook is discarded.", 0);
    console_quit(term);
    assert_null(draft_path(p));
}

static void draft__of_a_new_one_keeps_no_secret(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = console_oauth_receiver();
    struct term *term = console_open(p, 24, 80);
    console_fill_oauth(term, "Fresh", receiver);
    term_wait_text(term, "/hook ", 0);
    term_hang_up(term);
    term_stop(term);
    char *path = draft_path(p), bytes[8192];
    assert_non_null(path);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    bytes[fread(bytes, 1, sizeof bytes - 1, file)] = '\0';
    fclose(file);
    free(path);
    assert_non_null(strstr(bytes, "Fresh"));
    assert_null(strstr(bytes, console_secret));
    assert_null(strstr(bytes, "sealed:"));

    term = console_open(p, 24, 80);
    term_wait_text(term, "Fresh", 0);
    term_key(term, "Enter");
    term_wait_text(term, "New integration · Fresh", 0);
    term_wait_text(term, "Enter again, drafts keep no secret: Client secret.", 0);
    term_wait_cursor_on(term, "Client secret", 0);
    term_type(term, console_secret);
    term_key(term, "F2");
    term_wait_text(term, "● Saved Fresh.", 0);
    console_assert_secret_nowhere(p, term);
    console_quit(term);
    receiver_stop(receiver);
}

static void preset__fills_in_what_a_provider_wants(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = console_oauth_receiver();
    struct term *term = console_open(p, 24, 80);
    console_fill_oauth(term, "Hook", receiver);
    term_key(term, "F8");
    term_wait_text(term, "Microsoft Entra ID", 0);
    term_key(term, "Down");
    term_key(term, "Down");
    term_key(term, "Enter");
    term_wait_text(term, "Fill in for a provider", 0);
    term_key(term, "f");
    term_wait_cursor_on(term, "oauth2/v2.0/token", 0);
    term_wait_text(term, "■ fill in <tenant-id>", 0);
    term_wait_text(term, "■ fill in <resource> of scope", 0);
    term_wait_text(term, "(•) form body", 0);
    term_key(term, "F2");
    term_wait_text(term, "nothing was saved", 0);
    term_key(term, "C-u");
    term_wait_gone(term, "<tenant-id>", 0);
    term_key(term, "Esc");
    term_wait_text(term, "Discard D", 0);
    term_key(term, "D");
    console_quit(term);
    receiver_stop(receiver);
}

static void preview__shows_what_the_draft_would_send(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = console_oauth_receiver();
    struct term *term = console_open(p, 30, 100);
    console_fill_oauth(term, "Hook", receiver);
    term_key(term, "F7");
    term_wait_text(term, "Request preview · Hook", 0);
    term_wait_text(term, "Authorization: Bearer (hidden)", 0);
    term_key(term, "Tab");
    term_wait_text(term, "[Token request]", 0);
    term_wait_text(term, "/token", 0);
    term_key(term, "Tab");
    term_wait_text(term, "CHECKHOOK_CLIENT_SECRET", 0);
    term_key(term, "Esc");
    term_wait_text(term, "New integration", 0);
    console_assert_secret_nowhere(p, term);
    term_key(term, "F2");
    term_wait_text(term, "● Saved Hook.", 0);
    term_key(term, "p");
    term_wait_text(term, "as saved", 0);
    term_key(term, "Esc");
    term_wait_text(term, "[1 Integrations]", 0);
    console_quit(term);
    receiver_stop(receiver);
}

static void paste__is_taken_back_in_one_step(void **state)
{
    const struct product *p = *state;
    add_hook(p);
    struct term *term = console_open(p, 24, 80);
    term_wait_text(term, "Hook", 0);
    term_key(term, "e");
    term_wait_cursor_on(term, "Display name", 0);
    term_type(term, "s");
    term_paste(term, " pasted text\n");
    term_wait_text(term, "[Hooks pasted text", 0);
    term_send(term, "\x1f", 1);
    term_wait_gone(term, "pasted text", 0);
    term_wait_text(term, "[Hooks ", 0);
    term_key(term, "C-u");
    term_wait_gone(term, "[Hooks", 0);
    term_key(term, "Esc");
    term_wait_text(term, "[1 Integrations]", 0);
    console_quit(term);
}

int main(void)
{
#define WITH_HOME(test) cmocka_unit_test_setup_teardown(test, product_setup, product_teardown)
    const struct CMUnitTest tests[] = {
        WITH_HOME(draft__is_offered_at_the_next_start),
        WITH_HOME(draft__waits_until_its_integration_is_opened),
        WITH_HOME(draft__can_be_discarded_at_the_start),
        WITH_HOME(draft__of_a_new_one_keeps_no_secret),
        WITH_HOME(preset__fills_in_what_a_provider_wants),
        WITH_HOME(preview__shows_what_the_draft_would_send),
        WITH_HOME(paste__is_taken_back_in_one_step),
    };
#undef WITH_HOME
    return cmocka_run_group_tests_name("console_drafts", tests, NULL, NULL);
}
