/* What may be set for a check. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/checks/tuning.h"

static char id[] = "inactive", days[] = "days", count[] = "count";
static struct check_number numbers[] = {{.name = days, .value = 90, .min = 1, .max = 365},
                                        {.name = count, .value = 4, .max = CHECK_VALUE_MAX}};
static const struct check check = {
    .id = id, .numbers = numbers, .number_count = ARRAY_LEN(numbers)};
static const struct check plain = {.id = id};

static void tuning_set__stays_within_the_definition(void **state)
{
    static const char *const bad[][3] = {
        {"settings.days", "0", "settings.days: 0 will not do; write 1 to 365"},
        {"settings.days", "366", "settings.days: 366 will not do; write 1 to 365"},
        {"settings.days", "1.5", "settings.days: write a whole number from 0 to 1000000"},
        {"settings.days", "99999999999999999999",
         "settings.days: write a whole number from 0 to 1000000"},
        {"settings.hours", "1",
         "settings.hours: check inactive has no such setting; it has settings.days, "
         "settings.count"},
        {"severity", "high", "severity: write critical, moderate or low"},
    };
    struct check_config own;
    struct error err = {0};

    (void)state;
    check_config_init(&own, id);
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_false(tuning_set(&check, &own, bad[i][0], bad[i][1], &err));
        assert_int_equal(err.kind, ERR_INVALID);
        assert_string_equal(err.text, bad[i][2]);
    }
    assert_true(check_config_is_empty(&own));
    assert_false(tuning_set(&plain, &own, "settings.days", "1", &err));
    assert_string_equal(err.text, "settings.days: check inactive has no such setting; it has none");
    assert_true(tuning_set(&check, &own, "settings.days", "1", &err));
    assert_true(tuning_set(&check, &own, "ignore+", "fern", &err));
    assert_int_equal(*check_value_find(&own, "days"), 1);
    assert_true(tuning_set(&check, &own, "settings.days", "", &err));
    assert_null(check_value_find(&own, "days"));
    check_config_release(&own);
}

static void tuning_fits__names_what_does_not(void **state)
{
    struct check_config own;
    struct error err = {0};

    (void)state;
    assert_true(tuning_fits(&check, NULL, &err));
    check_config_init(&own, id);
    check_value_set(&own, "count", 0);
    assert_true(tuning_fits(&check, &own, &err));
    check_value_set(&own, "days", 400);
    assert_false(tuning_fits(&check, &own, &err));
    assert_string_equal(err.text,
                        "checks.inactive: settings.days: 400 will not do; write 1 to 365");
    /* What the check had once can be taken back. */
    assert_true(tuning_set(&plain, &own, "settings.days", "", &err));
    assert_false(tuning_fits(&plain, &own, &err));
    assert_true(tuning_set(&plain, &own, "settings.count", "", &err));
    assert_true(tuning_fits(&plain, &own, &err));
    check_config_release(&own);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tuning_set__stays_within_the_definition),
        cmocka_unit_test(tuning_fits__names_what_does_not),
    };
    return cmocka_run_group_tests_name("tuning", tests, NULL, NULL);
}
