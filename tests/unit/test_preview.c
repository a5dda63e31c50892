/* Tests of previews: what is shown and what is not, and the true length of the body. */
#include "tests/support/delivery_fixture.h"

#include <stdio.h>

#include "core/deliver/credentials.h"
#include "core/deliver/message.h"
#include "core/deliver/oauth.h"
#include "core/deliver/preview.h"

static const char secret[] = "s3cr\xc3\xa9t \"quoted\"";

struct scene {
    struct fixture f;
    struct event event;
    struct preview preview;
};

static int setup(void **state)
{
    struct scene *s = mem_zalloc(sizeof *s);
    fixture_init(&s->f);
    s->event = fixture_event();
    s->f.in.url = mem_strdup("https://hooks.example.com/in?tenant=emea");
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    struct scene *s = *state;
    preview_release(&s->preview);
    event_release(&s->event);
    fixture_release(&s->f);
    free(s);
    return 0;
}

static const struct preview *look_with(struct scene *s, struct keyring *keyring, bool token)
{
    struct error err = {0};
    const struct preview_of of = {
        .event = &s->event, .integration = &s->f.in, .general = &s->f.general, .keyring = keyring};
    preview_release(&s->preview);
    fixture_check(token ? preview_token(&s->preview, &of, &err)
                        : preview_message(&s->preview, &of, &err),
                  &err);
    return &s->preview;
}

static const struct preview *look(struct scene *s)
{
    return look_with(s, s->f.keyring, false);
}

/* As the sender renders it, with the true secrets. */
static size_t true_length(struct scene *s)
{
    struct error err = {0};
    struct credentials credentials;
    struct strbuf body;
    strbuf_init(&body, 1 << 20);
    fixture_check(credentials_open(&credentials, s->f.keyring, &s->f.in, &err), &err);
    message_render(&body, &s->event, &s->f.in, &s->f.general, &credentials);
    size_t len = body.len;
    credentials_release(&credentials);
    strbuf_release(&body);
    return len;
}

static void expect_no_secret(const struct preview *p)
{
    assert_null(strstr(p->url, "s3cr"));
    assert_null(strstr(p->headers, "s3cr"));
    if (p->body)
        assert_null(strstr(p->body, "s3cr"));
}

static void preview_message__shows_all_but_secrets(void **state)
{
    struct scene *s = *state;
    fixture_basic(&s->f, "alice", secret);
    fixture_param(&s->f, PLACE_HEADER, "X-Key", secret, true);
    fixture_param(&s->f, PLACE_QUERY, "key", secret, true);
    fixture_param(&s->f, PLACE_BODY, "token", secret, true);
    fixture_param(&s->f, PLACE_BODY, "team", "core", false);
    const struct preview *p = look(s);
    expect_no_secret(p);
    assert_int_equal(p->method, METHOD_POST);
    assert_string_equal(p->url, "https://hooks.example.com/in?tenant=emea&key=....");
    assert_non_null(strstr(p->headers, "\"Host\":\"hooks.example.com\""));
    assert_non_null(strstr(p->headers, "\"Authorization\":\"Basic (hidden)\""));
    assert_non_null(strstr(p->headers, "\"X-Key\":\"(hidden)\""));
    assert_non_null(strstr(p->body, ",\"token\":\"(hidden)\",\"team\":\"core\"}"));
    assert_int_equal(p->body_len, strlen(p->body));
}

static void preview_message__knows_the_true_length(void **state)
{
    struct scene *s = *state;
    char length[48];
    fixture_param(&s->f, PLACE_BODY, "token", secret, true);
    const struct preview *p = look(s);
    assert_int_equal(p->content_length, true_length(s));
    assert_string_equal(p->unknown, "");
    snprintf(length, sizeof length, "\"Content-Length\":\"%zu\"", true_length(s));
    assert_non_null(strstr(p->headers, length));
}

/* The body is still shown; only what it measures is not known. */
static void preview_message__says_which_secret_it_could_not_open(void **state)
{
    struct scene *s = *state;
    fixture_param(&s->f, PLACE_BODY, "token", secret, true);
    const struct preview *p = look_with(s, NULL, false);
    assert_int_equal(p->content_length, -1);
    assert_non_null(strstr(p->unknown, "body parameter token"));
    assert_null(strstr(p->headers, "Content-Length"));
    assert_non_null(strstr(p->headers, "Content-Type"));
    assert_non_null(strstr(p->body, "(hidden)"));
    param_set(&s->f.in.params, PLACE_BODY, "token", NULL, true);
    p = look(s);
    assert_non_null(strstr(p->unknown, "is missing"));
}

/* What does not stand in the body is not opened: whoever looks may not hold the key. */
static void preview_message__opens_nothing_but_the_body(void **state)
{
    struct scene *s = *state;
    fixture_basic(&s->f, "alice", secret);
    fixture_param(&s->f, PLACE_HEADER, "X-Key", secret, true);
    const struct preview *p = look_with(s, NULL, false);
    assert_int_equal(p->content_length, p->body_len);
    free(s->f.in.auth.password);
    s->f.in.auth.password = NULL;
    assert_int_equal(look(s)->content_length, s->preview.body_len);
}

static void preview_message__has_no_body_where_none_is_sent(void **state)
{
    static const enum http_method methods[] = {METHOD_GET, METHOD_HEAD};
    struct scene *s = *state;
    fixture_param(&s->f, PLACE_BODY, "token", secret, true);
    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        s->f.in.method = (int)methods[i];
        const struct preview *p = look_with(s, NULL, false);
        assert_null(p->body);
        assert_int_equal(p->content_length, -1);
        assert_string_equal(p->unknown, "");
        assert_null(strstr(p->headers, "Content-Length"));
    }
}

static void preview_token__hides_what_signs_in(void **state)
{
    static const enum client_auth ways[] = {CLIENT_AUTH_POST, CLIENT_AUTH_BASIC,
                                            CLIENT_AUTH_BASIC_RAW};
    struct scene *s = *state;
    fixture_oauth(&s->f, "https://login.example.com/token", "client", secret);
    fixture_oauth_param(&s->f, PLACE_BODY, "scope", "a b", false);
    fixture_oauth_param(&s->f, PLACE_QUERY, "key", secret, true);
    for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
        s->f.in.auth.client_auth = (int)ways[i];
        const struct preview *p = look_with(s, s->f.keyring, true);
        expect_no_secret(p);
        assert_string_equal(p->url, "https://login.example.com/token?key=....");
        struct error err = {0};
        struct credentials credentials;
        struct http_request request;
        fixture_check(credentials_open(&credentials, s->f.keyring, &s->f.in, &err), &err);
        oauth_request(&request, &s->f.in, &credentials);
        assert_int_equal(p->content_length, request.body_len);
        http_request_release(&request);
        credentials_release(&credentials);
    }
    s->f.in.auth.client_auth = CLIENT_AUTH_POST;
    const struct preview *p = look_with(s, s->f.keyring, true);
    assert_string_equal(p->body, "grant_type=client_credentials&client_id=client&client_secret=...."
                                 "&scope=a+b");
    assert_non_null(strstr(look(s)->headers, "\"Authorization\":\"Bearer (hidden)\""));
    s->f.in.auth.method = METHOD_GET;
    p = look_with(s, NULL, true);
    expect_no_secret(p);
    assert_null(p->body);
    assert_non_null(strstr(p->url, "client_secret=...."));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(preview_message__shows_all_but_secrets),
        TEST(preview_message__knows_the_true_length),
        TEST(preview_message__says_which_secret_it_could_not_open),
        TEST(preview_message__opens_nothing_but_the_body),
        TEST(preview_message__has_no_body_where_none_is_sent),
        TEST(preview_token__hides_what_signs_in),
    };
    return cmocka_run_group_tests_name("preview", tests, NULL, NULL);
}
