/* Tests of how long the service sleeps: it wakes for what is due, and for nothing else. */
#include "tests/support/servicebed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* How often it wakes up within an hour of its own time. */
static int count_wakeups(struct servicebed *s)
{
    int64_t until_ms = servicebed_monotonic_ms + (int64_t)3600 * 1000;
    int wakeups = 0;
    for (; servicebed_monotonic_ms < until_ms && wakeups < 10000; wakeups++) {
        servicebed_step(s);
        servicebed_pass(service_timeout_ms(s->service));
    }
    return wakeups;
}

static void service_timeout__lets_an_idle_service_sleep(void **state)
{
    struct servicebed *s = *state;
    servicebed_save_integration(s);
    servicebed_start(s);
    servicebed_settle(s);
    assert_in_range(count_wakeups(s), 60, 2 * 60);
}

static void service_timeout__stays_calm_where_runs_cannot_be_read(void **state)
{
    struct servicebed *s = *state;
    char status[SERVICE_STATUS_MAX];
    servicebed_sql(s, "ALTER TABLE runs RENAME TO away");
    servicebed_start(s);
    assert_in_range(count_wakeups(s), 60, 1000);
    servicebed_expect_log(s, "3 daily run cannot be planned, trying again reason=", 1);
    servicebed_expect_log(s, "store can", 0);
    service_status(s->service, status);
    assert_non_null(strstr(status, "Delivering; no daily run: "));
    servicebed_sql(s, "ALTER TABLE away RENAME TO runs");
    servicebed_pass(30000);
    servicebed_settle(s);
    servicebed_expect_log(s, "run ended kind=daily", 1);
}

/* A run that failed, and whose minute is then moved to later, is not due for the moment. */
static void service_timeout__stays_calm_when_a_failed_run_is_put_off(void **state)
{
    struct servicebed *s = *state;
    char sql[200];
    snprintf(sql, sizeof sql,
             "INSERT INTO runs (kind, started_ms, time_ms, users, day)"
             " VALUES ('daily', %lld, 1, 1, %d)",
             ((long long)SERVICEBED_MIDNIGHT_S - SERVICEBED_DAY_S + 6 * 3600) * 1000,
             SERVICEBED_TODAY - 1);
    servicebed_sql(s, sql);
    servicebed_sql(s, "ALTER TABLE run_checks RENAME TO away");
    servicebed_start(s);
    servicebed_settle(s);
    servicebed_expect_log(s, "3 daily run failed", 1);
    servicebed_configure(s, "schedule = { hour = 22; };\n");
    assert_in_range(count_wakeups(s), 60, 2 * 60);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, servicebed_setup, servicebed_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(service_timeout__lets_an_idle_service_sleep),
        TEST(service_timeout__stays_calm_where_runs_cannot_be_read),
        TEST(service_timeout__stays_calm_when_a_failed_run_is_put_off),
    };
    return cmocka_run_group_tests_name("service_sleep", tests, NULL, NULL);
}
