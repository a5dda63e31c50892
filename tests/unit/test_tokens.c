/* Tests of the cache of tokens, on a real token endpoint. */
#include "tests/support/delivery_fixture.h"

#include <stdio.h>

#include "core/deliver/tokens.h"
#include "tests/support/receiver.h"

#define NOW_MS ((int64_t)FIXTURE_NOW * 1000)

struct scene {
    struct fixture f;
    struct receiver *receiver; /* its /token is the token endpoint */
    struct token_cache *cache;
    struct target *target;
};

static int setup(void **state)
{
    struct scene *s = mem_zalloc(sizeof *s);
    fixture_init(&s->f);
    s->receiver = receiver_start();
    s->f.in.url = mem_strdup("https://hooks.example.com/in");
    fixture_oauth(&s->f, receiver_url(s->receiver, "/token"), "client", "hush-hush");
    s->cache = token_cache_new(s->f.transport, s->f.keyring);
    s->target = target_new(&s->f.in);
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    struct scene *s = *state;
    target_unref(s->target);
    token_cache_free(s->cache);
    receiver_stop(s->receiver);
    fixture_release(&s->f);
    free(s);
    return 0;
}

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

static struct token_wait *wait_for(struct scene *s, struct told *told)
{
    struct error err = {0};
    struct token_need need = {
        .target = s->target, .now_ms = NOW_MS, .timeout_ms = 5000, .done = on_token, .ctx = told};
    struct token_wait *wait = token_cache_wait(s->cache, &need, &err);
    fixture_check(wait != NULL, &err);
    return wait;
}

static void issue(struct scene *s, const char *token, int expires_in_s)
{
    char *body = mem_printf("{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":%d}",
                            token, expires_in_s);
    receiver_answer(s->receiver, "/token", (struct receiver_answer){.body = body});
    free(body);
}

static void tokens__are_fetched_once_for_all_who_wait(void **state)
{
    struct scene *s = *state;
    issue(s, "one", 3600);
    struct told told[3] = {0};

    assert_null(token_cache_get(s->cache, s->target, NOW_MS));
    for (size_t i = 0; i < ARRAY_LEN(told); i++)
        wait_for(s, &told[i]);
    FIXTURE_POLL_UNTIL(s->f.transport, told[0].times + told[1].times + told[2].times == 3);
    for (size_t i = 0; i < ARRAY_LEN(told); i++)
        assert_string_equal(told[i].token, "one");
    assert_int_equal(receiver_count(s->receiver), 1);

    /* Kept until 60 s before its end. */
    assert_string_equal(token_cache_get(s->cache, s->target, NOW_MS + 3539 * 1000), "one");
    assert_null(token_cache_get(s->cache, s->target, NOW_MS + 3540 * 1000));
}

static void tokens__are_dropped_when_refused_or_changed(void **state)
{
    struct scene *s = *state;
    issue(s, "one", 3600);
    struct told told = {0};
    wait_for(s, &told);
    FIXTURE_POLL_UNTIL(s->f.transport, told.times == 1);

    token_cache_refused(s->cache, s->target, "an older one");
    assert_non_null(token_cache_get(s->cache, s->target, NOW_MS));

    mem_replace(&s->f.in.auth.client_id, "another");
    struct target *changed = target_new(&s->f.in);
    assert_null(token_cache_get(s->cache, changed, NOW_MS));
    token_cache_refused(s->cache, s->target, "one");
    assert_null(token_cache_get(s->cache, s->target, NOW_MS));
    target_unref(changed);
}

static void tokens__serve_nobody_who_cancelled(void **state)
{
    struct scene *s = *state;
    issue(s, "one", 3600);
    struct told first = {0}, second = {0};
    struct token_wait *wait = wait_for(s, &first);
    wait_for(s, &second);
    token_wait_cancel(wait);
    FIXTURE_POLL_UNTIL(s->f.transport, second.times == 1);
    assert_int_equal(first.times, 0);

    /* The last one takes the request with it. */
    token_cache_refused(s->cache, s->target, "one");
    token_wait_cancel(wait_for(s, &first));
    assert_int_equal(transport_active(s->f.transport), 0);
}

enum { LONG = 1 << 20 };
static const char not_json[] = " did not answer with a JSON object: is this a token endpoint?";
static char much[LONG + 1];
static const struct {
    struct receiver_answer answer;
    const char *reason;
    enum verdict verdict;
    int64_t retry_after_s;
} refusals[] = {
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

static void tokens__tell_why_there_is_none(void **state)
{
    struct scene *s = *state;
    memset(much, 'x', LONG);
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++) {
        struct told told = {0};
        receiver_answer(s->receiver, "/token", refusals[i].answer);
        wait_for(s, &told);
        FIXTURE_POLL_UNTIL(s->f.transport, told.times == 1);
        char *expected = mem_printf("the token endpoint 127.0.0.1:%d%s", receiver_port(s->receiver),
                                    refusals[i].reason);
        assert_memory_equal(told.outcome.reason, expected, strlen(expected));
        assert_string_equal(told.token, "");
        assert_int_equal(told.outcome.fault, FAULT_TOKEN);
        assert_int_equal(told.outcome.verdict, refusals[i].verdict);
        assert_int_equal(told.outcome.retry_after_s, refusals[i].retry_after_s);
        free(expected);
    }
    /* Neither the places that redirects named nor anything twice. */
    assert_int_equal(receiver_count(s->receiver), ARRAY_LEN(refusals));
    for (size_t i = 0; i < ARRAY_LEN(refusals); i++)
        assert_string_equal(receiver_wait(s->receiver, i, 1000)->target, "/token");
}

/* Nobody said when it ends: it is kept until it is refused. */
static void tokens__without_an_end_are_kept(void **state)
{
    static const char *const bodies[] = {
        "{\"access_token\":\"one\"}",
        "{\"access_token\":\"one\",\"token_type\":\"bEARER\",\"expires_in\":0}",
        "{\"access_token\":\"one\",\"expires_in\":-1}",
    };
    struct scene *s = *state;
    int64_t year_ms = (int64_t)366 * 86400 * 1000;
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        struct told told = {0};
        receiver_answer(s->receiver, "/token", (struct receiver_answer){.body = bodies[i]});
        wait_for(s, &told);
        FIXTURE_POLL_UNTIL(s->f.transport, told.times == 1);
        assert_string_equal(token_cache_get(s->cache, s->target, NOW_MS + year_ms), "one");
        token_cache_refused(s->cache, s->target, "one");
        assert_null(token_cache_get(s->cache, s->target, NOW_MS));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(tokens__are_fetched_once_for_all_who_wait),
        TEST(tokens__are_dropped_when_refused_or_changed),
        TEST(tokens__serve_nobody_who_cancelled),
        TEST(tokens__tell_why_there_is_none),
        TEST(tokens__without_an_end_are_kept),
    };
    return cmocka_run_group_tests_name("tokens", tests, NULL, NULL);
}
