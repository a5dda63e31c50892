/* Page 1 of the console in a real terminal emulator, and the terminal given back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/support/receiver.h"
#include "tests/support/run.h"
#include "tests/support/term_console.h"
#include "tests/support/tmpdir.h"

struct home {
    struct tmpdir dir;
    char variable[300];
    const char *env[4];
};

static int make_home(void **state)
{
    struct home *home = calloc(1, sizeof *home);
    tmpdir_init(&home->dir);
    snprintf(home->variable, sizeof home->variable, "CHECKHOOK_HOME=%s/home", home->dir.path);
    home->env[0] = home->variable;
    *state = home;
    return 0;
}

static int remove_home(void **state)
{
    struct home *home = *state;
    tmpdir_release(&home->dir);
    free(home);
    return 0;
}

static void add(const struct home *home, const char *name, const char *setting)
{
    const char *const args[] = {"integration",    "add",   name, "url=https://hooks.example.com/in",
                                "auth.type=none", setting, NULL};
    struct run_result result = run_checkhook(args, &(struct run_options){.env = home->env});
    assert_int_equal(result.status, 0);
    run_release(&result);
}

/* What `integration list` says now; the caller frees. */
static char *list_integrations(const struct home *home)
{
    const char *const args[] = {"integration", "list", "--json", NULL};
    struct run_result result = run_checkhook(args, &(struct run_options){.env = home->env});
    assert_int_equal(result.status, 0);
    char *out = strdup(result.out);
    run_release(&result);
    return out;
}

static struct term *open_console(const struct home *home, int rows, int cols)
{
    return term_start(&(struct term_options){.env = home->env, .rows = rows, .cols = cols});
}

static void console_empty__says_how_to_begin(void **state)
{
    struct term *term = open_console(*state, 24, 80);
    term_wait_text(term, "No integrations yet", 0);
    term_wait_text(term, "n  Create your first integration", 0);
    term_wait_cursor_on(term, "Create your first integration", 0);
    term_key(term, "Down");
    term_wait_cursor_on(term, "i  Import from a file", 0);
    term_key(term, "Down");
    term_wait_cursor_on(term, "d  Try a built-in demo endpoint", 0);
    console_quit(term);
}

static void console_list__shows_state_and_follows_the_selection(void **state)
{
    add(*state, "Audit archive", "description=one");
    add(*state, "Billing events", "enabled=false");
    struct term *term = open_console(*state, 30, 100);
    term_wait_text(term, "2 integrations", 0);
    term_wait_text(term, "► ◊ untested  Audit archive", 0);
    term_wait_text(term, "  ○ off       Billing events", 0);
    term_key(term, "Down");
    term_wait_text(term, "► ○ off       Billing events", 0);
    term_wait_cursor_on(term, "Billing events", 0);
    term_key(term, "g");
    term_wait_text(term, "► ◊ untested  Audit archive", 0);
    console_quit(term);
}

static void console_list__shows_what_a_command_adds(void **state)
{
    add(*state, "Audit archive", "description=one");
    struct term *term = open_console(*state, 24, 80);
    term_wait_text(term, "1 integration ", 0);
    add(*state, "Chat alerts", "description=two");
    term_wait_text(term, "Chat alerts", 0);
    console_quit(term);
}

static void console_menu__disables_and_enables(void **state)
{
    add(*state, "Audit archive", "description=one");
    struct term *term = open_console(*state, 24, 80);
    term_wait_text(term, "Audit archive", 0);
    term_key(term, "Enter");
    term_wait_text(term, "┌─ Audit archive", 0);
    term_wait_text(term, "► Test Connectivity", 0);
    term_key(term, "x");
    term_wait_text(term, "► ○ off       Audit archive", 0);
    char *list = list_integrations(*state);
    assert_non_null(strstr(list, "\"enabled\": false"));
    free(list);
    term_key(term, "x");
    term_wait_text(term, "► ◊ untested  Audit archive", 0);
    console_quit(term);
}

static void console_menu__escape_changes_nothing(void **state)
{
    add(*state, "Audit archive", "description=one");
    struct term *term = open_console(*state, 16, 60);
    term_wait_text(term, "Audit archive", 0);
    term_key(term, "Enter");
    term_wait_text(term, "Test Connectivity", 0);
    term_key(term, "End");
    term_wait_text(term, "► Delete…", 0);
    term_key(term, "Esc");
    term_wait_gone(term, "Delete…", 0);
    term_wait_cursor_on(term, "Audit archive", 0);
    console_quit(term);
}

static void console_duplicate__asks_for_a_free_name(void **state)
{
    add(*state, "Audit archive", "description=one");
    struct term *term = open_console(*state, 24, 80);
    term_wait_text(term, "Audit archive", 0);
    term_key(term, "c");
    term_wait_text(term, "[Audit archive copy", 0);
    term_key(term, "C-u");
    term_type(term, "audit ARCHIVE");
    term_key(term, "Enter");
    term_wait_text(term, "■", 0);
    term_wait_text(term, "[audit ARCHIVE", 0);
    term_key(term, "C-u");
    term_paste(term, "Zweites Archiv é\n");
    term_wait_text(term, "[Zweites Archiv é", 0);
    term_key(term, "Enter");
    term_wait_text(term, "► ◊ untested  Zweites Archiv é", 0);
    console_quit(term);
}

static void console_delete__wants_the_name(void **state)
{
    add(*state, "Audit archive", "description=one");
    add(*state, "Billing events", "description=two");
    struct term *term = open_console(*state, 24, 80);
    term_wait_text(term, "Audit archive", 0);
    term_key(term, "D");
    term_wait_text(term, "Delete integration", 0);
    term_type(term, "Audit");
    term_key(term, "Tab");
    term_key(term, "Enter");
    term_type(term, " arch");
    term_wait_text(term, "[Audit arch ", 0);
    term_type(term, "ive");
    term_wait_gone(term, "(enabled when it matches)", 0);
    term_key(term, "Enter");
    term_wait_text(term, "Audit archive is deleted", 0);
    term_wait_text(term, "1 integration ", 0);
    char *list = list_integrations(*state);
    assert_null(strstr(list, "Audit archive"));
    assert_non_null(strstr(list, "Billing events"));
    free(list);
    console_quit(term);
}

static void console_delete__cancel_has_the_focus(void **state)
{
    add(*state, "A", "description=one");
    struct term *term = open_console(*state, 24, 80);
    term_wait_text(term, "untested  A", 0);
    term_key(term, "D");
    term_wait_text(term, "Delete integration", 0);
    term_type(term, "A");
    term_wait_gone(term, "(enabled when it matches)", 0);
    term_key(term, "Enter");
    term_wait_gone(term, "Delete integration", 0);
    term_wait_text(term, "untested  A", 0);
    console_quit(term);
}

/* A command of the product that must end well. */
#define RUN_WELL(home, ...)                                                                        \
    do {                                                                                           \
        const char *const run_args[] = {__VA_ARGS__, NULL};                                        \
        struct run_result run_well =                                                               \
            run_checkhook(run_args, &(struct run_options){.env = (home)->env});                    \
        assert_int_equal(run_well.status, 0);                                                      \
        run_release(&run_well);                                                                    \
    } while (0)

static void console_assign__ticks_checks(void **state)
{
    const struct home *home = *state;
    add(home, "Audit archive", "description=one");
    struct term *term = open_console(home, 30, 100);
    term_wait_text(term, "Audit archive", 0);
    term_key(term, "a");
    term_wait_text(term, "Checks for: Audit archive", 0);
    term_key(term, "Space");
    term_wait_text(term, "was 0 · not saved", 0);
    term_key(term, "Enter");
    term_wait_text(term, "is ticked for 1 check.", 0);
    term_key(term, "a");
    term_wait_text(term, "► [x]", 0);
    term_key(term, "a");
    term_key(term, "Esc");
    term_wait_gone(term, "Checks for: Audit archive", 0);
    term_key(term, "D");
    term_wait_text(term, "is used by 1 check and has", 0);
    term_key(term, "Esc");
    term_wait_gone(term, "Delete integration", 0);
    console_quit(term);
}

static void console_worker__delivers_while_it_is_open(void **state)
{
    static const char users[] =
        "{\"id\":\"1\",\"login\":\"ann@example.com\",\"user_type\":\"member\",\"status\":"
        "\"active\","
        "\"password_enabled\":true,\"mfa_enrolled\":false,\"factors\":[]}\n";
    const struct home *home = *state;
    struct receiver *receiver = receiver_start();
    receiver_answer(receiver, "/in", (struct receiver_answer){.status = 202});
    char *url = mem_printf("url=%s", receiver_url(receiver, "/in"));
    char *file = tmpdir_write(&home->dir, "users.jsonl", users);
    RUN_WELL(home, "integration", "add", "Local", url, "auth.type=none");
    RUN_WELL(home, "check", "enable", "no-mfa", "Local");
    RUN_WELL(home, "data", "import", file);
    struct term *term = open_console(home, 24, 80);
    term_wait_text(term, "◊ untested  Local", 0);
    RUN_WELL(home, "check", "run", "--no-deliver");
    term_wait_text(term, "● ok        Local", 0);
    term_wait_text(term, "ago 202", 0);
    console_quit(term);
    assert_int_equal(receiver_count(receiver), 1);
    free(file);
    free(url);
    receiver_stop(receiver);
}

static void console_help__is_searched_by_typing(void **state)
{
    struct term *term = open_console(*state, 24, 80);
    term_wait_text(term, "No integrations yet", 0);
    term_key(term, "?");
    term_wait_text(term, "Help · Integrations", 0);
    term_wait_text(term, "Suspend", 0);
    term_type(term, "dupl");
    term_wait_gone(term, "Suspend", 0);
    term_wait_text(term, "Duplicate", 0);
    term_key(term, "Esc");
    term_wait_text(term, "Suspend", 0);
    term_key(term, "Esc");
    term_wait_gone(term, "Help · Integrations", 0);
    console_quit(term);
}

static void console_resize__recovers(void **state)
{
    add(*state, "Audit archive", "description=one");
    struct term *term = open_console(*state, 24, 80);
    term_wait_text(term, "Audit archive", 0);
    term_key(term, "Enter");
    term_wait_text(term, "┌─ Audit archive", 0);
    term_resize(term, 5, 20);
    term_wait_text(term, "Terminal 20x5, need", 0);
    term_resize(term, 10, 50);
    term_wait_text(term, "Terminal 50x10, need 60x16. q quits.", 0);
    term_resize(term, 30, 100);
    term_wait_text(term, "│ ► Test Connectivity", 0);
    term_wait_row(term, 29, "Esc Close menu", 0);
    term_key(term, "Esc");
    console_quit(term);
}

static void console_small__quits(void **state)
{
    struct term *term = open_console(*state, 5, 20);
    term_wait_text(term, "Terminal 20x5", 0);
    console_quit(term);
}

static void console_quit__restores_the_terminal(void **state)
{
    const struct home *home = *state;
    const char *const argv[] = {
        "sh", "-c",
        "stty -g >$CHECKHOOK_HOME.before; $CHECKHOOK_BIN; stty -g >$CHECKHOOK_HOME.after", NULL};
    struct term *term = term_start(&(struct term_options){.argv = argv, .env = home->env});
    term_wait_text(term, "No integrations yet", 0);
    term_key(term, "C-c");
    assert_int_equal(term_wait_exit(term, 0), 0);
    size_t len;
    const char *output = term_output(term, &len);
    assert_non_null(strstr(output, "\033[?2004h"));
    assert_non_null(strstr(output, "\033[?2004l"));
    assert_false(term_in_alternate_screen(term));
    char *before = tmpdir_read(&home->dir, "home.before", NULL);
    char *after = tmpdir_read(&home->dir, "home.after", NULL);
    assert_string_equal(before, after);
    free(before);
    free(after);
    term_stop(term);
}

static void console_run__needs_a_terminal(void **state)
{
    const struct home *home = *state;
    const char *const args[] = {NULL};
    struct run_result result = run_checkhook(args, &(struct run_options){.env = home->env});
    assert_int_equal(result.status, 2);
    assert_non_null(strstr(result.err, "terminal"));
    assert_string_equal(result.out, "");
    run_release(&result);
}

static void console_run__falls_back_from_an_unknown_terminal(void **state)
{
    const struct home *home = *state;
    const struct term_options how = {.env = home->env, .term = "nobody-knows"};
    struct term *term = term_start(&how);
    term_wait_text(term, "The terminal type 'nobody-knows' is not known here", 0);
    console_quit(term);
}

static void console_run__refuses_a_terminal_that_cannot_move_its_cursor(void **state)
{
    const struct home *home = *state;
    static const char *const names[] = {"unknown", "dumb"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct term_options how = {.env = home->env, .term = names[i]};
        struct term *term = term_start(&how);
        assert_int_equal(term_wait_exit(term, 0), 2);
        assert_true(term_find(term, "set TERM", NULL, NULL));
        term_stop(term);
    }
}

static void console_run__speaks_ascii_on_a_vt100(void **state)
{
    add(*state, "Audit archive", "description=one");
    const struct home *home = *state;
    const struct term_options how = {.env = home->env, .term = "vt100"};
    struct term *term = term_start(&how);
    term_wait_text(term, "> ? untested  Audit archive", 0);
    term_key(term, "Enter");
    term_wait_text(term, "+- Audit archive -", 0);
    size_t len;
    const char *output = term_output(term, &len);
    for (size_t i = 0; i < len; i++)
        assert_true((unsigned char)output[i] < 0x80);
    term_key(term, "Esc");
    console_quit(term);
}

static void console_run__sends_no_colour_when_told(void **state)
{
    struct home *home = *state;
    add(home, "Audit archive", "description=one");
    home->env[1] = "NO_COLOR=1";
    struct term *term = term_start(&(struct term_options){.env = home->env});
    term_wait_text(term, "untested  Audit archive", 0);
    int row, col;
    assert_true(term_find(term, "Audit archive", &row, &col));
    struct term_cell cell = term_cell(term, row, col);
    assert_true(cell.reverse);
    assert_int_equal(cell.fg, -1);
    assert_int_equal(cell.bg, -1);
    console_quit(term);
}

static void console_text__from_outside_is_made_visible(void **state)
{
    add(*state, "Audit archive", "description=one");
    struct term *term = open_console(*state, 24, 80);
    term_wait_text(term, "Audit archive", 0);
    term_key(term, "c");
    term_wait_text(term, "Display name", 0);
    term_key(term, "C-u");
    term_paste(term, "a\033[31mb\xe2\x80\xae"
                     "c");
    term_wait_text(term, "[a[31mbc ", 0);
    term_key(term, "Esc");
    console_quit(term);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_home, remove_home)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(console_empty__says_how_to_begin),
        TEST(console_list__shows_state_and_follows_the_selection),
        TEST(console_list__shows_what_a_command_adds),
        TEST(console_menu__disables_and_enables),
        TEST(console_menu__escape_changes_nothing),
        TEST(console_duplicate__asks_for_a_free_name),
        TEST(console_delete__wants_the_name),
        TEST(console_delete__cancel_has_the_focus),
        TEST(console_assign__ticks_checks),
        TEST(console_worker__delivers_while_it_is_open),
        TEST(console_help__is_searched_by_typing),
        TEST(console_resize__recovers),
        TEST(console_small__quits),
        TEST(console_quit__restores_the_terminal),
        TEST(console_run__needs_a_terminal),
        TEST(console_run__falls_back_from_an_unknown_terminal),
        TEST(console_run__refuses_a_terminal_that_cannot_move_its_cursor),
        TEST(console_run__speaks_ascii_on_a_vt100),
        TEST(console_run__sends_no_colour_when_told),
        TEST(console_text__from_outside_is_made_visible),
    };
    return cmocka_run_group_tests_name("console_integrations", tests, NULL, NULL);
}
