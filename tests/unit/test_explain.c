/* Why a user fails: as it is kept, and in words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/checks/explain.h"

static void expect_text(const char *explain, const char *text)
{
    char *words = explain_text(explain);
    assert_string_equal(words, text);
    free(words);
}

static void explain_text__is_read_by_people(void **state)
{
    (void)state;
    expect_text("{}", "");
    expect_text("no JSON", "");
    expect_text("{\"role\":\"Owner\"}", "role Owner");
    expect_text("{\"last_login\":\"2020-01-02T03:04:05Z\",\"days\":\"90\"}",
                "last login 2020-01-02, days 90");
    expect_text("{\"name\":\"2020-01-02 is no time\"}", "name 2020-01-02 is no time");
    expect_text("{\"count\":3}", "count 3");
    expect_text("{\"key_created_at\":\"2020-01-02T03:04:05Z\"}", "key created 2020-01-02");
}

static void explain_make__writes_times_and_leaves_out_what_is_not_known(void **state)
{
    char last[] = "last_login", column[] = "u.last_login_at", role[] = "role", sql[] = "u.role";
    char at[] = "expires_at", word[] = "(SELECT 1)";
    struct check_explain clauses[] = {{last, column}, {role, sql}, {at, word}};
    const char *const values[] = {"1700000000", NULL, "soon"};
    const struct check check = {.explains = clauses, .explain_count = ARRAY_LEN(clauses)};
    const struct described user = {.login = "ann", .values = values};
    (void)state;
    char *explain = explain_make(&check, &user);
    assert_string_equal(explain,
                        "{\"last_login\":\"2023-11-14T22:13:20Z\",\"expires_at\":\"soon\"}");
    free(explain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(explain_text__is_read_by_people),
        cmocka_unit_test(explain_make__writes_times_and_leaves_out_what_is_not_known),
    };
    return cmocka_run_group_tests_name("explain", tests, NULL, NULL);
}
