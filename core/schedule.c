/* Decides when the daily run is due. */
#include "core/schedule.h"

enum { DAY_S = 86400, WRONG_CLOCK_S = DAY_S / 2 };

static int64_t moment_of(const struct schedule *schedule, int64_t day)
{
    return day * DAY_S + schedule->hour * 3600 + schedule->minute * 60;
}

int64_t schedule_day(const struct schedule *schedule, int64_t now_s)
{
    int64_t today = now_s / DAY_S;
    return moment_of(schedule, today) <= now_s ? today : today - 1;
}

/* A last run for a later day: the schedule was moved to a later minute since, or the clock back. */
static bool is_ahead(const struct schedule_history *history, int64_t day, int64_t now_s)
{
    return history->last_day > day && history->last_at_s - now_s < WRONG_CLOCK_S;
}

int64_t schedule_next_s(const struct schedule *schedule, const struct schedule_history *history,
                        int64_t now_s)
{
    int64_t day = schedule_day(schedule, now_s);
    if (is_ahead(history, day, now_s))
        day = history->last_day + 1;
    else if (history->day_has_run)
        day++;
    return moment_of(schedule, day);
}

int64_t schedule_pause(int64_t failures, int64_t first, int64_t most)
{
    int64_t pause = first;
    while (--failures > 0 && pause < most)
        pause *= 2;
    return pause < most ? pause : most;
}
