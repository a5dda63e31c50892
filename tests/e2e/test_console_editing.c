/* Editing in the integration form: secrets while they are typed, long values, other people. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/product.h"
#include "tests/support/term.h"
#include "tests/support/term_form.h"

static struct term *open_form(const struct product *p, int rows, int cols, const char *type)
{
    struct term *term =
        term_start(&(struct term_options){.env = p->env, .rows = rows, .cols = cols, .term = type});
    term_wait_text(term, "1 integration", 0);
    term_key(term, "e");
    term_wait_text(term, "Edit integration", 0);
    term_wait_cursor_on(term, "Display name", 0);
    return term;
}

static void add(const struct product *p, const char *url)
{
    char setting[400];
    snprintf(setting, sizeof setting, "url=%s", url);
    product_expect(p, 0, "Added", "integration", "add", "Hook", setting, "auth.type=none");
}

static void quit(struct term *term)
{
    term_wait_text(term, "[1 Integrations]", 0);
    term_key(term, "q");
    assert_int_equal(term_wait_exit(term, 0), 0);
    term_stop(term);
}

/* From the first field to the password of a form that becomes one of Basic authorization. */
static void go_to_password(struct term *term)
{
    console_go_to(term, "Tab", "Authorization Type");
    term_key(term, "Space");
    term_wait_text(term, "‹ Basic ▼ ›", 0);
    term_key(term, "Tab");
    term_wait_cursor_on(term, "User name", 0);
    term_type(term, "svc");
    term_key(term, "Tab");
    term_wait_cursor_on(term, "Password", 0);
}

static void secret__is_shown_only_when_asked(void **state)
{
    add(*state, "https://hooks.example.com/");
    struct term *term = open_form(*state, 24, 80, NULL);
    go_to_password(term);
    term_wait_text(term, "(not set)", 0);
    term_type(term, "opensesame");
    term_wait_text(term, "[••••••••••", 0);
    assert_false(term_find(term, "opensesame", NULL, NULL));
    term_key(term, "C-r");
    term_wait_text(term, "[opensesame", 0);
    term_key(term, "C-r");
    term_wait_gone(term, "opensesame", 0);
    term_key(term, "Backspace");
    term_wait_gone(term, "••••••••••", 0);
    term_key(term, "C-u");
    term_wait_text(term, "(not set)", 0);
    term_paste(term, " two words \n");
    term_wait_text(term, "Trailing newline removed.", 0);
    term_wait_text(term, "[•••••••••••", 0);
    term_key(term, "F2");
    term_wait_text(term, "● Saved Hook.", 0);
    quit(term);
    product_expect(*state, 0, "stored", "integration", "show", "Hook");
}

static void secret__of_another_type_is_not_lost_on_the_way(void **state)
{
    add(*state, "https://hooks.example.com/");
    struct term *term = open_form(*state, 24, 80, NULL);
    go_to_password(term);
    term_type(term, "opensesame");
    term_key(term, "BackTab");
    term_key(term, "BackTab");
    term_wait_cursor_on(term, "Authorization Type", 0);
    term_wait_text(term, "(entered now; type or paste to replace)", 0);
    term_key(term, "Right");
    term_wait_text(term, "‹ API key ▼ ›", 0);
    term_wait_gone(term, "Password", 0);
    term_key(term, "Left");
    term_wait_text(term, "(entered now; type or paste to replace)", 0);
    term_key(term, "Esc");
    term_wait_text(term, "3 fields changed in Hook", 0);
    term_wait_text(term, "Authorization Type, User name, Password", 0);
    term_key(term, "D");
    quit(term);
}

static void field__shows_its_whole_value(void **state)
{
    add(*state, "https://hooks.example.com/a/rather/long/path/that/no/field/can/show/whole/"
                "?tenant=emea&format=envelope&last=end-of-it");
    struct term *term = open_form(*state, 24, 80, NULL);
    term_wait_text(term, "https://hooks.example.com/a/rather", 0);
    assert_false(term_find(term, "end-of-it", NULL, NULL));
    term_key(term, "PageDown");
    term_wait_cursor_on(term, "end-of-it", 0);
    term_key(term, "Home");
    term_wait_gone(term, "end-of-it", 0);
    term_key(term, "F6");
    term_wait_text(term, "end-of-it", 0);
    term_key(term, "Esc");
    term_wait_gone(term, "end-of-it", 0);
    term_key(term, "Esc");
    quit(term);
}

static void field__edits_like_a_shell(void **state)
{
    add(*state, "https://hooks.example.com/");
    struct term *term = open_form(*state, 24, 80, NULL);
    term_key(term, "C-w");
    term_type(term, "Zürich  dr");
    term_key(term, "C-a");
    term_type(term, "The ");
    term_wait_text(term, "[The Zürich  dr", 0);
    term_key(term, "C-e");
    term_key(term, "C-w");
    term_type(term, "DR");
    term_wait_text(term, "[The Zürich  DR", 0);
    for (int i = 0; i < 2; i++)
        term_key(term, "Left");
    term_key(term, "C-k");
    term_type(term, "one");
    term_wait_text(term, "[The Zürich  one ", 0);
    term_type(term, "\xe2\x80\xae"); /* right to left override: refused */
    term_type(term, "!");
    term_wait_text(term, "[The Zürich  one!", 0);
    term_key(term, "F2");
    term_wait_text(term, "● Saved The Zürich  one!.", 0);
    quit(term);
}

static void save__offers_a_choice_when_somebody_else_was_faster(void **state)
{
    add(*state, "https://hooks.example.com/");
    struct term *term = open_form(*state, 24, 80, NULL);
    term_key(term, "Tab");
    term_wait_cursor_on(term, "Description", 0);
    term_type(term, "mine");
    product_expect(*state, 0, NULL, "integration", "set", "Hook", "description=theirs");
    term_key(term, "F2");
    term_wait_text(term, "Changed by somebody else · Hook", 0);
    term_wait_text(term, "(•) mine", 0);
    term_wait_text(term, "( ) theirs", 0);
    term_key(term, "Esc");
    term_wait_text(term, "Edit integration · Hook", 0);
    product_expect(*state, 0, "theirs", "integration", "show", "Hook");
    term_key(term, "C-s");
    term_wait_text(term, "(•) mine", 0);
    term_key(term, "Space");
    term_wait_text(term, "(•) theirs", 0);
    term_key(term, "m");
    term_wait_text(term, "(•) mine", 0);
    term_key(term, "Enter");
    term_wait_text(term, "● Saved Hook.", 0);
    quit(term);
    product_expect(*state, 0, "mine", "integration", "show", "Hook");
}

static void form__works_on_a_small_ascii_terminal(void **state)
{
    add(*state, "http://hooks.example.com/");
    struct term *term = open_form(*state, 16, 60, "vt100");
    term_wait_text(term, "> o General", 0);
    term_key(term, "Down");
    term_key(term, "Down");
    term_wait_cursor_on(term, "[x] enabled", 0);
    term_key(term, "Space");
    term_wait_cursor_on(term, "[ ] disabled", 0);
    term_key(term, "Down");
    term_wait_cursor_on(term, "< None v >", 0);
    term_key(term, "PageDown");
    term_wait_cursor_on(term, "[http://hooks", 0);
    term_wait_text(term, "! http:// is not encrypted", 0);
    term_key(term, "PageDown");
    term_wait_cursor_on(term, "Invocation HTTP Parameters", 0);
    term_key(term, "PageDown");
    term_wait_cursor_on(term, "Retry for", 0);
    term_wait_text(term, "^ more above", 0);
    term_key(term, "Esc");
    term_wait_text(term, "1 field changed in Hook", 0);
    term_key(term, "s");
    term_wait_text(term, "o Saved Hook.", 0);
    term_wait_text(term, "- off", 0);
    quit(term);
}

int main(void)
{
#define WITH_HOME(test) cmocka_unit_test_setup_teardown(test, product_setup, product_teardown)
    const struct CMUnitTest tests[] = {
        WITH_HOME(secret__is_shown_only_when_asked),
        WITH_HOME(secret__of_another_type_is_not_lost_on_the_way),
        WITH_HOME(field__shows_its_whole_value),
        WITH_HOME(field__edits_like_a_shell),
        WITH_HOME(save__offers_a_choice_when_somebody_else_was_faster),
        WITH_HOME(form__works_on_a_small_ascii_terminal),
    };
#undef WITH_HOME
    return cmocka_run_group_tests_name("console_editing", tests, NULL, NULL);
}
