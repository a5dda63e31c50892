/* Page 4 and a delivery as they were looked at and found right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/golden.h"

/* The delivery that the reference screens show: refused, with a body that would colour the screen.
 */
enum { QUIET_MS = 80 };

static struct term *open_page(const struct showcase *s, int rows, int cols)
{
    struct term *term = showcase_console(s, NULL, rows, cols);
    term_wait_text(term, "14:32", 0);
    term_key(term, "4");
    term_wait_text(term, "7 shown of 49 · 3 failed · 1 waiting", 0);
    for (int i = 0; i < 3; i++)
        term_key(term, "Down");
    term_wait_cursor_on(term, "► 14:17:31", 0);
    term_wait_quiet(term, QUIET_MS); /* what opens now stands under the row that is drawn */
    return term;
}

static void to_tab(struct term *term, int tabs, const char *tab)
{
    for (int i = 0; i < tabs; i++)
        term_key(term, "Tab");
    term_wait_text(term, tab, 0);
}

static void page_4__shows_the_answer_at_100x30(void **state)
{
    struct term *term = open_page(*state, 30, 100);
    to_tab(term, 2, "[Response]");
    term_wait_text(term, "aud mismatch\\u{1b}[31m!", 0);
    golden_screen(term, "deliveries-100x30");
    term_stop(term);
}

static void page_4__shows_the_answer_at_80x24(void **state)
{
    struct term *term = open_page(*state, 24, 80);
    to_tab(term, 2, "[Response]");
    term_wait_text(term, "aud mismatch\\u{1b}[31m!", 0);
    golden_screen(term, "deliveries-80x24");
    term_stop(term);
}

static void page_4__is_a_list_at_60x16(void **state)
{
    struct term *term = showcase_console(*state, NULL, 16, 60);
    term_wait_text(term, "checkhook", 0);
    term_key(term, "4");
    term_wait_text(term, "shown of 49", 0);
    golden_screen(term, "deliveries-60x16");
    term_key(term, "Enter");
    to_tab(term, 3, "[Attempts 1]");
    golden_screen(term, "delivery-60x16");
    term_stop(term);
}

static void page_4__draws_the_day_where_there_is_room(void **state)
{
    struct term *term = open_page(*state, 30, 140);
    to_tab(term, 3, "[Attempts 3]");
    term_wait_text(term, "LAST 24 HOURS", 0);
    golden_screen(term, "deliveries-140x30");
    term_resize(term, 44, 100);
    term_wait_text(term, "LAST 24 HOURS", 0);
    golden_screen(term, "deliveries-100x44");
    term_stop(term);
}

static void page_4__asks_before_all_failed_are_sent(void **state)
{
    struct term *term = open_page(*state, 30, 100);
    term_key(term, "f");
    term_wait_text(term, "failed only · 3 shown of 3 · 3 failed", 0);
    term_key(term, "R");
    term_wait_text(term, "[ All 3 failed A ]", 0);
    golden_screen(term, "deliveries-again-100x30");
    term_stop(term);
}

static void page_4__chooses_webhooks_from_a_menu(void **state)
{
    struct term *term = open_page(*state, 24, 80);
    term_key(term, "w");
    term_wait_text(term, "Show deliveries of", 0);
    golden_screen(term, "deliveries-webhooks-80x24");
    term_stop(term);
}

static void delivery__takes_the_page_at_100x30(void **state)
{
    struct term *term = open_page(*state, 30, 100);
    term_key(term, "Enter");
    term_wait_text(term, "Delivery · no-mfa → Billing events", 0);
    golden_screen(term, "delivery-summary-100x30");
    to_tab(term, 1, "[Request]");
    golden_screen(term, "delivery-request-100x30");
    to_tab(term, 2, "[Attempts 3]");
    golden_screen(term, "delivery-attempts-100x30");
    term_stop(term);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(page_4__shows_the_answer_at_100x30),
        cmocka_unit_test(page_4__shows_the_answer_at_80x24),
        cmocka_unit_test(page_4__is_a_list_at_60x16),
        cmocka_unit_test(page_4__draws_the_day_where_there_is_room),
        cmocka_unit_test(page_4__asks_before_all_failed_are_sent),
        cmocka_unit_test(page_4__chooses_webhooks_from_a_menu),
        cmocka_unit_test(delivery__takes_the_page_at_100x30),
    };
    return cmocka_run_group_tests_name("golden_deliveries", tests, showcase_setup,
                                       showcase_teardown);
}
