/* Tests of core/config/validate: all faults at once, parameters, re-pointed destinations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/config/validate.h"

static void set(struct integration *in, const char *name, const char *text)
{
    struct error err = {0};
    const struct setting *row = setting_find(integration_settings, integration_setting_count, name);

    if (!setting_set(row, in, text, &err))
        fail_msg("%s: %s", name, err.text);
}

/* A valid one with OAuth, secrets as references, and parameters. */
static void fill(struct integration *in)
{
    integration_init(in);
    set(in, "name", "Billing");
    set(in, "url", "https://hook.example/in");
    set(in, "auth.type", "oauth");
    set(in, "auth.endpoint", "https://login.example/token");
    set(in, "auth.client_id", "svc");
    set(in, "auth.client_secret", "env:SECRET");
    param_set(&in->auth.params, PLACE_BODY, "assertion", "env:ASSERTION", true);
    param_set(&in->params, PLACE_HEADER, "X-Key", "env:KEY", true);
    param_set(&in->params, PLACE_QUERY, "team", "red", false);
}

/* The text of the only problem, which must be of that setting; the caller frees. */
static char *only_problem(const struct integration *in, const struct integration_list *others,
                          const char *name)
{
    struct problem_list problems = {0};
    char *text;

    assert_false(integration_validate(in, others, VALIDATE_NEW, &problems));
    if (problems.count != 1)
        fail_msg("%zu problems, the second: %s", problems.count, problems.items[1].text);
    assert_string_equal(problems.items[0].row->name, name);
    text = mem_strdup(problems.items[0].text);
    problem_list_release(&problems);
    return text;
}

static void assert_problem(const struct integration *in, const char *name, const char *why)
{
    char *text = only_problem(in, NULL, name);

    assert_string_equal(text, why);
    free(text);
}

static void integration_validate__takes_a_good_one(void **state)
{
    struct problem_list problems = {0};
    struct integration in;

    (void)state;
    fill(&in);
    assert_true(integration_validate(&in, NULL, VALIDATE_NEW, &problems));
    assert_int_equal(problems.count, 0);
    assert_false(integration_secret_missing(&in, NULL));
    integration_release(&in);
}

static void integration_validate__names_all_that_is_missing(void **state)
{
    static const char *const expected[] = {"name", "auth.type", "url"};
    struct problem_list problems = {0};
    struct integration in;

    (void)state;
    integration_init(&in);
    assert_false(integration_validate(&in, NULL, VALIDATE_NEW, &problems));
    assert_int_equal(problems.count, ARRAY_LEN(expected));
    for (size_t i = 0; i < ARRAY_LEN(expected); i++) {
        assert_string_equal(problems.items[i].row->name, expected[i]);
        bool choice = problems.items[i].row->kind == KIND_CHOICE;
        assert_string_equal(problems.items[i].text,
                            choice ? "choose one: none, basic, api_key or oauth"
                                   : "must not be empty");
    }
    assert_true(integration_validate(&in, NULL, VALIDATE_NEW, &problems));
    assert_int_equal(problems.count, ARRAY_LEN(expected));
    problem_list_release(&problems);
    integration_release(&in);
}

static void integration_validate__needs_what_the_type_needs(void **state)
{
    static const struct {
        const char *type, *needs[4];
    } types[] = {
        {"none", {NULL}},
        {"basic", {"auth.username", "auth.password", NULL}},
        {"api_key", {"auth.key_name", "auth.key_value", NULL}},
        {"oauth", {"auth.endpoint", "auth.client_id", "auth.client_secret", NULL}},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        struct problem_list problems = {0};
        struct integration in;
        size_t n = 0;

        integration_init(&in);
        set(&in, "name", "a");
        set(&in, "url", "https://a.example");
        set(&in, "auth.type", types[i].type);
        integration_validate(&in, NULL, VALIDATE_NEW, &problems);
        for (; types[i].needs[n]; n++)
            assert_string_equal(problems.items[n].row->name, types[i].needs[n]);
        assert_int_equal(problems.count, n);
        problem_list_release(&problems);
        integration_release(&in);
    }
}

static void integration_validate__lets_parameters_stand_for_the_client(void **state)
{
    struct problem_list problems = {0};
    struct integration in;

    (void)state;
    fill(&in);
    set(&in, "auth.client_secret", "");
    assert_problem(&in, "auth.client_secret", "must not be empty");
    set(&in, "auth.client_auth", "none");
    assert_true(integration_validate(&in, NULL, VALIDATE_NEW, &problems));
    set(&in, "auth.client_auth", "post");
    param_set(&in.auth.params, PLACE_BODY, "client_secret", "env:X", true);
    assert_true(integration_validate(&in, NULL, VALIDATE_NEW, &problems));
    param_remove(&in.auth.params, PLACE_BODY, "client_secret");
    set(&in, "auth.client_id", "");
    param_set(&in.auth.params, PLACE_HEADER, "authorization", "env:X", true);
    assert_true(integration_validate(&in, NULL, VALIDATE_NEW, &problems));
    assert_false(integration_secret_missing(&in, NULL));
    integration_release(&in);
}

static void integration_validate__wants_unique_names(void **state)
{
    struct integration items[2];
    struct integration_list others = {items, 2};
    struct problem_list problems = {0};
    char *text;

    (void)state;
    fill(&items[0]);
    fill(&items[1]);
    set(&items[0], "name", "ÄRGER");
    set(&items[1], "name", "ärger");
    text = only_problem(&items[1], &others, "name");
    assert_string_equal(text, "another integration is already named 'ÄRGER'");
    free(text);
    set(&items[1], "name", "arger");
    assert_true(integration_validate(&items[1], &others, VALIDATE_NEW, &problems));
    integration_release(&items[0]);
    integration_release(&items[1]);
}

static void integration_validate__lists_each_bad_parameter(void **state)
{
    struct problem_list problems = {0};
    struct integration in;

    (void)state;
    fill(&in);
    param_set(&in.params, PLACE_HEADER, "Host", "x", false);
    param_set(&in.params, PLACE_BODY, "detail", "x", false);
    param_set(&in.params, PLACE_QUERY, "s", NULL, true);
    param_set(&in.params, PLACE_QUERY, "clear", "hunter2", true);
    integration_validate(&in, NULL, VALIDATE_NEW, &problems);
    assert_int_equal(problems.count, 4);
    assert_string_equal(problems.items[0].text,
                        "header parameter 'Host': the header host is set by checkhook or not "
                        "allowed");
    assert_string_equal(problems.items[1].text,
                        "body parameter 'detail': the message itself uses the key detail");
    assert_string_equal(problems.items[2].text,
                        "query parameter 's': the secret must not be empty");
    assert_string_equal(problems.items[3].text,
                        "query parameter 'clear': a secret stands here sealed, or as env:NAME or "
                        "file:/PATH");
    problem_list_release(&problems);
    param_remove(&in.params, PLACE_HEADER, "Host");
    param_remove(&in.params, PLACE_QUERY, "clear");
    set(&in, "format", "notification");
    assert_true(integration_validate(&in, NULL, VALIDATE_STORED, &problems));
    integration_release(&in);
}

static void integration_validate__limits_parameters_by_place(void **state)
{
    struct integration in;
    char key[16];

    (void)state;
    fill(&in);
    for (int i = 0; i < 101; i++) {
        snprintf(key, sizeof key, "k%d", i);
        param_set(&in.params, PLACE_BODY, key, "v", false);
    }
    assert_problem(&in, "params", "more than 100 body parameters");
    param_remove(&in.params, PLACE_BODY, "k7");
    struct problem_list problems = {0};
    assert_true(integration_validate(&in, NULL, VALIDATE_NEW, &problems));
    integration_release(&in);
}

/* Everything of the issue's table for one field. */
static void names_and_urls__are_refused_in_a_sentence(void **state)
{
    static const char *const bad_urls[] = {
        "hook.example/in",          "ftp://hook.example", "https://user:pass@hook.example",
        "https://hook.example/a b", "https://",           "https://hook.example/\n",
    };
    const struct setting *url =
        setting_find(integration_settings, integration_setting_count, "url");
    char endless[2050];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad_urls); i++) {
        struct error err = {0};

        if (setting_check(url, bad_urls[i], &err))
            fail_msg("%s was taken", bad_urls[i]);
        assert_int_equal(err.kind, ERR_INVALID);
        assert_true(strlen(err.text) > 10);
        assert_null(strstr(err.text, "pass@"));
    }
    memset(endless, 'a', sizeof endless);
    memcpy(endless, "https://h/", 10);
    endless[2049] = '\0';
    struct error err = {0};
    assert_false(setting_check(url, endless, &err));
    endless[2048] = '\0';
    assert_true(setting_check(url, endless, &err));
}

static void integration_url_is_plain__knows_http(void **state)
{
    struct integration in;

    (void)state;
    integration_init(&in);
    assert_false(integration_url_is_plain(&in));
    set(&in, "url", "https://a.example");
    assert_false(integration_url_is_plain(&in));
    set(&in, "url", "HTTP://a.example");
    assert_true(integration_url_is_plain(&in));
    integration_release(&in);
}

static void header_name_allowed__refuses_the_strip_list(void **state)
{
    static const char *const stripped[] = {
        "a-im",
        "accept-charset",
        "accept-datetime",
        "accept-encoding",
        "cache-control",
        "connection",
        "content-encoding",
        "content-length",
        "content-md5",
        "date",
        "expect",
        "forwarded",
        "from",
        "host",
        "http2-settings",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "max-forwards",
        "origin",
        "pragma",
        "proxy-authorization",
        "range",
        "referer",
        "te",
        "trailer",
        "transfer-encoding",
        "user-agent",
        "upgrade",
        "via",
        "warning",
        "Host",
        "USER-AGENT",
    };
    static const char *const no_tokens[] = {"",       "X Key", "X:Key", "X-Kéy",
                                            "X\r\nY", "\"X\"", "a,b"};
    static const char *const good[] = {"Authorization", "x-api-client-token", "Content-Type",
                                       "!#$%&'*+-.^_`|~09azAZ"};
    struct error err = {0};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(stripped); i++) {
        if (header_name_allowed(stripped[i], &err))
            fail_msg("%s was taken", stripped[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(no_tokens); i++) {
        if (header_name_allowed(no_tokens[i], &err))
            fail_msg("%s was taken", no_tokens[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        if (!header_name_allowed(good[i], &err))
            fail_msg("%s: %s", good[i], err.text);
    }
}

static void param_validate__follows_the_place(void **state)
{
    static const struct {
        enum param_place place;
        const char *key, *value;
        bool oauth, ok;
    } rows[] = {
        {PLACE_HEADER, "X-A", "v", false, true},
        {PLACE_HEADER, "X-A", NULL, false, true},
        {PLACE_HEADER, "X-A", "a\tb c", false, true},
        {PLACE_HEADER, "X-A", "a\rb", false, false},
        {PLACE_HEADER, "X-A", "a\nb", false, false},
        {PLACE_HEADER, "X-A", "é", false, false},
        {PLACE_HEADER, "X-A", "", false, false},
        {PLACE_HEADER, "Authorization", "v", false, false},
        {PLACE_HEADER, "authorization", "v", false, false},
        {PLACE_HEADER, "Authorization", "v", true, true},
        {PLACE_HEADER, "X-Checkhook-Event-Id", "v", false, false},
        {PLACE_HEADER, "Content-Type", "text/plain", false, true},
        {PLACE_HEADER, "Host", "v", true, false},
        {PLACE_QUERY, "Authorization", "v", false, true},
        {PLACE_QUERY, "a b", "é", false, true},
        {PLACE_QUERY, "a", "", false, true},
        {PLACE_QUERY, "", "v", false, false},
        {PLACE_QUERY, "a\nb", "v", false, false},
        {PLACE_QUERY, "a", "v\n", false, false},
        {PLACE_QUERY, "a", "\xff", false, false},
        {PLACE_BODY, "severity", "v", false, true}, /* inside detail, not at the top */
        {PLACE_BODY, "detail-type", "v", false, false},
        {PLACE_BODY, "detail-type", "v", true, true},
        {PLACE_BODY, "Detail", "v", false, true},
        {PLACE_BODY, "a", "v\r", false, false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct error err = {0};
        bool ok = param_validate(rows[i].place, rows[i].key, rows[i].value, rows[i].oauth,
                                 FORMAT_ENVELOPE, &err);

        if (ok != rows[i].ok)
            fail_msg("row %zu (%s): %s", i, rows[i].key, ok ? "was taken" : err.text);
    }
}

static void param_validate__limits_length(void **state)
{
    char text[8194];
    struct error err = {0};

    (void)state;
    memset(text, 'a', sizeof text);
    text[8193] = '\0';
    assert_false(param_validate(PLACE_BODY, "k", text, true, FORMAT_ENVELOPE, &err));
    assert_string_equal(err.text, "the value is longer than 8192 bytes");
    text[513] = '\0';
    assert_true(param_validate(PLACE_BODY, "k", text, true, FORMAT_ENVELOPE, &err));
    assert_false(param_validate(PLACE_QUERY, "k", text, true, FORMAT_ENVELOPE, &err));
    assert_false(param_validate(PLACE_HEADER, "k", text, true, FORMAT_ENVELOPE, &err));
    assert_string_equal(err.text, "the value is longer than 512 bytes");
    assert_false(param_validate(PLACE_QUERY, text, "v", true, FORMAT_ENVELOPE, &err));
    assert_string_equal(err.text, "the key is longer than 512 bytes");
    text[512] = '\0';
    assert_true(param_validate(PLACE_HEADER, text, text, true, FORMAT_ENVELOPE, &err));
}

static void integration_secret_missing__names_the_first(void **state)
{
    const struct setting *row = NULL;
    struct integration in;

    (void)state;
    fill(&in);
    param_set(&in.params, PLACE_HEADER, "X-Key", NULL, true);
    assert_true(integration_secret_missing(&in, &row));
    assert_null(row);
    set(&in, "auth.client_secret", "");
    assert_true(integration_secret_missing(&in, &row));
    assert_string_equal(row->name, "auth.client_secret");
    set(&in, "auth.type", "none");
    assert_true(integration_secret_missing(&in, &row));
    assert_null(row);
    integration_release(&in);
}

static void drop_moved_secrets__follows_each_origin(void **state)
{
    struct text_list dropped = {0};
    struct integration before, after;

    (void)state;
    fill(&before);
    integration_copy(&after, &before);
    set(&after, "url", "https://hook.example:443/other?x=1");
    assert_false(integration_drop_moved_secrets(&before, &after, &dropped));

    set(&after, "url", "https://evil.example/in");
    assert_true(integration_drop_moved_secrets(&before, &after, &dropped));
    assert_int_equal(dropped.count, 1);
    assert_string_equal(dropped.items[0], "header parameter X-Key");
    assert_null(param_find(&after.params, PLACE_HEADER, "X-Key")->value);
    assert_string_equal(param_find(&after.params, PLACE_QUERY, "team")->value, "red");
    assert_non_null(after.auth.client_secret);
    text_list_release(&dropped);

    set(&after, "auth.endpoint", "http://login.example/token");
    assert_true(integration_drop_moved_secrets(&before, &after, &dropped));
    assert_int_equal(dropped.count, 2);
    assert_string_equal(dropped.items[0], "Client secret");
    assert_string_equal(dropped.items[1], "body parameter assertion");
    assert_null(after.auth.client_secret);
    text_list_release(&dropped);
    integration_release(&after);
    integration_release(&before);
}

static void drop_moved_secrets__sees_a_renamed_parameter(void **state)
{
    struct integration before, after;

    (void)state;
    fill(&before);
    integration_copy(&after, &before);
    set(&after, "url", "https://evil.example/in");
    param_remove(&after.params, PLACE_HEADER, "X-Key");
    param_set(&after.params, PLACE_QUERY, "key", "env:KEY", true);
    assert_true(integration_drop_moved_secrets(&before, &after, NULL));
    assert_null(param_find(&after.params, PLACE_QUERY, "key")->value);
    integration_release(&after);
    integration_release(&before);
}

static void drop_moved_secrets__keeps_new_ones(void **state)
{
    struct integration before, after;

    (void)state;
    fill(&before);
    integration_copy(&after, &before);
    set(&after, "url", "https://evil.example/in");
    param_set(&after.params, PLACE_HEADER, "X-Key", "env:NEW", true);
    assert_false(integration_drop_moved_secrets(&before, &after, NULL));
    assert_string_equal(param_find(&after.params, PLACE_HEADER, "X-Key")->value, "env:NEW");
    mem_replace(&before.url, NULL);
    assert_false(integration_drop_moved_secrets(&before, &after, NULL));
    integration_release(&after);
    integration_release(&before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integration_validate__takes_a_good_one),
        cmocka_unit_test(integration_validate__names_all_that_is_missing),
        cmocka_unit_test(integration_validate__needs_what_the_type_needs),
        cmocka_unit_test(integration_validate__lets_parameters_stand_for_the_client),
        cmocka_unit_test(integration_validate__wants_unique_names),
        cmocka_unit_test(integration_validate__lists_each_bad_parameter),
        cmocka_unit_test(integration_validate__limits_parameters_by_place),
        cmocka_unit_test(names_and_urls__are_refused_in_a_sentence),
        cmocka_unit_test(integration_url_is_plain__knows_http),
        cmocka_unit_test(header_name_allowed__refuses_the_strip_list),
        cmocka_unit_test(param_validate__follows_the_place),
        cmocka_unit_test(param_validate__limits_length),
        cmocka_unit_test(integration_secret_missing__names_the_first),
        cmocka_unit_test(drop_moved_secrets__follows_each_origin),
        cmocka_unit_test(drop_moved_secrets__sees_a_renamed_parameter),
        cmocka_unit_test(drop_moved_secrets__keeps_new_ones),
    };

    return cmocka_run_group_tests_name("validate", tests, NULL, NULL);
}
