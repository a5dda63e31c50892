/*
 * When the daily run is due: decided from the schedule, the clock and what was run, all given.
 *
 * A scheduled moment belongs to one day, counted in UTC days since 1970, and a daily run is stored
 * with the day that it was for. The rules:
 *
 * - Each day has one run, at schedule.hour:minute UTC or as soon afterwards as somebody can. What
 *   was missed, by one day or by many, is made up for by one run.
 * - Never twice for one day: neither after the clock was set back, nor after the schedule was moved
 *   on a day that had its run. (The first run of another minute is then that of the next day.)
 * - A schedule moved to an earlier minute that has already passed today counts as missed today.
 * - Where nothing was ever run, the last scheduled moment counts as missed: a new installation runs
 *   when it is started, and then at its minute.
 * - A last run that lies more than half a day ahead was made under a wrong clock. It holds nobody
 *   up: only the day that it was for stays taken.
 */
#ifndef CHECKHOOK_CORE_SCHEDULE_H
#define CHECKHOOK_CORE_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

struct schedule {
    int64_t hour, minute; /* UTC */
};

struct schedule_history {
    int64_t last_day;  /* that of the latest daily run; 0 = there was none */
    int64_t last_at_s; /* when that began */
    bool day_has_run;  /* a daily run for schedule_day(now) is stored */
};

/* The day whose scheduled moment was the last one up to now. */
int64_t schedule_day(const struct schedule *schedule, int64_t now_s);

/* The scheduled moment of the next daily run: not after now when one is due, for the day
 * schedule_day(now). */
int64_t schedule_next_s(const struct schedule *schedule, const struct schedule_history *history,
                        int64_t now_s);

/* How long to wait after so many failures (1 …) in a row, before the next try: from `first`,
 * doubled each time, up to `most`. */
int64_t schedule_pause(int64_t failures, int64_t first, int64_t most);

#endif
