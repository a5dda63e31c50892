/* What terminals and lines do to a program: split and unknown sequences, big pastes, lost lines,
 * stopping, being killed, strange environments, sizes that change all the time. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/error.h"
#include "core/base/mem.h"
#include "tests/support/golden.h"
#include "tests/support/run.h"
#include "tests/support/term_console.h"
#include "tui/terminal.h"
#include "tui/theme.h"

static const char first_row[] = "► ● ok        Audit archive";

static struct term *open_console(const struct showcase *s, const char *type, int rows, int cols)
{
    struct term *term = showcase_console(s, type, rows, cols);
    term_wait_cursor_on(term, "Audit archive", 0);
    return term;
}

static bool wrote(struct term *term, const char *bytes)
{
    size_t len;
    return strstr(term_output(term, &len), bytes) != NULL;
}

/* All modes that the console set are taken back, and the shell's screen is there again. */
static void expect_given_back(struct term *term)
{
    assert_true(wrote(term, "\033[?2004l"));
    assert_true(wrote(term, "\033[?1006l\033[?1000l"));
    assert_false(term_in_alternate_screen(term));
    assert_true(term_cursor(term, NULL, NULL));
    assert_true(term_is_cooked(term));
}

/* --- keys ------------------------------------------------------------------------------------ */

static void keys__are_whole_when_a_slow_line_splits_them(void **state)
{
    static const char *const parts[][4] = {
        {"\033", "[", "B"},
        {"\033", "O", "B"},
        {"\033[", "<65;9", ";9", "M"},
        {"\033[20", "0~", "x", ""},
    };
    showcase_env(*state, "ESCDELAY=2000");
    struct term *term = open_console(*state, NULL, 30, 100);
    for (size_t i = 0; i < ARRAY_LEN(parts) - 1; i++) {
        for (size_t k = 0; k < ARRAY_LEN(parts[i]) && parts[i][k]; k++) {
            term_type(term, parts[i][k]);
            term_wait_quiet(term, 80);
        }
    }
    term_wait_cursor_on(term, "Zürich DR site", 0); /* one down, one down, three by the wheel */
    for (size_t k = 0; k < 3; k++) {
        term_type(term, parts[3][k]);
        term_wait_quiet(term, 80);
    }
    term_type(term, "\033[2");
    term_wait_quiet(term, 80);
    term_type(term, "01~");
    term_wait_text(term, "Pasted text was dropped", 0);
    console_quit(term);
}

/* Reports and answers of terminals, and keys that we do not know: none of their bytes is a key. */
static void keys__unknown_sequences_do_nothing(void **state)
{
    static const char *const sequences[] = {
        "\033[I",
        "\033[O", /* focus */
        "\033[?1;2c",
        "\033[>41;379;0c",
        "\033[24;80R", /* what it is, where its cursor is */
        "\033[?2026;0$y",
        "\033[8;30;100t",                   /* modes, size */
        "\033]11;rgb:1c1c/1c1c/1c1c\033\\", /* colours, in both endings */
        "\033]10;rgb:ffff/ffff/ffff\a",
        "\033]52;c;eHh4\a",
        "\033P1$r0m\033\\",
        "\033P>|xterm(379)\033\\",
        "\033P!|00000000\033\\",
        "\033_Gi=31;OK\033\\", /* pictures */
        "\033[27;5;113~",
        "\033[113;5u",
        "\033[57399;129u", /* keys of other protocols */
        "\033[1;6D",
        "\033[23;3~",
        "\033[34~",
        "\033O5Q",
        "\033Ow",
    };
    struct term *term = open_console(*state, NULL, 30, 100);
    for (size_t i = 0; i < ARRAY_LEN(sequences); i++) {
        term_type(term, sequences[i]);
        term_type(term, "G");
        term_wait_cursor_on(term, "Zürich DR site", 0);
        term_type(term, "g");
        term_wait_cursor_on(term, first_row, 0);
    }
    console_quit(term);
}

/* Esc and what is typed right after it, which may arrive together. */
static void keys__esc_is_not_lost_before_others(void **state)
{
    struct term *term = open_console(*state, NULL, 30, 100);
    term_key(term, "Enter");
    term_wait_text(term, "Duplicate…", 0);
    term_type(term, "\033jj");
    term_wait_cursor_on(term, "Chat alerts", 0);
    term_key(term, "?");
    term_wait_text(term, "Help · ", 0);
    term_type(term, "\033]");
    term_wait_text(term, "[2 Checks]", 0);
    term_type(term, "\0331");
    term_wait_text(term, "[1 Integrations]", 0);
    console_quit(term);
}

/* ^S would stop the line, ^O and ^V would take the next character. */
static void keys__control_characters_are_ours(void **state)
{
    struct term *term = open_console(*state, NULL, 30, 100);
    term_type(term, "\x13\x11\x0f\x16\x1c");
    term_key(term, "Down");
    term_wait_cursor_on(term, "Billing events", 0);
    console_quit(term);
}

/* --- pastes ---------------------------------------------------------------------------------- */

static void paste__runs_nothing_outside_fields(void **state)
{
    struct term *term = open_console(*state, NULL, 30, 100);
    term_paste(term, "qDx\rn\n\033[Bq");
    term_wait_text(term, "Pasted text was dropped: there is no field here", 0);
    term_wait_cursor_on(term, first_row, 0);
    console_quit(term);
}

static void paste__of_very_much_is_cut_and_said(void **state)
{
    enum { MUCH = 300 * 1024 };
    char *text = mem_alloc(MUCH + 1);
    struct term *term = open_console(*state, NULL, 30, 100);
    memset(text, 'q', MUCH);
    text[MUCH] = '\0';
    term_key(term, "/");
    term_paste(term, text);
    term_wait_text(term, "Only the first 64 KiB", 0);
    term_key(term, "Esc");
    term_wait_cursor_on(term, first_row, 0);
    free(text);
    console_quit(term);
}

/* The line drops within a paste, or a terminal forgets its end: what came is not run later. */
static void paste__without_an_end_ends_by_itself(void **state)
{
    struct term *term = open_console(*state, NULL, 30, 100);
    term_type(term, "\033[200~qqDDxx");
    term_wait_text(term, "Pasted text was dropped", 0);
    term_type(term, "\033[201~");
    term_key(term, "Down");
    term_wait_cursor_on(term, "Billing events", 0);
    console_quit(term);
}

/* --- leaving --------------------------------------------------------------------------------- */

static void leave__gives_the_terminal_back(void **state)
{
    static const int signals[] = {SIGTERM, SIGINT};
    for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
        struct term *term = open_console(*state, NULL, 30, 100);
        term_key(term, "Enter");
        term_wait_text(term, "Duplicate…", 0);
        assert_false(term_is_cooked(term));
        term_signal(term, signals[i]);
        assert_int_equal(term_wait_exit(term, 0), 0);
        expect_given_back(term);
        term_stop(term);
    }
}

static void crash__gives_the_terminal_back(void **state)
{
    static const int signals[] = {SIGSEGV, SIGABRT, SIGBUS, SIGFPE};
    const struct rlimit no_core = {0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
        struct term *term = open_console(*state, NULL, 30, 100);
        term_signal(term, signals[i]);
        assert_int_equal(term_wait_exit(term, 0), 128 + signals[i]);
        expect_given_back(term);
        term_stop(term);
    }
}

/* The dead line reports readable for ever: whoever reads on burns the processor. */
static void hang_up__ends_without_spinning(void **state)
{
    struct rusage before, after;
    struct term *term = open_console(*state, NULL, 30, 100);
    getrusage(RUSAGE_CHILDREN, &before);
    term_hang_up(term);
    term_stop(term);
    getrusage(RUSAGE_CHILDREN, &after);
    const double used = (double)(after.ru_utime.tv_sec + after.ru_stime.tv_sec) +
                        (double)(after.ru_utime.tv_usec + after.ru_stime.tv_usec) / 1e6 -
                        (double)(before.ru_utime.tv_sec + before.ru_stime.tv_sec) -
                        (double)(before.ru_utime.tv_usec + before.ru_stime.tv_usec) / 1e6;
    if (used > 1.0)
        fail_msg("it used %.2f s of processor time", used);
}

/* A signal that anybody may send; the terminal is still there. */
static void hang_up__from_elsewhere_gives_the_terminal_back(void **state)
{
    struct term *term = open_console(*state, NULL, 30, 100);
    term_signal(term, SIGHUP);
    term_wait_exit(term, 0);
    expect_given_back(term);
    term_stop(term);
}

/* --- stopping -------------------------------------------------------------------------------- */

/* The console as a job of a shell. */
static struct term *open_job(const struct showcase *s, const char *after)
{
    char script[300];
    snprintf(script, sizeof script, "'%s'; echo shell again; read x; %s", run_product(), after);
    const char *const argv[] = {"sh", "-m", "-c", script, NULL};
    struct term *term = term_start(&(struct term_options){.argv = argv, .env = s->env});
    term_wait_cursor_on(term, "Audit archive", 0);
    return term;
}

static void suspend__hands_the_terminal_to_the_shell_and_takes_it_back(void **state)
{
    struct term *term = open_job(*state, "fg; echo over; read x");
    term_key(term, "Down");
    term_wait_cursor_on(term, "Billing events", 0);
    term_key(term, "C-z");
    term_wait_text(term, "shell again", 0);
    expect_given_back(term);
    term_resize(term, 24, 80);
    term_key(term, "Enter");
    term_wait_cursor_on(term, "Billing events", 0);
    term_wait_row(term, 23, "? More", 0); /* the last row of the new size */
    term_key(term, "Down");               /* keys, paste and mouse are on again */
    term_wait_cursor_on(term, "Chat alerts", 0);
    term_paste(term, "qq");
    term_wait_text(term, "Pasted text was dropped", 0);
    term_key(term, "q");
    term_wait_text(term, "over", 0);
    expect_given_back(term);
    term_stop(term);
}

/* Stopped by others, without a chance to tidy up; the shell sets its own modes meanwhile. */
static void resume__sets_all_modes_again(void **state)
{
    struct term *term = open_console(*state, NULL, 30, 100);
    size_t len;
    term_signal(term, SIGSTOP);
    term_signal(term, SIGCONT);
    const char *again = "\033[?2004h\033[?1000h\033[?1006h";
    while (strstr(strstr(term_output(term, &len), again) + 1, again) == NULL)
        assert_true(term_run_on(term, 50));
    term_key(term, "Down");
    term_wait_cursor_on(term, "Billing events", 0);
    console_quit(term);
}

/* A login shell has nobody to give the terminal to. */
static void suspend__is_refused_without_a_shell(void **state)
{
    struct term *term = open_console(*state, NULL, 30, 100);
    term_key(term, "C-z");
    term_wait_text(term, "There is no shell to suspend to", 0);
    console_quit(term);
}

/* --- strange surroundings ----------------------------------------------------------------------
 */

static void size__follows_the_terminal_whatever_the_environment_says(void **state)
{
    showcase_env(*state, "COLUMNS=40");
    showcase_env(*state, "LINES=10");
    struct term *term = open_console(*state, NULL, 30, 100);
    term_resize(term, 24, 80);
    term_wait_row(term, 23, "? More", 0);
    console_quit(term);
}

/* Serial lines report no size. */
static void size__of_zero_is_80x24(void **state)
{
    char script[300];
    snprintf(script, sizeof script, "stty rows 0 cols 0; '%s'", run_product());
    const char *const argv[] = {"sh", "-c", script, NULL};
    const struct showcase *s = *state;
    struct term *term =
        term_start(&(struct term_options){.argv = argv, .env = s->env, .rows = 24, .cols = 80});
    term_wait_cursor_on(term, "Audit archive", 0);
    term_wait_row(term, 23, "? More", 0);
    console_quit(term);
}

static void size__that_changes_all_the_time_ends_right(void **state)
{
    static const char *const boxes[] = {"Enter", "?", ":", "y", "D"};
    struct term *term = open_console(*state, NULL, 30, 100);
    for (size_t i = 0; i < ARRAY_LEN(boxes); i++) {
        term_key(term, boxes[i]);
        term_wait_text(term, "┌─ ", 0); /* keys are not for a screen that is too small */
        for (int step = 0; step < 30; step++)
            term_resize(term, 1 + (step * 7 + (int)i) % 45, 1 + (step * 37) % 150);
        term_resize(term, 30, 100);
        term_wait_row(term, 29, "Esc ", 0);
        term_wait_text(term, "┌─ ", 0);
        term_key(term, "Esc");
        term_wait_gone(term, "┌─ ", 0);
    }
    term_wait_cursor_on(term, first_row, 0);
    console_quit(term);
}

static void terminal__closed_output_is_refused(void **state)
{
    char script[300];
    snprintf(script, sizeof script, "'%s' >&-; echo \"status $?\"; read x", run_product());
    const char *const argv[] = {"sh", "-c", script, NULL};
    const struct showcase *s = *state;
    struct term *term = term_start(&(struct term_options){.argv = argv, .env = s->env});
    term_wait_text(term, "The console needs a terminal", 0);
    term_wait_text(term, "status 2", 0);
    term_stop(term);
}

/* --- a child in the foreground -------------------------------------------------------------- */

/* This program itself, started again in a terminal: what came of `command` is said on a screen. */
static int run_child(const char *command)
{
    const char *const argv[] = {"sh", "-c", command, NULL};
    const struct terminal_child child = {
        .argv = argv, .input = "from the console\n", .input_len = strlen("from the console\n")};
    struct error err = {0};
    char notice[100];
    if (!terminal_start(&(struct terminal_options){.escdelay_ms = -1}, notice, sizeof notice, &err))
        return 1;
    const bool ok = terminal_run(&child, &err);
    mvaddstr(0, 0, ok ? "it went well" : err.text);
    refresh();
    while (terminal_key() != 'q')
        terminal_hung_up();
    terminal_stop();
    return 0;
}

static char own_path[4096];

static struct term *open_child(const char *command)
{
    const char *const argv[] = {own_path, "--child", command, NULL};
    return term_start(&(struct term_options){.argv = argv});
}

/* A long farewell to a terminal that takes it slowly. */
static int run_farewell(void)
{
    struct error err = {0};
    char notice[100];
    bool ok = terminal_start(&(struct terminal_options){.escdelay_ms = -1}, notice, sizeof notice,
                             &err) &&
              terminal_stop();
    for (int i = 0; ok && i < 4000; i++)
        ok = puts("what was saved") >= 0;
    return ok && fflush(stdout) == 0 ? 0 : 1;
}

static void leave__is_not_interrupted_by_a_new_size(void **state)
{
    const char *const argv[] = {own_path, "--farewell", NULL};
    struct term *term = term_start(&(struct term_options){.argv = argv});
    (void)state;
    term_wait_text(term, "what was saved", 0);
    for (int i = 0; i < 20; i++, usleep(5000)) /* nobody reads, so it waits in its output */
        term_resize(term, 30 + i % 2, 100);
    assert_int_equal(term_wait_exit(term, 0), 0);
    term_stop(term);
}

static void run__gives_the_terminal_to_a_child_and_takes_it_back(void **state)
{
    struct term *term =
        open_child("cat; stty -a </dev/tty | tr ' ' '\\n' | grep -x -e icanon -e echo; "
                   "read x </dev/tty; echo got $x; read x </dev/tty");
    (void)state;
    term_wait_text(term, "from the console", 0);
    term_wait_text(term, "echo", 0);
    assert_true(term_is_cooked(term));
    term_type(term, "typed\r");
    term_wait_text(term, "got typed", 0);
    term_key(term, "Enter");
    term_wait_text(term, "it went well", 0);
    assert_false(term_is_cooked(term));
    assert_true(term_in_alternate_screen(term));
    console_quit(term);
}

/* ^C and ^Z are for the child; it goes on when it was stopped, since nobody could. */
static void run__keeps_signals_of_the_child_from_us(void **state)
{
    struct term *term = open_child("trap 'echo interrupted' INT; echo ready; read x </dev/tty; "
                                   "echo on; read x </dev/tty");
    (void)state;
    term_wait_text(term, "ready", 0);
    term_key(term, "C-z");
    term_key(term, "C-c");
    term_wait_text(term, "interrupted", 0);
    term_key(term, "Enter");
    term_key(term, "Enter");
    term_wait_text(term, "it went well", 0);
    console_quit(term);
}

static void run__says_when_there_is_no_such_program(void **state)
{
    struct term *term = open_child("exit 127");
    (void)state;
    term_wait_text(term, "cannot be started", 0);
    console_quit(term);
}

static void run__ends_with_its_terminal(void **state)
{
    struct term *term = open_child("echo ready; exec sleep 1000");
    (void)state;
    term_wait_text(term, "ready", 0);
    term_signal(term, SIGTERM);
    term_wait_text(term, "it went well", 0); /* the child was ended first */
    console_quit(term);
}

int main(int argc, char **argv)
{
#define SHOWN(name) cmocka_unit_test_setup_teardown(name, showcase_setup, showcase_teardown)
    const struct CMUnitTest tests[] = {
        SHOWN(keys__are_whole_when_a_slow_line_splits_them),
        SHOWN(keys__unknown_sequences_do_nothing),
        SHOWN(keys__esc_is_not_lost_before_others),
        SHOWN(keys__control_characters_are_ours),
        SHOWN(paste__runs_nothing_outside_fields),
        SHOWN(paste__of_very_much_is_cut_and_said),
        SHOWN(paste__without_an_end_ends_by_itself),
        SHOWN(leave__gives_the_terminal_back),
        SHOWN(crash__gives_the_terminal_back),
        SHOWN(hang_up__ends_without_spinning),
        SHOWN(hang_up__from_elsewhere_gives_the_terminal_back),
        SHOWN(suspend__hands_the_terminal_to_the_shell_and_takes_it_back),
        SHOWN(resume__sets_all_modes_again),
        SHOWN(suspend__is_refused_without_a_shell),
        SHOWN(size__follows_the_terminal_whatever_the_environment_says),
        SHOWN(size__of_zero_is_80x24),
        SHOWN(size__that_changes_all_the_time_ends_right),
        SHOWN(terminal__closed_output_is_refused),
        cmocka_unit_test(leave__is_not_interrupted_by_a_new_size),
        cmocka_unit_test(run__gives_the_terminal_to_a_child_and_takes_it_back),
        cmocka_unit_test(run__keeps_signals_of_the_child_from_us),
        cmocka_unit_test(run__says_when_there_is_no_such_program),
        cmocka_unit_test(run__ends_with_its_terminal),
    };
    if (argc == 3 && strcmp(argv[1], "--child") == 0)
        return run_child(argv[2]);
    if (argc == 2 && strcmp(argv[1], "--farewell") == 0)
        return run_farewell();
    if (!realpath(argv[0], own_path))
        return 1;
    return cmocka_run_group_tests_name("console_craft", tests, NULL, NULL);
#undef SHOWN
}
