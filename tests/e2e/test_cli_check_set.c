/* checkhook check set: says what it changed, from what to what, and what it came to nothing for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/product.h"

static const char users[] = "id,login,enabled,mfa_enrolled\n"
                            "1,fern@example.com,true,false\n"
                            "2,Moss@example.com,true,false\n";

static void import(const struct product *p)
{
    char *file = tmpdir_write(&p->dir, "users.csv", users);
    product_expect(p, 0, NULL, "data", "import", file, "--source", "people");
    free(file);
}

static void check_set__says_when_nothing_changed(void **state)
{
    const struct product *p = *state;
    product_expect(p, 0, "  severity        moderate → low\n", "check", "set", "inactive-90",
                   "severity=low");
    product_expect(p, 0, "Nothing changed: inactive-90 is set like that already.\n", "check", "set",
                   "inactive-90", "severity=low", "settings.days=90");
}

static void config_set__says_when_nothing_changed(void **state)
{
    const struct product *p = *state;
    product_expect(p, 0, "Nothing changed: it is set like that already.\n", "config", "set",
                   "schedule.hour=6");
    product_expect(p, 0, "Changed 2 settings.\n", "config", "set", "schedule.hour=7",
                   "schedule.minute=0", "console.theme=light");
    product_expect(p, 0, "Nothing changed: they are set like that already.\n", "config", "set",
                   "schedule.hour=7", "console.theme=light");
}

static void check_set__says_that_an_entry_is_missing(void **state)
{
    const struct product *p = *state;
    product_expect(p, 2, "ignore+: the entry is missing: write ignore+=LOGIN", "check", "set",
                   "no-mfa", "ignore+=");
    product_expect(p, 2, "ignore-: the entry is missing: write ignore-=LOGIN", "check", "set",
                   "no-mfa", "ignore-= , ");
    product_expect(p, 0, "Nothing changed", "check", "set", "no-mfa", "ignore=");
}

static void check_set__names_the_entries_that_came_and_went(void **state)
{
    const struct product *p = *state;
    product_expect(p, 0,
                   "Changed no-mfa, from the next run on:\n"
                   "  ignore          adds fern@example.com, type:guest\n"
                   "                  2 entries now\n",
                   "check", "set", "no-mfa", "ignore=fern@example.com,type:guest");
    product_expect(p, 0,
                   "  ignore          adds a, b, c, d, e and 1 more\n"
                   "  ignore          loses fern@example.com, type:guest\n"
                   "                  6 entries now\n",
                   "check", "set", "no-mfa", "ignore=a,b,c,d,e,f");
}

static void check_set__tells_of_entries_that_come_to_nothing(void **state)
{
    const struct product *p = *state;
    import(p);
    product_expect(p, 0, "ignore: 'nosuchuser' matches no user of the data sets now", "check",
                   "set", "no-mfa", "ignore+=nosuchuser");
    struct run_result r = PRODUCT(p, "check", "set", "no-mfa", "ignore+=MOSS@EXAMPLE.COM");
    assert_int_equal(r.status, 0);
    assert_null(strstr(r.err, "matches no user"));
    run_release(&r);
    product_expect(p, 0, "ignore: 'moss@example.com' is in the list already", "check", "set",
                   "no-mfa", "ignore+=moss@example.com");
    product_expect(p, 0, "Nothing changed: no-mfa is set like that already.", "check", "set",
                   "no-mfa", "ignore+=moss@example.com");
}

/* Before anything is imported, no entry can match. */
static void check_set__asks_nothing_of_an_empty_store(void **state)
{
    const struct product *p = *state;
    struct run_result r = PRODUCT(p, "check", "set", "no-mfa", "ignore+=nosuchuser");
    assert_int_equal(r.status, 0);
    assert_string_equal(r.err, "");
    run_release(&r);
}

static void check_set__tells_when_nobody_can_fail_any_more(void **state)
{
    const struct product *p = *state;
    static const char why[] =
        "inactive-45 can name nobody: settings.up_to_days is 90 and has to be "
        "more than settings.days, which is ";
    struct run_result r = PRODUCT(p, "check", "set", "inactive-45", "settings.days=89");
    assert_string_equal(r.err, "");
    run_release(&r);
    product_expect(p, 0, why, "check", "set", "inactive-45", "settings.days=90");
    product_expect(p, 0, "  settings.days   90 → 100\n", "check", "set", "inactive-45",
                   "settings.days=100");
    r = PRODUCT(p, "check", "set", "inactive-45", "settings.days=100", "settings.up_to_days=120");
    assert_string_equal(r.err, "");
    run_release(&r);
}

static void check_set__tells_when_the_check_is_off(void **state)
{
    const struct product *p = *state;
    product_expect(p, 0, "no-mfa is switched off: no run evaluates it", "check", "set", "no-mfa",
                   "enabled=false");
    product_expect(p, 0, "no-mfa is switched off: no run evaluates it", "check", "set", "no-mfa",
                   "severity=low");
}

/* What a file of own checks says of a lower bound is held against the file itself. */
static void check_test__knows_what_a_setting_must_exceed(void **state)
{
    const struct product *p = *state;
    static const char form[] = "checks = ( { id = \"own\"; title = \"Own\"; severity = \"low\";\n"
                               "description = ( \"x\" ); recommended_actions = ( \"y\" );\n"
                               "settings = { from = 1; to = { default = 2; above = \"%s\"; }; };\n"
                               "fails = \"u.uid BETWEEN :from AND :to\"; } );\n";
    static const char *const names[] = {"from", "form", "to"};
    static const int codes[] = {0, 2, 2};
    static const char *const says[] = {NULL, "'to': 'above': there is no setting 'form'",
                                       "'above': write the name of another setting in quotes"};
    for (size_t i = 0; i < 3; i++) {
        char text[512];
        snprintf(text, sizeof text, form, names[i]);
        char *file = tmpdir_write(&p->dir, "own.conf", text);
        product_expect(p, codes[i], says[i], "check", "test", file);
        free(file);
    }
}

/* As checks.d would: no run takes it. */
static void check_test__refuses_the_id_of_a_built_in_check(void **state)
{
    const struct product *p = *state;
    char *file = tmpdir_write(&p->dir, "dup.conf",
                              "checks = ( { id = \"no-mfa\"; title = \"Own\"; severity = \"low\";\n"
                              "description = ( \"x\" ); recommended_actions = ( \"y\" );\n"
                              "fails = \"u.uid = 1\"; } );\n");
    product_expect(p, 2,
                   "dup.conf:1: setting 'id': 'no-mfa' is the id of a built-in check; in checks.d "
                   "it needs another",
                   "check", "test", file);
    product_expect(p, 2, "\"faults\": [\n    \"", "check", "test", file, "--json");
    free(file);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, product_setup, product_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(check_set__says_when_nothing_changed),
        TEST(config_set__says_when_nothing_changed),
        TEST(check_set__says_that_an_entry_is_missing),
        TEST(check_set__names_the_entries_that_came_and_went),
        TEST(check_set__tells_of_entries_that_come_to_nothing),
        TEST(check_set__asks_nothing_of_an_empty_store),
        TEST(check_set__tells_when_nobody_can_fail_any_more),
        TEST(check_set__tells_when_the_check_is_off),
        TEST(check_test__knows_what_a_setting_must_exceed),
        TEST(check_test__refuses_the_id_of_a_built_in_check),
    };
    return cmocka_run_group_tests_name("cli_check_set", tests, NULL, NULL);
}
