/* Tests of the worker: claims, verdicts, holds, tokens, pace, with a real store and receivers. */
#include "tests/unit/worker_fixture.h"

#include "core/store/db.h"
#include "tests/support/receiver.h"

struct scene {
    struct bench b;
    struct receiver *receiver;
};

static int64_t now_s(void)
{
    return bench_now_ms() / 1000;
}

static int setup(void **state)
{
    struct scene *s = mem_zalloc(sizeof *s);
    bench_init(&s->b);
    s->receiver = receiver_start();
    s->b.f.in.url = mem_strdup(receiver_url(s->receiver, "/in"));
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

/* Another integration of its own id and path. */
static void save_other(struct scene *s, const char *id, const char *path)
{
    struct integration other = {0};
    integration_copy(&other, &s->b.f.in);
    memcpy(other.id, id, UUID_LEN + 1);
    mem_replace(&other.name, id);
    mem_replace(&other.url, receiver_url(s->receiver, path));
    config_put(&s->b.f.config, &other);
    integration_release(&other);
}

static void expect_state(struct scene *s, int64_t id, enum delivery_state state, const char *reason)
{
    bench_expect(&s->b, id, (struct bench_end){.state = state, .reason = reason});
}

static void worker__delivers_and_records(void **state)
{
    struct scene *s = *state;
    struct error err = {0};
    struct attempt_list attempts = {0};
    bench_save(&s->b);
    int64_t id = bench_enqueue(&s->b);
    bench_start_worker(&s->b);
    assert_false(worker_idle(s->b.worker));
    bench_run(&s->b);
    struct delivery d = bench_delivery(&s->b, id);
    assert_int_equal(d.state, DELIVERY_DELIVERED);
    assert_int_equal(d.attempts, 1);
    assert_int_equal(d.status, 200);
    assert_true(d.finished_at > 0);
    assert_true(d.took_ms >= 0);
    assert_int_equal(s->b.recorded, 1);
    fixture_check(outbox_attempts(s->b.f.store, id, &attempts, &err), &err);
    assert_int_equal(attempts.count, 1);
    assert_int_equal(attempts.items[0].n, 1);
    assert_string_equal(attempts.items[0].outcome, "delivered");
    assert_string_equal(attempts.items[0].method, "POST");
    char *event_id = receiver_header(receiver_wait(s->receiver, 0, 5000), "X-Checkhook-Event-Id");
    assert_string_equal(event_id, d.event_id);
    assert_int_equal(worker_timeout_ms(s->b.worker), -1);
    free(event_id);
    attempt_list_release(&attempts);
    delivery_release(&d);
}

static void worker__delivers_many_to_many(void **state)
{
    enum { EACH = 150 };
    static const char second[] = "55555555-5555-4555-8555-555555555555";
    struct scene *s = *state;
    bench_save(&s->b);
    save_other(s, second, "/other");
    int64_t first_id = 0, last_id = 0;
    struct error err = {0};
    fixture_check(store_begin(s->b.f.store, &err), &err);
    for (int i = 0; i < EACH; i++) {
        int64_t id = bench_enqueue(&s->b);
        first_id = first_id ? first_id : id;
        last_id = bench_enqueue_to(&s->b, second);
    }
    fixture_check(store_commit(s->b.f.store, &err), &err);
    bench_start_worker(&s->b);
    bench_run(&s->b);
    assert_int_equal(receiver_count(s->receiver), 2 * EACH);
    assert_int_equal(s->b.recorded, 2 * EACH);
    expect_state(s, first_id, DELIVERY_DELIVERED, "");
    expect_state(s, last_id, DELIVERY_DELIVERED, "");
    /* No more connections than slots: 4 of each, and reused. */
    assert_true(receiver_connections(s->receiver) <= 8);
}

static void worker__retries_later(void **state)
{
    struct scene *s = *state;
    bench_stopped_ms = (int64_t)FIXTURE_NOW * 1000;
    receiver_answer(s->receiver, NULL,
                    (struct receiver_answer){.status = 503, .headers = "Retry-After: 60\r\n"});
    bench_save(&s->b);
    int64_t id = bench_enqueue(&s->b);
    bench_start_worker(&s->b);
    bench_stopped_ms += 1000; /* so that results are old enough to commit */
    bench_run(&s->b);
    struct delivery d = bench_delivery(&s->b, id);
    assert_int_equal(d.state, DELIVERY_PENDING);
    assert_int_equal(d.attempts, 1);
    assert_in_range(d.due_at, now_s() + 60, now_s() + 61);
    assert_non_null(strstr(d.reason, "503 Service Unavailable"));
    assert_in_range(worker_timeout_ms(s->b.worker), 59000, 61000);
    delivery_release(&d);

    receiver_answer(s->receiver, NULL, (struct receiver_answer){.status = 204});
    bench_stopped_ms += 61000;
    bench_run(&s->b);
    d = bench_delivery(&s->b, id);
    assert_int_equal(d.state, DELIVERY_DELIVERED);
    assert_int_equal(d.attempts, 2);
    delivery_release(&d);
}

static void worker__ends_after_the_last_attempt(void **state)
{
    struct scene *s = *state;
    receiver_answer(s->receiver, NULL, (struct receiver_answer){.way = RECEIVER_CLOSES});
    s->b.f.in.max_attempts = 0;
    bench_save(&s->b);
    int64_t id = bench_enqueue(&s->b);
    bench_start_worker(&s->b);
    bench_run(&s->b);
    expect_state(s, id, DELIVERY_FAILED,
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
    struct scene *s = *state;
    bench_save(&s->b);
    bench_start_worker(&s->b);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct error err = {0};
        struct attempt_list attempts = {0};
        struct integration_facts facts = {0};
        receiver_answer(s->receiver, NULL, cases[i].answer);
        int64_t id = bench_enqueue(&s->b);
        bench_run(&s->b);
        expect_state(s, id, DELIVERY_FAILED, cases[i].reason);
        fixture_check(outbox_attempts(s->b.f.store, id, &attempts, &err), &err);
        assert_string_equal(attempts.items[0].outcome, cases[i].outcome);
        fixture_check(outbox_facts(s->b.f.store, s->b.f.in.id, &facts, &err), &err);
        assert_int_equal(facts.gone, strcmp(cases[i].outcome, "gone") == 0);
        integration_facts_release(&facts);
        attempt_list_release(&attempts);
    }
}

static void worker__holds_an_integration_that_is_refused(void **state)
{
    struct scene *s = *state;
    struct error err = {0};
    struct integration_facts facts = {0};
    receiver_answer(s->receiver, NULL, (struct receiver_answer){.status = 401});
    s->b.f.in.max_in_flight = 1;
    bench_save(&s->b);
    int64_t first = bench_enqueue(&s->b), second = bench_enqueue(&s->b);
    bench_start_worker(&s->b);
    bench_run(&s->b);
    expect_state(s, first, DELIVERY_HELD, "refused the credentials (401 Unauthorized)");
    expect_state(s, second, DELIVERY_HELD, "refused the credentials");
    assert_int_equal(receiver_count(s->receiver), 1);
    fixture_check(outbox_facts(s->b.f.store, s->b.f.in.id, &facts, &err), &err);
    assert_true(facts.on_hold);
    integration_facts_release(&facts);

    receiver_answer(s->receiver, NULL, (struct receiver_answer){.status = 200});
    fixture_check(outbox_release(s->b.f.store, s->b.f.in.id, now_s(), &err), &err);
    bench_run(&s->b);
    expect_state(s, first, DELIVERY_DELIVERED, NULL);
    expect_state(s, second, DELIVERY_DELIVERED, NULL);
}

/* Those that wait for their turn under the rate limit are held too, not sent to be refused. */
static void worker__gives_back_what_waits_when_it_holds(void **state)
{
    struct scene *s = *state;
    int64_t ids[4];
    receiver_answer(s->receiver, NULL, (struct receiver_answer){.status = 403});
    s->b.f.in.rate_limit = 2;
    bench_save(&s->b);
    for (size_t i = 0; i < ARRAY_LEN(ids); i++)
        ids[i] = bench_enqueue(&s->b);
    bench_start_worker(&s->b);
    bench_run(&s->b);
    for (size_t i = 0; i < ARRAY_LEN(ids); i++)
        expect_state(s, ids[i], DELIVERY_HELD, "403 Forbidden");
    assert_int_equal(receiver_count(s->receiver), 1);
}

static void worker__holds_what_lacks_a_secret(void **state)
{
    struct scene *s = *state;
    s->b.f.in.auth.type = AUTH_BASIC;
    bench_save(&s->b);
    int64_t id = bench_enqueue(&s->b);
    bench_start_worker(&s->b);
    bench_run(&s->b);
    expect_state(s, id, DELIVERY_HELD, "the secret \"Password\" is missing");
    assert_int_equal(receiver_connections(s->receiver), 0);
}

static void worker__holds_for_disabled_and_ends_for_removed(void **state)
{
    static const char gone[] = "55555555-5555-4555-8555-555555555555";
    struct scene *s = *state;
    s->b.f.in.enabled = false;
    bench_save(&s->b);
    int64_t held = bench_enqueue(&s->b), ended = bench_enqueue_to(&s->b, gone);
    bench_start_worker(&s->b);
    bench_run(&s->b);
    expect_state(s, held, DELIVERY_HELD, "integration is disabled");
    expect_state(s, ended, DELIVERY_FAILED, "integration removed");
    assert_int_equal(receiver_count(s->receiver), 0);
}

/* --- tokens ---------------------------------------------------------------------------------- */

static const char token_body[] = "{\"access_token\":\"%s\",\"token_type\":\"Bearer\"}";

static void use_oauth(struct scene *s)
{
    fixture_oauth(&s->b.f, receiver_url(s->receiver, "/token"), "id", "secret-secret");
    bench_save(&s->b);
}

static size_t count_target(struct scene *s, const char *target)
{
    size_t n = 0;
    for (size_t i = 0; i < receiver_count(s->receiver); i++)
        n += strcmp(receiver_wait(s->receiver, i, 5000)->target, target) == 0;
    return n;
}

/* Enabled again by hand, in the file: no action told the store. */
static void worker__releases_what_was_enabled_in_the_file(void **state)
{
    struct scene *s = *state;
    s->b.f.in.enabled = false;
    bench_save(&s->b);
    int64_t id = bench_enqueue(&s->b);
    bench_start_worker(&s->b);
    bench_run(&s->b);
    expect_state(s, id, DELIVERY_HELD, "integration is disabled");
    s->b.f.in.enabled = true;
    bench_save(&s->b);
    bench_run(&s->b);
    expect_state(s, id, DELIVERY_DELIVERED, NULL);
}

/* So with other credentials; the same ones, saved again, end nothing. */
static void worker__releases_what_got_other_credentials_in_the_file(void **state)
{
    struct scene *s = *state;
    receiver_answer(s->receiver, "/in", (struct receiver_answer){.status = 401});
    fixture_basic(&s->b.f, "dara", "old");
    bench_save(&s->b);
    int64_t id = bench_enqueue(&s->b);
    bench_start_worker(&s->b);
    bench_run(&s->b);
    expect_state(s, id, DELIVERY_HELD, "401");
    receiver_answer(s->receiver, "/in", (struct receiver_answer){.status = 204});
    s->b.f.in.timeout_s = 7;
    bench_save(&s->b);
    bench_run(&s->b);
    expect_state(s, id, DELIVERY_HELD, "401");
    fixture_basic(&s->b.f, "dara", "new");
    bench_save(&s->b);
    bench_run(&s->b);
    expect_state(s, id, DELIVERY_DELIVERED, NULL);
}

/* The next worker sees it as well: nobody was there when the file was edited. */
static void worker_new__releases_what_got_other_credentials_meanwhile(void **state)
{
    struct scene *s = *state;
    receiver_answer(s->receiver, "/in", (struct receiver_answer){.status = 401});
    fixture_basic(&s->b.f, "dara", "old");
    bench_save(&s->b);
    int64_t id = bench_enqueue(&s->b);
    bench_start_worker(&s->b);
    bench_run(&s->b);
    worker_free(s->b.worker);
    s->b.worker = NULL;
    receiver_answer(s->receiver, "/in", (struct receiver_answer){.status = 204});
    fixture_basic(&s->b.f, "robin", "old");
    bench_save(&s->b);
    bench_start_worker(&s->b);
    bench_run(&s->b);
    expect_state(s, id, DELIVERY_DELIVERED, NULL);
}

/* Where the connection stood already, there was nothing to wait for but the answer. */
static void worker__says_what_it_waited_for_on_a_connection_that_stood(void **state)
{
    struct scene *s = *state;
    const struct receiver_answer answers[] = {{.status = 204}, {.way = RECEIVER_HANGS}};
    receiver_script(s->receiver, "/in", answers, ARRAY_LEN(answers));
    s->b.f.in.timeout_s = 1;
    s->b.f.in.max_attempts = 0;
    bench_save(&s->b);
    bench_enqueue(&s->b);
    bench_start_worker(&s->b);
    bench_run(&s->b);
    int64_t id = bench_enqueue(&s->b);
    bench_run(&s->b);
    assert_int_equal(receiver_connections(s->receiver), 1);
    expect_state(s, id, DELIVERY_FAILED, "(waiting for the answer)");
}

/* Somebody removed rows by hand: that keeps no other delivery waiting. */
static void worker__goes_on_where_rows_are_gone(void **state)
{
    struct scene *s = *state;
    struct error err = {0};
    bench_save(&s->b);
    int64_t no_event = bench_enqueue(&s->b), other = bench_enqueue(&s->b);
    char *remove = mem_printf("DELETE FROM event_bodies WHERE key ="
                              " (SELECT body_key FROM deliveries WHERE id = %lld)",
                              (long long)no_event);
    fixture_check(db_exec(store_db(s->b.f.store), remove, &err), &err);
    bench_start_worker(&s->b);
    bench_run(&s->b);
    expect_state(s, no_event, DELIVERY_FAILED, "there is no event");
    expect_state(s, other, DELIVERY_DELIVERED, NULL);

    int64_t gone = bench_enqueue(&s->b);
    bench_step(&s->b);
    free(remove);
    remove = mem_printf("DELETE FROM deliveries WHERE id = %lld", (long long)gone);
    fixture_check(db_exec(store_db(s->b.f.store), remove, &err), &err);
    other = bench_enqueue(&s->b);
    bench_run(&s->b);
    expect_state(s, other, DELIVERY_DELIVERED, NULL);
    free(remove);
}

static void worker__fetches_one_token_for_all(void **state)
{
    struct scene *s = *state;
    char *body = mem_printf(token_body, "tok-1");
    receiver_answer(s->receiver, "/token", (struct receiver_answer){.body = body, .delay_ms = 50});
    use_oauth(s);
    for (int i = 0; i < 10; i++)
        bench_enqueue(&s->b);
    bench_start_worker(&s->b);
    bench_run(&s->b);
    assert_int_equal(count_target(s, "/token"), 1);
    assert_int_equal(count_target(s, "/in"), 10);
    free(body);
}

static void worker__renews_a_refused_token_once(void **state)
{
    struct scene *s = *state;
    char *old = mem_printf(token_body, "tok-1"), *new = mem_printf(token_body, "tok-2");
    const struct receiver_answer tokens[] = {{.body = old}, {.body = new}};
    const struct receiver_answer answers[] = {{.status = 200}, {.status = 401}, {.status = 200}};
    receiver_script(s->receiver, "/token", tokens, ARRAY_LEN(tokens));
    receiver_script(s->receiver, "/in", answers, ARRAY_LEN(answers));
    use_oauth(s);
    bench_start_worker(&s->b);
    bench_enqueue(&s->b);
    bench_run(&s->b);
    int64_t id = bench_enqueue(&s->b);
    bench_run(&s->b);
    struct delivery d = bench_delivery(&s->b, id);
    assert_int_equal(d.state, DELIVERY_DELIVERED);
    assert_int_equal(d.attempts, 1); /* the second token belongs to the same attempt */
    struct attempt_list attempts = bench_attempts(&s->b, id);
    assert_string_equal(attempts.items[0].reason, "with a new token, the one before was refused");
    attempt_list_release(&attempts);
    assert_int_equal(count_target(s, "/token"), 2);
    assert_int_equal(count_target(s, "/in"), 3);
    char *bearer = receiver_header(receiver_wait(s->receiver, 4, 5000), "Authorization");
    assert_string_equal(bearer, "Bearer tok-2");
    free(bearer);
    delivery_release(&d);
    free(old);
    free(new);
}

static void worker__holds_after_the_renewed_token_is_refused(void **state)
{
    struct scene *s = *state;
    char *body = mem_printf(token_body, "tok-1");
    receiver_answer(s->receiver, "/token", (struct receiver_answer){.body = body});
    receiver_answer(s->receiver, "/in", (struct receiver_answer){.status = 401});
    use_oauth(s);
    bench_start_worker(&s->b);
    int64_t id = bench_enqueue(&s->b);
    bench_run(&s->b);
    expect_state(s, id, DELIVERY_HELD, "401 Unauthorized");
    assert_int_equal(count_target(s, "/token"), 2);
    assert_int_equal(count_target(s, "/in"), 2);
    free(body);
}

static void worker__retries_when_the_token_endpoint_is_down(void **state)
{
    struct scene *s = *state;
    receiver_answer(s->receiver, "/token",
                    (struct receiver_answer){.status = 503, .headers = "Retry-After: 30\r\n"});
    use_oauth(s);
    bench_start_worker(&s->b);
    int64_t id = bench_enqueue(&s->b);
    bench_run(&s->b);
    struct delivery d = bench_delivery(&s->b, id);
    assert_int_equal(d.state, DELIVERY_PENDING);
    assert_int_equal(d.attempts, 1);
    assert_int_equal(d.status, 0);
    assert_true(d.due_at >= now_s() + 28);
    assert_non_null(strstr(d.reason, "the token endpoint "));
    assert_int_equal(count_target(s, "/in"), 0);
    delivery_release(&d);
}

static void worker__holds_when_the_client_is_refused(void **state)
{
    struct scene *s = *state;
    receiver_answer(
        s->receiver, "/token",
        (struct receiver_answer){.status = 401, .body = "{\"error\":\"invalid_client\"}"});
    use_oauth(s);
    bench_start_worker(&s->b);
    int64_t id = bench_enqueue(&s->b);
    bench_run(&s->b);
    expect_state(s, id, DELIVERY_HELD, "answered 401 Unauthorized: invalid_client");
}

/* --- pace, limits, the end ------------------------------------------------------------------- */

static void worker__keeps_to_max_in_flight(void **state)
{
    struct scene *s = *state;
    receiver_answer(s->receiver, NULL, (struct receiver_answer){.delay_ms = 20});
    s->b.f.in.max_in_flight = 3;
    bench_save(&s->b);
    for (int i = 0; i < 20; i++)
        bench_enqueue(&s->b);
    bench_start_worker(&s->b);
    bench_step(&s->b);
    assert_int_equal(transport_active(s->b.f.transport), 3);
    bench_run(&s->b);
    assert_int_equal(receiver_count(s->receiver), 20);
    assert_true(receiver_connections(s->receiver) <= 3);
}

static void worker__spaces_by_the_rate_limit(void **state)
{
    struct scene *s = *state;
    s->b.f.in.rate_limit = 20;
    bench_save(&s->b);
    for (int i = 0; i < 10; i++)
        bench_enqueue(&s->b);
    bench_start_worker(&s->b);
    int64_t began_ms = clock_monotonic_ms();
    bench_run(&s->b);
    int64_t took_ms = clock_monotonic_ms() - began_ms;
    assert_int_equal(receiver_count(s->receiver), 10);
    assert_true(took_ms >= 9 * 50 - 20); /* nine pauses of 50 ms, less the slack of the loop */
}

static void worker__lets_a_dead_receiver_delay_nobody(void **state)
{
    static const char second[] = "55555555-5555-4555-8555-555555555555";
    struct scene *s = *state;
    receiver_answer(s->receiver, "/in", (struct receiver_answer){.way = RECEIVER_HANGS});
    s->b.f.in.timeout_s = 60;
    bench_save(&s->b);
    save_other(s, second, "/other");
    for (int i = 0; i < 20; i++)
        bench_enqueue(&s->b);
    int64_t last = 0;
    for (int i = 0; i < 20; i++)
        last = bench_enqueue_to(&s->b, second);
    bench_start_worker(&s->b);
    int64_t give_up_ms = clock_monotonic_ms() + 10000;
    while (s->b.recorded < 20 && clock_monotonic_ms() < give_up_ms) {
        bench_step(&s->b);
        int wait_ms = worker_timeout_ms(s->b.worker);
        assert_true(wait_ms >= -1 && wait_ms <= 1000);
        transport_poll(s->b.f.transport, NULL, 0, wait_ms);
    }
    assert_int_equal(s->b.recorded, 20);
    expect_state(s, last, DELIVERY_DELIVERED, NULL);
    assert_int_equal(transport_active(s->b.f.transport), 4);
    /* No room is no reason to spin, once the look that comes a few milliseconds after the last
     * claim has told so. */
    bench_step(&s->b);
    for (give_up_ms = clock_monotonic_ms() + 1000;
         worker_timeout_ms(s->b.worker) == 0 && clock_monotonic_ms() < give_up_ms;)
        bench_step(&s->b);
    assert_int_not_equal(worker_timeout_ms(s->b.worker), 0);
}

static void worker_free__gives_back_what_is_in_flight(void **state)
{
    struct scene *s = *state;
    receiver_answer(s->receiver, "/in", (struct receiver_answer){.way = RECEIVER_HANGS});
    bench_save(&s->b);
    int64_t id = bench_enqueue(&s->b);
    bench_start_worker(&s->b);
    bench_step(&s->b);
    expect_state(s, id, DELIVERY_IN_FLIGHT, NULL);
    worker_free(s->b.worker);
    s->b.worker = NULL;
    struct delivery d = bench_delivery(&s->b, id);
    assert_int_equal(d.state, DELIVERY_PENDING);
    assert_int_equal(d.attempts, 0);
    assert_int_equal(transport_active(s->b.f.transport), 0);
    delivery_release(&d);
}

/* Somebody else writes for long: who asked for the lock, or to end, does not wait for each. */
static void worker_free__waits_once_for_all_integrations(void **state)
{
    enum { COUNT = 20, MOST_MS = 2000 };
    struct scene *s = *state;
    struct error err = {0};
    receiver_answer(s->receiver, NULL, (struct receiver_answer){.way = RECEIVER_HANGS});
    for (int i = 0; i < COUNT; i++) {
        char id[UUID_LEN + 1];
        snprintf(id, sizeof id, "66666666-6666-4666-8666-%012d", i);
        save_other(s, id, "/hangs");
        bench_enqueue_to(&s->b, id);
    }
    bench_start_worker(&s->b);
    bench_step(&s->b);
    assert_int_equal(worker_sending(s->b.worker), COUNT);
    struct store *other = store_open(store_path(s->b.f.store), &err);
    fixture_check(other && store_begin(other, &err), &err);
    int64_t began_ms = clock_monotonic_ms();
    worker_free(s->b.worker);
    s->b.worker = NULL;
    assert_true(clock_monotonic_ms() - began_ms < MOST_MS);
    store_rollback(other);
    store_close(other);
}

static void worker_stop_claiming__lets_what_is_being_sent_finish(void **state)
{
    struct scene *s = *state;
    receiver_answer(s->receiver, "/in", (struct receiver_answer){.delay_ms = 200});
    s->b.f.in.max_in_flight = 1;
    bench_save(&s->b);
    int64_t first = bench_enqueue(&s->b), second = bench_enqueue(&s->b);
    bench_start_worker(&s->b);
    bench_step(&s->b);
    assert_int_equal(worker_sending(s->b.worker), 1);
    worker_stop_claiming(s->b.worker);
    while (worker_sending(s->b.worker) > 0) {
        assert_int_equal(worker_timeout_ms(s->b.worker), -1); /* nothing to do but to wait */
        transport_poll(s->b.f.transport, NULL, 0, 5000);
    }
    bench_step(&s->b);
    assert_int_equal(s->b.recorded, 1);
    worker_free(s->b.worker);
    s->b.worker = NULL;
    expect_state(s, first, DELIVERY_DELIVERED, NULL);
    expect_state(s, second, DELIVERY_PENDING, NULL);
    assert_int_equal(receiver_count(s->receiver), 1);
}

static void worker_new__recovers_what_a_dead_one_had(void **state)
{
    struct scene *s = *state;
    struct error err = {0};
    struct delivery_list list = {0};
    bench_save(&s->b);
    int64_t id = bench_enqueue(&s->b);
    struct claim claim = {.now = now_s(), .lease_s = 600, .limit = 1};
    fixture_check(outbox_claim_due(s->b.f.store, &claim, &list, &err), &err);
    assert_int_equal(list.count, 1);
    delivery_list_release(&list);
    bench_start_worker(&s->b);
    bench_run(&s->b);
    struct delivery d = bench_delivery(&s->b, id);
    assert_int_equal(d.state, DELIVERY_DELIVERED);
    assert_int_equal(d.attempts, 1);
    delivery_release(&d);
}

static void worker_config_changed__lets_new_credentials_count(void **state)
{
    struct scene *s = *state;
    receiver_answer(s->receiver, "/in", (struct receiver_answer){.status = 401, .delay_ms = 500});
    fixture_api_key(&s->b.f, "X-Key", "old");
    bench_save(&s->b);
    int64_t id = bench_enqueue(&s->b);
    bench_start_worker(&s->b);
    bench_step(&s->b);
    FIXTURE_POLL_UNTIL(s->b.f.transport, receiver_count(s->receiver) == 1);
    fixture_api_key(&s->b.f, "X-Key", "new"); /* while the old one is being refused */
    bench_save(&s->b);
    receiver_answer(s->receiver, "/in", (struct receiver_answer){.status = 200});
    bench_run(&s->b);
    expect_state(s, id, DELIVERY_DELIVERED, NULL);
    char *key = receiver_header(receiver_wait(s->receiver, 1, 5000), "X-Key");
    assert_string_equal(key, "new");
    free(key);
}

/* Another process saves the integration under test to the file. */
static void save_elsewhere(struct scene *s, const char *path)
{
    struct error err = {0};
    struct config other = {0};
    fixture_check(config_load(&other, path, &err) && config_begin(&other, &err), &err);
    config_put(&other, &s->b.f.in);
    fixture_check(config_commit(&other, &err), &err);
    config_release(&other);
}

/* A configuration of its own for the worker, read from a file that another process writes. */
struct elsewhere {
    char *path;
    struct config mine;
};

static struct elsewhere elsewhere_of(struct scene *s)
{
    return (struct elsewhere){.path = tmpdir_path(&s->b.f.dir, "checkhook.conf")};
}

static void start_elsewhere(struct scene *s, struct elsewhere *e)
{
    struct error err = {0};
    fixture_check(config_load(&e->mine, e->path, &err), &err);
    bench_start_worker_on(&s->b, &e->mine);
}

static void stop_elsewhere(struct scene *s, struct elsewhere *e)
{
    worker_free(s->b.worker);
    s->b.worker = NULL;
    config_release(&e->mine);
    free(e->path);
}

static void worker__knows_what_another_process_saved(void **state)
{
    struct scene *s = *state;
    struct elsewhere elsewhere = elsewhere_of(s);
    start_elsewhere(s, &elsewhere);
    bench_step(&s->b);
    save_elsewhere(s, elsewhere.path);
    int64_t id = bench_enqueue(&s->b);
    bench_run(&s->b);
    expect_state(s, id, DELIVERY_DELIVERED, NULL);
    stop_elsewhere(s, &elsewhere);
}

static void worker__holds_nothing_for_credentials_that_another_process_replaced(void **state)
{
    struct scene *s = *state;
    struct elsewhere elsewhere = elsewhere_of(s);
    receiver_answer(s->receiver, "/in", (struct receiver_answer){.status = 401, .delay_ms = 500});
    fixture_api_key(&s->b.f, "X-Key", "old");
    save_elsewhere(s, elsewhere.path);
    int64_t id = bench_enqueue(&s->b);
    start_elsewhere(s, &elsewhere);
    bench_step(&s->b);
    FIXTURE_POLL_UNTIL(s->b.f.transport, receiver_count(s->receiver) == 1);
    fixture_api_key(&s->b.f, "X-Key", "new");
    save_elsewhere(s, elsewhere.path);
    receiver_answer(s->receiver, "/in", (struct receiver_answer){.status = 200});
    bench_run(&s->b);
    expect_state(s, id, DELIVERY_DELIVERED, NULL);
    stop_elsewhere(s, &elsewhere);
}

static void worker__holds_nothing_for_credentials_that_were_replaced_before_the_commit(void **state)
{
    struct scene *s = *state;
    struct elsewhere elsewhere = elsewhere_of(s);
    receiver_answer(s->receiver, "/in", (struct receiver_answer){.status = 401});
    fixture_api_key(&s->b.f, "X-Key", "old");
    save_elsewhere(s, elsewhere.path);
    int64_t id = bench_enqueue(&s->b);
    start_elsewhere(s, &elsewhere);
    bench_step(&s->b);
    FIXTURE_POLL_UNTIL(s->b.f.transport, worker_sending(s->b.worker) == 0);
    fixture_api_key(&s->b.f, "X-Key", "new");
    save_elsewhere(s, elsewhere.path);
    receiver_answer(s->receiver, "/in", (struct receiver_answer){.status = 200});
    bench_run(&s->b);
    expect_state(s, id, DELIVERY_DELIVERED, NULL);
    stop_elsewhere(s, &elsewhere);
}

/* The refusal ends the attempt, for which the worker reads the file: in the midst of the answer. */
static void worker__survives_a_change_while_a_token_is_refused(void **state)
{
    struct scene *s = *state;
    struct elsewhere elsewhere = elsewhere_of(s);
    receiver_answer(s->receiver, "/token",
                    (struct receiver_answer){.status = 401, .delay_ms = 200});
    use_oauth(s);
    save_elsewhere(s, elsewhere.path);
    int64_t id = bench_enqueue(&s->b);
    start_elsewhere(s, &elsewhere);
    bench_step(&s->b);
    FIXTURE_POLL_UNTIL(s->b.f.transport, receiver_count(s->receiver) == 1);
    s->b.f.in.auth.type = AUTH_NONE;
    save_elsewhere(s, elsewhere.path);
    bench_run(&s->b);
    expect_state(s, id, DELIVERY_DELIVERED, NULL);
    stop_elsewhere(s, &elsewhere);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(worker__delivers_and_records),
        TEST(worker__delivers_many_to_many),
        TEST(worker__retries_later),
        TEST(worker__ends_after_the_last_attempt),
        TEST(worker__fails_for_good_where_retrying_helps_nobody),
        TEST(worker__holds_an_integration_that_is_refused),
        TEST(worker__gives_back_what_waits_when_it_holds),
        TEST(worker__holds_what_lacks_a_secret),
        TEST(worker__holds_for_disabled_and_ends_for_removed),
        TEST(worker__releases_what_was_enabled_in_the_file),
        TEST(worker__releases_what_got_other_credentials_in_the_file),
        TEST(worker_new__releases_what_got_other_credentials_meanwhile),
        TEST(worker__says_what_it_waited_for_on_a_connection_that_stood),
        TEST(worker__goes_on_where_rows_are_gone),
        TEST(worker__fetches_one_token_for_all),
        TEST(worker__renews_a_refused_token_once),
        TEST(worker__holds_after_the_renewed_token_is_refused),
        TEST(worker__retries_when_the_token_endpoint_is_down),
        TEST(worker__holds_when_the_client_is_refused),
        TEST(worker__keeps_to_max_in_flight),
        TEST(worker__spaces_by_the_rate_limit),
        TEST(worker__lets_a_dead_receiver_delay_nobody),
        TEST(worker_free__gives_back_what_is_in_flight),
        TEST(worker_free__waits_once_for_all_integrations),
        TEST(worker_stop_claiming__lets_what_is_being_sent_finish),
        TEST(worker_new__recovers_what_a_dead_one_had),
        TEST(worker_config_changed__lets_new_credentials_count),
        TEST(worker__knows_what_another_process_saved),
        TEST(worker__survives_a_change_while_a_token_is_refused),
        TEST(worker__holds_nothing_for_credentials_that_another_process_replaced),
        TEST(worker__holds_nothing_for_credentials_that_were_replaced_before_the_commit),
    };
    return cmocka_run_group_tests_name("worker", tests, NULL, NULL);
}
