/* The rows of what is set for a check. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "forms/check_form.h"

static char id[] = "inactive", days[] = "days";
static struct check_number numbers[] = {{.name = days, .value = 90, .min = 1, .max = 365}};
static const struct check check = {.id = id,
                                   .enabled = true,
                                   .severity = SEVERITY_MODERATE,
                                   .numbers = numbers,
                                   .number_count = ARRAY_LEN(numbers)};

enum { ROW_ENABLED, ROW_SEVERITY, ROW_DAYS, ROW_FIRST_IGNORED };

static void expect_row(const struct check_form *f, size_t row, enum check_row_kind kind,
                       const char *value, const char *fallback, bool changed)
{
    assert_true(row < f->count);
    assert_int_equal(f->rows[row].kind, kind);
    assert_string_equal(f->rows[row].value, value);
    assert_string_equal(f->rows[row].fallback, fallback);
    assert_int_equal(check_row_changed(&f->rows[row]), changed);
}

static void set(struct check_form *f, struct config *config, size_t row, const char *text)
{
    struct error err = {0};
    if (!check_row_set(&f->rows[row], &check, config, text, &err))
        fail_msg("%s", err.text);
    check_form_release(f);
    check_form_read(f, &check, config);
}

static void check_form__shows_the_default_beside_the_value(void **state)
{
    struct config config = {.lock_fd = -1};
    struct check_form f;
    (void)state;
    check_form_read(&f, &check, &config);
    assert_int_equal(f.count, 4);
    expect_row(&f, ROW_ENABLED, CHECK_ROW_ENABLED, "true", "true", false);
    expect_row(&f, ROW_SEVERITY, CHECK_ROW_SEVERITY, "moderate", "moderate", false);
    expect_row(&f, ROW_DAYS, CHECK_ROW_NUMBER, "90", "90", false);
    assert_string_equal(f.rows[ROW_DAYS].note, "1 to 365");
    expect_row(&f, ROW_FIRST_IGNORED, CHECK_ROW_ADD, "", "", false);
    set(&f, &config, ROW_ENABLED, "false");
    set(&f, &config, ROW_SEVERITY, "low");
    set(&f, &config, ROW_DAYS, "30");
    expect_row(&f, ROW_ENABLED, CHECK_ROW_ENABLED, "false", "true", true);
    expect_row(&f, ROW_SEVERITY, CHECK_ROW_SEVERITY, "low", "moderate", true);
    expect_row(&f, ROW_DAYS, CHECK_ROW_NUMBER, "30", "90", true);
    for (size_t i = 0; i < ROW_FIRST_IGNORED; i++)
        set(&f, &config, i, "");
    assert_true(check_config_is_empty(config_check(&config, id)));
    check_form_release(&f);
    config_release(&config);
}

static void check_form__changes_one_entry_of_the_list(void **state)
{
    struct config config = {.lock_fd = -1};
    struct error err = {0};
    struct check_form f;
    (void)state;
    check_form_read(&f, &check, &config);
    set(&f, &config, ROW_FIRST_IGNORED, "fern, department:Sales\\, EMEA");
    assert_int_equal(f.count, 6);
    expect_row(&f, ROW_FIRST_IGNORED, CHECK_ROW_IGNORE, "fern", "", true);
    expect_row(&f, ROW_FIRST_IGNORED + 1, CHECK_ROW_IGNORE, "department:Sales\\, EMEA", "", true);
    assert_string_equal(f.rows[ROW_FIRST_IGNORED + 1].note, "the department");
    set(&f, &config, ROW_FIRST_IGNORED, "@example.com");
    expect_row(&f, ROW_FIRST_IGNORED, CHECK_ROW_IGNORE, "department:Sales\\, EMEA", "", true);
    expect_row(&f, ROW_FIRST_IGNORED + 1, CHECK_ROW_IGNORE, "@example.com", "", true);
    assert_false(check_row_set(&f.rows[ROW_FIRST_IGNORED], &check, &config, "type:boss", &err));
    assert_int_equal(config_check(&config, id)->ignore.count, 2);
    set(&f, &config, ROW_FIRST_IGNORED, "");
    assert_int_equal(f.count, 5);
    expect_row(&f, ROW_FIRST_IGNORED, CHECK_ROW_IGNORE, "@example.com", "", true);
    check_form_release(&f);
    config_release(&config);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(check_form__shows_the_default_beside_the_value),
        cmocka_unit_test(check_form__changes_one_entry_of_the_list),
    };
    return cmocka_run_group_tests_name("check_form", tests, NULL, NULL);
}
