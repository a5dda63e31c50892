/* What the worker makes of receivers that misbehave: each fault, in the clear and over TLS. */
#include "tests/support/worker_bench.h"

#include <stdio.h>
#include <unistd.h>

#include "tests/support/campaign.h"
#include "tests/support/certs.h"
#include "tests/support/gzip.h"

enum { BLOCK = 65536, BOMB_MIB = 50, GROWTH_KIB = 40 * 1024, KEPT = 16 * 1024, SLACK_S = 10 };

struct row {
    const char *name;
    struct receiver_answer answer;
    const char *outcome; /* of the attempt */
    int status;
    const char *reason; /* somewhere in it; NULL = any */
    int body_len;       /* what is kept of the answer's body */
    bool cut;
    bool in_the_clear_only;
};

static char block[BLOCK];

#define RAW(text)                                                                                  \
    {                                                                                              \
        .way = RECEIVER_RAW, .body = (text)                                                        \
    }

/* An answer whose head has come counts, however its body ended. */
static const struct row rows[] = {
    {.name = "reset before the answer",
     .answer = {.way = RECEIVER_RESETS},
     .outcome = "retry",
     .status = 0,
     .reason = "closed the connection"},
    {.name = "closed before the answer",
     .answer = {.way = RECEIVER_CLOSES},
     .outcome = "retry",
     .status = 0,
     .reason = "closed the connection"},
    {.name = "reset in the head",
     .answer = {.way = RECEIVER_RAW, .body = "HTTP/1.1 200 OK\r\nX-A: ", .end = RECEIVER_BREAKS},
     .outcome = "retry",
     .status = 0,
     .reason = "closed the connection"},
    {.name = "closed in the head",
     .answer = RAW("HTTP/1.1 200 OK\r\nX-A: b\r\n"),
     .outcome = "retry",
     .status = 0,
     .reason = "closed the connection"},
    {.name = "reset before the body",
     .answer = {.announce = 100, .end = RECEIVER_BREAKS},
     .outcome = "delivered",
     .status = 200,
     .cut = true},
    {.name = "reset during the body",
     .answer = {.body = "half", .announce = 100, .end = RECEIVER_BREAKS},
     .outcome = "delivered",
     .status = 200,
     .body_len = 4,
     .cut = true},
    {.name = "reset after the body",
     .answer = {.body = "whole", .end = RECEIVER_BREAKS},
     .outcome = "delivered",
     .status = 200,
     .body_len = 5},
    {.name = "reset during the body of a 503",
     .answer = {.status = 503, .body = "half", .announce = 100, .end = RECEIVER_BREAKS},
     .outcome = "retry",
     .status = 503,
     .reason = "503 Service Unavailable",
     .body_len = 4,
     .cut = true},
    {.name = "never answers",
     .answer = {.way = RECEIVER_HANGS},
     .outcome = "retry",
     .status = 0,
     .reason = "(waiting for the answer)"},
    {.name = "a late head",
     .answer = {.delay_ms = 60000},
     .outcome = "retry",
     .status = 0,
     .reason = "(waiting for the answer)"},
    {.name = "a slow head",
     .answer = {.drip_ms = 500},
     .outcome = "retry",
     .status = 0,
     .reason = "(waiting for the answer)"},
    {.name = "a body that stalls",
     .answer = {.body = "half", .announce = 100, .end = RECEIVER_STALLS},
     .outcome = "delivered",
     .status = 200,
     .body_len = 4,
     .cut = true},
    {.name = "a 429 whose body stalls",
     .answer = {.status = 429,
                .headers = "Retry-After: 60\r\n",
                .body = "h",
                .announce = 9,
                .end = RECEIVER_STALLS},
     .outcome = "retry",
     .status = 429,
     .reason = "again after 60 s",
     .body_len = 1,
     .cut = true},
    {.name = "a gigabyte",
     .answer = {.body = block, .body_len = BLOCK, .repeat = (1 << 30) / BLOCK},
     .outcome = "delivered",
     .status = 200,
     .body_len = KEPT,
     .cut = true},
    {.name = "a gigabyte of failure",
     .answer = {.status = 404, .body = block, .body_len = BLOCK, .repeat = (1 << 30) / BLOCK},
     .outcome = "failed",
     .status = 404,
     .reason = "nothing at this address",
     .body_len = KEPT,
     .cut = true},
    {.name = "a body without end",
     .answer = {.body = block, .body_len = BLOCK, .repeat = UINT64_MAX / BLOCK / 2, .announce = -1},
     .outcome = "delivered",
     .status = 200,
     .body_len = KEPT,
     .cut = true},
    {.name = "cut short",
     .answer = {.body = "half", .announce = 8},
     .outcome = "delivered",
     .status = 200,
     .body_len = 4,
     .cut = true},
    {.name = "cut without a closing alert",
     .answer = {.body = "half", .announce = 8, .end = RECEIVER_CUTS},
     .outcome = "delivered",
     .status = 200,
     .body_len = 4,
     .cut = true},
    {.name = "ended without a closing alert",
     .answer = {.body = "all", .announce = -1, .end = RECEIVER_CUTS},
     .outcome = "delivered",
     .status = 200,
     .body_len = 3,
     .in_the_clear_only = true},
    {.name = "longer than announced",
     .answer = {.body = "12345678", .announce = 3},
     .outcome = "delivered",
     .status = 200,
     .body_len = 3},
    {.name = "a length below zero",
     .answer = RAW("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n"),
     .outcome = "retry",
     .status = 0},
    {.name = "chunks that are none",
     .answer = RAW("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n"),
     .outcome = "delivered",
     .status = 200,
     .cut = true},
    {.name = "a body that is no gzip",
     .answer = {.headers = "Content-Encoding: gzip\r\n", .body = "plain"},
     .outcome = "delivered",
     .status = 200,
     .cut = true},
    {.name = "no HTTP",
     .answer = RAW("SSH-2.0-OpenSSH_9.2\r\n"),
     .outcome = "retry",
     .status = 0,
     .reason = "not with HTTP"},
    {.name = "a status of nine",
     .answer = RAW("HTTP/1.1 9 What\r\n\r\n"),
     .outcome = "retry",
     .status = 0},
    {.name = "hints before the answer",
     .answer = RAW("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                   "HTTP/1.1 204 No Content\r\n\r\n"),
     .outcome = "delivered",
     .status = 204},
    {.name = "a redirect",
     .answer = {.status = 302, .headers = "Location: /trap\r\n"},
     .outcome = "failed",
     .status = 302,
     .reason = "redirects to /trap"},
    {.name = "a redirect that keeps the method",
     .answer = {.status = 308, .headers = "Location: /trap\r\n"},
     .outcome = "failed",
     .status = 308,
     .reason = "redirects to /trap"},
    {.name = "a refresh",
     .answer = {.status = 200, .headers = "Refresh: 0; url=/trap\r\n"},
     .outcome = "delivered",
     .status = 200},
    {.name = "a 300 with choices",
     .answer = {.status = 300, .headers = "Location: /trap\r\n"},
     .outcome = "failed",
     .status = 300},
};

/* --- the scene -------------------------------------------------------------------------------- */

struct faults {
    struct bench bench;
    struct certs certs;
    struct cert cert;
};

static int setup(void **state)
{
    struct faults *s = mem_zalloc(sizeof *s);
    bench_init(&s->bench);
    memset(block, 'x', sizeof block);
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    struct faults *s = *state;
    bench_release(&s->bench);
    cert_release(&s->cert);
    if (s->certs.ca_file)
        certs_release(&s->certs);
    free(s);
    return 0;
}

/* As short as it may be while the others, all at once, still keep within it. */
static int64_t limit_s(void)
{
    const char *preload = getenv("LD_PRELOAD");
    if (preload && strstr(preload, "vgpreload"))
        return 10;
    return campaign_is_sanitized() ? 4 : 2;
}

static void start(struct faults *s, bool tls)
{
    if (!tls) {
        s->bench.receiver = receiver_start();
        return;
    }
    certs_init(&s->certs);
    s->cert = certs_make(&s->certs, CERT_SERVER);
    s->bench.receiver = receiver_start_tls(s->cert.cert_file, s->cert.key_file);
    mem_replace(&s->bench.f.in.ca_file, s->certs.ca_file);
}

/* The integration under test becomes number N, on a path of its own. */
static void point_at(struct faults *s, size_t n, const char *path)
{
    struct integration *in = &s->bench.f.in;
    snprintf(in->id, sizeof in->id, "44444444-4444-4444-8444-%012zu", n);
    free(in->name);
    in->name = mem_printf("Number %zu", n);
    mem_replace(&in->url, receiver_url(s->bench.receiver, path));
    bench_save(&s->bench);
}

static int64_t enqueue_row(struct faults *s, size_t n)
{
    char path[32];
    snprintf(path, sizeof path, "/row/%zu", n);
    receiver_answer(s->bench.receiver, path, rows[n].answer);
    point_at(s, n, path);
    return bench_enqueue(&s->bench);
}

static void expect_row(struct faults *s, const struct row *row, int64_t id)
{
    struct attempt_list attempts = bench_attempts(&s->bench, id);
    struct delivery d = bench_delivery(&s->bench, id);
    const struct attempt *a = attempts.items;
    bool delivered = strcmp(row->outcome, "delivered") == 0;
    assert_int_equal(attempts.count, 1);
    if (strcmp(a->outcome, row->outcome) != 0 || a->status != row->status ||
        (row->reason && !strstr(a->reason, row->reason)) || (int)a->response_len != row->body_len ||
        a->response_cut != row->cut)
        fail_msg("%s: %s, status %d, '%s', %zu bytes%s", row->name, a->outcome, a->status,
                 a->reason, a->response_len, a->response_cut ? ", cut" : "");
    assert_int_equal(d.state, delivered ? DELIVERY_DELIVERED : DELIVERY_FAILED);
    assert_int_equal(d.status, row->status);
    assert_true(a->total_us > 0 && a->total_us < (limit_s() + SLACK_S) * 1000 * 1000);
    assert_true((a->tls_us > 0) == (s->certs.ca_file != NULL));
    delivery_release(&d);
    attempt_list_release(&attempts);
}

/* --- all at once ------------------------------------------------------------------------------ */

static void expect_requests_to(struct receiver *receiver, const char *start_of_target, size_t count)
{
    assert_int_equal(receiver_count(receiver), count);
    for (size_t i = 0; i < count; i++) {
        const char *target = receiver_wait(receiver, i, 1000)->target;
        if (strncmp(target, start_of_target, strlen(start_of_target)) != 0)
            fail_msg("%s was called", target);
    }
}

/* All at once: no fault delays another's delivery, and the slowest ends with its time limit. */
static void try_all(struct faults *s, bool tls)
{
    int64_t ids[ARRAY_LEN(rows)] = {0};
    size_t count = 0;
    start(s, tls);
    s->bench.f.in.timeout_s = limit_s();
    s->bench.f.in.max_attempts = 0;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (!tls || !rows[i].in_the_clear_only)
            ids[i] = enqueue_row(s, i);
    int64_t before = campaign_peak_kib(getpid());
    bench_run(&s->bench);
    assert_in_range(campaign_peak_kib(getpid()) - before, 0, GROWTH_KIB);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (ids[i] == 0)
            continue;
        expect_row(s, &rows[i], ids[i]);
        count++;
    }
    expect_requests_to(s->bench.receiver, "/row/", count);
    /* What the gigabytes cost is what the sockets between the two hold. */
    assert_true(receiver_bytes_sent(s->bench.receiver) < 64 << 20);
}

static void faults__in_the_clear(void **state)
{
    try_all(*state, false);
}

static void faults__over_tls(void **state)
{
    try_all(*state, true);
}

/* --- one by one ------------------------------------------------------------------------------- */

static void a_gzip_bomb__costs_no_memory(void **state)
{
    struct faults *s = *state;
    size_t len = 0;
    char *bomb = gzip_zeroes((size_t)BOMB_MIB << 20, &len);
    start(s, false);
    receiver_answer(s->bench.receiver, "/in",
                    (struct receiver_answer){
                        .headers = "Content-Encoding: gzip\r\n", .body = bomb, .body_len = len});
    free(bomb);
    point_at(s, 0, "/in");
    int64_t id = bench_enqueue(&s->bench);
    int64_t before = campaign_peak_kib(getpid());
    bench_run(&s->bench);
    assert_in_range(campaign_peak_kib(getpid()) - before, 0, GROWTH_KIB);
    struct attempt_list attempts = bench_attempts(&s->bench, id);
    assert_string_equal(attempts.items[0].outcome, "delivered");
    assert_int_equal(attempts.items[0].response_len, KEPT);
    assert_true(attempts.items[0].response_cut);
    attempt_list_release(&attempts);
}

/* What follows an answer that was too long is no answer to the next request. */
static void a_connection__that_said_too_much_is_not_used_again(void **state)
{
    static const char too_long[] = "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 410 Gone\r\n"
                                   "Content-Length: 0\r\n\r\n";
    struct faults *s = *state;
    start(s, false);
    receiver_answer(s->bench.receiver, "/in",
                    (struct receiver_answer){.way = RECEIVER_RAW, .body = too_long});
    point_at(s, 0, "/in");
    s->bench.f.in.max_in_flight = 1;
    bench_save(&s->bench);
    int64_t first = bench_enqueue_many(&s->bench, 3);
    bench_run(&s->bench);
    for (int i = 0; i < 3; i++)
        bench_expect(&s->bench, first + i, (struct bench_end){DELIVERY_DELIVERED, 1, ""});
    assert_int_equal(receiver_connections(s->bench.receiver), 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(faults__in_the_clear),
        TEST(faults__over_tls),
        TEST(a_gzip_bomb__costs_no_memory),
        TEST(a_connection__that_said_too_much_is_not_used_again),
    };
    return cmocka_run_group_tests_name("worker_faults", tests, NULL, NULL);
}
