/* Tests of how the service removes what is older than its retention. */
#include "tests/support/servicebed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void service__prunes_at_the_start_and_after_the_daily_run(void **state)
{
    struct servicebed *s = *state;
    servicebed_save_integration(s);
    int64_t old = servicebed_enqueue(s);
    servicebed_enqueue(s);
    char sql[200];
    snprintf(sql, sizeof sql,
             "UPDATE deliveries SET state = 'failed', due_at = 0, finished_at = CASE id WHEN %lld"
             " THEN %d ELSE %d END",
             (long long)old, SERVICEBED_NOW_S - 91 * SERVICEBED_DAY_S,
             SERVICEBED_NOW_S - 89 * SERVICEBED_DAY_S);
    servicebed_sql(s, sql);
    servicebed_start(s);
    servicebed_settle(s);
    assert_int_equal(servicebed_number(s, "SELECT count(*) FROM deliveries"), 1);
    servicebed_expect_log(s, "6 old entries removed deliveries=1 events=1 findings=0 runs=0", 1);
    assert_int_equal(servicebed_number(s, "SELECT count(*) FROM audit WHERE who = 'service' AND"
                                          " what = 'old entries removed' AND"
                                          " before = '{\"deliveries\":\"1\",\"events\":\"1\"}'"),
                     1);
    servicebed_pass((int64_t)2 * SERVICEBED_DAY_S * 1000);
    servicebed_settle(s);
    assert_int_equal(servicebed_number(s, "SELECT count(*) FROM deliveries"), 0);
    servicebed_expect_log(s, "6 old entries removed", 2);
}

static void service__notes_all_that_it_pruned(void **state)
{
    struct servicebed *s = *state;
    servicebed_sql(s,
                   "INSERT INTO findings (check_id, source, user_id, login, since_s, last_seen_s,"
                   " first_run, resolved_at, resolved_run, explain) VALUES"
                   " ('c', 's', 'a', 'l', 1, 1, 1, 2, 1, '{}'), ('c', 's', 'b', 'l', 1, 1, 1, 2, 1,"
                   " '{}')");
    servicebed_sql(s, "INSERT INTO runs (kind, started_ms, time_ms, users, day) VALUES"
                      " ('now', 1, 1, 1, 0), ('now', 2, 1, 1, 0)");
    servicebed_sql(s, "DELETE FROM audit");
    servicebed_start(s);
    servicebed_settle(s);
    assert_int_equal(servicebed_number(s, "SELECT count(*) FROM audit WHERE who = 'service' AND"
                                          " what = 'old entries removed' AND"
                                          " before = '{\"findings\":\"2\",\"runs\":\"2\"}'"),
                     1);
    assert_int_equal(
        servicebed_number(s, "SELECT count(*) FROM audit WHERE what = 'old entries removed'"), 1);
}

static void service__prunes_when_retention_days_changes(void **state)
{
    struct servicebed *s = *state;
    servicebed_save_integration(s);
    servicebed_enqueue(s);
    char sql[200];
    snprintf(sql, sizeof sql,
             "UPDATE deliveries SET state = 'failed', due_at = 0, finished_at = %d",
             SERVICEBED_NOW_S - 40 * SERVICEBED_DAY_S);
    servicebed_sql(s, sql);
    servicebed_start(s);
    servicebed_settle(s);
    assert_int_equal(servicebed_number(s, "SELECT count(*) FROM deliveries"), 1);
    servicebed_configure(s, "retention_days = 30;\n");
    service_reload(s->service);
    servicebed_pass(1000);
    servicebed_settle(s);
    assert_int_equal(servicebed_number(s, "SELECT count(*) FROM deliveries"), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, servicebed_setup, servicebed_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(service__prunes_at_the_start_and_after_the_daily_run),
        TEST(service__notes_all_that_it_pruned),
        TEST(service__prunes_when_retention_days_changes),
    };
    return cmocka_run_group_tests_name("service_retention", tests, NULL, NULL);
}
