/* Tests of the sentences that say what came of an attempt. */
#include "tests/support/delivery_fixture.h"

#include <stdio.h>

#include "core/base/text.h"
#include "core/deliver/reason.h"

static const struct reason_input usual = {.url = "https://hooks.example.com/in?key=1",
                                          .method = "POST",
                                          .proxy = "http://user:pass@proxy.example:3128",
                                          .timeout_s = 30,
                                          .retry_after_s = -1};

static void expect(struct answer *answer, int64_t retry_after_s, const char *reason,
                   const char *advice)
{
    char text[384], next[ADVICE_MAX];
    struct reason_input input = usual;
    input.answer = answer;
    input.retry_after_s = retry_after_s;
    input.max_wait_s = 24 * 3600;
    reason_write(&input, text, sizeof text);
    reason_advice(&input, next, sizeof next);
    assert_string_equal(text, reason);
    if (advice)
        assert_string_equal(next, advice);
}

static void reason_write__has_a_sentence_for_every_fault(void **state)
{
    static const struct {
        enum fault fault;
        const char *detail, *reason;
    } cases[] = {
        {FAULT_RESOLVE, "Could not resolve host", "the name hooks.example.com was not found"},
        {FAULT_CONNECT, "Connection refused",
         "hooks.example.com cannot be reached: Connection refused"},
        {FAULT_TLS_CA, "x",
         "the certificate of hooks.example.com is signed by an authority that this machine does "
         "not know"},
        {FAULT_TLS_HOST, "x",
         "the certificate that answers for hooks.example.com belongs to another host"},
        {FAULT_TLS_EXPIRED, "x",
         "the certificate of hooks.example.com has expired or is not valid yet"},
        {FAULT_TLS, "error:0A00010B:SSL routines::wrong version number",
         "no TLS connection to hooks.example.com could be made: it speaks no TLS on this port"},
        {FAULT_CLOSED, "x", "hooks.example.com closed the connection without an answer"},
        {FAULT_PROTOCOL, "Received HTTP/0.9 when not allowed",
         "hooks.example.com answered, but not with HTTP"},
        {FAULT_PROXY, "refused", "the proxy proxy.example:3128 could not be used: refused"},
        {FAULT_CANCELLED, "", "it was cancelled"},
        {FAULT_OTHER, "odd", "the request could not be made: odd"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct answer answer = {.fault = cases[i].fault};
        snprintf(answer.detail, sizeof answer.detail, "%s", cases[i].detail);
        expect(&answer, -1, cases[i].reason, NULL);
    }
}

static void reason_write__names_the_phase_of_a_timeout(void **state)
{
    static const struct {
        struct phases phases;
        const char *phase;
    } cases[] = {
        {{-1, -1, -1, -1, -1}, "another request was still connecting"},
        {{-1, -1, -1, -1, 30000000}, "looking up its name"},
        {{5, -1, -1, -1, -1}, "connecting"},
        {{5, 9, -1, -1, -1}, "during the TLS handshake"},
        {{5, 9, 12, -1, -1}, "waiting for the answer"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct answer answer = {.fault = FAULT_TIMEOUT, .phases = cases[i].phases};
        char *reason =
            mem_printf("hooks.example.com did not answer within 30 s (%s)", cases[i].phase);
        expect(&answer, -1, reason,
               "Have the receiver answer before its slow work, or raise Timeout.");
        free(reason);
    }
}

static void reason_write__has_a_sentence_for_every_status(void **state)
{
    static const struct {
        int status;
        int64_t retry_after_s;
        const char *reason;
    } cases[] = {
        {200, -1, ""},
        {204, -1, ""},
        {401, -1, "hooks.example.com refused the credentials (401 Unauthorized)"},
        {403, -1,
         "hooks.example.com does not allow these credentials to send here (403 Forbidden)"},
        {404, -1, "hooks.example.com has nothing at this address (404 Not Found)"},
        {405, -1, "hooks.example.com does not take POST at this address (405 Method Not Allowed)"},
        {407, -1,
         "the proxy proxy.example:3128 wants credentials (407 Proxy Authentication Required)"},
        {410, -1, "hooks.example.com says that this webhook is gone for good (410 Gone)"},
        {413, -1, "the message is too large for hooks.example.com (413 Content Too Large)"},
        {415, -1, "hooks.example.com does not take this content type (415 Unsupported Media Type)"},
        {422, -1, "hooks.example.com did not accept the message (422 Unprocessable Content)"},
        {429, 120,
         "hooks.example.com asks to slow down (429 Too Many Requests), again after 120 s"},
        {429, -1, "hooks.example.com asks to slow down (429 Too Many Requests)"},
        {503, 5,
         "hooks.example.com has a fault of its own (503 Service Unavailable), again after "
         "5 s"},
        {599, -1, "hooks.example.com has a fault of its own (599)"},
        {101, -1, "hooks.example.com gave an answer that fits no request (101)"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct answer answer = {.status = cases[i].status};
        expect(&answer, cases[i].retry_after_s, cases[i].reason, NULL);
    }
}

/* Nobody can enter again what was never asked for. */
static void reason_write__knows_when_no_credentials_were_sent(void **state)
{
    struct answer answer = {.status = 401};
    struct reason_input input = usual;
    char text[384], next[ADVICE_MAX];
    (void)state;
    input.answer = &answer;
    input.anonymous = true;
    reason_write(&input, text, sizeof text);
    reason_advice(&input, next, sizeof next);
    assert_string_equal(text, "hooks.example.com wants credentials (401 Unauthorized)");
    assert_string_equal(next,
                        "Choose an Authorization Type, or check the parameters that hold a key.");
}

static void reason_write__says_where_a_redirect_leads(void **state)
{
    struct answer answer = {.status = 302};
    (void)state;
    http_headers_add(&answer.headers, "location", "https://new.example.com/in", false);
    expect(&answer, -1,
           "hooks.example.com redirects to https://new.example.com/in; redirects "
           "are never followed (302 Found)",
           "Set Endpoint URL to the place where the receiver wants its events.");
    answer_release(&answer);
}

static void expect_detail(const char *body, const char *challenge, const char *detail)
{
    char text[256];
    struct answer answer = {.status = 400};
    if (body) {
        answer.body = mem_strdup(body);
        answer.body_len = strlen(body);
    }
    if (challenge)
        http_headers_add(&answer.headers, "WWW-Authenticate", challenge, false);
    reason_detail(&answer, text, sizeof text);
    assert_string_equal(text, detail);
    answer_release(&answer);
}

static void reason_detail__finds_what_the_receiver_says(void **state)
{
    (void)state;
    expect_detail("{\"error\":\"invalid_token\",\"error_description\":\"aud mismatch\"}", NULL,
                  "invalid_token: aud mismatch");
    expect_detail("{\"error\":{\"code\":7,\"message\":\"bad field\"}}", NULL, "bad field");
    expect_detail("{\"message\":\"no such hook\"}", NULL, "no such hook");
    expect_detail("{\"title\":\"Bad\",\"detail\":\"worse\"}", NULL, "Bad");
    expect_detail("", "Bearer realm=\"x\", error=\"invalid_token\", error_description=\"old\"",
                  "invalid_token: old");
    expect_detail(NULL, "Basic realm=\"x\"", "");
    expect_detail("no_service\n", NULL, "no_service");
    expect_detail("first line\r\nsecond", NULL, "first line");
    expect_detail("<html><body>Bad</body></html>", NULL, "");
    expect_detail("{\"error\":", NULL, "");
    expect_detail("[1]", NULL, "[1]");
    expect_detail(NULL, NULL, "");
}

static void reason_detail__is_safe_and_short(void **state)
{
    char text[256];
    struct answer answer = {.status = 400};
    (void)state;
    expect_detail("{\"error\":\"a\\u001b[31m\\nb\\u202e\"}", NULL, "a\\u{1b}[31m\\u{a}b\\u{202e}");

    char *many = mem_alloc(4001);
    for (size_t i = 0; i < 4000; i += 2)
        memcpy(many + i, "\xc3\xa9", 2);
    many[4000] = '\0';
    answer.body = mem_printf("{\"error\":\"%s\"}", many);
    answer.body_len = strlen(answer.body);
    reason_detail(&answer, text, sizeof text);
    assert_true(strlen(text) < sizeof text);
    assert_true(utf8_valid(text, strlen(text)));
    assert_true(strlen(text) > 150);
    free(many);
    answer_release(&answer);
}

static void reason_format__cuts_at_a_character(void **state)
{
    char text[6];
    (void)state;
    reason_format(text, sizeof text, "%s", "abcd\xc3\xa9");
    assert_string_equal(text, "abcd");
    reason_format(text, sizeof text, "%s", "abc\xc3\xa9");
    assert_string_equal(text, "abc\xc3\xa9");
}

static void reason_proxy__never_shows_credentials(void **state)
{
    static const struct {
        const char *proxy, *shown;
    } cases[] = {
        {"http://user:pass@proxy.example:3128", "proxy.example:3128"},
        {"socks5://127.0.0.1:1080/", "127.0.0.1:1080"},
        {"https://u:p%40@[::1]:1", "[::1]:1"},
        {NULL, ""},
    };
    char text[128];
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        reason_proxy(cases[i].proxy, text, sizeof text);
        assert_string_equal(text, cases[i].shown);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reason_write__has_a_sentence_for_every_fault),
        cmocka_unit_test(reason_write__names_the_phase_of_a_timeout),
        cmocka_unit_test(reason_write__has_a_sentence_for_every_status),
        cmocka_unit_test(reason_write__knows_when_no_credentials_were_sent),
        cmocka_unit_test(reason_write__says_where_a_redirect_leads),
        cmocka_unit_test(reason_detail__finds_what_the_receiver_says),
        cmocka_unit_test(reason_detail__is_safe_and_short),
        cmocka_unit_test(reason_format__cuts_at_a_character),
        cmocka_unit_test(reason_proxy__never_shows_credentials),
    };
    return cmocka_run_group_tests_name("verdict", tests, NULL, NULL);
}
