/* The test receiver itself, asked by the curl command. */
#include "tests/support/receiver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/certs.h"
#include "tests/support/run.h"

enum { WAIT_MS = 5000 };

/* Exit statuses of curl. */
enum {
    CURL_OK = 0,
    CURL_NO_CONNECTION = 7,
    CURL_PARTIAL = 18,
    CURL_TIMEOUT = 28,
    CURL_GOT_NOTHING = 52,
    CURL_RECV_ERROR = 56,
    CURL_UNTRUSTED = 60,
    CURL_WEIRD_ANSWER = 1,
};

#define CURL(...)                                                                                  \
    run_command((const char *const[]){"curl", "-q", "-sS", "--noproxy", "*", __VA_ARGS__, NULL},   \
                NULL)

static void expect(struct run_result result, int status, const char *out)
{
    if (result.status != status)
        fprintf(stderr, "curl: %s\n", result.err);
    assert_int_equal(result.status, status);
    if (out)
        assert_string_equal(result.out, out);
    run_release(&result);
}

static int open_receiver(void **state)
{
    *state = receiver_start();
    return 0;
}

static int close_receiver(void **state)
{
    receiver_stop(*state);
    return 0;
}

static void receiver__keeps_the_bytes_of_a_request(void **state)
{
    struct receiver *receiver = *state;
    const struct receiver_request *request;
    char *value, *wanted;

    expect(CURL("-X", "PUT", "-A", "test", "-H", "Accept:", "-H", "X-Key:  a b", "--data-binary",
                "{\"a\":1}", receiver_url(receiver, "/x/y?q=1")),
           CURL_OK, "");
    request = receiver_wait(receiver, 0, WAIT_MS);
    assert_true(asprintf(&wanted,
                         "PUT /x/y?q=1 HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: test\r\n"
                         "X-Key:  a b\r\nContent-Length: 7\r\n"
                         "Content-Type: application/x-www-form-urlencoded\r\n\r\n{\"a\":1}",
                         receiver_port(receiver)) > 0);
    assert_string_equal(request->bytes, wanted);
    assert_int_equal(request->len, strlen(wanted));
    assert_string_equal(request->method, "PUT");
    assert_string_equal(request->target, "/x/y?q=1");
    assert_string_equal(request->body, "{\"a\":1}");
    assert_int_equal(request->body_len, 7);
    value = receiver_header(request, "x-key");
    assert_string_equal(value, "a b");
    assert_null(receiver_header(request, "X-Ke"));
    free(value);
    free(wanted);
}

static void receiver__reads_a_large_body(void **state)
{
    struct receiver *receiver = *state;
    size_t len = 3 << 20;
    struct run_options options = {0};
    char *body = malloc(len + 1);
    const char *argv[] = {
        "curl", "-q", "-sS", "--noproxy", "*", "--data-binary", "@-", receiver_url(receiver, "/"),
        NULL};

    assert_non_null(body);
    memset(body, 'b', len);
    body[len] = '\0';
    options.stdin_text = body;
    expect(run_command(argv, &options), CURL_OK, "");
    assert_int_equal(receiver_wait(receiver, 0, WAIT_MS)->body_len, len);
    assert_string_equal(receiver_wait(receiver, 0, WAIT_MS)->body, body);
    free(body);
}

static void receiver_script__answers_in_turn_and_by_path(void **state)
{
    struct receiver *receiver = *state;
    const struct receiver_answer answers[] = {
        {.status = 401, .headers = "WWW-Authenticate: Bearer\r\n", .body = "no"},
        {.status = 200, .body = "yes"},
    };
    const char *hook = receiver_url(receiver, "/hook?a=b");

    receiver_script(receiver, "/hook", answers, 2);
    receiver_answer(receiver, NULL, (struct receiver_answer){.status = 404, .body = "?"});
    expect(CURL("-w", "%{http_code}", hook), CURL_OK, "no401");
    expect(CURL("-w", "%{http_code}", hook), CURL_OK, "yes200");
    expect(CURL("-w", "%{http_code}", hook), CURL_OK, "yes200");
    expect(CURL("-w", "%{http_code}", receiver_url(receiver, "/hook/more")), CURL_OK, "?404");
    receiver_answer(receiver, "/hook", (struct receiver_answer){.status = 204});
    expect(CURL("-w", "%{http_code}", hook), CURL_OK, "204");
    assert_int_equal(receiver_count(receiver), 5);
    receiver_forget(receiver);
    assert_int_equal(receiver_count(receiver), 0);
}

static void receiver__keeps_connections_open(void **state)
{
    struct receiver *receiver = *state;

    receiver_answer(receiver, NULL, (struct receiver_answer){.body = "x"});
    expect(CURL(receiver_url(receiver, "/1"), receiver_url(receiver, "/2")), CURL_OK, "xx");
    assert_int_equal(receiver_connections(receiver), 1);
    assert_int_equal(receiver_wait(receiver, 1, WAIT_MS)->connection, 0);
    receiver_answer(receiver, NULL, (struct receiver_answer){.body = "x", .close = true});
    expect(CURL(receiver_url(receiver, "/1"), receiver_url(receiver, "/2")), CURL_OK, "xx");
    assert_int_equal(receiver_connections(receiver), 3);
}

static void receiver__answers_head_without_a_body(void **state)
{
    struct receiver *receiver = *state;

    receiver_answer(receiver, NULL, (struct receiver_answer){.body = "12345"});
    expect(CURL("-I", "-o", "/dev/null", "-w", "%{http_code} %header{content-length}",
                receiver_url(receiver, "/")),
           CURL_OK, "200 5");
}

static void receiver__misbehaves_as_told(void **state)
{
    struct receiver *receiver = *state;
    static const struct {
        struct receiver_answer answer;
        int status;
    } rows[] = {
        {{.way = RECEIVER_CLOSES}, CURL_GOT_NOTHING},
        {{.way = RECEIVER_RESETS}, CURL_RECV_ERROR},
        {{.way = RECEIVER_HANGS}, CURL_TIMEOUT},
        {{.way = RECEIVER_RAW, .body = "\x16\x03\x01 this is no HTTP at all\r\n"},
         CURL_WEIRD_ANSWER},
        {{.body = "half", .announce = 8}, CURL_PARTIAL},
        {{.body = "late", .delay_ms = 60000}, CURL_TIMEOUT},
        {{.body = "all", .announce = -1}, CURL_OK},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        receiver_answer(receiver, NULL, rows[i].answer);
        expect(CURL("--max-time", "0.3", receiver_url(receiver, "/")), rows[i].status, NULL);
        assert_int_equal(receiver_count(receiver), i + 1);
    }
}

static void receiver__delays_one_connection_only(void **state)
{
    struct receiver *receiver = *state;

    receiver_answer(receiver, "/slow", (struct receiver_answer){.body = "slow", .delay_ms = 300});
    receiver_answer(receiver, "/fast", (struct receiver_answer){.body = "fast,"});
    expect(CURL("-Z", "--parallel-immediate", receiver_url(receiver, "/slow"),
                receiver_url(receiver, "/fast")),
           CURL_OK, "fast,slow");
}

static void receiver__sends_a_body_without_end(void **state)
{
    struct receiver *receiver = *state;
    static char block[65536];

    memset(block, 'x', sizeof block);
    receiver_answer(receiver, NULL,
                    (struct receiver_answer){
                        .body = block, .body_len = sizeof block, .repeat = (1 << 30) / 65536});
    expect(CURL("--max-filesize", "1000", "-o", "/dev/null", receiver_url(receiver, "/")), 63,
           NULL);
    assert_true(receiver_bytes_sent(receiver) < 64 << 20);
    receiver_answer(
        receiver, NULL,
        (struct receiver_answer){.body = block, .body_len = sizeof block, .repeat = 256});
    expect(CURL("-o", "/dev/null", "-w", "%{size_download}", receiver_url(receiver, "/")), CURL_OK,
           "16777216");
}

static void receiver_dead_port__refuses(void **state)
{
    char url[64];

    (void)state;
    snprintf(url, sizeof url, "http://127.0.0.1:%d/", receiver_dead_port());
    expect(CURL(url), CURL_NO_CONNECTION, "");
}

static void certs__make_what_clients_accept_or_refuse(void **state)
{
    static const int status_of[] = {
        [CERT_SERVER] = CURL_OK,
        [CERT_EXPIRED] = CURL_UNTRUSTED,
        [CERT_WRONG_HOST] = CURL_UNTRUSTED,
        [CERT_SELF_SIGNED] = CURL_UNTRUSTED,
    };
    struct certs certs;

    (void)state;
    certs_init(&certs);
    for (enum cert_kind kind = CERT_SERVER; kind <= CERT_SELF_SIGNED; kind++) {
        struct cert cert = certs_make(&certs, kind);
        struct receiver *receiver = receiver_start_tls(cert.cert_file, cert.key_file);
        const char *url = receiver_url(receiver, "/tls");

        receiver_answer(receiver, NULL, (struct receiver_answer){.body = "sealed"});
        expect(CURL("--cacert", certs.ca_file, url), status_of[kind],
               status_of[kind] == CURL_OK ? "sealed" : "");
        expect(CURL("-k", "-d", "x", url), CURL_OK, "sealed");
        receiver_stop(receiver);
        cert_release(&cert);
    }
    certs_release(&certs);
}

static void receiver__misbehaves_over_tls_too(void **state)
{
    struct certs certs;
    struct cert cert;
    struct receiver *receiver;

    (void)state;
    certs_init(&certs);
    cert = certs_make(&certs, CERT_SERVER);
    receiver = receiver_start_tls(cert.cert_file, cert.key_file);
    receiver_answer(receiver, NULL, (struct receiver_answer){.body = "half", .announce = 8});
    expect(CURL("-k", receiver_url(receiver, "/")), CURL_PARTIAL, "half");
    receiver_answer(receiver, NULL, (struct receiver_answer){.way = RECEIVER_CLOSES});
    expect(CURL("-k", receiver_url(receiver, "/")), CURL_GOT_NOTHING, "");
    receiver_stop(receiver);
    cert_release(&cert);
    certs_release(&certs);
}

#define WITH_RECEIVER(test) cmocka_unit_test_setup_teardown(test, open_receiver, close_receiver)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_RECEIVER(receiver__keeps_the_bytes_of_a_request),
        WITH_RECEIVER(receiver__reads_a_large_body),
        WITH_RECEIVER(receiver_script__answers_in_turn_and_by_path),
        WITH_RECEIVER(receiver__keeps_connections_open),
        WITH_RECEIVER(receiver__answers_head_without_a_body),
        WITH_RECEIVER(receiver__misbehaves_as_told),
        WITH_RECEIVER(receiver__delays_one_connection_only),
        WITH_RECEIVER(receiver__sends_a_body_without_end),
        cmocka_unit_test(receiver_dead_port__refuses),
        cmocka_unit_test(certs__make_what_clients_accept_or_refuse),
        cmocka_unit_test(receiver__misbehaves_over_tls_too),
    };

    return cmocka_run_group_tests_name("receiver", tests, NULL, NULL);
}
