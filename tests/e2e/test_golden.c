/* The golden harness itself: the showcase opens, and a screen is known again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/support/golden.h"

static void showcase__opens_with_its_integrations(void **state)
{
    struct term *term = showcase_console(*state, NULL, 30, 100);
    term_wait_text(term, "prod-db-01 · alice", 0);
    term_wait_text(term, "14:32", 0);
    term_wait_text(term, "Billing events", 0);
    term_wait_text(term, "14m ago 401", 0);
    term_stop(term);
}

static void golden_screen__knows_a_screen(void **state)
{
    struct term *term = showcase_console(*state, NULL, 12, 52);
    term_wait_text(term, "Terminal 52x12, need 60x16. q quits.", 0);
    golden_screen(term, "too-small-52x12");
    term_stop(term);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(showcase__opens_with_its_integrations),
        cmocka_unit_test(golden_screen__knows_a_screen),
    };
    return cmocka_run_group_tests_name("golden", tests, showcase_setup, showcase_teardown);
}
