/* Tests of laying out JSON without reading its values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/json_lines.h"

static void comes_out_as(const char *json, const char *wanted)
{
    size_t len = 0;
    char *lines = json_lines(json, strlen(json), &len);
    assert_non_null(lines);
    assert_int_equal(len, strlen(wanted));
    assert_string_equal(lines, wanted);
    free(lines);
}

static void json_lines__puts_each_member_on_a_line(void **state)
{
    (void)state;
    comes_out_as("{\"a\":1,\"b\":[true,null]}",
                 "{\n  \"a\": 1,\n  \"b\": [\n    true,\n    null\n  ]\n}");
    comes_out_as(" { \"a\" : { } , \"b\" : [ ] } ", "{\n  \"a\": {},\n  \"b\": []\n}");
    comes_out_as("\"alone\"", "\"alone\"");
}

static void json_lines__leaves_values_as_they_were_written(void **state)
{
    (void)state;
    comes_out_as("[12345678901234567890,1.0,1e9]", "[\n  12345678901234567890,\n  1.0,\n  1e9\n]");
    comes_out_as("[\"a:{\\\",[x\\\\\"]", "[\n  \"a:{\\\",[x\\\\\"\n]");
}

static void json_lines__bears_raw_control_characters(void **state)
{
    (void)state;
    comes_out_as("{\"a\":\"no\033[31m!\"}", "{\n  \"a\": \"no\033[31m!\"\n}");
}

static void json_lines__leaves_alone_what_is_no_json(void **state)
{
    static const char *const others[] = {"", "<html>", "{\"a\":1", "{\"a\":1} x", "{a:1}"};
    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        size_t len = 0;
        assert_null(json_lines(others[i], strlen(others[i]), &len));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_lines__puts_each_member_on_a_line),
        cmocka_unit_test(json_lines__leaves_values_as_they_were_written),
        cmocka_unit_test(json_lines__bears_raw_control_characters),
        cmocka_unit_test(json_lines__leaves_alone_what_is_no_json),
    };
    return cmocka_run_group_tests_name("json_lines", tests, NULL, NULL);
}
