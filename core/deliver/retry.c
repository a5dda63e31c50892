/* When to try again: the verdict table, full jitter, Retry-After. */
#include "core/deliver/retry.h"

#include <curl/curl.h>
#include <stddef.h>

#include "core/base/mem.h"

enum { FIRST_DELAY_S = 5, LAST_DELAY_S = 3600 };

/* No date that a receiver may mean lies further away; all arithmetic stays far from overflow. */
static const int64_t retry_after_max = (int64_t)100 * 366 * 86400;

struct verdict_row {
    int from, to; /* status */
    enum verdict verdict;
};

/* The first row that matches counts. */
static const struct verdict_row rows[] = {
    {200, 299, VERDICT_DELIVERED}, {401, 401, VERDICT_REFUSED}, {403, 403, VERDICT_REFUSED},
    {407, 407, VERDICT_REFUSED},   {408, 409, VERDICT_RETRY},   {410, 410, VERDICT_GONE},
    {425, 425, VERDICT_RETRY},     {429, 429, VERDICT_RETRY},   {500, 599, VERDICT_RETRY},
};

static enum verdict verdict_of_status(int status)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (status >= rows[i].from && status <= rows[i].to)
            return rows[i].verdict;
    return VERDICT_FAILED;
}

/* A token endpoint that is down is retried; one that says no has refused the credentials. */
static enum verdict verdict_of_token(int status)
{
    return status == 0 || verdict_of_status(status) == VERDICT_RETRY ? VERDICT_RETRY
                                                                     : VERDICT_REFUSED;
}

enum verdict verdict_of(enum fault fault, int status)
{
    switch (fault) {
    case FAULT_NONE:
        return verdict_of_status(status);
    case FAULT_TOKEN:
        return verdict_of_token(status);
    case FAULT_SECRET:
        return VERDICT_REFUSED;
    case FAULT_PROXY:
        return status == 407 ? VERDICT_REFUSED : VERDICT_RETRY;
    default:
        return VERDICT_RETRY;
    }
}

/* Uniform in 0 … min(1 h, 5 s * 2^(attempts-1)). */
static int64_t jitter(int attempts, uint32_t random)
{
    int64_t ceiling = FIRST_DELAY_S;
    for (int i = 1; i < attempts && ceiling < LAST_DELAY_S; i++)
        ceiling *= 2;
    if (ceiling > LAST_DELAY_S)
        ceiling = LAST_DELAY_S;
    return (int64_t)(((uint64_t)random * (uint64_t)(ceiling + 1)) >> 32);
}

struct retry_step retry_next(const struct retry_policy *policy, int attempts, int64_t aged_from,
                             int64_t now, int64_t retry_after_s, uint32_t random)
{
    if (attempts > policy->max_attempts)
        return (struct retry_step){.why_not = "no attempt is left"};
    int64_t last = aged_from + policy->max_age_s;
    if (now >= last)
        return (struct retry_step){.why_not = "it is older than its age limit"};

    int64_t delay = jitter(attempts, random);
    if (retry_after_s > policy->max_age_s)
        retry_after_s = policy->max_age_s;
    if (delay < retry_after_s)
        delay = retry_after_s;
    int64_t due = now + delay;
    return (struct retry_step){.again = true, .due_at = due < last ? due : last};
}

static int64_t clamp(int64_t seconds)
{
    return seconds > retry_after_max ? retry_after_max : seconds;
}

/* Digits alone; more of them than fit are still "very long". */
static bool parse_seconds(const char *text, int64_t *out)
{
    int64_t value = 0;
    for (const char *c = text; *c; c++) {
        if (*c < '0' || *c > '9')
            return false;
        value = clamp(value * 10 + (*c - '0'));
    }
    *out = value;
    return *text != '\0';
}

int64_t retry_after_parse(const char *value, int64_t now)
{
    int64_t seconds;
    if (!value)
        return -1;
    while (*value == ' ' || *value == '\t')
        value++;
    if (parse_seconds(value, &seconds))
        return seconds;
    /* curl_getdate reads all three forms of HTTP dates; it would also take a bare number. */
    if (*value < 'A' || *value > 'z')
        return -1;
    int64_t at = (int64_t)curl_getdate(value, NULL);
    return at < 0 || at <= now ? -1 : clamp(at - now);
}
