/* checkhook integration preview, and --preset: what would be sent, and what providers want. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "tests/support/product.h"

static const char secret[] = "hunter2-never-shown";

static char *secret_setting(const struct product *p, const char *name)
{
    char *file = tmpdir_write(&p->dir, "secret", secret);
    char *setting = malloc(strlen(name) + strlen(file) + 3);
    assert_non_null(setting);
    strcpy(setting, name);
    strcat(setting, "=@");
    strcat(setting, file);
    free(file);
    return setting;
}

static void add_okta(const struct product *p)
{
    char *client_secret = secret_setting(p, "auth.client_secret");
    product_expect(p, 0, "Added", "integration", "add", "Hook", "url=https://hooks.example.com/in",
                   "--preset", "okta", "auth.client_id=svc", client_secret,
                   "auth.endpoint=https://acme.okta.com/oauth2/default/v1/token", "--auth-param",
                   "body:scope=hooks");
    free(client_secret);
}

static void preset__is_completed_by_the_words_after_it(void **state)
{
    const struct product *p = *state;
    add_okta(p);
    product_expect(p, 0, "basic", "integration", "show", "Hook");
    product_expect(p, 0, "body:scope=hooks", "integration", "show", "Hook");
}

static void preset__names_every_gap_that_is_left(void **state)
{
    const struct product *p = *state;
    struct run_result r =
        PRODUCT(p, "integration", "add", "Hook", "url=https://hooks.example.com/", "--preset",
                "entra", "auth.client_id=svc", "auth.client_secret=env:HOOK_SECRET");
    assert_int_equal(r.status, 2);
    assert_non_null(strstr(r.err, "fill in <tenant-id>"));
    assert_non_null(strstr(r.err, "--auth-param 'body:scope=<resource>/.default'"));
    run_release(&r);
    product_expect(p, 0, "no integration yet", "integration", "list");
}

static void preset__lists_those_there_are(void **state)
{
    product_expect(*state, 2, "known are okta, auth0, entra, keycloak", "integration", "add",
                   "Hook", "url=https://hooks.example.com/", "--preset", "nobody");
}

static void preview__shows_both_requests_and_no_secret(void **state)
{
    const struct product *p = *state;
    add_okta(p);
    struct run_result r = PRODUCT(p, "integration", "preview", "Hook");
    assert_int_equal(r.status, 0);
    assert_non_null(strstr(r.out, "POST https://acme.okta.com/oauth2/default/v1/token\n"));
    assert_non_null(strstr(r.out, "Authorization: Basic (hidden)"));
    assert_non_null(strstr(r.out, "POST https://hooks.example.com/in\n"));
    assert_non_null(strstr(r.out, "SampleNotification"));
    assert_null(strstr(r.out, secret));
    run_release(&r);
    product_expect(p, 0, "CHECKHOOK_CLIENT_SECRET", "integration", "preview", "Hook", "--curl");
    product_expect(p, 2, "there is no integration", "integration", "preview", "Nobody");
}

static void preview__as_json(void **state)
{
    const struct product *p = *state;
    add_okta(p);
    struct run_result r = PRODUCT(p, "integration", "preview", "Hook", "--json");
    assert_int_equal(r.status, 0);
    cJSON *json = cJSON_Parse(r.out);
    assert_non_null(json);
    const cJSON *request = cJSON_GetObjectItemCaseSensitive(json, "request");
    const cJSON *headers = cJSON_GetObjectItemCaseSensitive(request, "headers");
    assert_string_equal(
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(headers, "Authorization")),
        "Bearer (hidden)");
    assert_true(cJSON_IsObject(cJSON_GetObjectItemCaseSensitive(json, "token")));
    assert_true(cJSON_IsString(cJSON_GetObjectItemCaseSensitive(json, "curl")));
    cJSON_Delete(json);
    run_release(&r);
}

int main(void)
{
#define WITH_HOME(test) cmocka_unit_test_setup_teardown(test, product_setup, product_teardown)
    const struct CMUnitTest tests[] = {
        WITH_HOME(preset__is_completed_by_the_words_after_it),
        WITH_HOME(preset__names_every_gap_that_is_left),
        WITH_HOME(preset__lists_those_there_are),
        WITH_HOME(preview__shows_both_requests_and_no_secret),
        WITH_HOME(preview__as_json),
    };
#undef WITH_HOME
    return cmocka_run_group_tests_name("cli_preview", tests, NULL, NULL);
}
