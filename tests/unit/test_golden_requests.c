/*
 * Golden requests: each authorization type with each place of a parameter, compared byte for byte
 * with what the receiver got, and the record with what was sent.
 */
#include "tests/support/delivery_fixture.h"

#include <stdio.h>

#include "core/base/json.h"
#include "core/deliver/request.h"
#include "core/deliver/sending.h"
#include "tests/support/receiver.h"

struct scene {
    struct fixture f;
    struct receiver *receiver;
    struct token_cache *tokens;
    struct sending *sending;
    bool done;
};

static void on_done(void *ctx, struct sending *s)
{
    struct scene *scene = ctx;
    (void)s;
    scene->done = true;
}

static int setup(void **state)
{
    struct scene *s = mem_zalloc(sizeof *s);
    fixture_init(&s->f);
    s->receiver = receiver_start();
    s->tokens = token_cache_new(s->f.transport, s->f.keyring);
    s->f.in.url = mem_strdup(receiver_url(s->receiver, "/hook?tenant=emea"));
    receiver_answer(s->receiver, "/token",
                    (struct receiver_answer){
                        .body = "{\"access_token\":\"tok.en-123\",\"token_type\":\"bearer\"}"});
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    struct scene *s = *state;
    sending_free(s->sending);
    token_cache_free(s->tokens);
    receiver_stop(s->receiver);
    fixture_release(&s->f);
    free(s);
    return 0;
}

static void deliver(struct scene *s)
{
    struct event event = fixture_event();
    struct target *target = target_new(&s->f.in);
    struct sending_options options = {.transport = s->f.transport,
                                      .tokens = s->tokens,
                                      .keyring = s->f.keyring,
                                      .general = &s->f.general,
                                      .target = target,
                                      .event = &event,
                                      .now_ms = (int64_t)FIXTURE_NOW * 1000,
                                      .done = on_done,
                                      .ctx = s};
    sending_free(s->sending);
    s->done = false;
    s->sending = sending_new(&options);
    target_unref(target);
    sending_start(s->sending);
    FIXTURE_POLL_UNTIL(s->f.transport, s->done);
    if (sending_outcome(s->sending)->verdict != VERDICT_DELIVERED)
        fail_msg("not delivered: %s", sending_outcome(s->sending)->reason);
}

/* A part of a request that differs between cases. */
struct golden {
    const char *target;        /* path and query */
    const char *content_type;  /* NULL = the default */
    const char *authorization; /* whole lines */
    const char *headers;       /* whole lines of parameters */
    const char *body_end;      /* what stands before the last brace */
};

static char *golden_text(const struct scene *s, const struct golden *g)
{
    char *body = mem_printf("%.*s%s}", (int)strlen(fixture_detail) - 1, fixture_detail,
                            g->body_end ? g->body_end : "");
    char *text =
        mem_printf("POST %s HTTP/1.1\r\n"
                   "Host: 127.0.0.1:%d\r\n"
                   "Accept: */*\r\n"
                   "Accept-Encoding: gzip,deflate\r\n"
                   "Content-Type: %s\r\n"
                   "User-Agent: %s\r\n"
                   "X-Checkhook-Event-Id: %s\r\n"
                   "%s%s"
                   "Content-Length: %zu\r\n\r\n%s",
                   g->target ? g->target : "/hook?tenant=emea", receiver_port(s->receiver),
                   g->content_type ? g->content_type : "application/json; charset=utf-8",
                   request_user_agent(), fixture_event_id, g->authorization ? g->authorization : "",
                   g->headers ? g->headers : "", strlen(body), body);
    free(body);
    return text;
}

/* Request number n is exactly the golden one, and its headers are those of the record. */
static void expect_golden(struct scene *s, size_t n, const struct golden *g)
{
    const struct receiver_request *got = receiver_wait(s->receiver, n, 5000);
    char *expected = golden_text(s, g);
    assert_string_equal(got->bytes, expected);
    free(expected);
}

/* Every header line that the receiver got stands in the record, in that order, secrets masked. */
static void expect_recorded(struct scene *s, size_t n)
{
    struct error err = {0};
    const struct receiver_request *got = receiver_wait(s->receiver, n, 5000);
    const char *headers = sending_attempt(s->sending)->request_headers;
    cJSON *json = json_parse(headers, strlen(headers), &err);
    fixture_check(json != NULL, &err);
    const char *line = strstr(got->bytes, "\r\n") + 2;
    for (const cJSON *item = json ? json->child : NULL; item; item = item->next) {
        const char *colon = strchr(line, ':'), *end = strstr(line, "\r\n");
        char *name = mem_strndup(line, (size_t)(colon - line));
        char *value = mem_strndup(colon + 2, (size_t)(end - colon) - 2);
        assert_string_equal(item->string, name);
        if (!strstr(item->valuestring, "(hidden)"))
            assert_string_equal(item->valuestring, value);
        free(name);
        free(value);
        line = end + 2;
    }
    assert_int_equal(strncmp(line, "\r\n", 2), 0);
    cJSON_Delete(json);
}

enum kind { KIND_NONE, KIND_BASIC, KIND_KEY, KIND_OAUTH, KIND_COUNT };

static const char *const authorization_lines[KIND_COUNT] = {
    [KIND_NONE] = "",
    [KIND_BASIC] = "Authorization: Basic dXNlcjpww6Rzczp3b3Jk\r\n",
    [KIND_KEY] = "x-api-client-token: k+/= 1\r\n",
    [KIND_OAUTH] = "Authorization: Bearer tok.en-123\r\n",
};

static void set_auth(struct scene *s, enum kind kind)
{
    switch (kind) {
    case KIND_BASIC:
        fixture_basic(&s->f, "user", "p\xc3\xa4ss:word");
        break;
    case KIND_KEY:
        fixture_api_key(&s->f, "x-api-client-token", "k+/= 1");
        break;
    case KIND_OAUTH:
        fixture_oauth(&s->f, receiver_url(s->receiver, "/token"), "id", "secret-secret");
        break;
    default:
        s->f.in.auth.type = AUTH_NONE;
    }
}

/* One case of the matrix; the token request, where there is one, comes first. */
static void expect_case(struct scene *s, enum kind kind, struct golden golden)
{
    size_t before = receiver_count(s->receiver);
    set_auth(s, kind);
    s->f.in.format = FORMAT_NOTIFICATION;
    golden.authorization = authorization_lines[kind];
    deliver(s);
    size_t n = before + (kind == KIND_OAUTH);
    expect_golden(s, n, &golden);
    expect_recorded(s, n);
    assert_int_equal(receiver_count(s->receiver), n + 1);
}

static void expect_for_each_auth(struct scene *s, struct golden golden)
{
    for (int kind = 0; kind < KIND_COUNT; kind++)
        expect_case(s, (enum kind)kind, golden);
}

static void golden__no_parameter(void **state)
{
    expect_for_each_auth(*state, (struct golden){0});
}

static void golden__header_parameter(void **state)
{
    struct scene *s = *state;
    fixture_param(&s->f, PLACE_HEADER, "X-Team", "core team", false);
    expect_for_each_auth(s, (struct golden){.headers = "X-Team: core team\r\n"});
}

static void golden__secret_header_parameter(void **state)
{
    struct scene *s = *state;
    fixture_param(&s->f, PLACE_HEADER, "X-Sig", "sig;natur\xc3\xa9", true);
    expect_for_each_auth(s, (struct golden){.headers = "X-Sig: sig;natur\xc3\xa9\r\n"});
}

static void golden__empty_header_parameter(void **state)
{
    struct scene *s = *state;
    fixture_param(&s->f, PLACE_HEADER, "X-Empty", "", false);
    set_auth(s, KIND_NONE);
    s->f.in.format = FORMAT_NOTIFICATION;
    deliver(s);
    assert_non_null(strstr(receiver_wait(s->receiver, 0, 5000)->bytes, "\r\nX-Empty:\r\n"));
}

static void golden__content_type_parameter(void **state)
{
    struct scene *s = *state;
    fixture_param(&s->f, PLACE_HEADER, "Content-Type", "application/vnd.x+json", false);
    expect_for_each_auth(s, (struct golden){.content_type = "application/vnd.x+json"});
}

static void golden__query_parameters(void **state)
{
    struct scene *s = *state;
    fixture_param(&s->f, PLACE_QUERY, "tenant", "a/b c", false);
    fixture_param(&s->f, PLACE_QUERY, "key", "se&cret=", true);
    expect_for_each_auth(s, (struct golden){.target = "/hook?tenant=a%2Fb%20c&key=se%26cret%3D"});
    assert_null(strstr(sending_attempt(s->sending)->url, "cret"));
    assert_non_null(strstr(sending_attempt(s->sending)->url, "?tenant=a%2Fb%20c&key=...."));
}

static void golden__body_parameters(void **state)
{
    struct scene *s = *state;
    fixture_param(&s->f, PLACE_BODY, "team", "\xc3\xa9quipe \"1\"", false);
    fixture_param(&s->f, PLACE_BODY, "token", "body-secret", true);
    expect_for_each_auth(
        s, (struct golden){.body_end =
                               ",\"team\":\"\xc3\xa9quipe \\\"1\\\"\",\"token\":\"body-secret\""});
}

static void golden__all_places_at_once(void **state)
{
    struct scene *s = *state;
    fixture_param(&s->f, PLACE_BODY, "b", "3", true);
    fixture_param(&s->f, PLACE_HEADER, "X-H", "1", true);
    fixture_param(&s->f, PLACE_QUERY, "q", "2", true);
    fixture_param(&s->f, PLACE_HEADER, "X-I", "4", false);
    expect_for_each_auth(s, (struct golden){.target = "/hook?tenant=emea&q=2",
                                            .headers = "X-H: 1\r\nX-I: 4\r\n",
                                            .body_end = ",\"b\":\"3\""});
}

/* --- token requests -------------------------------------------------------------------------- */

static void expect_token_request(struct scene *s, const char *line, const char *headers,
                                 const char *body)
{
    set_auth(s, KIND_OAUTH);
    deliver(s);
    char *length = *body ? mem_printf("Content-Length: %zu\r\n", strlen(body)) : mem_strdup("");
    char *expected = mem_printf("%s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
                                "Accept-Encoding: gzip,deflate\r\n"
                                "%sAccept: application/json\r\nUser-Agent: %s\r\n%s%s\r\n%s",
                                line, receiver_port(s->receiver),
                                *body ? "Content-Type: application/x-www-form-urlencoded\r\n" : "",
                                request_user_agent(), headers, length, body);
    assert_string_equal(receiver_wait(s->receiver, 0, 5000)->bytes, expected);
    free(expected);
    free(length);
}

static void golden__token_by_post(void **state)
{
    expect_token_request(*state, "POST /token", "",
                         "grant_type=client_credentials&client_id=id&client_secret=secret-secret");
}

static void golden__token_by_put_with_basic(void **state)
{
    struct scene *s = *state;
    s->f.in.auth.method = METHOD_PUT;
    s->f.in.auth.client_auth = CLIENT_AUTH_BASIC;
    expect_token_request(s, "PUT /token", "Authorization: Basic aWQ6c2VjcmV0LXNlY3JldA==\r\n",
                         "grant_type=client_credentials");
}

static void golden__token_by_get(void **state)
{
    struct scene *s = *state;
    s->f.in.auth.method = METHOD_GET;
    expect_token_request(s,
                         "GET /token?grant_type=client_credentials&client_id=id"
                         "&client_secret=secret-secret",
                         "", "");
}

static void golden__token_with_parameters_in_each_place(void **state)
{
    struct scene *s = *state;
    fixture_oauth_param(&s->f, PLACE_HEADER, "X-Realm", "r 1", true);
    fixture_oauth_param(&s->f, PLACE_QUERY, "api-version", "2", false);
    fixture_oauth_param(&s->f, PLACE_BODY, "scope", "https://x/.default", false);
    expect_token_request(s, "POST /token?api-version=2", "X-Realm: r 1\r\n",
                         "grant_type=client_credentials&client_id=id&client_secret=secret-secret"
                         "&scope=https%3A%2F%2Fx%2F.default");
}

/* --- secrets in records ---------------------------------------------------------------------- */

static void golden__records_hold_no_secret(void **state)
{
    static const char *const secrets[] = {"dXNlcjpww6Rzczp3b3Jk", "k+/= 1",      "tok.en-123",
                                          "header-secret",        "body-secret", "query-secret"};
    struct scene *s = *state;
    fixture_param(&s->f, PLACE_HEADER, "X-S", "header-secret", true);
    fixture_param(&s->f, PLACE_BODY, "s", "body-secret", true);
    fixture_param(&s->f, PLACE_QUERY, "s", "query-secret", true);
    receiver_answer(s->receiver, "/hook",
                    (struct receiver_answer){.headers = "X-Echo: header-secret tok.en-123\r\n",
                                             .body = "body-secret query-secret tok.en-123"});
    for (int kind = 0; kind < KIND_COUNT; kind++) {
        set_auth(s, (enum kind)kind);
        deliver(s);
        const struct attempt *a = sending_attempt(s->sending);
        for (size_t i = 0; i < ARRAY_LEN(secrets); i++) {
            if (i == 2 && kind != KIND_OAUTH)
                continue; /* only a token that was sent is known to be one */
            assert_null(strstr(a->request_headers, secrets[i]));
            assert_null(strstr(a->url, secrets[i]));
            assert_null(strstr(a->response_headers, secrets[i]));
            assert_null(strstr(a->response_body, secrets[i]));
        }
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(golden__no_parameter),
        TEST(golden__header_parameter),
        TEST(golden__secret_header_parameter),
        TEST(golden__empty_header_parameter),
        TEST(golden__content_type_parameter),
        TEST(golden__query_parameters),
        TEST(golden__body_parameters),
        TEST(golden__all_places_at_once),
        TEST(golden__token_by_post),
        TEST(golden__token_by_put_with_basic),
        TEST(golden__token_by_get),
        TEST(golden__token_with_parameters_in_each_place),
        TEST(golden__records_hold_no_secret),
    };
    return cmocka_run_group_tests_name("golden_requests", tests, NULL, NULL);
}
