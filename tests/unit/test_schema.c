/* Tests of core/config/schema: rows are found, and values are checked, set and given back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/config/schema.h"

static const struct setting *row(const char *name)
{
    const struct setting *found =
        setting_find(integration_settings, integration_setting_count, name);

    if (!found)
        found = setting_find(general_settings, general_setting_count, name);
    if (!found)
        fail_msg("no setting %s", name);
    return found;
}

static void setting_find__is_exact(void **state)
{
    (void)state;
    assert_ptr_equal(row("name"), &integration_settings[0]);
    assert_null(setting_find(integration_settings, integration_setting_count, "Name"));
    assert_null(setting_find(integration_settings, integration_setting_count, "auth"));
    assert_null(setting_find(integration_settings, integration_setting_count, ""));
}

static void setting_nearest__finds_what_was_meant(void **state)
{
    static const char *const pairs[][2] = {
        {"auth.usrname", "auth.username"},
        {"nmae", "name"},
        {"username", "auth.username"},
        {"timeout", "timeout_s"},
        {"max_attempts", "retry.max_attempts"},
        {"auth.clientid", "auth.client_id"},
        {"Url", "url"},
    };
    static const char *const strange[] = {"zebra", "x", "colour.of.the.sky"};
    char endless[400];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        const char *found =
            setting_nearest(integration_settings, integration_setting_count, pairs[i][0]);

        if (!found || strcmp(found, pairs[i][1]) != 0)
            fail_msg("%s gives %s", pairs[i][0], found ? found : "nothing");
    }
    for (size_t i = 0; i < ARRAY_LEN(strange); i++)
        assert_null(setting_nearest(integration_settings, integration_setting_count, strange[i]));
    memset(endless, 'n', sizeof endless);
    endless[sizeof endless - 1] = '\0';
    assert_null(setting_nearest(integration_settings, integration_setting_count, endless));
}

static void setting_applies__follows_the_authorization_type(void **state)
{
    struct integration in;

    (void)state;
    integration_init(&in);
    assert_true(setting_applies(row("url"), &in));
    assert_false(setting_applies(row("auth.username"), &in));
    in.auth.type = AUTH_BASIC;
    assert_true(setting_applies(row("auth.username"), &in));
    assert_false(setting_applies(row("auth.params"), &in));
    in.auth.type = AUTH_OAUTH;
    assert_true(setting_applies(row("auth.params"), &in));
    integration_release(&in);
}

static void setting_set__says_what_to_write(void **state)
{
    static const struct {
        const char *name, *text, *why;
    } bad[] = {
        {"enabled", "yes", "write true or false"},
        {"timeout_s", "0", "write a whole number from 1 to 300"},
        {"timeout_s", "301", "write a whole number from 1 to 300"},
        {"timeout_s", "1.5", "write a whole number from 1 to 300"},
        {"timeout_s", "99999999999999999999", "write a whole number from 1 to 300"},
        {"retry.max_attempts", "-1", "write a whole number from 0 to 185"},
        {"auth.type", "digest", "write none, basic, api_key or oauth"},
        {"auth.method", "PATCH", "write POST, PUT or GET"},
        {"method", "post", "write POST, PUT, PATCH, GET, HEAD, OPTIONS or DELETE"},
        {"name", "a\tb", "must not hold control characters"},
        {"name", "\xff", "is not UTF-8 text"},
        {"name", " a", "must not begin or end with a blank"},
        {"auth.username", "a:b", "must not hold a colon"},
        {"auth.password", "hunter2", "a secret stands here sealed, or as env:NAME or file:/PATH"},
        {"tls.ca_file", "ca.pem", "write the whole path of the file, beginning with /"},
        {"tenant.account", "12345", "needs 12 characters; this has 5"},
        {"tenant.account", "12345678901x", "write 12 digits"},
        {"schedule.hour", "24", "write a whole number from 0 to 23"},
        {"params", "x", "this is a list; give its parameters one by one"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct error err = {0};

        if (setting_check(row(bad[i].name), bad[i].text, &err))
            fail_msg("%s took '%s'", bad[i].name, bad[i].text);
        assert_int_equal(err.kind, ERR_INVALID);
        assert_string_equal(err.text, bad[i].why);
    }
}

static void setting_set__counts_characters_not_bytes(void **state)
{
    struct integration in;
    struct error err = {0};
    char text[65 * 2 + 1];

    (void)state;
    integration_init(&in);
    for (size_t i = 0; i < 65; i++)
        memcpy(text + 2 * i, "é", 2);
    text[sizeof text - 1] = '\0';
    assert_false(setting_set(row("name"), &in, text, &err));
    assert_string_equal(err.text, "has 65 characters; at most 64 fit");
    assert_null(in.name);
    assert_true(setting_set(row("name"), &in, text + 2, &err));
    assert_int_equal(strlen(in.name), 128);
    integration_release(&in);
}

static void setting_set__goes_back_to_the_default_when_empty(void **state)
{
    struct integration in;
    struct error err = {0};

    (void)state;
    integration_init(&in);
    assert_true(setting_set(row("timeout_s"), &in, "7", &err));
    assert_false(setting_is_default(row("timeout_s"), &in));
    assert_true(setting_set(row("timeout_s"), &in, "", &err));
    assert_int_equal(in.timeout_s, 30);
    assert_true(setting_set(row("auth.type"), &in, "oauth", &err));
    assert_true(setting_set(row("auth.type"), &in, NULL, &err));
    assert_int_equal(in.auth.type, AUTH_UNSET);
    assert_false(setting_is_set(row("auth.type"), &in));
    param_set(&in.params, PLACE_QUERY, "a", "b", false);
    assert_true(setting_is_set(row("params"), &in));
    assert_true(setting_set(row("params"), &in, "", &err));
    assert_int_equal(in.params.count, 0);
    integration_release(&in);
}

static void proxy__takes_three_schemes(void **state)
{
    static const char *const good[] = {"http://p:3128", "https://p", "socks5://127.0.0.1:1080",
                                       "socks5h://p:1080"};
    static const char *const bad[] = {"p:3128", "ftp://p", "socks5://u:p@h", "socks4://h",
                                      "socks5://"};
    struct error err = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        if (!setting_check(row("proxy"), good[i], &err))
            fail_msg("%s: %s", good[i], err.text);
    }
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (setting_check(row("proxy"), bad[i], &err))
            fail_msg("%s was taken", bad[i]);
    }
}

static void tenant_id__takes_any_uuid(void **state)
{
    struct error err = {0};

    (void)state;
    assert_true(setting_check(row("tenant.id"), "5f0f0b1e-5a7e-1c63-9b55-1f6f7f3f2c11", &err));
    assert_false(setting_check(row("tenant.id"), "5f0f0b1e-5a7e-1c63-9b55-1f6f7f3f2c1", &err));
    assert_false(setting_check(row("tenant.id"), "5f0f0b1e-5a7e-1c63-9b55-1f6f7f3f2c111", &err));
    assert_false(setting_check(row("tenant.id"), "5f0f0b1e+5a7e-1c63-9b55-1f6f7f3f2c11", &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(setting_find__is_exact),
        cmocka_unit_test(setting_nearest__finds_what_was_meant),
        cmocka_unit_test(setting_applies__follows_the_authorization_type),
        cmocka_unit_test(setting_set__says_what_to_write),
        cmocka_unit_test(setting_set__counts_characters_not_bytes),
        cmocka_unit_test(setting_set__goes_back_to_the_default_when_empty),
        cmocka_unit_test(proxy__takes_three_schemes),
        cmocka_unit_test(tenant_id__takes_any_uuid),
    };

    return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
