/* The integration form in the console, and the whole path from an empty home to a redelivery. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "tests/support/product.h"
#include "tests/support/receiver.h"
#include "tests/support/term.h"
#include "tests/support/term_form.h"

static void import_users(const struct product *p)
{
    char *path = tmpdir_write(&p->dir, "users.csv",
                              "id,login,enabled,mfa_enrolled\n"
                              "1,fern@example.com,true,false\n2,moss@example.com,true,true\n");
    product_expect(p, 0, " user", "data", "import", path, "--source", "people");
    free(path);
}

static void tick_no_mfa(struct term *term)
{
    term_key(term, "2");
    term_wait_text(term, "[2 Checks]", 0);
    term_key(term, "Down");
    term_wait_cursor_on(term, "No MFA", 0);
    term_key(term, "w");
    term_wait_text(term, "► [ ] Hook", 0);
    term_key(term, "Space");
    term_wait_text(term, "not saved", 0);
    term_key(term, "Enter");
    term_wait_text(term, "1 hook", 0);
}

static void whole_path(const struct product *p, int rows, int cols)
{
    struct receiver *receiver = console_oauth_receiver();
    import_users(p);
    struct term *term = console_open(p, rows, cols);
    console_fill_oauth(term, "Hook", receiver);
    term_key(term, "F2");
    term_wait_text(term, "● Saved Hook.", 0);

    term_key(term, "t");
    term_wait_text(term, "● OAuth token", 0);
    term_wait_text(term, "● Request", 0);
    term_wait_text(term, "one test event was sent", 0);
    const struct receiver_request *token = console_request(receiver, "/token", 0);
    assert_non_null(strstr(token->body, "grant_type=client_credentials"));
    assert_non_null(strstr(token->body, "client_id=svc-hook"));
    assert_non_null(strstr(token->body, console_secret));
    char *bearer = receiver_header(console_request(receiver, "/hook", 0), "Authorization");
    assert_string_equal(bearer, "Bearer token-1");
    free(bearer);
    term_key(term, "Esc");
    term_wait_gone(term, "Test Connectivity ·", 0);

    tick_no_mfa(term);
    receiver_forget(receiver);
    term_key(term, "R");
    term_wait_text(term, "Run finished", 0);
    const struct receiver_request *sent = console_request(receiver, "/hook", 0);
    assert_non_null(strstr(sent->body, "\"usersFailing\":[\"fern@example.com\"]"));
    char *event = receiver_header(sent, "X-Checkhook-Event-Id");

    term_key(term, "4");
    term_wait_text(term, "[4 Deliveries]", 0);
    term_wait_cursor_on(term, "no-mfa", 0);
    term_wait_text(term, "● 200", 0);
    receiver_forget(receiver);
    term_key(term, "R");
    term_wait_text(term, "Redeliver", 0);
    term_key(term, "Tab");
    term_key(term, "Enter");
    char *again = receiver_header(console_request(receiver, "/hook", 0), "X-Checkhook-Event-Id");
    assert_string_equal(again, event);
    free(again);
    free(event);
    console_quit(term);
    receiver_stop(receiver);
}

static void path__from_an_empty_home_to_a_redelivery(void **state)
{
    whole_path(*state, 30, 100);
}

static void path__does_so_at_80x24(void **state)
{
    whole_path(*state, 24, 80);
}

static void form__keeps_secrets_off_screen_and_disk(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = console_oauth_receiver();
    struct term *term = console_open(p, 30, 100);
    console_fill_oauth(term, "Hook", receiver);
    term_key(term, "F5");
    term_wait_text(term, "one test event was sent", 0);
    term_wait_text(term, "nothing is saved yet", 0);
    term_key(term, "Esc");
    term_wait_gone(term, "Test Connectivity ·", 0);
    product_expect(p, 0, "no integration yet", "integration", "list");
    term_key(term, "F2");
    term_wait_text(term, "● Saved Hook.", 0);
    console_assert_secret_nowhere(p, term);
    console_quit(term);
    receiver_stop(receiver);
}

static void form__marks_every_error_and_focuses_the_first(void **state)
{
    const struct product *p = *state;
    struct term *term = console_open(p, 30, 100);
    term_key(term, "n");
    console_fill(term, "Display name", "Hook");
    for (int i = 0; i < 3; i++)
        term_key(term, "Tab");
    console_choose_type(term, "shown because Authorization Type is Basic", 1);
    term_key(term, "F2");
    term_wait_text(term, "nothing was saved: 3 settings need a change", 0);
    term_wait_text(term, "2 err", 0);
    term_wait_text(term, "1 err", 0);
    term_wait_cursor_on(term, "User name", 0);
    product_expect(p, 0, "no integration yet", "integration", "list");
    term_key(term, "Esc");
    term_wait_text(term, "Unsaved changes", 0);
    term_key(term, "D");
    term_wait_text(term, "No integrations yet", 0);
    console_quit(term);
}

/* The key is not in the bar then, but it is in the help and in the README. */
static void form__says_what_a_provider_needs(void **state)
{
    const struct product *p = *state;
    struct term *term = console_open(p, 24, 80);
    term_key(term, "n");
    term_wait_text(term, "Display name", 0);
    term_key(term, "F8");
    term_wait_text(term, "▲ F8 fills in OAuth for a provider: choose", 0);
    term_wait_cursor_on(term, "Authorization Type", 0);
    term_key(term, "Esc");
    term_wait_text(term, "No integrations yet", 0);
    console_quit(term);
}

static void form__asks_before_it_discards(void **state)
{
    const struct product *p = *state;
    product_expect(p, 0, "Added", "integration", "add", "Hook", "url=https://hooks.example.com/",
                   "auth.type=none");
    struct term *term = console_open(p, 24, 80);
    term_key(term, "e");
    term_wait_text(term, "Edit integration · Hook", 0);
    console_fill(term, "Display name", "Two");
    term_wait_text(term, "1 unsaved change", 0);
    term_key(term, "Esc");
    term_wait_text(term, "Keep editing", 0);
    term_key(term, "Esc");
    term_wait_gone(term, "Keep editing", 0);
    term_wait_text(term, "HookTwo", 0);
    term_key(term, "C-u");
    term_wait_gone(term, "HookTwo", 0);
    term_key(term, "Esc");
    term_wait_text(term, "[1 Integrations]", 0);

    term_key(term, "e");
    console_fill(term, "Display name", "Three");
    term_wait_text(term, "1 unsaved change", 0);
    term_key(term, "Esc");
    term_wait_text(term, "Discard D", 0);
    term_key(term, "s");
    term_wait_text(term, "● Saved HookThree.", 0);
    console_quit(term);
    product_expect(p, 0, "HookThree", "integration", "list");
}

static void form__says_that_a_moved_receiver_loses_its_secret(void **state)
{
    const struct product *p = *state;
    char *file = tmpdir_write(&p->dir, "secret", console_secret);
    char password[400];
    snprintf(password, sizeof password, "auth.password=@%s", file);
    product_expect(p, 0, "Added", "integration", "add", "Hook", "url=https://a.example.com/",
                   "auth.type=basic", "auth.username=u", password);
    free(file);
    struct term *term = console_open(p, 30, 100);
    term_key(term, "e");
    term_wait_text(term, "(stored ", 0);
    for (int i = 0; i < 6; i++)
        term_key(term, "Tab");
    term_wait_cursor_on(term, "Endpoint URL", 0);
    term_key(term, "C-w");
    term_type(term, "https://b.example.com/");
    term_key(term, "F2");
    term_wait_text(term, "Password", 0);
    term_wait_text(term, "[1 Integrations]", 0);
    term_wait_text(term, "▲ warn", 0);
    term_key(term, "e");
    term_wait_cursor_on(term, "Password", 0);
    term_wait_text(term, "(not set)", 0);
    term_key(term, "Esc");
    term_wait_text(term, "▲ warn", 0);
    console_quit(term);
    product_expect(p, 0, "secret missing", "integration", "list");
}

static void form__survives_resizing_and_pasting(void **state)
{
    const struct product *p = *state;
    struct term *term = console_open(p, 30, 100);
    term_key(term, "n");
    console_fill(term, "Display name", "Kept");
    term_resize(term, 24, 80);
    term_wait_text(term, "► ", 0);
    term_wait_text(term, "[Kept", 0);
    term_resize(term, 5, 20);
    term_wait_text(term, "60x16. q quits.", 0);
    term_resize(term, 30, 100);
    term_wait_text(term, "SECTIONS", 0);
    term_wait_text(term, "[Kept", 0);
    term_paste(term, " and\tpasted\n");
    term_wait_text(term, "Kept and", 0);
    term_wait_text(term, "1 unsaved change", 0);
    term_key(term, "Esc");
    term_wait_text(term, "Discard D", 0);
    term_key(term, "D");
    term_wait_text(term, "No integrations yet", 0);
    console_quit(term);
}

static void params__are_added_in_each_place(void **state)
{
    const struct product *p = *state;
    product_expect(p, 0, "Added", "integration", "add", "Hook", "url=https://hooks.example.com/",
                   "auth.type=none");
    struct term *term = console_open(p, 30, 100);
    term_key(term, "e");
    term_wait_text(term, "Edit integration", 0);
    console_go_to(term, "Tab", "Invocation HTTP Parameters");
    term_key(term, "Space"); /* turns nothing over */
    term_key(term, "Right");
    term_key(term, "Enter");
    term_wait_text(term, "No parameters yet", 0);
    static const char *const keys[] = {"X-One", "two", "three"};
    for (int place = 0; place < 3; place++) {
        term_key(term, "n");
        term_wait_text(term, "Add parameter", 0);
        for (int i = 0; i < place; i++)
            term_key(term, "Space");
        term_key(term, "Tab");
        console_fill(term, "Key", keys[place]);
        term_key(term, "Tab");
        console_fill(term, "Value", place == 2 ? console_secret : "plain");
        if (place == 2) {
            term_key(term, "Tab");
            term_wait_cursor_on(term, "Secret", 0);
            term_key(term, "Space");
            term_wait_text(term, "stored sealed", 0);
        }
        term_key(term, "Enter");
        term_wait_gone(term, "Add parameter", 0);
    }
    term_wait_text(term, "(stored ", 0);
    term_key(term, "Esc");
    term_wait_text(term, "1 header", 0);
    term_key(term, "F2");
    term_wait_text(term, "● Saved Hook.", 0);
    console_quit(term);
    product_expect(p, 0, "header:X-One=plain", "integration", "show", "Hook");
    product_expect(p, 0, "query:two=plain", "integration", "show", "Hook");
    product_expect(p, 0, "body:three (secret", "integration", "show", "Hook");
}

static void test__explains_a_refusal(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    char url[200];
    receiver_answer(receiver, "/hook", (struct receiver_answer){.status = 401});
    snprintf(url, sizeof url, "url=%s", receiver_url(receiver, "/hook"));
    product_expect(p, 0, "Added", "integration", "add", "Hook", url, "auth.type=none");
    struct term *term = console_open(p, 24, 80);
    term_key(term, "t");
    term_wait_text(term, "■ Request", 0);
    term_wait_text(term, "Reason", 0);
    term_wait_text(term, "Try next", 0);
    term_wait_text(term, "401", 0);
    receiver_answer(receiver, "/hook", (struct receiver_answer){.way = RECEIVER_HANGS});
    term_key(term, "r");
    term_wait_text(term, "» Request", 0);
    term_key(term, "Esc");
    term_wait_gone(term, "Test Connectivity ·", 0);
    console_quit(term);
    receiver_stop(receiver);
}

int main(void)
{
#define WITH_HOME(test) cmocka_unit_test_setup_teardown(test, product_setup, product_teardown)
    const struct CMUnitTest tests[] = {
        WITH_HOME(path__from_an_empty_home_to_a_redelivery),
        WITH_HOME(path__does_so_at_80x24),
        WITH_HOME(form__keeps_secrets_off_screen_and_disk),
        WITH_HOME(form__marks_every_error_and_focuses_the_first),
        WITH_HOME(form__says_what_a_provider_needs),
        WITH_HOME(form__asks_before_it_discards),
        WITH_HOME(form__says_that_a_moved_receiver_loses_its_secret),
        WITH_HOME(form__survives_resizing_and_pasting),
        WITH_HOME(params__are_added_in_each_place),
        WITH_HOME(test__explains_a_refusal),
    };
#undef WITH_HOME
    return cmocka_run_group_tests_name("console_form", tests, NULL, NULL);
}
