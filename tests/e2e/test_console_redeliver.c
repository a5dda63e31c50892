/* Sending again from page 4 of the console: one delivery, all that failed, those that are marked.
 */
#include "tests/support/term_deliveries.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

enum { WAIT_MS = 30000 };

static char *event_of(struct receiver *receiver, size_t n)
{
    char *id = receiver_header(receiver_wait(receiver, n, WAIT_MS), "X-Checkhook-Event-Id");
    assert_non_null(id);
    return id;
}

/* One delivery is there; it is sent again from its page. */
static void redeliver(const struct product *p, int rows, int cols)
{
    struct receiver *receiver = receiver_start();
    receiver_answer(receiver, "/hook",
                    (struct receiver_answer){.status = 202, .body = "{\"a\":1}"});
    deliveries_make_one(p, receiver, 0, "1 delivered");
    char *first = event_of(receiver, 0);

    struct term *term = deliveries_open(p, rows, cols);
    term_wait_text(term, "● 202", 0);
    term_wait_text(term, "1/186", 0);
    term_key(term, "Enter");
    term_wait_text(term, "Delivery · no-mfa → Billing events", 0);
    term_wait_text(term, first, 0);
    term_wait_text(term, "fern@example.com", 0);
    term_key(term, "Tab");
    term_wait_text(term, "[Request]", 0);
    term_wait_text(term, "POST http://127.0.0.1", 0);
    term_key(term, "Tab");
    term_wait_text(term, "[Response]", 0);
    term_wait_text(term, "HTTP 202 Accepted", 0);
    term_wait_text(term, "\"a\": 1", 0);
    term_key(term, "Tab");
    term_wait_text(term, "[Attempts 1]", 0);
    term_wait_text(term, "delivered", 0);

    term_key(term, "R");
    term_wait_text(term, "to Billing events again", 0);
    term_key(term, "R");
    term_wait_text(term, "is sent again as", 0);
    term_wait_text(term, "[Summary]", 0);
    term_wait_text(term, "a redelivery of", 0);
    char *second = event_of(receiver, 1);
    assert_string_equal(first, second);
    term_key(term, "Esc");
    term_wait_text(term, "2 shown", 0);
    console_quit(term);
    free(first);
    free(second);
    receiver_stop(receiver);
}

static void delivery_redeliver__keeps_the_event(void **state)
{
    redeliver(*state, 30, 100);
}

static void delivery_redeliver__does_so_at_80x24(void **state)
{
    redeliver(*state, 24, 80);
}

static void delivery_redeliver__escape_sends_nothing(void **state)
{
    struct receiver *receiver = receiver_start();
    deliveries_make_one(*state, receiver, 0, "1 delivered");
    struct term *term = deliveries_open(*state, 24, 80);
    term_wait_text(term, "● 200", 0);
    term_key(term, "R");
    term_wait_text(term, "[ Redeliver", 0);
    term_key(term, "Enter");
    term_wait_gone(term, "[ Redeliver", 0);
    term_wait_text(term, "1 shown", 0);
    assert_int_equal(receiver_count(receiver), 1);
    console_quit(term);
    receiver_stop(receiver);
}

/* Held after a 401: it is not finished, and says why. */
static void delivery_redeliver__refuses_what_waits(void **state)
{
    struct receiver *receiver = receiver_start();
    receiver_answer(receiver, "/hook", (struct receiver_answer){.status = 401});
    deliveries_make_one(*state, receiver, 0, NULL);
    struct term *term = deliveries_open(*state, 24, 80);
    term_wait_text(term, "○ held", 0);
    term_wait_text(term, "1 held", 0);
    term_key(term, "R");
    term_wait_text(term, "It is on hold", 0);
    console_quit(term);
    receiver_stop(receiver);
}

/* --- many ------------------------------------------------------------------------------------- */

static void deliveries_again__sends_all_that_failed_and_says_so(void **state)
{
    struct receiver *receiver = receiver_start();
    struct term *term = deliveries_open_failed(*state, receiver);
    receiver_answer(receiver, "/bad", (struct receiver_answer){.status = 200});
    term_key(term, "f");
    term_wait_text(term, "failed only · 3 shown of 3", 0);
    term_key(term, "R");
    term_wait_text(term, "All that failed and was not sent again yet: 3.", 0);
    term_key(term, "A");
    term_wait_text(term, "● 3 deliveries are sent again.", 0);
    term_wait_text(term, "failed only · 3 shown of 3 · 3 sent again", 0);
    term_wait_gone(term, "▲3", 0);
    term_wait_text(term, "○ 400", 0);
    receiver_wait(receiver, 6, WAIT_MS);
    term_key(term, "f");
    term_wait_text(term, "7 shown of 7", 0);
    console_quit(term);
    receiver_stop(receiver);
}

static void deliveries_again__sends_the_marked_and_counts_the_others(void **state)
{
    struct receiver *receiver = receiver_start();
    struct term *term = deliveries_open_failed(*state, receiver);
    product_expect(*state, 0, NULL, "integration", "test", "Billing events");
    term_wait_text(term, "5 shown of 5", 0);
    term_key(term, "Home");
    term_key(term, "Space");
    term_key(term, "Space");
    term_key(term, "Space");
    term_wait_text(term, "3 marked", 0);
    term_key(term, "R");
    term_wait_text(term, "Sends 2 marked deliveries again", 0);
    term_wait_text(term, "1 marked cannot be sent again", 0);
    term_key(term, "R");
    term_wait_text(term, "● 2 deliveries are sent again. 1 left out", 0);
    term_wait_gone(term, "marked", 0);
    receiver_wait(receiver, 6, WAIT_MS);
    console_quit(term);
    receiver_stop(receiver);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, product_setup, product_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(delivery_redeliver__keeps_the_event),
        TEST(delivery_redeliver__does_so_at_80x24),
        TEST(delivery_redeliver__escape_sends_nothing),
        TEST(delivery_redeliver__refuses_what_waits),
        TEST(deliveries_again__sends_all_that_failed_and_says_so),
        TEST(deliveries_again__sends_the_marked_and_counts_the_others),
    };
    return cmocka_run_group_tests_name("console_redeliver", tests, NULL, NULL);
}
