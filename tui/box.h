/*
 * A box over what lies below: a window and a panel, placed for the terminal's present size. A blank
 * column at either side keeps it apart from what it covers.
 */
#ifndef CHECKHOOK_TUI_BOX_H
#define CHECKHOOK_TUI_BOX_H

#include <panel.h>

#include "tui/draw.h"

struct box {
    WINDOW *window, *margin;
    PANEL *panel, *margin_panel;
};

struct box_spec {
    int screen_rows, screen_cols;
    int rows, cols;         /* wanted inside */
    int anchor_y, anchor_x; /* upper left corner wanted; -1 = centred */
    const char *title, *footer;
    bool open_sides; /* lines above and below only, over the whole width */
};

/* Shifts and shrinks it to fit, makes or moves its window, erases it, draws the border and puts it
 * on top. Returns the area inside. */
struct area box_place(struct box *b, const struct box_spec *spec);

void box_release(struct box *b); /* accepts a zeroed struct */

#endif
