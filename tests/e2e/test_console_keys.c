/* What works everywhere: the palette, the help, undo, copying. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/encode.h"
#include "core/base/mem.h"
#include "tests/support/golden.h"
#include "tests/support/product.h"
#include "tests/support/term_form.h"

static struct term *open_showcase(const struct showcase *s, const char *type)
{
    struct term *term = showcase_console(s, type, 30, 100);
    term_wait_text(term, "6 integrations", 0);
    return term;
}

static bool wrote(struct term *term, const char *bytes)
{
    size_t len;
    return strstr(term_output(term, &len), bytes) != NULL;
}

static void expect_no(struct term *term, const char *text)
{
    if (term_find(term, text, NULL, NULL)) {
        term_dump(term);
        fail_msg("'%s' stands on the screen above", text);
    }
}

/* --- palette --------------------------------------------------------------------------------- */

static void palette__finds_and_runs_an_action_of_the_page(void **state)
{
    struct term *term = open_showcase(*state, NULL);
    term_key(term, ":");
    term_wait_text(term, "─ Commands ─", 0);
    term_type(term, "disable");
    term_wait_text(term, "1 of ", 0);
    term_key(term, "Enter");
    term_wait_text(term, "Audit archive is disabled", 0);
    expect_no(term, "─ Commands ─");
    console_quit(term);
}

static void palette__opens_pages_and_help(void **state)
{
    struct term *term = open_showcase(*state, NULL);
    term_key(term, "C-p");
    term_type(term, "page ");
    term_wait_text(term, "Page Checks", 0);
    expect_no(term, "Page Integrations"); /* where one is already */
    term_type(term, "ch");
    term_key(term, "Enter");
    term_wait_text(term, "[2 Checks]", 0);
    term_key(term, ":");
    term_type(term, "this help");
    term_key(term, "Enter");
    term_wait_text(term, "Help · Checks", 0);
    term_key(term, "Esc");
    term_wait_gone(term, "Help · Checks", 0);
    term_key(term, "1");
    term_wait_text(term, "6 integrations", 0);
    console_quit(term);
}

/* Whoever knows the page of an action needs no palette. */
static void palette__runs_an_action_of_another_page_there(void **state)
{
    struct term *term = open_showcase(*state, NULL);
    term_key(term, ":");
    term_type(term, "choose webhooks");
    term_wait_text(term, "4 w", 0);
    term_key(term, "Enter");
    term_wait_text(term, "[4 Deliveries", 0);
    term_wait_text(term, "─ Show deliveries of ─", 0);
    term_key(term, "Esc");
    term_key(term, ":");
    term_type(term, "run checks now");
    term_wait_text(term, "1 of ", 0);
    term_wait_text(term, "2 R", 0);
    term_key(term, "Esc");
    term_key(term, "1");
    term_wait_text(term, "6 integrations", 0);
    console_quit(term);
}

static void palette__says_what_to_select_on_another_page(void **state)
{
    struct term *term = open_showcase(*state, NULL);
    term_key(term, "2");
    term_wait_text(term, "[2 Checks]", 0);
    term_key(term, ":");
    term_type(term, "duplicate");
    term_key(term, "Enter");
    term_wait_text(term, "Select an integration, then press c: Duplicate.", 0);
    term_wait_text(term, "[1 Integrations]", 0);
    console_quit(term);
}

static void choose_from_palette(struct term *term, const char *what)
{
    term_key(term, "C-p");
    term_wait_text(term, "─ Commands ─", 0);
    term_type(term, what);
    term_wait_text(term, " of ", 0);
    term_key(term, "Enter");
    term_wait_gone(term, "─ Commands ─", 0);
}

/* In a form, and where letters are text, the key of what was chosen is no text. */
static void palette__does_what_was_chosen_where_one_types(void **state)
{
    struct term *term = open_showcase(*state, NULL);
    term_key(term, "n");
    term_wait_text(term, "New integration", 0);
    choose_from_palette(term, "page matrix");
    term_wait_text(term, "[3 Matrix]", 0);
    term_key(term, "2");
    term_wait_text(term, "[2 Checks]", 0);
    term_key(term, "/");
    term_type(term, "mfa");
    choose_from_palette(term, "who changed what");
    term_wait_text(term, "Audit", 0);
    term_key(term, "Esc");
    term_wait_text(term, "/ [mfa ", 0);
    choose_from_palette(term, "sort, reverse");
    term_wait_text(term, "/ mfa", 0);
    expect_no(term, "mfas");
    term_key(term, "F1");
    term_wait_text(term, "Help · Checks", 0);
    choose_from_palette(term, "page deliveries");
    term_wait_text(term, "[4 Deliveries", 0);
    term_stop(term);
}

static void palette__shows_why_something_cannot_be_done(void **state)
{
    struct term *term = open_showcase(*state, NULL);
    term_key(term, ":");
    term_type(term, "save matrix");
    term_wait_text(term, "► Save everything at once  (nothing is unsaved)", 0);
    term_key(term, "Enter"); /* it stays */
    term_key(term, "C-u");
    term_wait_text(term, "Duplicate", 0);
    term_key(term, "Esc");
    term_wait_gone(term, "─ Commands ─", 0);
    console_quit(term);
}

static void palette__says_when_nothing_is_called_so(void **state)
{
    struct term *term = open_showcase(*state, NULL);
    term_key(term, ":");
    term_type(term, "zzzz");
    term_wait_text(term, "Nothing is called so", 0);
    term_key(term, "Enter"); /* nothing to run: it stays */
    term_key(term, "C-u");
    term_wait_text(term, "Duplicate", 0);
    term_key(term, "Esc");
    term_wait_gone(term, "─ Commands ─", 0);
    console_quit(term);
}

static void palette__does_not_open_over_a_box(void **state)
{
    struct term *term = open_showcase(*state, NULL);
    term_key(term, "Enter");
    term_wait_text(term, "Duplicate…", 0);
    term_key(term, ":");
    term_key(term, "C-p");
    term_key(term, "Esc");
    term_wait_gone(term, "Duplicate…", 0);
    expect_no(term, "Commands");
    console_quit(term);
}

/* In a form letters are text; ^P opens it all the same, and what it runs is the form's. */
static void palette__works_in_a_form(void **state)
{
    struct term *term = open_showcase(*state, NULL);
    term_key(term, "n");
    term_wait_text(term, "New integration", 0);
    term_type(term, "a:b");
    term_wait_text(term, "[a:b ", 0);
    term_key(term, "C-p");
    term_wait_text(term, "─ Commands ─", 0);
    term_type(term, "sav");
    term_key(term, "Enter");
    term_wait_text(term, "■ ", 0); /* it was validated */
    term_key(term, "Esc");
    term_wait_text(term, "Keep editing", 0);
    term_key(term, "D");
    term_wait_text(term, "6 integrations", 0);
    console_quit(term);
}

/* --- help ------------------------------------------------------------------------------------ */

static void help__is_searched_by_typing(void **state)
{
    struct term *term = open_showcase(*state, NULL);
    term_key(term, "?");
    term_wait_text(term, "Command palette", 0);
    term_type(term, "/redeliver"); /* as on every page */
    term_wait_gone(term, "Command palette", 0);
    term_wait_text(term, "Mark it for Redeliver", 0);
    term_type(term, "x");
    term_wait_text(term, "No key does that", 0);
    term_key(term, "Esc"); /* clears the search */
    term_wait_text(term, "Command palette", 0);
    term_key(term, "Esc");
    term_wait_gone(term, "Help · ", 0);
    console_quit(term);
}

static void help__shows_the_keys_of_other_pages(void **state)
{
    struct term *term = open_showcase(*state, NULL);
    term_key(term, "F1");
    term_wait_text(term, "Help · Integrations", 0);
    term_key(term, "Tab");
    term_wait_text(term, "Help · Everywhere", 0);
    term_key(term, "BackTab");
    term_wait_text(term, "Help · Integrations", 0);
    term_key(term, "Esc");
    term_wait_gone(term, "Help · ", 0);
    console_quit(term);
}

/* --- undo ------------------------------------------------------------------------------------ */

static void add_hook(const struct product *p, const char *name)
{
    product_expect(p, 0, "Added", "integration", "add", name, "url=http://127.0.0.1:9/hook",
                   "auth.type=none");
}

static struct term *open_product(const struct product *p, const char *wait)
{
    struct term *term = console_open(p, 30, 100);
    term_wait_text(term, wait, 0);
    return term;
}

static void undo__takes_back_the_last_change(void **state)
{
    const struct product *p = *state;
    add_hook(p, "Hook");
    struct term *term = open_product(p, "1 integration");
    term_key(term, "u");
    term_wait_text(term, "There is nothing to undo", 0);
    term_key(term, "x");
    term_wait_text(term, "○ off", 0);
    term_wait_text(term, "u undoes", 0);
    term_key(term, "u");
    term_wait_text(term, "Undone: Hook disabled", 0);
    term_wait_text(term, "◊ untested", 0);
    term_key(term, "u");
    term_wait_text(term, "There is nothing to undo", 0);
    console_quit(term);
    product_expect(p, 0, "enabled                true", "integration", "show", "Hook");
}

static void undo__brings_a_deleted_integration_back(void **state)
{
    const struct product *p = *state;
    add_hook(p, "Hook");
    product_expect(p, 0, "", "check", "enable", "no-mfa", "Hook");
    char *before = tmpdir_read(&p->dir, "home/checkhook.conf", NULL);
    struct term *term = open_product(p, "1 integration");
    term_key(term, "D");
    term_wait_text(term, "Type the name", 0);
    term_type(term, "Hook");
    term_key(term, "Tab");
    term_key(term, "Enter");
    term_wait_text(term, "No integrations yet", 0);
    term_key(term, "u");
    term_wait_text(term, "Undone: Hook deleted", 0);
    term_wait_text(term, "1 integration", 0);
    console_quit(term);
    char *after = tmpdir_read(&p->dir, "home/checkhook.conf", NULL);
    assert_string_equal(before, after);
    free(before);
    free(after);
}

static void undo__refuses_what_somebody_else_changed(void **state)
{
    const struct product *p = *state;
    add_hook(p, "Hook");
    struct term *term = open_product(p, "1 integration");
    term_key(term, "x");
    term_wait_text(term, "○ off", 0);
    product_expect(p, 0, "", "integration", "set", "Hook", "timeout_s=7");
    term_key(term, "u");
    term_wait_text(term, "Not undone", 0);
    term_wait_text(term, "changed by somebody else meanwhile", 0);
    term_key(term, "u");
    term_wait_text(term, "There is nothing to undo", 0);
    console_quit(term);
    product_expect(p, 0, "enabled                false", "integration", "show", "Hook");
}

/* --- leaving --------------------------------------------------------------------------------- */

/* One line on the shell's screen, only where it is true. */
static void leave__says_what_was_saved(void **state)
{
    const struct product *p = *state;
    add_hook(p, "Hook");
    for (int undone = 0; undone <= 1; undone++) {
        struct term *term = open_product(p, "1 integration");
        term_key(term, "x");
        term_wait_text(term, "u undoes", 0);
        if (undone) {
            term_key(term, "u");
            term_wait_text(term, "Undone", 0);
        }
        term_key(term, "q");
        assert_int_equal(term_wait_exit(term, 0), 0);
        assert_int_equal(term_find(term, "checkhook: saved 1 change", NULL, NULL), !undone);
        assert_false(term_find(term, "draft", NULL, NULL));
        term_stop(term);
    }
}

/* --- copying --------------------------------------------------------------------------------- */

/* What was sent to the clipboard last; the caller frees. */
static char *clipboard(struct term *term)
{
    static const char begins[] = "\033]52;c;";
    size_t len;
    const char *at = NULL;
    for (const char *next = term_output(term, &len); (next = strstr(next, begins)); next++)
        at = next + strlen(begins);
    assert_non_null(at);
    char *encoded = mem_strndup(at, strcspn(at, "\a"));
    char *text = mem_zalloc(strlen(encoded) + 1);
    assert_true(base64_decode(encoded, (uint8_t *)text, strlen(encoded), &len));
    free(encoded);
    return text;
}

static void copy__sends_and_shows_the_chosen_text(void **state)
{
    struct term *term = open_showcase(*state, NULL);
    term_key(term, "y");
    term_wait_text(term, "Endpoint URL", 0);
    term_key(term, "1");
    term_wait_text(term, "── Copy · Endpoint URL ─", 0);
    term_wait_text(term, "https://audit.corp.example", 0);
    term_wait_text(term, "sent to the clipboard", 0);
    char *text = clipboard(term);
    assert_int_equal(strncmp(text, "https://audit.corp.example", 26), 0);
    free(text);
    term_key(term, "Esc");
    term_wait_gone(term, "Copy · Endpoint URL", 0);
    console_quit(term);
}

/* Help opens over everything, and has offers, or none, of its own. */
static void copy__offers_stay_while_help_is_looked_at(void **state)
{
    struct term *term = open_showcase(*state, NULL);
    term_key(term, "y");
    term_wait_text(term, "Endpoint URL", 0);
    term_key(term, "F1");
    term_wait_text(term, "Help", 0);
    term_key(term, "C-p");
    term_wait_text(term, "Commands", 0);
    term_key(term, "Esc");
    term_wait_gone(term, "Commands", 0);
    term_key(term, "Esc");
    term_wait_text(term, "┌─ Copy ─", 0);
    term_key(term, "1");
    term_wait_text(term, "https://audit.corp.example", 0);
    term_wait_text(term, "── Copy · Endpoint URL ─", 0);
    term_key(term, "Esc");
    term_wait_gone(term, "Copy · Endpoint URL", 0);
    console_quit(term);
}

/* The report of a test, whole but for the secret: also where the receiver sends it back. */
static void copy__report_of_a_test_holds_no_secret(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    char address[200], from[400];
    char *file = tmpdir_write(&p->dir, "secret", console_secret);
    char *headers = mem_printf("X-Echo: %s\r\n", console_secret);
    receiver_answer(receiver, "/hook",
                    (struct receiver_answer){.status = 403, .headers = headers, .body = "no"});
    snprintf(address, sizeof address, "url=%s", receiver_url(receiver, "/hook"));
    snprintf(from, sizeof from, "auth.key_value=@%s", file);
    product_expect(p, 0, "Added", "integration", "add", "Hook", address, "auth.type=api_key",
                   "auth.key_name=X-Api-Key", from);
    struct term *term = open_product(p, "1 integration");
    term_key(term, "t");
    term_wait_text(term, "finished in", 0);
    term_key(term, "y");
    term_wait_text(term, "sent to the clipboard", 0);
    char *text = clipboard(term);
    assert_non_null(strstr(text, "Test Connectivity · Hook"));
    assert_non_null(strstr(text, "403"));
    assert_non_null(strstr(text, "X-Api-Key"));
    assert_null(strstr(text, console_secret));
    free(text);
    term_key(term, "Esc");
    term_wait_gone(term, "sent to the clipboard", 0);
    term_key(term, "Esc");
    term_wait_gone(term, "finished in", 0);
    console_quit(term);
    receiver_stop(receiver);
    free(headers);
    free(file);
}

static void copy__only_shows_where_there_is_no_clipboard(void **state)
{
    struct term *term = open_showcase(*state, "vt100");
    term_key(term, "y");
    term_wait_text(term, "Endpoint URL", 0);
    term_key(term, "1");
    term_wait_text(term, "this terminal has no clipboard", 0);
    assert_false(wrote(term, "\033]52"));
    term_key(term, "q");
    term_wait_gone(term, "Copy", 0);
    console_quit(term);
}

int main(void)
{
#define SHOWN(name) cmocka_unit_test_setup_teardown(name, showcase_setup, showcase_teardown)
#define FRESH(name) cmocka_unit_test_setup_teardown(name, product_setup, product_teardown)
    const struct CMUnitTest tests[] = {
        SHOWN(palette__finds_and_runs_an_action_of_the_page),
        SHOWN(palette__opens_pages_and_help),
        SHOWN(palette__runs_an_action_of_another_page_there),
        SHOWN(palette__says_what_to_select_on_another_page),
        SHOWN(palette__does_what_was_chosen_where_one_types),
        SHOWN(palette__shows_why_something_cannot_be_done),
        SHOWN(palette__says_when_nothing_is_called_so),
        SHOWN(palette__does_not_open_over_a_box),
        SHOWN(palette__works_in_a_form),
        SHOWN(help__is_searched_by_typing),
        SHOWN(help__shows_the_keys_of_other_pages),
        FRESH(undo__takes_back_the_last_change),
        FRESH(undo__brings_a_deleted_integration_back),
        FRESH(undo__refuses_what_somebody_else_changed),
        FRESH(leave__says_what_was_saved),
        SHOWN(copy__sends_and_shows_the_chosen_text),
        SHOWN(copy__offers_stay_while_help_is_looked_at),
        FRESH(copy__report_of_a_test_holds_no_secret),
        SHOWN(copy__only_shows_where_there_is_no_clipboard),
    };
    return cmocka_run_group_tests_name("console_keys", tests, NULL, NULL);
#undef SHOWN
#undef FRESH
}
