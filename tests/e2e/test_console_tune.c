/* The settings of a check in the console: changed in place, refused, taken back; the default is
 * shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/product.h"
#include "tests/support/term.h"

/* Opens page 2, filters for the title and opens the settings of that check. */
static struct term *open_tune(const struct product *p, const char *title, const char *id, int rows,
                              int cols)
{
    char heading[100];
    struct term *term =
        term_start(&(struct term_options){.env = p->env, .rows = rows, .cols = cols});
    term_wait_text(term, "[1 Integrations", 0);
    term_key(term, "2");
    term_wait_text(term, "[2 Checks]", 0);
    term_key(term, "/");
    term_type(term, title);
    term_key(term, "Enter");
    term_wait_cursor_on(term, title, 0);
    term_key(term, "e");
    snprintf(heading, sizeof heading, "Check settings · %s", id);
    term_wait_text(term, heading, 0);
    return term;
}

static void go_down(struct term *term, const char *label)
{
    term_key(term, "Down");
    term_wait_cursor_on(term, label, 0);
}

static void quit(struct term *term)
{
    term_key(term, "Esc");
    term_wait_text(term, "[2 Checks]", 0);
    term_key(term, "q");
    term_key(term, "q");
    assert_int_equal(term_wait_exit(term, 0), 0);
    term_stop(term);
}

static void clear_field(struct term *term)
{
    term_key(term, "C-u");
}

static void tune__changes_numbers_and_words(void **state)
{
    const struct product *p = *state;
    struct term *term = open_tune(p, "Inactive user (90 days)", "inactive-90", 24, 80);
    term_wait_cursor_on(term, "On ", 0);
    term_key(term, "Space");
    term_wait_text(term, "● The check is off.  u undoes", 0);
    term_wait_text(term, "[ ] off", 0);
    go_down(term, "Severity");
    term_key(term, "Enter");
    term_wait_text(term, "► moderate", 0);
    term_key(term, "Down");
    term_key(term, "Enter");
    term_wait_text(term, "● Severity is low.  u undoes", 0);
    go_down(term, "days");
    term_key(term, "Enter");
    term_wait_text(term, "Number [90", 0);
    clear_field(term);
    term_type(term, "1.5");
    term_key(term, "Enter");
    term_wait_text(term, "■ settings.days: write a whole number", 0);
    clear_field(term);
    term_type(term, "60");
    term_key(term, "Enter");
    term_wait_text(term, "● days is 60.  u undoes", 0);
    term_wait_text(term, "3 set here", 0);
    product_expect(p, 0, "severity     low (default moderate)\nswitched     off (default on)\n",
                   "check", "show", "inactive-90");
    product_expect(p, 0, "\"days\": 60", "check", "show", "inactive-90", "--json");
    term_key(term, "C-u");
    term_wait_text(term, "● days is 90, the default.", 0);
    term_key(term, "u");
    term_wait_text(term, "● Undone: days of Inactive user (90 days).", 0);
    product_expect(p, 0, "\"days\": 60", "check", "show", "inactive-90", "--json");
    product_expect(p, 0, "settings.days: 60", "audit", "list");
    quit(term);
}

/* It is saved all the same: the other number may follow. */
static void tune__says_when_nobody_can_fail_any_more(void **state)
{
    const struct product *p = *state;
    struct term *term = open_tune(p, "Inactive user (45 days)", "inactive-45", 24, 80);
    term_wait_text(term, "0 to 3650, above days", 0);
    go_down(term, "Severity");
    go_down(term, "days");
    term_key(term, "Enter");
    term_wait_text(term, "Number [45", 0);
    clear_field(term);
    term_type(term, "95");
    term_key(term, "Enter");
    term_wait_text(term, "▲ Saved, but inactive-45 can name nobody: settings.up_to_days is 90", 0);
    term_wait_text(term, "which is 95.", 0);
    quit(term);
}

static void tune__keeps_the_ignore_list(void **state)
{
    const struct product *p = *state;
    struct term *term = open_tune(p, "No MFA", "no-mfa", 24, 80);
    term_key(term, "n");
    term_wait_text(term, "Never report", 0);
    term_type(term, "dept:Sales");
    term_key(term, "Enter");
    term_wait_text(term, "■ ignore: 'dept:Sales': write a login", 0);
    clear_field(term);
    term_type(term, "@example.com, type:guest");
    term_key(term, "Enter");
    term_wait_text(term, "● @example.com, type:guest: never reported", 0);
    term_wait_text(term, "login or e-mail there", 0);
    term_wait_text(term, "users of this type", 0);
    product_expect(p, 0, "ignore       @example.com, type:guest", "check", "show", "no-mfa");
    term_key(term, "g");
    term_key(term, "Down");
    term_key(term, "Down");
    term_wait_cursor_on(term, "@example.com", 0);
    term_key(term, "Enter");
    term_wait_text(term, "Who [@example.com", 0);
    clear_field(term);
    term_type(term, "fern");
    term_key(term, "Enter");
    term_wait_text(term, "● fern is ignored in place of @example.com.", 0);
    term_wait_cursor_on(term, "type:guest", 0);
    term_key(term, "D");
    term_wait_text(term, "● type:guest is not ignored any more.", 0);
    product_expect(p, 0, "ignore       fern\n", "check", "show", "no-mfa");
    term_key(term, "u");
    term_wait_text(term, "● Undone: ignore list of No MFA.", 0);
    product_expect(p, 0, "ignore       type:guest, fern\n", "check", "show", "no-mfa");
    quit(term);
}

static void tune__follows_what_a_command_does(void **state)
{
    const struct product *p = *state;
    struct term *term = open_tune(p, "No MFA", "no-mfa", 16, 60);
    product_expect(p, 0, NULL, "check", "set", "no-mfa", "ignore+=moss", "severity=low");
    term_wait_text(term, "moss", 0);
    term_wait_text(term, "low", 0);
    quit(term);
}

/* A definition without an id is seen, but there is nothing that could be set. */
static void tune__refuses_what_has_no_id(void **state)
{
    const struct product *p = *state;
    free(tmpdir_write(&p->dir, "home/checks.d/own.conf", "checks = ( { title = \"x\"; } );\n"));
    struct term *term = term_start(&(struct term_options){.env = p->env, .rows = 24, .cols = 80});
    term_wait_text(term, "[1 Integrations", 0);
    term_key(term, "2");
    term_wait_text(term, "[2 Checks]", 0);
    term_key(term, "G");
    term_wait_cursor_on(term, "■ error  x", 0);
    term_key(term, "e");
    term_wait_text(term, "'own.conf:1' is the place of a check", 0);
    term_key(term, "x");
    term_wait_text(term, "'own.conf:1' is the place of a check", 0);
    term_key(term, "q");
    assert_int_equal(term_wait_exit(term, 0), 0);
    term_stop(term);
}

/* The page of the check says what is set here. */
static void check_page__says_what_is_set(void **state)
{
    const struct product *p = *state;
    product_expect(p, 0, NULL, "check", "set", "inactive-90", "settings.days=60", "severity=low",
                   "ignore=fern,moss");
    struct term *term = open_tune(p, "Inactive user (90 days)", "inactive-90", 24, 80);
    term_key(term, "Esc");
    term_wait_text(term, "[2 Checks]", 0);
    term_key(term, "Enter");
    term_wait_text(term, "Severity   low, by default moderate", 0);
    term_wait_text(term, "Settings   days 60, by default 90", 0);
    term_wait_text(term, "Ignores    2 entries", 0);
    term_key(term, "e");
    term_wait_text(term, "Check settings · inactive-90", 0);
    term_key(term, "Esc");
    term_wait_text(term, "Check · inactive-90", 0);
    quit(term);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, product_setup, product_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(tune__changes_numbers_and_words), TEST(tune__says_when_nobody_can_fail_any_more),
        TEST(tune__keeps_the_ignore_list),     TEST(tune__follows_what_a_command_does),
        TEST(tune__refuses_what_has_no_id),    TEST(check_page__says_what_is_set),
    };
    return cmocka_run_group_tests_name("console_tune", tests, NULL, NULL);
}
