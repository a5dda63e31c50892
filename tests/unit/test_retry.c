/* Tests of the retry rules: verdicts, back-off, Retry-After. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/deliver/retry.h"

enum { NOW = 1767600000, DAY = 86400 }; /* 2026-01-05T08:00:00Z */

static void verdict_of__follows_the_table(void **state)
{
    static const struct {
        enum fault fault;
        int status;
        enum verdict expected;
    } cases[] = {
        {FAULT_NONE, 200, VERDICT_DELIVERED}, {FAULT_NONE, 202, VERDICT_DELIVERED},
        {FAULT_NONE, 204, VERDICT_DELIVERED}, {FAULT_NONE, 299, VERDICT_DELIVERED},
        {FAULT_NONE, 101, VERDICT_FAILED},    {FAULT_NONE, 301, VERDICT_FAILED},
        {FAULT_NONE, 302, VERDICT_FAILED},    {FAULT_NONE, 304, VERDICT_FAILED},
        {FAULT_NONE, 307, VERDICT_FAILED},    {FAULT_NONE, 308, VERDICT_FAILED},
        {FAULT_NONE, 400, VERDICT_FAILED},    {FAULT_NONE, 401, VERDICT_REFUSED},
        {FAULT_NONE, 402, VERDICT_FAILED},    {FAULT_NONE, 403, VERDICT_REFUSED},
        {FAULT_NONE, 404, VERDICT_FAILED},    {FAULT_NONE, 405, VERDICT_FAILED},
        {FAULT_NONE, 407, VERDICT_REFUSED},   {FAULT_NONE, 408, VERDICT_RETRY},
        {FAULT_NONE, 409, VERDICT_RETRY},     {FAULT_NONE, 410, VERDICT_GONE},
        {FAULT_NONE, 411, VERDICT_FAILED},    {FAULT_NONE, 413, VERDICT_FAILED},
        {FAULT_NONE, 415, VERDICT_FAILED},    {FAULT_NONE, 422, VERDICT_FAILED},
        {FAULT_NONE, 425, VERDICT_RETRY},     {FAULT_NONE, 426, VERDICT_FAILED},
        {FAULT_NONE, 429, VERDICT_RETRY},     {FAULT_NONE, 499, VERDICT_FAILED},
        {FAULT_NONE, 500, VERDICT_RETRY},     {FAULT_NONE, 501, VERDICT_RETRY},
        {FAULT_NONE, 503, VERDICT_RETRY},     {FAULT_NONE, 599, VERDICT_RETRY},
        {FAULT_NONE, 600, VERDICT_FAILED},    {FAULT_RESOLVE, 0, VERDICT_RETRY},
        {FAULT_CONNECT, 0, VERDICT_RETRY},    {FAULT_TLS_CA, 0, VERDICT_RETRY},
        {FAULT_TLS_HOST, 0, VERDICT_RETRY},   {FAULT_TLS_EXPIRED, 0, VERDICT_RETRY},
        {FAULT_TLS, 0, VERDICT_RETRY},        {FAULT_TIMEOUT, 0, VERDICT_RETRY},
        {FAULT_CLOSED, 0, VERDICT_RETRY},     {FAULT_PROTOCOL, 0, VERDICT_RETRY},
        {FAULT_PROXY, 0, VERDICT_RETRY},      {FAULT_PROXY, 407, VERDICT_REFUSED},
        {FAULT_OTHER, 0, VERDICT_RETRY},      {FAULT_SECRET, 0, VERDICT_REFUSED},
        {FAULT_TOKEN, 0, VERDICT_RETRY},      {FAULT_TOKEN, 503, VERDICT_RETRY},
        {FAULT_TOKEN, 429, VERDICT_RETRY},    {FAULT_TOKEN, 400, VERDICT_REFUSED},
        {FAULT_TOKEN, 401, VERDICT_REFUSED},  {FAULT_TOKEN, 404, VERDICT_REFUSED},
        {FAULT_TOKEN, 302, VERDICT_REFUSED},  {FAULT_TOKEN, 200, VERDICT_REFUSED},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (verdict_of(cases[i].fault, cases[i].status) != cases[i].expected)
            fail_msg("fault %d, status %d: got %s, expected %s", cases[i].fault, cases[i].status,
                     verdict_text(verdict_of(cases[i].fault, cases[i].status)),
                     verdict_text(cases[i].expected));
}

/* The whole of DESIGN 7, stated apart from the code: what is not named here fails for good. */
static enum verdict expected_of(int status)
{
    static const int retried[] = {408, 409, 425, 429}, refused[] = {401, 403, 407};
    if (status / 100 == 2)
        return VERDICT_DELIVERED;
    if (status / 100 == 5)
        return VERDICT_RETRY;
    for (size_t i = 0; i < ARRAY_LEN(retried); i++)
        if (status == retried[i])
            return VERDICT_RETRY;
    for (size_t i = 0; i < ARRAY_LEN(refused); i++)
        if (status == refused[i])
            return VERDICT_REFUSED;
    return status == 410 ? VERDICT_GONE : VERDICT_FAILED;
}

static void verdict_of__knows_every_status(void **state)
{
    (void)state;
    for (int status = 100; status <= 599; status++)
        if (verdict_of(FAULT_NONE, status) != expected_of(status))
            fail_msg("%d: %s", status, verdict_text(verdict_of(FAULT_NONE, status)));
}

/* Whatever kept an answer from coming is trouble of the moment, but for what we lack ourselves. */
static void verdict_of__knows_every_fault(void **state)
{
    (void)state;
    for (int fault = FAULT_NONE + 1; fault <= FAULT_OTHER; fault++)
        assert_int_equal(verdict_of((enum fault)fault, 0),
                         fault == FAULT_SECRET ? VERDICT_REFUSED : VERDICT_RETRY);
    for (int status = 100; status <= 599; status++) {
        bool again = expected_of(status) == VERDICT_RETRY;
        assert_int_equal(verdict_of(FAULT_TOKEN, status), again ? VERDICT_RETRY : VERDICT_REFUSED);
        assert_int_equal(verdict_of(FAULT_PROXY, status),
                         status == 407 ? VERDICT_REFUSED : VERDICT_RETRY);
    }
}

static const struct retry_policy usual = {.max_attempts = 185, .max_age_s = DAY};

static int64_t delay_after(int attempts, int64_t retry_after_s, uint32_t random)
{
    struct retry_step step = retry_next(&usual, attempts, NOW, NOW, retry_after_s, random);
    assert_true(step.again);
    return step.due_at - NOW;
}

static void retry_next__doubles_its_ceiling_up_to_an_hour(void **state)
{
    static const int64_t ceilings[] = {5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600};
    (void)state;
    for (int i = 0; i < (int)ARRAY_LEN(ceilings); i++) {
        assert_int_equal(delay_after(i + 1, -1, UINT32_MAX), ceilings[i]);
        assert_int_equal(delay_after(i + 1, -1, 0), 0);
    }
    assert_int_equal(delay_after(180, -1, UINT32_MAX), 3600);
}

static void retry_next__spreads_evenly(void **state)
{
    (void)state;
    assert_int_equal(delay_after(11, -1, UINT32_MAX / 2), 1800);
    assert_int_equal(delay_after(11, -1, UINT32_MAX / 4), 900);
}

static void retry_next__never_comes_before_retry_after(void **state)
{
    (void)state;
    assert_int_equal(delay_after(1, 120, 0), 120);
    assert_int_equal(delay_after(1, 0, UINT32_MAX), 5);
    assert_int_equal(delay_after(11, 120, UINT32_MAX), 3600);
}

static void retry_next__clamps_an_absurd_retry_after_to_the_age_limit(void **state)
{
    (void)state;
    assert_int_equal(delay_after(1, 9223372037, 0), DAY);
    assert_int_equal(delay_after(1, INT64_MAX, 0), DAY);
    /* Half of its age is gone already: the last moment is the limit, not a day from now. */
    struct retry_step step = retry_next(&usual, 1, NOW - DAY / 2, NOW, INT64_MAX, 0);
    assert_true(step.again);
    assert_int_equal(step.due_at, NOW + DAY / 2);
}

static void retry_next__ends_with_the_last_attempt(void **state)
{
    struct retry_policy few = {.max_attempts = 2, .max_age_s = DAY};
    (void)state;
    assert_true(retry_next(&few, 1, NOW, NOW, -1, 0).again);
    assert_true(retry_next(&few, 2, NOW, NOW, -1, 0).again);
    struct retry_step step = retry_next(&few, 3, NOW, NOW, -1, 0);
    assert_false(step.again);
    assert_string_equal(step.why_not, "no attempt is left");
    few.max_attempts = 0;
    assert_false(retry_next(&few, 1, NOW, NOW, -1, 0).again);
}

static void retry_next__ends_at_the_age_limit(void **state)
{
    (void)state;
    assert_true(retry_next(&usual, 1, NOW - DAY + 1, NOW, -1, 0).again);
    struct retry_step step = retry_next(&usual, 1, NOW - DAY, NOW, -1, 0);
    assert_false(step.again);
    assert_string_equal(step.why_not, "it is older than its age limit");
}

static void retry_after_parse__reads_seconds_and_dates(void **state)
{
    static const struct {
        const char *text;
        int64_t expected;
    } cases[] = {
        {"0", 0},
        {"5", 5},
        {" 120", 120},
        {" \t 120", 120},
        {"007", 7},
        {"  Mon, 05 Jan 2026 08:00:30 GMT", 30},
        {"86400", 86400},
        {"Mon, 05 Jan 2026 08:00:30 GMT", 30},
        {"Monday, 05-Jan-26 08:01:00 GMT", 60},
        {"Mon Jan  5 08:02:00 2026", 120},
        {"Mon, 05 Jan 2026 08:00:00 GMT", -1}, /* now is past */
        {"Thu, 01 Jan 1970 00:00:00 GMT", -1},
        {"-5", -1},
        {"-9223372037", -1},
        {"", -1},
        {" ", -1},
        {"soon", -1},
        {"5 s", -1},
        {"1e9", -1},
        {"1.5", -1},
        {"20260105", 20260105},
        {"2026-01-05T09:00:00Z", -1},
        {NULL, -1},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int64_t got = retry_after_parse(cases[i].text, NOW);
        if (got != cases[i].expected)
            fail_msg("'%s': got %lld, expected %lld", cases[i].text ? cases[i].text : "NULL",
                     (long long)got, (long long)cases[i].expected);
    }
}

static void retry_after_parse__bounds_what_is_absurd(void **state)
{
    static const char *const texts[] = {"9223372037", "99999999999999999999999999999999",
                                        "Sat, 31 Dec 2099 23:59:59 GMT"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        int64_t got = retry_after_parse(texts[i], NOW);
        assert_true(got > 365 * (int64_t)DAY);
        assert_true(got <= (int64_t)100 * 366 * DAY);
        assert_int_equal(delay_after(1, got, 0), DAY);
    }
}

static void retry_after_parse__takes_no_garbage_for_a_time(void **state)
{
    static const char *const texts[] = {"+5",
                                        "5,6",
                                        "0x10",
                                        "5;",
                                        "\x80",
                                        "NaN",
                                        "inf",
                                        "Mon",
                                        "Jan",
                                        "GMT",
                                        "[5]",
                                        "_",
                                        "12:30",
                                        "08:00:30",
                                        "never",
                                        "a b c",
                                        "-1",
                                        "-0",
                                        "--5",
                                        "5-",
                                        "5 5",
                                        "\t",
                                        "Mon,",
                                        "1/1/2030",
                                        "5\xc2\xa0",
                                        "Mon, 99 Jan 2026 08:00:30 GMT",
                                        "Foo, 05 Xyz 2026 08:00:30 GMT"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        if (retry_after_parse(texts[i], NOW) != -1)
            fail_msg("'%s': %lld", texts[i], (long long)retry_after_parse(texts[i], NOW));
}

/* --- properties of any input ------------------------------------------------------------------ */

enum { ROUNDS = 200000, BUCKETS = 20 };

/* xorshift64: the same inputs in every run. */
static uint64_t next_random(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed;
}

static int64_t any_of(uint64_t *seed, const int64_t *values, size_t count)
{
    return values[next_random(seed) % count];
}

static int64_t ceiling_of(int attempts)
{
    int64_t ceiling = 5;
    while (attempts-- > 1 && ceiling < 3600)
        ceiling *= 2;
    return ceiling < 3600 ? ceiling : 3600;
}

static void check_step(const struct retry_policy *p, int attempts, int64_t aged_from, int64_t after,
                       uint32_t random)
{
    struct retry_step step = retry_next(p, attempts, aged_from, NOW, after, random);
    int64_t last = aged_from + p->max_age_s;
    assert_int_equal(step.again, attempts <= p->max_attempts && NOW < last);
    if (!step.again) {
        assert_non_null(step.why_not);
        return;
    }
    int64_t asked = after < 0 ? 0 : after < p->max_age_s ? after : p->max_age_s;
    int64_t window = ceiling_of(attempts), delay = step.due_at - NOW;
    assert_true(delay >= 0);
    assert_true(step.due_at <= last);
    assert_true(delay >= asked || step.due_at == last);
    assert_true(delay <= (window > asked ? window : asked));
}

static void retry_next__keeps_its_promises_for_any_input(void **state)
{
    static const int64_t ages[] = {-86400, -1, 0, 1, 59, 3600, 86399, 86400, 86401, 604800};
    static const int64_t afters[] = {-1,    0,      1,          30,        3600,
                                     86400, 604801, 9223372037, INT64_MAX, INT64_MAX - NOW};
    static const int64_t limits[] = {3600, 86400, 7 * 86400};
    static const int64_t tries[] = {0, 1, 2, 184, 185};
    uint64_t seed = 20260105;
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        struct retry_policy p = {.max_attempts = any_of(&seed, tries, ARRAY_LEN(tries)),
                                 .max_age_s = any_of(&seed, limits, ARRAY_LEN(limits))};
        int64_t aged_from =
            NOW - any_of(&seed, ages, ARRAY_LEN(ages)) - (int64_t)(next_random(&seed) % 100);
        int64_t after = any_of(&seed, afters, ARRAY_LEN(afters));
        int attempts = 1 + (int)(next_random(&seed) % 187);
        check_step(&p, attempts, aged_from, after, (uint32_t)next_random(&seed));
    }
}

/* All 185 retries after the first attempt, each with its window; then none. */
static void retry_next__goes_on_for_185_retries(void **state)
{
    const struct retry_policy long_lived = {.max_attempts = 185, .max_age_s = 7 * DAY};
    (void)state;
    for (int attempts = 1; attempts <= 185; attempts++) {
        struct retry_step step = retry_next(&long_lived, attempts, NOW, NOW, -1, UINT32_MAX);
        assert_true(step.again);
        assert_int_equal(step.due_at - NOW, ceiling_of(attempts));
    }
    assert_false(retry_next(&long_lived, 186, NOW, NOW, -1, 0).again);
}

/* Chi-square over equal buckets: 19 degrees of freedom stay below 43.8 in 999 of 1,000 draws. */
static void retry_next__jitter_is_uniform(void **state)
{
    uint64_t seed = 7;
    double chi = 0, expected = (double)ROUNDS / BUCKETS;
    int counts[BUCKETS] = {0};
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        int64_t delay = delay_after(11, -1, (uint32_t)(next_random(&seed) >> 32));
        counts[delay * BUCKETS / 3601]++;
    }
    for (int i = 0; i < BUCKETS; i++)
        chi += (counts[i] - expected) * (counts[i] - expected) / expected;
    assert_true(chi < 43.8);
}

/* Every whole second of the window comes up, the ends as often as the others. */
static void retry_next__jitter_reaches_every_second(void **state)
{
    uint64_t seed = 9;
    int counts[6] = {0};
    (void)state;
    for (int i = 0; i < 60000; i++)
        counts[delay_after(1, -1, (uint32_t)(next_random(&seed) >> 32))]++;
    for (int i = 0; i <= 5; i++)
        assert_in_range(counts[i], 9500, 10500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdict_of__follows_the_table),
        cmocka_unit_test(verdict_of__knows_every_status),
        cmocka_unit_test(verdict_of__knows_every_fault),
        cmocka_unit_test(retry_next__doubles_its_ceiling_up_to_an_hour),
        cmocka_unit_test(retry_next__spreads_evenly),
        cmocka_unit_test(retry_next__never_comes_before_retry_after),
        cmocka_unit_test(retry_next__clamps_an_absurd_retry_after_to_the_age_limit),
        cmocka_unit_test(retry_next__ends_with_the_last_attempt),
        cmocka_unit_test(retry_next__ends_at_the_age_limit),
        cmocka_unit_test(retry_after_parse__reads_seconds_and_dates),
        cmocka_unit_test(retry_after_parse__bounds_what_is_absurd),
        cmocka_unit_test(retry_after_parse__takes_no_garbage_for_a_time),
        cmocka_unit_test(retry_next__keeps_its_promises_for_any_input),
        cmocka_unit_test(retry_next__goes_on_for_185_retries),
        cmocka_unit_test(retry_next__jitter_is_uniform),
        cmocka_unit_test(retry_next__jitter_reaches_every_second),
    };
    return cmocka_run_group_tests_name("retry", tests, NULL, NULL);
}
