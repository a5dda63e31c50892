/* How far a run is. */
#include "core/checks/progress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/base/mem.h"

static struct run_progress of(struct run_line *lines, size_t count)
{
    const struct run_result result = {.lines = lines, .line_count = count};
    return run_progress(&result);
}

static void run_progress__counts_checks_that_are_on(void **state)
{
    struct run_line lines[] = {
        {.state = RUN_PASS},    {.state = RUN_FAIL},    {.state = RUN_STALE},  {.state = RUN_ERROR},
        {.state = RUN_SKIPPED}, {.state = RUN_WAITING}, {.state = RUN_RUNNING}};
    (void)state;
    const struct run_progress p = of(lines, ARRAY_LEN(lines));
    assert_int_equal(p.ended, 4);
    assert_int_equal(p.checks, 6);
    assert_int_equal(p.percent, 66);
}

static void run_progress__counts_users_of_what_is_running(void **state)
{
    struct run_line lines[] = {{.state = RUN_RUNNING, .done = 50, .total = 100},
                               {.state = RUN_RUNNING, .done = 100, .total = 100}};
    (void)state;
    const struct run_progress p = of(lines, ARRAY_LEN(lines));
    assert_int_equal(p.ended, 1); /* all were asked */
    assert_int_equal(p.percent, 71);
}

static void run_progress__is_whole_only_at_the_end(void **state)
{
    struct run_line lines[] = {{.state = RUN_PASS}, {.state = RUN_RUNNING, .done = 9, .total = 9}};
    (void)state;
    assert_true(of(lines, ARRAY_LEN(lines)).percent < 100);
    lines[1].state = RUN_FAIL;
    assert_int_equal(of(lines, ARRAY_LEN(lines)).percent, 100);
    assert_int_equal(of(lines, 0).percent, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(run_progress__counts_checks_that_are_on),
        cmocka_unit_test(run_progress__counts_users_of_what_is_running),
        cmocka_unit_test(run_progress__is_whole_only_at_the_end),
    };
    return cmocka_run_group_tests_name("progress", tests, NULL, NULL);
}
