/*
 * Times: Unix seconds (or milliseconds) in UTC. Only loops and commands read the clock; everybody
 * else is given `now`.
 */
#ifndef CHECKHOOK_CORE_BASE_CLOCK_H
#define CHECKHOOK_CORE_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

int64_t clock_now_s(void);
int64_t clock_now_ms(void);       /* wall clock */
int64_t clock_monotonic_ms(void); /* for durations */

enum { TIME_TEXT_MAX = 40 };

/* "2023-08-08T13:27:22Z" and "2023-08-08T13:27:22.416Z". Years 0000 to 9999; else clamped. */
void time_format(int64_t unix_s, char out[TIME_TEXT_MAX]);
void time_format_ms(int64_t unix_ms, char out[TIME_TEXT_MAX]);
/* "2023-08-08 13:27:22Z", which time_parse reads, or "never" for 0 and before. */
void time_format_plain(int64_t unix_s, char out[TIME_TEXT_MAX]);

/*
 * Reads RFC 3339 ("2023-08-08T13:27:22Z", any offset, fraction dropped, 't'/' ' between date and
 * time, "2023-08-08" as midnight UTC) or whole Unix seconds, years 0000 to 9999. False for anything
 * else, and *unix_s is left alone.
 */
bool time_parse(const char *text, int64_t *unix_s);

/* The same, or an age before `now`: a whole number and s, m, h, d or w ("30m", "2h", "7d"). */
bool time_parse_or_age(const char *text, int64_t now, int64_t *unix_s);

/* A short age for screens: "31s", "14m", "3h", "12d"; a negative one is "0s". */
void time_age(int64_t seconds, char out[16]);

#endif
