/* The main job from end to end on every kind of terminal: make, save, test, tick, delete. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/support/product.h"
#include "tests/support/receiver.h"
#include "tests/support/term_form.h"

struct kind {
    const char *name, *term;
    const char *env[3]; /* besides the home */
    int rows, cols;
    bool ascii, mono;
};

static const struct kind kinds[] = {
    {"xterm-256color at 60x16", "xterm-256color", {NULL}, 16, 60, false, false},
    {"tmux-256color", "tmux-256color", {NULL}, 24, 80, false, false},
    {"screen", "screen", {NULL}, 24, 80, false, false},
    {"linux", "linux", {NULL}, 24, 80, true, false},
    {"vt100", "vt100", {NULL}, 24, 80, true, true},
    {"vt100 at 60x16", "vt100", {NULL}, 16, 60, true, true},
    {"putty", "putty", {NULL}, 24, 80, false, false},
    {"NO_COLOR", "xterm-256color", {"NO_COLOR=1"}, 24, 80, false, true},
    {"LANG=C", "xterm", {"LC_ALL", "LANG=C"}, 24, 80, false, false},
    {"LC_ALL=C at 60x16", "xterm", {"LC_ALL=C"}, 16, 60, true, false},
    {"an unknown one", "no-such-terminal", {NULL}, 24, 80, false, false},
};

static struct term *start(const struct product *p, const struct kind *kind)
{
    const char *env[8] = {p->env[0]};
    for (size_t i = 0; kind->env[i]; i++)
        env[i + 1] = kind->env[i];
    struct term *term = term_start(&(struct term_options){
        .env = env, .term = kind->term, .rows = kind->rows, .cols = kind->cols});
    term_wait_text(term, "No integrations yet", 0);
    return term;
}

static void make_integration(struct term *term, const char *url)
{
    term_key(term, "n");
    term_wait_text(term, "New integration", 0);
    console_go_to(term, "Tab", "Display name");
    term_type(term, "Hook");
    console_go_to(term, "Tab", "Authorization Type");
    term_key(term, "Enter");
    term_wait_text(term, "OAuth client credentials", 0);
    term_key(term, "Enter");
    console_go_to(term, "Tab", "Endpoint URL");
    term_type(term, url);
    term_key(term, "C-s");
    term_wait_text(term, "untested", 0);
    term_wait_text(term, "Hook", 0);
}

static void test_it(struct term *term)
{
    term_key(term, "t");
    term_wait_text(term, "202", 0);
    term_key(term, "Esc");
    term_wait_gone(term, "Connectivity", 0);
}

static void delete_it(struct term *term)
{
    term_key(term, "D");
    term_wait_text(term, "Type the name", 0);
    term_type(term, "Hook");
    term_key(term, "Tab");
    term_key(term, "Enter");
    term_wait_text(term, "No integrations yet", 0);
}

/* Does the sequence that begins here (after ESC and the bracket) set a colour? SGR 39 and 49 take
 * it back. */
static bool sets_colour(const char *at)
{
    const size_t len = strspn(at, "0123456789;");
    if (at[len] != 'm')
        return false;
    for (const char *end = at + len; at < end;) {
        char *rest;
        const long n = strtol(at, &rest, 10);
        if ((n >= 30 && n < 39) || (n >= 40 && n < 49) || n >= 90)
            return true;
        at = rest + 1;
    }
    return false;
}

static bool any_colour(const char *output)
{
    for (const char *at = output; (at = strstr(at, "\033[")) != NULL; at += 2) {
        if (sets_colour(at + 2))
            return true;
    }
    return false;
}

/* Letters and colours that the terminal does not have are not sent to it. */
static void assert_fits(struct term *term, const struct kind *kind)
{
    size_t len;
    const char *output = term_output(term, &len);
    for (size_t i = 0; kind->ascii && i < len; i++) {
        if ((unsigned char)output[i] >= 0x80)
            fail_msg("%s: byte %02x was sent", kind->name, (unsigned char)output[i]);
    }
    if (kind->mono == any_colour(output))
        fail_msg("%s: %s", kind->name, kind->mono ? "a colour was sent" : "it has no colours");
}

static void run(void **state, const struct kind *kind)
{
    struct receiver *receiver = receiver_start();
    char url[200];
    print_message("# %s\n", kind->name);
    receiver_answer(receiver, NULL, (struct receiver_answer){.status = 202});
    snprintf(url, sizeof url, "%s", receiver_url(receiver, "/hook"));
    struct term *term = start(*state, kind);
    make_integration(term, url);
    test_it(term);
    delete_it(term);
    assert_fits(term, kind);
    term_key(term, "q");
    assert_int_equal(term_wait_exit(term, 0), 0);
    term_stop(term);
    receiver_stop(receiver);
}

static void console__does_its_job_on_every_terminal(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        void *own = NULL;
        product_setup(&own);
        run(&own, &kinds[i]);
        product_teardown(&own);
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(console__does_its_job_on_every_terminal),
    };
    return cmocka_run_group_tests_name("console_terminals", tests, NULL, NULL);
}
