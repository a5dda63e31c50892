/* Decides when the daily run is due. */
#include "core/schedule.h"

enum { DAY_S = 86400 };

static int64_t moment_of(const struct schedule *schedule, int64_t day)
{
    return day * DAY_S + schedule->hour * 3600 + schedule->minute * 60;
}

int64_t schedule_day(const struct schedule *schedule, int64_t now_s)
{
    int64_t today = now_s / DAY_S;
    return moment_of(schedule, today) <= now_s ? today : today - 1;
}

static bool is_due(const struct schedule_history *history, int64_t day)
{
    if (history->last_day < day)
        return true;
    bool wrong_clock = history->last_day > day + 1;
    return wrong_clock && !history->day_has_run;
}

int64_t schedule_next_s(const struct schedule *schedule, const struct schedule_history *history,
                        int64_t now_s)
{
    int64_t day = schedule_day(schedule, now_s);
    if (!is_due(history, day))
        day = history->last_day == day + 1 ? day + 2 : day + 1;
    return moment_of(schedule, day);
}

int64_t schedule_pause(int64_t failures, int64_t first, int64_t most)
{
    int64_t pause = first;
    while (--failures > 0 && pause < most)
        pause *= 2;
    return pause < most ? pause : most;
}
