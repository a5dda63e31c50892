/* Tests of finding deliveries: every filter, little work in a long history, sending all again. */
#include "tests/support/engine_steps.h"
#include "tests/unit/outbox_fixture.h"

#include <stdio.h>
#include <string.h>

/* A history of HISTORY deliveries, one a minute, of 20 integrations and 10 checks. */
enum { HISTORY = 200000, INTEGRATIONS = 20, SOME = 50, START = 1000000, STEPS_MAX = 32000 };

static const char history_sql[] =
    "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 200000)"
    " INSERT INTO deliveries (kind, event_id, check_id, integration_id, integration_name, state,"
    " reason, created_at, due_at, aged_from, finished_at)"
    " SELECT 'finding', 'event', 'check-' || (i % 10), 'integration-' || (i % 20), 'Hook',"
    " 'delivered', '', 1000000 + i * 60, 0, 0, 1000000 + i * 60 FROM n";

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

/* The list, and the work that it took. */
static struct delivery_list find_counting(struct fixture *f, struct delivery_filter filter,
                                          int *steps)
{
    struct delivery_list list = {0};
    engine_steps_begin(f->store);
    check(outbox_list(f->store, &filter, &list, &f->err), &f->err);
    *steps = engine_steps_end(f->store);
    for (size_t i = 1; i < list.count; i++)
        assert_true(list.items[i - 1].created_at >= list.items[i].created_at);
    return list;
}

static void finds_at(int line, struct fixture *f, struct delivery_filter filter, size_t count,
                     int64_t first_id)
{
    int steps;
    struct delivery_list list = find_counting(f, filter, &steps);
    if (steps > STEPS_MAX)
        fail_msg("line %d: took %d steps", line, steps);
    if (list.count != count || (count > 0 && list.items[0].id != first_id))
        fail_msg("line %d: found %zu, first %lld", line, list.count,
                 list.count > 0 ? (long long)list.items[0].id : 0LL);
    delivery_list_release(&list);
}
#define finds(...) finds_at(__LINE__, __VA_ARGS__)

#define ANY(...)        ((struct delivery_filter){.state = -1, .limit = SOME, __VA_ARGS__})
#define IN(state_, ...) ((struct delivery_filter){.state = (state_), __VA_ARGS__})

static void outbox_list__is_cheap_whatever_is_asked_for(void **state)
{
    struct fixture *f = *state;
    run(f, "UPDATE deliveries SET state = 'failed' WHERE id IN (70, 80, 90)");
    run(f, "UPDATE deliveries SET state = 'held' WHERE id IN (71, 81)");
    run(f, "UPDATE deliveries SET state = 'pending', due_at = 5, finished_at = 0"
           " WHERE id IN (72, 82, 92)");
    run(f, "UPDATE deliveries SET state = 'in_flight', finished_at = 0 WHERE id IN (73, 93)");
    finds(f, ANY(.text = NULL), SOME, HISTORY);
    finds(f, ANY(.integration_id = "integration-7"), SOME, 199987);
    finds(f, ANY(.check_id = "check-4"), SOME, 199994);
    finds(f, IN(DELIVERY_DELIVERED, .limit = SOME), SOME, HISTORY);
    finds(f, IN(DELIVERY_FAILED, .limit = SOME), 3, 90);
    finds(f, IN(DELIVERY_FAILED, .limit = 0), 3, 90);
    finds(f, IN(DELIVERY_FAILED, .limit = 2), 2, 90);
    finds(f, IN(DELIVERY_FAILED, .integration_id = "integration-0", .limit = SOME), 1, 80);
    finds(f, IN(DELIVERY_FAILED, .check_id = "check-0", .limit = SOME), 3, 90);
    finds(f, IN(DELIVERY_FAILED, .check_id = "check-1", .limit = SOME), 0, 0);
    finds(f, IN(DELIVERY_HELD, .limit = SOME), 2, 81);
    finds(f, IN(DELIVERY_HELD, .integration_id = "integration-11", .limit = SOME), 1, 71);
    finds(f, IN(DELIVERY_PENDING, .limit = SOME), 3, 92);
    finds(f, IN(DELIVERY_PENDING, .integration_id = "integration-12", .limit = SOME), 2, 92);
    finds(f, IN(DELIVERY_IN_FLIGHT, .limit = SOME), 2, 93);
    finds(f, IN(DELIVERY_IN_FLIGHT, .integration_id = "integration-13", .limit = SOME), 2, 93);
    finds(f, ANY(.integration_id = "none"), 0, 0);
    finds(f, ANY(.check_id = "none"), 0, 0);
}

static void outbox_list__leaps_to_a_time(void **state)
{
    struct fixture *f = *state;
    int64_t old = START + 100 * 60;
    finds(f, ANY(.until = old), SOME, 99);
    finds(f, ANY(.since = old, .until = old + 3 * 60), 3, 102);
    finds(f, ANY(.since = START + HISTORY * 60), 1, HISTORY);
    finds(f, ANY(.since = START + HISTORY * 60 + 1), 0, 0);
    finds(f, ANY(.until = START), 0, 0);
    finds(f, ANY(.until = old, .integration_id = "integration-3"), 5, 83);
    finds(f, ANY(.until = old, .check_id = "check-3"), 10, 93);
    run(f, "UPDATE deliveries SET state = 'failed' WHERE id % 1000 = 0");
    finds(f, IN(DELIVERY_FAILED, .until = START + 5000 * 60, .limit = SOME), 4, 4000);
}

/* Ids do not follow time where a clock was set back or forth; nothing is missed. */
static void outbox_list__bears_a_clock_that_was_wrong(void **state)
{
    struct fixture *f = *state;
    int64_t early = add(f, "a", 100000), future = add(f, "a", 90000000), past = add(f, "a", 10);
    int64_t late = add(f, "a", 200000);
    finds(f, ANY(.until = 100000), 1, past);
    finds(f, ANY(.since = 99000, .until = 300000), 2, late);
    finds(f, ANY(.since = 99000, .until = 150000), 1, early);
    finds(f, ANY(.since = 300000), 1, future);
    finds(f, IN(DELIVERY_PENDING, .until = 100000), 1, past);
    finds(f, ANY(.integration_id = "a", .since = 150000), 2, future);
}

/* A long queue: its newest stand at the end, and nobody sorts it for a short list. */
static void outbox_list__is_cheap_with_everything_pending_or_failed(void **state)
{
    struct fixture *f = *state;
    run(f, "UPDATE deliveries SET state = 'pending', due_at = 5, finished_at = 0");
    finds(f, IN(DELIVERY_PENDING, .limit = SOME), SOME, HISTORY);
    finds(f, IN(DELIVERY_PENDING, .integration_id = "integration-1", .limit = SOME), SOME, 199981);
    run(f, "UPDATE deliveries SET state = 'failed', due_at = 0, finished_at = 5");
    finds(f, IN(DELIVERY_FAILED, .limit = SOME), SOME, HISTORY);
    finds(f, IN(DELIVERY_FAILED, .integration_id = "integration-1", .limit = SOME), SOME, 199981);
    run(f, "UPDATE deliveries SET state = 'held', finished_at = 0");
    finds(f, IN(DELIVERY_HELD, .limit = SOME), SOME, HISTORY);
}

static bool count_until_three(void *ctx, const struct delivery *d, struct error *err)
{
    int *count = ctx;
    assert_true(d->id > 0);
    return ++*count < 3 || error_set(err, ERR_CANCELLED, "enough");
}

static void outbox_each__ends_when_its_sink_says_so(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    struct delivery_filter filter = DELIVERY_FILTER_ALL;
    int count = 0;
    for (int i = 0; i < 5; i++)
        add(f, "a", NOW);
    assert_false(outbox_each(f->store, &filter, count_until_three, &count, &err));
    assert_int_equal(err.kind, ERR_CANCELLED);
    assert_int_equal(count, 3);
}

struct former {
    int count;
    char id[40];
};

static void note_former(void *ctx, const char *id, const char *name)
{
    struct former *found = ctx;
    assert_non_null(name);
    found->count++;
    snprintf(found->id, sizeof found->id, "%s", id);
}

static void outbox_former_integrations__finds_names_and_ids(void **state)
{
    static const struct {
        const char *name;
        int count;
    } cases[] = {{"billing EVENTS", 2}, {"a", 1}, {"b", 1}, {"c", 0}, {"Billing", 0}};
    struct fixture *f = *state;
    add(f, "a", NOW);
    add(f, "b", NOW);
    add(f, "b", NOW);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct former found = {0};
        check(outbox_former_integrations(f->store, cases[i].name, note_former, &found, &f->err),
              &f->err);
        assert_int_equal(found.count, cases[i].count);
    }
}

/* --- sending all that failed again ------------------------------------------------------------ */

struct pairs {
    int count;
    int64_t old_id, new_id; /* the last pair */
};

static void note_pair(void *ctx, int64_t old_id, int64_t new_id)
{
    struct pairs *pairs = ctx;
    assert_true(old_id > pairs->old_id && new_id > old_id);
    pairs->count++;
    pairs->old_id = old_id;
    pairs->new_id = new_id;
}

static struct pairs send_again(struct fixture *f, struct redeliver r)
{
    struct pairs pairs = {0};
    int64_t counted = -1;
    check(outbox_count_failed(f->store, &r, &counted, &f->err), &f->err);
    check(outbox_redeliver_failed(f->store, &r, note_pair, &pairs, &f->err), &f->err);
    assert_int_equal(pairs.count, counted);
    return pairs;
}

static int64_t add_failed(struct fixture *f, const char *integration, int64_t now)
{
    int64_t id = add(f, integration, now);
    record(f, id, DELIVERY_FAILED, 404, "Not Found", now);
    return id;
}

static void outbox_redeliver_failed__takes_what_failed_once(void **state)
{
    struct fixture *f = *state;
    int64_t first = add_failed(f, "a", NOW), second = add_failed(f, "a", NOW + 10);
    int64_t again = 0;
    add_failed(f, "b", NOW);
    record(f, add_test(f, "a", NOW), DELIVERY_FAILED, 500, "x", NOW);
    record(f, add(f, "a", NOW), DELIVERY_DELIVERED, 200, "", NOW);
    add(f, "a", NOW);
    check(outbox_redeliver(f->store, first, NOW, NULL, &again, &f->err), &f->err);
    struct pairs made = send_again(f, (struct redeliver){.integration_id = "a", .now = NOW + 20});
    assert_int_equal(made.count, 1);
    assert_int_equal(made.old_id, second);
    struct delivery d = look(f, made.new_id);
    assert_int_equal(d.state, DELIVERY_PENDING);
    assert_int_equal(d.created_at, NOW + 20);
    assert_int_equal(d.due_at, NOW + 20);
    assert_int_equal(d.aged_from, NOW + 20);
    assert_int_equal(d.redelivery_of, second);
    assert_string_equal(d.event_id, "event");
    assert_string_equal(d.integration_name, "Billing events");
    delivery_release(&d);
    made = send_again(f, (struct redeliver){.integration_id = "a", .now = NOW + 30});
    assert_int_equal(made.count, 0);
    record(f, again, DELIVERY_FAILED, 404, "again", NOW + 40); /* what failed again counts anew */
    made = send_again(f, (struct redeliver){.integration_id = "a", .now = NOW + 50});
    assert_int_equal(made.old_id, again);
}

static void outbox_redeliver_failed__filters_and_holds(void **state)
{
    struct fixture *f = *state;
    add_failed(f, "a", NOW);
    int64_t second = add_failed(f, "a", NOW + 10);
    add_failed(f, "a", NOW + 20);
    const struct redeliver none = {.integration_id = "a", .check_id = "other", .now = NOW + 30};
    assert_int_equal(send_again(f, none).count, 0);
    const struct redeliver middle = {.integration_id = "a",
                                     .check_id = "no-mfa",
                                     .since = NOW + 10,
                                     .until = NOW + 20,
                                     .now = NOW + 30,
                                     .held_reason = "refused"};
    struct pairs made = send_again(f, middle);
    assert_int_equal(made.count, 1);
    assert_int_equal(made.old_id, second);
    expect(f, made.new_id, DELIVERY_HELD, "refused", 0);
}

/* Put on hold meanwhile: what is made waits as well. */
static void outbox_redeliver_failed__waits_while_on_hold(void **state)
{
    struct fixture *f = *state;
    add_failed(f, "a", NOW);
    check(outbox_hold(f->store, "a", "answered 401", NOW, &f->err), &f->err);
    struct pairs made = send_again(f, (struct redeliver){.integration_id = "a", .now = NOW + 1});
    expect(f, made.new_id, DELIVERY_HELD, "answered 401", 0);
}

static void outbox_redeliver_failed__is_cheap_in_a_long_history(void **state)
{
    enum { FAILED = HISTORY / 1000 / 2 };
    struct fixture *f = *state;
    run(f, "UPDATE deliveries SET state = 'failed' WHERE id % 1000 = 0 OR id % 1000 = 1");
    struct pairs pairs = {0};
    const struct redeliver r = {.integration_id = "integration-1", .now = NOW};
    engine_steps_begin(f->store);
    check(outbox_redeliver_failed(f->store, &r, note_pair, &pairs, &f->err), &f->err);
    const int steps = engine_steps_end(f->store);
    assert_int_equal(pairs.count, 2 * FAILED);
    assert_in_range(steps, 0, STEPS_MAX);
}

#define LONG(name) cmocka_unit_test_setup_teardown(name, make_history, drop_fixture)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LONG(outbox_list__is_cheap_whatever_is_asked_for),
        LONG(outbox_list__leaps_to_a_time),
        FIXED(outbox_list__bears_a_clock_that_was_wrong),
        LONG(outbox_list__is_cheap_with_everything_pending_or_failed),
        FIXED(outbox_each__ends_when_its_sink_says_so),
        FIXED(outbox_former_integrations__finds_names_and_ids),
        FIXED(outbox_redeliver_failed__takes_what_failed_once),
        FIXED(outbox_redeliver_failed__filters_and_holds),
        FIXED(outbox_redeliver_failed__waits_while_on_hold),
        LONG(outbox_redeliver_failed__is_cheap_in_a_long_history),
    };
    return cmocka_run_group_tests_name("outbox_find", tests, NULL, NULL);
}
