/*
 * The last 24 hours as bars, an hour each: what was delivered, and what failed on top of it.
 */
#ifndef CHECKHOOK_TUI_DELIVERY_CHART_H
#define CHECKHOOK_TUI_DELIVERY_CHART_H

#include "core/store/outbox_day.h"
#include "tui/draw.h"

/* Columns that it takes; rows: a title, an axis and at least three for the bars. */
enum { DELIVERY_CHART_COLS = 58, DELIVERY_CHART_MIN_ROWS = 5 };

void delivery_chart_draw(const struct outbox_day *day, WINDOW *w, const struct area *area);

#endif
