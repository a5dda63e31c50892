/* The outbox at work: fair claims, holds, removal, two workers at once, a killed one. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/engine_steps.h"
#include "tests/unit/outbox_fixture.h"

/* --- claims -------------------------------------------------------------------------------------
 */

static void outbox_claim_due__takes_what_is_due_once(void **state)
{
    struct fixture *f = *state;
    int64_t id = add(f, "a", NOW);
    add(f, "a", NOW + 5);
    struct delivery_list list = claim(f, NOW, MANY);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].id, id);
    assert_int_equal(list.items[0].state, DELIVERY_IN_FLIGHT);
    assert_string_equal(list.items[0].integration_id, "a");
    assert_string_equal(list.items[0].integration_name, "Billing events");
    assert_string_equal(list.items[0].event_id, "event");
    assert_int_equal(list.items[0].created_at, NOW);
    assert_int_equal(list.items[0].aged_from, NOW);
    assert_int_equal(list.items[0].attempts, 0);
    assert_int_equal(list.items[0].took_ms, -1);
    delivery_list_release(&list);
    assert_int_equal(claimed(f, NOW), 0);
    int64_t due_at = 0;
    check(outbox_next_due(f->store, NULL, &due_at, &f->err), &f->err);
    assert_int_equal(due_at, NOW + 5);
    assert_int_equal(claimed(f, NOW + 5), 1);
    check(outbox_next_due(f->store, NULL, &due_at, &f->err), &f->err);
    assert_int_equal(due_at, 0);
}

static void outbox_claim_due__goes_round_the_integrations(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 4; i++)
        add(f, "a", NOW + i);
    add(f, "b", NOW + 10);
    add(f, "b", NOW + 11);
    add(f, "c", NOW + 12);
    struct delivery_list list = claim(f, NOW + 20, 5);
    char order[8] = "";
    for (size_t i = 0; i < list.count; i++)
        order[i] = list.items[i].integration_id[0];
    assert_string_equal(order, "abcab");
    delivery_list_release(&list);
    /* a and b have two in flight, c one and nothing left */
    list = claim(f, NOW + 20, 1);
    assert_string_equal(list.items[0].integration_id, "a");
    delivery_list_release(&list);
}

/* A receiver that keeps many busy does not get the next free place before others had theirs. */
static void outbox_claim_due__counts_what_is_in_flight_already(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 4; i++)
        add(f, "slow", NOW);
    struct delivery_list list = claim(f, NOW, 3);
    delivery_list_release(&list);
    add(f, "quick", NOW + 1);
    list = claim(f, NOW + 1, 1);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.items[0].integration_id, "quick");
    delivery_list_release(&list);
}

static size_t room_by_name(void *ctx, const char *integration_id)
{
    (void)ctx;
    return integration_id[0] == 'a' ? 1 : integration_id[0] == 'b' ? 0 : 3;
}

static void outbox_claim_due__respects_limits_and_room(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 5; i++) {
        add(f, "a", NOW);
        add(f, "b", NOW);
        add(f, "c", NOW);
    }
    struct claim c = {
        .due_by = NOW, .lease_until = NOW + 60, .limit = MANY, .room = {room_by_name, NULL}};
    struct delivery_list list = claim_with(f, c);
    size_t counts[3] = {0};
    for (size_t i = 0; i < list.count; i++)
        counts[list.items[i].integration_id[0] - 'a']++;
    assert_int_equal(counts[0], 1);
    assert_int_equal(counts[1], 0);
    assert_int_equal(counts[2], 3);
    delivery_list_release(&list);
    list = claim(f, NOW, 0);
    assert_int_equal(list.count, 0);
    delivery_list_release(&list);
}

/* 100,000 waiting deliveries, nearly all of one integration: the others get their turn, and the
 * work of a claim does not depend on the length of the queue. */
static void outbox_claim_due__is_fair_and_cheap_with_a_long_queue(void **state)
{
    enum { INTEGRATIONS = 50, BACKLOG = 100000, EACH = 4, STEPS_MAX = 80000 };
    struct fixture *f = *state;
    check(store_begin(f->store, &f->err), &f->err);
    for (int i = 0; i < BACKLOG; i++) {
        char name[8];
        int n = i < BACKLOG - INTEGRATIONS * EACH ? 0 : i % INTEGRATIONS;
        snprintf(name, sizeof name, "i%02d", n);
        add(f, name, NOW + i / 1000);
    }
    check(store_commit(f->store, &f->err), &f->err);

    engine_steps_begin(f->store);
    struct delivery_list list = claim(f, NOW + BACKLOG, INTEGRATIONS * EACH);
    const int steps = engine_steps_end(f->store);
    size_t counts[INTEGRATIONS] = {0};
    for (size_t i = 0; i < list.count; i++)
        counts[strtoul(list.items[i].integration_id + 1, NULL, 10)]++;
    for (size_t i = 0; i < INTEGRATIONS; i++)
        assert_int_equal(counts[i], EACH);
    delivery_list_release(&list);
    assert_in_range(steps, 0, STEPS_MAX);
}

/* Nor does any step of a delivery's life depend on how much was delivered before. */
static void outbox_hold__is_cheap_with_a_long_history(void **state)
{
    enum { HISTORY = 20000, STEPS_MAX = 16000 };
    struct fixture *f = *state;
    check(store_begin(f->store, &f->err), &f->err);
    for (int i = 0; i < HISTORY; i++)
        add(f, "a", NOW);
    check(db_exec(store_db(f->store),
                  "UPDATE deliveries SET state = 'delivered', due_at = 0, finished_at = 1",
                  &f->err),
          &f->err);
    check(store_commit(f->store, &f->err), &f->err);

    engine_steps_begin(f->store);
    int64_t id = add(f, "a", NOW);
    assert_int_equal(claimed(f, NOW), 1);
    check(outbox_hold(f->store, "a", "refused", NOW, &f->err), &f->err);
    check(outbox_give_back(f->store, id, NOW, &f->err), &f->err);
    add(f, "a", NOW);
    check(outbox_release(f->store, "a", NOW, &f->err), &f->err);
    assert_int_equal(claimed(f, NOW), 2);
    check(outbox_recover(f->store, NOW, &f->err), &f->err);
    check(outbox_end_integration(f->store, "a", NOW, &f->err), &f->err);
    const int steps = engine_steps_end(f->store);
    assert_in_range(steps, 0, STEPS_MAX);
}

static void outbox_recover__returns_what_a_dead_worker_had(void **state)
{
    struct fixture *f = *state;
    int64_t id = add(f, "a", NOW), test = add_test(f, "a", NOW);
    assert_int_equal(claimed(f, NOW), 1);
    check(outbox_recover(f->store, NOW + 9, &f->err), &f->err);
    expect(f, id, DELIVERY_PENDING, "", NOW + 9);
    struct delivery d = look(f, id);
    assert_int_equal(d.attempts, 0);
    delivery_release(&d);
    expect(f, test, DELIVERY_IN_FLIGHT, "", 0); /* somebody sends it just now */
    assert_int_equal(claimed(f, NOW + 9), 1);
    check(outbox_recover(f->store, NOW + 7200, &f->err), &f->err);
    expect(f, test, DELIVERY_FAILED, "the test was interrupted", 0);
}

static void outbox_give_back__returns_one(void **state)
{
    struct fixture *f = *state;
    int64_t first = add(f, "a", NOW), second = add(f, "a", NOW);
    assert_int_equal(claimed(f, NOW), 2);
    check(outbox_give_back(f->store, second, NOW + 1, &f->err), &f->err);
    expect(f, first, DELIVERY_IN_FLIGHT, "", 0);
    expect(f, second, DELIVERY_PENDING, "", NOW + 1);
    record(f, first, DELIVERY_DELIVERED, 200, "delivered", NOW + 1);
    check(outbox_give_back(f->store, first, NOW + 2, &f->err), &f->err);
    expect(f, first, DELIVERY_DELIVERED, "delivered", 0);
}

/* --- holds --------------------------------------------------------------------------------------
 */

static void outbox_hold__stops_and_releases_without_ageing(void **state)
{
    struct fixture *f = *state;
    int64_t waiting = add(f, "a", NOW), other = add(f, "b", NOW);
    check(outbox_hold(f->store, "a", "refused: 401", NOW + 1, &f->err), &f->err);
    check(outbox_hold(f->store, "a", "second reason", NOW + 2, &f->err), &f->err);
    expect(f, waiting, DELIVERY_HELD, "refused: 401", 0);
    expect(f, other, DELIVERY_PENDING, "", NOW);
    int64_t later = add(f, "a", NOW + 3);
    expect(f, later, DELIVERY_HELD, "refused: 401", 0);
    assert_int_equal(claimed(f, NOW + 10), 1);

    struct integration_facts facts = {0};
    check(outbox_facts(f->store, "a", &facts, &f->err), &f->err);
    assert_true(facts.on_hold);
    assert_string_equal(facts.hold_reason, "refused: 401");
    assert_int_equal(facts.hold_since, NOW + 1);
    assert_int_equal(facts.counts.held, 2);
    assert_int_equal(facts.counts.waiting, 0);
    integration_facts_release(&facts);

    check(outbox_release(f->store, "a", NOW + 5000, &f->err), &f->err);
    check(outbox_release(f->store, "a", NOW + 6000, &f->err), &f->err);
    expect(f, waiting, DELIVERY_PENDING, "", NOW + 5000);
    struct delivery d = look(f, waiting);
    assert_int_equal(d.aged_from, NOW + 5000);
    assert_int_equal(d.created_at, NOW);
    delivery_release(&d);
    check(outbox_facts(f->store, "a", &facts, &f->err), &f->err);
    assert_false(facts.on_hold);
    assert_null(facts.hold_reason);
    integration_facts_release(&facts);
    assert_int_equal(claimed(f, NOW + 5000), 2);
}

/* What was in flight when the hold began does not slip past it. */
static void outbox_hold__catches_what_comes_back(void **state)
{
    struct fixture *f = *state;
    int64_t retried = add(f, "a", NOW), returned = add(f, "a", NOW), refused = add(f, "a", NOW),
            recovered = add(f, "a", NOW);
    assert_int_equal(claimed(f, NOW), 4);
    record(f, refused, DELIVERY_HELD, 401, "refused", NOW + 1);
    check(outbox_hold(f->store, "a", "refused", NOW + 1, &f->err), &f->err);
    record(f, retried, DELIVERY_PENDING, 503, "retry", NOW + 2);
    check(outbox_give_back(f->store, returned, NOW + 2, &f->err), &f->err);
    check(outbox_recover(f->store, NOW + 2, &f->err), &f->err);
    expect(f, refused, DELIVERY_HELD, "refused", 0);
    expect(f, retried, DELIVERY_HELD, "refused", 0);
    expect(f, returned, DELIVERY_HELD, "refused", 0);
    expect(f, recovered, DELIVERY_HELD, "refused", 0);
    check(outbox_release(f->store, "a", NOW + 3, &f->err), &f->err);
    assert_int_equal(claimed(f, NOW + 3), 4);
}

static void outbox_add_delivery__may_begin_held(void **state)
{
    struct fixture *f = *state;
    int64_t id = add_held(f, "a", NOW, "integration is disabled");
    expect(f, id, DELIVERY_HELD, "integration is disabled", 0);
    check(outbox_release(f->store, "a", NOW + 1, &f->err), &f->err);
    expect(f, id, DELIVERY_PENDING, "", NOW + 1);
}

static void outbox_end_integration__ends_what_waits(void **state)
{
    struct fixture *f = *state;
    int64_t done = add(f, "a", NOW), flying = add(f, "a", NOW), late = add(f, "a", NOW);
    assert_int_equal(claimed(f, NOW), 3);
    record(f, done, DELIVERY_DELIVERED, 200, "delivered", NOW + 1);
    int64_t pending = add(f, "a", NOW + 1), held = add_held(f, "a", NOW + 1, "off");
    int64_t other = add(f, "b", NOW + 1);
    check(outbox_end_integration(f->store, "a", NOW + 2, &f->err), &f->err);
    expect(f, done, DELIVERY_DELIVERED, "delivered", 0);
    expect(f, pending, DELIVERY_FAILED, "integration removed", 0);
    expect(f, held, DELIVERY_FAILED, "integration removed", 0);
    expect(f, other, DELIVERY_PENDING, "", NOW + 1);

    /* answers that were on their way: one would be retried, the other arrived after all */
    record(f, flying, DELIVERY_PENDING, 503, "retry", NOW + 3);
    expect(f, flying, DELIVERY_FAILED, "integration removed", 0);
    struct delivery d = look(f, flying);
    assert_int_equal(d.attempts, 1);
    delivery_release(&d);
    record(f, late, DELIVERY_DELIVERED, 200, "delivered", NOW + 3);
    expect(f, late, DELIVERY_DELIVERED, "delivered", 0);
}

/* What came of the last send is what it was; what failed for another reason stays so. */
static void outbox_restore_integration__lets_wait_again_what_its_removal_ended(void **state)
{
    struct fixture *f = *state;
    int64_t done = add(f, "a", NOW), refused = add(f, "a", NOW);
    assert_int_equal(claimed(f, NOW), 2);
    record(f, refused, DELIVERY_FAILED, 404, "failed", NOW + 1);
    record(f, done, DELIVERY_DELIVERED, 204, "delivered", NOW + 2);
    int64_t pending = add(f, "a", NOW + 3), held = add_held(f, "a", NOW + 3, "off");
    int64_t other = add(f, "b", NOW + 3);
    check(outbox_end_integration(f->store, "b", NOW + 4, &f->err), &f->err);
    check(outbox_end_integration(f->store, "a", NOW + 4, &f->err), &f->err);

    check(outbox_restore_integration(f->store, "a", NOW + 4, NOW + 60, &f->err), &f->err);
    expect(f, pending, DELIVERY_PENDING, "", NOW + 60);
    expect(f, held, DELIVERY_PENDING, "", NOW + 60);
    expect(f, refused, DELIVERY_FAILED, "failed", 0);
    expect(f, other, DELIVERY_FAILED, "integration removed", 0);
    struct delivery d = look(f, pending);
    assert_int_equal(d.aged_from, NOW + 60);
    assert_int_equal(d.finished_at, 0);
    delivery_release(&d);
    struct integration_facts facts = {0};
    check(outbox_facts(f->store, "a", &facts, &f->err), &f->err);
    assert_int_equal(facts.last_status, 404);
    assert_false(facts.last_ok);
    assert_int_equal(facts.counts.waiting, 2);
    integration_facts_release(&facts);
}

static void outbox_restore_integration__leaves_what_ended_before(void **state)
{
    struct fixture *f = *state;
    int64_t old = add(f, "a", NOW);
    check(outbox_end_integration(f->store, "a", NOW + 1, &f->err), &f->err);
    check(outbox_restore_integration(f->store, "a", NOW + 2, NOW + 3, &f->err), &f->err);
    expect(f, old, DELIVERY_FAILED, "integration removed", 0);
}

/* --- processes ----------------------------------------------------------------------------------
 */

/* Claims at most three and records each as delivered; -1 where that failed. */
static int work_once(struct store *s, struct error *err)
{
    const struct claim c = {.due_by = NOW, .lease_until = NOW + 60, .limit = 3};
    struct delivery_list list = {0};
    bool ok = outbox_claim_due(s, &c, &list, err);
    int count = (int)list.count;
    for (size_t i = 0; ok && i < list.count; i++) {
        struct attempt_result r =
            result(list.items[i].id, DELIVERY_DELIVERED, 200, "delivered", NOW);
        ok = outbox_record(s, &r, err);
        attempt_release(&r.attempt);
    }
    delivery_list_release(&list);
    return ok ? count : -1;
}

/* A worker in a process of its own: writes how many it delivered before nothing was left. */
static void work(const char *path, int out)
{
    struct error err = {0};
    struct store *s = store_open(path, &err);
    int sum = 0, count = -1;
    while (s && (count = work_once(s, &err)) > 0)
        sum += count;
    if (count < 0)
        fprintf(stderr, "worker: %s\n", err.text);
    store_close(s);
    _exit(count == 0 && write(out, &sum, sizeof sum) == sizeof sum ? 0 : 1);
}

static void outbox_claim_due__two_processes_never_take_the_same(void **state)
{
    enum { WORKERS = 2, DELIVERIES = 120 };
    struct fixture *f = *state;
    int pipes[2], sum = 0;
    for (int i = 0; i < DELIVERIES; i++)
        add(f, i % 2 ? "a" : "b", NOW);
    store_close(f->store); /* a connection must not be carried over a fork */
    assert_int_equal(pipe(pipes), 0);
    for (int i = 0; i < WORKERS; i++)
        if (fork() == 0)
            work(f->path, pipes[1]);
    for (int i = 0; i < WORKERS; i++) {
        int count = 0, status = -1;
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
        assert_int_equal(read(pipes[0], &count, sizeof count), sizeof count);
        sum += count;
    }
    close(pipes[0]);
    close(pipes[1]);
    f->store = store_open(f->path, &f->err);
    assert_int_equal(sum, DELIVERIES);
    struct outbox_counts c = {0};
    check(outbox_count(f->store, NULL, 0, &c, &f->err), &f->err);
    assert_int_equal(c.delivered, DELIVERIES);
}

/* Results that were not committed when the worker was killed are only repeated. */
static void outbox_record__a_killed_worker_loses_nothing(void **state)
{
    struct fixture *f = *state;
    int64_t first = add(f, "a", NOW), second = add(f, "a", NOW);
    store_close(f->store);
    pid_t pid = fork();
    if (pid == 0) {
        f->store = store_open(f->path, &f->err);
        if (claimed(f, NOW) != 2)
            _exit(1);
        record(f, first, DELIVERY_DELIVERED, 200, "delivered", NOW);
        check(store_begin(f->store, &f->err), &f->err);
        record(f, second, DELIVERY_DELIVERED, 200, "delivered", NOW);
        raise(SIGKILL);
    }
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    f->store = store_open(f->path, &f->err);
    assert_true(WIFSIGNALED(status));
    check(outbox_recover(f->store, NOW + 1, &f->err), &f->err);
    expect(f, first, DELIVERY_DELIVERED, "delivered", 0);
    expect(f, second, DELIVERY_PENDING, "", NOW + 1);
    struct attempt_list list = {0};
    check(outbox_attempts(f->store, second, &list, &f->err), &f->err);
    assert_int_equal(list.count, 0);
    attempt_list_release(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FIXED(outbox_add_delivery__may_begin_held),
        FIXED(outbox_claim_due__takes_what_is_due_once),
        FIXED(outbox_claim_due__goes_round_the_integrations),
        FIXED(outbox_claim_due__counts_what_is_in_flight_already),
        FIXED(outbox_claim_due__respects_limits_and_room),
        FIXED(outbox_claim_due__is_fair_and_cheap_with_a_long_queue),
        FIXED(outbox_claim_due__two_processes_never_take_the_same),
        FIXED(outbox_recover__returns_what_a_dead_worker_had),
        FIXED(outbox_give_back__returns_one),
        FIXED(outbox_record__a_killed_worker_loses_nothing),
        FIXED(outbox_hold__stops_and_releases_without_ageing),
        FIXED(outbox_hold__catches_what_comes_back),
        FIXED(outbox_hold__is_cheap_with_a_long_history),
        FIXED(outbox_end_integration__ends_what_waits),
        FIXED(outbox_restore_integration__lets_wait_again_what_its_removal_ended),
        FIXED(outbox_restore_integration__leaves_what_ended_before),
    };
    return cmocka_run_group_tests_name("outbox_claim", tests, NULL, NULL);
}
