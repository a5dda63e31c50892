/*
 * Draws the settings page.
 */
#ifndef CHECKHOOK_TUI_SETTINGS_DRAW_H
#define CHECKHOOK_TUI_SETTINGS_DRAW_H

#include "tui/editor.h"
#include "tui/session.h"
#include "tui/settings_lines.h"

struct settings_view {
    int focus;             /* a line */
    struct editor *editor; /* in place of its value; NULL */
    int top;               /* rows scrolled away */
    int page;              /* rows shown at the last drawing */
    int focus_y, focus_x;  /* where its value stood: anchor of menus */
    int focus_cols;        /* of the field where it is typed */
};

/* The lines are placed for this area. Scrolls so that the focus is seen, and leaves the cursor on
 * it. */
void settings_draw_lines(struct settings_view *v, const struct settings_lines *lines,
                         const struct session *s, WINDOW *w, const struct area *area);

/* A value as people read it: "Dark", "on", "6". The caller frees. */
char *settings_value_text(const struct setting *row, const void *base);

#endif
