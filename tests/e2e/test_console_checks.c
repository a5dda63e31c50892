/* Page 2 of the console: results, webhooks, switching off, Run Checks Now and its delivery. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/product.h"
#include "tests/support/receiver.h"
#include "tests/support/term_console.h"

enum { WAIT_MS = 30000 };

static const char users[] = "id,login,enabled,mfa_enrolled\n"
                            "1,fern@example.com,true,false\n"
                            "2,moss@example.com,true,true\n"
                            "3,sedge@example.com,true,\n";

static void import_text(const struct product *p, const char *text)
{
    char *path = tmpdir_write(&p->dir, "users.csv", text);
    product_expect(p, 0, " user", "data", "import", path, "--source", "people");
    free(path);
}

static void add_webhook(const struct product *p, const char *name, struct receiver *receiver)
{
    char url[200];
    snprintf(url, sizeof url, "url=%s", receiver_url(receiver, "/hook"));
    product_expect(p, 0, "Added", "integration", "add", name, url, "auth.type=none");
}

static struct term *open_checks(const struct product *p, int rows, int cols)
{
    struct term *term =
        term_start(&(struct term_options){.env = p->env, .rows = rows, .cols = cols});
    term_wait_text(term, "[1 Integrations]", 0);
    term_key(term, "2");
    term_wait_text(term, "[2 Checks]", 0);
    return term;
}

/* Moves down until the row of that text is selected. */
static void select_row(struct term *term, const char *text)
{
    int row, from;
    term_wait_text(term, text, 0);
    term_wait_quiet(term, 50);
    assert_true(term_find(term, text, &row, NULL));
    assert_true(term_find(term, "►", &from, NULL));
    for (; from < row; from++)
        term_key(term, "Down");
    for (; from > row; from--)
        term_key(term, "Up");
    term_wait_cursor_on(term, text, 0);
}

/* The whole path: tick, run, see the delivery arrive. */
static void tick_and_run(const struct product *p, int rows, int cols)
{
    struct receiver *receiver = receiver_start();
    add_webhook(p, "Billing events", receiver);
    import_text(p, users);
    struct term *term = open_checks(p, rows, cols);
    select_row(term, "No MFA");
    term_wait_text(term, "◊ new    No MFA", 0);
    term_key(term, "w");
    term_wait_text(term, "Webhooks for: No MFA", 0);
    term_wait_text(term, "► [ ] Billing events", 0);
    term_key(term, "Space");
    term_wait_text(term, "1 of 1 · was 0 · not saved", 0);
    term_key(term, "Enter");
    term_wait_text(term, "● No MFA notifies 1 webhook", 0);
    term_wait_text(term, "1 hook", 0);

    term_key(term, "R");
    term_wait_text(term, "Run finished", 0);
    term_wait_text(term, "1 found, 1 new", 0);
    term_wait_text(term, "● 1 delivery queued.", 0);
    const struct receiver_request *request = receiver_wait(receiver, 0, WAIT_MS);
    assert_string_equal(request->method, "POST");
    assert_non_null(strstr(request->body, "\"detail-type\":\"FAILED_CHECK\""));
    assert_non_null(strstr(request->body, "\"usersFailing\":[\"fern@example.com\"]"));

    term_key(term, "Esc");
    term_wait_text(term, "[ R  Run Checks Now ]", 0);
    select_row(term, "No MFA");
    term_wait_text(term, "■ fail   No MFA", 0);
    term_wait_text(term, "1 / 2", 0);
    term_key(term, "4");
    term_wait_text(term, "● 200", 0);
    console_quit(term);
    receiver_stop(receiver);
}

static void checks_run__delivers_what_is_ticked(void **state)
{
    tick_and_run(*state, 30, 100);
}

static void checks_run__does_so_at_80x24(void **state)
{
    tick_and_run(*state, 24, 80);
}

static void checks_run__says_when_nobody_is_imported(void **state)
{
    struct term *term = open_checks(*state, 24, 80);
    term_key(term, "R");
    term_wait_text(term, "No users are imported yet", 0);
    term_key(term, "Esc");
    term_wait_text(term, "◊ n/a", 0);
    console_quit(term);
}

/* A check of the administrator's own that looks at every pair of users for every user: it runs for
 * seconds. */
static void make_run_slow(const struct product *p)
{
    enum { USERS = 300, LINE_BYTES = 40 };
    char *csv = calloc(USERS + 1, LINE_BYTES);
    char *at = csv + sprintf(csv, "id,login\n");
    for (int i = 0; i < USERS; i++)
        at += snprintf(at, LINE_BYTES, "%d,user%d@example.com\n", i, i);
    import_text(p, csv);
    free(csv);
    free(tmpdir_write(&p->dir, "home/checks.d/slow.conf",
                      "checks = ( { id = \"slow\"; title = \"Slow check\"; severity = \"low\";\n"
                      "  description = ( \"d\" ); recommended_actions = ( \"r\" );\n"
                      "  enabled = true; fails = \"(SELECT count(*) FROM users a, users b"
                      " WHERE a.uid + b.uid + u.uid < 0) > 0\"; } );\n"));
}

static void checks_run__is_cancelled_when_asked_twice(void **state)
{
    make_run_slow(*state);
    struct term *term = open_checks(*state, 24, 80);
    term_key(term, "R");
    term_wait_text(term, "Running checks", 0);
    term_key(term, "Esc");
    term_wait_text(term, "Cancel run?", 0);
    term_key(term, "Enter");
    term_wait_gone(term, "Cancel run?", 0);
    term_key(term, "Esc");
    term_wait_text(term, "Cancel run?", 0);
    term_key(term, "C");
    term_wait_text(term, "The run was cancelled; nothing of it was kept.", 0);
    term_wait_text(term, "[ R  Run Checks Now ]", 0);
    product_expect(*state, 0, "\"last_run\": null", "check", "show", "no-mfa", "--json");
    console_quit(term);
}

static void checks_run__goes_on_when_its_page_is_left(void **state)
{
    make_run_slow(*state);
    struct term *term = open_checks(*state, 24, 80);
    term_key(term, "R");
    term_wait_text(term, "Running checks", 0);
    term_key(term, "4");
    term_wait_text(term, "[4 Deliveries]", 0);
    term_wait_text(term, "» ", 0);
    term_key(term, "2");
    term_wait_text(term, "[ R  Show the run ]", 0);
    term_key(term, "R");
    term_wait_text(term, "Run finished", 0);
    term_key(term, "End");
    term_wait_text(term, "Slow check", 0);
    term_key(term, "Esc");
    term_wait_text(term, "[ R  Run Checks Now ]", 0);
    console_quit(term);
}

static void checks_webhooks__escape_saves_nothing(void **state)
{
    struct receiver *receiver = receiver_start();
    add_webhook(*state, "Billing events", receiver);
    struct term *term = open_checks(*state, 24, 80);
    select_row(term, "No MFA");
    term_key(term, "w");
    term_wait_text(term, "0 of 1", 0);
    term_key(term, "a");
    term_wait_text(term, "1 of 1 · was 0 · not saved", 0);
    term_key(term, "Esc");
    term_wait_gone(term, "Webhooks for", 0);
    product_expect(*state, 0, "\"integrations\": []", "check", "show", "no-mfa", "--json");
    console_quit(term);
    receiver_stop(receiver);
}

/* Ticking alone sends nothing; who fails already is sent when that is chosen. */
static void checks_webhooks__send_who_fails_already(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    import_text(p, users);
    product_expect(p, 0, NULL, "check", "run");
    add_webhook(p, "Billing events", receiver);
    struct term *term = open_checks(p, 24, 80);
    select_row(term, "No MFA");
    term_key(term, "w");
    term_wait_text(term, "► [ ] Billing events", 0);
    term_key(term, "Space");
    term_key(term, "End");
    term_wait_text(term, "► [ ] Send the 1 who fails already", 0);
    term_key(term, "Space");
    term_key(term, "Enter");
    term_wait_text(term, "● Ticked; 1 delivery of 1 user who fails already is queued.", 0);
    term_wait_text(term, "what is queued is sent all the same.", 0);
    const struct receiver_request *request = receiver_wait(receiver, 0, WAIT_MS);
    assert_non_null(strstr(request->body, "\"usersFailing\":[\"fern@example.com\"]"));
    term_key(term, "u");
    term_wait_text(term, "● Undone: webhooks of No MFA. What was queued for 1 user", 0);
    console_quit(term);
    receiver_stop(receiver);
}

/* As the command does with --send-current; and never to nobody. */
static void checks_webhooks__send_to_those_ticked_already(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    import_text(p, users);
    product_expect(p, 0, NULL, "check", "run");
    add_webhook(p, "Billing events", receiver);
    product_expect(p, 0, NULL, "check", "enable", "no-mfa", "Billing events");
    struct term *term = open_checks(p, 24, 80);
    select_row(term, "No MFA");
    term_key(term, "w");
    term_wait_text(term, "► [x] Billing events", 0);
    term_key(term, "Space");
    term_key(term, "End");
    term_wait_text(term, "► [ ] Send the 1 who fails already (tick one first)", 0);
    term_key(term, "Space");
    term_wait_text(term, "► [ ] Send the 1", 0);
    term_key(term, "Up");
    term_key(term, "Space");
    term_key(term, "End");
    term_key(term, "Space");
    term_wait_text(term, "► [x] Send the 1 who fails already to the 1 ticked already", 0);
    term_key(term, "Enter");
    term_wait_text(term, "● 1 delivery of 1 user who fails already is queued.", 0);
    receiver_wait(receiver, 0, WAIT_MS);
    console_quit(term);
    receiver_stop(receiver);
}

/* One is open, and the last run could not say anything of it: he would be sent, and is offered. */
static void checks_webhooks__count_who_is_open_and_not_the_last_run(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    import_text(p, users);
    product_expect(p, 0, NULL, "check", "run", "no-mfa");
    import_text(p, "id,login,enabled,mfa_enrolled\n1,fern@example.com,true,\n");
    product_expect(p, 0, "source lacks MFA enrolment", "check", "run", "no-mfa");
    add_webhook(p, "Billing events", receiver);
    struct term *term = open_checks(p, 24, 80);
    select_row(term, "No MFA");
    term_key(term, "w");
    term_wait_text(term, "[ ] Send the 1 who fails already", 0);
    term_key(term, "Esc");
    term_wait_gone(term, "Webhooks for", 0);
    term_key(term, "3");
    term_wait_text(term, "[3 Matrix]", 0);
    select_row(term, "No MFA");
    term_key(term, "Space");
    term_wait_text(term, "No MFA → Billing events: will notify", 0);
    term_key(term, "F2");
    term_wait_text(term, "Saved. 1 user fails \"No MFA\" already.", 0);
    term_key(term, "s");
    term_wait_text(term, "● 1 delivery of 1 user who fails already is queued.", 0);
    console_quit(term);
    receiver_stop(receiver);
}

static void checks_webhooks__are_undone(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    add_webhook(p, "Billing events", receiver);
    struct term *term = open_checks(p, 24, 80);
    select_row(term, "No MFA");
    term_key(term, "w");
    term_wait_text(term, "► [ ] Billing events", 0);
    term_key(term, "Space");
    term_key(term, "Enter");
    term_wait_text(term, "1 hook", 0);
    term_key(term, "u");
    term_wait_gone(term, "1 hook", 0);
    product_expect(p, 0, "\"integrations\": []", "check", "show", "no-mfa", "--json");
    console_quit(term);
    receiver_stop(receiver);
}

static void checks_webhooks__need_an_integration(void **state)
{
    struct term *term = open_checks(*state, 24, 80);
    term_key(term, "w");
    term_wait_text(term, "There is no integration yet", 0);
    console_quit(term);
}

static void checks_switch__keeps_a_check_out_of_the_run(void **state)
{
    import_text(*state, users);
    struct term *term = open_checks(*state, 24, 80);
    select_row(term, "No MFA");
    term_key(term, "x");
    term_wait_text(term, "► [ ]  ○ off    No MFA", 0);
    product_expect(*state, 0, "\"enabled\": false", "check", "show", "no-mfa", "--json");
    term_key(term, "R");
    term_wait_text(term, "skipped (off)", 0);
    term_wait_text(term, "Run finished", 0);
    term_key(term, "Esc");
    select_row(term, "No MFA");
    term_key(term, "x");
    term_wait_text(term, "► [x]  ◊ new    No MFA", 0);
    console_quit(term);
}

static void checks_marked__are_run_alone(void **state)
{
    import_text(*state, users);
    struct term *term = open_checks(*state, 30, 100);
    select_row(term, "No MFA");
    term_key(term, "Space");
    term_wait_text(term, "[ R  Run 1 marked ]", 0);
    term_key(term, "R");
    term_wait_text(term, "Run finished · 1 check, 3 users", 0);
    term_key(term, "Enter");
    term_wait_text(term, "Check · no-mfa", 0);
    term_wait_text(term, "1 of 2 users", 0);
    term_key(term, "Esc");
    term_key(term, "l");
    term_wait_gone(term, "STATE", 0);
    term_wait_text(term, "no-mfa             1 of 2 users fails, 1 of them newly", 0);
    term_wait_text(term, "run                finished, 0 deliveries queued", 0);
    term_key(term, "q");
    term_wait_text(term, "[ R  Run Checks Now ]", 0);
    product_expect(*state, 0, "\"last_run\": null", "check", "show", "inactive-90", "--json");
    console_quit(term);
}

static void checks_marked__are_switched_together(void **state)
{
    struct term *term = open_checks(*state, 24, 80);
    term_key(term, "Space");
    term_key(term, "Space");
    term_wait_text(term, "[ R  Run 2 marked ]", 0);
    term_key(term, "x");
    term_wait_text(term, "○ 2 checks are off: runs leave them out.", 0);
    term_key(term, "u");
    term_wait_text(term, "● Undone: 2 checks off.", 0);
    product_expect(*state, 0, "\"enabled\": true", "check", "show", "no-mfa", "--json");
    term_key(term, "Esc");
    term_wait_text(term, "[ R  Run Checks Now ]", 0);
    console_quit(term);
}

static void checks_list__is_filtered_and_ordered(void **state)
{
    struct term *term = open_checks(*state, 24, 80);
    term_key(term, "/");
    term_type(term, "guest");
    term_wait_text(term, "3 of ", 0);
    term_wait_gone(term, "Administrator", 0);
    term_key(term, "Enter");
    term_key(term, "s");
    term_wait_text(term, "Guest", 0);
    term_key(term, "Esc");
    term_wait_text(term, "sort: on ▲", 0);
    console_quit(term);
}

static void checks_findings__show_who_and_why(void **state)
{
    import_text(*state, "id,login,enabled,last_login_at\n"
                        "1,fern@example.com,true,2020-01-02T03:04:05Z\n");
    product_expect(*state, 0, NULL, "check", "run");
    struct term *term = open_checks(*state, 24, 80);
    select_row(term, "Inactive user");
    term_wait_text(term, "1 of 1 users fail", 0);
    term_key(term, "f");
    term_wait_text(term, "Findings · Inactive user (90 days)", 0);
    term_wait_text(term, "► fern@example.com", 0);
    term_wait_text(term, "last login 2020-01-02", 0);
    term_key(term, "Esc");
    term_wait_text(term, "[2 Checks]", 0);
    console_quit(term);
}

static void checks_detail__is_a_pane_when_wide_and_a_page_when_not(void **state)
{
    import_text(*state, users);
    product_expect(*state, 0, NULL, "check", "run");
    struct term *term = open_checks(*state, 30, 100);
    select_row(term, "No MFA");
    term_wait_text(term, "│ No MFA ", 0);
    term_wait_text(term, "│ Found      1 of 2 users", 0);
    term_wait_text(term, "fern@example.com", 0);
    term_wait_text(term, "■  (1 run)", 0);
    term_resize(term, 24, 80);
    term_wait_gone(term, "│", 0);
    term_key(term, "Enter");
    term_wait_text(term, "Check · no-mfa", 0);
    term_wait_text(term, "1 of 2 users", 0);
    term_resize(term, 16, 60);
    term_wait_row(term, 12, "▼", 0);
    term_key(term, "G");
    term_wait_text(term, "▲", 0);
    term_wait_text(term, "Fails      u.mfa_enrolled = 0", 0);
    term_key(term, "Esc");
    term_wait_text(term, "[2 Checks]", 0);
    console_quit(term);
}

static void checks_list__fits_60x16(void **state)
{
    struct term *term = open_checks(*state, 16, 60);
    term_wait_text(term, "WEBHOOKS", 0);
    term_wait_text(term, "0 hooks", 0);
    term_wait_gone(term, "SEVERITY", 0);
    console_quit(term);
}

static void checks_list__follows_what_a_command_does(void **state)
{
    import_text(*state, users);
    struct term *term = open_checks(*state, 24, 80);
    select_row(term, "No MFA");
    term_wait_text(term, "◊ new    No MFA", 0);
    product_expect(*state, 0, NULL, "check", "run");
    term_wait_text(term, "► [x]  ■ fail   No MFA", 0);
    console_quit(term);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, product_setup, product_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(checks_run__delivers_what_is_ticked),
        TEST(checks_run__does_so_at_80x24),
        TEST(checks_run__says_when_nobody_is_imported),
        TEST(checks_run__is_cancelled_when_asked_twice),
        TEST(checks_run__goes_on_when_its_page_is_left),
        TEST(checks_webhooks__escape_saves_nothing),
        TEST(checks_webhooks__send_who_fails_already),
        TEST(checks_webhooks__send_to_those_ticked_already),
        TEST(checks_webhooks__count_who_is_open_and_not_the_last_run),
        TEST(checks_webhooks__are_undone),
        TEST(checks_webhooks__need_an_integration),
        TEST(checks_marked__are_run_alone),
        TEST(checks_marked__are_switched_together),
        TEST(checks_list__is_filtered_and_ordered),
        TEST(checks_switch__keeps_a_check_out_of_the_run),
        TEST(checks_findings__show_who_and_why),
        TEST(checks_detail__is_a_pane_when_wide_and_a_page_when_not),
        TEST(checks_list__fits_60x16),
        TEST(checks_list__follows_what_a_command_does),
    };
    return cmocka_run_group_tests_name("console_checks", tests, NULL, NULL);
}
