/*
 * The printed curl commands, run by a real shell: what arrives is compared with what the sender
 * sends itself, the order of headers aside.
 */
#include "tests/support/delivery_fixture.h"

#include <stdio.h>

#include "core/base/strbuf.h"
#include "core/deliver/curl_command.h"
#include "core/deliver/sending.h"
#include "tests/support/receiver.h"
#include "tests/support/run.h"

/* Everything that a shell, JSON, a form, a URL and curl itself treat in a way of their own. */
static const char hostile[] = "@p'a\"s$HOME`id`\\n!%41\xc3\xa9&=+;#|<> ~*{}[](a)\t\xe2\x82\xac-\\";
static const char hostile_word[] = "-@'\"$x`!%00\\\xe2\x80\xae\xc2\x9b#&=";

enum { WAIT_MS = 30000, HEADERS_MAX = 40, ENV_MAX = 12 };

struct scene {
    struct fixture f;
    struct receiver *receiver;
    struct token_cache *tokens;
    struct sending *sending;
    struct event event;
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
    s->event = fixture_event();
    s->f.in.url = mem_strdup(receiver_url(s->receiver, "/a/../hook?tenant=emea&x=[1-3]{a,b}"));
    receiver_answer(s->receiver, "/token",
                    (struct receiver_answer){.body = "{\n  \"token_type\": \"bearer\",\n"
                                                     "  \"access_token\" : \"to\\/ken=1\"\n}"});
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    struct scene *s = *state;
    sending_free(s->sending);
    token_cache_free(s->tokens);
    receiver_stop(s->receiver);
    event_release(&s->event);
    fixture_release(&s->f);
    free(s);
    return 0;
}

static struct event copy_event(const struct scene *s)
{
    struct event copy = s->event;
    copy.id = mem_strdup(s->event.id);
    copy.envelope_id = mem_strdup(s->event.envelope_id);
    copy.check_id = mem_strdup(s->event.check_id);
    copy.detail = mem_strdup(s->event.detail);
    copy.explain = mem_strdup(s->event.explain);
    return copy;
}

static void send_ourselves(struct scene *s)
{
    struct event event = copy_event(s);
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
    token_cache_free(s->tokens); /* each case fetches its own */
    options.tokens = s->tokens = token_cache_new(s->f.transport, s->f.keyring);
    sending_free(s->sending);
    s->done = false;
    s->sending = sending_new(&options);
    target_unref(target);
    sending_start(s->sending);
    FIXTURE_POLL_UNTIL(s->f.transport, s->done);
    if (sending_outcome(s->sending)->verdict != VERDICT_DELIVERED)
        fail_msg("not delivered: %s", sending_outcome(s->sending)->reason);
}

static char *command_of(struct scene *s)
{
    struct error err = {0};
    const struct preview_of of = {
        .event = &s->event, .integration = &s->f.in, .general = &s->f.general};
    char *script = curl_command(&of, &err);
    fixture_check(script != NULL, &err);
    return script;
}

static void run_script(struct scene *s, const char *script, const char *const *env)
{
    char *file = tmpdir_write(&s->f.dir, "command.sh", script);
    const struct run_options options = {.env = env};
    struct run_result r = run_command((const char *const[]){"sh", file, NULL}, &options);
    if (r.status != 0)
        fail_msg("exit %d: %s\n%s", r.status, r.err, script);
    run_release(&r);
    free(file);
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The head with its header lines sorted. */
static char *sorted_head(const struct receiver_request *r)
{
    char *head = mem_strndup(r->bytes, r->len - r->body_len);
    char *lines[HEADERS_MAX], *rest = NULL;
    struct strbuf out;
    size_t count = 0;
    for (char *line = strtok_r(head, "\r\n", &rest); line; line = strtok_r(NULL, "\r\n", &rest)) {
        assert_true(count < HEADERS_MAX);
        lines[count++] = line;
    }
    qsort(lines + 1, count - 1, sizeof *lines, compare_lines);
    strbuf_init(&out, 1 << 20);
    for (size_t i = 0; i < count; i++)
        strbuf_addf(&out, "%s\n", lines[i]);
    free(head);
    return strbuf_detach(&out);
}

static void expect_equal(struct scene *s, size_t ours, size_t theirs, const char *script)
{
    const struct receiver_request *a = receiver_wait(s->receiver, ours, WAIT_MS);
    const struct receiver_request *b = receiver_wait(s->receiver, theirs, WAIT_MS);
    char *head_a = sorted_head(a), *head_b = sorted_head(b);
    if (strcmp(head_a, head_b) != 0)
        fail_msg("heads differ:\n%s---\n%s---\n%s", head_a, head_b, script);
    if (a->body_len != b->body_len || memcmp(a->body, b->body, a->body_len) != 0)
        fail_msg("bodies differ:\n%s\n---\n%s\n---\n%s", a->body, b->body, script);
    free(head_a);
    free(head_b);
}

/* Sends by both ways and compares; none of the secrets stands in the command. */
static void compare(struct scene *s, const char *const *env)
{
    size_t requests = s->f.in.auth.type == AUTH_OAUTH ? 2 : 1;
    receiver_forget(s->receiver);
    send_ourselves(s);
    char *script = command_of(s);
    for (size_t i = 0; env[i]; i++)
        assert_null(strstr(script, strchr(env[i], '=') + 1));
    run_script(s, script, env);
    for (size_t i = 0; i < requests; i++)
        expect_equal(s, i, requests + i, script);
    assert_int_equal(receiver_count(s->receiver), 2 * requests);
    free(script);
}

/* "NAME=hostile", freed by release_env. */
static void make_env(const char *const *names, size_t count, char **env)
{
    for (size_t i = 0; i < count; i++)
        env[i] = mem_printf("%s=%s", names[i], hostile);
    env[count] = NULL;
}

static void compare_with(struct scene *s, const char *const *names, size_t count)
{
    char *env[ENV_MAX + 1];
    assert_true(count <= ENV_MAX);
    make_env(names, count, env);
    compare(s, (const char *const *)env);
    for (size_t i = 0; i < count; i++)
        free(env[i]);
}
#define COMPARE(s, ...)                                                                            \
    compare_with(s, (const char *const[]){__VA_ARGS__},                                            \
                 sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static const char *const no_env[] = {NULL};

/* --- cases ----------------------------------------------------------------------------------- */

static void curl__sends_each_method(void **state)
{
    static const enum http_method methods[] = {METHOD_POST,  METHOD_PUT,  METHOD_PATCH,
                                               METHOD_GET,   METHOD_HEAD, METHOD_OPTIONS,
                                               METHOD_DELETE};
    struct scene *s = *state;
    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        s->f.in.method = (int)methods[i];
        compare(s, no_env);
    }
}

static void curl__signs_in_with_basic(void **state)
{
    struct scene *s = *state;
    fixture_basic(&s->f, "us'er $x\xc3\xa9;", hostile);
    COMPARE(s, "CHECKHOOK_PASSWORD");
    fixture_basic(&s->f, "", hostile);
    COMPARE(s, "CHECKHOOK_PASSWORD");
    fixture_basic(&s->f, "@-", hostile);
    COMPARE(s, "CHECKHOOK_PASSWORD");
}

static void curl__signs_in_with_a_key(void **state)
{
    struct scene *s = *state;
    fixture_api_key(&s->f, "x-api-client-token", hostile);
    COMPARE(s, "CHECKHOOK_API_KEY");
    fixture_api_key(&s->f, "Authorization", hostile);
    COMPARE(s, "CHECKHOOK_API_KEY");
}

static void curl__fetches_a_token_by_each_way(void **state)
{
    static const enum client_auth ways[] = {CLIENT_AUTH_POST, CLIENT_AUTH_BASIC,
                                            CLIENT_AUTH_BASIC_RAW, CLIENT_AUTH_NONE};
    static const enum http_method methods[] = {METHOD_POST, METHOD_PUT, METHOD_GET};
    struct scene *s = *state;
    fixture_oauth(&s->f, receiver_url(s->receiver, "/token?a=1"), "cl'ient $1\xc3\xa9", hostile);
    for (size_t m = 0; m < ARRAY_LEN(methods); m++)
        for (size_t i = 0; i < ARRAY_LEN(ways); i++) {
            s->f.in.auth.method = (int)methods[m];
            s->f.in.auth.client_auth = (int)ways[i];
            if (ways[i] == CLIENT_AUTH_NONE)
                compare(s, no_env);
            else
                COMPARE(s, "CHECKHOOK_CLIENT_SECRET");
        }
}

static void curl__puts_token_parameters_in_their_places(void **state)
{
    struct scene *s = *state;
    fixture_oauth(&s->f, receiver_url(s->receiver, "/token"), "client", hostile);
    fixture_oauth_param(&s->f, PLACE_BODY, "scope", hostile_word, false);
    fixture_oauth_param(&s->f, PLACE_BODY, "assertion", hostile, true);
    fixture_oauth_param(&s->f, PLACE_QUERY, "key", hostile, true);
    fixture_oauth_param(&s->f, PLACE_QUERY, "plain", hostile_word, false);
    fixture_oauth_param(&s->f, PLACE_HEADER, "X-Key", hostile, true);
    COMPARE(s, "CHECKHOOK_CLIENT_SECRET", "CHECKHOOK_OAUTH_BODY_ASSERTION",
            "CHECKHOOK_OAUTH_QUERY_KEY", "CHECKHOOK_OAUTH_HEADER_X_KEY");
    fixture_oauth_param(&s->f, PLACE_BODY, "client_secret", hostile, true);
    COMPARE(s, "CHECKHOOK_OAUTH_BODY_ASSERTION", "CHECKHOOK_OAUTH_QUERY_KEY",
            "CHECKHOOK_OAUTH_HEADER_X_KEY", "CHECKHOOK_OAUTH_BODY_CLIENT_SECRET");
}

/* Though not marked as secret, what signs in stays hidden, as in the records. */
static void curl__hides_an_authorization_that_is_a_parameter(void **state)
{
    struct scene *s = *state;
    fixture_oauth(&s->f, receiver_url(s->receiver, "/token"), "client", hostile);
    fixture_oauth_param(&s->f, PLACE_HEADER, "Authorization", "Custom c2VjcmV0", false);
    compare(s, (const char *const[]){"CHECKHOOK_OAUTH_HEADER_AUTHORIZATION=Custom c2VjcmV0", NULL});
}

static void curl__puts_parameters_in_their_places(void **state)
{
    struct scene *s = *state;
    fixture_param(&s->f, PLACE_HEADER, "X-Plain", hostile_word, false);
    fixture_param(&s->f, PLACE_HEADER, "X-Empty", "", false);
    fixture_param(&s->f, PLACE_HEADER, "X-Key", hostile, true);
    fixture_param(&s->f, PLACE_HEADER, "X_Key", hostile, true);
    fixture_param(&s->f, PLACE_QUERY, "tenant", hostile_word, false);
    fixture_param(&s->f, PLACE_QUERY, "k\xc3\xa9y", hostile, true);
    fixture_param(&s->f, PLACE_BODY, "plain'", hostile_word, false);
    fixture_param(&s->f, PLACE_BODY, "token", hostile, true);
    COMPARE(s, "CHECKHOOK_HEADER_X_KEY", "CHECKHOOK_HEADER_X_KEY_2", "CHECKHOOK_QUERY_K__Y",
            "CHECKHOOK_BODY_TOKEN");
    fixture_param(&s->f, PLACE_HEADER, "Content-Type", "text/plain", false);
    s->f.in.method = METHOD_GET; /* no body: its parameter is not asked for */
    COMPARE(s, "CHECKHOOK_HEADER_X_KEY", "CHECKHOOK_HEADER_X_KEY_2", "CHECKHOOK_QUERY_K__Y");
}

static void curl__sends_hostile_and_large_bodies(void **state)
{
    enum { LARGE = 300 * 1000 };
    struct scene *s = *state;
    struct strbuf detail;
    strbuf_init(&detail, 2 * LARGE);
    strbuf_adds(&detail,
                "{\"id\":\"it's $HOME `id` !! \\\\ \xe2\x80\xae\xc2\x9b\x7f\",\"users\":\"");
    char *small = mem_printf("%s\"}", detail.text);
    mem_replace(&s->event.detail, small);
    compare(s, no_env);
    while (detail.len < LARGE)
        strbuf_adds(&detail, "o'neill@example.com ");
    strbuf_adds(&detail, "\"}");
    mem_replace(&s->event.detail, detail.text);
    fixture_param(&s->f, PLACE_BODY, "token", hostile, true);
    COMPARE(s, "CHECKHOOK_BODY_TOKEN");
    free(small);
    strbuf_release(&detail);
}

/* What a terminal must not get is not in the command, yet arrives. */
static void curl__shows_nothing_unsafe(void **state)
{
    struct scene *s = *state;
    fixture_param(&s->f, PLACE_HEADER, "X-Plain", hostile_word, false);
    char *script = command_of(s);
    assert_null(strstr(script, "\xe2\x80\xae"));
    assert_null(strstr(script, "\xc2\x9b"));
    assert_non_null(strstr(script, "\\342\\200\\256"));
    free(script);
}

static void curl__has_the_options_of_the_sender(void **state)
{
    struct scene *s = *state;
    s->f.in.timeout_s = 17;
    char *script = command_of(s);
    assert_non_null(strstr(script, "--max-time '17'"));
    assert_non_null(strstr(script, "--noproxy '*'"));
    assert_null(strstr(script, "--insecure"));
    assert_null(strstr(script, "--location"));
    assert_null(strstr(script, "# Secrets"));
    free(script);
    s->f.in.tls_verify = false;
    s->f.in.ca_file = mem_strdup("/etc/it's a ca.pem");
    s->f.in.proxy = mem_strdup("http://proxy.example:3128");
    script = command_of(s);
    assert_non_null(strstr(script, "--insecure"));
    assert_non_null(strstr(script, "--cacert '/etc/it'\\''s a ca.pem'"));
    assert_non_null(strstr(script, "--proxy 'http://proxy.example:3128'"));
    assert_non_null(strstr(script, "--noproxy ''"));
    free(script);
}

static void curl__sends_nothing_without_its_secrets(void **state)
{
    struct scene *s = *state;
    fixture_basic(&s->f, "user", "secret");
    char *script = command_of(s);
    char *file = tmpdir_write(&s->f.dir, "command.sh", script);
    struct run_result r = run_command((const char *const[]){"sh", file, NULL}, NULL);
    assert_int_not_equal(r.status, 0);
    assert_non_null(strstr(r.err, "CHECKHOOK_PASSWORD: is not set"));
    assert_int_equal(receiver_count(s->receiver), 0);
    run_release(&r);
    free(file);
    free(script);
}

static void curl__says_what_the_token_endpoint_answered(void **state)
{
    static const char *const env[] = {"CHECKHOOK_CLIENT_SECRET=x", NULL};
    struct scene *s = *state;
    const struct run_options options = {.env = env};
    receiver_answer(s->receiver, "/token",
                    (struct receiver_answer){.status = 401, .body = "{\"error\":\"bad_client\"}"});
    fixture_oauth(&s->f, receiver_url(s->receiver, "/token"), "client", "x");
    char *script = command_of(s);
    char *file = tmpdir_write(&s->f.dir, "command.sh", script);
    struct run_result r = run_command((const char *const[]){"sh", file, NULL}, &options);
    assert_int_not_equal(r.status, 0);
    assert_non_null(strstr(r.err, "not in the answer: {\"error\":\"bad_client\"}"));
    assert_int_equal(receiver_count(s->receiver), 1);
    run_release(&r);
    free(file);
    free(script);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(curl__sends_each_method),
        TEST(curl__signs_in_with_basic),
        TEST(curl__signs_in_with_a_key),
        TEST(curl__fetches_a_token_by_each_way),
        TEST(curl__puts_token_parameters_in_their_places),
        TEST(curl__hides_an_authorization_that_is_a_parameter),
        TEST(curl__puts_parameters_in_their_places),
        TEST(curl__sends_hostile_and_large_bodies),
        TEST(curl__shows_nothing_unsafe),
        TEST(curl__has_the_options_of_the_sender),
        TEST(curl__sends_nothing_without_its_secrets),
        TEST(curl__says_what_the_token_endpoint_answered),
    };
    return cmocka_run_group_tests_name("curl_command", tests, NULL, NULL);
}
