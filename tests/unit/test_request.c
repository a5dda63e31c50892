/* Tests of request building: headers in their order, authorization, parameters, masked views. */
#include "tests/support/delivery_fixture.h"

#include <stdio.h>

#include "core/base/json.h"
#include "core/deliver/request.h"

static int setup(void **state)
{
    fixture_setup(state);
    struct fixture *f = *state;
    f->in.url = mem_strdup("https://hooks.example.com/in?tenant=emea&flag");
    return 0;
}

static struct http_request build(struct fixture *f, const char *token)
{
    struct error err = {0};
    struct credentials credentials;
    struct http_request request;
    fixture_check(credentials_open(&credentials, f->keyring, &f->in, &err), &err);
    struct request_parts parts = {.integration = &f->in,
                                  .credentials = &credentials,
                                  .token = token,
                                  .event_id = fixture_event_id,
                                  .body = mem_strdup("{}"),
                                  .body_len = 2};
    request_build(&request, &parts);
    credentials_release(&credentials);
    return request;
}

/* "Name: value\n" of every header. */
static char *header_lines(const struct http_request *request)
{
    struct strbuf out;
    strbuf_init(&out, 1 << 20);
    for (size_t i = 0; i < request->headers.count; i++)
        strbuf_addf(&out, "%s: %s\n", request->headers.items[i].name,
                    request->headers.items[i].value);
    return strbuf_detach(&out);
}

static void expect_headers(struct http_request *request, const char *after_defaults)
{
    char *lines = header_lines(request);
    char *expected = mem_printf("Content-Type: application/json; charset=utf-8\n"
                                "User-Agent: %s\nX-Checkhook-Event-Id: %s\n%s",
                                request_user_agent(), fixture_event_id, after_defaults);
    assert_string_equal(lines, expected);
    free(expected);
    free(lines);
}

static void request_build__sends_the_defaults(void **state)
{
    struct http_request request = build(*state, NULL);
    expect_headers(&request, "");
    assert_string_equal(request.url, "https://hooks.example.com/in?tenant=emea&flag");
    assert_string_equal(request.body, "{}");
    assert_int_equal(strncmp(request_user_agent(), "checkhook/", 10), 0);
    http_request_release(&request);
}

static void request_build__encodes_basic_without_form_encoding(void **state)
{
    struct fixture *f = *state;
    fixture_basic(f, "odd:id /+", "s3cr%t:+& /=");
    struct http_request request = build(f, NULL);
    expect_headers(&request, "Authorization: Basic b2RkOmlkIC8rOnMzY3IldDorJiAvPQ==\n");
    http_request_release(&request);
}

static void request_build__adds_key_or_token(void **state)
{
    struct fixture *f = *state;
    fixture_api_key(f, "x-api-client-token", "k-123");
    struct http_request request = build(f, NULL);
    expect_headers(&request, "x-api-client-token: k-123\n");
    http_request_release(&request);

    fixture_api_key(f, "Authorization", "Splunk 1-2-3");
    request = build(f, NULL);
    expect_headers(&request, "Authorization: Splunk 1-2-3\n");
    http_request_release(&request);

    fixture_oauth(f, "https://login.example.com/token", "id", "secret");
    request = build(f, "tok.en");
    expect_headers(&request, "Authorization: Bearer tok.en\n");
    http_request_release(&request);
}

static void request_build__strips_headers_whoever_asks_for_them(void **state)
{
    struct fixture *f = *state;
    fixture_api_key(f, "Host", "evil.example");
    fixture_param(f, PLACE_HEADER, "User-Agent", "other", false);
    fixture_param(f, PLACE_HEADER, "Content-Length", "1", false);
    fixture_param(f, PLACE_HEADER, "X-Kept", "yes", false);
    struct http_request request = build(f, NULL);
    expect_headers(&request, "X-Kept: yes\n");
    http_request_release(&request);
}

static void request_build__lets_parameters_replace_content_type_alone(void **state)
{
    struct fixture *f = *state;
    fixture_api_key(f, "X-Key", "right");
    fixture_param(f, PLACE_HEADER, "content-type", "application/cloudevents+json", false);
    fixture_param(f, PLACE_HEADER, "x-key", "wrong", false);
    fixture_param(f, PLACE_HEADER, "x-checkhook-event-id", "wrong", false);
    struct http_request request = build(f, NULL);
    assert_string_equal(http_headers_get(&request.headers, "Content-Type"),
                        "application/cloudevents+json");
    assert_string_equal(http_headers_get(&request.headers, "X-Key"), "right");
    assert_string_equal(http_headers_get(&request.headers, "X-Checkhook-Event-Id"),
                        fixture_event_id);
    assert_int_equal(request.headers.count, 4);
    http_request_release(&request);
}

static void request_build__replaces_query_parameters_where_they_stand(void **state)
{
    struct fixture *f = *state;
    fixture_param(f, PLACE_QUERY, "tenant", "a b&c", false);
    fixture_param(f, PLACE_QUERY, "key", "top/secret", true);
    struct http_request request = build(f, NULL);
    assert_string_equal(request.url,
                        "https://hooks.example.com/in?tenant=a%20b%26c&flag&key=top%2Fsecret");
    assert_string_equal(request.shown_url,
                        "https://hooks.example.com/in?tenant=a%20b%26c&flag&key=....");
    http_request_release(&request);
}

static void request_build__sends_no_body_with_get_and_head(void **state)
{
    static const enum http_method methods[] = {METHOD_GET, METHOD_HEAD};
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        f->in.method = (int)methods[i];
        struct http_request request = build(f, NULL);
        assert_null(request.body);
        assert_int_equal(request.body_len, 0);
        assert_null(http_headers_find(&request.headers, "Content-Type"));
        assert_non_null(http_headers_find(&request.headers, "X-Checkhook-Event-Id"));
        http_request_release(&request);
    }
}

static void http_headers_json__masks_secrets(void **state)
{
    struct fixture *f = *state;
    fixture_basic(f, "user", "very-secret");
    fixture_param(f, PLACE_HEADER, "X-Secret", "hidden-value", true);
    fixture_param(f, PLACE_HEADER, "X-Plain", "shown-value", false);
    struct http_request request = build(f, NULL);
    struct http_headers sent = {0};
    http_request_wire_headers(&request, &sent);
    char *json = http_headers_json(&sent);
    char *expected = mem_printf(
        "{\"Host\":\"hooks.example.com\",\"Accept\":\"*/*\",\"Accept-Encoding\":\"gzip,deflate\","
        "\"Content-Type\":\"application/json; charset=utf-8\",\"User-Agent\":\"%s\","
        "\"X-Checkhook-Event-Id\":\"%s\",\"Authorization\":\"Basic (hidden)\","
        "\"X-Secret\":\"(hidden)\",\"X-Plain\":\"shown-value\",\"Content-Length\":\"2\"}",
        request_user_agent(), fixture_event_id);
    assert_string_equal(json, expected);
    free(expected);
    free(json);
    http_headers_release(&sent);
    http_request_release(&request);
}

static void http_headers_json__joins_names_and_shows_controls(void **state)
{
    struct http_headers list = {0};
    (void)state;
    http_headers_add(&list, "Via", "a", false);
    http_headers_add(&list, "Via", "b\x1b[31m\xff", false);
    char *json = http_headers_json(&list);
    assert_string_equal(json, "{\"Via\":\"a, b\\\\u{1b}[31m\\\\x{ff}\"}");
    free(json);
    http_headers_release(&list);
}

static void answer_redact__hides_what_a_receiver_echoes(void **state)
{
    struct fixture *f = *state;
    fixture_basic(f, "user", "very-secret");
    fixture_param(f, PLACE_BODY, "token", "body-secret", true);
    fixture_param(f, PLACE_QUERY, "short", "abc", true);
    struct http_request request = build(f, NULL);
    struct answer answer = {0};
    const char *basic = http_headers_get(&request.headers, "Authorization");
    http_headers_add(&answer.headers, "X-Echo", basic, false);
    answer.body = mem_printf("got body-secret and %s, abc", basic);
    answer.body_len = strlen(answer.body);
    answer_redact(&answer, &request);
    assert_string_equal(answer.headers.items[0].value, "Basic ************************");
    assert_string_equal(answer.body, "got *********** and Basic ************************, abc");
    answer_release(&answer);
    http_request_release(&request);
}

static void credentials_open__names_what_is_missing(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    struct credentials credentials;
    f->in.auth.type = AUTH_BASIC;
    assert_false(credentials_open(&credentials, f->keyring, &f->in, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_string_equal(err.text, "the secret \"Password\" is missing: enter it again");

    fixture_api_key(f, "X-Key", "v");
    param_set(&f->in.params, PLACE_QUERY, "sig", NULL, true);
    assert_false(credentials_open(&credentials, f->keyring, &f->in, &err));
    assert_string_equal(err.text, "the secret \"query parameter sig\" is missing: enter it again");

    /* Sealed for another name, it does not open. */
    mem_replace(&f->in.params.items[0].value, f->in.auth.key_value);
    assert_false(credentials_open(&credentials, f->keyring, &f->in, &err));
    assert_int_equal(err.kind, ERR_CRYPTO);
    assert_null(credentials.key_value.text);
}

static void credentials_open__refuses_line_breaks_of_references(void **state)
{
    struct fixture *f = *state;
    struct error err = {0};
    struct credentials credentials;
    setenv("CHECKHOOK_TEST_KEY", "a\r\nX-Injected: 1", 1);
    f->in.auth.type = AUTH_API_KEY;
    f->in.auth.key_name = mem_strdup("X-Key");
    f->in.auth.key_value = mem_strdup("env:CHECKHOOK_TEST_KEY");
    assert_false(credentials_open(&credentials, f->keyring, &f->in, &err));
    assert_string_equal(err.text,
                        "the secret \"API key value\" holds a line break: make it one line");
    setenv("CHECKHOOK_TEST_KEY", "one line", 1);
    assert_true(credentials_open(&credentials, f->keyring, &f->in, &err));
    assert_string_equal(credentials.key_value.text, "one line");
    credentials_release(&credentials);
    unsetenv("CHECKHOOK_TEST_KEY");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, fixture_teardown)
    const struct CMUnitTest tests[] = {
        TEST(request_build__sends_the_defaults),
        TEST(request_build__encodes_basic_without_form_encoding),
        TEST(request_build__adds_key_or_token),
        TEST(request_build__strips_headers_whoever_asks_for_them),
        TEST(request_build__lets_parameters_replace_content_type_alone),
        TEST(request_build__replaces_query_parameters_where_they_stand),
        TEST(request_build__sends_no_body_with_get_and_head),
        TEST(http_headers_json__masks_secrets),
        TEST(http_headers_json__joins_names_and_shows_controls),
        TEST(answer_redact__hides_what_a_receiver_echoes),
        TEST(credentials_open__names_what_is_missing),
        TEST(credentials_open__refuses_line_breaks_of_references),
    };
    return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}
