/* Tests of how the service follows its configuration and its checks. */
#include "tests/support/servicebed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static void service__keeps_the_old_configuration_where_the_new_one_is_broken(void **state)
{
    struct servicebed *s = *state;
    servicebed_save_integration(s);
    char *good = tmpdir_read(&s->dir, "checkhook.conf", NULL);
    servicebed_start(s);
    servicebed_settle(s);
    servicebed_configure(s, "integrations = ( { name = ");
    int64_t id = servicebed_enqueue(s);
    servicebed_settle(s);
    servicebed_expect(s, id, DELIVERY_DELIVERED, 1);
    servicebed_expect_log(s, "3 configuration not reloaded, the old one stays reason=", 1);
    servicebed_expect_log(s, "checkhook.conf:1", 1);
    service_reload(s->service); /* who asks is told again */
    servicebed_expect_log(s, "3 configuration not reloaded", 2);
    servicebed_settle(s);
    servicebed_expect_log(s, "3 configuration not reloaded", 2);
    servicebed_configure(s, good);
    servicebed_settle(s);
    servicebed_expect_log(s, "6 configuration reloaded", 1);
    free(good);
}

/* An editor replaces a file by taking it away first: that ends nobody's deliveries. */
static void service__takes_a_missing_file_for_no_configuration(void **state)
{
    struct servicebed *s = *state;
    servicebed_save_integration(s);
    char *path = tmpdir_path(&s->dir, "checkhook.conf");
    servicebed_start(s);
    servicebed_settle(s);
    int64_t first = servicebed_enqueue(s);
    assert_int_equal(unlink(path), 0);
    servicebed_settle(s);
    servicebed_expect(s, first, DELIVERY_DELIVERED, 1);
    servicebed_expect_log(s, "is gone; what was read before stays in force", 1);
    servicebed_configure(s, "");
    int64_t second = servicebed_enqueue(s);
    servicebed_settle(s);
    servicebed_expect(s, second, DELIVERY_DELIVERED, 1);
    servicebed_expect_log(s, "is empty; what was read before stays in force", 1);
    free(path);
}

static void service__follows_a_new_schedule(void **state)
{
    struct servicebed *s = *state;
    servicebed_start(s);
    servicebed_settle(s);
    servicebed_configure(s, "schedule = { hour = 13; minute = 30; };\n");
    servicebed_settle(s);
    servicebed_expect_log(s, "6 configuration reloaded", 1);
    servicebed_expect_log(s, "next_run=2023-08-09T13:30:00Z", 1); /* today had its run */
    assert_int_equal(servicebed_number(s, "SELECT count(*) FROM runs"), 1);
}

static void service_reload__reads_the_checks_again(void **state)
{
    struct servicebed *s = *state;
    servicebed_start(s);
    servicebed_settle(s);
    assert_null(catalogue_find(&s->app.catalogue, "my-own"));
    servicebed_add_check(s, "my-own");
    free(tmpdir_write(&s->dir, "checks.d/broken.conf", "checks = ( {"));
    service_reload(s->service);
    servicebed_settle(s);
    assert_non_null(catalogue_find(&s->app.catalogue, "my-own"));
    servicebed_expect_log(s, "4 check cannot be evaluated check=", 1);
    servicebed_expect_log(s, "broken.conf:1: syntax error", 1);
    servicebed_expect_log(s, "6 configuration reloaded", 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, servicebed_setup, servicebed_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(service__keeps_the_old_configuration_where_the_new_one_is_broken),
        TEST(service__takes_a_missing_file_for_no_configuration),
        TEST(service__follows_a_new_schedule),
        TEST(service_reload__reads_the_checks_again),
    };
    return cmocka_run_group_tests_name("service_config", tests, NULL, NULL);
}
