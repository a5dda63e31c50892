/* Themes and accessible mode, as a terminal shows them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/support/golden.h"
#include "tests/support/product.h"
#include "tests/support/term.h"
#include "tests/support/term_console.h"
#include "tui/theme.h"

enum { ENV_MAX = 8 };

/* --- which theme ---------------------------------------------------------------------------- */

static void theme__is_chosen_by_name_before_the_environment(void **state)
{
    static const struct {
        enum preferred_theme preferred;
        const char *no_color, *colorfgbg;
        enum theme_name want;
    } rows[] = {
        {PREFER_AUTO, NULL, NULL, THEME_DARK},    {PREFER_AUTO, NULL, "15;0", THEME_DARK},
        {PREFER_AUTO, NULL, "0;15", THEME_LIGHT}, {PREFER_AUTO, NULL, "0;default;7", THEME_LIGHT},
        {PREFER_AUTO, NULL, "7", THEME_DARK},     {PREFER_AUTO, NULL, "0;17", THEME_DARK},
        {PREFER_AUTO, "1", "0;15", THEME_MONO},   {PREFER_AUTO, "", NULL, THEME_DARK},
        {PREFER_DARK, "1", "0;15", THEME_DARK},   {PREFER_LIGHT, "1", NULL, THEME_LIGHT},
        {PREFER_MONO, NULL, NULL, THEME_MONO},    {PREFER_CONTRAST, "1", NULL, THEME_CONTRAST},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        assert_int_equal(theme_choose(rows[i].preferred, rows[i].no_color, rows[i].colorfgbg),
                         rows[i].want);
}

/* --- what it looks like --------------------------------------------------------------------- */

static struct term *start(const struct product *p, const char *const *options,
                          const char *const *env, const char *term_name)
{
    const char *argv[ENV_MAX] = {getenv("CHECKHOOK_BIN")};
    const char *all[ENV_MAX] = {p->variable};
    for (size_t i = 0; options && options[i]; i++)
        argv[i + 1] = options[i];
    for (size_t i = 0; env && env[i]; i++)
        all[i + 1] = env[i];
    struct term *term = term_start(&(struct term_options){
        .argv = argv, .env = all, .term = term_name, .rows = 24, .cols = 100});
    term_wait_text(term, "[1 Integrations", 0);
    return term;
}
#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void stop(struct term *term)
{
    term_key(term, "q");
    assert_int_equal(term_wait_exit(term, 0), 0);
    term_stop(term);
}

static struct term_cell cell_of(const struct term *term, const char *text)
{
    int row = 0, col = 0;
    assert_true(term_find(term, text, &row, &col));
    return term_cell(term, row, col);
}

static void add_integration(const struct product *p)
{
    product_expect(p, 0, "Added", "integration", "add", "Billing events",
                   "url=https://hooks.example.com/in", "auth.type=none");
}

/* The colour of keys in the key bar, and of the selected row. */
static void assert_look(const struct product *p, const char *const *options, const char *const *env,
                        const char *term_name, int accent, int selected)
{
    struct term *term = start(p, options, env, term_name);
    term_wait_text(term, "Billing events", 0);
    term_wait_quiet(term, 50);
    assert_int_equal(cell_of(term, "? More").fg, accent);
    assert_int_equal(cell_of(term, "Billing events").bg, selected);
    if (selected < 0)
        assert_true(cell_of(term, "Billing events").reverse);
    stop(term);
}

static void theme__looks_as_its_table_says(void **state)
{
    const struct product *p = *state;
    add_integration(p);
    assert_look(p, NULL, NULL, NULL, 75, 24);
    assert_look(p, NULL, WORDS("COLORFGBG=0;15"), NULL, 25, 24);
    assert_look(p, WORDS("--theme", "light"), NULL, NULL, 25, 24);
    assert_look(p, WORDS("--theme", "dark"), WORDS("COLORFGBG=0;15"), NULL, 75, 24);
    assert_look(p, WORDS("--theme=contrast"), NULL, NULL, 51, 226);
    assert_look(p, WORDS("--theme", "mono"), NULL, NULL, -1, -1);
    assert_look(p, NULL, WORDS("NO_COLOR=1"), NULL, -1, -1);
    assert_look(p, WORDS("--theme", "dark"), WORDS("NO_COLOR=1"), NULL, 75, 24);
    assert_look(p, WORDS("--theme", "dark"), NULL, "linux", 6, -1);
    assert_look(p, NULL, NULL, "vt100", -1, -1);
}

static void theme__without_colour_sends_none(void **state)
{
    const struct product *p = *state;
    add_integration(p);
    struct term *term = start(p, NULL, WORDS("NO_COLOR=1"), NULL);
    size_t len;
    term_wait_quiet(term, 50);
    const char *bytes = term_output(term, &len);
    for (size_t i = 0; i + 3 < len; i++) {
        if (bytes[i] == '\033' && bytes[i + 1] == '[' &&
            (bytes[i + 2] == '3' || bytes[i + 2] == '4'))
            assert_int_equal(bytes[i + 3 + strspn(bytes + i + 3, "0123456789;")] == 'm', 0);
    }
    stop(term);
}

/* On black whatever the terminal has, everywhere. */
static void contrast__covers_the_whole_screen(void **state)
{
    const struct product *p = *state;
    struct term *term = start(p, WORDS("--theme", "contrast"), NULL, NULL);
    term_wait_quiet(term, 50);
    for (int row = 1; row < 23; row++) {
        for (int col = 0; col < 100; col++)
            assert_int_equal(term_cell(term, row, col).bg, 16);
    }
    stop(term);
}

static void theme__of_no_name_is_refused(void **state)
{
    product_expect(*state, 2, "--theme: write auto, dark, light, mono or contrast, not 'pink'",
                   "--theme", "pink");
}

/* No state is told by grey. */
static void states__are_never_grey(void **state)
{
    const struct product *p = *state;
    add_integration(p);
    product_expect(p, 0, "Changed", "integration", "set", "Billing events", "enabled=false");
    product_expect(p, 0, "Added", "integration", "add", "Above it all",
                   "url=https://hooks.example.com/in", "auth.type=none");
    struct term *term = start(p, NULL, NULL, NULL);
    term_wait_text(term, "○ off", 0);
    term_wait_quiet(term, 50);
    int row = 0, col = 0;
    assert_true(term_find(term, "○ off       Billing", &row, &col));
    assert_int_equal(term_cell(term, row, col).fg, -1);
    stop(term);
}

/* --- accessible mode ------------------------------------------------------------------------ */

static void assert_accessible(struct term *term)
{
    char *screen = term_screen(term);
    for (const char *at = screen; *at; at++) {
        if ((unsigned char)*at >= 0x80)
            fail_msg("not ASCII: %s\nin\n%s", at, screen);
    }
    free(screen);
}

static void accessible__is_one_pane_in_ascii(void **state)
{
    struct showcase *s = *state;
    const char *argv[] = {getenv("CHECKHOOK_BIN"), "--accessible", NULL};
    struct term *term =
        term_start(&(struct term_options){.argv = argv, .env = s->env, .rows = 30, .cols = 100});
    int row, col, at_row, at_col;
    term_wait_text(term, "> o ok        Audit archive", 0);
    term_wait_quiet(term, 50);
    assert_true(term_find(term, "> o ok", &row, &col));
    assert_true(term_cursor(term, &at_row, &at_col));
    assert_int_equal(at_row, row);
    term_key(term, "A");
    term_wait_text(term, "8 entries", 0);
    term_wait_quiet(term, 50);
    assert_false(term_find(term, "Before -> after", NULL, NULL)); /* no pane: Enter opens it */
    term_key(term, "Enter");
    term_wait_text(term, "Before -> after", 0);
    term_wait_quiet(term, 50);
    assert_accessible(term);
    term_key(term, "Esc");
    term_key(term, "Esc");
    term_key(term, ",");
    term_wait_text(term, "Daily run and retention", 0);
    term_wait_quiet(term, 50);
    assert_false(term_find(term, "|", NULL, NULL));
    assert_accessible(term);
    term_stop(term);
}

static void accessible__is_preferred(void **state)
{
    const struct product *p = *state;
    product_expect(p, 0, "Changed", "config", "set", "console.accessible=true");
    struct term *term = start(p, NULL, NULL, NULL);
    term_wait_quiet(term, 50);
    assert_accessible(term);
    stop(term);
}

/* Commands write UTC: where the console has another time, it says which. */
static void clock__names_its_zone_unless_it_is_that_of_the_commands(void **state)
{
    struct term *term = console_open_with(*state, "TZ=ABC+5", 24, 80);
    term_wait_text(term, " ABC", 0);
    console_quit(term);
    term = console_open_with(*state, "TZ=UTC", 24, 80);
    term_wait_gone(term, "UTC", 0);
    console_quit(term);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, product_setup, product_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(theme__is_chosen_by_name_before_the_environment),
        TEST(theme__looks_as_its_table_says),
        TEST(theme__without_colour_sends_none),
        TEST(contrast__covers_the_whole_screen),
        TEST(theme__of_no_name_is_refused),
        TEST(states__are_never_grey),
        cmocka_unit_test_setup_teardown(accessible__is_one_pane_in_ascii, showcase_setup,
                                        showcase_teardown),
        TEST(accessible__is_preferred),
        TEST(clock__names_its_zone_unless_it_is_that_of_the_commands),
    };
    return cmocka_run_group_tests_name("console_look", tests, NULL, NULL);
}
