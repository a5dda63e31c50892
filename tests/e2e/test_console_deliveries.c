/* Page 4 of the console: the list of what was sent, and what is looked for in it. */
#include "tests/support/term_deliveries.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Where the newest delivery stands. */
enum { FIRST_ROW = 5 };

/* Page 1 says since when it is on hold and when it last worked, the reason after that. */
static void integrations_hint__tells_of_a_hold(void **state)
{
    struct receiver *receiver = receiver_start();
    deliveries_add_ticked(*state, "Billing events", receiver, "/hook");
    product_expect(*state, 0, NULL, "integration", "test", "Billing events");
    receiver_answer(receiver, "/hook", (struct receiver_answer){.status = 401});
    deliveries_import_user(*state);
    product_expect(*state, 0, "1 held", "check", "run");
    struct term *term = deliveries_open(*state, 24, 120);
    term_key(term, "1");
    term_wait_text(term, "On hold for ", 0);
    term_wait_text(term, "wants credentials (401 Unauthorized). It last worked ", 0);
    console_quit(term);
    receiver_stop(receiver);
}

static void deliveries_list__shows_what_failed_alone(void **state)
{
    struct receiver *receiver = receiver_start();
    receiver_answer(receiver, "/bad", (struct receiver_answer){.status = 400});
    deliveries_add_ticked(*state, "Billing events", receiver, "/hook");
    deliveries_add_ticked(*state, "Chat alerts", receiver, "/bad");
    deliveries_import_user(*state);
    product_expect(*state, 1, "1 failed", "check", "run");
    struct term *term = deliveries_open(*state, 30, 100);
    term_wait_text(term, "[4 Deliveries ▲1]", 0);
    term_wait_text(term, "2 shown of 2 · 1 failed", 0);
    term_key(term, "f");
    term_wait_text(term, "failed only · 1 shown of 1 · 1 failed", 0);
    term_wait_text(term, "■ 400", 0);
    term_wait_gone(term, "● 200", 0);
    term_wait_text(term, "Chat alerts", 0);
    term_key(term, "f");
    term_wait_text(term, "● 200", 0);
    console_quit(term);
    receiver_stop(receiver);
}

static void deliveries_list__is_narrowed_to_an_integration(void **state)
{
    struct receiver *receiver = receiver_start();
    deliveries_add_ticked(*state, "Billing events", receiver, "/hook");
    deliveries_add_ticked(*state, "Chat alerts", receiver, "/hook");
    deliveries_import_user(*state);
    product_expect(*state, 0, "2 delivered", "check", "run");
    struct term *term = console_open(*state, 24, 80);
    term_wait_text(term, "► ● ok        Billing events", 0);
    term_key(term, "v");
    term_wait_text(term, "webhook: Billing events · last 24 h · 1 shown of 1", 0);
    term_wait_gone(term, "Chat alerts", 0);
    console_quit(term);
    receiver_stop(receiver);
}

/* While the page is open a command makes a delivery; the selection stays on its row. */
static void deliveries_list__is_live_and_keeps_the_selection(void **state)
{
    struct receiver *receiver = receiver_start();
    deliveries_make_one(*state, receiver, 0, "1 delivered");
    struct term *term = deliveries_open(*state, 30, 100);
    term_wait_text(term, "1 shown", 0);
    term_wait_row(term, FIRST_ROW, "► ", 0);
    product_expect(*state, 0, "sent again", "delivery", "retry", "1");
    term_wait_text(term, "2 shown", 0);
    term_wait_row(term, FIRST_ROW + 1, "► ", 0);
    term_wait_row(term, FIRST_ROW, "d_2", 0);
    term_wait_row(term, FIRST_ROW + 1, "d_1", 0);
    console_quit(term);
    receiver_stop(receiver);
}

/* A failure of an integration that is gone needs nobody: not counted, and shown as such. */
static void deliveries_list__tells_removed_webhooks_apart(void **state)
{
    struct receiver *receiver = receiver_start();
    struct term *term = deliveries_open_failed(*state, receiver);
    product_expect(*state, 0, NULL, "integration", "remove", "Elastic");
    term_wait_text(term, "[4 Deliveries ▲2]", 0);
    term_wait_text(term, "1/-", 0);
    term_key(term, "f");
    term_wait_text(term, "2 failed · 1 of removed webhooks", 0);
    term_wait_text(term, "○ 400", 0);
    console_quit(term);
    receiver_stop(receiver);
}

static void deliveries_empty__says_how_they_come_about(void **state)
{
    struct term *term = deliveries_open(*state, 16, 60);
    term_wait_text(term, "Nothing was sent yet", 0);
    term_wait_text(term, "Run Checks Now", 0);
    console_quit(term);
}

/* --- looking for some ------------------------------------------------------------------------- */

/* What was typed is lent to the list, which is read again while the cursor moves in it. */
static void deliveries_filter__goes_on_while_others_deliver(void **state)
{
    struct receiver *receiver = receiver_start();
    struct term *term = deliveries_open_failed(*state, receiver);
    term_key(term, "/");
    term_type(term, "data");
    term_wait_text(term, "1 found", 0);
    term_key(term, "Left");
    term_key(term, "Home");
    product_expect(*state, 1, NULL, "integration", "test", "Data lake");
    term_wait_text(term, "2 found", 0);
    term_key(term, "Esc");
    console_quit(term);
    receiver_stop(receiver);
}

static void deliveries_filter__finds_by_text_and_by_webhook(void **state)
{
    struct receiver *receiver = receiver_start();
    struct term *term = deliveries_open_failed(*state, receiver);
    term_key(term, "/");
    term_type(term, "data la");
    term_wait_text(term, "1 found", 0);
    term_wait_gone(term, "Elastic", 0);
    term_key(term, "Enter");
    term_key(term, "Esc");
    term_wait_text(term, "4 shown of 4", 0);
    term_key(term, "/");
    term_type(term, "nowhere");
    term_wait_text(term, "No delivery holds this text", 0);
    term_key(term, "Esc");
    term_wait_text(term, "4 shown of 4", 0);

    term_key(term, "w");
    term_wait_text(term, "Show deliveries of", 0);
    term_key(term, "Space");
    term_key(term, "Down");
    term_key(term, "Space");
    term_key(term, "Enter");
    term_wait_text(term, "webhook: Billing events, Chat alerts · last 24 h · 2 shown of 2", 0);
    term_wait_gone(term, "Elastic", 0);
    console_quit(term);
    receiver_stop(receiver);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, product_setup, product_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(integrations_hint__tells_of_a_hold),
        TEST(deliveries_list__shows_what_failed_alone),
        TEST(deliveries_list__is_narrowed_to_an_integration),
        TEST(deliveries_list__is_live_and_keeps_the_selection),
        TEST(deliveries_list__tells_removed_webhooks_apart),
        TEST(deliveries_empty__says_how_they_come_about),
        TEST(deliveries_filter__goes_on_while_others_deliver),
        TEST(deliveries_filter__finds_by_text_and_by_webhook),
    };
    return cmocka_run_group_tests_name("console_deliveries", tests, NULL, NULL);
}
