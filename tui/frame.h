/*
 * What surrounds every screen: the heading, the row of pages, the message and the keys.
 */
#ifndef CHECKHOOK_TUI_FRAME_H
#define CHECKHOOK_TUI_FRAME_H

#include "tui/screen.h"

enum { FRAME_MIN_ROWS = 16, FRAME_MIN_COLS = 60, FRAME_MESSAGE_FROM_BELOW = 2 };

bool frame_fits(int rows, int cols);

/* Is there room for a pane beside the list? Not in accessible mode, where it is a page of its own.
 * Every page asks this and nothing else. */
bool frame_has_pane(const struct session *s, const struct area *area);

/* "Terminal 52x12, need 60x16. q quits." */
void frame_too_small(WINDOW *w, int rows, int cols);

/* A page that exists. */
struct frame_page {
    int number;
    const char *title;
};

/* Draws the frame of `base` (a page or full screen); `top` is the screen that has the focus: its
 * message and keys are shown. Returns the area that is left for base. */
struct area frame_draw(WINDOW *w, struct screen *base, struct screen *top,
                       const struct frame_page *pages, size_t page_count);

/* After base was drawn into its area, and before what stands over it: a hint that is too long for
 * its row takes the rows above that base left empty. The cursor stays. */
void frame_draw_hint(WINDOW *w, const struct screen *base, struct screen *top);

#endif
