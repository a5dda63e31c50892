/*
 * The filter of a list: a line that opens with `/`, works while it is typed, stays after Enter, and
 * goes with Esc. It owns its text; what it means for the rows is the list's affair.
 */
#ifndef CHECKHOOK_TUI_FILTER_H
#define CHECKHOOK_TUI_FILTER_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/popup.h"

enum { FILTER_MAX = 200 }; /* characters */

struct filter {
    struct editor *line; /* NULL = there is none */
    char *text;          /* as it works now; NULL = none */
    bool typing;
};

void filter_release(struct filter *f); /* accepts a zeroed struct; none is left */

/* "" where there is none. Lent until the filter changes. */
const char *filter_text(const struct filter *f);
bool filter_typing(const struct filter *f);

enum filter_result {
    FILTER_IGNORED, /* not for the filter */
    FILTER_TOOK,    /* but the text is the same */
    FILTER_CHANGED,
};

/*
 * While it is typed everything but the moving keys of lists is for it: Enter keeps it, Esc drops
 * it. Else ACTION_FILTER opens it, and ACTION_BACK drops one that works.
 */
enum filter_result filter_key(struct filter *f, const struct key_event *event);

/* As if it had been typed and kept with Enter; "" drops the filter. */
void filter_set(struct filter *f, const char *text);

/* Into the line; false when it is not being typed. */
bool filter_paste(struct filter *f, const char *text);

/* "/ zurich   6 of 412" in cols columns; while it is typed it leaves the cursor there (call it
 * last). Returns the columns used, 0 where there is no filter. */
int filter_draw(struct filter *f, WINDOW *w, int y, int x, int cols, const char *count);

#endif
