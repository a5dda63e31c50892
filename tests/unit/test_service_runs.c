/* Tests of the runs that the service carries out: each day, and for others. */
#include "tests/support/servicebed.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* --- the daily run ---------------------------------------------------------------------------- */

static void service__makes_up_once_for_a_missed_run(void **state)
{
    struct servicebed *s = *state;
    servicebed_start(s);
    servicebed_settle(s);
    servicebed_expect_log(s, "daily run begun late scheduled=2023-08-08T06:00:00Z", 1);
    servicebed_expect_log(s, "run ended kind=daily", 1);
    assert_int_equal(servicebed_number(s, "SELECT day FROM runs WHERE kind = 'daily'"),
                     SERVICEBED_TODAY);
    assert_int_equal(
        servicebed_number(s, "SELECT count(*) FROM audit WHERE who = 'service' AND through ="
                             " 'service' AND what = 'daily run'"),
        1);
    servicebed_end(s);
    servicebed_start(s);
    servicebed_settle(s);
    assert_int_equal(servicebed_number(s, "SELECT count(*) FROM runs"), 1);
}

static void service__runs_each_day_at_its_minute(void **state)
{
    struct servicebed *s = *state;
    servicebed_start(s);
    servicebed_settle(s);
    servicebed_wall_ms =
        ((int64_t)SERVICEBED_MIDNIGHT_S + SERVICEBED_DAY_S + 6 * 3600) * 1000 - 1500;
    servicebed_step(s);
    assert_int_equal(service_timeout_ms(s->service), 1500);
    assert_int_equal(servicebed_number(s, "SELECT count(*) FROM runs"), 1);
    servicebed_pass(1500);
    servicebed_settle(s);
    assert_int_equal(servicebed_number(s, "SELECT count(*) FROM runs"), 2);
    assert_int_equal(servicebed_number(s, "SELECT max(day) FROM runs"), SERVICEBED_TODAY + 1);
    servicebed_expect_log(s, "daily run begun scheduled=2023-08-09T06:00:00Z", 1);
    servicebed_pass(3600 * 1000);
    servicebed_settle(s);
    assert_int_equal(servicebed_number(s, "SELECT count(*) FROM runs"), 2);
}

static void service__runs_no_day_twice_when_the_clock_is_set_back(void **state)
{
    struct servicebed *s = *state;
    servicebed_start(s);
    servicebed_settle(s);
    servicebed_wall_ms -= (int64_t)8 * 3600 * 1000; /* 05:27 */
    servicebed_settle(s);
    servicebed_pass(3600 * 1000); /* 06:27 */
    servicebed_settle(s);
    assert_int_equal(servicebed_number(s, "SELECT count(*) FROM runs"), 1);
}

static void service__tries_a_failed_run_again_after_a_pause(void **state)
{
    struct servicebed *s = *state;
    servicebed_sql(s, "ALTER TABLE run_checks RENAME TO away");
    servicebed_start(s);
    servicebed_settle(s);
    servicebed_expect_log(s, "3 daily run failed, trying again reason=", 1);
    assert_int_equal(servicebed_number(s, "SELECT count(*) FROM runs"), 0);
    assert_in_range(service_timeout_ms(s->service), 59000, 60000);
    servicebed_pass(60000);
    servicebed_settle(s); /* fails again, is not told again */
    servicebed_expect_log(s, "3 daily run failed", 1);
    servicebed_sql(s, "ALTER TABLE away RENAME TO run_checks");
    servicebed_pass(60000);
    servicebed_settle(s); /* the second pause is of two minutes */
    assert_int_equal(servicebed_number(s, "SELECT count(*) FROM runs"), 0);
    servicebed_pass(60000);
    servicebed_settle(s);
    assert_int_equal(servicebed_number(s, "SELECT count(*) FROM runs"), 1);
    servicebed_expect_log(s, "run ended kind=daily", 1);
}

/* --- runs for others -------------------------------------------------------------------------- */

struct ending {
    int count;
    bool done;
    enum error_kind kind;
    int64_t run_id;
};

static void on_ended(void *ctx, const struct run_result *result, const struct error *why)
{
    struct ending *e = ctx;
    e->count++;
    e->done = result != NULL;
    e->kind = why->kind;
    e->run_id = result ? result->run_id : 0;
}

static void service_start_run__carries_it_out_between_deliveries(void **state)
{
    struct servicebed *s = *state;
    struct error err = {0};
    struct ending ending = {0};
    const char *const ids[] = {"no-mfa"};
    struct service_run run = {
        .kind = "now", .ids = ids, .id_count = 1, .ended = on_ended, .ctx = &ending};
    servicebed_start(s);
    servicebed_settle(s);
    servicebed_check(service_start_run(s->service, &run, &err), &err);
    assert_true(service_is_running(s->service));
    assert_int_equal(service_timeout_ms(s->service), 0);
    assert_false(service_start_run(s->service, &run, &err));
    assert_int_equal(err.kind, ERR_BUSY);
    servicebed_settle(s);
    assert_false(service_is_running(s->service));
    assert_int_equal(ending.count, 1);
    assert_true(ending.done);
    assert_int_equal(servicebed_number(s, "SELECT id FROM runs WHERE kind = 'now'"), ending.run_id);
    assert_int_equal(servicebed_number(s, "SELECT count(*) FROM run_checks WHERE run_id ="
                                          " (SELECT id FROM runs WHERE kind = 'now')"),
                     1);
    servicebed_expect_log(s, "run ended kind=now", 1);
}

static void service_start_run__refuses_what_is_unknown(void **state)
{
    struct servicebed *s = *state;
    struct error err = {0};
    struct ending ending = {0};
    const char *const ids[] = {"no-such-check"};
    struct service_run run = {
        .kind = "now", .ids = ids, .id_count = 1, .ended = on_ended, .ctx = &ending};
    servicebed_start(s);
    servicebed_settle(s);
    assert_false(service_start_run(s->service, &run, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_false(service_is_running(s->service));
    assert_int_equal(ending.count, 0);
}

static void service_stop__drops_a_run(void **state)
{
    struct servicebed *s = *state;
    struct error err = {0};
    struct ending ending = {0};
    struct service_run run = {.kind = "now", .ended = on_ended, .ctx = &ending};
    servicebed_start(s);
    servicebed_settle(s);
    servicebed_check(service_start_run(s->service, &run, &err), &err);
    service_stop(s->service);
    assert_int_equal(ending.count, 1);
    assert_false(ending.done);
    assert_int_equal(ending.kind, ERR_CANCELLED);
    assert_true(service_stopped(s->service));
    assert_int_equal(servicebed_number(s, "SELECT count(*) FROM runs WHERE kind = 'now'"), 0);
    assert_false(service_start_run(s->service, &run, &err));
}

/* A run under way points into the checks as they were read for it. */
static void service_reload__lets_a_run_end_before_the_checks_change(void **state)
{
    struct servicebed *s = *state;
    struct error err = {0};
    struct ending ending = {0};
    const struct service_run run = {.kind = "now", .ended = on_ended, .ctx = &ending};
    servicebed_start(s);
    servicebed_settle(s);
    servicebed_check(service_start_run(s->service, &run, &err), &err);
    servicebed_add_check(s, "my-own");
    service_reload(s->service);
    assert_null(catalogue_find(&s->app.catalogue, "my-own"));
    servicebed_settle(s);
    assert_true(ending.done);
    assert_non_null(catalogue_find(&s->app.catalogue, "my-own"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, servicebed_setup, servicebed_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(service__makes_up_once_for_a_missed_run),
        TEST(service__runs_each_day_at_its_minute),
        TEST(service__runs_no_day_twice_when_the_clock_is_set_back),
        TEST(service__tries_a_failed_run_again_after_a_pause),
        TEST(service_start_run__carries_it_out_between_deliveries),
        TEST(service_start_run__refuses_what_is_unknown),
        TEST(service_stop__drops_a_run),
        TEST(service_reload__lets_a_run_end_before_the_checks_change),
    };
    return cmocka_run_group_tests_name("service_runs", tests, NULL, NULL);
}
