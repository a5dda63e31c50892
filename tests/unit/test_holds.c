/* Tests of holds as a whole: what begins one, that nothing ages or goes out meanwhile, what ends
 * one, and at which pace what waited goes out. */
#include "tests/support/worker_bench.h"

#include "core/deliver/conntest.h"

enum { HOUR_MS = 3600 * 1000 };

static void expect_hold(struct bench *b, bool on_hold, const char *reason)
{
    struct integration_facts facts = bench_facts(b);
    assert_int_equal(facts.on_hold, on_hold);
    if (on_hold && !strstr(facts.hold_reason, reason))
        fail_msg("on hold: '%s', expected '%s'", facts.hold_reason, reason);
    integration_facts_release(&facts);
}

static void answer(struct bench *b, int status)
{
    receiver_answer(b->receiver, "/in", (struct receiver_answer){.status = status});
}

/* --- what begins one -------------------------------------------------------------------------- */

static void hold__begins_with_each_refusal(void **state)
{
    static const struct {
        int status;
        const char *reason;
    } cases[] = {{401, "401 Unauthorized"}, {403, "403 Forbidden"}, {407, "407"}};
    struct bench *b = *state;
    struct error err = {0};
    fixture_basic(&b->f, "user", "secret");
    bench_save(b);
    bench_start_worker(b);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        answer(b, cases[i].status);
        int64_t id = bench_enqueue(b);
        bench_run(b);
        bench_expect_state(b, id, DELIVERY_HELD, cases[i].reason);
        expect_hold(b, true, cases[i].reason);
        assert_int_equal(receiver_count(b->receiver), 1);
        int64_t later = bench_enqueue(b); /* made while on hold: waits for the same reason */
        bench_run(b);
        bench_expect_state(b, later, DELIVERY_HELD, cases[i].reason);
        assert_int_equal(receiver_count(b->receiver), 1);
        fixture_check(outbox_end_integration(b->f.store, b->f.in.id, bench_now_s(), &err), &err);
        receiver_forget(b->receiver);
    }
}

/* One token more is tried before the receiver's no counts. */
static void hold__begins_after_one_token_refresh(void **state)
{
    static const int statuses[] = {401, 407};
    struct bench *b = *state;
    struct error err = {0};
    receiver_answer(b->receiver, "/token",
                    (struct receiver_answer){
                        .body = "{\"access_token\":\"tok.en-123\",\"token_type\":\"bearer\"}"});
    fixture_oauth(&b->f, receiver_url(b->receiver, "/token"), "client", "secret");
    bench_save(b);
    bench_start_worker(b);
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
        answer(b, statuses[i]);
        receiver_forget(b->receiver);
        int64_t id = bench_enqueue(b);
        worker_config_changed(b->worker);
        bench_run(b);
        bench_expect_state(b, id, DELIVERY_HELD, statuses[i] == 401 ? "401" : "407");
        size_t tokens = 0, deliveries = 0;
        for (size_t n = 0; n < receiver_count(b->receiver); n++) {
            bool token = strcmp(receiver_wait(b->receiver, n, 5000)->target, "/token") == 0;
            tokens += token;
            deliveries += !token;
        }
        assert_int_equal(deliveries, 2);
        assert_in_range(tokens, 1, 2); /* the first one may be in the cache */
        fixture_check(outbox_end_integration(b->f.store, b->f.in.id, bench_now_s(), &err), &err);
    }
}

/* Trouble that passes holds nothing. */
static void hold__does_not_begin_with_other_answers(void **state)
{
    static const int statuses[] = {302, 400, 404, 408, 410, 413, 429, 500, 503};
    struct bench *b = *state;
    bench_save(b);
    bench_start_worker(b);
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
        answer(b, statuses[i]);
        bench_enqueue(b);
        bench_run(b);
        expect_hold(b, false, "");
    }
}

static void hold__begins_with_a_missing_secret(void **state)
{
    struct bench *b = *state;
    b->f.in.auth.type = AUTH_BASIC;
    bench_save(b);
    int64_t id = bench_enqueue(b);
    bench_start_worker(b);
    bench_run(b);
    bench_expect_state(b, id, DELIVERY_HELD, "the secret \"Password\" is missing");
    assert_int_equal(receiver_connections(b->receiver), 0);
}

static void hold__begins_with_disabling(void **state)
{
    struct bench *b = *state;
    b->f.in.enabled = false;
    bench_save(b);
    bench_start_worker(b);
    int64_t id = bench_enqueue(b);
    bench_run(b);
    bench_expect_state(b, id, DELIVERY_HELD, "integration is disabled");
    expect_hold(b, true, "integration is disabled");
    assert_int_equal(receiver_count(b->receiver), 0);
}

static void hold__is_for_the_disabled_and_not_for_the_removed(void **state)
{
    static const char gone[] = "55555555-5555-4555-8555-555555555555";
    struct bench *b = *state;
    b->f.in.enabled = false;
    bench_save(b);
    int64_t held = bench_enqueue(b), ended = bench_enqueue_to(b, gone);
    bench_start_worker(b);
    bench_run(b);
    bench_expect_state(b, held, DELIVERY_HELD, "integration is disabled");
    bench_expect_state(b, ended, DELIVERY_FAILED, "integration removed");
    assert_int_equal(receiver_count(b->receiver), 0);
}

static void hold__remembers_the_last_success(void **state)
{
    struct bench *b = *state;
    bench_save(b);
    bench_start_worker(b);
    bench_enqueue(b);
    bench_run(b);
    struct integration_facts before = bench_facts(b);
    assert_true(before.last_ok && before.last_ok_at > 0);
    bench_ahead_ms = 2 * HOUR_MS;
    answer(b, 401);
    bench_enqueue(b);
    bench_run(b);
    struct integration_facts facts = bench_facts(b);
    assert_true(facts.on_hold && !facts.last_ok);
    assert_int_equal(facts.last_ok_at, before.last_ok_at);
    assert_true(facts.hold_since >= before.last_ok_at + 7200);
    integration_facts_release(&before);
    integration_facts_release(&facts);
}

/* --- meanwhile -------------------------------------------------------------------------------- */

static void hold__keeps_what_waits_until_it_is_released(void **state)
{
    struct bench *b = *state;
    struct error err = {0};
    receiver_answer(b->receiver, NULL, (struct receiver_answer){.status = 401});
    b->f.in.max_in_flight = 1;
    bench_save(b);
    int64_t first = bench_enqueue(b), second = bench_enqueue(b);
    bench_start_worker(b);
    bench_run(b);
    bench_expect_state(b, first, DELIVERY_HELD, "wants credentials (401 Unauthorized)");
    bench_expect_state(b, second, DELIVERY_HELD, "wants credentials");
    assert_int_equal(receiver_count(b->receiver), 1);
    struct integration_facts facts = bench_facts(b);
    assert_true(facts.on_hold);
    integration_facts_release(&facts);

    receiver_answer(b->receiver, NULL, (struct receiver_answer){.status = 200});
    fixture_check(outbox_release(b->f.store, b->f.in.id, bench_now_s(), &err), &err);
    bench_run(b);
    bench_expect_state(b, first, DELIVERY_DELIVERED, NULL);
    bench_expect_state(b, second, DELIVERY_DELIVERED, NULL);
}

/* Those that wait for their turn under the rate limit are held too, not sent to be refused. */
static void hold__takes_in_what_waits_for_its_turn(void **state)
{
    struct bench *b = *state;
    int64_t ids[4];
    receiver_answer(b->receiver, NULL, (struct receiver_answer){.status = 403});
    b->f.in.rate_limit = 2;
    bench_save(b);
    for (size_t i = 0; i < ARRAY_LEN(ids); i++)
        ids[i] = bench_enqueue(b);
    bench_start_worker(b);
    bench_run(b);
    for (size_t i = 0; i < ARRAY_LEN(ids); i++)
        bench_expect_state(b, ids[i], DELIVERY_HELD, "403 Forbidden");
    assert_int_equal(receiver_count(b->receiver), 1);
}

/* On hold for longer than its age limit: after the release its age counts anew. */
static void hold__lets_nothing_age(void **state)
{
    struct bench *b = *state;
    struct error err = {0};
    b->f.in.max_age_h = 1;
    bench_save(b);
    bench_start_worker(b);
    answer(b, 401);
    int64_t id = bench_enqueue(b);
    bench_run(b);
    bench_ahead_ms = 100 * (int64_t)HOUR_MS;
    bench_run(b);
    bench_expect_state(b, id, DELIVERY_HELD, "401");
    answer(b, 503);
    fixture_check(outbox_release(b->f.store, b->f.in.id, bench_now_s(), &err), &err);
    bench_run(b);
    bench_expect_state(b, id, DELIVERY_PENDING, "503");
    bench_ahead_ms += 2 * HOUR_MS; /* but then it does age */
    bench_run(b);
    bench_expect_state(b, id, DELIVERY_FAILED, "older than its age limit");
}

/* --- what ends one ---------------------------------------------------------------------------- */

static void test_connectivity(struct bench *b, bool draft)
{
    struct conntest_options options = {.transport = b->f.transport,
                                       .store = b->f.store,
                                       .general = &b->f.general,
                                       .keyring = b->f.keyring,
                                       .integration = &b->f.in,
                                       .draft = draft,
                                       .now_ms = bench_now_ms()};
    struct conntest *t = conntest_start(&options);
    FIXTURE_POLL_UNTIL(b->f.transport, conntest_done(t));
    conntest_free(t);
}

static void hold__ends_with_a_passing_test_alone(void **state)
{
    struct bench *b = *state;
    bench_save(b);
    bench_start_worker(b);
    answer(b, 401);
    int64_t id = bench_enqueue(b);
    bench_run(b);
    test_connectivity(b, false);
    bench_expect_state(b, id, DELIVERY_HELD, "401");
    answer(b, 200);
    test_connectivity(b, true); /* a draft is not what waits */
    bench_expect_state(b, id, DELIVERY_HELD, "401");
    expect_hold(b, true, "401");
    test_connectivity(b, false);
    bench_expect_state(b, id, DELIVERY_PENDING, "");
    expect_hold(b, false, "");
    bench_run(b);
    bench_expect_state(b, id, DELIVERY_DELIVERED, "");
}

/* A run reads in the file that somebody disabled it there by hand; no hold was begun by that. */
static void hold__of_what_a_run_wrote_ends_with_enabling(void **state)
{
    struct bench *b = *state;
    struct error err = {0};
    struct event event = fixture_event();
    int64_t id = 0;
    const struct new_delivery d = {.event_id = event.id,
                                   .check_id = event.check_id,
                                   .integration_id = b->f.in.id,
                                   .integration_name = b->f.in.name,
                                   .now = bench_now_s(),
                                   .held_reason = hold_disabled_reason};
    b->f.in.enabled = false;
    bench_save(b);
    bench_start_worker(b);
    fixture_check(outbox_add_event(b->f.store, &event, &err) &&
                      outbox_add_delivery(b->f.store, &d, &id, &err),
                  &err);
    bench_run(b);
    bench_expect_state(b, id, DELIVERY_HELD, "integration is disabled");
    b->f.in.enabled = true;
    bench_save(b);
    bench_run(b);
    bench_expect_state(b, id, DELIVERY_DELIVERED, "");
    event_release(&event);
}

/* Enabled again by hand, in the file: no action told the store. */
static void hold__ends_with_enabling_in_the_file(void **state)
{
    struct bench *b = *state;
    b->f.in.enabled = false;
    bench_save(b);
    int64_t id = bench_enqueue(b);
    bench_start_worker(b);
    bench_run(b);
    bench_expect_state(b, id, DELIVERY_HELD, "integration is disabled");
    b->f.in.enabled = true;
    bench_save(b);
    bench_run(b);
    bench_expect_state(b, id, DELIVERY_DELIVERED, NULL);
}

/* So with other credentials; the same ones, saved again, end nothing. */
static void hold__ends_with_other_credentials_in_the_file(void **state)
{
    struct bench *b = *state;
    receiver_answer(b->receiver, "/in", (struct receiver_answer){.status = 401});
    fixture_basic(&b->f, "dara", "old");
    bench_save(b);
    int64_t id = bench_enqueue(b);
    bench_start_worker(b);
    bench_run(b);
    bench_expect_state(b, id, DELIVERY_HELD, "401");
    receiver_answer(b->receiver, "/in", (struct receiver_answer){.status = 204});
    b->f.in.timeout_s = 7;
    bench_save(b);
    bench_run(b);
    bench_expect_state(b, id, DELIVERY_HELD, "401");
    fixture_basic(&b->f, "dara", "new");
    bench_save(b);
    bench_run(b);
    bench_expect_state(b, id, DELIVERY_DELIVERED, NULL);
}

/* The next worker sees it as well: nobody was there when the file was edited. */
static void hold__ends_with_credentials_that_changed_while_no_worker_was_there(void **state)
{
    struct bench *b = *state;
    receiver_answer(b->receiver, "/in", (struct receiver_answer){.status = 401});
    fixture_basic(&b->f, "dara", "old");
    bench_save(b);
    int64_t id = bench_enqueue(b);
    bench_start_worker(b);
    bench_run(b);
    bench_stop_worker(b);
    receiver_answer(b->receiver, "/in", (struct receiver_answer){.status = 204});
    fixture_basic(&b->f, "robin", "old");
    bench_save(b);
    bench_start_worker(b);
    bench_run(b);
    bench_expect_state(b, id, DELIVERY_DELIVERED, NULL);
}

/* What waited goes out at the pace of the rate limit. */
static void hold__releases_at_the_rate_limit(void **state)
{
    enum { COUNT = 12, RATE = 30, SLACK_MS = 40 };
    struct bench *b = *state;
    struct error err = {0};
    b->f.in.rate_limit = RATE;
    b->f.in.max_in_flight = 64;
    bench_save(b);
    fixture_check(outbox_hold(b->f.store, b->f.in.id, "401", bench_now_s(), &err), &err);
    for (int i = 0; i < COUNT; i++)
        bench_enqueue(b);
    bench_start_worker(b);
    bench_run(b);
    assert_int_equal(receiver_count(b->receiver), 0);
    fixture_check(outbox_release(b->f.store, b->f.in.id, bench_now_s(), &err), &err);
    int64_t began_ms = clock_monotonic_ms();
    bench_run(b);
    assert_int_equal(receiver_count(b->receiver), COUNT);
    assert_true(clock_monotonic_ms() - began_ms >= (COUNT - 1) * 1000 / RATE - SLACK_MS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup_receiver, bench_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(hold__begins_with_each_refusal),
        TEST(hold__begins_after_one_token_refresh),
        TEST(hold__does_not_begin_with_other_answers),
        TEST(hold__begins_with_a_missing_secret),
        TEST(hold__begins_with_disabling),
        TEST(hold__is_for_the_disabled_and_not_for_the_removed),
        TEST(hold__remembers_the_last_success),
        TEST(hold__keeps_what_waits_until_it_is_released),
        TEST(hold__takes_in_what_waits_for_its_turn),
        TEST(hold__lets_nothing_age),
        TEST(hold__ends_with_a_passing_test_alone),
        TEST(hold__of_what_a_run_wrote_ends_with_enabling),
        TEST(hold__ends_with_enabling_in_the_file),
        TEST(hold__ends_with_other_credentials_in_the_file),
        TEST(hold__ends_with_credentials_that_changed_while_no_worker_was_there),
        TEST(hold__releases_at_the_rate_limit),
    };
    return cmocka_run_group_tests_name("holds", tests, NULL, NULL);
}
