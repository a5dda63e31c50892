/* SQL expressions of checks: what is renamed and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/checks/expression.h"

static const char *const names[] = {"days", "days2"};

static void expression_rewrite__renames_parameters(void **state)
{
    static const struct {
        const char *sql, *rewritten;
        uint32_t used;
    } rows[] = {
        {"u.enabled = 1", "u.enabled = 1", 0},
        {"u.a < :now - :days * 86400", "u.a < :now - :c7_days * 86400", 3},
        {":days2 > :days", ":c7_days2 > :c7_days", 6},
        {":days2", ":c7_days2", 4},
        {"(:days)", "(:c7_days)", 2},
        {":now+:now", ":now+:now", 1},
        {"u.a = ':days'", "u.a = ':days'", 0},
        {"u.a = 'it''s :days; -- no'", "u.a = 'it''s :days; -- no'", 0},
        {"\"a?b\" = \"x\"\"y\"", "\"a?b\" = \"x\"\"y\"", 0},
        {"u.a = ')'", "u.a = ')'", 0},
        {"u.a - -1", "u.a - -1", 0},
        {"((1) + (2))", "((1) + (2))", 0},
        {"u.größe = 1", "u.größe = 1", 0},
        {"1 / 2", "1 / 2", 0},
        {"''", "''", 0},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct error err = {0};
        uint32_t used = 99;
        char *out = expression_rewrite(rows[i].sql, "c7", names, ARRAY_LEN(names), &used, &err);
        assert_string_equal(err.text, "");
        assert_string_equal(out, rows[i].rewritten);
        assert_int_equal(used, rows[i].used);
        free(out);
    }
}

static void expression_rewrite__refuses(void **state)
{
    static const struct {
        const char *sql, *why;
    } rows[] = {
        {"", "the expression is empty"},
        {" \n\t", "the expression is empty"},
        {"1; DROP TABLE users", "';' is not allowed: write one expression"},
        {"1;", "';' is not allowed: write one expression"},
        {"1 -- all", "comments are not allowed ('--'): write a blank between two minus signs"},
        {"1--1", "comments are not allowed ('--'): write a blank between two minus signs"},
        {"1 /* x */", "comments are not allowed ('/*')"},
        {"u.a = ?", "'?' is not allowed: write a setting as :name"},
        {"u.a = ?1", "'?' is not allowed: write a setting as :name"},
        {"u.a = @days", "'@' is not allowed: write a setting as :name"},
        {"u.a = $days", "'$' is not allowed: write a setting as :name"},
        {"u.a$b", "'$' is not allowed: write a setting as :name"},
        {"[u] = 1", "'[' is not allowed: quote a name as \"name\""},
        {"`u` = 1", "'`' is not allowed: quote a name as \"name\""},
        {"(1", "a '(' is not closed"},
        {"1)", "a ')' closes nothing"},
        {"1) OR (1", "a ')' closes nothing"},
        {"'x", "a text that begins with ' does not end"},
        {"'x''", "a text that begins with ' does not end"},
        {"\"x", "a text that begins with \" does not end"},
        {"u.a = :dayz", "':dayz' is not a setting of this check; there is :days, :days2, :now"},
        {"u.a = :day", "':day' is not a setting of this check; there is :days, :days2, :now"},
        {"u.a = : days", "':' must be followed by the name of a setting"},
        {":now(u.a)", "':now' is a number, which no '(' can follow"},
        {":days(')) OR 1 --')", "':days' is a number, which no '(' can follow"},
        {"u.a::text", "':' must be followed by the name of a setting"},
        {"a \\ b", "a backslash is not allowed outside a text"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct error err = {0};
        uint32_t used = 99;
        assert_null(expression_rewrite(rows[i].sql, "c7", names, ARRAY_LEN(names), &used, &err));
        assert_string_equal(err.text, rows[i].why);
        assert_int_equal(err.kind, ERR_INVALID);
        assert_int_equal(used, 99);
    }
}

static void expression_rewrite__refuses_what_is_too_long(void **state)
{
    struct error err = {0};
    uint32_t used;
    char *sql = mem_alloc(EXPRESSION_LENGTH_MAX + 2);

    (void)state;
    memset(sql, '1', EXPRESSION_LENGTH_MAX + 1);
    sql[EXPRESSION_LENGTH_MAX + 1] = '\0';
    assert_null(expression_rewrite(sql, "c", NULL, 0, &used, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    sql[EXPRESSION_LENGTH_MAX] = '\0';
    char *out = expression_rewrite(sql, "c", NULL, 0, &used, &err);
    assert_string_equal(out, sql);
    free(out);
    free(sql);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expression_rewrite__renames_parameters),
        cmocka_unit_test(expression_rewrite__refuses),
        cmocka_unit_test(expression_rewrite__refuses_what_is_too_long),
    };

    return cmocka_run_group_tests_name("expression", tests, NULL, NULL);
}
