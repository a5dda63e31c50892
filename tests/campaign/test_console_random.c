/*
 * Whoever leans on the keyboard: random keys, pastes, sizes and bytes of terminals, in the
 * showcase. The console must answer, must not fall, and must give the terminal back.
 *
 * CAMPAIGN_STEPS: how many things happen. CAMPAIGN_SEED repeats a row of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "tests/support/campaign.h"
#include "tests/support/fail.h"
#include "tests/support/golden.h"

enum {
    STEPS_SHORT = 1500,
    STEPS_LONG = 20000,
    SETTLE_EVERY = 8,
    ANSWER_MS = 30000,
    AGAIN_MS = 1000,
    LOOK_MS = 20,
    LEAP_EVERY = 3, /* times that it settled */
    AFTER_ESC_MS = 40,
    TRACE_MAX = 4000,
    REPORT_MAX = 6000,
    BEFORE_REPORT = 120,
    ROWS_MAX = 100,
    COLS_MAX = 300,
};

static const char *const keys[] = {
    "Enter",    "Enter", "Enter", "Esc",  "Esc",  "Tab",   "BackTab", "Backspace", "Insert",
    "Delete",   "Up",    "Down",  "Down", "Left", "Right", "Home",    "End",       "PageUp",
    "PageDown", "F1",    "F2",    "F5",   "F6",   "F9",    "Space",   "C-a",       "C-e",
    "C-w",      "C-u",   "C-k",   "C-y",  "C-l",  "C-z",   "C-p",     "C-s",       "C-t",
    "C-r",      "C-o",   "C-c",   "C-q",  "C-v",  "C-b",   "C-f",     "M-x",
};

/* Broken, unknown and foreign ones as well. */
static const char *const sequences[] = {
    "\033[I",         "\033[O",
    "\033[99~",       "\033[1;5A",
    "\033[<0;20;7M",  "\033[<0;20;7m",
    "\033[<64;9;9M",  "\033[<65;9;9M",
    "\033[M !!",      "\033]11;rgb:0/0/0\007",
    "\033P1+r\033\\", "\033[?2026;0$y",
    "\033[200~",      "\033[201~",
    "\033[",          "\033O",
    "\033",           "\033[27;5;13~",
    "\033[24;80R",    "\033\033[A",
    "\377\376",       "\302",
    "\342\200\256",   "\360\237\222\251",
    "\001\002\003",   "\033[1~",
    "\033[[A",        "\033[15~",
    "\033[3~",        "\177",
};

static const char *const pastes[] = {
    "https://hooks.example.com/in?a=1\n",
    "two\nlines",
    "\033[31mred\033[0m \342\200\256 \342\200\213 zero",
    "q\nq\nD\n1234",
    "\303\251\346\227\245\346\234\254",
};

/* Ways into screens that keys at random seldom reach, from any page. */
static const char *const ways[][6] = {
    {"1", "n"},
    {"1", "e", "PageDown"},
    {"1", "e", "PageDown", "PageDown", "Tab"},
    {"1", "End", "e", "PageUp", "Tab", "Enter"},
    {"1", "t"},
    {"1", "p"},
    {"1", "a"},
    {"1", "y"},
    {"2", "Enter"},
    {"2", "e", "Down"},
    {"2", "f", "Enter"},
    {"2", "w"},
    {"2", "R"},
    {"3", "Space", "X"},
    {"4", "Enter"},
    {"4", "w"},
    {"4", "R"},
    {"4", "Enter", "y"},
    {"5", "Enter"},
    {"5", "v"},
    {"5", "i", "C-d", "Enter"},
    {"5", "/"},
    {","},
    {"A", "Enter"},
    {":"},
};

struct walk {
    struct showcase *home;
    struct term *term;
    struct dice dice;
    struct strbuf trace; /* what was done since it was started, for whoever has to find a fault */
    size_t starts;
};

static const char *pick(struct walk *w, const char *const *from, size_t count)
{
    return from[dice_between(&w->dice, 0, (int64_t)count - 1)];
}

static void note(struct walk *w, const char *what, const char *text)
{
    strbuf_addf(&w->trace, " %s:", what);
    strbuf_adds(&w->trace, text);
}

/* --- starting and ending ---------------------------------------------------------------------- */

/* Nobody is called: every address becomes one of this host where nobody listens. */
static void keep_to_this_host(const struct showcase *s)
{
    struct strbuf out;
    char *text = tmpdir_read(&s->dir, "home/checkhook.conf", NULL);
    strbuf_init(&out, 1 << 20);
    for (const char *at = text; *at;) {
        const char *url = strstr(at, "\"https://");
        if (!url)
            break;
        strbuf_add(&out, at, (size_t)(url - at));
        strbuf_adds(&out, "\"http://127.0.0.1:9/\"");
        at = strchr(url + 1, '"') + 1;
        if (!strstr(at, "\"https://"))
            strbuf_adds(&out, at);
    }
    free(tmpdir_write(&s->dir, "home/checkhook.conf", out.text));
    strbuf_release(&out);
    free(text);
}

static void start(struct walk *w)
{
    /* The keys that come after the end are not for the shell, and take no output away. What it
     * exports lands in a folder of its own. */
    const char *const argv[] = {"sh", "-c",
                                "cd \"$0\"; trap '' INT QUIT TSTP; stty noflsh; \"$CHECKHOOK_BIN\";"
                                " echo \"left with $?\"; stty -a | tr '\\n' ' '",
                                w->home->dir.path, NULL};
    w->term = term_start(&(struct term_options){.argv = argv, .env = w->home->env});
    term_wait_text(w->term, "Integrations", ANSWER_MS);
    strbuf_clear(&w->trace);
    w->starts++;
}

/* What it or a sanitizer said at the end, which the small screen did not hold. */
static void show_report(struct walk *w)
{
    static const char *const begins[] = {"runtime error: ", "ERROR: AddressSanitizer",
                                         "checkhook: the "};
    size_t len;
    const char *output = term_output(w->term, &len);
    for (size_t i = 0; i < ARRAY_LEN(begins); i++) {
        const char *report = strstr(output, begins[i]);
        if (report)
            fprintf(stderr, "%.*s\n", REPORT_MAX,
                    report - output > BEFORE_REPORT ? report - BEFORE_REPORT : output);
    }
}

static void show_trace(struct walk *w)
{
    const size_t from = w->trace.len > TRACE_MAX ? w->trace.len - TRACE_MAX : 0;
    fprintf(stderr, "done before:%s\n", w->trace.text + from);
    term_dump(w->term);
    show_report(w);
}

/* What the shell says after it: it left of its own will, and the terminal is as it was. */
static void check_end(struct walk *w)
{
    size_t len;
    const char *output = term_output(w->term, &len);
    const char *left = strstr(output, "left with 0");
    const bool restored = left && strstr(left, " icanon") && strstr(left, " echo ") &&
                          strstr(left, " ixon") && !term_in_alternate_screen(w->term);
    if (!restored) {
        show_trace(w);
        support_fail_at(__FILE__, __LINE__, "the console did not leave the terminal as it was");
    }
}

static void end(struct walk *w)
{
    term_wait_exit(w->term, ANSWER_MS);
    check_end(w);
    term_stop(w->term);
}

/* --- steps ------------------------------------------------------------------------------------ */

static void press(struct walk *w)
{
    char text[2] = {(char)dice_between(&w->dice, ' ', '~'), '\0'};
    if (dice_between(&w->dice, 0, 1) == 0) {
        const char *key = pick(w, keys, ARRAY_LEN(keys));
        note(w, "key", key);
        term_key(w->term, key);
        return;
    }
    note(w, "char", text);
    term_type(w->term, text);
}

/* At times in two parts, as over a slow line. */
static void send(struct walk *w)
{
    const char *bytes = pick(w, sequences, ARRAY_LEN(sequences));
    const size_t len = strlen(bytes);
    const size_t first = (size_t)dice_between(&w->dice, 1, (int64_t)len);
    note(w, "bytes", bytes);
    term_send(w->term, bytes, first);
    if (first < len && term_run_on(w->term, (int)dice_between(&w->dice, 1, 80)))
        term_send(w->term, bytes + first, len - first);
}

static void paste(struct walk *w)
{
    const char *text = pick(w, pastes, ARRAY_LEN(pastes));
    note(w, "paste", text);
    term_paste(w->term, text);
}

static void resize(struct walk *w)
{
    const int times = (int)dice_between(&w->dice, 1, 4);
    for (int i = 0; i < times; i++) {
        const int rows = (int)dice_between(&w->dice, 1, ROWS_MAX);
        const int cols = (int)dice_between(&w->dice, 1, COLS_MAX);
        strbuf_addf(&w->trace, " size:%dx%d", cols, rows);
        term_resize(w->term, rows, cols);
    }
}

static void step(struct walk *w)
{
    const int64_t kind = dice_between(&w->dice, 1, 100);
    if (kind <= 76)
        press(w);
    else if (kind <= 86)
        send(w);
    else if (kind <= 91)
        paste(w);
    else
        resize(w);
}

/* To a screen of its own. Esc is a key where nothing follows it at once. */
static void leap(struct walk *w)
{
    const char *const *way = ways[dice_between(&w->dice, 0, (int64_t)ARRAY_LEN(ways) - 1)];
    for (int i = 0; i < 2; i++) {
        note(w, "leap", "Esc");
        term_key(w->term, "Esc");
        if (!term_run_on(w->term, AFTER_ESC_MS))
            return;
    }
    for (size_t i = 0; i < ARRAY_LEN(ways[0]) && way[i]; i++) {
        note(w, "leap", way[i]);
        term_key(w->term, way[i]);
    }
}

/* Does it still answer? ^L makes it draw everything; one that falls into a paste whose end never
 * came is lost with it. False when it has ended meanwhile. */
static bool settle(struct walk *w)
{
    size_t before, now = 0;
    term_resize(w->term, 30, 100);
    if (!term_run_on(w->term, 10))
        return false;
    term_output(w->term, &before);
    for (int waited = 0; waited < ANSWER_MS; waited += LOOK_MS) {
        if (waited % AGAIN_MS == 0) {
            term_key(w->term, "C-q"); /* ^S after its end has stopped the shell */
            term_key(w->term, "C-l");
        }
        const bool alive = term_run_on(w->term, LOOK_MS);
        term_output(w->term, &now);
        if (!alive || now > before)
            return alive;
    }
    show_trace(w);
    support_fail_at(__FILE__, __LINE__, "the console does not answer any more");
    return false;
}

static void console__survives_whatever_comes(void **state)
{
    struct walk w = {.home = *state, .dice = dice_of(campaign_seed())};
    const int64_t steps = campaign_number("CAMPAIGN_STEPS", STEPS_SHORT, STEPS_LONG);
    strbuf_init(&w.trace, 1 << 24);
    keep_to_this_host(w.home);
    showcase_env(w.home, "PAGER=cat");
    start(&w);
    for (int64_t i = 1; i <= steps; i++) {
        step(&w);
        if (i % SETTLE_EVERY != 0)
            continue;
        if (!settle(&w)) {
            end(&w);
            start(&w);
        } else if (dice_between(&w.dice, 1, LEAP_EVERY) == 1) {
            leap(&w);
        }
    }
    campaign_say("%lld steps, the console was started %zu times", (long long)steps, w.starts);
    term_stop(w.term);
    strbuf_release(&w.trace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(console__survives_whatever_comes, showcase_setup,
                                        showcase_teardown),
    };
    return cmocka_run_group_tests_name("console_random", tests, NULL, NULL);
}
