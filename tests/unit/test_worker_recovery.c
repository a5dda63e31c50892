/* How deliveries arrive after all: broken uploads, Retry-After, receivers that are down for a
 * while, and one that holds up others. */
#include "tests/support/worker_bench.h"

#include <stdio.h>

static void a_large_event__is_sent_again_where_the_upload_broke(void **state)
{
    enum { DETAIL = 200 * 1024, HALF = 100 * 1024 };
    struct bench *b = *state;
    struct error err = {0};
    struct event event = fixture_event();
    int64_t id = 0;
    receiver_drop_after(b->receiver, HALF);
    bench_save(b);
    free(event.detail);
    event.detail = mem_printf("{\"id\":\"%s\",\"title\":\"%0*d\"}", event.id, DETAIL, 0);
    struct new_delivery new = {.event_id = event.id,
                               .check_id = "no-mfa",
                               .integration_id = b->f.in.id,
                               .integration_name = "Billing events",
                               .kind = KIND_FINDING,
                               .now = bench_now_s()};
    fixture_check(outbox_add_event(b->f.store, &event, &err) &&
                      outbox_add_delivery(b->f.store, &new, &id, &err),
                  &err);
    event_release(&event);
    bench_stopped_ms = clock_now_ms();
    bench_run(b);
    bench_expect(b, id, (struct bench_end){DELIVERY_PENDING, 0, "closed the connection"});
    assert_int_equal(receiver_count(b->receiver), 0);

    receiver_drop_after(b->receiver, 0);
    bench_stopped_ms += 3600 * 1000;
    bench_run(b);
    bench_expect(b, id, (struct bench_end){DELIVERY_DELIVERED, 0, ""});
    assert_true(receiver_wait(b->receiver, 0, 1000)->body_len > DETAIL);
}

static void retry_after__is_obeyed_within_reason(void **state)
{
    enum { DAY_S = 86400, FIRST_S = 5 };
    static const struct {
        const char *headers;
        int64_t from_s, to_s; /* when it is due, from now */
    } cases[] = {
        {"Retry-After: 120\r\n", 120, 120},
        {"Retry-After: 0\r\n", 0, FIRST_S},
        {"Retry-After: -9\r\n", 0, FIRST_S},
        {"Retry-After: soon\r\n", 0, FIRST_S},
        {"Retry-After: Thu, 01 Jan 1970 00:00:00 GMT\r\n", 0, FIRST_S},
        {"Retry-After: 9223372037\r\n", DAY_S, DAY_S},
        {"Retry-After: Thu, 31 Dec 2099 23:59:59 GMT\r\n", DAY_S, DAY_S},
        {"Retry-After: 99999999999999999999999\r\n", DAY_S, DAY_S},
        {"", 0, FIRST_S},
    };
    struct bench *b = *state;
    int64_t ids[ARRAY_LEN(cases)];
    char path[32], id[UUID_LEN + 1];
    bench_stopped_ms = clock_now_ms();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct receiver_answer answers[] = {
            {.status = 429, .headers = cases[i].headers},
            {.status = 503, .headers = "Retry-After: 7\r\n"}, /* a delay of 0 s asks again */
        };
        snprintf(path, sizeof path, "/in/%zu", i);
        receiver_script(b->receiver, path, answers, 2);
        snprintf(id, sizeof id, "44444444-4444-4444-8444-%012zu", i);
        bench_save_other(b, id, path);
        ids[i] = bench_enqueue_to(b, id);
    }
    bench_run(b);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct delivery d = bench_delivery(b, ids[i]);
        int64_t wait_s = d.due_at - bench_now_s();
        assert_int_equal(d.state, DELIVERY_PENDING);
        if (d.attempts == 1 && (wait_s < cases[i].from_s || wait_s > cases[i].to_s))
            fail_msg("%s: due in %d s", cases[i].headers, (int)wait_s);
        assert_true(d.attempts == 1 || cases[i].from_s == 0);
        delivery_release(&d);
    }
}

/* A receiver that changes its mind in the middle of a backlog. */
static void a_receiver__that_goes_down_and_comes_back_gets_all(void **state)
{
    enum { MANY = 120, GOOD = 40 };
    struct receiver_answer answers[GOOD + 2] = {{0}};
    struct bench *b = *state;
    answers[GOOD] = (struct receiver_answer){.status = 503, .headers = "Retry-After: 30\r\n"};
    receiver_script(b->receiver, "/in", answers, GOOD + 1);
    bench_save(b);
    int64_t first = bench_enqueue_many(b, MANY);
    bench_run(b);
    size_t sent = receiver_count(b->receiver);
    assert_int_equal(sent, MANY);

    receiver_answer(b->receiver, "/in", (struct receiver_answer){.status = 204});
    bench_ahead_ms = 61 * 1000;
    bench_run(b);
    assert_int_equal(receiver_count(b->receiver), MANY + MANY - GOOD);
    for (int i = 0; i < MANY; i++)
        bench_expect(b, first + i, (struct bench_end){DELIVERY_DELIVERED, 0, ""});
}

/* Others wait for a first connection to say whether it speaks HTTP/2, but never beyond their time.
 */
static void a_receiver__that_never_shakes_hands_holds_nobody_longer_than_its_limit(void **state)
{
    enum { LIMIT_S = 3 };
    struct bench *b = *state;
    b->f.in.timeout_s = LIMIT_S;
    b->f.in.max_attempts = 0;
    free(b->f.in.url);
    b->f.in.url = mem_printf("https://127.0.0.1:%d/in", receiver_port(b->receiver));
    bench_save(b);
    int64_t first = bench_enqueue_many(b, 4), began_ms = clock_monotonic_ms();
    bench_run(b);
    assert_true(clock_monotonic_ms() - began_ms < 2 * LIMIT_S * 1000);
    for (int i = 0; i < 4; i++)
        bench_expect(b, first + i,
                     (struct bench_end){DELIVERY_FAILED, 1, "did not answer within 3 s"});
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup_receiver, bench_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_large_event__is_sent_again_where_the_upload_broke),
        TEST(retry_after__is_obeyed_within_reason),
        TEST(a_receiver__that_goes_down_and_comes_back_gets_all),
        TEST(a_receiver__that_never_shakes_hands_holds_nobody_longer_than_its_limit),
    };
    return cmocka_run_group_tests_name("worker_recovery", tests, NULL, NULL);
}
