/* Tests of the worker's pace: slots, rate limits, and receivers that take up time of others. */
#include "tests/support/worker_bench.h"

static void worker__keeps_to_max_in_flight(void **state)
{
    struct bench *b = *state;
    receiver_answer(b->receiver, NULL, (struct receiver_answer){.delay_ms = 20});
    b->f.in.max_in_flight = 3;
    bench_save(b);
    for (int i = 0; i < 20; i++)
        bench_enqueue(b);
    bench_start_worker(b);
    bench_step(b);
    assert_int_equal(transport_active(b->f.transport), 3);
    bench_run(b);
    assert_int_equal(receiver_count(b->receiver), 20);
    assert_true(receiver_connections(b->receiver) <= 3);
}

static void worker__spaces_by_the_rate_limit(void **state)
{
    struct bench *b = *state;
    b->f.in.rate_limit = 20;
    bench_save(b);
    for (int i = 0; i < 10; i++)
        bench_enqueue(b);
    bench_start_worker(b);
    int64_t began_ms = clock_monotonic_ms();
    bench_run(b);
    int64_t took_ms = clock_monotonic_ms() - began_ms;
    assert_int_equal(receiver_count(b->receiver), 10);
    assert_true(took_ms >= 9 * 50 - 20); /* nine pauses of 50 ms, less the slack of the loop */
}

static void worker__lets_a_dead_receiver_delay_nobody(void **state)
{
    static const char second[] = "55555555-5555-4555-8555-555555555555";
    struct bench *b = *state;
    receiver_answer(b->receiver, "/in", (struct receiver_answer){.way = RECEIVER_HANGS});
    b->f.in.timeout_s = 60;
    bench_save(b);
    bench_save_other(b, second, "/other");
    for (int i = 0; i < 20; i++)
        bench_enqueue(b);
    int64_t last = 0;
    for (int i = 0; i < 20; i++)
        last = bench_enqueue_to(b, second);
    bench_start_worker(b);
    int64_t give_up_ms = clock_monotonic_ms() + BENCH_IDLE_MS;
    while (b->recorded < 20 && clock_monotonic_ms() < give_up_ms) {
        bench_step(b);
        int wait_ms = worker_timeout_ms(b->worker);
        assert_true(wait_ms >= -1 && wait_ms <= 1000);
        transport_poll(b->f.transport, NULL, 0, wait_ms);
    }
    assert_int_equal(b->recorded, 20);
    bench_expect_state(b, last, DELIVERY_DELIVERED, NULL);
    assert_int_equal(transport_active(b->f.transport), 4);
    /* No room is no reason to spin, once the look that comes a few milliseconds after the last
     * claim has told so. */
    bench_step(b);
    for (give_up_ms = clock_monotonic_ms() + BENCH_IDLE_MS;
         worker_timeout_ms(b->worker) == 0 && clock_monotonic_ms() < give_up_ms;)
        bench_step(b);
    assert_int_not_equal(worker_timeout_ms(b->worker), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup_receiver, bench_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(worker__keeps_to_max_in_flight),
        TEST(worker__spaces_by_the_rate_limit),
        TEST(worker__lets_a_dead_receiver_delay_nobody),
    };
    return cmocka_run_group_tests_name("worker_limits", tests, NULL, NULL);
}
