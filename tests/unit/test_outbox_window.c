/* Tests of windows on a long history: pages up and down, searches in slices, what arrives
 * meanwhile, and the figures that are counted in slices. */
#include "tests/support/engine_steps.h"
#include "tests/unit/outbox_fixture.h"

#include <stdio.h>
#include <string.h>

#include "core/store/outbox_day.h"
#include "core/store/outbox_tally.h"
#include "core/store/outbox_view.h"

/* A history of HISTORY deliveries, ten in each second, of 20 integrations; each hundredth failed.
 */
enum { HISTORY = 40000, START = 1000000, STEPS_MAX = 32000, LONG_MS = 60000, PAGE = 64 };

static const char history_sql[] =
    "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 40000)"
    " INSERT INTO deliveries (kind, event_id, check_id, integration_id, integration_name, state,"
    " status, reason, created_at, due_at, aged_from, finished_at)"
    " SELECT 'finding', 'event', 'check-' || (i % 10), 'integration-' || (i % 20),"
    " 'Hook ' || (i % 20), CASE WHEN i % 100 = 0 THEN 'failed' ELSE 'delivered' END,"
    " CASE WHEN i % 100 = 0 THEN 404 ELSE 200 END, '', 1000000 + i / 10, 0, 0, 1000000 + i / 10"
    " FROM n";

static void run(struct fixture *f, const char *sql)
{
    check(db_exec(store_db(f->store), sql, &f->err), &f->err);
}

static int make_history(void **state)
{
    if (make_fixture(state) != 0)
        return -1;
    run(*state, history_sql);
    return 0;
}

/* One page from a place on. */
static struct delivery_list read_page(struct fixture *f, const struct window_filter *filter,
                                      bool newer, struct delivery_place *from, bool *ended)
{
    const struct window_reading r = {filter, newer, PAGE, LONG_MS};
    struct delivery_list list = {0};
    engine_steps_begin(f->store);
    check(outbox_window(f->store, &r, from, &list, ended, &f->err), &f->err);
    const int steps = engine_steps_end(f->store);
    if (!filter->text)
        assert_in_range(steps, 0, STEPS_MAX);
    return list;
}

/* Every delivery once, in order, from one end to the other. */
static void walks_through(struct fixture *f, const struct window_filter *filter, bool newer,
                          size_t wanted)
{
    struct delivery_place from = newer ? PLACE_BOTTOM : PLACE_TOP;
    size_t count = 0;
    int64_t last = newer ? 0 : INT64_MAX;
    bool ended = false;
    while (!ended) {
        struct delivery_list page = read_page(f, filter, newer, &from, &ended);
        for (size_t i = 0; i < page.count; i++) {
            assert_true(newer ? page.items[i].id > last : page.items[i].id < last);
            assert_true(window_filter_takes(filter, &page.items[i]));
            last = page.items[i].id;
        }
        count += page.count;
        delivery_list_release(&page);
    }
    assert_int_equal(count, wanted);
}

static void outbox_window__walks_each_way_through_all(void **state)
{
    static const char *const one[] = {"integration-7"};
    static const char *const three[] = {"integration-0", "integration-3", "integration-7"};
    static const char *const nobody[] = {"integration-99"};
    const struct {
        struct window_filter filter;
        size_t wanted;
    } cases[] = {
        {{0}, HISTORY},
        {{.failed = true}, HISTORY / 100},
        {{.integration_ids = one, .integration_count = 1}, HISTORY / 20},
        {{.integration_ids = three, .integration_count = 3}, 3 * HISTORY / 20},
        {{.integration_ids = three, .integration_count = 3, .failed = true}, HISTORY / 100},
        {{.integration_ids = one, .integration_count = 1, .failed = true}, 0},
        {{.integration_ids = nobody, .integration_count = 1}, 0},
        {{.text = "hook 13"}, HISTORY / 20},
        {{.text = "404", .failed = true}, HISTORY / 100},
        {{.text = "no such text"}, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        walks_through(*state, &cases[i].filter, false, cases[i].wanted);
        walks_through(*state, &cases[i].filter, true, cases[i].wanted);
    }
}

/* More integrations than are led to an index are looked for among all rows. */
static void outbox_window__bears_very_many_integrations(void **state)
{
    char names[WINDOW_SOURCES_MAX + 2][32];
    const char *ids[ARRAY_LEN(names)];
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        snprintf(names[i], sizeof names[i], "integration-%zu", i);
        ids[i] = names[i];
    }
    const struct window_filter filter = {
        .integration_ids = ids, .integration_count = ARRAY_LEN(ids), .text = ""};
    struct delivery_place from = PLACE_TOP;
    bool ended = false;
    struct delivery_list page = read_page(*state, &filter, false, &from, &ended);
    assert_int_equal(page.count, PAGE);
    delivery_list_release(&page);
}

/* A second in which very many were made costs no more than another. */
static void outbox_window__leaps_within_a_second(void **state)
{
    struct fixture *f = *state;
    const struct window_filter all = {0};
    struct delivery_place from = {5000000, HISTORY / 2};
    bool ended = false;
    run(f, "UPDATE deliveries SET created_at = 5000000");
    struct delivery_list page = read_page(f, &all, false, &from, &ended);
    assert_int_equal(page.count, PAGE);
    assert_int_equal(page.items[0].id, HISTORY / 2 - 1);
    delivery_list_release(&page);
}

static void outbox_window__stops_a_search_when_its_time_is_over(void **state)
{
    struct fixture *f = *state;
    const struct window_filter filter = {.text = "no such text"};
    const struct window_reading r = {&filter, false, PAGE, 0};
    struct delivery_place from = PLACE_TOP;
    struct delivery_list none = {0};
    bool ended = true;
    check(outbox_window(f->store, &r, &from, &none, &ended, &f->err), &f->err);
    assert_false(ended);
    assert_int_equal(none.count, 0);
    assert_in_range(from.id, 2, HISTORY - 1);
}

/* --- the view -------------------------------------------------------------------------------- */

static void more(struct fixture *f, struct outbox_view *v, bool newer)
{
    check(outbox_view_more(v, f->store, newer, LONG_MS, &f->err), &f->err);
    assert_in_range(v->rows.count, 0, VIEW_MAX);
    for (size_t i = 1; i < v->rows.count; i++)
        assert_true(v->rows.items[i - 1].id > v->rows.items[i].id);
}

static void outbox_view__moves_down_and_up_again(void **state)
{
    struct fixture *f = *state;
    struct outbox_view v = {0};
    outbox_view_start(&v, false);
    more(f, &v, false);
    assert_int_equal(v.rows.items[0].id, HISTORY);
    for (int i = 0; i < 40; i++)
        more(f, &v, false);
    assert_int_equal(v.rows.count, VIEW_MAX);
    assert_false(v.at_top);
    assert_int_equal(v.rows.items[VIEW_MAX - 1].id, HISTORY - 41 * VIEW_CHUNK + 1);
    while (!v.at_top)
        more(f, &v, true);
    assert_int_equal(v.rows.items[0].id, HISTORY);
    assert_int_equal(v.rows.count, VIEW_MAX);
    outbox_view_release(&v);
}

static void outbox_view__begins_at_the_oldest_as_well(void **state)
{
    struct fixture *f = *state;
    struct outbox_view v = {0};
    outbox_view_start(&v, true);
    more(f, &v, true);
    assert_int_equal(v.rows.items[v.rows.count - 1].id, 1);
    assert_true(v.at_bottom);
    assert_false(v.at_top);
    more(f, &v, true);
    assert_int_equal(v.rows.count, 2 * VIEW_CHUNK);
    outbox_view_release(&v);
}

static void outbox_view_refresh__brings_what_is_new_and_changed(void **state)
{
    struct fixture *f = *state;
    struct outbox_view v = {0};
    outbox_view_start(&v, false);
    more(f, &v, false);
    run(f, "DELETE FROM deliveries WHERE id = 39999");
    run(f, "UPDATE deliveries SET state = 'failed' WHERE id = 39998");
    const int64_t fresh = add_held(f, "integration-1", START + HISTORY, NULL);
    check(outbox_view_refresh(&v, f->store, LONG_MS, &f->err), &f->err);
    assert_int_equal(v.rows.items[0].id, fresh);
    assert_int_equal(v.rows.items[1].id, HISTORY);
    assert_int_equal(v.rows.items[2].id, HISTORY - 2);
    assert_int_equal(v.rows.items[2].state, DELIVERY_FAILED);
    assert_true(v.at_top);
    assert_int_equal(outbox_view_find(&v, HISTORY - 1), v.rows.count);
    outbox_view_release(&v);
}

/* One that fails only now stands where it was made. */
static void outbox_view_refresh__brings_what_failed_meanwhile(void **state)
{
    struct fixture *f = *state;
    struct outbox_view v = {.filter = {.failed = true}};
    outbox_view_start(&v, false);
    more(f, &v, false);
    assert_int_equal(v.rows.items[1].id, HISTORY - 100);
    run(f, "UPDATE deliveries SET state = 'failed' WHERE id = 39950");
    check(outbox_view_refresh(&v, f->store, LONG_MS, &f->err), &f->err);
    assert_int_equal(v.rows.items[1].id, 39950);
    outbox_view_release(&v);
}

static void outbox_view__of_nothing_sees_the_first_one(void **state)
{
    struct fixture *f = *state;
    struct outbox_view v = {0};
    outbox_view_start(&v, false);
    more(f, &v, false);
    assert_int_equal(v.rows.count, 0);
    assert_true(v.at_top && v.at_bottom);
    const int64_t first = add_held(f, "integration-1", START, NULL);
    check(outbox_view_refresh(&v, f->store, LONG_MS, &f->err), &f->err);
    assert_int_equal(v.rows.count, 1);
    assert_int_equal(v.rows.items[0].id, first);
    outbox_view_release(&v);
}

/* --- figures --------------------------------------------------------------------------------- */

static bool is_configured(void *ctx, const char *id)
{
    return strcmp(id, ctx) != 0;
}

static void tally_all(struct fixture *f, struct outbox_tally *t, const struct tally_of *of)
{
    outbox_tally_begin(t);
    while (t->under_way)
        check(outbox_tally_step(t, f->store, of, 0, &f->err), &f->err);
}

static void outbox_tally__tells_failures_apart(void **state)
{
    static const char *const one[] = {"integration-1"};
    struct fixture *f = *state;
    struct outbox_tally t = {0};
    char removed[] = "integration-2";
    run(f, "UPDATE deliveries SET state = 'failed' WHERE id IN (1, 21, 2)");
    run(f, "UPDATE deliveries SET state = 'failed', kind = 'test' WHERE id = 41");
    add_held(f, "integration-1", START, NULL);
    add_held(f, "integration-3", START, "refused");
    int64_t again = 0;
    check(outbox_redeliver(f->store, 21, START, NULL, &again, &f->err), &f->err);
    tally_all(f, &t, &(struct tally_of){.configured = is_configured, .ctx = removed});
    assert_true(t.known);
    assert_int_equal(t.shown.failed, HISTORY / 100 + 1);
    assert_int_equal(t.shown.sent_again, 1);
    assert_int_equal(t.shown.removed, 1);
    assert_int_equal(t.shown.tests, 1);
    assert_int_equal(t.shown.waiting, 2);
    assert_int_equal(t.shown.held, 1);
    const struct window_filter of = {.integration_ids = one, .integration_count = 1};
    tally_all(f, &t,
              &(struct tally_of){.filter = &of, .configured = is_configured, .ctx = removed});
    assert_int_equal(t.shown.failed, 1);
    assert_int_equal(t.shown.waiting, 2);
    assert_int_equal(t.shown.held, 0);
}

static void count_day(struct fixture *f, struct outbox_day *day, const struct window_filter *of,
                      int64_t now)
{
    outbox_day_begin(day, now);
    while (day->under_way)
        check(outbox_day_step(day, f->store, of, 0, &f->err), &f->err);
}

static void outbox_day__counts_hours_and_what_comes_after(void **state)
{
    static const char *const one[] = {"integration-1"};
    struct fixture *f = *state;
    const int64_t end = START + HISTORY / 10;
    struct outbox_day day = {0};
    int64_t delivered, failed;
    count_day(f, &day, NULL, end);
    outbox_day_totals(&day, &delivered, &failed);
    assert_int_equal(day.created, HISTORY);
    assert_int_equal(delivered, HISTORY - HISTORY / 100);
    assert_int_equal(failed, HISTORY / 100);
    assert_int_equal(day.hours[DAY_HOURS - 2].delivered + day.hours[DAY_HOURS - 2].failed, 7999);

    add_held(f, "integration-1", end + 7, NULL);
    count_day(f, &day, NULL, end + 8);
    assert_int_equal(day.created, HISTORY + 1);
    count_day(f, &day, NULL, end + DAY_MINUTES * 60 + 60);
    assert_int_equal(day.created, 0);

    const struct window_filter of = {.integration_ids = one, .integration_count = 1};
    day = (struct outbox_day){0};
    count_day(f, &day, &of, end + 8);
    outbox_day_totals(&day, &delivered, &failed);
    assert_int_equal(day.created, HISTORY / 20 + 1);
    assert_int_equal(delivered, HISTORY / 20);
    assert_int_equal(failed, 0);
}

static void day_hour_bar__shows_whatever_there_is(void **state)
{
    const struct {
        int64_t delivered, failed;
        int bars[2];
    } cases[] = {
        {0, 0, {0, 0}},   {1000, 0, {8, 0}}, {1, 0, {1, 0}},     {0, 1, {0, 1}},
        {999, 1, {7, 1}}, {1, 999, {1, 7}},  {500, 500, {4, 4}},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct day_hour hour = {0, cases[i].delivered, cases[i].failed};
        int delivered, failed;
        day_hour_bar(&hour, 1000, 8, &delivered, &failed);
        assert_int_equal(delivered, cases[i].bars[0]);
        assert_int_equal(failed, cases[i].bars[1]);
    }
}

#define LONG(name) cmocka_unit_test_setup_teardown(name, make_history, drop_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LONG(outbox_window__walks_each_way_through_all),
        LONG(outbox_window__bears_very_many_integrations),
        LONG(outbox_window__leaps_within_a_second),
        LONG(outbox_window__stops_a_search_when_its_time_is_over),
        LONG(outbox_view__moves_down_and_up_again),
        LONG(outbox_view__begins_at_the_oldest_as_well),
        LONG(outbox_view_refresh__brings_what_is_new_and_changed),
        LONG(outbox_view_refresh__brings_what_failed_meanwhile),
        FIXED(outbox_view__of_nothing_sees_the_first_one),
        LONG(outbox_tally__tells_failures_apart),
        LONG(outbox_day__counts_hours_and_what_comes_after),
        cmocka_unit_test(day_hour_bar__shows_whatever_there_is),
    };
    return cmocka_run_group_tests_name("outbox_window", tests, NULL, NULL);
}
