/* Reads the clock, and writes and reads times. */
#include "core/base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/mem.h"
#include "core/base/text.h"

#define EARLIEST_S INT64_C(-62167219200) /* 0000-01-01T00:00:00Z */
#define LATEST_S   INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

static int64_t read_ms(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t clamp(int64_t value, int64_t min, int64_t max)
{
    return value < min ? min : value > max ? max : value;
}

static void format_parts(int64_t unix_s, const char *fraction, char out[TIME_TEXT_MAX])
{
    time_t seconds = (time_t)unix_s;
    struct tm tm;

    gmtime_r(&seconds, &tm);
    snprintf(out, TIME_TEXT_MAX, "%04d-%02d-%02dT%02d:%02d:%02d%sZ", (tm.tm_year + 1900) % 10000,
             tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, fraction);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Takes `count` digits, then the mark (unless it is 0). */
static bool take_number(const char **p, int count, char mark, int *out)
{
    *out = 0;
    for (; count > 0; count--, (*p)++) {
        if (!is_digit(**p))
            return false;
        *out = *out * 10 + (**p - '0');
    }
    if (mark && *(*p)++ != mark)
        return false;
    return true;
}

static bool take_date(const char **p, int64_t *unix_s)
{
    int year, month, day;
    struct tm tm = {0};

    if (!take_number(p, 4, '-', &year) || !take_number(p, 2, '-', &month) ||
        !take_number(p, 2, '\0', &day))
        return false;
    tm.tm_year = year - 1900;
    tm.tm_mon = month - 1;
    tm.tm_mday = day;
    *unix_s = (int64_t)timegm(&tm);
    /* timegm turns the 30th of February into the 2nd of March. */
    return tm.tm_mon == month - 1 && tm.tm_mday == day;
}

static bool take_time(const char **p, int64_t *seconds)
{
    int hour, minute, second;

    if (!take_number(p, 2, ':', &hour) || !take_number(p, 2, ':', &minute) ||
        !take_number(p, 2, '\0', &second))
        return false;
    if (**p == '.') {
        (*p)++;
        if (!is_digit(**p))
            return false;
        while (is_digit(**p))
            (*p)++;
    }
    *seconds = hour * INT64_C(3600) + minute * INT64_C(60) + second;
    /* Second 60 is a leap second (RFC 3339, section 5.7). */
    return hour <= 23 && minute <= 59 && second <= 60;
}

static bool take_offset(const char **p, int64_t *seconds)
{
    int hours, minutes, sign = **p == '-' ? -1 : 1;

    *seconds = 0;
    if (**p == 'Z' || **p == 'z') {
        (*p)++;
        return true;
    }
    if (**p != '+' && **p != '-')
        return false;
    (*p)++;
    if (!take_number(p, 2, ':', &hours) || !take_number(p, 2, '\0', &minutes))
        return false;
    *seconds = sign * (hours * INT64_C(3600) + minutes * INT64_C(60));
    return hours <= 23 && minutes <= 59;
}

static bool parse_rfc3339(const char *p, int64_t *unix_s)
{
    int64_t date, time = 0, offset = 0;

    if (!take_date(&p, &date))
        return false;
    if (*p == 'T' || *p == 't' || *p == ' ') {
        p++;
        if (!take_time(&p, &time) || !take_offset(&p, &offset))
            return false;
    }
    if (*p)
        return false;
    *unix_s = date + time - offset;
    return *unix_s >= EARLIEST_S && *unix_s <= LATEST_S;
}

int64_t clock_now_s(void)
{
    return (int64_t)time(NULL);
}

int64_t clock_now_ms(void)
{
    return read_ms(CLOCK_REALTIME);
}

int64_t clock_monotonic_ms(void)
{
    return read_ms(CLOCK_MONOTONIC);
}

void time_format(int64_t unix_s, char out[TIME_TEXT_MAX])
{
    format_parts(clamp(unix_s, EARLIEST_S, LATEST_S), "", out);
}

void time_format_ms(int64_t unix_ms, char out[TIME_TEXT_MAX])
{
    int64_t ms = clamp(unix_ms, EARLIEST_S * 1000, LATEST_S * 1000 + 999);
    int64_t rest = (ms % 1000 + 1000) % 1000;
    char fraction[8];

    snprintf(fraction, sizeof fraction, ".%03d", (int)rest);
    format_parts((ms - rest) / 1000, fraction, out);
}

void time_format_plain(int64_t unix_s, char out[TIME_TEXT_MAX])
{
    enum { DATE_LEN = 10 };
    if (unix_s <= 0) {
        snprintf(out, TIME_TEXT_MAX, "never");
        return;
    }
    time_format(unix_s, out);
    out[DATE_LEN] = ' ';
}

bool time_parse(const char *text, int64_t *unix_s)
{
    int64_t value;

    if (!text_to_int(text, EARLIEST_S, LATEST_S, &value) && !parse_rfc3339(text, &value))
        return false;
    *unix_s = value;
    return true;
}

/* "30m": at most as long ago as the earliest time that can be written. */
static bool parse_age(const char *text, int64_t now, int64_t *unix_s)
{
    static const struct {
        char mark;
        int64_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 7 * 86400}};
    char *number = mem_strdup(text);
    size_t len = strlen(text), i = 0;
    int64_t count = 0;

    while (i < ARRAY_LEN(units) && (len == 0 || units[i].mark != text[len - 1]))
        i++;
    bool ok = i < ARRAY_LEN(units);
    if (ok) {
        number[len - 1] = '\0';
        ok = text_to_int(number, 0, LATEST_S / units[i].seconds, &count);
    }
    free(number);
    if (ok)
        *unix_s = clamp(now - count * units[i].seconds, EARLIEST_S, LATEST_S);
    return ok;
}

bool time_parse_or_age(const char *text, int64_t now, int64_t *unix_s)
{
    return time_parse(text, unix_s) || parse_age(text, now, unix_s);
}

void time_age(int64_t seconds, char out[16])
{
    static const struct {
        int64_t below, unit;
        char mark;
    } units[] = {{60, 1, 's'}, {3600, 60, 'm'}, {86400, 3600, 'h'}, {INT64_MAX, 86400, 'd'}};
    size_t i = 0;

    seconds = clamp(seconds, 0, LATEST_S);
    while (i < ARRAY_LEN(units) - 1 && seconds >= units[i].below)
        i++;
    snprintf(out, 16, "%" PRId64 "%c", seconds / units[i].unit, units[i].mark);
}
