/*
 * Text to read that may be longer than its place: lines with labels, wrapped to the width and
 * scrolled. Owns its text.
 */
#ifndef CHECKHOOK_TUI_TEXTVIEW_H
#define CHECKHOOK_TUI_TEXTVIEW_H

#include <stddef.h>

#include "tui/draw.h"
#include "tui/keytable.h"

struct textview_line {
    char *label; /* in a column of its own in front; NULL */
    char *text;
    char *tail; /* at the right end of the first row; NULL */
    int hang;   /* columns that are left free in front of its second and later rows */
    enum role role, tail_role;
};

struct textview {
    struct textview_line *lines;
    size_t count;
    int top;    /* rows scrolled away */
    int page;   /* rows shown at the last drawing */
    bool cut;   /* lines end at the edge instead of being wrapped */
    bool dense; /* empty lines are left out */
};

/* Empty, for new text; the place stays. */
void textview_clear(struct textview *v);
void textview_release(struct textview *v); /* accepts a zeroed struct */

void textview_add(struct textview *v, enum role role, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void textview_blank(struct textview *v);
/* "Severity   critical" */
void textview_pair(struct textview *v, const char *label, enum role role, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* A title with something at the right end: "No MFA            ■ fail". */
void textview_title(struct textview *v, const char *text, enum role tail_role, const char *tail);
/* The line added last goes on below its own column `cols`, where half of the width is left. */
void textview_hang(struct textview *v, int cols);
/* Bytes of any kind, made visible; each line of them becomes one of ours. */
void textview_bytes(struct textview *v, enum role role, const char *bytes, size_t len);

/* How many rows it needs at this width. */
int textview_rows(const struct textview *v, int cols);

/* Leaves the cursor at the first row; says at the right edge whether there is more. */
void textview_draw(struct textview *v, WINDOW *w, const struct area *area);

/* Takes the moving actions of KEYS_LIST; true when it was one. */
bool textview_move(struct textview *v, enum action action);

#endif
