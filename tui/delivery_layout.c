/* Divides page 4. */
#include "tui/delivery_layout.h"

#include "tui/delivery_chart.h"

/*
 * The detail needs less width than a pane beside the list would. The list has a title and seven
 * rows, and half of what there is above ROOMY_ROWS.
 */
enum {
    DETAIL_COLS = 80,
    DETAIL_ROWS = 17, /* those of 24 that a message of three rows leaves */
    SUMMARY_ROWS = 1,
    LIST_ROWS = 8,
    ROOMY_ROWS = 25,
    CHART_WIDE_COLS = 130,
    CHART_TALL_ROWS = 36,
    CHART_ROWS = 8,
};

/* At the right of the detail. */
static void chart_beside(const struct area *area, struct delivery_layout *out)
{
    const int rows = out->detail.rows - 1, most = 2 * CHART_ROWS;
    out->detail.cols -= DELIVERY_CHART_COLS + 2;
    out->chart = (struct area){out->detail.y + 1, area->x + area->cols - DELIVERY_CHART_COLS,
                               rows < most ? rows : most, DELIVERY_CHART_COLS};
}

void delivery_layout(const struct area *area, bool list_only, bool with_chart,
                     struct delivery_layout *out)
{
    const int rows = area->rows - SUMMARY_ROWS;
    *out = (struct delivery_layout){.list = {area->y + SUMMARY_ROWS, area->x, rows, area->cols}};
    if (list_only || area->cols < DETAIL_COLS || area->rows < DETAIL_ROWS)
        return;
    const int spare = area->rows > ROOMY_ROWS ? area->rows - ROOMY_ROWS : 0;
    const bool wide = with_chart && area->cols >= CHART_WIDE_COLS;
    const bool tall = with_chart && !wide && area->rows >= CHART_TALL_ROWS;
    out->list.rows = LIST_ROWS + spare / 2 - (tall ? CHART_ROWS / 2 : 0);
    int y = out->list.y + out->list.rows + (area->rows >= ROOMY_ROWS);
    if (tall) {
        out->chart = (struct area){y, area->x, CHART_ROWS - 1, area->cols};
        y += CHART_ROWS;
    }
    out->detail = (struct area){y, area->x, area->y + area->rows - y, area->cols};
    if (wide)
        chart_beside(area, out);
}
