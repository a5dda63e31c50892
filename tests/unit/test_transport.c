/* Tests of single exchanges with a real receiver: answers, limits, TLS, and every fault. */
#include "tests/unit/delivery_fixture.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/base/strbuf.h"
#include "core/deliver/transfer.h"
#include "tests/support/certs.h"
#include "tests/support/receiver.h"
#include "tests/support/run.h"

/* One exchange and what came of it. */
struct exchange {
    struct http_request request;
    struct transfer_spec spec;
    bool done;
    struct answer answer;
};

static void on_done(void *ctx, struct answer *answer)
{
    struct exchange *x = ctx;
    x->done = true;
    x->answer = *answer;
    *answer = (struct answer){0};
}

static void prepare(struct exchange *x, const char *url)
{
    *x = (struct exchange){0};
    x->request.method = METHOD_POST;
    x->request.url = mem_strdup(url);
    x->request.body = mem_strdup("{}");
    x->request.body_len = 2;
    http_headers_add(&x->request.headers, "Content-Type", "application/json", false);
    x->spec = (struct transfer_spec){.request = &x->request,
                                     .tls_verify = true,
                                     .timeout_ms = 5000,
                                     .keep = ANSWER_KEEP_BYTES,
                                     .done = on_done,
                                     .ctx = x};
}

static void run(struct exchange *x, struct transport *t)
{
    transfer_start(t, &x->spec);
    FIXTURE_POLL_UNTIL(t, x->done);
}

static void finish(struct exchange *x)
{
    answer_release(&x->answer);
    http_request_release(&x->request);
}

static int setup(void **state)
{
    *state = transport_new();
    return 0;
}

static int teardown(void **state)
{
    transport_free(*state);
    return 0;
}

static void transfer__brings_the_answer_with_its_phases(void **state)
{
    struct receiver *receiver = receiver_start();
    struct exchange x;
    receiver_answer(receiver, NULL,
                    (struct receiver_answer){
                        .status = 201, .headers = "X-One: 1\r\nX-Two:  2 \r\n", .body = "hello"});
    prepare(&x, receiver_url(receiver, "/in"));
    run(&x, *state);
    assert_int_equal(x.answer.fault, FAULT_NONE);
    assert_int_equal(x.answer.status, 201);
    assert_string_equal(x.answer.body, "hello");
    assert_false(x.answer.cut);
    assert_string_equal(http_headers_get(&x.answer.headers, "x-one"), "1");
    assert_string_equal(http_headers_get(&x.answer.headers, "X-Two"), "2");
    char *peer = mem_printf("127.0.0.1:%d", receiver_port(receiver));
    assert_string_equal(x.answer.peer, peer);
    assert_true(x.answer.phases.resolve_us >= 0);
    assert_true(x.answer.phases.connect_us >= x.answer.phases.resolve_us);
    assert_int_equal(x.answer.phases.tls_us, -1);
    assert_true(x.answer.phases.first_byte_us >= x.answer.phases.connect_us);
    assert_true(x.answer.phases.total_us >= x.answer.phases.first_byte_us);
    free(peer);
    finish(&x);
    receiver_stop(receiver);
}

static void transfer__reuses_connections(void **state)
{
    struct receiver *receiver = receiver_start();
    for (int i = 0; i < 5; i++) {
        struct exchange x;
        prepare(&x, receiver_url(receiver, "/in"));
        run(&x, *state);
        assert_int_equal(x.answer.status, 200);
        finish(&x);
    }
    assert_int_equal(receiver_connections(receiver), 1);
    receiver_stop(receiver);
}

static void transfer__sends_each_method(void **state)
{
    static const struct {
        enum http_method method;
        const char *text;
        bool body;
    } cases[] = {
        {METHOD_POST, "POST", true},     {METHOD_PUT, "PUT", true},
        {METHOD_PATCH, "PATCH", true},   {METHOD_GET, "GET", false},
        {METHOD_HEAD, "HEAD", false},    {METHOD_OPTIONS, "OPTIONS", true},
        {METHOD_DELETE, "DELETE", true},
    };
    struct receiver *receiver = receiver_start();
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct exchange x;
        prepare(&x, receiver_url(receiver, "/in"));
        x.request.method = cases[i].method;
        if (!cases[i].body) {
            free(x.request.body);
            x.request.body = NULL;
        }
        run(&x, *state);
        assert_int_equal(x.answer.status, 200);
        const struct receiver_request *got = receiver_wait(receiver, i, 5000);
        assert_string_equal(got->method, cases[i].text);
        assert_int_equal(got->body_len, cases[i].body ? 2 : 0);
        finish(&x);
    }
    receiver_stop(receiver);
}

static void transfer__ignores_the_environment(void **state)
{
    struct receiver *receiver = receiver_start();
    struct exchange x;
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("all_proxy", "http://127.0.0.1:1", 1);
    prepare(&x, receiver_url(receiver, "/in"));
    run(&x, *state);
    assert_int_equal(x.answer.status, 200);
    unsetenv("http_proxy");
    unsetenv("all_proxy");
    finish(&x);
    receiver_stop(receiver);
}

static void transfer__never_follows_a_redirect(void **state)
{
    struct receiver *receiver = receiver_start(), *trap = receiver_start();
    struct exchange x;
    char *location = mem_printf("Location: %s\r\n", receiver_url(trap, "/trap"));
    receiver_answer(receiver, NULL, (struct receiver_answer){.status = 307, .headers = location});
    prepare(&x, receiver_url(receiver, "/in"));
    run(&x, *state);
    assert_int_equal(x.answer.fault, FAULT_NONE);
    assert_int_equal(x.answer.status, 307);
    assert_int_equal(receiver_connections(trap), 0);
    free(location);
    finish(&x);
    receiver_stop(receiver);
    receiver_stop(trap);
}

/* --- limits ---------------------------------------------------------------------------------- */

static long peak_kib(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static void transfer__stops_reading_a_gigabyte(void **state)
{
    static char block[64 * 1024];
    struct receiver *receiver = receiver_start();
    struct exchange x;
    memset(block, 'x', sizeof block);
    receiver_answer(
        receiver, NULL,
        (struct receiver_answer){.body = block, .body_len = sizeof block, .repeat = 16 * 1024});
    long before = peak_kib();
    prepare(&x, receiver_url(receiver, "/in"));
    run(&x, *state);
    assert_int_equal(x.answer.fault, FAULT_NONE);
    assert_int_equal(x.answer.status, 200);
    assert_int_equal(x.answer.body_len, ANSWER_KEEP_BYTES);
    assert_true(x.answer.cut);
    /* What the kernel's buffers hold was sent; nothing near the whole. */
    assert_true(receiver_bytes_sent(receiver) < 16 * 1024 * 1024);
    assert_true(peak_kib() - before < 8 * 1024);
    finish(&x);
    receiver_stop(receiver);
}

static void transfer__keeps_a_body_up_to_the_limit_whole(void **state)
{
    struct receiver *receiver = receiver_start();
    struct exchange x;
    char *body = mem_alloc(ANSWER_READ_BYTES + 1);
    memset(body, 'y', ANSWER_READ_BYTES + 1);
    receiver_answer(receiver, NULL,
                    (struct receiver_answer){.body = body, .body_len = ANSWER_READ_BYTES});
    prepare(&x, receiver_url(receiver, "/in"));
    x.spec.keep = ANSWER_READ_BYTES;
    run(&x, *state);
    assert_int_equal(x.answer.body_len, ANSWER_READ_BYTES);
    assert_false(x.answer.cut);
    finish(&x);

    receiver_answer(receiver, NULL,
                    (struct receiver_answer){.body = body, .body_len = ANSWER_READ_BYTES + 1});
    prepare(&x, receiver_url(receiver, "/in"));
    x.spec.keep = ANSWER_READ_BYTES;
    run(&x, *state);
    assert_int_equal(x.answer.fault, FAULT_NONE);
    assert_true(x.answer.cut);
    finish(&x);
    free(body);
    receiver_stop(receiver);
}

/* gzip of `len` zero bytes, made by the command; the caller frees. */
static char *make_gzip(size_t len, size_t *out_len)
{
    struct tmpdir dir;
    tmpdir_init(&dir);
    char *command = mem_printf("head -c %zu /dev/zero | gzip -9 >zeros.gz", len);
    const char *argv[] = {"sh", "-ec", command, NULL};
    struct run_result result = run_command(argv, &(struct run_options){.dir = dir.path});
    assert_int_equal(result.status, 0);
    char *bytes = tmpdir_read(&dir, "zeros.gz", out_len);
    run_release(&result);
    free(command);
    tmpdir_release(&dir);
    return bytes;
}

static void transfer__survives_a_gzip_bomb(void **state)
{
    struct receiver *receiver = receiver_start();
    struct exchange x;
    size_t len;
    char *bomb = make_gzip(50 * 1024 * 1024, &len);
    receiver_answer(receiver, NULL,
                    (struct receiver_answer){
                        .headers = "Content-Encoding: gzip\r\n", .body = bomb, .body_len = len});
    long before = peak_kib();
    prepare(&x, receiver_url(receiver, "/in"));
    run(&x, *state);
    assert_int_equal(x.answer.fault, FAULT_NONE);
    assert_int_equal(x.answer.status, 200);
    assert_int_equal(x.answer.body_len, ANSWER_KEEP_BYTES);
    assert_true(x.answer.cut);
    assert_true(peak_kib() - before < 8 * 1024);
    finish(&x);
    free(bomb);
    receiver_stop(receiver);
}

static void transfer__decompresses(void **state)
{
    struct receiver *receiver = receiver_start();
    struct exchange x;
    size_t len;
    char *packed = make_gzip(1000, &len);
    receiver_answer(receiver, NULL,
                    (struct receiver_answer){
                        .headers = "Content-Encoding: gzip\r\n", .body = packed, .body_len = len});
    prepare(&x, receiver_url(receiver, "/in"));
    run(&x, *state);
    assert_int_equal(x.answer.body_len, 1000);
    assert_false(x.answer.cut);
    char *accepts = receiver_header(receiver_wait(receiver, 0, 5000), "Accept-Encoding");
    assert_string_equal(accepts, "gzip,deflate");
    free(accepts);
    free(packed);
    finish(&x);
    receiver_stop(receiver);
}

static void transfer__bounds_headers(void **state)
{
    enum { LINE = 1000, LINES = 200 };
    struct receiver *receiver = receiver_start();
    struct exchange x;
    struct strbuf headers;
    strbuf_init(&headers, 1 << 20);
    for (int i = 0; i < LINES; i++)
        strbuf_addf(&headers, "X-%d: %0*d\r\n", i, LINE, i);
    receiver_answer(receiver, NULL, (struct receiver_answer){.headers = headers.text});
    prepare(&x, receiver_url(receiver, "/in"));
    run(&x, *state);
    assert_int_equal(x.answer.fault, FAULT_PROTOCOL);
    assert_int_equal(x.answer.status, 0);
    strbuf_release(&headers);
    finish(&x);
    receiver_stop(receiver);
}

/* An answer whose status and headers came counts, however its body ended. */
static void transfer__takes_an_answer_with_a_broken_body(void **state)
{
    struct receiver *receiver = receiver_start();
    struct exchange x;
    receiver_answer(receiver, NULL, (struct receiver_answer){.body = "half", .announce = 100});
    prepare(&x, receiver_url(receiver, "/in"));
    run(&x, *state);
    assert_int_equal(x.answer.fault, FAULT_NONE);
    assert_int_equal(x.answer.status, 200);
    assert_string_equal(x.answer.body, "half");
    assert_true(x.answer.cut);
    finish(&x);
    receiver_stop(receiver);
}

/* --- faults ---------------------------------------------------------------------------------- */

static void expect_fault(struct transport *t, const char *url, enum fault fault)
{
    struct exchange x;
    prepare(&x, url);
    x.spec.timeout_ms = 300;
    run(&x, t);
    if (x.answer.fault != fault)
        fail_msg("%s: fault %d (%s), expected %d", url, x.answer.fault, x.answer.detail, fault);
    assert_int_equal(x.answer.status, 0);
    assert_true(*x.answer.detail != '\0');
    finish(&x);
}

static void transfer__tells_what_kept_the_answer_away(void **state)
{
    static const struct {
        struct receiver_answer answer;
        enum fault fault;
    } cases[] = {
        {{.way = RECEIVER_CLOSES}, FAULT_CLOSED},
        {{.way = RECEIVER_RESETS}, FAULT_CLOSED},
        {{.way = RECEIVER_HANGS}, FAULT_TIMEOUT},
        {{.way = RECEIVER_RAW, .body = "SSH-2.0-OpenSSH_9.2\r\n"}, FAULT_PROTOCOL},
        {{.way = RECEIVER_RAW, .body = "HTTP/1.1 abc\r\n\r\n"}, FAULT_PROTOCOL},
        {{.way = RECEIVER_RAW, .body = "\x15\x03\x01"}, FAULT_PROTOCOL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct receiver *receiver = receiver_start();
        receiver_answer(receiver, NULL, cases[i].answer);
        expect_fault(*state, receiver_url(receiver, "/in"), cases[i].fault);
        receiver_stop(receiver);
    }
}

static void transfer__tells_why_nobody_was_there(void **state)
{
    char *url = mem_printf("http://127.0.0.1:%d/", receiver_dead_port());
    expect_fault(*state, url, FAULT_CONNECT);
    struct exchange x;
    prepare(&x, url);
    run(&x, *state);
    assert_string_equal(x.answer.detail, "Connection refused");
    finish(&x);
    free(url);
    expect_fault(*state, "http://no-such-host.invalid/", FAULT_RESOLVE);
}

static void transfer__tells_that_the_proxy_failed(void **state)
{
    struct exchange x;
    char *proxy = mem_printf("http://127.0.0.1:%d", receiver_dead_port());
    prepare(&x, "http://hooks.example.com/");
    x.spec.proxy = proxy;
    run(&x, *state);
    assert_int_equal(x.answer.fault, FAULT_PROXY);
    finish(&x);
    free(proxy);

    struct receiver *receiver = receiver_start();
    receiver_answer(receiver, NULL, (struct receiver_answer){.status = 407});
    prepare(&x, "https://hooks.example.com/");
    x.spec.proxy = receiver_url(receiver, "");
    run(&x, *state);
    assert_int_equal(x.answer.fault, FAULT_PROXY);
    assert_int_equal(x.answer.status, 407);
    finish(&x);
    receiver_stop(receiver);
}

/* --- TLS ------------------------------------------------------------------------------------- */

static enum fault tls_fault(struct transport *t, const struct cert *cert, const char *ca_file,
                            bool verify)
{
    struct receiver *receiver = receiver_start_tls(cert->cert_file, cert->key_file);
    struct exchange x;
    prepare(&x, receiver_url(receiver, "/in"));
    x.spec.ca_file = ca_file;
    x.spec.tls_verify = verify;
    run(&x, t);
    enum fault fault = x.answer.fault;
    if (fault == FAULT_NONE) {
        assert_int_equal(x.answer.status, 200);
        assert_true(x.answer.phases.tls_us > 0);
    } else {
        assert_int_equal(receiver_count(receiver), 0); /* nothing was sent */
    }
    finish(&x);
    receiver_stop(receiver);
    return fault;
}

static void transfer__checks_certificates(void **state)
{
    struct certs certs;
    certs_init(&certs);
    struct cert good = certs_make(&certs, CERT_SERVER), old = certs_make(&certs, CERT_EXPIRED),
                other = certs_make(&certs, CERT_WRONG_HOST),
                own = certs_make(&certs, CERT_SELF_SIGNED);
    assert_int_equal(tls_fault(*state, &good, certs.ca_file, true), FAULT_NONE);
    assert_int_equal(tls_fault(*state, &good, NULL, true), FAULT_TLS_CA);
    assert_int_equal(tls_fault(*state, &own, certs.ca_file, true), FAULT_TLS_CA);
    assert_int_equal(tls_fault(*state, &old, certs.ca_file, true), FAULT_TLS_EXPIRED);
    assert_int_equal(tls_fault(*state, &other, certs.ca_file, true), FAULT_TLS_HOST);
    assert_int_equal(tls_fault(*state, &other, NULL, false), FAULT_NONE);
    assert_int_equal(tls_fault(*state, &good, "/no/such/ca.pem", true), FAULT_TLS);
    cert_release(&good);
    cert_release(&old);
    cert_release(&other);
    cert_release(&own);
    certs_release(&certs);
}

static void transfer__learns_the_certificate_of_a_probe(void **state)
{
    struct certs certs;
    certs_init(&certs);
    struct cert cert = certs_make(&certs, CERT_SERVER);
    struct receiver *receiver = receiver_start_tls(cert.cert_file, cert.key_file);
    struct exchange x;
    prepare(&x, receiver_url(receiver, "/in"));
    x.spec.ca_file = certs.ca_file;
    x.spec.connect_only = true;
    run(&x, *state);
    assert_int_equal(x.answer.fault, FAULT_NONE);
    assert_string_equal(x.answer.tls.version, "TLSv1.3");
    assert_true(*x.answer.tls.subject != '\0');
    assert_true(x.answer.tls.expires_at > clock_now_s());
    assert_true(x.answer.tls.expires_at <= clock_now_s() + 2 * 86400);
    assert_int_equal(x.answer.addresses, 1);
    assert_int_equal(receiver_count(receiver), 0);
    finish(&x);
    receiver_stop(receiver);
    cert_release(&cert);
    certs_release(&certs);
}

static void transfer__says_that_a_port_speaks_no_tls(void **state)
{
    struct receiver *receiver = receiver_start();
    char *url = mem_printf("https://127.0.0.1:%d/", receiver_port(receiver));
    struct exchange x;
    receiver_answer(receiver, NULL, (struct receiver_answer){.way = RECEIVER_CLOSES});
    prepare(&x, url);
    x.spec.timeout_ms = 1000;
    run(&x, *state);
    assert_int_not_equal(x.answer.fault, FAULT_NONE);
    finish(&x);
    free(url);
    receiver_stop(receiver);
}

/* --- the transport --------------------------------------------------------------------------- */

static void transport_poll__wakes_for_the_callers_descriptor(void **state)
{
    int ends[2];
    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    struct poll_fd fd = {.fd = ends[0]};
    assert_false(transport_poll(*state, &fd, 1, 0));
    assert_false(fd.readable);
    assert_int_equal(write(ends[1], "x", 1), 1);
    assert_true(transport_poll(*state, &fd, 1, 10000));
    assert_true(fd.readable);
    close(ends[0]);
    close(ends[1]);
}

static void transfer_cancel__ends_without_a_call(void **state)
{
    struct receiver *receiver = receiver_start();
    struct exchange x, y;
    receiver_answer(receiver, "/slow", (struct receiver_answer){.way = RECEIVER_HANGS});
    prepare(&x, receiver_url(receiver, "/slow"));
    prepare(&y, receiver_url(receiver, "/in"));
    struct transfer *slow = transfer_start(*state, &x.spec);
    assert_int_equal(transport_active(*state), 1);
    run(&y, *state);
    transfer_cancel(slow);
    assert_int_equal(transport_active(*state), 0);
    transport_poll(*state, NULL, 0, 0);
    assert_false(x.done);
    finish(&x);
    finish(&y);
    receiver_stop(receiver);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(transfer__brings_the_answer_with_its_phases),
        TEST(transfer__reuses_connections),
        TEST(transfer__sends_each_method),
        TEST(transfer__ignores_the_environment),
        TEST(transfer__never_follows_a_redirect),
        TEST(transfer__stops_reading_a_gigabyte),
        TEST(transfer__keeps_a_body_up_to_the_limit_whole),
        TEST(transfer__survives_a_gzip_bomb),
        TEST(transfer__decompresses),
        TEST(transfer__bounds_headers),
        TEST(transfer__takes_an_answer_with_a_broken_body),
        TEST(transfer__tells_what_kept_the_answer_away),
        TEST(transfer__tells_why_nobody_was_there),
        TEST(transfer__tells_that_the_proxy_failed),
        TEST(transfer__checks_certificates),
        TEST(transfer__learns_the_certificate_of_a_probe),
        TEST(transfer__says_that_a_port_speaks_no_tls),
        TEST(transport_poll__wakes_for_the_callers_descriptor),
        TEST(transfer_cancel__ends_without_a_call),
    };
    return cmocka_run_group_tests_name("transport", tests, NULL, NULL);
}
