/* What page 2 and a run say: times, and the log of a run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "tui/check_about.h"
#include "tui/count.h"
#include "tui/run_table.h"
#include "tui/when.h"

enum { NOW = 1789655525 }; /* 2026-09-17 14:32:05 UTC */

static void expect_next(int64_t at, const char *text)
{
    char out[WHEN_MAX];
    when_next(at, NOW, out);
    assert_string_equal(out, text);
}

static void when_next__names_the_day(void **state)
{
    (void)state;
    expect_next(NOW + 3600, "today 15:32");
    expect_next(NOW + 16 * 3600, "tomorrow 06:32");
    expect_next(NOW + 3 * 86400, "20 Sep 14:32");
    expect_next(NOW - 1, "now, it is due");
}

static void expect_count(int64_t count, const char *whole, const char *brief)
{
    char out[COUNT_TEXT_MAX];
    count_text(count, out);
    assert_string_equal(out, whole);
    count_short(count, out);
    assert_string_equal(out, brief);
}

static void count_text__and_short_are_read_by_people(void **state)
{
    (void)state;
    expect_count(0, "0", "0");
    expect_count(9999, "9,999", "9999");
    expect_count(30005, "30,005", "30k");
    expect_count(600012, "600,012", "600k");
    expect_count(1250000, "1,250,000", "1.2M");
}

static void expect_clock(int64_t ms, const char *text)
{
    char out[WHEN_MAX];
    when_clock(ms, out);
    assert_string_equal(out, text);
}

static void when_clock__counts_seconds(void **state)
{
    (void)state;
    expect_clock(0, "0:00");
    expect_clock(7999, "0:07");
    expect_clock(750 * 1000, "12:30");
    expect_clock(3723 * 1000, "1:02:03");
}

/* The columns of the table of a run, in their order. */
enum { USERS = 3, RESULT = 4, TIME = 5 };

static void expect_cell(const struct run_line *line, size_t column, const char *text)
{
    struct list_cell cell = {.role = ROLE_TEXT};
    run_table_cell(line, column, &cell);
    assert_string_equal(cell.text, text);
}

static void run_table__says_what_came_of_a_check(void **state)
{
    char file[] = "/etc/checks.d/own.conf";
    const struct check check = {.file = file, .builtin = true};
    struct run_line line = {.check = &check, .state = RUN_FAIL, .evaluated = 411, .unknown = 1};
    (void)state;
    line.failing = 17;
    line.fresh = 2;
    line.time_ms = 900;
    expect_cell(&line, USERS, "411/412");
    expect_cell(&line, RESULT, "17 found, 2 new");
    expect_cell(&line, TIME, "0.9 s");
    line = (struct run_line){.check = &check, .state = RUN_ERROR, .time_ms = 5000};
    snprintf(line.error, sizeof line.error, "%s:7: no such column: u.nothing", file);
    expect_cell(&line, USERS, "-");
    expect_cell(&line, RESULT, "no such column: u.nothing");
    expect_cell(&line, TIME, "5.0 s");
    line = (struct run_line){
        .check = &check, .state = RUN_PASS, .evaluated = 1500000, .unknown = 4500, .time_ms = -1};
    expect_cell(&line, USERS, "1.5M/1.5M");
    expect_cell(&line, TIME, "");
}

/* Built-in checks are as far as one another: the line above says how far, once. */
static void run_table__is_quiet_while_built_in_checks_run(void **state)
{
    struct check check = {.builtin = true};
    struct run_line line = {.check = &check, .state = RUN_RUNNING, .done = 3, .total = 9};
    (void)state;
    expect_cell(&line, USERS, "");
    expect_cell(&line, RESULT, "…");
    check.builtin = false;
    expect_cell(&line, USERS, "3/9");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(count_text__and_short_are_read_by_people),
        cmocka_unit_test(when_next__names_the_day),
        cmocka_unit_test(when_clock__counts_seconds),
        cmocka_unit_test(run_table__says_what_came_of_a_check),
        cmocka_unit_test(run_table__is_quiet_while_built_in_checks_run),
    };
    setenv("TZ", "UTC", 1);
    tzset();
    return cmocka_run_group_tests_name("check_texts", tests, NULL, NULL);
}
