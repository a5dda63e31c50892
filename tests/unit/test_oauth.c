/* Tests of token requests and their answers. */
#include "tests/support/delivery_fixture.h"

#include "core/deliver/oauth.h"
#include "core/deliver/request.h"

static int setup(void **state)
{
    fixture_setup(state);
    struct fixture *f = *state;
    f->in.url = mem_strdup("https://hooks.example.com/in");
    fixture_oauth(f, "https://login.example.com/token?v=2", "client", "hush-hush");
    return 0;
}

static struct http_request build(struct fixture *f)
{
    struct error err = {0};
    struct credentials credentials;
    struct http_request request;
    fixture_check(credentials_open(&credentials, f->keyring, &f->in, &err), &err);
    oauth_request(&request, &f->in, &credentials);
    credentials_release(&credentials);
    return request;
}

static void expect_form(struct fixture *f, const char *form, const char *authorization)
{
    struct http_request request = build(f);
    assert_string_equal(request.body, form);
    assert_int_equal(request.body_len, strlen(form));
    const char *sent = http_headers_get(&request.headers, "Authorization");
    if (authorization)
        assert_string_equal(sent, authorization);
    else
        assert_null(sent);
    http_request_release(&request);
}

static void oauth_request__sends_the_client_in_the_form(void **state)
{
    struct fixture *f = *state;
    expect_form(f, "grant_type=client_credentials&client_id=client&client_secret=hush-hush", NULL);
    struct http_request request = build(f);
    assert_string_equal(request.url, "https://login.example.com/token?v=2");
    assert_string_equal(http_headers_get(&request.headers, "Content-Type"),
                        "application/x-www-form-urlencoded");
    assert_string_equal(http_headers_get(&request.headers, "Accept"), "application/json");
    assert_int_equal(request.method, METHOD_POST);
    http_request_release(&request);
}

/* The vectors of RFC 6749 (2.3.1, appendix B), and the raw form that some servers want. */
static void oauth_request__encodes_basic_both_ways(void **state)
{
    static const struct {
        const char *id, *secret, *encoded, *raw;
    } vectors[] = {
        {"1PpG/Q 1", "z/tZ9VwFZqApmIQ+ZH1I5pLk/uB4ud:X2/8bL+wfFTt1rFw=",
         "Basic "
         "MVBwRyUyRlErMTp6JTJGdFo5VndGWnFBcG1JUSUyQlpIMUk1cExrJTJGdUI0dWQlM0FYMiUyRjhiTCUyQndmRlR0"
         "MXJGdyUzRA==",
         "Basic "
         "MVBwRy9RIDE6ei90WjlWd0ZacUFwbUlRK1pIMUk1cExrL3VCNHVkOlgyLzhiTCt3ZkZUdDFyRnc9"},
        {"odd:id /+",
         "s3cr%t:+& /=", "Basic b2RkJTNBaWQrJTJGJTJCOnMzY3IlMjV0JTNBJTJCJTI2KyUyRiUzRA==",
         "Basic b2RkOmlkIC8rOnMzY3IldDorJiAvPQ=="},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
        fixture_oauth(f, "https://login.example.com/token", vectors[i].id, vectors[i].secret);
        f->in.auth.client_auth = CLIENT_AUTH_BASIC;
        expect_form(f, "grant_type=client_credentials", vectors[i].encoded);
        f->in.auth.client_auth = CLIENT_AUTH_BASIC_RAW;
        expect_form(f, "grant_type=client_credentials", vectors[i].raw);
    }
    fixture_oauth(f, "https://login.example.com/token", "id", " %&+\xc2\xa3\xe2\x82\xac");
    f->in.auth.client_auth = CLIENT_AUTH_POST;
    expect_form(f,
                "grant_type=client_credentials&client_id=id"
                "&client_secret=+%25%26%2B%C2%A3%E2%82%AC",
                NULL);
}

static void oauth_request__sends_the_id_alone_where_there_is_no_secret(void **state)
{
    struct fixture *f = *state;
    f->in.auth.client_auth = CLIENT_AUTH_NONE;
    mem_replace(&f->in.auth.client_secret, NULL);
    expect_form(f, "grant_type=client_credentials&client_id=client", NULL);
}

static void oauth_request__puts_parameters_where_they_say(void **state)
{
    struct fixture *f = *state;
    fixture_oauth_param(f, PLACE_BODY, "scope", "alerts:write all", false);
    fixture_oauth_param(f, PLACE_QUERY, "tenant", "t 1", true);
    fixture_oauth_param(f, PLACE_HEADER, "X-Realm", "r", false);
    struct http_request request = build(f);
    assert_string_equal(request.body,
                        "grant_type=client_credentials&client_id=client&client_secret=hush-hush"
                        "&scope=alerts%3Awrite+all");
    assert_string_equal(request.url, "https://login.example.com/token?v=2&tenant=t%201");
    assert_string_equal(request.shown_url, "https://login.example.com/token?v=2&tenant=....");
    assert_string_equal(http_headers_get(&request.headers, "X-Realm"), "r");
    http_request_release(&request);
}

static void oauth_request__lets_parameters_replace_ours(void **state)
{
    struct fixture *f = *state;
    fixture_oauth_param(f, PLACE_BODY, "grant_type", "urn:custom", false);
    fixture_oauth_param(f, PLACE_BODY, "client_secret", "other", true);
    f->in.auth.client_auth = CLIENT_AUTH_BASIC; /* would be a second method: not sent */
    expect_form(f, "client_id=client&grant_type=urn%3Acustom&client_secret=other", NULL);

    param_remove(&f->in.auth.params, PLACE_BODY, "client_secret");
    fixture_oauth_param(f, PLACE_HEADER, "Authorization", "Basic own", true);
    expect_form(f, "grant_type=urn%3Acustom", "Basic own");
    mem_replace(&f->in.auth.client_secret, NULL); /* nor is it needed then */
    expect_form(f, "grant_type=urn%3Acustom", "Basic own");
}

static void oauth_request__puts_the_form_into_the_query_for_get(void **state)
{
    struct fixture *f = *state;
    f->in.auth.method = METHOD_GET;
    struct http_request request = build(f);
    assert_null(request.body);
    assert_null(http_headers_find(&request.headers, "Content-Type"));
    assert_string_equal(request.url, "https://login.example.com/token?v=2"
                                     "&grant_type=client_credentials&client_id=client"
                                     "&client_secret=hush-hush");
    assert_string_equal(request.shown_url, "https://login.example.com/token?v=2"
                                           "&grant_type=client_credentials&client_id=client"
                                           "&client_secret=....");
    http_request_release(&request);
}

/* --- answers ---------------------------------------------------------------------------------- */

static bool read_answer(int status, const char *body, struct oauth_token *token,
                        struct oauth_refusal *why)
{
    struct answer answer = {.status = status, .body = mem_strdup(body), .body_len = strlen(body)};
    bool ok = oauth_read_answer(&answer, token, why);
    answer_release(&answer);
    return ok;
}

static void oauth_read_answer__takes_tokens(void **state)
{
    static const struct {
        const char *body;
        int64_t expires_in_s;
    } cases[] = {
        {"{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"expires_in\":3600}", 3600},
        {"{\"access_token\":\"t\",\"token_type\":\"bearer\",\"expires_in\":\"3600\"}", 3600},
        {"{\"access_token\":\"t\",\"token_type\":\"BEARER\"}", -1},
        {"{\"access_token\":\"t\"}", -1},
        {"{\"access_token\":\"t\",\"expires_in\":null}", -1},
        {"{\"access_token\":\"t\",\"expires_in\":\"soon\"}", -1},
        {"{\"access_token\":\"t\",\"expires_in\":0}", -1},
        {"{\"access_token\":\"t\",\"expires_in\":-5}", -1},
        {"{\"access_token\":\"t\",\"expires_in\":-1e300}", -1},
        {"{\"access_token\":\"t\",\"expires_in\":0.5}", -1},
        {"{\"access_token\":\"t\",\"expires_in\":\"0\"}", -1},
        {"{\"access_token\":\"t\",\"expires_in\":\"-1\"}", -1},
        {"{\"access_token\":\"t\",\"expires_in\":\"9223372036854775807\"}", 365 * 86400},
        {"{\"access_token\":\"t\",\"expires_in\":\"99999999999999999999\"}", -1},
        {"{\"access_token\":\"t\",\"expires_in\":9223372036854775807}", 365 * 86400},
        {"{\"access_token\":\"t\",\"expires_in\":true}", -1},
        {"{\"access_token\":\"t\",\"expires_in\":[3600]}", -1},
        {"{\"access_token\":\"t\",\"expires_in\":1e30}", 365 * 86400},
        {"{\"access_token\":\"t\",\"expires_in\":3599.6}", 3599},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct oauth_token token;
        struct oauth_refusal why;
        if (!read_answer(200, cases[i].body, &token, &why))
            fail_msg("%s: %s", cases[i].body, why.what);
        assert_string_equal(token.text.text, "t");
        assert_int_equal(token.expires_in_s, cases[i].expires_in_s);
        oauth_token_release(&token);
    }
}

static void oauth_read_answer__says_why_there_is_none(void **state)
{
    static const struct {
        int status;
        const char *body, *what, *code;
    } cases[] = {
        {401, "{\"error\":\"invalid_client\",\"error_description\":\"unknown client\"}",
         "answered 401 Unauthorized: invalid_client: unknown client", "invalid_client"},
        {400, "{\"error\":\"invalid_scope\"}", "answered 400 Bad Request: invalid_scope",
         "invalid_scope"},
        {500, "<html>", "answered 500 Internal Server Error", ""},
        {404, "no such page", "answered 404 Not Found: no such page", ""},
        {200, "{}", "answered without an access_token", ""},
        {200, "{\"access_token\":null}", "answered without an access_token", ""},
        {200, "<html>", "did not answer with a JSON object: is this a token endpoint?", ""},
        {200, "", "did not answer with a JSON object: is this a token endpoint?", ""},
        {200, "{\"access_token\":\"t\",\"token_type\":\"mac\"}",
         "issued a token of another type than Bearer", ""},
        {200, "{\"access_token\":\"a\\r\\nX: y\"}",
         "issued a token with characters that no header can carry", ""},
        {200, "{\"access_token\":\"\"}", "issued a token with characters that no header can carry",
         ""},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct oauth_token token;
        struct oauth_refusal why;
        assert_false(read_answer(cases[i].status, cases[i].body, &token, &why));
        assert_string_equal(why.what, cases[i].what);
        assert_string_equal(why.code, cases[i].code);
        assert_null(token.text.text);
    }
}

static void oauth_use_for_s__ends_a_minute_early_but_not_before_half(void **state)
{
    static const struct {
        int64_t expires_in_s, use_for_s;
    } cases[] = {
        {-1, INT64_MAX},
        {0, INT64_MAX},
        {1, 1},
        {2, 1},
        {60, 30},
        {119, 60},
        {120, 60},
        {121, 61},
        {3600, 3540},
        {86400, 86340},
        {31536000, 31535940},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(oauth_use_for_s(cases[i].expires_in_s), cases[i].use_for_s);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(oauth_request__sends_the_client_in_the_form),
        TEST(oauth_request__encodes_basic_both_ways),
        TEST(oauth_request__sends_the_id_alone_where_there_is_no_secret),
        TEST(oauth_request__puts_parameters_where_they_say),
        TEST(oauth_request__lets_parameters_replace_ours),
        TEST(oauth_request__puts_the_form_into_the_query_for_get),
        TEST(oauth_read_answer__takes_tokens),
        TEST(oauth_read_answer__says_why_there_is_none),
        TEST(oauth_use_for_s__ends_a_minute_early_but_not_before_half),
    };
    return cmocka_run_group_tests_name("oauth", tests, NULL, NULL);
}
