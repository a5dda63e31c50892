/* Charts of past runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/checks/chart.h"

enum { RUNS_MAX = 8 };
static char lacking[] = "not evaluated: source lacks roles";

/* Runs, the latest first. */
struct runs {
    struct run_check items[RUNS_MAX];
    struct run_check_list list;
};

static void add_run(struct runs *r, int64_t failing, int64_t unknown, bool told)
{
    r->list.items = r->items;
    r->items[r->list.count++] =
        (struct run_check){.failing = failing, .unknown = unknown, .error = told ? NULL : lacking};
}

static void expect_row(const struct chart *c, int row, bool ascii, const char *text)
{
    struct strbuf line;
    strbuf_init(&line, 256);
    chart_add_row(&line, c, row, ascii);
    assert_string_equal(line.text, text);
    strbuf_release(&line);
}

static void expect_label(const struct chart *c, int row, bool ascii, const char *text)
{
    char *label = chart_label(c, row, ascii);
    assert_string_equal(label, text);
    free(label);
}

static void chart__shows_the_latest_at_the_right(void **state)
{
    struct runs r = {0};
    struct chart c;
    (void)state;
    add_run(&r, 20, 0, true);
    add_run(&r, 0, 7, false);
    add_run(&r, 40, 0, true);
    add_run(&r, 11, 0, true);
    add_run(&r, 1, 0, true);
    add_run(&r, 0, 0, true);
    chart_make(&c, &r.list, RUNS_MAX, CHART_FAILING);
    assert_true(chart_worth(&c, CHART_FAILING));
    expect_row(&c, 0, false, "   █  ");
    expect_row(&c, 1, false, "_▄▄█×█");
    expect_row(&c, 0, true, "0129x4");
    expect_label(&c, 0, false, "0 to 40");
    expect_label(&c, 1, false, "now 20");
    expect_label(&c, 0, true, "now 20, 0 to 40");
    chart_release(&c);
    chart_make(&c, &r.list, 2, CHART_UNKNOWN);
    assert_true(chart_worth(&c, CHART_UNKNOWN));
    expect_row(&c, 0, true, "90");
    expect_label(&c, 1, false, "now 0");
    chart_release(&c);
}

static void chart__is_nothing_for_one_run(void **state)
{
    struct runs r = {0};
    struct chart c;
    (void)state;
    add_run(&r, 3, 0, true);
    add_run(&r, 0, 0, false);
    chart_make(&c, &r.list, RUNS_MAX, CHART_FAILING);
    assert_false(chart_worth(&c, CHART_FAILING));
    assert_int_equal(chart_rows(&c, false), 1);
    expect_label(&c, 0, false, "now 3");
    expect_row(&c, 0, false, "×█");
    expect_label(&c, 0, true, "now 3");
    chart_release(&c);
    chart_make(&c, &r.list, RUNS_MAX, CHART_UNKNOWN);
    assert_false(chart_worth(&c, CHART_UNKNOWN));
    chart_release(&c);
    r.list.count = 0;
    chart_make(&c, &r.list, RUNS_MAX, CHART_FAILING);
    assert_false(chart_worth(&c, CHART_FAILING));
    expect_label(&c, 0, false, "now not told");
    chart_release(&c);
}

static void chart__knows_very_many(void **state)
{
    struct runs r = {0};
    struct chart c;
    (void)state;
    add_run(&r, 1, 0, true);
    add_run(&r, 1000000, 0, true);
    chart_make(&c, &r.list, RUNS_MAX, CHART_FAILING);
    expect_row(&c, 0, false, "█ ");
    expect_row(&c, 1, false, "█▄");
    chart_release(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chart__shows_the_latest_at_the_right),
        cmocka_unit_test(chart__is_nothing_for_one_run),
        cmocka_unit_test(chart__knows_very_many),
    };
    return cmocka_run_group_tests_name("chart", tests, NULL, NULL);
}
