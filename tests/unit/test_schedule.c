/* Tests of core/schedule: when the daily run is due, whatever clock and schedule do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/schedule.h"

enum { D = 20000 }; /* the day at hand: 2024-10-04 */

/* A moment: day, hour, minute, second. */
#define AT(day, hour, minute, second) ((int64_t)(day)*86400 + (hour)*3600 + (minute)*60 + (second))

/* A last run that began at 06:00 of its day. */
#define RAN(day, day_has_run)                                                                      \
    {                                                                                              \
        day, AT(day, 6, 0, 0), day_has_run                                                         \
    }

struct situation {
    const char *what;
    struct schedule schedule;
    int64_t now_s;
    struct schedule_history history;
    int64_t next_s; /* up to now: due */
    int64_t day;    /* of the last scheduled moment */
};

static const struct schedule at_six = {6, 0};

static const struct situation situations[] = {
    {"started for the first time in the afternoon",
     {6, 0},
     AT(D, 14, 0, 0),
     {0},
     AT(D, 6, 0, 0),
     D},
    {"started for the first time before the minute",
     {6, 0},
     AT(D, 5, 0, 0),
     {0},
     AT(D - 1, 6, 0, 0),
     D - 1},
    {"a second before", {6, 0}, AT(D, 5, 59, 59), RAN(D - 1, true), AT(D, 6, 0, 0), D - 1},
    {"on the second", {6, 0}, AT(D, 6, 0, 0), RAN(D - 1, false), AT(D, 6, 0, 0), D},
    {"run today", {6, 0}, AT(D, 6, 0, 5), RAN(D, true), AT(D + 1, 6, 0, 0), D},
    {"run today, before midnight", {6, 0}, AT(D, 23, 59, 59), RAN(D, true), AT(D + 1, 6, 0, 0), D},
    {"run yesterday, after midnight",
     {6, 0},
     AT(D + 1, 0, 0, 0),
     RAN(D, true),
     AT(D + 1, 6, 0, 0),
     D},
    {"off over the minute", {6, 0}, AT(D, 9, 30, 0), RAN(D - 1, false), AT(D, 6, 0, 0), D},
    {"off for a month: one run", {6, 0}, AT(D, 9, 30, 0), RAN(D - 30, false), AT(D, 6, 0, 0), D},
    {"off for a month, back before the minute: one run for yesterday",
     {6, 0},
     AT(D, 3, 0, 0),
     RAN(D - 30, false),
     AT(D - 1, 6, 0, 0),
     D - 1},
    {"at midnight", {0, 0}, AT(D, 0, 0, 0), RAN(D - 1, false), AT(D, 0, 0, 0), D},
    {"at the last minute", {23, 59}, AT(D, 23, 58, 59), RAN(D - 1, true), AT(D, 23, 59, 0), D - 1},
    {"a run over midnight is for its own day",
     {23, 59},
     AT(D + 1, 0, 5, 0),
     RAN(D, true),
     AT(D + 1, 23, 59, 0),
     D},

    /* The clock is set. */
    {"back by an hour over the minute",
     {6, 0},
     AT(D, 5, 10, 0),
     RAN(D, true),
     AT(D + 1, 6, 0, 0),
     D - 1},
    {"back by an hour, where yesterday had no run",
     {6, 0},
     AT(D, 5, 10, 0),
     RAN(D, false),
     AT(D + 1, 6, 0, 0),
     D - 1},
    {"back by five days that had their runs",
     {6, 0},
     AT(D - 5, 7, 0, 0),
     RAN(D, true),
     AT(D - 4, 6, 0, 0),
     D - 5},
    {"forwards by five days: one run",
     {6, 0},
     AT(D + 5, 7, 0, 0),
     RAN(D, false),
     AT(D + 5, 6, 0, 0),
     D + 5},
    {"repaired after a day ahead: today has no run",
     {6, 0},
     AT(D, 6, 0, 30),
     RAN(D + 1, false),
     AT(D, 6, 0, 0),
     D},
    {"repaired after a day ahead: tomorrow is taken",
     {6, 0},
     AT(D + 1, 6, 0, 0),
     {D, AT(D, 6, 0, 30), true},
     AT(D + 2, 6, 0, 0),
     D + 1},
    {"repaired after years ahead: today has no run",
     {6, 0},
     AT(D, 7, 0, 0),
     RAN(D + 3000, false),
     AT(D, 6, 0, 0),
     D},
    {"repaired after years ahead: today had its run",
     {6, 0},
     AT(D, 7, 0, 0),
     RAN(D + 3000, true),
     AT(D + 1, 6, 0, 0),
     D},

    /* The schedule is changed. */
    {"later, on a day that had its run",
     {10, 0},
     AT(D, 8, 0, 0),
     RAN(D, true),
     AT(D + 1, 10, 0, 0),
     D - 1},
    {"later, on the first day of all",
     {16, 0},
     AT(D, 15, 0, 0),
     RAN(D, false),
     AT(D + 1, 16, 0, 0),
     D - 1},
    {"later, and that minute has come",
     {10, 0},
     AT(D, 10, 0, 0),
     RAN(D, true),
     AT(D + 1, 10, 0, 0),
     D},
    {"earlier, on a day that had its run",
     {5, 0},
     AT(D, 8, 0, 0),
     RAN(D, true),
     AT(D + 1, 5, 0, 0),
     D},
    {"earlier, on a day whose run is to come: missed",
     {7, 0},
     AT(D, 8, 0, 0),
     RAN(D - 1, false),
     AT(D, 7, 0, 0),
     D},
    {"later, on a day whose run is to come",
     {22, 0},
     AT(D, 5, 0, 0),
     RAN(D - 1, true),
     AT(D, 22, 0, 0),
     D - 1},
};

static void schedule_next__decides_every_situation(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(situations); i++) {
        const struct situation *s = &situations[i];
        char got[TIME_TEXT_MAX], wanted[TIME_TEXT_MAX];
        time_format(schedule_next_s(&s->schedule, &s->history, s->now_s), got);
        time_format(s->next_s, wanted);
        if (schedule_next_s(&s->schedule, &s->history, s->now_s) != s->next_s)
            fail_msg("%s: next is %s, wanted %s", s->what, got, wanted);
        if (schedule_day(&s->schedule, s->now_s) != s->day)
            fail_msg("%s: the day is %d, wanted %d", s->what,
                     (int)schedule_day(&s->schedule, s->now_s), (int)s->day);
    }
}

/* What a service does, over a clock that is given; days[] counts the runs of each day. */
static void live(const int64_t *clock, size_t count, int days[static 40])
{
    int64_t last = 0, last_at = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t day = schedule_day(&at_six, clock[i]);
        struct schedule_history history = {last, last_at, days[day - D + 10] > 0};
        if (schedule_next_s(&at_six, &history, clock[i]) > clock[i])
            continue;
        last = day;
        last_at = clock[i];
        days[day - D + 10]++;
    }
}

static void schedule_next__runs_each_day_once_through_clock_steps(void **state)
{
    static const int64_t clock[] = {
        AT(D, 5, 0, 0),      AT(D, 7, 0, 0),     AT(D, 5, 30, 0),     AT(D, 6, 30, 0),
        AT(D + 1, 6, 0, 0),  AT(D - 3, 8, 0, 0), AT(D + 1, 8, 0, 0),  AT(D + 2, 6, 0, 1),
        AT(D + 2, 23, 0, 0), AT(D + 9, 9, 0, 0), AT(D + 3, 5, 59, 0), AT(D + 3, 6, 1, 0),
        AT(D + 4, 6, 1, 0),
    };
    int days[40] = {0};
    (void)state;
    live(clock, ARRAY_LEN(clock), days);
    /* D-1 was missed at the start; D-3 has no run of its own when the clock goes there. */
    static const struct {
        int day, runs;
    } wanted[] = {{-4, 0}, {-3, 1}, {-2, 0}, {-1, 1}, {0, 1}, {1, 1},
                  {2, 1},  {3, 1},  {4, 1},  {5, 0},  {9, 1}};
    for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
        if (days[wanted[i].day + 10] != wanted[i].runs)
            fail_msg("day %+d ran %d times, wanted %d", wanted[i].day, days[wanted[i].day + 10],
                     wanted[i].runs);
}

static void schedule_next__comes_once_a_day_through_a_year(void **state)
{
    struct schedule_history history = {0};
    int runs = 0;
    (void)state;
    for (int64_t now = AT(D, 0, 0, 0); now < AT(D + 365, 0, 0, 0); now += 59) {
        int64_t day = schedule_day(&at_six, now);
        history.day_has_run = history.last_day == day;
        if (schedule_next_s(&at_six, &history, now) > now)
            continue;
        assert_true(day > history.last_day);
        history.last_day = day;
        history.last_at_s = now;
        runs++;
    }
    assert_int_equal(runs, 366); /* and the one that was missed before the first day */
}

static void schedule_pause__doubles_up_to_its_limit(void **state)
{
    (void)state;
    assert_int_equal(schedule_pause(1, 60, 1800), 60);
    assert_int_equal(schedule_pause(2, 60, 1800), 120);
    assert_int_equal(schedule_pause(5, 60, 1800), 960);
    assert_int_equal(schedule_pause(6, 60, 1800), 1800);
    assert_int_equal(schedule_pause(INT64_MAX, 60, 1800), 1800);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(schedule_next__decides_every_situation),
        cmocka_unit_test(schedule_next__runs_each_day_once_through_clock_steps),
        cmocka_unit_test(schedule_next__comes_once_a_day_through_a_year),
        cmocka_unit_test(schedule_pause__doubles_up_to_its_limit),
    };
    return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
