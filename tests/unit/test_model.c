/* Tests of core/config/model: copies, parameters, lists and words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/config/model.h"

static void fill(struct integration *in)
{
    integration_init(in);
    in->name = mem_strdup("Billing");
    in->url = mem_strdup("https://a.example/");
    in->auth.type = AUTH_API_KEY;
    in->auth.key_value = mem_strdup("env:KEY");
    param_set(&in->params, PLACE_HEADER, "X-Team", "red", false);
    param_set(&in->auth.params, PLACE_BODY, "scope", "read", false);
}

static void integration_init__gives_defaults_and_an_id(void **state)
{
    struct integration in;

    (void)state;
    integration_init(&in);
    assert_true(uuid_valid(in.id));
    assert_null(in.name);
    assert_true(in.enabled);
    assert_true(in.tls_verify);
    assert_int_equal(in.auth.type, AUTH_UNSET);
    assert_int_equal(in.method, METHOD_POST);
    assert_int_equal(in.timeout_s, 30);
    assert_int_equal(in.max_attempts, 185);
    assert_int_equal(in.max_age_h, 24);
    assert_int_equal(in.rate_limit, 300);
    assert_int_equal(in.max_in_flight, 4);
    assert_int_equal(in.max_event_kb, 256);
    integration_release(&in);
    integration_release(&in);
}

static void integration_copy__shares_nothing(void **state)
{
    struct integration a, b;

    (void)state;
    fill(&a);
    integration_copy(&b, &a);
    assert_true(integration_equal(&a, &b));
    assert_ptr_not_equal(a.name, b.name);
    assert_ptr_not_equal(a.params.items, b.params.items);
    integration_release(&a);
    assert_string_equal(b.name, "Billing");
    assert_string_equal(b.params.items[0].value, "red");
    assert_string_equal(b.auth.key_value, "env:KEY");
    integration_release(&b);
}

static void change_name(struct integration *in)
{
    mem_replace(&in->name, "billing");
}

static void change_flag(struct integration *in)
{
    in->explain = true;
}

static void change_number(struct integration *in)
{
    in->rate_limit = 0;
}

static void change_secret(struct integration *in)
{
    mem_replace(&in->auth.key_value, NULL);
}

static void change_param_value(struct integration *in)
{
    param_set(&in->params, PLACE_HEADER, "X-Team", "blue", false);
}

static void change_param_secrecy(struct integration *in)
{
    param_set(&in->params, PLACE_HEADER, "X-Team", "red", true);
}

static void change_params(struct integration *in)
{
    param_remove(&in->auth.params, PLACE_BODY, "scope");
}

static void change_id(struct integration *in)
{
    in->id[0] = in->id[0] == '0' ? '1' : '0';
}

static void integration_equal__sees_every_kind_of_change(void **state)
{
    void (*const changes[])(struct integration *) = {
        change_name,        change_flag,          change_number, change_secret,
        change_param_value, change_param_secrecy, change_params, change_id,
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        struct integration a, b;

        fill(&a);
        integration_copy(&b, &a);
        changes[i](&b);
        if (integration_equal(&a, &b))
            fail_msg("change %zu was not seen", i);
        integration_release(&a);
        integration_release(&b);
    }
}

static void param_set__replaces_the_same_place_and_key(void **state)
{
    struct param_list list = {0};

    (void)state;
    param_set(&list, PLACE_HEADER, "X-Key", "1", false);
    param_set(&list, PLACE_HEADER, "x-key", "2", true);
    param_set(&list, PLACE_QUERY, "X-Key", "3", false);
    param_set(&list, PLACE_QUERY, "x-key", "4", false);
    assert_int_equal(list.count, 3);
    assert_string_equal(param_find(&list, PLACE_HEADER, "X-KEY")->value, "2");
    assert_string_equal(param_find(&list, PLACE_HEADER, "X-KEY")->key, "x-key");
    assert_true(list.items[0].secret);
    assert_null(param_find(&list, PLACE_BODY, "X-Key"));
    assert_true(param_remove(&list, PLACE_HEADER, "X-key"));
    assert_false(param_remove(&list, PLACE_HEADER, "X-key"));
    assert_string_equal(list.items[0].value, "3");
    param_list_release(&list);
    param_list_release(&list);
}

static void text_list__keeps_order(void **state)
{
    struct text_list list = {0}, copy;

    (void)state;
    text_list_add(&list, "a");
    text_list_add(&list, "b");
    text_list_add(&list, "c");
    text_list_copy(&copy, &list);
    assert_true(text_list_remove(&list, "b"));
    assert_false(text_list_remove(&list, "b"));
    assert_true(text_list_has(&list, "c"));
    assert_false(text_list_has(&list, "b"));
    assert_string_equal(list.items[1], "c");
    assert_int_equal(copy.count, 3);
    text_list_release(&list);
    text_list_release(&copy);
}

static void check_config__knows_when_nothing_is_set(void **state)
{
    struct check_config check;

    (void)state;
    check_config_init(&check, "no-mfa");
    assert_true(check_config_is_empty(&check));
    assert_null(check_value_find(&check, "days"));
    check_value_set(&check, "days", 60);
    check_value_set(&check, "grace", 1);
    check_value_set(&check, "days", 61);
    assert_int_equal(check.value_count, 2);
    assert_int_equal(*check_value_find(&check, "days"), 61);
    assert_false(check_config_is_empty(&check));
    assert_true(check_value_remove(&check, "days"));
    assert_false(check_value_remove(&check, "days"));
    assert_true(check_value_remove(&check, "grace"));
    assert_true(check_config_is_empty(&check));
    check.enabled = 0;
    assert_false(check_config_is_empty(&check));
    check_config_release(&check);
}

static void check_id_valid__is_strict(void **state)
{
    static const char *const good[] = {"a", "no-mfa", "inactive-90"};
    static const char *const bad[] = {"",   "9a",  "No-mfa", "a_b",  "a.b",
                                      "-a", "a b", "é",      "true", "false"};
    char long_id[66];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(good); i++)
        assert_true(check_id_valid(good[i]));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_false(check_id_valid(bad[i]));
    memset(long_id, 'a', sizeof long_id);
    long_id[65] = '\0';
    assert_false(check_id_valid(long_id));
    long_id[64] = '\0';
    assert_true(check_id_valid(long_id));
    assert_true(check_id_valid("true-color"));
    assert_true(check_value_name_valid("a_b1"));
    assert_false(check_value_name_valid("true"));
    assert_false(check_value_name_valid("a-b"));
}

static void words__read_what_they_write(void **state)
{
    enum param_place place;
    enum severity severity;

    (void)state;
    for (int i = PLACE_HEADER; i <= PLACE_BODY; i++) {
        assert_true(param_place_parse(param_place_text((enum param_place)i), &place));
        assert_int_equal(place, i);
    }
    for (int i = SEVERITY_CRITICAL; i <= SEVERITY_LOW; i++) {
        assert_true(severity_parse(severity_text((enum severity)i), &severity));
        assert_int_equal(severity, i);
    }
    assert_false(param_place_parse("Header", &place));
    assert_false(severity_parse("", &severity));
    assert_string_equal(http_method_text(METHOD_DELETE), "DELETE");
    assert_string_equal(auth_type_label(AUTH_OAUTH), "OAuth client credentials");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integration_init__gives_defaults_and_an_id),
        cmocka_unit_test(integration_copy__shares_nothing),
        cmocka_unit_test(integration_equal__sees_every_kind_of_change),
        cmocka_unit_test(param_set__replaces_the_same_place_and_key),
        cmocka_unit_test(text_list__keeps_order),
        cmocka_unit_test(check_config__knows_when_nothing_is_set),
        cmocka_unit_test(check_id_valid__is_strict),
        cmocka_unit_test(words__read_what_they_write),
    };

    return cmocka_run_group_tests_name("model", tests, NULL, NULL);
}
