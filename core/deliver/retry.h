/*
 * When to try again: pure functions of what is known, time and randomness given.
 */
#ifndef CHECKHOOK_CORE_DELIVER_RETRY_H
#define CHECKHOOK_CORE_DELIVER_RETRY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/deliver/outcome.h"

/* The table of DESIGN 7: fault and status to a verdict. */
enum verdict verdict_of(enum fault fault, int status);

struct retry_policy {
    int64_t max_attempts; /* retries after the first attempt */
    int64_t max_age_s;
};

struct retry_step {
    bool again; /* else it failed for good */
    int64_t due_at;
    const char *why_not; /* "no attempt left", "older than 24 h"; static */
};

/*
 * Full jitter (delay uniform in 0 … min(1 h, 5 s * 2^(attempts-1))), never before Retry-After,
 * clamped to the age limit before any arithmetic. attempts: recorded ones, this one included.
 * random: uniform in 0 … UINT32_MAX.
 */
struct retry_step retry_next(const struct retry_policy *policy, int attempts, int64_t aged_from,
                             int64_t now, int64_t retry_after_s, uint32_t random);

/* Retry-After as seconds or HTTP date (RFC 9110, 10.2.3): seconds from now, or -1 where it is
 * negative, past, or unreadable. */
int64_t retry_after_parse(const char *value, int64_t now);

#endif
