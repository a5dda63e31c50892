/* Tests of the engine of the service: deliveries, what it says of them, trouble, the end. */
#include "tests/support/servicebed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/mem.h"

/* --- deliveries ------------------------------------------------------------------------------- */

static void service__delivers_and_says_so_without_secrets(void **state)
{
    struct servicebed *s = *state;
    servicebed_save_integration(s);
    int64_t id = servicebed_enqueue(s);
    servicebed_start(s);
    servicebed_settle(s);
    servicebed_expect(s, id, DELIVERY_DELIVERED, 1);
    servicebed_expect_log(
        s,
        "6 delivered integration=\"Billing events\""
        " event=11111111-1111-4111-8111-000000000000 delivery=d_1 attempt=1/186 status=200"
        " ms=",
        1);
    char *key = receiver_header(receiver_wait(s->receiver, 0, 5000), "X-Key");
    assert_string_equal(key, servicebed_key);
    free(key);
    servicebed_expect_log(s, servicebed_key, 0);
}

static void service__says_why_a_delivery_waits(void **state)
{
    struct servicebed *s = *state;
    receiver_answer(s->receiver, "/in",
                    (struct receiver_answer){.status = 503, .headers = "Retry-After: 120\r\n"});
    servicebed_save_integration(s);
    servicebed_enqueue(s);
    servicebed_start(s);
    servicebed_settle(s);
    servicebed_expect_log(s, "5 delivery will be tried again integration=", 1);
    servicebed_expect_log(s, "status=503", 1);
    servicebed_expect_log(s, " next=2023-08-08T13:", 1);
}

static void service__says_holds_and_releases(void **state)
{
    struct servicebed *s = *state;
    struct error err = {0};
    receiver_answer(s->receiver, "/in", (struct receiver_answer){.status = 401});
    servicebed_save_integration(s);
    servicebed_enqueue(s);
    servicebed_start(s);
    servicebed_settle(s);
    servicebed_expect_log(s, "4 delivery held integration=", 1);
    servicebed_expect_log(s, "4 integration on hold integration=\"Billing events\"", 1);
    receiver_answer(s->receiver, "/in", (struct receiver_answer){.status = 200});
    servicebed_check(
        outbox_release(s->app.store, servicebed_integration_id, servicebed_wall_ms / 1000, &err),
        &err);
    servicebed_pass(2000);
    servicebed_settle(s);
    servicebed_expect_log(s, "5 integration released integration=\"Billing events\" waiting=1", 1);
    servicebed_expect_log(s, "6 delivered", 1);
}

static void service_new__says_what_is_on_hold_already(void **state)
{
    struct servicebed *s = *state;
    struct error err = {0};
    servicebed_save_integration(s);
    servicebed_enqueue(s);
    servicebed_check(outbox_hold(s->app.store, servicebed_integration_id, "401 Unauthorized",
                                 SERVICEBED_NOW_S, &err),
                     &err);
    servicebed_start(s);
    servicebed_expect_log(
        s,
        "4 integration on hold integration=\"Billing events\" reason=\"401 Unauthorized\""
        " since=2023-08-08T13:27:22Z held=1",
        1);
}

/* Before anything is held for it: at the start already. */
static void service__warns_of_secrets_that_cannot_be_used(void **state)
{
    struct servicebed *s = *state;
    servicebed_save_integration(s);
    mem_replace(&s->app.config.integrations.items[0].auth.key_value, "file:/nowhere/to/be/found");
    servicebed_start(s);
    servicebed_expect_log(s, "4 secret cannot be used integration=", 1);
    servicebed_expect_log(s, "/nowhere/to/be/found", 1);
}

/* --- trouble ---------------------------------------------------------------------------------- */

static void service__waits_for_a_store_that_cannot_be_used(void **state)
{
    struct servicebed *s = *state;
    servicebed_save_integration(s);
    servicebed_start(s);
    servicebed_settle(s);
    int64_t id = servicebed_enqueue(s);
    servicebed_sql(s, "ALTER TABLE deliveries RENAME TO away");
    for (int i = 0; i < 200; i++) {
        servicebed_step(s);
        servicebed_pass(service_timeout_ms(s->service));
    }
    servicebed_expect_log(s, "3 store cannot be used, trying again reason=", 1);
    assert_in_range(service_timeout_ms(s->service), 0, 30000);
    servicebed_sql(s, "ALTER TABLE away RENAME TO deliveries");
    servicebed_pass(30000);
    servicebed_settle(s);
    servicebed_expect_log(s, "5 store can be used again", 1);
    servicebed_expect(s, id, DELIVERY_DELIVERED, 1);
}

static void service_status__says_what_goes_on(void **state)
{
    struct servicebed *s = *state;
    char status[SERVICE_STATUS_MAX];
    servicebed_sql(s, "ALTER TABLE run_checks RENAME TO away");
    servicebed_start(s);
    while (!service_is_running(s->service))
        servicebed_step(s);
    service_status(s->service, status);
    assert_string_equal(status,
                        "Running checks; the next daily run is due at 2023-08-09T06:00:00Z");
    servicebed_settle(s);
    service_status(s->service, status);
    assert_non_null(strstr(status, "Delivering; the daily run fails: "));
    servicebed_sql(s, "ALTER TABLE away RENAME TO run_checks");
    servicebed_pass(60000);
    servicebed_settle(s);
    service_status(s->service, status);
    assert_string_equal(status, "Delivering; the next daily run is due at 2023-08-09T06:00:00Z");
}

/* --- the end ---------------------------------------------------------------------------------- */

static void service_stop__lets_an_attempt_finish(void **state)
{
    struct servicebed *s = *state;
    receiver_answer(s->receiver, "/in", (struct receiver_answer){.delay_ms = 200});
    servicebed_save_integration(s);
    int64_t id = servicebed_enqueue(s);
    servicebed_start(s);
    servicebed_step(s);
    service_stop(s->service);
    assert_false(service_stopped(s->service));
    while (!service_stopped(s->service)) {
        service_step(s->service);
        transport_poll(s->transport, NULL, 0, 10);
    }
    servicebed_end(s);
    servicebed_expect(s, id, DELIVERY_DELIVERED, 1);
    servicebed_expect_log(s, "6 stopping sending=1", 1);
    servicebed_expect_log(s, "6 stopped given_back=0", 1);
}

static void service_stop__gives_back_what_hangs(void **state)
{
    struct servicebed *s = *state;
    receiver_answer(s->receiver, "/in", (struct receiver_answer){.way = RECEIVER_HANGS});
    servicebed_save_integration(s);
    int64_t id = servicebed_enqueue(s);
    servicebed_start(s);
    int64_t give_up_ms = clock_monotonic_ms() + 60000;
    while (receiver_count(s->receiver) == 0 && clock_monotonic_ms() < give_up_ms) {
        service_step(s->service);
        transport_poll(s->transport, NULL, 0, 10);
    }
    service_stop(s->service);
    servicebed_step(s);
    assert_in_range(service_timeout_ms(s->service), 1, 3000);
    servicebed_pass(2900);
    assert_false(service_stopped(s->service));
    servicebed_pass(100);
    assert_true(service_stopped(s->service));
    servicebed_end(s);
    servicebed_expect(s, id, DELIVERY_PENDING, 0);
    servicebed_expect_log(s, "6 stopped given_back=1", 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, servicebed_setup, servicebed_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(service__delivers_and_says_so_without_secrets),
        TEST(service__says_why_a_delivery_waits),
        TEST(service__says_holds_and_releases),
        TEST(service_new__says_what_is_on_hold_already),
        TEST(service__warns_of_secrets_that_cannot_be_used),
        TEST(service__waits_for_a_store_that_cannot_be_used),
        TEST(service_status__says_what_goes_on),
        TEST(service_stop__lets_an_attempt_finish),
        TEST(service_stop__gives_back_what_hangs),
    };
    return cmocka_run_group_tests_name("service", tests, NULL, NULL);
}
