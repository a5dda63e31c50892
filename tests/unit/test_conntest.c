/* Tests of Test Connectivity: its steps, its reasons, its record, on real receivers. */
#include "tests/support/worker_bench.h"

#include <stdio.h>

#include "core/deliver/conntest.h"
#include "core/store/db.h"
#include "tests/support/certs.h"

struct scene {
    struct bench b;
    struct conntest *test;
    bool draft, sample;
};

static int setup(void **state)
{
    struct scene *s = mem_zalloc(sizeof *s);
    bench_init(&s->b);
    s->b.receiver = receiver_start();
    s->b.f.in.url = mem_strdup(receiver_url(s->b.receiver, "/v1/hooks/in?x=1"));
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    struct scene *s = *state;
    conntest_free(s->test);
    bench_release(&s->b);
    free(s);
    return 0;
}

static void start(struct scene *s)
{
    struct conntest_options options = {.transport = s->b.f.transport,
                                       .store = s->b.f.store,
                                       .general = &s->b.f.general,
                                       .keyring = s->b.f.keyring,
                                       .integration = &s->b.f.in,
                                       .sample = s->sample,
                                       .draft = s->draft,
                                       .now_ms = clock_now_ms()};
    conntest_free(s->test);
    s->test = conntest_start(&options);
}

static void run(struct scene *s)
{
    start(s);
    FIXTURE_POLL_UNTIL(s->b.f.transport, conntest_done(s->test));
}

static void expect_step(struct scene *s, enum test_step step, enum test_step_state state,
                        const char *detail)
{
    const struct test_step_result *r = &conntest_steps(s->test)[step];
    if (r->state != state)
        fail_msg("step %s: state %d (%s), expected %d", test_step_name(step), r->state, r->detail,
                 state);
    if (detail)
        assert_string_equal(r->detail, detail);
}

static char *host_of(struct scene *s)
{
    return mem_printf("127.0.0.1:%d", receiver_port(s->b.receiver));
}

static struct delivery stored(struct scene *s)
{
    assert_true(conntest_delivery_id(s->test) > 0);
    return bench_delivery(&s->b, conntest_delivery_id(s->test));
}

static void conntest__passes_step_by_step(void **state)
{
    struct scene *s = *state;
    char *host = host_of(s);
    run(s);
    expect_step(s, TEST_RESOLVE, STEP_OK, "127.0.0.1");
    expect_step(s, TEST_CONNECT, STEP_OK, host);
    expect_step(s, TEST_TLS, STEP_NOT_NEEDED, NULL);
    expect_step(s, TEST_TOKEN, STEP_NOT_NEEDED, NULL);
    expect_step(s, TEST_REQUEST, STEP_OK, "POST /v1/hooks/in: 200 OK");
    assert_int_equal(conntest_outcome(s->test)->verdict, VERDICT_DELIVERED);
    char *reason = mem_printf("%s accepted the test event (200 OK)", host);
    assert_string_equal(conntest_outcome(s->test)->reason, reason);
    assert_string_equal(conntest_advice(s->test), "");
    assert_true(conntest_time_us(s->test) > 0);
    assert_int_equal(receiver_count(s->b.receiver), 1);
    const struct receiver_request *got = receiver_wait(s->b.receiver, 0, 5000);
    assert_non_null(strstr(got->body, "\"detail-type\":\"WebhookTest\""));
    assert_non_null(strstr(got->body, conntest_event_id(s->test)));
    free(reason);
    free(host);
}

static void conntest_sample__is_sent_in_its_own_format_and_recorded_as_a_test(void **state)
{
    struct scene *s = *state;
    s->b.f.in.format = FORMAT_NOTIFICATION;
    s->sample = true;
    run(s);
    const struct receiver_request *got = receiver_wait(s->b.receiver, 0, 5000);
    assert_int_equal(strncmp(got->body, "{\"id\":", 6), 0);
    assert_non_null(strstr(got->body, "sample.one@example.com"));
    assert_non_null(strstr(conntest_outcome(s->test)->reason, "accepted the sample notification"));
    struct delivery d = stored(s);
    assert_int_equal(d.kind, KIND_TEST);
    assert_string_equal(d.check_id, "SampleNotification");
    delivery_release(&d);
}

/* Whoever prints a step when it is there prints its final words. */
static void conntest__shows_steps_only_when_they_are_known(void **state)
{
    struct scene *s = *state;
    start(s);
    while (!conntest_done(s->test)) {
        const struct test_step_result *steps = conntest_steps(s->test);
        for (int i = 0; i < TEST_STEP_COUNT; i++)
            if (steps[i].state == STEP_OK)
                assert_int_not_equal(steps[i].detail[strlen(steps[i].detail) - 1], ' ');
        transport_poll(s->b.f.transport, NULL, 0, 100);
    }
    expect_step(s, TEST_REQUEST, STEP_OK, NULL);
}

static void conntest__is_recorded_as_a_test(void **state)
{
    struct scene *s = *state;
    struct error err = {0};
    struct event event = {0};
    receiver_answer(s->b.receiver, NULL, (struct receiver_answer){.body = "{\"ok\":true}"});
    run(s);
    struct delivery d = stored(s);
    assert_int_equal(d.kind, KIND_TEST);
    assert_int_equal(d.state, DELIVERY_DELIVERED);
    assert_int_equal(d.status, 200);
    assert_string_equal(d.check_id, "WebhookTest");
    assert_string_equal(d.integration_name, "Billing events");
    assert_string_equal(d.event_id, conntest_event_id(s->test));
    fixture_check(outbox_event(s->b.f.store, d.event_id, &event, &err), &err);
    assert_int_equal(event.kind, KIND_TEST);
    struct attempt_list attempts = bench_attempts(&s->b, d.id);
    assert_int_equal(attempts.count, 1);
    assert_string_equal(attempts.items[0].outcome, "delivered");
    assert_int_equal(attempts.items[0].response_len, strlen("{\"ok\":true}"));
    assert_memory_equal(attempts.items[0].response_body, "{\"ok\":true}",
                        attempts.items[0].response_len);
    assert_string_equal(attempts.items[0].url, s->b.f.in.url);
    assert_string_equal(conntest_attempt(s->test)->response_body, "{\"ok\":true}");
    event_release(&event);
    attempt_list_release(&attempts);
    delivery_release(&d);
}

static void conntest__explains_a_refusal(void **state)
{
    static const struct {
        struct receiver_answer answer;
        const char *reason, *advice;
        enum verdict verdict;
    } cases[] = {
        {{.status = 401, .body = "{\"error\":\"invalid_token\"}"},
         " wants credentials (401 Unauthorized): invalid_token",
         "Choose an Authorization Type, or check the parameters that hold a key.",
         VERDICT_REFUSED},
        {{.status = 404},
         " has nothing at this address (404 Not Found)",
         "Check the path in Endpoint URL.",
         VERDICT_FAILED},
        {{.status = 302, .headers = "Location: https://new.example/x\r\n"},
         " redirects to https://new.example/x; redirects are never followed "
         "(302 Found)",
         "Set Endpoint URL to the place where the receiver wants its events.",
         VERDICT_FAILED},
        {{.status = 503, .headers = "Retry-After: 9\r\n"},
         " has a fault of its own (503 Service Unavailable), again after 9 s",
         NULL,
         VERDICT_RETRY},
        {{.way = RECEIVER_CLOSES}, " closed the connection without an answer", NULL, VERDICT_RETRY},
    };
    struct scene *s = *state;
    char *host = host_of(s);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char *reason = mem_printf("%s%s", host, cases[i].reason);
        receiver_answer(s->b.receiver, NULL, cases[i].answer);
        run(s);
        assert_string_equal(conntest_outcome(s->test)->reason, reason);
        assert_int_equal(conntest_outcome(s->test)->verdict, cases[i].verdict);
        if (cases[i].advice)
            assert_string_equal(conntest_advice(s->test), cases[i].advice);
        expect_step(s, TEST_CONNECT, STEP_OK, NULL);
        expect_step(s, TEST_REQUEST, STEP_BAD, NULL);
        struct delivery d = stored(s);
        assert_int_equal(d.state, DELIVERY_FAILED);
        assert_string_equal(d.reason, reason);
        delivery_release(&d);
        free(reason);
    }
    free(host);
}

static void conntest__stops_at_the_step_that_fails(void **state)
{
    struct scene *s = *state;
    mem_replace(&s->b.f.in.url, "http://no-such-host.invalid/in");
    run(s);
    expect_step(s, TEST_RESOLVE, STEP_BAD, "the name no-such-host.invalid was not found");
    expect_step(s, TEST_CONNECT, STEP_NOT_REACHED, NULL);
    expect_step(s, TEST_REQUEST, STEP_NOT_REACHED, NULL);
    assert_int_equal(conntest_outcome(s->test)->fault, FAULT_RESOLVE);
    assert_string_equal(conntest_advice(s->test),
                        "Check the host in Endpoint URL for a typing error.");

    free(s->b.f.in.url);
    s->b.f.in.url = mem_printf("http://127.0.0.1:%d/in", receiver_dead_port());
    run(s);
    expect_step(s, TEST_RESOLVE, STEP_OK, NULL);
    expect_step(s, TEST_CONNECT, STEP_BAD, NULL);
    assert_int_equal(conntest_outcome(s->test)->fault, FAULT_CONNECT);
    struct delivery d = stored(s);
    assert_int_equal(d.state, DELIVERY_FAILED);
    delivery_release(&d);
}

static void conntest__times_out(void **state)
{
    struct scene *s = *state;
    char *host = host_of(s);
    char *reason = mem_printf("%s did not answer within 2 s (waiting for the answer)", host);
    receiver_answer(s->b.receiver, NULL, (struct receiver_answer){.way = RECEIVER_HANGS});
    s->b.f.in.timeout_s = 2;
    run(s);
    assert_int_equal(conntest_outcome(s->test)->fault, FAULT_TIMEOUT);
    assert_string_equal(conntest_outcome(s->test)->reason, reason);
    expect_step(s, TEST_REQUEST, STEP_BAD, reason);
    free(reason);
    free(host);
}

/* --- TLS ------------------------------------------------------------------------------------- */

static void test_tls(struct scene *s, struct certs *certs, enum cert_kind kind, const char *ca_file)
{
    struct cert cert = certs_make(certs, kind);
    struct receiver *receiver = receiver_start_tls(cert.cert_file, cert.key_file);
    mem_replace(&s->b.f.in.url, receiver_url(receiver, "/in"));
    mem_replace(&s->b.f.in.ca_file, ca_file);
    run(s);
    receiver_stop(receiver);
    cert_release(&cert);
}

static void conntest__shows_the_certificate(void **state)
{
    struct scene *s = *state;
    struct certs certs;
    certs_init(&certs);
    test_tls(s, &certs, CERT_SERVER, certs.ca_file);
    expect_step(s, TEST_TLS, STEP_OK, NULL);
    const char *detail = conntest_steps(s->test)[TEST_TLS].detail;
    assert_int_equal(strncmp(detail, "TLSv1.3, CN ", 12), 0);
    assert_non_null(strstr(detail, ", expires in "));
    expect_step(s, TEST_REQUEST, STEP_OK, "POST /in: 200 OK");
    certs_release(&certs);
}

static void conntest__explains_bad_certificates(void **state)
{
    struct scene *s = *state;
    struct certs certs;
    certs_init(&certs);
    const struct {
        enum cert_kind kind;
        const char *ca_file;
        enum fault fault;
    } cases[] = {
        {CERT_SERVER, NULL, FAULT_TLS_CA},
        {CERT_EXPIRED, certs.ca_file, FAULT_TLS_EXPIRED},
        {CERT_WRONG_HOST, certs.ca_file, FAULT_TLS_HOST},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        test_tls(s, &certs, cases[i].kind, cases[i].ca_file);
        expect_step(s, TEST_CONNECT, STEP_OK, NULL);
        expect_step(s, TEST_TLS, STEP_BAD, NULL);
        expect_step(s, TEST_REQUEST, STEP_NOT_REACHED, NULL);
        assert_int_equal(conntest_outcome(s->test)->fault, cases[i].fault);
        assert_true(*conntest_advice(s->test) != '\0');
    }
    certs_release(&certs);
}

/* --- tokens and secrets ---------------------------------------------------------------------- */

static void conntest__fetches_a_fresh_token_every_time(void **state)
{
    struct scene *s = *state;
    char *host = host_of(s);
    char *detail = mem_printf("POST %s: 200 OK, valid for 3600 s", host);
    fixture_oauth(&s->b.f, receiver_url(s->b.receiver, "/token"), "id", "secret-secret");
    receiver_answer(
        s->b.receiver, "/token",
        (struct receiver_answer){.body = "{\"access_token\":\"t\",\"expires_in\":3600}"});
    run(s);
    run(s);
    expect_step(s, TEST_TOKEN, STEP_OK, detail);
    expect_step(s, TEST_REQUEST, STEP_OK, NULL);
    assert_int_equal(receiver_count(s->b.receiver), 4);
    free(detail);
    free(host);
}

static void conntest__shows_what_the_token_endpoint_says(void **state)
{
    struct scene *s = *state;
    char *host = host_of(s);
    char *reason = mem_printf(
        "the token endpoint %s answered 401 Unauthorized: invalid_client: unknown client", host);
    fixture_oauth(&s->b.f, receiver_url(s->b.receiver, "/token"), "id", "secret-secret");
    receiver_answer(
        s->b.receiver, "/token",
        (struct receiver_answer){
            .status = 401,
            .body = "{\"error\":\"invalid_client\",\"error_description\":\"unknown client\"}"});
    run(s);
    expect_step(s, TEST_TOKEN, STEP_BAD, reason);
    expect_step(s, TEST_REQUEST, STEP_NOT_REACHED, NULL);
    assert_string_equal(conntest_outcome(s->test)->reason, reason);
    assert_int_equal(conntest_outcome(s->test)->status, 0);
    assert_non_null(strstr(conntest_advice(s->test), "Client ID"));
    assert_int_equal(receiver_count(s->b.receiver), 1);
    assert_non_null(strstr(conntest_attempt(s->test)->response_body, "invalid_client"));
    assert_string_equal(conntest_attempt(s->test)->url, receiver_url(s->b.receiver, "/token"));
    free(reason);
    free(host);
}

static void conntest__sends_nothing_without_its_secrets(void **state)
{
    struct scene *s = *state;
    s->b.f.in.auth.type = AUTH_BASIC;
    start(s);
    assert_true(conntest_done(s->test));
    expect_step(s, TEST_RESOLVE, STEP_NOT_REACHED, NULL);
    expect_step(s, TEST_REQUEST, STEP_BAD, "the secret \"Password\" is missing: enter it again");
    assert_int_equal(conntest_outcome(s->test)->fault, FAULT_SECRET);
    assert_int_equal(receiver_connections(s->b.receiver), 0);
}

/* --- what a pass does ------------------------------------------------------------------------ */

static int64_t add_held(struct scene *s)
{
    struct error err = {0};
    int64_t id = bench_enqueue(&s->b);
    fixture_check(outbox_hold(s->b.f.store, s->b.f.in.id, "refused", bench_now_s(), &err), &err);
    return id;
}

static void conntest__releases_what_waits_when_it_passes(void **state)
{
    struct scene *s = *state;
    int64_t id = add_held(s);
    receiver_answer(s->b.receiver, NULL, (struct receiver_answer){.status = 401});
    run(s);
    bench_expect_state(&s->b, id, DELIVERY_HELD, NULL);

    receiver_answer(s->b.receiver, NULL, (struct receiver_answer){.status = 200});
    s->draft = true;
    run(s);
    bench_expect_state(&s->b, id, DELIVERY_HELD, NULL);

    s->draft = false;
    s->b.f.in.enabled = false;
    run(s);
    bench_expect_state(&s->b, id, DELIVERY_HELD, NULL);

    s->b.f.in.enabled = true;
    run(s);
    bench_expect_state(&s->b, id, DELIVERY_PENDING, NULL);
}

static void conntest__says_that_it_could_not_be_recorded(void **state)
{
    struct scene *s = *state;
    struct error err = {0};
    run(s);
    assert_string_equal(conntest_unrecorded(s->test), "");
    int64_t id = add_held(s);
    fixture_check(db_exec(store_db(s->b.f.store), "PRAGMA query_only = ON", &err), &err);
    run(s);
    assert_int_equal(conntest_outcome(s->test)->verdict, VERDICT_DELIVERED);
    assert_int_equal(conntest_delivery_id(s->test), 0);
    assert_non_null(strstr(conntest_unrecorded(s->test),
                           "could not be recorded, and its integration stays on hold: "));
    assert_non_null(strstr(conntest_unrecorded(s->test), "cannot be written"));
    bench_expect_state(&s->b, id, DELIVERY_HELD, NULL);

    receiver_answer(s->b.receiver, NULL, (struct receiver_answer){.status = 404});
    run(s);
    assert_non_null(strstr(conntest_unrecorded(s->test), "could not be recorded: "));
}

static void conntest_free__cancels_at_every_step(void **state)
{
    struct scene *s = *state;
    fixture_oauth(&s->b.f, receiver_url(s->b.receiver, "/token"), "id", "secret-secret");
    receiver_answer(s->b.receiver, "/token", (struct receiver_answer){.way = RECEIVER_HANGS});
    start(s);
    conntest_free(s->test); /* before the first poll */
    s->test = NULL;
    assert_int_equal(transport_active(s->b.f.transport), 0);

    start(s);
    FIXTURE_POLL_UNTIL(s->b.f.transport,
                       conntest_steps(s->test)[TEST_TOKEN].state == STEP_UNDER_WAY);
    conntest_free(s->test);
    s->test = NULL;
    assert_int_equal(transport_active(s->b.f.transport), 0);
}

static void conntest__goes_through_the_proxy(void **state)
{
    struct scene *s = *state;
    char *host = host_of(s);
    char *connected = mem_printf("proxy %s", host);
    s->b.f.in.proxy = mem_strdup(receiver_url(s->b.receiver, ""));
    mem_replace(&s->b.f.in.url, "http://hooks.example.com/in");
    run(s);
    expect_step(s, TEST_RESOLVE, STEP_OK, "proxy 127.0.0.1");
    expect_step(s, TEST_CONNECT, STEP_OK, connected);
    expect_step(s, TEST_REQUEST, STEP_OK, NULL);
    assert_string_equal(receiver_wait(s->b.receiver, 0, 5000)->target,
                        "http://hooks.example.com/in");
    free(connected);
    free(host);
}

static void test_step_name__has_words_for_all(void **state)
{
    static const char *const names[] = {"resolve", "connect", "tls", "token", "request"};
    static const char *const labels[] = {"DNS", "TCP", "TLS", "OAuth token", "Request"};
    (void)state;
    for (int i = 0; i < TEST_STEP_COUNT; i++) {
        assert_string_equal(test_step_name((enum test_step)i), names[i]);
        assert_string_equal(test_step_label((enum test_step)i), labels[i]);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(conntest__passes_step_by_step),
        TEST(conntest__shows_steps_only_when_they_are_known),
        TEST(conntest_sample__is_sent_in_its_own_format_and_recorded_as_a_test),
        TEST(conntest__is_recorded_as_a_test),
        TEST(conntest__explains_a_refusal),
        TEST(conntest__stops_at_the_step_that_fails),
        TEST(conntest__times_out),
        TEST(conntest__shows_the_certificate),
        TEST(conntest__explains_bad_certificates),
        TEST(conntest__fetches_a_fresh_token_every_time),
        TEST(conntest__shows_what_the_token_endpoint_says),
        TEST(conntest__sends_nothing_without_its_secrets),
        TEST(conntest__releases_what_waits_when_it_passes),
        TEST(conntest__says_that_it_could_not_be_recorded),
        TEST(conntest_free__cancels_at_every_step),
        TEST(conntest__goes_through_the_proxy),
        cmocka_unit_test(test_step_name__has_words_for_all),
    };
    return cmocka_run_group_tests_name("conntest", tests, NULL, NULL);
}
