/* Deliveries with tokens of a real authorization server: oidc-provider, and a receiver behind it.
 */
#include "tests/support/worker_bench.h"

#include "tests/support/peer.h"

enum { LONG_TTL_S = 3600 };

static const char basic_secret[] = "basic-secret-0123456789abcdef0123456789abcdef";
static const char post_secret[] = "post-secret-0123456789abcdef0123456789abcdef";

/* The peer outlives its test where that fails or is skipped half way: the next teardown ends it. */
static struct peer *peer;

static int teardown(void **state)
{
    peer_stop(peer);
    peer = NULL;
    return bench_teardown(state);
}

static void use_client(struct bench *b, const char *id, const char *secret, enum client_auth how)
{
    fixture_oauth(&b->f, peer_oidc_url(peer, PEER_TOKEN), id, secret);
    mem_replace(&b->f.in.url, peer_oidc_url(peer, PEER_SINK));
    b->f.in.auth.client_auth = (int)how;
}

/* Starts the provider and saves an integration that its receiver takes. */
static void begin(struct bench *b, int ttl_s)
{
    peer = peer_start_oidc(ttl_s);
    use_client(b, "hook-basic", basic_secret, CLIENT_AUTH_BASIC);
    fixture_oauth_param(&b->f, PLACE_BODY, "scope", "alerts:write", false);
    bench_save(b);
}

static void expect_requests(size_t tokens, size_t deliveries)
{
    if (peer_count(peer, "client ") != tokens || peer_count(peer, "sink ") != deliveries)
        fail_msg("expected %zu token requests and %zu deliveries:\n%s", tokens, deliveries,
                 peer_log(peer));
}

static void client_auth__is_the_one_that_was_chosen(void **state)
{
    static const struct {
        const char *id, *secret;
        enum client_auth how;
        const char *log;
    } cases[] = {
        {"hook-basic", basic_secret, CLIENT_AUTH_BASIC, "client basic 200 - hook-basic"},
        {"hook-basic", basic_secret, CLIENT_AUTH_BASIC_RAW, "client basic 200 - hook-basic"},
        {"hook-post", post_secret, CLIENT_AUTH_POST, "client post 200 - hook-post"},
        {"odd:id /+", "s3cr%t:+& /=", CLIENT_AUTH_BASIC, "client basic 200 - odd:id /+"},
        {"odd:id /+", "s3cr%t:+& /=", CLIENT_AUTH_POST, "client post 200 - odd:id /+"},
        {"hook-none", "unused", CLIENT_AUTH_NONE, "client none 200 - hook-none"},
    };
    struct bench *b = *state;
    begin(b, LONG_TTL_S);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        size_t before = peer_count(peer, cases[i].log);
        use_client(b, cases[i].id, cases[i].secret, cases[i].how);
        bench_save(b);
        int64_t id = bench_enqueue(b);
        bench_run(b);
        bench_expect(b, id, (struct bench_end){DELIVERY_DELIVERED, 1, ""});
        if (peer_count(peer, cases[i].log) != before + 1)
            fail_msg("expected '%s':\n%s", cases[i].log, peer_log(peer));
    }
    expect_requests(ARRAY_LEN(cases), ARRAY_LEN(cases));
}

/* What the provider says is what the administrator reads, and nothing reaches the receiver. */
static void refusals__hold_with_the_words_of_the_provider(void **state)
{
    static const struct {
        const char *id, *secret;
        enum client_auth how;
        const char *reason;
    } cases[] = {
        {"hook-basic", "wrong", CLIENT_AUTH_BASIC,
         "answered 401 Unauthorized: invalid_client: client authentication failed"},
        {"hook-post", "wrong", CLIENT_AUTH_POST,
         "answered 401 Unauthorized: invalid_client: client authentication failed"},
        {"nobody", "wrong", CLIENT_AUTH_POST, "answered 401 Unauthorized: invalid_client: "},
        {"odd:id /+", "s3cr%t:+& /=", CLIENT_AUTH_BASIC_RAW,
         "answered 400 Bad Request: invalid_request: client_id and client_secret in the "
         "authorization header are not properly encoded"},
    };
    struct bench *b = *state;
    struct error err = {0};
    begin(b, LONG_TTL_S);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        use_client(b, cases[i].id, cases[i].secret, cases[i].how);
        bench_save(b);
        fixture_check(outbox_release(b->f.store, b->f.in.id, bench_now_ms() / 1000, &err), &err);
        int64_t id = bench_enqueue(b);
        bench_run(b);
        bench_expect(b, id, (struct bench_end){DELIVERY_HELD, 1, cases[i].reason});
    }
    assert_int_equal(peer_count(peer, "sink "), 0);
}

static void refusals__come_from_wrong_grants_and_methods_too(void **state)
{
    struct bench *b = *state;
    begin(b, LONG_TTL_S);
    fixture_oauth_param(&b->f, PLACE_BODY, "grant_type", "password", false);
    bench_save(b);
    int64_t first = bench_enqueue(b);
    bench_run(b);
    bench_expect(b, first, (struct bench_end){DELIVERY_HELD, 1, "unsupported_grant_type"});
}

/* The provider drops a scope that it does not know without a word; the receiver says it. */
static void receiver__refuses_a_token_without_its_scope(void **state)
{
    struct bench *b = *state;
    begin(b, LONG_TTL_S);
    fixture_oauth_param(&b->f, PLACE_BODY, "scope", "alerts:read", false);
    bench_save(b);
    int64_t id = bench_enqueue(b);
    bench_run(b);
    bench_expect(b, id, (struct bench_end){DELIVERY_HELD, 1, "403 Forbidden"});
    expect_requests(2, 2); /* a new token was worth one try */
    struct attempt_list attempts = bench_attempts(b, id);
    assert_int_equal(attempts.count, 1);
    assert_int_equal(attempts.items[0].status, 403);
    assert_non_null(strstr(attempts.items[0].response_body, "insufficient_scope"));
    assert_null(strstr(attempts.items[0].request_headers, basic_secret));
    attempt_list_release(&attempts);
}

/* A provider that starts again has forgotten its tokens: ours is refused before its time. */
static void tokens__are_renewed_once_where_they_are_refused(void **state)
{
    struct bench *b = *state;
    begin(b, LONG_TTL_S);
    int64_t first = bench_enqueue(b);
    bench_run(b);
    peer_oidc_end(peer);
    peer_oidc_begin(peer);
    int64_t second = bench_enqueue(b);
    bench_run(b);
    bench_expect(b, first, (struct bench_end){DELIVERY_DELIVERED, 1, ""});
    bench_expect(b, second, (struct bench_end){DELIVERY_DELIVERED, 1, ""});
    expect_requests(1, 2);
    assert_int_equal(peer_count(peer, "sink 401"), 1);
    assert_int_equal(peer_count(peer, "sink 204"), 1);
}

/* The provider's clock goes on while the worker's stands: the token ends before we think. */
static void tokens__that_end_early_cost_one_more_request(void **state)
{
    struct bench *b = *state;
    enum { TTL_S = 3 };
    begin(b, TTL_S);
    bench_stopped_ms = clock_now_ms();
    int64_t first = bench_enqueue(b);
    bench_run(b);
    bench_expect(b, first, (struct bench_end){DELIVERY_DELIVERED, 1, ""});
    int64_t began_ms = clock_monotonic_ms();
    while (clock_monotonic_ms() - began_ms < (TTL_S + 1) * 1000)
        transport_poll(b->f.transport, NULL, 0, 100);
    int64_t second = bench_enqueue(b);
    bench_run(b);
    bench_expect(b, second, (struct bench_end){DELIVERY_DELIVERED, 1, ""});
    expect_requests(2, 3);
    assert_int_equal(peer_count(peer, "sink 401"), 1);
}

static void tokens__are_renewed_a_minute_before_their_end(void **state)
{
    static const struct {
        int64_t ahead_s;
        size_t tokens;
    } steps[] = {{0, 1}, {230, 1}, {241, 2}, {470, 2}, {500, 3}};
    struct bench *b = *state;
    begin(b, 300);
    for (size_t i = 0; i < ARRAY_LEN(steps); i++) {
        bench_ahead_ms = steps[i].ahead_s * 1000;
        bench_enqueue(b);
        bench_run(b);
        expect_requests(steps[i].tokens, i + 1);
    }
    assert_int_equal(peer_count(peer, "sink 204"), ARRAY_LEN(steps));
}

static void tokens__that_live_for_seconds_are_kept_for_half_of_them(void **state)
{
    struct bench *b = *state;
    begin(b, 40);
    bench_enqueue_many(b, 50);
    bench_run(b);
    expect_requests(1, 50);
    bench_ahead_ms = 15 * 1000;
    bench_enqueue(b);
    bench_run(b);
    expect_requests(1, 51);
    bench_ahead_ms = 21 * 1000;
    bench_enqueue(b);
    bench_run(b);
    expect_requests(2, 52);
}

static void tokens__are_fetched_once_for_fifty_at_once(void **state)
{
    struct bench *b = *state;
    begin(b, LONG_TTL_S);
    b->f.in.max_in_flight = 50;
    bench_save(b);
    int64_t first = bench_enqueue_many(b, 50);
    bench_run(b);
    for (int i = 0; i < 50; i++)
        bench_expect(b, first + i, (struct bench_end){DELIVERY_DELIVERED, 1, ""});
    expect_requests(1, 50);
}

static void tokens__are_dropped_when_the_integration_changes(void **state)
{
    struct bench *b = *state;
    begin(b, LONG_TTL_S);
    bench_enqueue(b);
    bench_run(b);
    use_client(b, "hook-post", post_secret, CLIENT_AUTH_POST);
    bench_save(b);
    bench_enqueue(b);
    bench_run(b);
    expect_requests(2, 2);
    assert_int_equal(peer_count(peer, "client basic 200 - hook-basic"), 1);
    assert_int_equal(peer_count(peer, "client post 200 - hook-post"), 1);
}

static void deliveries__wait_while_the_provider_is_down(void **state)
{
    struct bench *b = *state;
    begin(b, LONG_TTL_S);
    peer_oidc_end(peer);
    bench_stopped_ms = clock_now_ms();
    int64_t id = bench_enqueue(b);
    bench_run(b);
    bench_expect(b, id, (struct bench_end){DELIVERY_PENDING, 0, "no token: "});
    peer_oidc_begin(peer);
    bench_stopped_ms += 3600 * 1000; /* beyond any delay */
    bench_run(b);
    bench_expect(b, id, (struct bench_end){DELIVERY_DELIVERED, 0, ""});
    expect_requests(1, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(client_auth__is_the_one_that_was_chosen),
        TEST(refusals__hold_with_the_words_of_the_provider),
        TEST(refusals__come_from_wrong_grants_and_methods_too),
        TEST(receiver__refuses_a_token_without_its_scope),
        TEST(tokens__are_renewed_once_where_they_are_refused),
        TEST(tokens__that_end_early_cost_one_more_request),
        TEST(tokens__are_renewed_a_minute_before_their_end),
        TEST(tokens__that_live_for_seconds_are_kept_for_half_of_them),
        TEST(tokens__are_fetched_once_for_fifty_at_once),
        TEST(tokens__are_dropped_when_the_integration_changes),
        TEST(deliveries__wait_while_the_provider_is_down),
    };
    return cmocka_run_group_tests_name("peer_oidc", tests, NULL, NULL);
}
