/* Tests of single exchanges with a real receiver: what is sent, what comes back, and the loop. */
#include "tests/support/exchange.h"

#include <fcntl.h>
#include <unistd.h>

#include "tests/support/receiver.h"

static void transfer__brings_the_answer_with_its_phases(void **state)
{
    struct receiver *receiver = receiver_start();
    struct exchange x;
    receiver_answer(receiver, NULL,
                    (struct receiver_answer){
                        .status = 201, .headers = "X-One: 1\r\nX-Two:  2 \r\n", .body = "hello"});
    exchange_prepare(&x, receiver_url(receiver, "/in"));
    exchange_run(&x, *state);
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
    exchange_release(&x);
    receiver_stop(receiver);
}

static void transfer__reuses_connections(void **state)
{
    struct receiver *receiver = receiver_start();
    for (int i = 0; i < 5; i++) {
        struct exchange x;
        exchange_prepare(&x, receiver_url(receiver, "/in"));
        exchange_run(&x, *state);
        assert_int_equal(x.answer.status, 200);
        exchange_release(&x);
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
        exchange_prepare(&x, receiver_url(receiver, "/in"));
        x.request.method = cases[i].method;
        if (!cases[i].body) {
            free(x.request.body);
            x.request.body = NULL;
        }
        exchange_run(&x, *state);
        assert_int_equal(x.answer.status, 200);
        const struct receiver_request *got = receiver_wait(receiver, i, 5000);
        assert_string_equal(got->method, cases[i].text);
        assert_int_equal(got->body_len, cases[i].body ? 2 : 0);
        exchange_release(&x);
    }
    receiver_stop(receiver);
}

static void transfer__ignores_the_environment(void **state)
{
    struct receiver *receiver = receiver_start();
    struct exchange x;
    setenv("http_proxy", "http://127.0.0.1:1", 1);
    setenv("all_proxy", "http://127.0.0.1:1", 1);
    exchange_prepare(&x, receiver_url(receiver, "/in"));
    exchange_run(&x, *state);
    assert_int_equal(x.answer.status, 200);
    unsetenv("http_proxy");
    unsetenv("all_proxy");
    exchange_release(&x);
    receiver_stop(receiver);
}

static void transfer__never_follows_a_redirect(void **state)
{
    struct receiver *receiver = receiver_start(), *trap = receiver_start();
    struct exchange x;
    char *location = mem_printf("Location: %s\r\n", receiver_url(trap, "/trap"));
    receiver_answer(receiver, NULL, (struct receiver_answer){.status = 307, .headers = location});
    exchange_prepare(&x, receiver_url(receiver, "/in"));
    exchange_run(&x, *state);
    assert_int_equal(x.answer.fault, FAULT_NONE);
    assert_int_equal(x.answer.status, 307);
    assert_int_equal(receiver_connections(trap), 0);
    free(location);
    exchange_release(&x);
    receiver_stop(receiver);
    receiver_stop(trap);
}

static void transfer_cancel__ends_without_a_call(void **state)
{
    struct receiver *receiver = receiver_start();
    struct exchange x, y;
    receiver_answer(receiver, "/slow", (struct receiver_answer){.way = RECEIVER_HANGS});
    exchange_prepare(&x, receiver_url(receiver, "/slow"));
    exchange_prepare(&y, receiver_url(receiver, "/in"));
    struct transfer *slow = transfer_start(*state, &x.spec);
    assert_int_equal(transport_active(*state), 1);
    exchange_run(&y, *state);
    transfer_cancel(slow);
    assert_int_equal(transport_active(*state), 0);
    transport_poll(*state, NULL, 0, 0);
    assert_false(x.done);
    exchange_release(&x);
    exchange_release(&y);
    receiver_stop(receiver);
}

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

#define TEST(name) cmocka_unit_test_setup_teardown(name, exchange_setup, exchange_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(transfer__brings_the_answer_with_its_phases),
        TEST(transfer__reuses_connections),
        TEST(transfer__sends_each_method),
        TEST(transfer__ignores_the_environment),
        TEST(transfer__never_follows_a_redirect),
        TEST(transfer_cancel__ends_without_a_call),
        TEST(transport_poll__wakes_for_the_callers_descriptor),
    };
    return cmocka_run_group_tests_name("transport", tests, NULL, NULL);
}
