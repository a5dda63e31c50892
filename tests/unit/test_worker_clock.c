/* Tests of the worker when somebody sets the clock. */
#include "tests/unit/worker_fixture.h"

#include "tests/support/receiver.h"

enum { HOUR_MS = 3600 * 1000, PATIENCE_MS = 10000 };

struct scene {
    struct bench b; /* first */
    struct receiver *receiver;
};

static int setup(void **state)
{
    struct scene *s = mem_zalloc(sizeof *s);
    bench_init(&s->b);
    s->receiver = receiver_start();
    mem_replace(&s->b.f.in.url, receiver_url(s->receiver, "/in"));
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    struct scene *s = *state;
    bench_release(&s->b);
    receiver_stop(s->receiver);
    free(s);
    return 0;
}

/* Steps and polls until so many attempts were committed. */
static void run_until_recorded(struct scene *s, size_t count)
{
    int64_t give_up_ms = clock_monotonic_ms() + PATIENCE_MS;
    for (bench_step(&s->b); s->b.recorded < count; bench_step(&s->b)) {
        int wait_ms = worker_timeout_ms(s->b.worker);
        if (wait_ms < 0 || wait_ms > PATIENCE_MS)
            wait_ms = PATIENCE_MS;
        transport_poll(s->b.f.transport, NULL, 0, wait_ms);
        if (clock_monotonic_ms() > give_up_ms)
            fail_msg("%zu of %zu were recorded in %d ms", s->b.recorded, count, PATIENCE_MS);
    }
}

static void worker__keeps_its_pace_when_the_clock_is_set_back(void **state)
{
    struct scene *s = *state;
    s->b.f.in.rate_limit = 100;
    s->b.f.in.max_in_flight = 8;
    bench_save(&s->b);
    bench_enqueue_many(&s->b, 4); /* all claimed at once */
    bench_start_worker(&s->b);
    bench_step(&s->b);
    bench_ahead_ms = -HOUR_MS;
    run_until_recorded(s, 4);
    assert_int_equal(receiver_count(s->receiver), 4);
}

static void worker__commits_when_the_clock_is_set_back(void **state)
{
    const struct receiver_answer answers[] = {{.status = 204}, {.way = RECEIVER_HANGS}};
    struct scene *s = *state;
    receiver_script(s->receiver, "/in", answers, ARRAY_LEN(answers));
    s->b.f.in.max_in_flight = 1; /* the second one goes out once the first was answered */
    bench_save(&s->b);
    bench_enqueue_many(&s->b, 2);
    bench_start_worker(&s->b);
    bench_step(&s->b);
    FIXTURE_POLL_UNTIL(s->b.f.transport, worker_sending(s->b.worker) == 0);
    bench_ahead_ms = -HOUR_MS;
    run_until_recorded(s, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(worker__keeps_its_pace_when_the_clock_is_set_back),
        TEST(worker__commits_when_the_clock_is_set_back),
    };
    return cmocka_run_group_tests_name("worker_clock", tests, NULL, NULL);
}
