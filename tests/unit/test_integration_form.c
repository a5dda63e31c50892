/* The integration form without a screen: rows, errors, secrets, changes, saving. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/actions.h"
#include "core/base/mem.h"
#include "forms/integration_form.h"
#include "tests/support/formbed.h"

static void assert_error(const struct integration_form *form, const char *name, const char *part)
{
    const char *error = integration_form_error(form, formbed_row(name));
    assert_non_null(error);
    assert_non_null(strstr(error, part));
}

/* --- rows ------------------------------------------------------------------------------------ */

static void integration_form_visible__follows_the_authorization_type(void **state)
{
    static const struct {
        enum auth_type type;
        const char *row;
        bool visible;
    } cases[] = {
        {AUTH_UNSET, "auth.username", false},   {AUTH_NONE, "auth.key_name", false},
        {AUTH_BASIC, "auth.username", true},    {AUTH_BASIC, "auth.password", true},
        {AUTH_BASIC, "auth.client_id", false},  {AUTH_API_KEY, "auth.key_value", true},
        {AUTH_API_KEY, "auth.password", false}, {AUTH_OAUTH, "auth.endpoint", true},
        {AUTH_OAUTH, "auth.params", true},      {AUTH_OAUTH, "auth.key_name", false},
        {AUTH_OAUTH, "params", true},           {AUTH_NONE, "url", true},
    };
    struct formbed *bed = *state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        bed->form.draft.auth.type = (int)cases[i].type;
        assert_int_equal(integration_form_visible(&bed->form, formbed_row(cases[i].row)),
                         cases[i].visible);
    }
}

static void integration_form_visible__hides_values_without_erasing_them(void **state)
{
    struct formbed *bed = *state;
    formbed_fill_basic(&bed->form);
    formbed_choose_auth(&bed->form, AUTH_OAUTH);
    formbed_choose_auth(&bed->form, AUTH_BASIC);
    formbed_expect_text(&bed->form, "auth.username", "svc");
    assert_non_null(bed->form.draft.auth.password);
}

static void integration_form_set__keeps_what_was_refused(void **state)
{
    struct formbed *bed = *state;
    formbed_set(&bed->form, "url", "https://one.example/in");
    assert_false(integration_form_set(&bed->form, formbed_row("url"), "one.example/in"));
    formbed_expect_text(&bed->form, "url", "one.example/in");
    assert_non_null(integration_form_error(&bed->form, formbed_row("url")));
    assert_string_equal(bed->form.draft.url, "https://one.example/in");
    formbed_set(&bed->form, "url", "  https://two.example/in ");
    formbed_expect_text(&bed->form, "url", "https://two.example/in");
    assert_null(integration_form_error(&bed->form, formbed_row("url")));
}

static void integration_form_turn__goes_round(void **state)
{
    struct formbed *bed = *state;
    formbed_expect_text(&bed->form, "auth.type", "choose");
    integration_form_turn(&bed->form, formbed_row("auth.type"), 1);
    formbed_expect_text(&bed->form, "auth.type", "None");
    integration_form_turn(&bed->form, formbed_row("auth.type"), -1);
    formbed_expect_text(&bed->form, "auth.type", "OAuth client credentials");
    integration_form_turn(&bed->form, formbed_row("auth.type"), 1);
    formbed_expect_text(&bed->form, "auth.type", "None");
    formbed_expect_text(&bed->form, "enabled", "enabled");
    integration_form_turn(&bed->form, formbed_row("enabled"), 1);
    formbed_expect_text(&bed->form, "enabled", "disabled");
    assert_false(bed->form.draft.enabled);
}

static void integration_form_turn__leaves_other_rows_alone(void **state)
{
    struct formbed *bed = *state;
    for (int row = 0; row < integration_form_row_count(); row++) {
        const struct setting *s = integration_form_row(row);
        if (s->kind == KIND_CHOICE || s->kind == KIND_BOOL)
            continue;
        integration_form_turn(&bed->form, row, 1);
        integration_form_turn(&bed->form, row, -1);
    }
    assert_int_equal(integration_form_changes(&bed->form), 0);
}

static void integration_form_warning__tells_of_plain_http(void **state)
{
    struct formbed *bed = *state;
    assert_null(integration_form_warning(&bed->form, formbed_row("url")));
    formbed_set(&bed->form, "url", "http://127.0.0.1:8080/");
    assert_non_null(
        strstr(integration_form_warning(&bed->form, formbed_row("url")), "not encrypted"));
    formbed_set(&bed->form, "url", "https://127.0.0.1:8080/");
    assert_null(integration_form_warning(&bed->form, formbed_row("url")));
}

static void integration_form_text__sums_up_parameters(void **state)
{
    struct formbed *bed = *state;
    struct integration *draft = &bed->form.draft;
    formbed_expect_text(&bed->form, "params", "none");
    param_set(&draft->params, PLACE_HEADER, "X-A", "1", false);
    param_set(&draft->params, PLACE_HEADER, "X-B", "2", false);
    param_set(&draft->params, PLACE_BODY, "team", "3", false);
    formbed_expect_text(&bed->form, "params", "2 headers, 1 body");
    param_set(&draft->auth.params, PLACE_BODY, "scope", "x", false);
    param_set(&draft->auth.params, PLACE_BODY, "audience", "y", false);
    formbed_expect_text(&bed->form, "auth.params", "2: scope, audience");
}

/* --- secrets --------------------------------------------------------------------------------- */

static void integration_form_set_secret__never_keeps_it_in_clear(void **state)
{
    struct formbed *bed = *state;
    formbed_fill_basic(&bed->form);
    for (int i = 0; i < integration_form_row_count(); i++) {
        const struct setting *s = integration_form_row(i);
        char *value = setting_get(s, &bed->form.draft),
             *text = integration_form_text(&bed->form, i);
        assert_null(strstr(value, "horse"));
        assert_null(strstr(text, "horse"));
        assert_null(bed->form.rows[i].refused);
        free(value);
        free(text);
    }
    assert_int_equal(secret_form(bed->form.draft.auth.password), SECRET_SEALED);
}

static void integration_form_set_secret__opens_as_it_was_typed(void **state)
{
    struct formbed *bed = *state;
    struct secret opened = {0};
    struct error err = {0};
    bool removed = false;
    formbed_fill_basic(&bed->form);
    assert_true(integration_form_set_secret(&bed->form, formbed_row("auth.password"),
                                            " pass word \r\n", 13, FORMBED_NOW_S, &removed));
    assert_true(removed);
    assert_true(secret_open(bed->app.keyring, bed->form.draft.id, "auth.password",
                            bed->form.draft.auth.password, &opened, &err));
    assert_string_equal(opened.text, " pass word ");
    secret_release(&opened);
}

static void integration_form_set_secret__refuses_what_cannot_be_one(void **state)
{
    struct formbed *bed = *state;
    int password = formbed_row("auth.password");
    formbed_choose_auth(&bed->form, AUTH_BASIC);
    assert_false(integration_form_set_secret(&bed->form, password, "a\nb", 3, FORMBED_NOW_S, NULL));
    assert_error(&bed->form, "auth.password", "line break");
    assert_false(integration_form_set_secret(&bed->form, password, "", 0, FORMBED_NOW_S, NULL));
    assert_error(&bed->form, "auth.password", "empty");
    assert_null(bed->form.draft.auth.password);
    assert_true(integration_form_set_secret(&bed->form, password, "fine", 4, FORMBED_NOW_S, NULL));
    assert_null(integration_form_error(&bed->form, password));
}

/* No key is made beside what a lost one sealed, until somebody asks for it. */
static void integration_form_set_secret__takes_a_new_key_when_there_is_one(void **state)
{
    struct formbed *bed = *state;
    struct integration_form form = {0};
    struct error err = {0};
    int password = formbed_row("auth.password");
    formbed_fill_basic(&bed->form);
    assert_true(formbed_save(&bed->form, false, NULL, &err));
    assert_int_equal(remove(bed->app.paths.key_file), 0);
    keyring_free(bed->app.keyring);
    bed->app.keyring = keyring_new(bed->app.paths.key_file);
    assert_true(
        integration_form_open(&form, &bed->app, bed->app.config.integrations.items[0].id, &err));
    assert_false(integration_form_set_secret(&form, password, "new", 3, FORMBED_NOW_S, NULL));
    assert_non_null(
        strstr(integration_form_error(&form, password), "run checkhook config new-key"));
    assert_true(keyring_load(bed->app.keyring, true, &err));
    assert_true(integration_form_set_secret(&form, password, "new", 3, FORMBED_NOW_S, NULL));
    assert_null(integration_form_error(&form, password));
    integration_form_release(&form);
}

static void integration_form_text__says_where_a_secret_is(void **state)
{
    struct formbed *bed = *state;
    struct error err = {0};
    formbed_choose_auth(&bed->form, AUTH_BASIC);
    formbed_expect_text(&bed->form, "auth.password", "(not set)");
    formbed_fill_basic(&bed->form);
    formbed_expect_text(&bed->form, "auth.password", "(entered now; type or paste to replace)");
    assert_true(formbed_save(&bed->form, false, NULL, &err));
    formbed_expect_text(&bed->form, "auth.password",
                        "(stored 2026-09-02; type or paste to replace)");
    mem_replace(&bed->form.draft.auth.password, "env:HOOK_PASSWORD");
    mem_replace(&bed->form.before.auth.password, "env:HOOK_PASSWORD");
    formbed_expect_text(&bed->form, "auth.password", "(from environment HOOK_PASSWORD)");
}

/* --- changes --------------------------------------------------------------------------------- */

static void integration_form_changes__counts_and_names(void **state)
{
    struct formbed *bed = *state;
    assert_int_equal(integration_form_changes(&bed->form), 0);
    formbed_set(&bed->form, "timeout_s", "10");
    formbed_set(&bed->form, "url", "https://one.example/in");
    assert_false(integration_form_set(&bed->form, formbed_row("retry.max_attempts"), "many"));
    assert_int_equal(integration_form_changes(&bed->form), 3);
    char *labels = integration_form_change_labels(&bed->form);
    assert_string_equal(labels, "Endpoint URL, Timeout, Retries");
    free(labels);
    formbed_set(&bed->form, "timeout_s", "30");
    assert_int_equal(integration_form_changes(&bed->form), 2);
}

static void integration_form_changes__leaves_out_what_is_hidden(void **state)
{
    struct formbed *bed = *state;
    formbed_choose_auth(&bed->form, AUTH_BASIC);
    formbed_set(&bed->form, "auth.username", "svc");
    assert_int_equal(integration_form_changes(&bed->form), 2);
    formbed_choose_auth(&bed->form, AUTH_NONE);
    assert_int_equal(integration_form_changes(&bed->form), 1);
}

static void integration_form_reset__goes_back_to_what_it_was(void **state)
{
    struct formbed *bed = *state;
    struct error err = {0};
    formbed_fill_basic(&bed->form);
    param_set(&bed->form.draft.params, PLACE_HEADER, "X-A", "1", false);
    assert_true(formbed_save(&bed->form, false, NULL, &err));
    char *stored = mem_strdup(bed->form.draft.auth.password);

    assert_false(integration_form_set(&bed->form, formbed_row("url"), "nothing"));
    formbed_set(&bed->form, "description", "new");
    formbed_enter_secret(&bed->form, "auth.password", "another");
    param_set(&bed->form.draft.params, PLACE_HEADER, "X-A", "2", false);
    formbed_choose_auth(&bed->form, AUTH_NONE);
    for (int i = 0; i < integration_form_row_count(); i++)
        integration_form_reset(&bed->form, i);
    assert_int_equal(integration_form_changes(&bed->form), 0);
    assert_true(integration_equal(&bed->form.before, &bed->form.draft));
    assert_string_equal(bed->form.draft.auth.password, stored);
    assert_null(integration_form_error(&bed->form, formbed_row("url")));
    free(stored);
}

/* --- the whole ------------------------------------------------------------------------------- */

static void integration_form_validate__shows_all_errors_at_once(void **state)
{
    struct formbed *bed = *state;
    formbed_choose_auth(&bed->form, AUTH_BASIC);
    assert_false(integration_form_set(&bed->form, formbed_row("url"), "ftp://x"));
    assert_false(integration_form_set(&bed->form, formbed_row("timeout_s"), "0"));
    assert_int_equal(integration_form_validate(&bed->form, VALIDATE_NEW), formbed_row("name"));
    static const char *const bad[] = {"name", "auth.username", "auth.password", "url", "timeout_s"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_non_null(integration_form_error(&bed->form, formbed_row(bad[i])));
    assert_null(integration_form_error(&bed->form, formbed_row("description")));
}

static void integration_form_validate__keeps_a_refused_value_that_is_hidden(void **state)
{
    struct formbed *bed = *state;
    formbed_fill_basic(&bed->form);
    assert_false(integration_form_set(&bed->form, formbed_row("auth.username"), "a:b"));
    formbed_choose_auth(&bed->form, AUTH_NONE);
    assert_int_equal(integration_form_validate(&bed->form, VALIDATE_NEW), FORM_NO_ROW);
    formbed_choose_auth(&bed->form, AUTH_BASIC);
    assert_error(&bed->form, "auth.username", "colon");
    assert_int_equal(integration_form_validate(&bed->form, VALIDATE_NEW),
                     formbed_row("auth.username"));
}

static void integration_form_save__refuses_while_a_value_is_wrong(void **state)
{
    struct formbed *bed = *state;
    struct error err = {0};
    formbed_fill_basic(&bed->form);
    assert_false(integration_form_set(&bed->form, formbed_row("url"), "billing.example.com"));
    assert_false(formbed_save(&bed->form, false, NULL, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    formbed_expect_text(&bed->form, "url", "billing.example.com");
    assert_non_null(integration_form_error(&bed->form, formbed_row("url")));
    assert_int_equal(bed->app.config.integrations.count, 0);
}

static void integration_form_save__stores_and_goes_on(void **state)
{
    struct formbed *bed = *state;
    struct error err = {0};
    formbed_fill_basic(&bed->form);
    assert_true(formbed_save(&bed->form, false, NULL, &err));
    assert_int_equal(integration_form_changes(&bed->form), 0);
    assert_string_equal(integration_form_name(&bed->form), "Billing events");
    formbed_set(&bed->form, "description", "second");
    assert_true(formbed_save(&bed->form, false, NULL, &err));
    const struct integration *saved = config_find(&bed->app.config, "billing events");
    assert_non_null(saved);
    assert_string_equal(saved->description, "second");
    assert_int_equal(bed->app.config.integrations.count, 1);
}

static void integration_form_save__refuses_a_name_that_is_taken(void **state)
{
    struct formbed *bed = *state;
    struct integration_form second = {0};
    struct error err = {0};
    formbed_fill_basic(&bed->form);
    assert_true(formbed_save(&bed->form, false, NULL, &err));
    assert_true(integration_form_open(&second, &bed->app, "", &err));
    formbed_fill_basic(&second);
    formbed_set(&second, "name", "BILLING EVENTS");
    assert_false(formbed_save(&second, false, NULL, &err));
    assert_error(&second, "name", "already");
    integration_form_release(&second);
}

static void integration_form_save__drops_secrets_of_another_host(void **state)
{
    struct formbed *bed = *state;
    struct text_list dropped = {0};
    struct error err = {0};
    formbed_fill_basic(&bed->form);
    assert_true(formbed_save(&bed->form, false, NULL, &err));
    assert_false(integration_form_will_drop(&bed->form, formbed_row("auth.password")));
    formbed_set(&bed->form, "url", "https://elsewhere.example/in");
    assert_true(integration_form_will_drop(&bed->form, formbed_row("auth.password")));
    formbed_expect_text(&bed->form, "auth.password", "(not sent to a new address; enter it again)");
    assert_true(formbed_save(&bed->form, false, &dropped, &err));
    assert_int_equal(dropped.count, 1);
    assert_string_equal(dropped.items[0], "Password");
    formbed_expect_text(&bed->form, "auth.password", "(not set)");
    text_list_release(&dropped);
}

static void integration_form_save__notices_somebody_else(void **state)
{
    struct formbed *bed = *state;
    struct integration_form mine = {0};
    struct error err = {0};
    formbed_fill_basic(&bed->form);
    assert_true(formbed_save(&bed->form, false, NULL, &err));
    assert_true(integration_form_open(&mine, &bed->app, bed->form.draft.id, &err));
    formbed_set(&bed->form, "description", "theirs");
    assert_true(formbed_save(&bed->form, false, NULL, &err));
    formbed_set(&mine, "description", "mine");
    assert_false(formbed_save(&mine, false, NULL, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_string_equal(bed->app.config.integrations.items[0].description, "theirs");
    assert_true(formbed_save(&mine, true, NULL, &err));
    assert_string_equal(bed->app.config.integrations.items[0].description, "mine");
    integration_form_release(&mine);
}

static void integration_form_open__names_what_was_removed(void **state)
{
    struct formbed *bed = *state;
    struct integration_form form = {0};
    struct error err = {0};
    assert_false(
        integration_form_open(&form, &bed->app, "11111111-1111-4111-8111-111111111111", &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    integration_form_release(&form);
}

static void integration_form_for_test__needs_no_name(void **state)
{
    struct formbed *bed = *state;
    struct integration out = {0};
    int bad = FORM_NO_ROW;
    formbed_choose_auth(&bed->form, AUTH_NONE);
    assert_false(integration_form_for_test(&bed->form, &out, &bad));
    assert_int_equal(bad, formbed_row("url"));
    formbed_set(&bed->form, "url", "https://one.example/in");
    assert_true(integration_form_for_test(&bed->form, &out, &bad));
    assert_null(integration_form_error(&bed->form, formbed_row("name")));
    assert_string_equal(out.url, "https://one.example/in");
    assert_string_equal(out.id, bed->form.draft.id);
    integration_release(&out);
}

static void integration_form_for_test__leaves_secrets_behind(void **state)
{
    struct formbed *bed = *state;
    struct integration out = {0};
    struct error err = {0};
    int bad = FORM_NO_ROW;
    formbed_fill_basic(&bed->form);
    assert_true(formbed_save(&bed->form, false, NULL, &err));
    formbed_set(&bed->form, "url", "https://elsewhere.example/in");
    assert_true(integration_form_for_test(&bed->form, &out, &bad));
    assert_null(out.auth.password);
    assert_non_null(bed->form.draft.auth.password);
    integration_release(&out);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, formbed_setup, formbed_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(integration_form_visible__follows_the_authorization_type),
        TEST(integration_form_visible__hides_values_without_erasing_them),
        TEST(integration_form_set__keeps_what_was_refused),
        TEST(integration_form_turn__goes_round),
        TEST(integration_form_turn__leaves_other_rows_alone),
        TEST(integration_form_warning__tells_of_plain_http),
        TEST(integration_form_text__sums_up_parameters),
        TEST(integration_form_set_secret__never_keeps_it_in_clear),
        TEST(integration_form_set_secret__opens_as_it_was_typed),
        TEST(integration_form_set_secret__refuses_what_cannot_be_one),
        TEST(integration_form_set_secret__takes_a_new_key_when_there_is_one),
        TEST(integration_form_text__says_where_a_secret_is),
        TEST(integration_form_changes__counts_and_names),
        TEST(integration_form_changes__leaves_out_what_is_hidden),
        TEST(integration_form_reset__goes_back_to_what_it_was),
        TEST(integration_form_validate__shows_all_errors_at_once),
        TEST(integration_form_validate__keeps_a_refused_value_that_is_hidden),
        TEST(integration_form_save__refuses_while_a_value_is_wrong),
        TEST(integration_form_save__stores_and_goes_on),
        TEST(integration_form_save__refuses_a_name_that_is_taken),
        TEST(integration_form_save__drops_secrets_of_another_host),
        TEST(integration_form_save__notices_somebody_else),
        TEST(integration_form_open__names_what_was_removed),
        TEST(integration_form_for_test__needs_no_name),
        TEST(integration_form_for_test__leaves_secrets_behind),
    };
    return cmocka_run_group_tests_name("integration_form", tests, NULL, NULL);
}
