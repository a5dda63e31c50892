/* Tests of what an exchange says where no answer came: faults of the network, of proxies, of TLS.
 */
#include "tests/support/exchange.h"

#include "tests/support/certs.h"
#include "tests/support/receiver.h"

static void expect_fault(struct transport *t, const char *url, enum fault fault)
{
    struct exchange x;
    exchange_prepare(&x, url);
    if (fault == FAULT_TIMEOUT)
        x.spec.timeout_ms = 300;
    exchange_run(&x, t);
    if (x.answer.fault != fault)
        fail_msg("%s: fault %d (%s), expected %d", url, x.answer.fault, x.answer.detail, fault);
    assert_int_equal(x.answer.status, 0);
    assert_true(*x.answer.detail != '\0');
    exchange_release(&x);
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
    exchange_prepare(&x, url);
    exchange_run(&x, *state);
    assert_string_equal(x.answer.detail, "Connection refused");
    exchange_release(&x);
    free(url);
    expect_fault(*state, "http://no-such-host.invalid/", FAULT_RESOLVE);
}

static void transfer__tells_that_the_proxy_failed(void **state)
{
    struct exchange x;
    char *proxy = mem_printf("http://127.0.0.1:%d", receiver_dead_port());
    exchange_prepare(&x, "http://hooks.example.com/");
    x.spec.proxy = proxy;
    exchange_run(&x, *state);
    assert_int_equal(x.answer.fault, FAULT_PROXY);
    exchange_release(&x);
    free(proxy);

    struct receiver *receiver = receiver_start();
    receiver_answer(receiver, NULL, (struct receiver_answer){.status = 407});
    exchange_prepare(&x, "https://hooks.example.com/");
    x.spec.proxy = receiver_url(receiver, "");
    exchange_run(&x, *state);
    assert_int_equal(x.answer.fault, FAULT_PROXY);
    assert_int_equal(x.answer.status, 407);
    exchange_release(&x);
    receiver_stop(receiver);
}

/* --- TLS -------------------------------------------------------------------------------------- */

static enum fault tls_fault(struct transport *t, const struct cert *cert, const char *ca_file,
                            bool verify)
{
    struct receiver *receiver = receiver_start_tls(cert->cert_file, cert->key_file);
    struct exchange x;
    exchange_prepare(&x, receiver_url(receiver, "/in"));
    x.spec.ca_file = ca_file;
    x.spec.tls_verify = verify;
    exchange_run(&x, t);
    enum fault fault = x.answer.fault;
    if (fault == FAULT_NONE) {
        assert_int_equal(x.answer.status, 200);
        assert_true(x.answer.phases.tls_us > 0);
    } else {
        assert_int_equal(receiver_count(receiver), 0); /* nothing was sent */
    }
    exchange_release(&x);
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
    exchange_prepare(&x, receiver_url(receiver, "/in"));
    x.spec.ca_file = certs.ca_file;
    x.spec.connect_only = true;
    exchange_run(&x, *state);
    assert_int_equal(x.answer.fault, FAULT_NONE);
    assert_string_equal(x.answer.tls.version, "TLSv1.3");
    assert_true(*x.answer.tls.subject != '\0');
    assert_true(x.answer.tls.expires_at > clock_now_s());
    assert_true(x.answer.tls.expires_at <= clock_now_s() + 2 * 86400);
    assert_int_equal(x.answer.addresses, 1);
    assert_int_equal(receiver_count(receiver), 0);
    exchange_release(&x);
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
    exchange_prepare(&x, url);
    x.spec.timeout_ms = 1000;
    exchange_run(&x, *state);
    assert_int_not_equal(x.answer.fault, FAULT_NONE);
    exchange_release(&x);
    free(url);
    receiver_stop(receiver);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, exchange_setup, exchange_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(transfer__tells_what_kept_the_answer_away),
        TEST(transfer__tells_why_nobody_was_there),
        TEST(transfer__tells_that_the_proxy_failed),
        TEST(transfer__checks_certificates),
        TEST(transfer__learns_the_certificate_of_a_probe),
        TEST(transfer__says_that_a_port_speaks_no_tls),
    };
    return cmocka_run_group_tests_name("transport_faults", tests, NULL, NULL);
}
