/*
 * What a connectivity test found, as lines of a label and a text: reason, advice, answer; or all
 * headers.
 */
#ifndef CHECKHOOK_TUI_TEST_REPORT_H
#define CHECKHOOK_TUI_TEST_REPORT_H

#include "core/deliver/conntest.h"
#include "tui/draw.h"

struct report_line {
    char *label; /* "Reason"; "" under a label */
    char *text;
    enum role role;
};

struct test_report {
    struct report_line *lines;
    size_t count;
};

/* Of a test that is done. `report` is zeroed or released before. */
void test_report_make(struct test_report *report, const struct conntest *test, bool all_headers);
void test_report_release(struct test_report *report);

/* The steps with their times, what came of it, and all headers, to be copied; secrets masked. The
 * caller frees. */
char *test_report_text(const char *title, const struct conntest *test);

/* Draws it from row `top` on, long texts wrapped; returns the rows of the whole. */
int test_report_draw(const struct test_report *report, WINDOW *w, const struct area *area, int top);

#endif
