/*
 * A secret while it is typed: in locked memory, wiped when it ends.
 *
 * It is no libform field, because those pad with blanks (a blank at the end would be lost) and are
 * freed unwiped. The cursor is always at the end.
 */
#ifndef CHECKHOOK_TUI_SECRET_LINE_H
#define CHECKHOOK_TUI_SECRET_LINE_H

#include <stdbool.h>

#include "core/config/secret.h"
#include "tui/draw.h"

struct secret_line {
    struct secret text; /* empty until something is typed */
    bool reveal;        /* drawn as it is, not as dots */
    size_t before;      /* bytes that were there before the last paste */
    bool pasted;        /* and nothing was typed since */
};

void secret_line_release(struct secret_line *l); /* empty again, revealing nothing */
bool secret_line_is_empty(const struct secret_line *l);

/* A character, Backspace, or ^W, which takes all away. True when it took the key. */
bool secret_line_key(struct secret_line *l, int key);

/* Adds pasted text as it is, without one line end at its end (*newline_removed). False: it does
 * not fit, nothing was added. */
bool secret_line_paste(struct secret_line *l, const char *text, bool *newline_removed);

/* Takes the last paste back, when nothing was typed since. */
bool secret_line_unpaste(struct secret_line *l);

/* Draws `[•••   ]` over cols columns and leaves the cursor in it. */
void secret_line_draw(const struct secret_line *l, WINDOW *w, int y, int x, int cols);

#endif
