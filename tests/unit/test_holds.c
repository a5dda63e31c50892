/*
 * Tests of holds as a whole: what begins one, that nothing ages or goes out meanwhile, what ends
 * one, and at which pace what waited goes out.
 */
#include "tests/unit/worker_fixture.h"

#include "core/deliver/conntest.h"
#include "tests/support/receiver.h"

enum { HOUR_MS = 3600 * 1000 };

struct scene {
    struct bench b;
    struct receiver *receiver;
};

static int setup(void **state)
{
    struct scene *s = mem_zalloc(sizeof *s);
    bench_init(&s->b);
    s->receiver = receiver_start();
    s->b.f.in.url = mem_strdup(receiver_url(s->receiver, "/in"));
    receiver_answer(s->receiver, "/token",
                    (struct receiver_answer){
                        .body = "{\"access_token\":\"tok.en-123\",\"token_type\":\"bearer\"}"});
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    struct scene *s = *state;
    receiver_stop(s->receiver);
    bench_release(&s->b);
    free(s);
    return 0;
}

static void expect_state(struct scene *s, int64_t id, enum delivery_state state, const char *reason)
{
    bench_expect(&s->b, id, (struct bench_end){.state = state, .reason = reason});
}

static struct integration_facts facts_of(struct scene *s)
{
    struct error err = {0};
    struct integration_facts facts = {0};
    fixture_check(outbox_facts(s->b.f.store, s->b.f.in.id, &facts, &err), &err);
    return facts;
}

static void expect_hold(struct scene *s, bool on_hold, const char *reason)
{
    struct integration_facts facts = facts_of(s);
    assert_int_equal(facts.on_hold, on_hold);
    if (on_hold && !strstr(facts.hold_reason, reason))
        fail_msg("on hold: '%s', expected '%s'", facts.hold_reason, reason);
    integration_facts_release(&facts);
}

static void answer(struct scene *s, int status)
{
    receiver_answer(s->receiver, "/in", (struct receiver_answer){.status = status});
}

/* --- what begins one ------------------------------------------------------------------------- */

static void hold__begins_with_each_refusal(void **state)
{
    static const struct {
        int status;
        const char *reason;
    } cases[] = {{401, "401 Unauthorized"}, {403, "403 Forbidden"}, {407, "407"}};
    struct scene *s = *state;
    struct error err = {0};
    fixture_basic(&s->b.f, "user", "secret");
    bench_save(&s->b);
    bench_start_worker(&s->b);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        answer(s, cases[i].status);
        int64_t id = bench_enqueue(&s->b);
        bench_run(&s->b);
        expect_state(s, id, DELIVERY_HELD, cases[i].reason);
        expect_hold(s, true, cases[i].reason);
        assert_int_equal(receiver_count(s->receiver), 1);
        int64_t later = bench_enqueue(&s->b); /* made while on hold: waits for the same reason */
        bench_run(&s->b);
        expect_state(s, later, DELIVERY_HELD, cases[i].reason);
        assert_int_equal(receiver_count(s->receiver), 1);
        fixture_check(
            outbox_end_integration(s->b.f.store, s->b.f.in.id, bench_now_ms() / 1000, &err), &err);
        receiver_forget(s->receiver);
    }
}

/* One token more is tried before the receiver's no counts. */
static void hold__begins_after_one_token_refresh(void **state)
{
    static const int statuses[] = {401, 407};
    struct scene *s = *state;
    struct error err = {0};
    fixture_oauth(&s->b.f, receiver_url(s->receiver, "/token"), "client", "secret");
    bench_save(&s->b);
    bench_start_worker(&s->b);
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
        answer(s, statuses[i]);
        receiver_forget(s->receiver);
        int64_t id = bench_enqueue(&s->b);
        worker_config_changed(s->b.worker);
        bench_run(&s->b);
        expect_state(s, id, DELIVERY_HELD, statuses[i] == 401 ? "401" : "407");
        size_t tokens = 0, deliveries = 0;
        for (size_t n = 0; n < receiver_count(s->receiver); n++) {
            bool token = strcmp(receiver_wait(s->receiver, n, 5000)->target, "/token") == 0;
            tokens += token;
            deliveries += !token;
        }
        assert_int_equal(deliveries, 2);
        assert_in_range(tokens, 1, 2); /* the first one may be in the cache */
        fixture_check(
            outbox_end_integration(s->b.f.store, s->b.f.in.id, bench_now_ms() / 1000, &err), &err);
    }
}

/* Trouble that passes holds nothing. */
static void hold__does_not_begin_with_other_answers(void **state)
{
    static const int statuses[] = {302, 400, 404, 408, 410, 413, 429, 500, 503};
    struct scene *s = *state;
    bench_save(&s->b);
    bench_start_worker(&s->b);
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
        answer(s, statuses[i]);
        bench_enqueue(&s->b);
        bench_run(&s->b);
        expect_hold(s, false, "");
    }
}

static void hold__begins_with_disabling(void **state)
{
    struct scene *s = *state;
    s->b.f.in.enabled = false;
    bench_save(&s->b);
    bench_start_worker(&s->b);
    int64_t id = bench_enqueue(&s->b);
    bench_run(&s->b);
    expect_state(s, id, DELIVERY_HELD, "integration is disabled");
    expect_hold(s, true, "integration is disabled");
    assert_int_equal(receiver_count(s->receiver), 0);
}

/* A run reads in the file that somebody disabled it there by hand; no hold was begun by that. */
static void hold__of_what_a_run_wrote_ends_with_enabling(void **state)
{
    struct scene *s = *state;
    struct error err = {0};
    struct event event = fixture_event();
    int64_t id = 0;
    const struct new_delivery d = {.event_id = event.id,
                                   .check_id = event.check_id,
                                   .integration_id = s->b.f.in.id,
                                   .integration_name = s->b.f.in.name,
                                   .now = bench_now_ms() / 1000,
                                   .held_reason = hold_disabled_reason};
    s->b.f.in.enabled = false;
    bench_save(&s->b);
    bench_start_worker(&s->b);
    fixture_check(outbox_add_event(s->b.f.store, &event, &err) &&
                      outbox_add_delivery(s->b.f.store, &d, &id, &err),
                  &err);
    bench_run(&s->b);
    expect_state(s, id, DELIVERY_HELD, "integration is disabled");
    s->b.f.in.enabled = true;
    bench_save(&s->b);
    bench_run(&s->b);
    expect_state(s, id, DELIVERY_DELIVERED, "");
    event_release(&event);
}

static void hold__remembers_the_last_success(void **state)
{
    struct scene *s = *state;
    bench_save(&s->b);
    bench_start_worker(&s->b);
    bench_enqueue(&s->b);
    bench_run(&s->b);
    struct integration_facts before = facts_of(s);
    assert_true(before.last_ok && before.last_ok_at > 0);
    bench_ahead_ms = 2 * HOUR_MS;
    answer(s, 401);
    bench_enqueue(&s->b);
    bench_run(&s->b);
    struct integration_facts facts = facts_of(s);
    assert_true(facts.on_hold && !facts.last_ok);
    assert_int_equal(facts.last_ok_at, before.last_ok_at);
    assert_true(facts.hold_since >= before.last_ok_at + 7200);
    integration_facts_release(&before);
    integration_facts_release(&facts);
}

/* --- meanwhile ------------------------------------------------------------------------------- */

/* On hold for longer than its age limit: after the release its age counts anew. */
static void hold__lets_nothing_age(void **state)
{
    struct scene *s = *state;
    struct error err = {0};
    s->b.f.in.max_age_h = 1;
    bench_save(&s->b);
    bench_start_worker(&s->b);
    answer(s, 401);
    int64_t id = bench_enqueue(&s->b);
    bench_run(&s->b);
    bench_ahead_ms = 100 * (int64_t)HOUR_MS;
    bench_run(&s->b);
    expect_state(s, id, DELIVERY_HELD, "401");
    answer(s, 503);
    fixture_check(outbox_release(s->b.f.store, s->b.f.in.id, bench_now_ms() / 1000, &err), &err);
    bench_run(&s->b);
    expect_state(s, id, DELIVERY_PENDING, "503");
    bench_ahead_ms += 2 * HOUR_MS; /* but then it does age */
    bench_run(&s->b);
    expect_state(s, id, DELIVERY_FAILED, "older than its age limit");
}

/* --- what ends one --------------------------------------------------------------------------- */

static void test_connectivity(struct scene *s, bool draft)
{
    struct conntest_options options = {.transport = s->b.f.transport,
                                       .store = s->b.f.store,
                                       .general = &s->b.f.general,
                                       .keyring = s->b.f.keyring,
                                       .integration = &s->b.f.in,
                                       .draft = draft,
                                       .now_ms = bench_now_ms()};
    struct conntest *t = conntest_start(&options);
    FIXTURE_POLL_UNTIL(s->b.f.transport, conntest_done(t));
    conntest_free(t);
}

static void hold__ends_with_a_passing_test_alone(void **state)
{
    struct scene *s = *state;
    bench_save(&s->b);
    bench_start_worker(&s->b);
    answer(s, 401);
    int64_t id = bench_enqueue(&s->b);
    bench_run(&s->b);
    test_connectivity(s, false);
    expect_state(s, id, DELIVERY_HELD, "401");
    answer(s, 200);
    test_connectivity(s, true); /* a draft is not what waits */
    expect_state(s, id, DELIVERY_HELD, "401");
    expect_hold(s, true, "401");
    test_connectivity(s, false);
    expect_state(s, id, DELIVERY_PENDING, "");
    expect_hold(s, false, "");
    bench_run(&s->b);
    expect_state(s, id, DELIVERY_DELIVERED, "");
}

/* What waited goes out at the pace of the rate limit. */
static void hold__releases_at_the_rate_limit(void **state)
{
    enum { COUNT = 12, RATE = 30, SLACK_MS = 40 };
    struct scene *s = *state;
    struct error err = {0};
    s->b.f.in.rate_limit = RATE;
    s->b.f.in.max_in_flight = 64;
    bench_save(&s->b);
    fixture_check(outbox_hold(s->b.f.store, s->b.f.in.id, "401", bench_now_ms() / 1000, &err),
                  &err);
    for (int i = 0; i < COUNT; i++)
        bench_enqueue(&s->b);
    bench_start_worker(&s->b);
    bench_run(&s->b);
    assert_int_equal(receiver_count(s->receiver), 0);
    fixture_check(outbox_release(s->b.f.store, s->b.f.in.id, bench_now_ms() / 1000, &err), &err);
    int64_t began_ms = clock_monotonic_ms();
    bench_run(&s->b);
    assert_int_equal(receiver_count(s->receiver), COUNT);
    assert_true(clock_monotonic_ms() - began_ms >= (COUNT - 1) * 1000 / RATE - SLACK_MS);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(hold__begins_with_each_refusal),
        TEST(hold__begins_after_one_token_refresh),
        TEST(hold__does_not_begin_with_other_answers),
        TEST(hold__begins_with_disabling),
        TEST(hold__of_what_a_run_wrote_ends_with_enabling),
        TEST(hold__remembers_the_last_success),
        TEST(hold__lets_nothing_age),
        TEST(hold__ends_with_a_passing_test_alone),
        TEST(hold__releases_at_the_rate_limit),
    };
    return cmocka_run_group_tests_name("holds", tests, NULL, NULL);
}
