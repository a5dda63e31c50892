/* A secret that is typed or pasted anywhere appears in no screen, file, log or database. */
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/support/product.h"
#include "tests/support/receiver.h"
#include "tests/support/term_form.h"

enum { KEY_MS = 40, FILES_MAX = 16 };

static const char secret[] = "Tr0ub4dor-and-3-horses";
/* As Basic authorization would carry it, should somebody keep that: base64 of "me:" and the secret.
 */
static const char basic[] = "bWU6VHIwdWI0ZG9yLWFuZC0zLWhvcnNlcw==";

/* Where it is entered: the steps down in the list of types, and the labels of the fields. */
static const struct {
    const char *name;
    int steps;
    const char *plain, *secret; /* labels */
} kinds[] = {
    {"Basic", 1, "User name", "Password"},
    {"API key", 2, "API key name", "API key value"},
    {"OAuth client credentials", 3, "Client ID", "Client secret"},
};

/* --- searching -------------------------------------------------------------------------------- */

static char *leak; /* the file that holds it; NULL = none */

static int look_into(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)ftw;
    if (type != FTW_F || leak)
        return 0;
    FILE *file = fopen(path, "r");
    char *bytes = malloc((size_t)st->st_size + 1);
    const size_t len = file ? fread(bytes, 1, (size_t)st->st_size, file) : 0;
    if (memmem(bytes, len, secret, strlen(secret)) || memmem(bytes, len, basic, strlen(basic)))
        leak = strdup(path);
    free(bytes);
    if (file)
        fclose(file);
    return 0;
}

static void assert_nowhere(const struct product *p, struct term *term)
{
    size_t len;
    const char *output = term_output(term, &len);
    if (memmem(output, len, secret, strlen(secret)))
        fail_msg("the secret was sent to the terminal");
    nftw(p->dir.path, look_into, FILES_MAX, FTW_PHYS);
    if (leak)
        fail_msg("the secret stands in %s", leak);
}

/* --- steps ------------------------------------------------------------------------------------ */

static struct term *open_form(const struct product *p, size_t kind, struct receiver *receiver)
{
    struct term *term = term_start(&(struct term_options){.env = p->env});
    term_wait_text(term, "[1 Integrations]", 0);
    term_key(term, "Esc"); /* from the draft of the run before, where there is one */
    term_wait_gone(term, "Draft", 0);
    term_key(term, "n");
    term_wait_text(term, "New integration", 0);
    console_go_to(term, "Tab", "Display name");
    term_type(term, kinds[kind].name);
    console_go_to(term, "Tab", "Authorization Type");
    term_key(term, "Enter");
    term_wait_text(term, "OAuth client credentials", 0);
    for (int i = 0; i < kinds[kind].steps; i++)
        term_key(term, "Down");
    term_key(term, "Enter");
    if (kinds[kind].steps == 3) {
        console_go_to(term, "Tab", "Auth endpoint");
        term_type(term, receiver_url(receiver, "/token"));
    }
    console_go_to(term, "Tab", kinds[kind].plain);
    term_type(term, "me");
    console_go_to(term, "Tab", "Endpoint URL");
    term_type(term, receiver_url(receiver, "/hook"));
    return term;
}

static struct receiver *make_receiver(void)
{
    struct receiver *receiver = receiver_start();
    receiver_answer(receiver, "/token",
                    (struct receiver_answer){.headers = "Content-Type: application/json\r\n",
                                             .body = "{\"access_token\":\"t\",\"token_type\":"
                                                     "\"Bearer\",\"expires_in\":3600}"});
    receiver_answer(receiver, "/hook", (struct receiver_answer){.status = 202});
    return receiver;
}

/* Typed or pasted, tested as a draft, saved, tested, delivered, looked at in the log. */
static void enter_and_use(const struct product *p, size_t kind, bool pasted)
{
    struct receiver *receiver = make_receiver();
    struct term *term = open_form(p, kind, receiver);
    char with_newline[64];
    snprintf(with_newline, sizeof with_newline, "%s\n", secret);
    console_go_to(term, "BackTab", kinds[kind].secret);
    if (pasted)
        term_paste(term, with_newline);
    else
        term_type(term, secret);
    term_wait_text(term, "•••", 0);
    term_key(term, "F5");
    term_wait_text(term, "202", 0);
    term_key(term, "Esc");
    term_wait_gone(term, "202", 0);
    term_key(term, "F2");
    term_wait_text(term, "[1 Integrations]", 0);
    term_key(term, "t");
    term_wait_text(term, "202", 0);
    term_key(term, "h");
    term_key(term, "Esc");
    term_key(term, "4");
    term_wait_text(term, "WebhookTest", 0);
    term_key(term, "Enter");
    for (int tab = 0; tab < 3; tab++) {
        term_key(term, "Tab");
        term_wait_quiet(term, KEY_MS);
    }
    assert_nowhere(p, term);
    term_stop(term);
    receiver_stop(receiver);
}

static void form__typed_secrets_are_nowhere(void **state)
{
    for (size_t kind = 0; kind < ARRAY_LEN(kinds); kind++)
        enter_and_use(*state, kind, kind % 2 != 0);
}

/* The line drops while it stands in the form. */
static void form__a_hang_up_writes_none(void **state)
{
    struct receiver *receiver = make_receiver();
    for (size_t kind = 0; kind < ARRAY_LEN(kinds); kind++) {
        struct term *term = open_form(*state, kind, receiver);
        console_go_to(term, "BackTab", kinds[kind].secret);
        term_type(term, secret);
        term_wait_text(term, "•••", 0);
        term_hang_up(term);
        assert_nowhere(*state, term);
        term_stop(term);
    }
    receiver_stop(receiver);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(form__typed_secrets_are_nowhere, product_setup,
                                        product_teardown),
        cmocka_unit_test_setup_teardown(form__a_hang_up_writes_none, product_setup,
                                        product_teardown),
    };
    return cmocka_run_group_tests_name("console_secrets", tests, NULL, NULL);
}
