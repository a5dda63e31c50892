/* Page 3 of the console: many ticks at once, and none lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/support/golden.h"
#include "tests/support/run.h"

enum { KEY_MS = 40 };

static struct term *open_matrix(const struct showcase *s, int rows, int cols)
{
    struct term *term = showcase_console(s, NULL, rows, cols);
    term_wait_text(term, "[1 Integrations]", 0);
    term_key(term, "3");
    term_wait_text(term, "[3 Matrix]", 0);
    return term;
}

static void product(const struct showcase *s, const char *const *args)
{
    struct run_result r = run_checkhook(args, &(struct run_options){.env = s->env});
    if (r.status != 0)
        fail_msg("status %d: %s%s", r.status, r.out, r.err);
    run_release(&r);
}
#define PRODUCT(s, ...) product(s, (const char *const[]){__VA_ARGS__, NULL})

static void expect_hooks(const struct showcase *s, const char *check, const char *names)
{
    const char *const args[] = {"check", "show", check, "--json", NULL};
    struct run_result r = run_checkhook(args, &(struct run_options){.env = s->env});
    char *compact = strdup(r.out);
    size_t len = 0;
    for (const char *at = r.out; *at; at++)
        if (*at != '\n' && *at != ' ' && *at != '\t')
            compact[len++] = *at;
    compact[len] = '\0';
    if (!strstr(compact, names))
        fail_msg("'%s' is not in %s", names, compact);
    free(compact);
    run_release(&r);
}

static void press(struct term *term, const char *keys)
{
    char key[2] = "";
    for (; *keys; keys++) {
        key[0] = *keys;
        term_key(term, *keys == ' ' ? "Space" : key);
    }
}

/* What is in sight depends on where the cursor was drawn before. */
static void press_slowly(struct term *term, const char *keys)
{
    for (; *keys; keys++) {
        const char key[2] = {*keys, '\0'};
        press(term, key);
        term_wait_quiet(term, KEY_MS);
    }
}

static void matrix__looks_as_drawn(void **state)
{
    static const int sizes[][2] = {{30, 100}, {24, 80}, {16, 60}};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        char name[64];
        struct term *term = open_matrix(*state, sizes[i][0], sizes[i][1]);
        press_slowly(term, "jll jhl hjj ");
        snprintf(name, sizeof name, "matrix-%dx%d", sizes[i][1], sizes[i][0]);
        golden_screen(term, name);
        term_stop(term);
    }
}

/* What is not there is neither explained nor taken back. */
static void matrix__explains_the_signs_that_there_are(void **state)
{
    struct term *term = open_matrix(*state, 30, 100);
    term_wait_text(term, "■ failing hooks still queue deliveries", 0);
    assert_false(term_find(term, "[+] added", NULL, NULL));
    assert_false(term_find(term, "u Undo", NULL, NULL));
    press(term, " ");
    term_wait_text(term, "[+] added   [-] removed   both unsaved      ■ failing hooks", 0);
    term_wait_text(term, "u Undo", 0);
    press(term, "u");
    term_wait_gone(term, "[+] added", 0);
    term_wait_gone(term, "u Undo", 0);
    term_stop(term);
}

static void matrix__saves_all_at_once(void **state)
{
    struct term *term = open_matrix(*state, 30, 100);
    press(term, "jll "); /* No MFA, Chat alerts */
    term_wait_text(term, "1 unsaved change", 0);
    term_wait_text(term, "No MFA → Chat alerts: will notify", 0);
    press(term, "hh "); /* No MFA, Audit archive */
    term_wait_text(term, "2 unsaved changes", 0);
    expect_hooks(*state, "no-mfa", "\"integrations\":[\"Auditarchive\",\"Billingevents\"]");
    term_key(term, "F2");
    term_wait_text(term, "Saved: 1 added, 1 removed", 0);
    expect_hooks(*state, "no-mfa", "\"integrations\":[\"Billingevents\",\"Chatalerts\"]");
    term_wait_text(term, "Send who fails already?", 0);
    term_key(term, "Enter"); /* the safe button */
    term_wait_gone(term, "Send who fails already?", 0);
    term_key(term, "u");
    term_wait_text(term, "● Undone", 0);
    expect_hooks(*state, "no-mfa", "\"integrations\":[\"Auditarchive\",\"Billingevents\"]");
    term_stop(term);
}

/* To one that is off, so that nothing leaves this host. */
static void matrix__sends_who_fails_already(void **state)
{
    struct term *term = open_matrix(*state, 30, 100);
    press_slowly(term, "jllll ");
    term_wait_text(term, "No MFA → Legacy CRM: will notify", 0);
    term_key(term, "F2");
    term_wait_text(term, "Send who fails already?", 0);
    golden_screen(term, "matrix-send-100x30");
    term_resize(term, 24, 80);
    golden_screen(term, "matrix-send-80x24");
    term_key(term, "s");
    term_wait_text(term, "● 1 delivery of 17 users who fail already is queued.", 0);
    PRODUCT(*state, "delivery", "list", "--integration", "Legacy CRM", "--state", "held");
    term_key(term, " ");
    term_key(term, "F2");
    term_wait_text(term, "Saved: 0 added, 1 removed", 0);
    term_wait_quiet(term, KEY_MS);
    assert_false(term_find(term, "Send who fails already?", NULL, NULL));
    term_stop(term);
}

static void matrix__undoes_step_by_step(void **state)
{
    struct term *term = open_matrix(*state, 24, 80);
    press(term, "X");
    term_wait_text(term, "4 unsaved changes", 0);
    press(term, "C");
    term_wait_text(term, "8 unsaved changes", 0);
    press(term, "u");
    term_wait_text(term, "4 unsaved changes", 0);
    press(term, "u");
    term_wait_gone(term, "unsaved change", 0);
    term_stop(term);
}

static void matrix__asks_before_it_is_left(void **state)
{
    struct term *term = open_matrix(*state, 24, 80);
    press(term, " 2");
    term_wait_text(term, "Unsaved changes", 0);
    term_key(term, "Esc");
    term_wait_gone(term, "Keep editing", 0);
    term_wait_text(term, "[3 Matrix]", 0);
    term_wait_text(term, "1 unsaved change", 0);
    press(term, "2D");
    term_wait_text(term, "[2 Checks]", 0);
    press(term, "3");
    term_wait_text(term, "[3 Matrix]", 0);
    term_wait_gone(term, "unsaved change", 0);
    press(term, " q");
    term_wait_text(term, "Unsaved changes", 0);
    press(term, "s");
    assert_int_equal(term_wait_exit(term, 0), 0);
    term_stop(term);
    expect_hooks(*state, "admin-inactive-30", "\"integrations\":[\"Chatalerts\"]");
}

/* Their cells come, mine stay, and a webhook that is gone takes its cells along. */
/* What stands over it was opened from it: to go back there loses nothing. */
static void matrix__is_come_back_to_without_being_asked(void **state)
{
    struct term *term = open_matrix(*state, 24, 80);
    press(term, " ");
    term_wait_text(term, "1 unsaved change", 0);
    term_key(term, "Enter");
    term_wait_text(term, "Check · ", 0);
    press(term, ":");
    term_type(term, "save matrix");
    term_wait_text(term, "Save everything at once", 0);
    term_key(term, "Enter");
    term_wait_text(term, "● Saved: ", 0);
    term_wait_text(term, "[3 Matrix]", 0);
    term_stop(term);
}

static void matrix__keeps_both_when_others_save(void **state)
{
    struct term *term = open_matrix(*state, 30, 100);
    press(term, "jll ");
    term_wait_text(term, "1 unsaved change", 0);
    press(term, "ll ");
    term_wait_text(term, "2 unsaved changes", 0);
    PRODUCT(*state, "check", "enable", "no-mfa", "Data lake");
    PRODUCT(*state, "integration", "remove", "Legacy CRM");
    term_wait_text(term, "▲ 1 unsaved tick of what was removed meanwhile is gone.", 0);
    term_wait_gone(term, "CRM", 0);
    term_wait_text(term, "1 unsaved change", 0);
    term_key(term, "F2");
    term_wait_text(term, "Saved: 1 added, 0 removed", 0);
    expect_hooks(*state, "no-mfa", "\"Chatalerts\"");
    expect_hooks(*state, "no-mfa", "\"Datalake\"");
    term_stop(term);
}

static void matrix__narrows_both_ways(void **state)
{
    struct term *term = open_matrix(*state, 24, 80);
    press(term, "/");
    term_type(term, "lake");
    term_wait_text(term, "8 of 8 checks, 1 of 6 webhooks", 0);
    term_wait_gone(term, "Billing", 0);
    term_key(term, "Enter");
    press(term, "C");
    term_wait_text(term, "6 unsaved changes", 0);
    term_key(term, "Esc");
    term_wait_text(term, "Billing", 0);
    term_stop(term);
}

static void matrix__says_how_to_begin(void **state)
{
    struct term *term = open_matrix(*state, 24, 80);
    term_wait_text(term, "No integrations yet", 0);
    press(term, " XCu");
    term_wait_text(term, "No integrations yet", 0);
    term_stop(term);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, showcase_setup, showcase_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(matrix__looks_as_drawn),
        TEST(matrix__explains_the_signs_that_there_are),
        TEST(matrix__saves_all_at_once),
        TEST(matrix__sends_who_fails_already),
        TEST(matrix__undoes_step_by_step),
        TEST(matrix__asks_before_it_is_left),
        TEST(matrix__is_come_back_to_without_being_asked),
        TEST(matrix__keeps_both_when_others_save),
        TEST(matrix__narrows_both_ways),
        cmocka_unit_test_setup_teardown(matrix__says_how_to_begin, showcase_setup_empty,
                                        showcase_teardown),
    };
    return cmocka_run_group_tests_name("console_matrix", tests, NULL, NULL);
}
