/* Tests of the worker when somebody sets the clock. */
#include "tests/support/worker_bench.h"

enum { HOUR_MS = 3600 * 1000, PATIENCE_MS = 30000 };

/* Steps and polls until so many attempts were committed. */
static void run_until_recorded(struct bench *b, size_t count)
{
    int64_t give_up_ms = clock_monotonic_ms() + PATIENCE_MS;
    for (bench_step(b); b->recorded < count; bench_step(b)) {
        int wait_ms = worker_timeout_ms(b->worker);
        if (wait_ms < 0 || wait_ms > PATIENCE_MS)
            wait_ms = PATIENCE_MS;
        transport_poll(b->f.transport, NULL, 0, wait_ms);
        if (clock_monotonic_ms() > give_up_ms)
            fail_msg("%zu of %zu were recorded in %d ms", b->recorded, count, PATIENCE_MS);
    }
}

static void worker__keeps_its_pace_when_the_clock_is_set_back(void **state)
{
    struct bench *b = *state;
    b->f.in.rate_limit = 100;
    b->f.in.max_in_flight = 8;
    bench_save(b);
    bench_enqueue_many(b, 4); /* all claimed at once */
    bench_start_worker(b);
    bench_step(b);
    bench_ahead_ms = -HOUR_MS;
    run_until_recorded(b, 4);
    assert_int_equal(receiver_count(b->receiver), 4);
}

static void worker__commits_when_the_clock_is_set_back(void **state)
{
    const struct receiver_answer answers[] = {{.status = 204}, {.way = RECEIVER_HANGS}};
    struct bench *b = *state;
    receiver_script(b->receiver, "/in", answers, ARRAY_LEN(answers));
    b->f.in.max_in_flight = 1; /* the second one goes out once the first was answered */
    bench_save(b);
    bench_enqueue_many(b, 2);
    bench_start_worker(b);
    bench_step(b);
    FIXTURE_POLL_UNTIL(b->f.transport, worker_sending(b->worker) == 0);
    bench_ahead_ms = -HOUR_MS;
    run_until_recorded(b, 1);
}

static void worker__leaves_what_is_due_later(void **state)
{
    const struct receiver_answer answers[] = {{.status = 503, .headers = "Retry-After: 60\r\n"},
                                              {.status = 204}};
    struct bench *b = *state;
    receiver_script(b->receiver, "/in", answers, ARRAY_LEN(answers));
    bench_save(b);
    int64_t id = bench_enqueue(b);
    b->once = true;
    bench_start_worker(b);
    run_until_recorded(b, 1);
    bench_ahead_ms = HOUR_MS;
    int64_t later_id = bench_enqueue(b);
    bench_step(b);
    assert_true(worker_idle(b->worker));
    assert_int_equal(worker_timeout_ms(b->worker), -1);
    bench_run(b);
    bench_expect(b, id, (struct bench_end){.state = DELIVERY_PENDING, .attempts = 1});
    bench_expect(b, later_id, (struct bench_end){.state = DELIVERY_PENDING});
    bench_stop_worker(b);
    b->once = false;
    bench_run(b); /* the next one takes them up */
    bench_expect(b, id, (struct bench_end){.state = DELIVERY_DELIVERED, .attempts = 2});
    bench_expect(b, later_id, (struct bench_end){.state = DELIVERY_DELIVERED, .attempts = 1});
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup_receiver, bench_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(worker__keeps_its_pace_when_the_clock_is_set_back),
        TEST(worker__commits_when_the_clock_is_set_back),
        TEST(worker__leaves_what_is_due_later),
    };
    return cmocka_run_group_tests_name("worker_clock", tests, NULL, NULL);
}
