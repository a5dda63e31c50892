/* The settings page: changed in place, saved at once, undone, refused, and kept for the user. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/config/preferences.h"
#include "core/config/schema.h"
#include "tests/support/golden.h"
#include "tests/support/product.h"
#include "tests/support/term.h"
#include "tui/settings_lines.h"

enum { YELLOW = 226 };

static struct term *open_settings(const struct product *p, int rows, int cols)
{
    struct term *term =
        term_start(&(struct term_options){.env = p->env, .rows = rows, .cols = cols});
    term_wait_text(term, "[1 Integrations", 0);
    term_key(term, ",");
    term_wait_text(term, "Daily run and retention", 0);
    return term;
}

static void quit(struct term *term)
{
    term_key(term, "q");
    term_wait_text(term, "[1 Integrations", 0);
    term_key(term, "q");
    assert_int_equal(term_wait_exit(term, 0), 0);
    term_stop(term);
}

/* Goes down to the setting of that label, from above. */
static void go_to(struct term *term, const char *label)
{
    int row = -1, at = -2;
    for (int i = 0; i < SETTINGS_LINES_MAX && at != row; i++) {
        term_wait_quiet(term, 30);
        assert_true(term_find(term, "►", &at, NULL));
        if (!term_find(term, label, &row, NULL))
            row = -1;
        if (at != row)
            term_key(term, "Down");
    }
    assert_int_equal(at, row);
}

static void settings__are_saved_at_once_and_undone(void **state)
{
    const struct product *p = *state;
    struct term *term = open_settings(p, 24, 80);
    term_key(term, "Enter");
    term_wait_text(term, "Enter OK", 0);
    term_key(term, "Backspace");
    term_type(term, "7");
    term_key(term, "Enter");
    term_wait_text(term, "● Daily run, hour is 7.", 0);
    product_expect(p, 0, "\"hour\": 7", "config", "show", "--json");
    product_expect(p, 0, "schedule.hour: 6 → 7", "audit", "list");
    term_key(term, "u");
    term_wait_text(term, "[6     ]", 0);
    product_expect(p, 0, "\"hour\": 6", "config", "show", "--json");
    quit(term);
}

static void settings__say_what_is_wrong(void **state)
{
    const struct product *p = *state;
    struct term *term = open_settings(p, 24, 80);
    term_key(term, "Enter");
    term_type(term, "0");
    term_key(term, "Enter");
    term_wait_text(term, "■ Daily run, hour: write a whole number from 0 to 23.", 0);
    term_wait_text(term, "[60", 0); /* what was typed stays */
    term_key(term, "Esc");
    term_wait_text(term, "[6     ]", 0);
    product_expect(p, 0, "\"hour\": 6", "config", "show", "--json");
    quit(term);
}

static void settings__go_back_to_their_default(void **state)
{
    const struct product *p = *state;
    product_expect(p, 0, "Changed", "config", "set", "retention_days=30");
    struct term *term = open_settings(p, 24, 80);
    go_to(term, "Keep deliveries for");
    term_key(term, "C-u");
    term_wait_text(term, "● Keep deliveries for is 90.", 0);
    product_expect(p, 0, "\"retention_days\": 90", "config", "show", "--json");
    quit(term);
}

static void theme__is_shown_at_once_and_kept(void **state)
{
    const struct product *p = *state;
    struct term *term = open_settings(p, 30, 100);
    int row, col;
    go_to(term, "Theme");
    term_key(term, "Enter");
    term_wait_text(term, "Without colour", 0);
    for (int i = 0; i < 4; i++)
        term_key(term, "Down");
    term_key(term, "Enter");
    term_wait_text(term, "● Theme is High contrast.", 0);
    term_wait_quiet(term, 50);
    assert_true(term_find(term, "‹ High contrast", &row, &col));
    assert_int_equal(term_cell(term, row, col).bg, YELLOW);
    quit(term);
    assert_int_equal(tmpdir_mode(&p->dir, "home/console.conf"), 0600);

    term = open_settings(p, 30, 100);
    term_wait_text(term, "‹ High contrast ▼ ›", 0);
    go_to(term, "Theme");
    assert_true(term_find(term, "‹ High contrast", &row, &col));
    assert_int_equal(term_cell(term, row, col).bg, YELLOW);
    quit(term);
}

static void flags__are_turned_over(void **state)
{
    const struct product *p = *state;
    struct term *term = open_settings(p, 24, 80);
    go_to(term, "ASCII only");
    term_key(term, "Space");
    term_wait_text(term, "o ASCII only is on.", 0);
    term_wait_gone(term, "─", 0);
    term_key(term, "Space");
    term_wait_text(term, "● ASCII only is off.", 0);
    quit(term);
}

/* Facts beside and below are walked to as well, and copied. */
static void facts__are_walked_to(void **state)
{
    const struct product *p = *state;
    struct term *term = open_settings(p, 30, 100);
    term_key(term, "Right");
    term_wait_text(term, "►  Sent by", 0);
    term_wait_text(term, "Sent by: this console", 0);
    term_key(term, "End");
    term_wait_text(term, "►  Built-in checks", 0);
    term_key(term, "Enter");
    term_wait_text(term, "only to be looked at", 0);
    term_key(term, "Home");
    term_wait_cursor_on(term, "Daily run, hour", 0);
    quit(term);
}

static void preferences__that_are_broken_are_said_once(void **state)
{
    const struct product *p = *state;
    product_expect(p, 0, NULL, "config", "set", "console.theme=dark");
    free(tmpdir_write(&p->dir, "home/console.conf", "theme = \"pink\";\n"));
    struct term *term = term_start(&(struct term_options){.env = p->env, .rows = 24, .cols = 100});
    term_wait_text(term, "▲ Your preferences do not count:", 0);
    term_key(term, "Down");
    term_wait_gone(term, "do not count", 0);
    term_key(term, "q");
    assert_int_equal(term_wait_exit(term, 0), 0);
    term_stop(term);
}

static void page__has_every_setting_of_both_tables(void **state)
{
    struct settings_lines lines = {0};
    const struct fact_list none = {0};
    (void)state;
    settings_lines_make(&lines, &none);
    const struct {
        const struct setting *rows;
        size_t count;
    } tables[] = {{general_settings, general_setting_count},
                  {preference_settings, preference_setting_count}};
    for (size_t t = 0; t < 2; t++) {
        for (size_t i = 0; i < tables[t].count; i++) {
            int found = 0;
            for (int l = 0; l < lines.count; l++)
                found += lines.items[l].row == &tables[t].rows[i];
            assert_int_equal(found, 1);
        }
    }
}

/* --- golden screens ------------------------------------------------------------------------- */

static const golden_mask masks[] = {
    "/tmp/[^\n]*",
    "(root|alice):[a-z]+ 0[0-9]{3}",
    "[0-9]+ (bytes|KiB|MiB)",
    "[0-9]+\\.[0-9]+(\\.[0-9]+)?( [A-Za-z]+/[0-9.]+)?",
    "[0-9a-f]{8}-[0-9a-f-]+",
    NULL,
};

static void show(void **state, int rows, int cols, const char *name)
{
    struct term *term = showcase_console(*state, NULL, rows, cols);
    term_wait_text(term, "[1 Integrations", 0);
    term_key(term, ",");
    term_wait_text(term, "Daily run and retention", 0);
    golden_screen_masked(term, name, masks);
    term_stop(term);
}

static void golden__settings_at_100x30(void **state)
{
    show(state, 30, 100, "settings-100x30");
}

static void golden__settings_at_80x24(void **state)
{
    show(state, 24, 80, "settings-80x24");
}

static void golden__settings_at_60x16(void **state)
{
    show(state, 16, 60, "settings-60x16");
}

#define TEST(f)   cmocka_unit_test_setup_teardown(f, product_setup, product_teardown)
#define GOLDEN(f) cmocka_unit_test_setup_teardown(f, showcase_setup, showcase_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(settings__are_saved_at_once_and_undone),
        TEST(settings__say_what_is_wrong),
        TEST(settings__go_back_to_their_default),
        TEST(theme__is_shown_at_once_and_kept),
        TEST(flags__are_turned_over),
        TEST(facts__are_walked_to),
        TEST(preferences__that_are_broken_are_said_once),
        cmocka_unit_test(page__has_every_setting_of_both_tables),
        GOLDEN(golden__settings_at_100x30),
        GOLDEN(golden__settings_at_80x24),
        GOLDEN(golden__settings_at_60x16),
    };
    return cmocka_run_group_tests_name("console_settings", tests, NULL, NULL);
}
