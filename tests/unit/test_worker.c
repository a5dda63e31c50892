/* Tests of the worker's life with a real store and receivers: claims, verdicts, the end. */
#include "tests/support/worker_bench.h"

#include <stdio.h>

#include "core/store/db.h"

/* --- what comes of a delivery ----------------------------------------------------------------- */

static void worker__delivers_and_records(void **state)
{
    struct bench *b = *state;
    bench_save(b);
    int64_t id = bench_enqueue(b);
    bench_start_worker(b);
    assert_false(worker_idle(b->worker));
    bench_run(b);
    struct delivery d = bench_delivery(b, id);
    assert_int_equal(d.state, DELIVERY_DELIVERED);
    assert_int_equal(d.attempts, 1);
    assert_int_equal(d.status, 200);
    assert_true(d.finished_at > 0);
    assert_true(d.took_ms >= 0);
    assert_int_equal(b->recorded, 1);
    struct attempt_list attempts = bench_attempts(b, id);
    assert_int_equal(attempts.count, 1);
    assert_int_equal(attempts.items[0].n, 1);
    assert_string_equal(attempts.items[0].outcome, "delivered");
    assert_string_equal(attempts.items[0].method, "POST");
    char *event_id = receiver_header(receiver_wait(b->receiver, 0, 5000), "X-Checkhook-Event-Id");
    assert_string_equal(event_id, d.event_id);
    assert_int_equal(worker_timeout_ms(b->worker), -1);
    free(event_id);
    attempt_list_release(&attempts);
    delivery_release(&d);
}

static void worker__delivers_many_to_many(void **state)
{
    enum { EACH = 150 };
    static const char second[] = "55555555-5555-4555-8555-555555555555";
    struct bench *b = *state;
    bench_save(b);
    bench_save_other(b, second, "/other");
    int64_t first_id = 0, last_id = 0;
    struct error err = {0};
    fixture_check(store_begin(b->f.store, &err), &err);
    for (int i = 0; i < EACH; i++) {
        int64_t id = bench_enqueue(b);
        first_id = first_id ? first_id : id;
        last_id = bench_enqueue_to(b, second);
    }
    fixture_check(store_commit(b->f.store, &err), &err);
    bench_start_worker(b);
    bench_run(b);
    assert_int_equal(receiver_count(b->receiver), 2 * EACH);
    assert_int_equal(b->recorded, 2 * EACH);
    bench_expect_state(b, first_id, DELIVERY_DELIVERED, "");
    bench_expect_state(b, last_id, DELIVERY_DELIVERED, "");
    /* No more connections than slots: 4 of each, and reused. */
    assert_true(receiver_connections(b->receiver) <= 8);
}

static void worker__retries_later(void **state)
{
    struct bench *b = *state;
    bench_stopped_ms = (int64_t)FIXTURE_NOW * 1000;
    receiver_answer(b->receiver, NULL,
                    (struct receiver_answer){.status = 503, .headers = "Retry-After: 60\r\n"});
    bench_save(b);
    int64_t id = bench_enqueue(b);
    bench_start_worker(b);
    bench_stopped_ms += 1000; /* so that results are old enough to commit */
    bench_run(b);
    struct delivery d = bench_delivery(b, id);
    assert_int_equal(d.state, DELIVERY_PENDING);
    assert_int_equal(d.attempts, 1);
    assert_in_range(d.due_at, bench_now_s() + 60, bench_now_s() + 61);
    assert_non_null(strstr(d.reason, "503 Service Unavailable"));
    assert_in_range(worker_timeout_ms(b->worker), 59000, 61000);
    delivery_release(&d);

    receiver_answer(b->receiver, NULL, (struct receiver_answer){.status = 204});
    bench_stopped_ms += 61000;
    bench_run(b);
    d = bench_delivery(b, id);
    assert_int_equal(d.state, DELIVERY_DELIVERED);
    assert_int_equal(d.attempts, 2);
    delivery_release(&d);
}

static void worker__ends_after_the_last_attempt(void **state)
{
    struct bench *b = *state;
    receiver_answer(b->receiver, NULL, (struct receiver_answer){.way = RECEIVER_CLOSES});
    b->f.in.max_attempts = 0;
    bench_save(b);
    int64_t id = bench_enqueue(b);
    bench_start_worker(b);
    bench_run(b);
    bench_expect_state(
        b, id, DELIVERY_FAILED,
        "closed the connection without an answer; not sent again: no attempt is left");
}

static void worker__fails_for_good_where_retrying_helps_nobody(void **state)
{
    static const struct {
        struct receiver_answer answer;
        const char *reason, *outcome;
    } cases[] = {
        {{.status = 404}, "nothing at this address", "failed"},
        {{.status = 302, .headers = "Location: /x\r\n"}, "redirects to /x", "failed"},
        {{.status = 413}, "too large", "failed"},
        {{.status = 410}, "gone for good", "gone"},
    };
    struct bench *b = *state;
    bench_save(b);
    bench_start_worker(b);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        receiver_answer(b->receiver, NULL, cases[i].answer);
        int64_t id = bench_enqueue(b);
        bench_run(b);
        bench_expect_state(b, id, DELIVERY_FAILED, cases[i].reason);
        struct attempt_list attempts = bench_attempts(b, id);
        assert_string_equal(attempts.items[0].outcome, cases[i].outcome);
        struct integration_facts facts = bench_facts(b);
        assert_int_equal(facts.gone, strcmp(cases[i].outcome, "gone") == 0);
        integration_facts_release(&facts);
        attempt_list_release(&attempts);
    }
}

/* Where the connection stood already, there was nothing to wait for but the answer. */
static void worker__says_what_it_waited_for_on_a_connection_that_stood(void **state)
{
    struct bench *b = *state;
    const struct receiver_answer answers[] = {{.status = 204}, {.way = RECEIVER_HANGS}};
    receiver_script(b->receiver, "/in", answers, ARRAY_LEN(answers));
    b->f.in.timeout_s = 1;
    b->f.in.max_attempts = 0;
    bench_save(b);
    bench_enqueue(b);
    bench_start_worker(b);
    bench_run(b);
    int64_t id = bench_enqueue(b);
    bench_run(b);
    assert_int_equal(receiver_connections(b->receiver), 1);
    bench_expect_state(b, id, DELIVERY_FAILED, "(waiting for the answer)");
}

/* Somebody removed rows by hand: that keeps no other delivery waiting. */
static void worker__goes_on_where_rows_are_gone(void **state)
{
    struct bench *b = *state;
    struct error err = {0};
    bench_save(b);
    int64_t no_event = bench_enqueue(b), other = bench_enqueue(b);
    char *remove = mem_printf("DELETE FROM event_bodies WHERE key ="
                              " (SELECT body_key FROM deliveries WHERE id = %lld)",
                              (long long)no_event);
    fixture_check(db_exec(store_db(b->f.store), remove, &err), &err);
    bench_start_worker(b);
    bench_run(b);
    bench_expect_state(b, no_event, DELIVERY_FAILED, "there is no event");
    bench_expect_state(b, other, DELIVERY_DELIVERED, NULL);

    int64_t gone = bench_enqueue(b);
    bench_step(b);
    free(remove);
    remove = mem_printf("DELETE FROM deliveries WHERE id = %lld", (long long)gone);
    fixture_check(db_exec(store_db(b->f.store), remove, &err), &err);
    other = bench_enqueue(b);
    bench_run(b);
    bench_expect_state(b, other, DELIVERY_DELIVERED, NULL);
    free(remove);
}

/* --- its beginning and end -------------------------------------------------------------------- */

static void worker_new__recovers_what_a_dead_one_had(void **state)
{
    struct bench *b = *state;
    struct error err = {0};
    struct delivery_list list = {0};
    bench_save(b);
    int64_t id = bench_enqueue(b);
    struct claim claim = {.due_by = bench_now_s(), .lease_until = bench_now_s() + 600, .limit = 1};
    fixture_check(outbox_claim_due(b->f.store, &claim, &list, &err), &err);
    assert_int_equal(list.count, 1);
    delivery_list_release(&list);
    bench_start_worker(b);
    bench_run(b);
    struct delivery d = bench_delivery(b, id);
    assert_int_equal(d.state, DELIVERY_DELIVERED);
    assert_int_equal(d.attempts, 1);
    delivery_release(&d);
}

static void worker_free__gives_back_what_is_in_flight(void **state)
{
    struct bench *b = *state;
    receiver_answer(b->receiver, "/in", (struct receiver_answer){.way = RECEIVER_HANGS});
    bench_save(b);
    int64_t id = bench_enqueue(b);
    bench_start_worker(b);
    bench_step(b);
    bench_expect_state(b, id, DELIVERY_IN_FLIGHT, NULL);
    bench_stop_worker(b);
    struct delivery d = bench_delivery(b, id);
    assert_int_equal(d.state, DELIVERY_PENDING);
    assert_int_equal(d.attempts, 0);
    assert_int_equal(transport_active(b->f.transport), 0);
    delivery_release(&d);
}

/* Somebody else writes for long: who asked for the lock, or to end, does not wait for each. */
static void worker_free__waits_once_for_all_integrations(void **state)
{
    enum { COUNT = 20, MOST_MS = 4000 };
    struct bench *b = *state;
    struct error err = {0};
    receiver_answer(b->receiver, NULL, (struct receiver_answer){.way = RECEIVER_HANGS});
    for (int i = 0; i < COUNT; i++) {
        char id[UUID_LEN + 1];
        snprintf(id, sizeof id, "66666666-6666-4666-8666-%012d", i);
        bench_save_other(b, id, "/hangs");
        bench_enqueue_to(b, id);
    }
    bench_start_worker(b);
    bench_step(b);
    assert_int_equal(worker_sending(b->worker), COUNT);
    struct store *other = store_open(store_path(b->f.store), &err);
    fixture_check(other && store_begin(other, &err), &err);
    int64_t began_ms = clock_monotonic_ms();
    bench_stop_worker(b);
    assert_true(clock_monotonic_ms() - began_ms < MOST_MS);
    store_rollback(other);
    store_close(other);
}

static void worker_stop_claiming__lets_what_is_being_sent_finish(void **state)
{
    struct bench *b = *state;
    receiver_answer(b->receiver, "/in", (struct receiver_answer){.delay_ms = 200});
    b->f.in.max_in_flight = 1;
    bench_save(b);
    int64_t first = bench_enqueue(b), second = bench_enqueue(b);
    bench_start_worker(b);
    bench_step(b);
    assert_int_equal(worker_sending(b->worker), 1);
    worker_stop_claiming(b->worker);
    while (worker_sending(b->worker) > 0) {
        assert_int_equal(worker_timeout_ms(b->worker), -1); /* nothing to do but to wait */
        transport_poll(b->f.transport, NULL, 0, 5000);
    }
    bench_step(b);
    assert_int_equal(b->recorded, 1);
    bench_stop_worker(b);
    bench_expect_state(b, first, DELIVERY_DELIVERED, NULL);
    bench_expect_state(b, second, DELIVERY_PENDING, NULL);
    assert_int_equal(receiver_count(b->receiver), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup_receiver, bench_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(worker__delivers_and_records),
        TEST(worker__delivers_many_to_many),
        TEST(worker__retries_later),
        TEST(worker__ends_after_the_last_attempt),
        TEST(worker__fails_for_good_where_retrying_helps_nobody),
        TEST(worker__says_what_it_waited_for_on_a_connection_that_stood),
        TEST(worker__goes_on_where_rows_are_gone),
        TEST(worker_new__recovers_what_a_dead_one_had),
        TEST(worker_free__gives_back_what_is_in_flight),
        TEST(worker_free__waits_once_for_all_integrations),
        TEST(worker_stop_claiming__lets_what_is_being_sent_finish),
    };
    return cmocka_run_group_tests_name("worker", tests, NULL, NULL);
}
