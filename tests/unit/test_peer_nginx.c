/* Deliveries to a real web server: nginx, with HTTP/2, keep-alive and certificates. */
#include "tests/support/worker_bench.h"

#include <stdio.h>

#include "tests/support/certs.h"
#include "tests/support/peer.h"

enum { MANY = 200 };

static struct certs certs;
static struct cert cert;
static struct peer *peer; /* outlives its test where that fails: the next teardown ends it */

static int teardown(void **state)
{
    peer_stop(peer);
    peer = NULL;
    cert_release(&cert);
    certs_release(&certs);
    return bench_teardown(state);
}

/* Starts nginx with a certificate of our own authority, and points the integration at it. */
static void begin(struct bench *b, enum cert_kind kind, enum peer_nginx_port port,
                  const char *directives)
{
    certs_init(&certs);
    cert = certs_make(&certs, kind);
    peer = peer_start_nginx(cert.cert_file, cert.key_file, directives);
    free(b->f.in.url);
    b->f.in.url = peer_nginx_url(peer, port, "/in");
    mem_replace(&b->f.in.ca_file, certs.ca_file);
    bench_save(b);
}

static void expect_all_delivered(struct bench *b, int64_t first, int count)
{
    char id[64];
    for (int i = 0; i < count; i++) {
        bench_expect(b, first + i, (struct bench_end){DELIVERY_DELIVERED, 0, ""});
        snprintf(id, sizeof id, "204 11111111-1111-4111-8111-%012d", i);
        peer_wait(peer, 1, id);
    }
}

static void http2__is_spoken_where_the_receiver_speaks_it(void **state)
{
    static const struct {
        enum peer_nginx_port port;
        const char *log;
    } cases[] = {
        {PEER_HTTP2, "HTTP/2.0 POST 204"},
        {PEER_HTTPS, "HTTP/1.1 POST 204"},
        {PEER_HTTP, "HTTP/1.1 POST 204"},
    };
    struct bench *b = *state;
    begin(b, CERT_SERVER, PEER_HTTP2, NULL);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        size_t before = peer_count(peer, cases[i].log);
        free(b->f.in.url);
        b->f.in.url = peer_nginx_url(peer, cases[i].port, "/in");
        bench_save(b);
        int64_t id = bench_enqueue(b);
        bench_run(b);
        bench_expect(b, id, (struct bench_end){DELIVERY_DELIVERED, 1, ""});
        peer_wait(peer, before + 1, cases[i].log);
    }
}

static void http2__shares_one_connection(void **state)
{
    struct bench *b = *state;
    begin(b, CERT_SERVER, PEER_HTTP2, NULL);
    b->f.in.max_in_flight = 32;
    bench_save(b);
    int64_t first = bench_enqueue_many(b, MANY);
    bench_run(b);
    expect_all_delivered(b, first, MANY);
    assert_int_equal(peer_count(peer, "HTTP/2.0 POST 204"), MANY);
    assert_int_equal(peer_nginx_connections(peer, "HTTP/2.0"), 1);
}

static void keep_alive__needs_no_more_connections_than_slots(void **state)
{
    static const enum peer_nginx_port ports[] = {PEER_HTTP, PEER_HTTPS};
    struct bench *b = *state;
    int64_t first = 0;
    begin(b, CERT_SERVER, PEER_HTTP, NULL);
    for (size_t i = 0; i < ARRAY_LEN(ports); i++) {
        free(b->f.in.url);
        b->f.in.url = peer_nginx_url(peer, ports[i], "/in");
        bench_save(b);
        int64_t id = bench_enqueue_many(b, MANY);
        first = first ? first : id;
        bench_run(b);
    }
    expect_all_delivered(b, first, 2 * MANY);
    assert_in_range(peer_nginx_connections(peer, "HTTP/1.1"), 2, 8);
}

/* The receiver ends its connections after a few requests, with others in flight. */
static void receiver__ends_connections_and_nothing_is_lost(void **state)
{
    static const enum peer_nginx_port ports[] = {PEER_HTTP, PEER_HTTPS, PEER_HTTP2};
    struct bench *b = *state;
    int64_t first = 0;
    begin(b, CERT_SERVER, PEER_HTTP, "keepalive_requests 7;");
    b->f.in.max_in_flight = 16;
    for (size_t i = 0; i < ARRAY_LEN(ports); i++) {
        free(b->f.in.url);
        b->f.in.url = peer_nginx_url(peer, ports[i], "/in");
        bench_save(b);
        int64_t id = bench_enqueue_many(b, MANY);
        first = first ? first : id;
        bench_run(b);
    }
    expect_all_delivered(b, first, (int)ARRAY_LEN(ports) * MANY);
    assert_int_equal(peer_count(peer, " POST 204 "), ARRAY_LEN(ports) * MANY);
    assert_true(peer_nginx_connections(peer, "HTTP/2.0") >= MANY / 7);
    assert_int_equal(b->recorded, ARRAY_LEN(ports) * MANY);
}

static void certificates__are_checked(void **state)
{
    static const struct {
        enum cert_kind kind;
        bool our_ca;
        const char *reason;
    } cases[] = {
        {CERT_SERVER, false, "an authority that this machine does not know"},
        {CERT_WRONG_HOST, true, "another host"},
        {CERT_EXPIRED, true, "expired"},
        {CERT_SELF_SIGNED, true, "an authority"},
    };
    struct bench *b = *state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        begin(b, cases[i].kind, PEER_HTTP2, NULL);
        mem_replace(&b->f.in.ca_file, cases[i].our_ca ? certs.ca_file : NULL);
        bench_save(b);
        bench_stopped_ms = clock_now_ms();
        int64_t id = bench_enqueue(b);
        bench_run(b);
        bench_expect(b, id, (struct bench_end){DELIVERY_PENDING, 0, cases[i].reason});
        assert_int_equal(peer_count(peer, "POST"), 0);
        peer_stop(peer);
        peer = NULL;
        cert_release(&cert);
        certs_release(&certs);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(http2__is_spoken_where_the_receiver_speaks_it),
        TEST(http2__shares_one_connection),
        TEST(keep_alive__needs_no_more_connections_than_slots),
        TEST(receiver__ends_connections_and_nothing_is_lost),
        TEST(certificates__are_checked),
    };
    return cmocka_run_group_tests_name("peer_nginx", tests, NULL, NULL);
}
