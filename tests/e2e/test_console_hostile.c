/* Text of others on the screens of the console: made visible everywhere, obeyed nowhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/support/golden.h"
#include "tests/support/receiver.h"
#include "tests/support/run.h"

/* A title for the terminal, a colour, a bidirectional and a zero-width mark, a C1 control, too many
 * accents, a wide letter. */
#define ESCAPES "\033]0;owned\007\033[31mEVIL"
#define MARKS                                                                                      \
    "\342\200\256\342\200\213\302\233"                                                             \
    "a\314\200\314\201\314\202\314\203\346\227\245"
#define HOSTILE(tag) tag ESCAPES MARKS

/* None of them may ever reach the terminal. */
static const char *const forbidden[] = {
    "\033]0;owned", "\033[31mEVIL", "\342\200\256",
    "\342\200\213", "\302\233",     "\314\200\314\201\314\202",
};

/* Keys that lead somewhere, and what shows that the text of others was drawn there. */
struct stop {
    const char *keys[4]; /* up to NULL */
    const char *seen;    /* NULL = only that nothing of it got through */
};

static const struct stop stops[] = {
    {{"1"}, "IN\\u{202e}"},
    {{"Enter"}, "IN\\u{202e}"},
    {{"Esc", "e"}, "IN\\u{202e}"},
    {{"Esc", "t"}, "BD\\u{1b}"},
    {{"h", "PageDown"}, "HD\\u{1b}"},
    {{"Esc", "2", "End"}, "CH\\u{1b}"},
    {{"Enter"}, "CH\\u{1b}"},
    {{"f"}, "US\\u{1b}"},
    {{"Esc", "Esc", "w"}, "IN\\u{202e}"},
    {{"Esc", "4", "Down"}, "IN\\u{202e}"},
    {{"Enter"}, "IN\\u{202e}"},
    {{"Tab", "End"}, "EVIL\\u{202e}"},
    {{"Tab"}, "HD\\u{1b}"},
    {{"End"}, "BD\\u{1b}"},
    {{"Tab"}, NULL},
    {{"Esc", "3"}, "IN\\u{202e}"},
    {{"End"}, NULL},
    {{"5"}, "US\\u{1b}"},
    {{"/", "e", "Enter"}, "US\\u{1b}"},
    {{"Enter"}, "US\\u{1b}"},
    {{"Esc", "A"}, "IN\\u{202e}"},
    {{"Down", "Down", "Enter"}, "IN\\u{202e}"},
    {{"Esc", "Esc", ","}, "USER"},
    {{"Esc", ":"}, NULL},
    {{"Esc", "1", "x"}, "IN\\u{202e}"},
    {{"u"}, "IN\\u{202e}"},
    {{"y"}, "IN\\u{202e}"},
    {{"Esc", "D"}, "IN\\u{202e}"},
    {{"Esc", "?"}, NULL},
};

static void product(const struct showcase *s, const char *text, const char *const *args)
{
    struct run_result r = run_checkhook(args, &(struct run_options){.env = s->env});
    if (r.status != 0 || !strstr(r.out, text))
        fail_msg("status %d: %s%s", r.status, r.out, r.err);
    run_release(&r);
}
#define PRODUCT(s, text, ...) product(s, text, (const char *const[]){__VA_ARGS__, NULL})

static void write_check(const struct showcase *s)
{
    free(tmpdir_write(&s->dir, "home/checks.d/own.conf",
                      "checks = ({ id = \"own\"; severity = \"low\";\n"
                      "title = \"CH\\x1b]0;owned\\x07\\x1b[31mEVIL\342\200\256\342\200\213\";\n"
                      "description = (\"" MARKS "\"); recommended_actions = (\"" MARKS "\");\n"
                      "applies = \"u.enabled = 1\"; fails = \"u.mfa_enrolled = 0\";\n"
                      "explain = { login = \"u.login\"; }; });\n"));
}

static void write_users(const struct showcase *s)
{
    char *path = tmpdir_write(
        &s->dir, "users.jsonl",
        "{\"id\":\"1\",\"login\":\"US\\u001b]0;owned\\u0007\\u001b[31mEVIL" MARKS "\","
        "\"display_name\":\"US\\u001b]0;owned\\u0007\\u202e\\n\\r\\tnew\",\"enabled\":true,"
        "\"department\":\"" MARKS "\",\"email\":\"US\\u001b[31mEVIL@example.com\","
        "\"mfa_enrolled\":false}\n");
    PRODUCT(s, "1 user", "data", "import", path, "--source", "people");
    free(path);
}

static struct receiver *evil_receiver(void)
{
    struct receiver *receiver = receiver_start();
    receiver_answer(receiver, NULL,
                    (struct receiver_answer){.status = 202,
                                             .headers = "X-Evil: " HOSTILE("HD") "\r\n",
                                             .body = HOSTILE("BD") "\n\r\t\bline"});
    return receiver;
}

static struct receiver *make_home(struct showcase *s)
{
    struct receiver *receiver = evil_receiver();
    char url[200];
    snprintf(url, sizeof url, "url=%s", receiver_url(receiver, "/hook"));
    write_check(s);
    write_users(s);
    PRODUCT(s, "Added", "integration", "add", "IN\342\200\256\342\200\213 name", url,
            "auth.type=none", "description=\342\200\256\342\200\213");
    PRODUCT(s, "", "check", "enable", "own", "IN\342\200\256\342\200\213 name");
    PRODUCT(s, "1 delivered", "check", "run", "own");
    showcase_env(s, "FROZEN_SEED=2");
    showcase_env(s, "FROZEN_HOST=" HOSTILE("HOST"));
    showcase_env(s, "FROZEN_USER=" HOSTILE("USER"));
    showcase_env(s, "SSH_CLIENT=" HOSTILE("SSH"));
    return receiver;
}

static void assert_harmless(struct term *term)
{
    size_t len;
    const char *output = term_output(term, &len);
    for (size_t i = 0; i < ARRAY_LEN(forbidden); i++) {
        if (!memmem(output, len, forbidden[i], strlen(forbidden[i])))
            continue;
        term_dump(term);
        fail_msg("text of others got through raw (number %zu): see the screen above", i);
    }
}

/* A line end in it would have moved the rows: the keys stand in the last one. */
static void assert_in_place(const struct term *term, int rows)
{
    char *bar = term_row_text(term, rows - 1);
    if (!strstr(bar, "More") && !strstr(bar, "Close"))
        fail_msg("the row of keys is not the last: %s", bar);
    free(bar);
}

static void walk(struct showcase *s, int rows, int cols)
{
    struct term *term =
        term_start(&(struct term_options){.env = s->env, .rows = rows, .cols = cols});
    term_wait_text(term, "1 Integrations", 0);
    for (size_t i = 0; i < ARRAY_LEN(stops); i++) {
        for (size_t k = 0; stops[i].keys[k]; k++) {
            term_key(term, stops[i].keys[k]);
            term_wait_quiet(term, 80);
        }
        if (stops[i].seen)
            term_wait_text(term, stops[i].seen, 5000);
        assert_harmless(term);
        assert_in_place(term, rows);
    }
    term_stop(term);
}

static void console__shows_text_of_others_harmlessly(void **state)
{
    struct receiver *receiver = make_home(*state);
    walk(*state, 30, 160);
    receiver_stop(receiver);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(console__shows_text_of_others_harmlessly,
                                        showcase_setup_empty, showcase_teardown),
    };
    return cmocka_run_group_tests_name("console_hostile", tests, NULL, NULL);
}
