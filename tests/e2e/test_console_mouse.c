/* The mouse: wheel and click, in both spellings, switched on and off. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/golden.h"
#include "tests/support/term_console.h"

static struct term *open_console(const struct showcase *s, const char *type)
{
    struct term *term = showcase_console(s, type, 30, 100);
    term_wait_text(term, "6 integrations", 0);
    return term;
}

/* Where it stands; fails the test where it does not. */
static void place_of(struct term *term, const char *text, int *row, int *col)
{
    term_wait_text(term, text, 0);
    assert_true(term_find(term, text, row, col));
}

/* Presses and releases the left button on a text, in the newer spelling (SGR). */
static void click(struct term *term, const char *text)
{
    char bytes[64];
    int row, col;
    place_of(term, text, &row, &col);
    snprintf(bytes, sizeof bytes, "\033[<0;%d;%dM\033[<0;%d;%dm", col + 1, row + 1, col + 1,
             row + 1);
    term_type(term, bytes);
}

static bool wrote(struct term *term, const char *bytes)
{
    size_t len;
    return strstr(term_output(term, &len), bytes) != NULL;
}

static void mouse__selects_and_then_opens_a_row(void **state)
{
    struct term *term = open_console(*state, NULL);
    click(term, "Data lake");
    term_wait_cursor_on(term, "► ▲ warn      Data lake", 0);
    click(term, "Data lake");
    term_wait_text(term, "Assign checks…", 0);
    click(term, "Disable");
    term_wait_text(term, "Data lake is disabled", 0);
    console_quit(term);
}

static void mouse__turns_pages_and_presses_keys_of_the_bar(void **state)
{
    struct term *term = open_console(*state, NULL);
    click(term, "2 Checks");
    term_wait_text(term, "[2 Checks]", 0);
    click(term, "1 Integrations");
    term_wait_text(term, "[1 Integrations]", 0);
    click(term, "? More");
    term_wait_text(term, "Help · Integrations", 0);
    click(term, "Close");
    term_wait_gone(term, "Help · Integrations", 0);
    console_quit(term);
}

/* A page that was asked for, and not taken, is forgotten by a click as it is by a key. */
static void mouse__quits_though_a_page_was_wanted_before(void **state)
{
    struct term *term = open_console(*state, NULL);
    click(term, "3 Matrix");
    term_wait_text(term, "[3 Matrix]", 0);
    term_key(term, "Space");
    term_wait_text(term, "1 unsaved change", 0);
    term_key(term, "2");
    term_wait_text(term, "Unsaved changes", 0);
    term_key(term, "Esc");
    term_wait_gone(term, "Unsaved changes", 0);
    click(term, "Quit");
    term_wait_text(term, "Unsaved changes", 0);
    term_key(term, "D");
    assert_int_equal(term_wait_exit(term, 0), 0);
    term_stop(term);
}

/* Nothing under a box can be pressed. */
static void mouse__does_not_reach_what_a_box_covers(void **state)
{
    struct term *term = open_console(*state, NULL);
    term_key(term, "Enter");
    term_wait_text(term, "Duplicate…", 0);
    click(term, "2 Checks");
    click(term, "chat.example.net");
    term_key(term, "Esc");
    term_wait_gone(term, "Duplicate…", 0);
    term_wait_cursor_on(term, "► ● ok        Audit archive", 0);
    console_quit(term);
}

static void mouse__turns_pages_while_a_filter_is_typed(void **state)
{
    struct term *term = open_console(*state, NULL);
    term_key(term, "/");
    term_type(term, "a");
    term_wait_text(term, "of 6", 0);
    click(term, "2 Checks");
    term_wait_text(term, "[2 Checks]", 0);
    term_key(term, "1");
    term_wait_text(term, "6 integrations", 0);
    console_quit(term);
}

static void mouse__scrolls_with_the_wheel(void **state)
{
    struct term *term = open_console(*state, NULL);
    term_type(term, "\033[<65;10;10M");
    term_wait_cursor_on(term, "Data lake", 0);
    term_type(term, "\033[<64;10;10M");
    term_wait_cursor_on(term, "Audit archive", 0);
    console_quit(term);
}

/* Three bytes, as terminals send that know no other form; the same within tmux. */
static void mouse__is_understood_in_the_old_spelling(void **state)
{
    struct term *term = open_console(*state, "tmux-256color");
    char bytes[] = "\033[M   \033[M#  ";
    int row, col;
    place_of(term, "Legacy CRM", &row, &col);
    bytes[4] = bytes[10] = (char)(col + 1 + 32);
    bytes[5] = bytes[11] = (char)(row + 1 + 32);
    term_type(term, bytes);
    term_wait_cursor_on(term, "Legacy CRM", 0);
    console_quit(term);
}

/* Broken off, out of range, with modifiers, other buttons, movement: none is a key or a press. */
static void mouse__ignores_what_means_nothing(void **state)
{
    static const char *const reports[] = {
        "\033[<0;10M",     "\033[<;;M",      "\033[<0;10;9999999999M", "\033[<0;99999;7M",
        "\033[<4;15;8M",   "\033[<2;15;8M",  "\033[<35;15;8M",         "\033[<0;0;0M",
        "\033[<0;15;8;9M", "\033[<0;15;8q9", "\033[<0;15;8m",          "\033[M\x1f\x1f\x1f",
    };
    struct term *term = open_console(*state, NULL);
    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++)
        term_type(term, reports[i]);
    term_key(term, "Down");
    term_wait_cursor_on(term, "Billing events", 0);
    console_quit(term);
}

static void mouse__is_handed_back_and_taken_again(void **state)
{
    struct term *term = open_console(*state, NULL);
    assert_true(wrote(term, "\033[?1000h\033[?1006h"));
    assert_false(wrote(term, "\033[?1000l"));
    term_key(term, "m");
    term_wait_text(term, "Mouse off", 0);
    assert_true(wrote(term, "\033[?1006l\033[?1000l"));
    console_quit(term);

    term = open_console(*state, NULL); /* as it was left */
    assert_false(wrote(term, "\033[?1000h"));
    term_key(term, "m");
    term_wait_text(term, "Hold Shift to select text", 0);
    assert_true(wrote(term, "\033[?1000h\033[?1006h"));
    term_key(term, "q");
    assert_int_equal(term_wait_exit(term, 0), 0);
    assert_true(wrote(term, "\033[?1006l\033[?1000l"));
    term_stop(term);
}

/* A terminal that knows no mouse gets none of its modes. */
static void mouse__is_not_asked_of_a_vt100(void **state)
{
    struct term *term = open_console(*state, "vt100");
    term_key(term, "m");
    term_wait_text(term, "reports no mouse", 0);
    assert_false(wrote(term, "\033[?1000"));
    console_quit(term);
}

int main(void)
{
#define SHOWN(name) cmocka_unit_test_setup_teardown(name, showcase_setup, showcase_teardown)
    const struct CMUnitTest tests[] = {
        SHOWN(mouse__selects_and_then_opens_a_row),
        SHOWN(mouse__turns_pages_and_presses_keys_of_the_bar),
        SHOWN(mouse__quits_though_a_page_was_wanted_before),
        SHOWN(mouse__does_not_reach_what_a_box_covers),
        SHOWN(mouse__turns_pages_while_a_filter_is_typed),
        SHOWN(mouse__scrolls_with_the_wheel),
        SHOWN(mouse__is_understood_in_the_old_spelling),
        SHOWN(mouse__ignores_what_means_nothing),
        SHOWN(mouse__is_handed_back_and_taken_again),
        SHOWN(mouse__is_not_asked_of_a_vt100),
    };
    return cmocka_run_group_tests_name("console_mouse", tests, NULL, NULL);
#undef SHOWN
}
