/* Tests of how much of an answer is read and kept, however much there is. */
#include "tests/support/exchange.h"

#include <unistd.h>

#include "core/base/strbuf.h"
#include "tests/support/campaign.h"
#include "tests/support/gzip.h"
#include "tests/support/receiver.h"

static void transfer__stops_reading_a_gigabyte(void **state)
{
    static char block[64 * 1024];
    struct receiver *receiver = receiver_start();
    struct exchange x;
    memset(block, 'x', sizeof block);
    receiver_answer(
        receiver, NULL,
        (struct receiver_answer){.body = block, .body_len = sizeof block, .repeat = 16 * 1024});
    int64_t before = campaign_peak_kib(getpid());
    exchange_prepare(&x, receiver_url(receiver, "/in"));
    exchange_run(&x, *state);
    assert_int_equal(x.answer.fault, FAULT_NONE);
    assert_int_equal(x.answer.status, 200);
    assert_int_equal(x.answer.body_len, ANSWER_KEEP_BYTES);
    assert_true(x.answer.cut);
    /* What the kernel's buffers hold was sent; nothing near the whole. */
    assert_true(receiver_bytes_sent(receiver) < 16 * 1024 * 1024);
    assert_true(campaign_peak_kib(getpid()) - before < 8 * 1024);
    exchange_release(&x);
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
    exchange_prepare(&x, receiver_url(receiver, "/in"));
    x.spec.keep = ANSWER_READ_BYTES;
    exchange_run(&x, *state);
    assert_int_equal(x.answer.body_len, ANSWER_READ_BYTES);
    assert_false(x.answer.cut);
    exchange_release(&x);

    receiver_answer(receiver, NULL,
                    (struct receiver_answer){.body = body, .body_len = ANSWER_READ_BYTES + 1});
    exchange_prepare(&x, receiver_url(receiver, "/in"));
    x.spec.keep = ANSWER_READ_BYTES;
    exchange_run(&x, *state);
    assert_int_equal(x.answer.fault, FAULT_NONE);
    assert_true(x.answer.cut);
    exchange_release(&x);
    free(body);
    receiver_stop(receiver);
}

static void transfer__survives_a_gzip_bomb(void **state)
{
    struct receiver *receiver = receiver_start();
    struct exchange x;
    size_t len;
    char *bomb = gzip_zeroes(50 * 1024 * 1024, &len);
    receiver_answer(receiver, NULL,
                    (struct receiver_answer){
                        .headers = "Content-Encoding: gzip\r\n", .body = bomb, .body_len = len});
    int64_t before = campaign_peak_kib(getpid());
    exchange_prepare(&x, receiver_url(receiver, "/in"));
    exchange_run(&x, *state);
    assert_int_equal(x.answer.fault, FAULT_NONE);
    assert_int_equal(x.answer.status, 200);
    assert_int_equal(x.answer.body_len, ANSWER_KEEP_BYTES);
    assert_true(x.answer.cut);
    assert_true(campaign_peak_kib(getpid()) - before < 8 * 1024);
    exchange_release(&x);
    free(bomb);
    receiver_stop(receiver);
}

static void transfer__decompresses(void **state)
{
    struct receiver *receiver = receiver_start();
    struct exchange x;
    size_t len;
    char *packed = gzip_zeroes(1000, &len);
    receiver_answer(receiver, NULL,
                    (struct receiver_answer){
                        .headers = "Content-Encoding: gzip\r\n", .body = packed, .body_len = len});
    exchange_prepare(&x, receiver_url(receiver, "/in"));
    exchange_run(&x, *state);
    assert_int_equal(x.answer.body_len, 1000);
    assert_false(x.answer.cut);
    char *accepts = receiver_header(receiver_wait(receiver, 0, 5000), "Accept-Encoding");
    assert_string_equal(accepts, "gzip,deflate");
    free(accepts);
    free(packed);
    exchange_release(&x);
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
    exchange_prepare(&x, receiver_url(receiver, "/in"));
    exchange_run(&x, *state);
    assert_int_equal(x.answer.fault, FAULT_PROTOCOL);
    assert_int_equal(x.answer.status, 0);
    strbuf_release(&headers);
    exchange_release(&x);
    receiver_stop(receiver);
}

/* An answer whose status and headers came counts, however its body ended. */
static void transfer__takes_an_answer_with_a_broken_body(void **state)
{
    struct receiver *receiver = receiver_start();
    struct exchange x;
    receiver_answer(receiver, NULL, (struct receiver_answer){.body = "half", .announce = 100});
    exchange_prepare(&x, receiver_url(receiver, "/in"));
    exchange_run(&x, *state);
    assert_int_equal(x.answer.fault, FAULT_NONE);
    assert_int_equal(x.answer.status, 200);
    assert_string_equal(x.answer.body, "half");
    assert_true(x.answer.cut);
    exchange_release(&x);
    receiver_stop(receiver);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, exchange_setup, exchange_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(transfer__stops_reading_a_gigabyte),
        TEST(transfer__keeps_a_body_up_to_the_limit_whole),
        TEST(transfer__survives_a_gzip_bomb),
        TEST(transfer__decompresses),
        TEST(transfer__bounds_headers),
        TEST(transfer__takes_an_answer_with_a_broken_body),
    };
    return cmocka_run_group_tests_name("transport_limits", tests, NULL, NULL);
}
