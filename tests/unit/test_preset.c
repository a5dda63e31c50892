/* Presets: every row of the table, what they fill in, what they leave alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/config/preset.h"

static void preset__every_row_can_be_used(void **state)
{
    char gap[PRESET_GAP_MAX];
    (void)state;
    for (size_t i = 0; i < preset_count; i++) {
        const struct preset *p = &presets[i];
        assert_ptr_equal(preset_find(p->id), p);
        assert_non_null(strstr(p->endpoint, "https://"));
        assert_true(preset_gap(p->endpoint, gap));
        assert_true(*p->name && *p->advice);
    }
    assert_null(preset_find("nobody"));
}

static void preset_apply__fills_in_what_each_provider_wants(void **state)
{
    static const struct {
        const char *id;
        enum client_auth client_auth;
        const char *key, *value;
    } cases[] = {
        {"okta", CLIENT_AUTH_BASIC, "scope", "<custom-scope>"},
        {"auth0", CLIENT_AUTH_POST, "audience", "<api-identifier>"},
        {"entra", CLIENT_AUTH_POST, "scope", "<resource>/.default"},
        {"keycloak", CLIENT_AUTH_BASIC, NULL, NULL},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct integration in = {0};
        integration_init(&in);
        preset_apply(preset_find(cases[i].id), &in);
        assert_int_equal(in.auth.type, AUTH_OAUTH);
        assert_int_equal(in.auth.client_auth, cases[i].client_auth);
        assert_int_equal(in.auth.params.count, cases[i].key ? 1 : 0);
        if (cases[i].key)
            assert_string_equal(param_find(&in.auth.params, PLACE_BODY, cases[i].key)->value,
                                cases[i].value);
        integration_release(&in);
    }
}

static void preset_apply__removes_only_what_the_provider_ignores(void **state)
{
    struct integration in = {0};
    (void)state;
    integration_init(&in);
    param_set(&in.auth.params, PLACE_BODY, "audience", "api://one", false);
    param_set(&in.auth.params, PLACE_HEADER, "X-Team", "blue", false);
    preset_apply(preset_find("entra"), &in);
    assert_null(param_find(&in.auth.params, PLACE_BODY, "audience"));
    assert_non_null(param_find(&in.auth.params, PLACE_HEADER, "X-Team"));
    assert_non_null(param_find(&in.auth.params, PLACE_BODY, "scope"));
    integration_release(&in);
}

static void preset_apply__leaves_what_follows_its_pattern(void **state)
{
    static const char endpoint[] = "https://login.microsoftonline.com/corp/oauth2/v2.0/token";
    struct integration in = {0};
    struct text_list replaced = {0};
    (void)state;
    integration_init(&in);
    mem_replace(&in.auth.endpoint, endpoint);
    param_set(&in.auth.params, PLACE_BODY, "scope", "api:one/.default", false);
    assert_false(preset_overwrites(preset_find("entra"), &in, &replaced));
    preset_apply(preset_find("entra"), &in);
    assert_string_equal(in.auth.endpoint, endpoint);
    assert_string_equal(param_find(&in.auth.params, PLACE_BODY, "scope")->value,
                        "api:one/.default");
    integration_release(&in);
}

static void preset_overwrites__names_what_would_go(void **state)
{
    struct integration in = {0};
    struct text_list replaced = {0};
    (void)state;
    integration_init(&in);
    assert_false(preset_overwrites(preset_find("okta"), &in, &replaced));
    preset_apply(preset_find("okta"), &in);
    assert_false(preset_overwrites(preset_find("auth0"), &in, &replaced)); /* only gaps go */
    mem_replace(&in.auth.endpoint, "https://id.example/token");
    param_set(&in.auth.params, PLACE_BODY, "scope", "hooks", false);
    assert_true(preset_overwrites(preset_find("auth0"), &in, &replaced));
    assert_int_equal(replaced.count, 2);
    assert_string_equal(replaced.items[0], "Auth endpoint");
    assert_string_equal(replaced.items[1], "scope");
    text_list_release(&replaced);
    integration_release(&in);
}

static void preset_gap__is_a_word_in_angle_brackets(void **state)
{
    static const struct {
        const char *text, *gap;
    } cases[] = {
        {"https://<your-org>.okta.com/<x>", "<your-org>"},
        {"a < b", NULL},
        {"<>", NULL},
        {"<Upper>", NULL},
        {"<<a>", "<a>"},
        {"", NULL},
    };
    char gap[PRESET_GAP_MAX];
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_int_equal(preset_gap(cases[i].text, gap), cases[i].gap != NULL);
        if (cases[i].gap)
            assert_string_equal(gap, cases[i].gap);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(preset__every_row_can_be_used),
        cmocka_unit_test(preset_apply__fills_in_what_each_provider_wants),
        cmocka_unit_test(preset_apply__removes_only_what_the_provider_ignores),
        cmocka_unit_test(preset_apply__leaves_what_follows_its_pattern),
        cmocka_unit_test(preset_overwrites__names_what_would_go),
        cmocka_unit_test(preset_gap__is_a_word_in_angle_brackets),
    };
    return cmocka_run_group_tests_name("preset", tests, NULL, NULL);
}
