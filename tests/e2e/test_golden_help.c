/* Golden screens of what stands over every page: help, palette, copied text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "tests/support/golden.h"

static const struct {
    int rows, cols;
} sizes[] = {{30, 100}, {24, 80}, {16, 60}};

/* Presses keys on page 1 at every size, and compares what is seen then. */
static void expect_at_all_sizes(const struct showcase *s, const char *name, const char *const *keys)
{
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char screen[64];
        struct term *term = showcase_console(s, NULL, sizes[i].rows, sizes[i].cols);
        term_wait_cursor_on(term, "Audit archive", 0);
        for (const char *const *key = keys; *key; key++)
            term_key(term, *key);
        snprintf(screen, sizeof screen, "%s-%dx%d", name, sizes[i].cols, sizes[i].rows);
        golden_screen(term, screen);
        term_stop(term);
    }
}

static void golden__help(void **state)
{
    expect_at_all_sizes(*state, "help", (const char *const[]){"?", NULL});
}

static void golden__help_searched(void **state)
{
    expect_at_all_sizes(*state, "help-search", (const char *const[]){"?", "s", "a", "v", NULL});
}

static void golden__palette(void **state)
{
    expect_at_all_sizes(*state, "palette", (const char *const[]){":", "t", "e", "s", "t", NULL});
}

static void golden__copy(void **state)
{
    expect_at_all_sizes(*state, "copy", (const char *const[]){"Down", "y", "1", NULL});
}

int main(void)
{
#define SHOWN(name) cmocka_unit_test_setup_teardown(name, showcase_setup, showcase_teardown)
    const struct CMUnitTest tests[] = {
        SHOWN(golden__help),
        SHOWN(golden__help_searched),
        SHOWN(golden__palette),
        SHOWN(golden__copy),
    };
    return cmocka_run_group_tests_name("golden_help", tests, NULL, NULL);
#undef SHOWN
}
