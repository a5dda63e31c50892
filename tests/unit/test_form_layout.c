/* The layout of the integration form: every setting has its place, sections say how they stand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "forms/form_layout.h"
#include "tests/support/formbed.h"

static void form_layout__has_every_setting_once(void **state)
{
    (void)state;
    assert_int_equal(form_layout_count, integration_setting_count);
    for (int i = 0; i < integration_form_row_count(); i++) {
        assert_string_equal(form_layout_of(i)->name, integration_form_row(i)->name);
        assert_int_equal(form_layout_row(form_layout_place(i)), i);
    }
}

static void form_layout_step__passes_all_visible_rows_and_returns(void **state)
{
    struct formbed *bed = *state;
    struct integration_form *form = &bed->form;
    form->draft.auth.type = AUTH_BASIC;
    int at = formbed_row("name"), steps = 0, visible = 0;
    for (int i = 0; i < integration_form_row_count(); i++)
        visible += integration_form_visible(form, i);
    do {
        const int next = form_layout_step(form, at, 1);
        assert_true(integration_form_visible(form, next));
        assert_int_equal(form_layout_step(form, next, -1), at);
        at = next;
        steps++;
    } while (at != formbed_row("name"));
    assert_int_equal(steps, visible);
}

static void form_layout_first__is_none_for_an_empty_section(void **state)
{
    struct formbed *bed = *state;
    bed->form.draft.auth.type = AUTH_NONE;
    assert_int_equal(form_layout_first(&bed->form, FORM_AUTH), FORM_NO_ROW);
    bed->form.draft.auth.type = AUTH_API_KEY;
    assert_int_equal(form_layout_first(&bed->form, FORM_AUTH), formbed_row("auth.key_name"));
    assert_int_equal(form_layout_first(&bed->form, FORM_PARAMETERS), formbed_row("params"));
}

static void form_layout_first_error__goes_by_the_form_not_by_the_file(void **state)
{
    struct formbed *bed = *state;
    bed->form.draft.auth.type = AUTH_NONE;
    assert_true(integration_form_set(&bed->form, formbed_row("url"), "https://one.example/"));
    assert_int_equal(form_layout_first_error(&bed->form), FORM_NO_ROW);
    assert_false(integration_form_set(&bed->form, formbed_row("tls.ca_file"), "relative"));
    assert_false(integration_form_set(&bed->form, formbed_row("max_in_flight"), "0"));
    assert_false(integration_form_set(&bed->form, formbed_row("timeout_s"), "0"));
    assert_int_equal(form_layout_first_error(&bed->form), formbed_row("timeout_s"));
    assert_true(integration_form_set(&bed->form, formbed_row("timeout_s"), "7"));
    assert_int_equal(form_layout_first_error(&bed->form), formbed_row("max_in_flight"));
}

static void form_section_status__counts_errors_and_parameters(void **state)
{
    struct formbed *bed = *state;
    struct integration_form *form = &bed->form;
    assert_int_equal(form_section_status(form, FORM_GENERAL).state, SECTION_IS_OPEN);
    assert_int_equal(form_section_status(form, FORM_ADVANCED).state, SECTION_IS_OPEN);
    assert_true(integration_form_set(form, formbed_row("name"), "A"));
    assert_int_equal(form_section_status(form, FORM_GENERAL).state, SECTION_IS_OPEN);
    form->draft.auth.type = AUTH_OAUTH;
    assert_int_equal(form_section_status(form, FORM_GENERAL).state, SECTION_IS_READY);
    integration_form_validate(form, VALIDATE_NEW);
    const struct section_status status = form_section_status(form, FORM_AUTH);
    assert_int_equal(status.state, SECTION_IS_FAULTY);
    assert_int_equal(status.errors, 3); /* endpoint, client id, client secret */
    param_set(&form->draft.params, PLACE_HEADER, "X-A", "1", false);
    param_set(&form->draft.params, PLACE_BODY, "b", "2", false);
    assert_int_equal(form_section_status(form, FORM_PARAMETERS).count, 2);
    assert_int_equal(form_section_status(form, FORM_PARAMETERS).state, SECTION_IS_OPEN);
}

static void form_section_why__names_the_type(void **state)
{
    struct formbed *bed = *state;
    assert_null(form_section_why(&bed->form, FORM_AUTH));
    bed->form.draft.auth.type = AUTH_OAUTH;
    char *why = form_section_why(&bed->form, FORM_AUTH);
    assert_string_equal(why, "shown because Authorization Type is OAuth client credentials");
    free(why);
    assert_null(form_section_why(&bed->form, FORM_GENERAL));
    assert_string_equal(form_section_title(&bed->form, FORM_AUTH), "OAuth");
    bed->form.draft.auth.type = AUTH_API_KEY;
    assert_string_equal(form_section_title(&bed->form, FORM_AUTH), "API key");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, formbed_setup, formbed_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(form_layout__has_every_setting_once),
        TEST(form_layout_step__passes_all_visible_rows_and_returns),
        TEST(form_layout_first__is_none_for_an_empty_section),
        TEST(form_layout_first_error__goes_by_the_form_not_by_the_file),
        TEST(form_section_status__counts_errors_and_parameters),
        TEST(form_section_why__names_the_type),
    };
    return cmocka_run_group_tests_name("form_layout", tests, NULL, NULL);
}
