/* Page 1 as it was found right: the list, its action menu, a delete, and the first steps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/support/golden.h"

static const struct size {
    int rows, cols;
} sizes[] = {{30, 100}, {24, 80}, {16, 60}};

static void same(struct term *term, const char *what, const struct size *size)
{
    char name[64];
    snprintf(name, sizeof name, "%s-%dx%d", what, size->cols, size->rows);
    golden_screen(term, name);
}

static struct term *console_on_billing(void **state, const struct size *size)
{
    struct term *term = showcase_console(*state, NULL, size->rows, size->cols);
    term_wait_text(term, "Audit archive", 0);
    term_key(term, "Down");
    term_wait_cursor_on(term, "Billing events", 0);
    return term;
}

static void integrations__list_with_action_menu(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct term *term = console_on_billing(state, &sizes[i]);
        same(term, "integrations", &sizes[i]);
        term_key(term, "Enter");
        term_wait_text(term, "Send sample notification", 0);
        same(term, "integrations-menu", &sizes[i]);
        term_stop(term);
    }
}

static void integrations__delete_asks_for_the_name(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct term *term = console_on_billing(state, &sizes[i]);
        term_key(term, "D");
        term_wait_text(term, "Type the name to delete", 0);
        term_type(term, "Billing ev");
        term_wait_text(term, "Billing ev ", 0);
        same(term, "integrations-delete", &sizes[i]);
        term_stop(term);
    }
}

static void integrations__pane_where_there_is_room(void **state)
{
    const struct size wide = {40, 150};
    struct term *term = console_on_billing(state, &wide);
    same(term, "integrations-pane", &wide);
    term_stop(term);
}

static void integrations__first_steps(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct term *term = showcase_console(*state, NULL, sizes[i].rows, sizes[i].cols);
        term_wait_text(term, "No integrations yet", 0);
        same(term, "integrations-first", &sizes[i]);
        term_stop(term);
    }
}

int main(void)
{
    const struct CMUnitTest full[] = {
        cmocka_unit_test(integrations__list_with_action_menu),
        cmocka_unit_test(integrations__delete_asks_for_the_name),
        cmocka_unit_test(integrations__pane_where_there_is_room),
    };
    const struct CMUnitTest empty[] = {
        cmocka_unit_test(integrations__first_steps),
    };
    const int failed =
        cmocka_run_group_tests_name("golden_integrations", full, showcase_setup, showcase_teardown);
    return failed + cmocka_run_group_tests_name("golden_integrations_empty", empty,
                                                showcase_setup_empty, showcase_teardown);
}
