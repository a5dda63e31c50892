/*
 * Where page 4 puts its parts: the list, the detail below it, and the chart of the day where there
 * is room.
 */
#ifndef CHECKHOOK_TUI_DELIVERY_LAYOUT_H
#define CHECKHOOK_TUI_DELIVERY_LAYOUT_H

#include "tui/draw.h"

struct delivery_layout {
    struct area list, detail, chart; /* rows 0 = not there */
};

/* area: below the row of pages; its first row is the summary. list_only: nothing but the list, as
 * in accessible mode. */
void delivery_layout(const struct area *area, bool list_only, bool with_chart,
                     struct delivery_layout *out);

#endif
