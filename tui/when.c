/* Moments and durations for people. */
#include "tui/when.h"

#include <stdbool.h>
#include <stdio.h>
#include <time.h>

enum { SECOND_MS = 1000, MINUTE_MS = 60 * SECOND_MS, HOUR_S = 3600, DAY_S = 86400 };

static struct tm local_time(int64_t unix_s)
{
    struct tm local;
    time_t at = (time_t)unix_s;
    localtime_r(&at, &local);
    return local;
}

static bool same_day(const struct tm *a, const struct tm *b)
{
    return a->tm_year == b->tm_year && a->tm_yday == b->tm_yday;
}

void when_short(int64_t unix_s, int64_t now_s, char out[WHEN_MAX])
{
    const struct tm at = local_time(unix_s), now = local_time(now_s);
    if (same_day(&at, &now))
        strftime(out, WHEN_MAX, "%H:%M:%S", &at);
    else
        strftime(out, WHEN_MAX, "%d %b", &at);
}

void when_minute(int64_t unix_s, int64_t now_s, char out[WHEN_MAX])
{
    const struct tm at = local_time(unix_s), now = local_time(now_s);
    if (same_day(&at, &now))
        strftime(out, WHEN_MAX, "%H:%M", &at);
    else
        strftime(out, WHEN_MAX, "%d %b", &at);
}

void when_long(int64_t unix_s, char out[WHEN_MAX])
{
    const struct tm at = local_time(unix_s);
    strftime(out, WHEN_MAX, "%Y-%m-%d %H:%M:%S", &at);
}

void when_next(int64_t unix_s, int64_t now_s, char out[WHEN_MAX])
{
    const struct tm at = local_time(unix_s), now = local_time(now_s);
    const struct tm tomorrow = local_time(now_s + DAY_S);
    if (unix_s <= now_s)
        snprintf(out, WHEN_MAX, "now, it is due");
    else if (same_day(&at, &now))
        strftime(out, WHEN_MAX, "today %H:%M", &at);
    else if (same_day(&at, &tomorrow))
        strftime(out, WHEN_MAX, "tomorrow %H:%M", &at);
    else
        strftime(out, WHEN_MAX, "%d %b %H:%M", &at);
}

void when_clock(int64_t ms, char out[WHEN_MAX])
{
    const long long s = ms / SECOND_MS;
    if (s < HOUR_S)
        snprintf(out, WHEN_MAX, "%lld:%02lld", s / 60, s % 60);
    else
        snprintf(out, WHEN_MAX, "%lld:%02lld:%02lld", s / HOUR_S, s / 60 % 60, s % 60);
}

void when_took(int64_t ms, char out[WHEN_MAX])
{
    if (ms < 0)
        snprintf(out, WHEN_MAX, "-");
    else if (ms < SECOND_MS)
        snprintf(out, WHEN_MAX, "%lld ms", (long long)ms);
    else if (ms < MINUTE_MS)
        snprintf(out, WHEN_MAX, "%.1f s", (double)ms / SECOND_MS);
    else
        snprintf(out, WHEN_MAX, "%lld min", (long long)(ms / MINUTE_MS));
}
