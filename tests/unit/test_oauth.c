/* Tests of token requests and their answers, and of the cache on a real receiver. */
#include "tests/support/delivery_fixture.h"

#include <stdio.h>

#include "core/deliver/oauth.h"
#include "core/deliver/request.h"
#include "core/deliver/tokens.h"
#include "tests/support/receiver.h"

static int setup(void **state)
{
    struct fixture *f = mem_zalloc(sizeof *f);
    fixture_init(f);
    f->in.url = mem_strdup("https://hooks.example.com/in");
    fixture_oauth(f, "https://login.example.com/token?v=2", "client", "hush-hush");
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture_release(*state);
    free(*state);
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

/* --- the cache ------------------------------------------------------------------------------- */

struct told {
    size_t times;
    char token[64];
    struct outcome outcome;
};

static void on_token(void *ctx, const struct token_result *result)
{
    struct told *told = ctx;
    told->times++;
    told->outcome = *result->outcome;
    snprintf(told->token, sizeof told->token, "%s", result->token ? result->token : "");
}

static struct token_wait *wait_for(struct token_cache *cache, struct target *target,
                                   struct told *told)
{
    struct error err = {0};
    struct token_need need = {.target = target,
                              .now_ms = (int64_t)FIXTURE_NOW * 1000,
                              .timeout_ms = 5000,
                              .done = on_token,
                              .ctx = told};
    struct token_wait *wait = token_cache_wait(cache, &need, &err);
    fixture_check(wait != NULL, &err);
    return wait;
}

static void issue(struct receiver *receiver, const char *token, int expires_in_s)
{
    char *body = mem_printf("{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":%d}",
                            token, expires_in_s);
    receiver_answer(receiver, "/token", (struct receiver_answer){.body = body});
    free(body);
}

static void tokens__are_fetched_once_for_all_who_wait(void **state)
{
    struct fixture *f = *state;
    struct receiver *receiver = receiver_start();
    issue(receiver, "one", 3600);
    mem_replace(&f->in.auth.endpoint, receiver_url(receiver, "/token"));
    struct token_cache *cache = token_cache_new(f->transport, f->keyring);
    struct target *target = target_new(&f->in);
    struct told told[3] = {0};
    int64_t now_ms = (int64_t)FIXTURE_NOW * 1000;

    assert_null(token_cache_get(cache, target, now_ms));
    for (size_t i = 0; i < ARRAY_LEN(told); i++)
        wait_for(cache, target, &told[i]);
    FIXTURE_POLL_UNTIL(f->transport, told[0].times + told[1].times + told[2].times == 3);
    for (size_t i = 0; i < ARRAY_LEN(told); i++)
        assert_string_equal(told[i].token, "one");
    assert_int_equal(receiver_count(receiver), 1);

    /* Kept until 60 s before its end. */
    assert_string_equal(token_cache_get(cache, target, now_ms + 3539 * 1000), "one");
    assert_null(token_cache_get(cache, target, now_ms + 3540 * 1000));
    target_unref(target);
    token_cache_free(cache);
    receiver_stop(receiver);
}

static void tokens__are_dropped_when_refused_or_changed(void **state)
{
    struct fixture *f = *state;
    struct receiver *receiver = receiver_start();
    issue(receiver, "one", 3600);
    mem_replace(&f->in.auth.endpoint, receiver_url(receiver, "/token"));
    struct token_cache *cache = token_cache_new(f->transport, f->keyring);
    struct target *target = target_new(&f->in);
    struct told told = {0};
    int64_t now_ms = (int64_t)FIXTURE_NOW * 1000;
    wait_for(cache, target, &told);
    FIXTURE_POLL_UNTIL(f->transport, told.times == 1);

    token_cache_refused(cache, target, "an older one");
    assert_non_null(token_cache_get(cache, target, now_ms));

    mem_replace(&f->in.auth.client_id, "another");
    struct target *changed = target_new(&f->in);
    assert_null(token_cache_get(cache, changed, now_ms));
    token_cache_refused(cache, target, "one");
    assert_null(token_cache_get(cache, target, now_ms));
    target_unref(changed);
    target_unref(target);
    token_cache_free(cache);
    receiver_stop(receiver);
}

static void tokens__serve_nobody_who_cancelled(void **state)
{
    struct fixture *f = *state;
    struct receiver *receiver = receiver_start();
    issue(receiver, "one", 3600);
    mem_replace(&f->in.auth.endpoint, receiver_url(receiver, "/token"));
    struct token_cache *cache = token_cache_new(f->transport, f->keyring);
    struct target *target = target_new(&f->in);
    struct told first = {0}, second = {0};
    struct token_wait *wait = wait_for(cache, target, &first);
    wait_for(cache, target, &second);
    token_wait_cancel(wait);
    FIXTURE_POLL_UNTIL(f->transport, second.times == 1);
    assert_int_equal(first.times, 0);

    /* The last one takes the request with it. */
    token_cache_refused(cache, target, "one");
    token_wait_cancel(wait_for(cache, target, &first));
    assert_int_equal(transport_active(f->transport), 0);
    target_unref(target);
    token_cache_free(cache);
    receiver_stop(receiver);
}

static void tokens__tell_why_there_is_none(void **state)
{
    enum { LONG = 1 << 20 };
    static const char not_json[] = " did not answer with a JSON object: is this a token endpoint?";
    static char much[LONG + 1];
    static const struct {
        struct receiver_answer answer;
        const char *reason;
        enum verdict verdict;
        int64_t retry_after_s;
    } cases[] = {
        {{.status = 401, .body = "{\"error\":\"invalid_client\",\"error_description\":\"no\"}"},
         " answered 401 Unauthorized: invalid_client: no",
         VERDICT_REFUSED,
         -1},
        {{.status = 400, .body = "<html>Bad</html>", .headers = "Content-Type: text/html\r\n"},
         " answered 400 Bad Request",
         VERDICT_REFUSED,
         -1},
        {{.status = 503, .headers = "Retry-After: 7\r\n"},
         " answered 503 Service Unavailable",
         VERDICT_RETRY,
         7},
        {{.status = 429, .body = "{\"error\":42}"},
         " answered 429 Too Many Requests",
         VERDICT_RETRY,
         -1},
        {{.status = 200, .body = "hello"}, not_json, VERDICT_REFUSED, -1},
        {{.status = 200, .body = "[\"access_token\"]"}, not_json, VERDICT_REFUSED, -1},
        {{.status = 204}, not_json, VERDICT_REFUSED, -1},
        {{.status = 302, .headers = "Location: /elsewhere\r\n"},
         " answered 302 Found",
         VERDICT_REFUSED,
         -1},
        {{.status = 307, .headers = "Location: /elsewhere\r\n"},
         " answered 307 Temporary Redirect",
         VERDICT_REFUSED,
         -1},
        {{.status = 200, .body = much},
         " answered with more than a token: is this a token endpoint?",
         VERDICT_REFUSED,
         -1},
        {{.status = 200, .body = "{\"access_token\":\"half", .announce = 90},
         " broke its answer off",
         VERDICT_RETRY,
         -1},
        {{.status = 401, .body = "{\"error\":\"inv", .announce = 90},
         " answered 401 Unauthorized",
         VERDICT_REFUSED,
         -1},
    };
    struct fixture *f = *state;
    struct receiver *receiver = receiver_start();
    memset(much, 'x', LONG);
    mem_replace(&f->in.auth.endpoint, receiver_url(receiver, "/token"));
    struct token_cache *cache = token_cache_new(f->transport, f->keyring);
    struct target *target = target_new(&f->in);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct told told = {0};
        receiver_answer(receiver, "/token", cases[i].answer);
        wait_for(cache, target, &told);
        FIXTURE_POLL_UNTIL(f->transport, told.times == 1);
        char *expected = mem_printf("the token endpoint 127.0.0.1:%d%s", receiver_port(receiver),
                                    cases[i].reason);
        assert_memory_equal(told.outcome.reason, expected, strlen(expected));
        assert_string_equal(told.token, "");
        assert_int_equal(told.outcome.fault, FAULT_TOKEN);
        assert_int_equal(told.outcome.verdict, cases[i].verdict);
        assert_int_equal(told.outcome.retry_after_s, cases[i].retry_after_s);
        free(expected);
    }
    /* Neither the places that redirects named nor anything twice. */
    assert_int_equal(receiver_count(receiver), ARRAY_LEN(cases));
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_string_equal(receiver_wait(receiver, i, 1000)->target, "/token");
    target_unref(target);
    token_cache_free(cache);
    receiver_stop(receiver);
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

/* Nobody said when it ends: it is kept until it is refused. */
static void tokens__without_an_end_are_kept(void **state)
{
    static const char *const bodies[] = {
        "{\"access_token\":\"one\"}",
        "{\"access_token\":\"one\",\"token_type\":\"bEARER\",\"expires_in\":0}",
        "{\"access_token\":\"one\",\"expires_in\":-1}",
    };
    struct fixture *f = *state;
    struct receiver *receiver = receiver_start();
    int64_t now_ms = (int64_t)FIXTURE_NOW * 1000, year_ms = (int64_t)366 * 86400 * 1000;
    mem_replace(&f->in.auth.endpoint, receiver_url(receiver, "/token"));
    struct token_cache *cache = token_cache_new(f->transport, f->keyring);
    struct target *target = target_new(&f->in);
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        struct told told = {0};
        receiver_answer(receiver, "/token", (struct receiver_answer){.body = bodies[i]});
        wait_for(cache, target, &told);
        FIXTURE_POLL_UNTIL(f->transport, told.times == 1);
        assert_string_equal(token_cache_get(cache, target, now_ms + year_ms), "one");
        token_cache_refused(cache, target, "one");
        assert_null(token_cache_get(cache, target, now_ms));
    }
    target_unref(target);
    token_cache_free(cache);
    receiver_stop(receiver);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
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
        TEST(tokens__are_fetched_once_for_all_who_wait),
        TEST(tokens__are_dropped_when_refused_or_changed),
        TEST(tokens__serve_nobody_who_cancelled),
        TEST(tokens__tell_why_there_is_none),
        TEST(tokens__without_an_end_are_kept),
    };
    return cmocka_run_group_tests_name("oauth", tests, NULL, NULL);
}
