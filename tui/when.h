/*
 * Moments and durations as screens show them, in the administrator's own time zone.
 */
#ifndef CHECKHOOK_TUI_WHEN_H
#define CHECKHOOK_TUI_WHEN_H

#include <stdint.h>

enum { WHEN_MAX = 32 };

/* "14:31:58" on the day of `now_s`, else "24 Nov"; never wider than 8 columns. */
void when_short(int64_t unix_s, int64_t now_s, char out[WHEN_MAX]);
/* "14:31" on that day, else as above. */
void when_minute(int64_t unix_s, int64_t now_s, char out[WHEN_MAX]);
/* "2026-11-24 14:31:58" */
void when_long(int64_t unix_s, char out[WHEN_MAX]);

/* Of something to come: "today 18:00", "tomorrow 06:00", "24 Nov 06:00", "now, it is due". */
void when_next(int64_t unix_s, int64_t now_s, char out[WHEN_MAX]);

/* A duration as it goes on: "0:07", "12:30", "1:02:03". */
void when_clock(int64_t ms, char out[WHEN_MAX]);

/* "87 ms", "10.0 s", "3 min"; "-" for a negative one. */
void when_took(int64_t ms, char out[WHEN_MAX]);

#endif
