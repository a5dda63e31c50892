/* The terminal emulator of the tests, with small shell programs in it. */
#include "tests/support/term.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static struct term *shell(const char *command)
{
    const char *const argv[] = {"sh", "-c", command, NULL};

    return term_start(&(struct term_options){.argv = argv, .rows = 10, .cols = 40});
}

static void term__shows_text_and_attributes(void **state)
{
    struct term *term = shell("stty -echo; printf 'plain \\033[1;7mloud\\033[0m \\033[31mred "
                              "\\033[0m\\346\\227\\245x\\n'; read line");
    struct term_cell cell;
    int row, col;

    (void)state;
    term_wait_text(term, "plain loud red 日x", 0);
    assert_true(term_find(term, "loud", &row, &col));
    assert_int_equal(row, 0);
    assert_int_equal(col, 6);
    cell = term_cell(term, row, col);
    assert_string_equal(cell.text, "l");
    assert_true(cell.bold && cell.reverse);
    assert_int_equal(cell.fg, -1);
    assert_true(term_find(term, "red", &row, &col));
    assert_int_equal(term_cell(term, row, col).fg, 1);
    assert_true(term_find(term, "x", &row, &col));
    assert_int_equal(col, 17);
    assert_true(term_cursor(term, &row, &col));
    assert_int_equal(row, 1);
    assert_int_equal(col, 0);
    term_key(term, "Enter");
    assert_int_equal(term_wait_exit(term, 0), 0);
    term_stop(term);
}

static void term_key__sends_what_the_terminal_sends(void **state)
{
    static const struct {
        const char *key, *bytes;
    } rows[] = {
        {"a", "61"},
        {"Space", "20"},
        {"Enter", "0d"},
        {"Tab", "09"},
        {"Esc", "1b"},
        {"Up", "1b 5b 41"},
        {"F1", "1b 4f 50"},
        {"F5", "1b 5b 31 35 7e"},
        {"BackTab", "1b 5b 5a"},
        {"C-s", "13"},
        {"M-x", "1b 78"},
        {"Backspace", "7f"},
        {"Delete", "1b 5b 33 7e"},
        {"PageDown", "1b 5b 36 7e"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct term *term = shell("stty raw -echo; printf ready; "
                                  "dd bs=99 count=1 2>/dev/null | od -An -tx1");
        char line[64] = " ";

        term_wait_text(term, "ready", 0);
        term_key(term, rows[i].key);
        strcat(line, rows[i].bytes);
        term_wait_text(term, line, 0);
        assert_int_equal(term_wait_exit(term, 0), 0);
        term_stop(term);
    }
}

static void term_resize__tells_the_program(void **state)
{
    struct term *term = shell("trap 'stty size' WINCH; echo ready; "
                              "while :; do read line && exit 0; done");

    (void)state;
    term_wait_text(term, "ready", 0);
    term_resize(term, 7, 33);
    term_wait_text(term, "7 33", 0);
    term_stop(term);
}

/* libvterm 0.1 died of these. */
static void term_resize__keeps_the_cursor_on_the_screen(void **state)
{
#define THEN                                                                                       \
    "; printf ready; read line; printf '\\033[3H\\n\\033[H\\033[K\\346\\227\\245\\033[J\\r\\nx';"  \
    " read line"
    static const struct {
        const char *command;
        int cols;
    } rows[] = {
        {"stty -echo; printf '\\033[9;1Hlow\\033[1;1H'" THEN, 20}, /* above what stays to be seen */
        {"stty -echo; printf '\\033[5;9r'" THEN, 20},              /* a region below it */
        {"stty -echo; printf '\\033[1;30H'" THEN, 1},              /* a wide character in it */
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct term *term = shell(rows[i].command);
        term_wait_text(term, "ready", 0);
        term_resize(term, 3, rows[i].cols);
        term_key(term, "Enter");
        term_wait_text(term, "x", 0);
        int row = -1;
        term_cursor(term, &row, NULL);
        assert_in_range(row, 0, 2);
        term_stop(term);
    }
#undef THEN
}

static void term_wait_gone__sees_a_cleared_screen(void **state)
{
    struct term *term = shell("printf '\\033[?1049h\\033[?25lhello'; read a; "
                              "printf '\\033[2J'; read a; printf '\\033[?1049l\\033[?25h'");

    (void)state;
    term_wait_text(term, "hello", 0);
    assert_true(term_in_alternate_screen(term));
    assert_false(term_cursor(term, NULL, NULL));
    term_key(term, "Enter");
    term_wait_gone(term, "hello", 0);
    term_key(term, "Enter");
    assert_int_equal(term_wait_exit(term, 0), 0);
    assert_false(term_in_alternate_screen(term));
    assert_true(term_cursor(term, NULL, NULL));
    assert_non_null(strstr(term_output(term, NULL), "hello"));
    term_stop(term);
}

static void term_paste__is_bracketed_on_request(void **state)
{
    struct term *term = shell("stty -echo; printf '\\033[?2004hready\\n'; read a; echo \"$a\" | "
                              "od -An -c -w60 | tr -s ' '");

    (void)state;
    term_wait_text(term, "ready", 0);
    term_paste(term, "text\n");
    term_key(term, "Enter");
    term_wait_text(term, "033 [ 2 0 0 ~ t e x t", 0);
    term_stop(term);
}

static void term_type__carries_much_text(void **state)
{
    struct term *term = shell("stty raw -echo; printf ready; head -c 100000 | wc -c");
    char *text = malloc(100001);

    (void)state;
    assert_non_null(text);
    memset(text, 'x', 100000);
    text[100000] = '\0';
    term_wait_text(term, "ready", 0);
    term_type(term, text);
    term_wait_text(term, "100000", 0);
    assert_int_equal(term_wait_exit(term, 0), 0);
    free(text);
    term_stop(term);
}

static void term_wait_exit__reports_status_and_signal(void **state)
{
    struct term *term = shell("exit 7");

    (void)state;
    assert_int_equal(term_wait_exit(term, 0), 7);
    term_stop(term);
    term = shell("kill -TERM $$");
    assert_int_equal(term_wait_exit(term, 0), 128 + SIGTERM);
    term_stop(term);
}

static void term_start__gives_a_clean_environment(void **state)
{
    static const char *const argv[] = {"sh", "-c",
                                       "echo $TERM:$LC_ALL:${NO_COLOR-none}:${OWN-none}", NULL};
    static const char *const env[] = {"OWN=yes", "LC_ALL=C", NULL};
    struct term *term;

    (void)state;
    setenv("NO_COLOR", "1", 1);
    term = term_start(&(struct term_options){.argv = argv, .env = env, .term = "vt100"});
    term_wait_text(term, "vt100:C:none:yes", 0);
    term_stop(term);
    unsetenv("NO_COLOR");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(term__shows_text_and_attributes),
        cmocka_unit_test(term_key__sends_what_the_terminal_sends),
        cmocka_unit_test(term_resize__tells_the_program),
        cmocka_unit_test(term_resize__keeps_the_cursor_on_the_screen),
        cmocka_unit_test(term_wait_gone__sees_a_cleared_screen),
        cmocka_unit_test(term_paste__is_bracketed_on_request),
        cmocka_unit_test(term_type__carries_much_text),
        cmocka_unit_test(term_wait_exit__reports_status_and_signal),
        cmocka_unit_test(term_start__gives_a_clean_environment),
    };

    return cmocka_run_group_tests_name("term", tests, NULL, NULL);
}
