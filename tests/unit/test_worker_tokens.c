/* Tests of how the worker fetches OAuth tokens for its deliveries, and renews them. */
#include "tests/support/worker_bench.h"

static const char token_body[] = "{\"access_token\":\"%s\",\"token_type\":\"Bearer\"}";

static void use_oauth(struct bench *b)
{
    fixture_oauth(&b->f, receiver_url(b->receiver, "/token"), "id", "secret-secret");
    bench_save(b);
}

static size_t count_target(struct bench *b, const char *target)
{
    size_t n = 0;
    for (size_t i = 0; i < receiver_count(b->receiver); i++)
        n += strcmp(receiver_wait(b->receiver, i, 5000)->target, target) == 0;
    return n;
}

static void worker__fetches_one_token_for_all(void **state)
{
    struct bench *b = *state;
    char *body = mem_printf(token_body, "tok-1");
    receiver_answer(b->receiver, "/token", (struct receiver_answer){.body = body, .delay_ms = 50});
    use_oauth(b);
    for (int i = 0; i < 10; i++)
        bench_enqueue(b);
    bench_start_worker(b);
    bench_run(b);
    assert_int_equal(count_target(b, "/token"), 1);
    assert_int_equal(count_target(b, "/in"), 10);
    free(body);
}

static void worker__renews_a_refused_token_once(void **state)
{
    struct bench *b = *state;
    char *old = mem_printf(token_body, "tok-1"), *new = mem_printf(token_body, "tok-2");
    const struct receiver_answer tokens[] = {{.body = old}, {.body = new}};
    const struct receiver_answer answers[] = {{.status = 200}, {.status = 401}, {.status = 200}};
    receiver_script(b->receiver, "/token", tokens, ARRAY_LEN(tokens));
    receiver_script(b->receiver, "/in", answers, ARRAY_LEN(answers));
    use_oauth(b);
    bench_start_worker(b);
    bench_enqueue(b);
    bench_run(b);
    int64_t id = bench_enqueue(b);
    bench_run(b);
    struct delivery d = bench_delivery(b, id);
    assert_int_equal(d.state, DELIVERY_DELIVERED);
    assert_int_equal(d.attempts, 1); /* the second token belongs to the same attempt */
    struct attempt_list attempts = bench_attempts(b, id);
    assert_string_equal(attempts.items[0].reason, "with a new token, the one before was refused");
    attempt_list_release(&attempts);
    assert_int_equal(count_target(b, "/token"), 2);
    assert_int_equal(count_target(b, "/in"), 3);
    char *bearer = receiver_header(receiver_wait(b->receiver, 4, 5000), "Authorization");
    assert_string_equal(bearer, "Bearer tok-2");
    free(bearer);
    delivery_release(&d);
    free(old);
    free(new);
}

static void worker__holds_after_the_renewed_token_is_refused(void **state)
{
    struct bench *b = *state;
    char *body = mem_printf(token_body, "tok-1");
    receiver_answer(b->receiver, "/token", (struct receiver_answer){.body = body});
    receiver_answer(b->receiver, "/in", (struct receiver_answer){.status = 401});
    use_oauth(b);
    bench_start_worker(b);
    int64_t id = bench_enqueue(b);
    bench_run(b);
    bench_expect_state(b, id, DELIVERY_HELD, "401 Unauthorized");
    assert_int_equal(count_target(b, "/token"), 2);
    assert_int_equal(count_target(b, "/in"), 2);
    free(body);
}

static void worker__retries_when_the_token_endpoint_is_down(void **state)
{
    struct bench *b = *state;
    receiver_answer(b->receiver, "/token",
                    (struct receiver_answer){.status = 503, .headers = "Retry-After: 30\r\n"});
    use_oauth(b);
    bench_start_worker(b);
    int64_t id = bench_enqueue(b);
    bench_run(b);
    struct delivery d = bench_delivery(b, id);
    assert_int_equal(d.state, DELIVERY_PENDING);
    assert_int_equal(d.attempts, 1);
    assert_int_equal(d.status, 0);
    assert_true(d.due_at >= bench_now_s() + 28);
    assert_non_null(strstr(d.reason, "the token endpoint "));
    assert_int_equal(count_target(b, "/in"), 0);
    delivery_release(&d);
}

static void worker__holds_when_the_client_is_refused(void **state)
{
    struct bench *b = *state;
    receiver_answer(
        b->receiver, "/token",
        (struct receiver_answer){.status = 401, .body = "{\"error\":\"invalid_client\"}"});
    use_oauth(b);
    bench_start_worker(b);
    int64_t id = bench_enqueue(b);
    bench_run(b);
    bench_expect_state(b, id, DELIVERY_HELD, "answered 401 Unauthorized: invalid_client");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup_receiver, bench_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(worker__fetches_one_token_for_all),
        TEST(worker__renews_a_refused_token_once),
        TEST(worker__holds_after_the_renewed_token_is_refused),
        TEST(worker__retries_when_the_token_endpoint_is_down),
        TEST(worker__holds_when_the_client_is_refused),
    };
    return cmocka_run_group_tests_name("worker_tokens", tests, NULL, NULL);
}
