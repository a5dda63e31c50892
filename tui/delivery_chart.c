/* Draws the bars of a day. */
#include "tui/delivery_chart.h"

#include <stdio.h>
#include <time.h>

#include "tui/count.h"
#include "tui/delivery_counts.h"

enum { LABEL_COLS = 8, HOUR_COLS = 2, LABEL_EVERY = 4, FAILED_TEXT_MAX = 48 };

static int64_t highest(const struct outbox_day *day)
{
    int64_t most = 1;
    for (int h = 0; h < DAY_HOURS; h++) {
        const int64_t sum = day->hours[h].delivered + day->hours[h].failed;
        most = sum > most ? sum : most;
    }
    return most;
}

static void draw_title(const struct outbox_day *day, WINDOW *w, const struct area *area)
{
    char delivered_text[COUNT_TEXT_MAX], failed_text[COUNT_TEXT_MAX];
    int64_t delivered, failed;
    int x = area->x + 1;
    outbox_day_totals(day, &delivered, &failed);
    count_text(delivered, delivered_text);
    count_text(failed, failed_text);
    const int right = area->x + area->cols;
    x += draw_text(w, area->y, x, right - x, ROLE_HEADING, "LAST 24 HOURS");
    x += draw_textf(w, area->y, x, right - x, ROLE_OK, "   █ %s delivered", delivered_text);
    draw_textf(w, area->y, x, right - x, ROLE_BAD, "   ░ %s failed", failed_text);
}

static void draw_bar(const struct day_hour *hour, WINDOW *w, const struct area *bars, int x,
                     int64_t most)
{
    int delivered, failed;
    day_hour_bar(hour, most, bars->rows, &delivered, &failed);
    for (int i = 0; i < delivered + failed; i++)
        draw_text(w, bars->y + bars->rows - 1 - i, x, 1, i < delivered ? ROLE_OK : ROLE_BAD,
                  i < delivered ? "█" : "░");
}

static void draw_hour(const struct day_hour *hour, WINDOW *w, int y, int x)
{
    struct tm local;
    const time_t at = (time_t)hour->from;
    localtime_r(&at, &local);
    draw_textf(w, y, x, 2, ROLE_DIM, "%02d", local.tm_hour);
}

void delivery_chart_draw(const struct outbox_day *day, WINDOW *w, const struct area *area)
{
    const struct area bars = {area->y + 1, area->x + LABEL_COLS, area->rows - 2,
                              DAY_HOURS * HOUR_COLS};
    const int64_t most = highest(day);
    char top[COUNT_TEXT_MAX];
    if (!day->known || area->rows < DELIVERY_CHART_MIN_ROWS || area->cols < DELIVERY_CHART_COLS)
        return;
    draw_title(day, w, area);
    count_text(most, top);
    draw_right(w, bars.y, area->x, LABEL_COLS - 1, ROLE_DIM, top);
    draw_right(w, bars.y + bars.rows - 1, area->x, LABEL_COLS - 1, ROLE_DIM, "0");
    for (int h = 0; h < DAY_HOURS; h++) {
        const int x = bars.x + h * HOUR_COLS;
        draw_bar(&day->hours[h], w, &bars, x, most);
        if (h % LABEL_EVERY == LABEL_EVERY - 1)
            draw_hour(&day->hours[h], w, bars.y + bars.rows, x);
    }
}
