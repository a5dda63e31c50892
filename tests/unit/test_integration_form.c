/* The integration form without a screen: rows, errors, secrets, changes, saving. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/actions.h"
#include "core/base/mem.h"
#include "forms/integration_form.h"
#include "tests/support/tmpdir.h"

enum { NOW_S = 1788307200 }; /* 2026-09-02 */

static const char clear_secret[] = "correct horse  battery ";

struct bed {
    struct tmpdir dir;
    struct app app;
    struct integration_form form;
};

static int set_up(void **state)
{
    struct bed *bed = mem_zalloc(sizeof *bed);
    struct error err = {0};
    tmpdir_init(&bed->dir);
    assert_true(app_open(&bed->app, bed->dir.path, APP_STORE, &err));
    assert_true(integration_form_open(&bed->form, &bed->app, "", &err));
    *state = bed;
    return 0;
}

static int tear_down(void **state)
{
    struct bed *bed = *state;
    integration_form_release(&bed->form);
    app_close(&bed->app);
    tmpdir_release(&bed->dir);
    free(bed);
    return 0;
}

static int row(const char *name)
{
    int found = integration_form_find(name);
    assert_int_not_equal(found, FORM_NO_ROW);
    return found;
}

static void set(struct integration_form *form, const char *name, const char *text)
{
    assert_true(integration_form_set(form, row(name), text));
}

static void choose_auth(struct integration_form *form, enum auth_type type)
{
    integration_form_choose(form, row("auth.type"), (int)type - (int)AUTH_NONE);
    assert_int_equal(form->draft.auth.type, type);
}

static void enter_secret(struct integration_form *form, const char *name, const char *clear)
{
    assert_true(integration_form_set_secret(form, row(name), clear, strlen(clear), NOW_S, NULL));
}

static void fill_basic(struct integration_form *form)
{
    set(form, "name", "Billing events");
    set(form, "url", "https://billing.example.com/in");
    choose_auth(form, AUTH_BASIC);
    set(form, "auth.username", "svc");
    enter_secret(form, "auth.password", clear_secret);
}

static bool save(struct integration_form *form, bool overwrite, struct text_list *dropped,
                 struct error *err)
{
    return integration_form_save(form, &(struct form_save){.now_s = NOW_S, .overwrite = overwrite},
                                 dropped, err);
}

static void assert_text(const struct integration_form *form, const char *name, const char *expected)
{
    char *text = integration_form_text(form, row(name));
    assert_string_equal(text, expected);
    free(text);
}

static void assert_error(const struct integration_form *form, const char *name, const char *part)
{
    const char *error = integration_form_error(form, row(name));
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
    struct bed *bed = *state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        bed->form.draft.auth.type = (int)cases[i].type;
        assert_int_equal(integration_form_visible(&bed->form, row(cases[i].row)), cases[i].visible);
    }
}

static void integration_form_visible__hides_values_without_erasing_them(void **state)
{
    struct bed *bed = *state;
    fill_basic(&bed->form);
    choose_auth(&bed->form, AUTH_OAUTH);
    choose_auth(&bed->form, AUTH_BASIC);
    assert_text(&bed->form, "auth.username", "svc");
    assert_non_null(bed->form.draft.auth.password);
}

static void integration_form_set__keeps_what_was_refused(void **state)
{
    struct bed *bed = *state;
    set(&bed->form, "url", "https://one.example/in");
    assert_false(integration_form_set(&bed->form, row("url"), "one.example/in"));
    assert_text(&bed->form, "url", "one.example/in");
    assert_non_null(integration_form_error(&bed->form, row("url")));
    assert_string_equal(bed->form.draft.url, "https://one.example/in");
    set(&bed->form, "url", "  https://two.example/in ");
    assert_text(&bed->form, "url", "https://two.example/in");
    assert_null(integration_form_error(&bed->form, row("url")));
}

static void integration_form_turn__goes_round(void **state)
{
    struct bed *bed = *state;
    assert_text(&bed->form, "auth.type", "choose");
    integration_form_turn(&bed->form, row("auth.type"), 1);
    assert_text(&bed->form, "auth.type", "None");
    integration_form_turn(&bed->form, row("auth.type"), -1);
    assert_text(&bed->form, "auth.type", "OAuth client credentials");
    integration_form_turn(&bed->form, row("auth.type"), 1);
    assert_text(&bed->form, "auth.type", "None");
    assert_text(&bed->form, "enabled", "enabled");
    integration_form_turn(&bed->form, row("enabled"), 1);
    assert_text(&bed->form, "enabled", "disabled");
    assert_false(bed->form.draft.enabled);
}

static void integration_form_warning__tells_of_plain_http(void **state)
{
    struct bed *bed = *state;
    assert_null(integration_form_warning(&bed->form, row("url")));
    set(&bed->form, "url", "http://127.0.0.1:8080/");
    assert_non_null(strstr(integration_form_warning(&bed->form, row("url")), "not encrypted"));
    set(&bed->form, "url", "https://127.0.0.1:8080/");
    assert_null(integration_form_warning(&bed->form, row("url")));
}

static void integration_form_text__sums_up_parameters(void **state)
{
    struct bed *bed = *state;
    struct integration *draft = &bed->form.draft;
    assert_text(&bed->form, "params", "none");
    param_set(&draft->params, PLACE_HEADER, "X-A", "1", false);
    param_set(&draft->params, PLACE_HEADER, "X-B", "2", false);
    param_set(&draft->params, PLACE_BODY, "team", "3", false);
    assert_text(&bed->form, "params", "2 headers, 1 body");
    param_set(&draft->auth.params, PLACE_BODY, "scope", "x", false);
    param_set(&draft->auth.params, PLACE_BODY, "audience", "y", false);
    assert_text(&bed->form, "auth.params", "2: scope, audience");
}

/* --- secrets --------------------------------------------------------------------------------- */

static void integration_form_set_secret__never_keeps_it_in_clear(void **state)
{
    struct bed *bed = *state;
    fill_basic(&bed->form);
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
    struct bed *bed = *state;
    struct secret opened = {0};
    struct error err = {0};
    bool removed = false;
    fill_basic(&bed->form);
    assert_true(integration_form_set_secret(&bed->form, row("auth.password"), " pass word \r\n", 13,
                                            NOW_S, &removed));
    assert_true(removed);
    assert_true(secret_open(bed->app.keyring, bed->form.draft.id, "auth.password",
                            bed->form.draft.auth.password, &opened, &err));
    assert_string_equal(opened.text, " pass word ");
    secret_release(&opened);
}

static void integration_form_set_secret__refuses_what_cannot_be_one(void **state)
{
    struct bed *bed = *state;
    int password = row("auth.password");
    choose_auth(&bed->form, AUTH_BASIC);
    assert_false(integration_form_set_secret(&bed->form, password, "a\nb", 3, NOW_S, NULL));
    assert_error(&bed->form, "auth.password", "line break");
    assert_false(integration_form_set_secret(&bed->form, password, "", 0, NOW_S, NULL));
    assert_error(&bed->form, "auth.password", "empty");
    assert_null(bed->form.draft.auth.password);
    assert_true(integration_form_set_secret(&bed->form, password, "fine", 4, NOW_S, NULL));
    assert_null(integration_form_error(&bed->form, password));
}

static void integration_form_text__says_where_a_secret_is(void **state)
{
    struct bed *bed = *state;
    struct error err = {0};
    choose_auth(&bed->form, AUTH_BASIC);
    assert_text(&bed->form, "auth.password", "(not set)");
    fill_basic(&bed->form);
    assert_text(&bed->form, "auth.password", "(entered now; type or paste to replace)");
    assert_true(save(&bed->form, false, NULL, &err));
    assert_text(&bed->form, "auth.password", "(stored 2026-09-02; type or paste to replace)");
    mem_replace(&bed->form.draft.auth.password, "env:HOOK_PASSWORD");
    mem_replace(&bed->form.before.auth.password, "env:HOOK_PASSWORD");
    assert_text(&bed->form, "auth.password", "(from environment HOOK_PASSWORD)");
}

/* --- changes --------------------------------------------------------------------------------- */

static void integration_form_changes__counts_and_names(void **state)
{
    struct bed *bed = *state;
    assert_int_equal(integration_form_changes(&bed->form), 0);
    set(&bed->form, "timeout_s", "10");
    set(&bed->form, "url", "https://one.example/in");
    assert_false(integration_form_set(&bed->form, row("retry.max_attempts"), "many"));
    assert_int_equal(integration_form_changes(&bed->form), 3);
    char *labels = integration_form_change_labels(&bed->form);
    assert_string_equal(labels, "Endpoint URL, Timeout, Retries");
    free(labels);
    set(&bed->form, "timeout_s", "30");
    assert_int_equal(integration_form_changes(&bed->form), 2);
}

static void integration_form_changes__leaves_out_what_is_hidden(void **state)
{
    struct bed *bed = *state;
    choose_auth(&bed->form, AUTH_BASIC);
    set(&bed->form, "auth.username", "svc");
    assert_int_equal(integration_form_changes(&bed->form), 2);
    choose_auth(&bed->form, AUTH_NONE);
    assert_int_equal(integration_form_changes(&bed->form), 1);
}

static void integration_form_reset__goes_back_to_what_it_was(void **state)
{
    struct bed *bed = *state;
    struct error err = {0};
    fill_basic(&bed->form);
    param_set(&bed->form.draft.params, PLACE_HEADER, "X-A", "1", false);
    assert_true(save(&bed->form, false, NULL, &err));
    char *stored = mem_strdup(bed->form.draft.auth.password);

    assert_false(integration_form_set(&bed->form, row("url"), "nothing"));
    set(&bed->form, "description", "new");
    enter_secret(&bed->form, "auth.password", "another");
    param_set(&bed->form.draft.params, PLACE_HEADER, "X-A", "2", false);
    choose_auth(&bed->form, AUTH_NONE);
    for (int i = 0; i < integration_form_row_count(); i++)
        integration_form_reset(&bed->form, i);
    assert_int_equal(integration_form_changes(&bed->form), 0);
    assert_true(integration_equal(&bed->form.before, &bed->form.draft));
    assert_string_equal(bed->form.draft.auth.password, stored);
    assert_null(integration_form_error(&bed->form, row("url")));
    free(stored);
}

/* --- the whole ------------------------------------------------------------------------------- */

static void integration_form_validate__shows_all_errors_at_once(void **state)
{
    struct bed *bed = *state;
    choose_auth(&bed->form, AUTH_BASIC);
    assert_false(integration_form_set(&bed->form, row("url"), "ftp://x"));
    assert_false(integration_form_set(&bed->form, row("timeout_s"), "0"));
    assert_int_equal(integration_form_validate(&bed->form, VALIDATE_NEW), row("name"));
    static const char *const bad[] = {"name", "auth.username", "auth.password", "url", "timeout_s"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_non_null(integration_form_error(&bed->form, row(bad[i])));
    assert_null(integration_form_error(&bed->form, row("description")));
}

static void integration_form_validate__keeps_a_refused_value_that_is_hidden(void **state)
{
    struct bed *bed = *state;
    fill_basic(&bed->form);
    assert_false(integration_form_set(&bed->form, row("auth.username"), "a:b"));
    choose_auth(&bed->form, AUTH_NONE);
    assert_int_equal(integration_form_validate(&bed->form, VALIDATE_NEW), FORM_NO_ROW);
    choose_auth(&bed->form, AUTH_BASIC);
    assert_error(&bed->form, "auth.username", "colon");
    assert_int_equal(integration_form_validate(&bed->form, VALIDATE_NEW), row("auth.username"));
}

static void integration_form_save__refuses_while_a_value_is_wrong(void **state)
{
    struct bed *bed = *state;
    struct error err = {0};
    fill_basic(&bed->form);
    assert_false(integration_form_set(&bed->form, row("url"), "billing.example.com"));
    assert_false(save(&bed->form, false, NULL, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_text(&bed->form, "url", "billing.example.com");
    assert_non_null(integration_form_error(&bed->form, row("url")));
    assert_int_equal(bed->app.config.integrations.count, 0);
}

static void integration_form_save__stores_and_goes_on(void **state)
{
    struct bed *bed = *state;
    struct error err = {0};
    fill_basic(&bed->form);
    assert_true(save(&bed->form, false, NULL, &err));
    assert_int_equal(integration_form_changes(&bed->form), 0);
    assert_string_equal(integration_form_name(&bed->form), "Billing events");
    set(&bed->form, "description", "second");
    assert_true(save(&bed->form, false, NULL, &err));
    const struct integration *saved = config_find(&bed->app.config, "billing events");
    assert_non_null(saved);
    assert_string_equal(saved->description, "second");
    assert_int_equal(bed->app.config.integrations.count, 1);
}

static void integration_form_save__refuses_a_name_that_is_taken(void **state)
{
    struct bed *bed = *state;
    struct integration_form second = {0};
    struct error err = {0};
    fill_basic(&bed->form);
    assert_true(save(&bed->form, false, NULL, &err));
    assert_true(integration_form_open(&second, &bed->app, "", &err));
    fill_basic(&second);
    set(&second, "name", "BILLING EVENTS");
    assert_false(save(&second, false, NULL, &err));
    assert_error(&second, "name", "already");
    integration_form_release(&second);
}

static void integration_form_save__drops_secrets_of_another_host(void **state)
{
    struct bed *bed = *state;
    struct text_list dropped = {0};
    struct error err = {0};
    fill_basic(&bed->form);
    assert_true(save(&bed->form, false, NULL, &err));
    assert_false(integration_form_will_drop(&bed->form, row("auth.password")));
    set(&bed->form, "url", "https://elsewhere.example/in");
    assert_true(integration_form_will_drop(&bed->form, row("auth.password")));
    assert_text(&bed->form, "auth.password", "(not sent to a new address; enter it again)");
    assert_true(save(&bed->form, false, &dropped, &err));
    assert_int_equal(dropped.count, 1);
    assert_string_equal(dropped.items[0], "Password");
    assert_text(&bed->form, "auth.password", "(not set)");
    text_list_release(&dropped);
}

static void integration_form_save__notices_somebody_else(void **state)
{
    struct bed *bed = *state;
    struct integration_form mine = {0};
    struct error err = {0};
    fill_basic(&bed->form);
    assert_true(save(&bed->form, false, NULL, &err));
    assert_true(integration_form_open(&mine, &bed->app, bed->form.draft.id, &err));
    set(&bed->form, "description", "theirs");
    assert_true(save(&bed->form, false, NULL, &err));
    set(&mine, "description", "mine");
    assert_false(save(&mine, false, NULL, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_string_equal(bed->app.config.integrations.items[0].description, "theirs");
    assert_true(save(&mine, true, NULL, &err));
    assert_string_equal(bed->app.config.integrations.items[0].description, "mine");
    integration_form_release(&mine);
}

static void integration_form_open__names_what_was_removed(void **state)
{
    struct bed *bed = *state;
    struct integration_form form = {0};
    struct error err = {0};
    assert_false(
        integration_form_open(&form, &bed->app, "11111111-1111-4111-8111-111111111111", &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    integration_form_release(&form);
}

static void integration_form_for_test__needs_no_name(void **state)
{
    struct bed *bed = *state;
    struct integration out = {0};
    int bad = FORM_NO_ROW;
    choose_auth(&bed->form, AUTH_NONE);
    assert_false(integration_form_for_test(&bed->form, &out, &bad));
    assert_int_equal(bad, row("url"));
    set(&bed->form, "url", "https://one.example/in");
    assert_true(integration_form_for_test(&bed->form, &out, &bad));
    assert_null(integration_form_error(&bed->form, row("name")));
    assert_string_equal(out.url, "https://one.example/in");
    assert_string_equal(out.id, bed->form.draft.id);
    integration_release(&out);
}

static void integration_form_for_test__leaves_secrets_behind(void **state)
{
    struct bed *bed = *state;
    struct integration out = {0};
    struct error err = {0};
    int bad = FORM_NO_ROW;
    fill_basic(&bed->form);
    assert_true(save(&bed->form, false, NULL, &err));
    set(&bed->form, "url", "https://elsewhere.example/in");
    assert_true(integration_form_for_test(&bed->form, &out, &bad));
    assert_null(out.auth.password);
    assert_non_null(bed->form.draft.auth.password);
    integration_release(&out);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(integration_form_visible__follows_the_authorization_type),
        TEST(integration_form_visible__hides_values_without_erasing_them),
        TEST(integration_form_set__keeps_what_was_refused),
        TEST(integration_form_turn__goes_round),
        TEST(integration_form_warning__tells_of_plain_http),
        TEST(integration_form_text__sums_up_parameters),
        TEST(integration_form_set_secret__never_keeps_it_in_clear),
        TEST(integration_form_set_secret__opens_as_it_was_typed),
        TEST(integration_form_set_secret__refuses_what_cannot_be_one),
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
