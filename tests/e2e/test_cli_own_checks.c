/* Checks of the administrator's own: tried, found wrong, and slow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/json.h"
#include "tests/support/product.h"

#define CHECK(id, rest)                                                                            \
    "{ id = \"" id "\"; title = \"Title\"; severity = \"low\";\n"                                  \
    "description = ( \"d\" ); recommended_actions = ( \"r\" );\n" rest " }"

/* One user for every pair of users and user: for ever, as far as a test is concerned. */
static void own_checks__cost_nobody_but_themselves(void **state)
{
    enum { USERS = 2000, LINE_BYTES = 40 };
    const struct product *p = *state;
    char *csv = calloc(USERS + 1, LINE_BYTES);
    char *at = csv + sprintf(csv, "id,login,enabled,mfa_enrolled\n");
    for (int i = 0; i < USERS; i++)
        at += snprintf(at, LINE_BYTES, "%d,user%d,true,%s\n", i, i, i > 0 ? "true" : "false");
    char *file = tmpdir_write(&p->dir, "users.csv", csv);
    free(tmpdir_write(&p->dir, "home/checks.d/own.conf",
                      "checks = (\n"
                      "  { id = \"slow\"; title = \"Slow\"; severity = \"low\";\n"
                      "    description = ( \"d\" ); recommended_actions = ( \"r\" );\n"
                      "    fails = \"(SELECT count(*) FROM users a, users b, users c"
                      " WHERE a.uid + b.uid + c.uid + u.uid < 0) > 0\"; },\n"
                      "  { id = \"wrong\"; title = \"Wrong\"; severity = \"low\";\n"
                      "    description = ( \"d\" ); recommended_actions = ( \"r\" );\n"
                      "    fails = \"u.nobody\"; },\n"
                      "  { id = \"late\"; title = \"Fails at a row\"; severity = \"low\";\n"
                      "    description = ( \"d\" ); recommended_actions = ( \"r\" );\n"
                      "    fails = \"abs(-9223372036854775807 - u.enabled) > 0\"; } );\n"));
    product_expect(p, 0, NULL, "data", "import", file, "--source", "people");
    product_expect(p, 3, "own.conf:7: setting 'fails': no such column: u.nobody", "config",
                   "check");
    product_expect(p, 0, "no such column: u.nobody", "check", "list");
    struct run_result r = PRODUCT(p, "check", "run");
    assert_int_equal(r.status, 0);
    assert_non_null(strstr(r.out, "own.conf:2: stopped after 5 s"));
    assert_non_null(strstr(r.out, "own.conf:7: setting 'fails': no such column: u.nobody"));
    assert_non_null(strstr(r.out, "own.conf:8: integer overflow"));
    assert_non_null(strstr(r.out, "no-mfa"));
    run_release(&r);
    product_expect(p, 0, "\"failing\": 1", "check", "show", "no-mfa", "--json");
    product_expect(p, 0, "\"error\": \"", "check", "show", "slow", "--json");
    free(file);
    free(csv);
}

/* --- check test ------------------------------------------------------------------------------- */

static void load_users(const struct product *p)
{
    char *file = tmpdir_write(&p->dir, "users.csv",
                              "id,login,enabled,user_type,last_login_at,last_login_known\n"
                              "1,fern,true,external,2020-01-02T00:00:00Z,true\n"
                              "2,moss,true,external,2020-01-01T00:00:00Z,true\n"
                              "3,reed,true,external,,\n"
                              "4,sedge,true,member,2020-01-01T00:00:00Z,true\n"
                              "5,lily,true,external,,true\n");
    product_expect(p, 0, NULL, "data", "import", file, "--source", "people");
    free(file);
}

static const char definition[] = "checks = (\n" CHECK(
    "gone", "needs = ( \"last_login\" ); settings = { days = { default = 30; min = 1; }; };\n"
            "applies = \"u.user_type = 'external'\";\n"
            "fails = \"CASE WHEN u.last_login_known = 1 THEN"
            " COALESCE(u.last_login_at < :now - :days * 86400, FALSE) END\";\n"
            "explain = { last_login = \"u.last_login_at\"; };") ");\n";

static void check_test__says_who_would_fail(void **state)
{
    const struct product *p = *state;
    char *file = tmpdir_write(&p->dir, "gone.conf", definition);
    load_users(p);
    product_expect(p, 0,
                   "RESULT  CHECK  FAILING  PASSING  UNKNOWN  OUTSIDE  TIME  NOTE\n"
                   "fail    gone         2        1        1        1  ",
                   "check", "test", file, "--limit", "1");
    product_expect(p, 0,
                   " ms\n"
                   "\n"
                   "gone: 2 users fail\n"
                   "    fern (people): last login 2020-01-02\n"
                   "    and 1 more (--limit 0 names all)\n",
                   "check", "test", file, "--limit", "1");
    product_expect(p, 0, "gone         1        2        1        1", "check", "test", file,
                   "--now", "2020-02-01T00:00:00Z");
    product_expect(p, 0, "\"last_login\": \"2020-01-01T00:00:00Z\"", "check", "test", file,
                   "--json");
    product_expect(p, 0, "[]", "data", "users", "--failing", "no-mfa", "--json");
    product_expect(p, 2, "there is no check 'gon' in ", "check", "test", file, "--check", "gon");
    product_expect(p, 2, "--now: 'tomorrow' is no time", "check", "test", file, "--now",
                   "tomorrow");
    free(file);
}

static void check_test__uses_what_is_set_here(void **state)
{
    const struct product *p = *state;
    char *file = tmpdir_write(&p->dir, "home/checks.d/gone.conf", definition);
    load_users(p);
    product_expect(p, 0, NULL, "check", "set", "gone", "ignore=fern", "enabled=false");
    product_expect(p, 0, "gone         1        1        1        2", "check", "test", file);
    product_expect(p, 2, "settings.days: 0 will not do; write 1 to 1000000", "check", "set", "gone",
                   "settings.days=0");
    free(file);
}

static void check_test__names_the_place_of_a_fault(void **state)
{
    const struct product *p = *state;
    char *file = tmpdir_write(
        &p->dir, "three.conf",
        "checks = (\n" CHECK("good", "fails = \"u.enabled = 1\";") ",\n" CHECK(
            "bad", "fails = \"u.enable = 1\";") ",\n" CHECK("no-mfa",
                                                            "fails = \"u.enabled = 1\";") ");\n");
    load_users(p);
    product_expect(p, 2, "three.conf:7: setting 'fails': no such column: u.enable", "check", "test",
                   file);
    product_expect(p, 2, "good          5        0", "check", "test", file);
    product_expect(p, 2, "three.conf:7: setting 'fails': ", "check", "test", file, "--check",
                   "bad");
    product_expect(p, 0, "good         5        0", "check", "test", file, "--check", "good");
    product_expect(p, 2, "three.conf:8: setting 'id': 'no-mfa' is the id of a built-in", "check",
                   "test", file, "--check", "no-mfa");
    product_expect(p, 2, "/none.conf cannot be read", "check", "test", "/none.conf");
    free(file);
    file = tmpdir_write(&p->dir, "empty.conf", "\n");
    product_expect(p, 2, "there is no check in ", "check", "test", file);
    struct run_result r = PRODUCT(p, "check", "test", file, "--json");
    cJSON *json = cJSON_Parse(r.out);
    assert_int_equal(r.status, 2);
    assert_int_equal(cJSON_GetArraySize(json_member(json, "faults")), 1);
    assert_int_equal(cJSON_GetArraySize(json_member(json, "checks")), 0);
    cJSON_Delete(json);
    run_release(&r);
    free(file);
}

static void check_test__says_what_cannot_be_evaluated(void **state)
{
    const struct product *p = *state;
    char *file =
        tmpdir_write(&p->dir, "two.conf",
                     "checks = (\n" CHECK(
                         "keys", "needs = ( \"credentials\" );"
                                 "fails = \"CASE WHEN u.credentials_known = 1 THEN 1 "
                                 "END\";") ",\n" CHECK("late", "fails = \"abs(-9223372036854775807 "
                                                               "- u.enabled) > 0\";") ");\n");
    load_users(p);
    product_expect(p, 0, "n/a     keys         0        0        5        0  ", "check", "test",
                   file, "--check", "keys");
    product_expect(p, 0, " ms  not evaluated: source lacks keys and tokens\n", "check", "test",
                   file, "--check", "keys");
    product_expect(p, 1, "two.conf:5: integer overflow", "check", "test", file);
    free(file);
}

/* Explaining was the slow part, and the time that is told is spent on it. */
static void check_test__counts_the_time_of_explaining(void **state)
{
    enum { FACTORS = 60, FACTOR_BYTES = 40, SLOW_MS = 20 };
    const struct product *p = *state;
    char *users = calloc(FACTORS + 8, FACTOR_BYTES);
    char *at = users + sprintf(users, "{\"id\":\"1\",\"login\":\"fern\",\"factors\":[");
    for (int i = 0; i < FACTORS; i++)
        at += sprintf(at, "%s{\"kind\":\"sms\",\"status\":\"active\"}", i > 0 ? "," : "");
    sprintf(at, "]}\n");
    char *file = tmpdir_write(&p->dir, "users.jsonl", users);
    product_expect(p, 0, "60 factors", "data", "import", file);
    free(file);
    free(users);
    file = tmpdir_write(&p->dir, "slow.conf",
                        "checks = (\n" CHECK("slow",
                                             "fails = \"u.login = 'fern'\";"
                                             "explain = { n = \"(SELECT count(*) FROM factors a,"
                                             " factors b, factors c, factors d)\"; };") ");\n");
    cJSON *json = product_json(p, "check", "test", file);
    const cJSON *line = cJSON_GetArrayItem(json_member(json, "checks"), 0);
    assert_int_equal(json_member(line, "failing")->valueint, 1);
    assert_in_range(json_member(line, "time_ms")->valueint, SLOW_MS, INT32_MAX);
    cJSON_Delete(json);
    free(file);
}

/* --- nothing to set -----------------------------------------------------------------------------
 */

static void check_set__refuses_what_has_no_id(void **state)
{
    const struct product *p = *state;
    free(tmpdir_write(&p->dir, "home/checks.d/own.conf", "checks = ( { title = \"x\"; } );\n"));
    product_expect(p, 0, "Added", "integration", "add", "A", "url=https://a.example.com",
                   "auth.type=none");
    product_expect(p, 2, "'own.conf:1' is the place of a check whose id cannot be read", "check",
                   "set", "own.conf:1", "enabled=false");
    product_expect(p, 2, "'own.conf:1' is the place of a check", "check", "enable", "own.conf:1",
                   "A");
    product_expect(p, 3, "own.conf:1: setting 'id': it is missing", "config", "check");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, product_setup, product_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(own_checks__cost_nobody_but_themselves),
        TEST(check_test__says_who_would_fail),
        TEST(check_test__uses_what_is_set_here),
        TEST(check_test__names_the_place_of_a_fault),
        TEST(check_test__says_what_cannot_be_evaluated),
        TEST(check_test__counts_the_time_of_explaining),
        TEST(check_set__refuses_what_has_no_id),
    };
    return cmocka_run_group_tests_name("cli_own_checks", tests, NULL, NULL);
}
