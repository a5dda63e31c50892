/* Tests of core/base/clock: times as text and back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/clock.h"
#include "core/base/mem.h"

static void time_format__writes_utc(void **state)
{
    static const struct {
        int64_t at;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00Z"},
        {-1, "1969-12-31T23:59:59Z"},
        {1691501242, "2023-08-08T13:27:22Z"},
        {951782400, "2000-02-29T00:00:00Z"},
        {INT64_C(-62167219200), "0000-01-01T00:00:00Z"},
        {INT64_C(-62167219201), "0000-01-01T00:00:00Z"},
        {INT64_MIN, "0000-01-01T00:00:00Z"},
        {INT64_C(253402300799), "9999-12-31T23:59:59Z"},
        {INT64_C(253402300800), "9999-12-31T23:59:59Z"},
        {INT64_MAX, "9999-12-31T23:59:59Z"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char text[TIME_TEXT_MAX];

        time_format(cases[i].at, text);
        assert_string_equal(text, cases[i].text);
    }
}

static void time_format_ms__writes_three_digits(void **state)
{
    static const struct {
        int64_t at_ms;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {INT64_C(1691501242416), "2023-08-08T13:27:22.416Z"},
        {INT64_C(1691501242007), "2023-08-08T13:27:22.007Z"},
        {-1, "1969-12-31T23:59:59.999Z"},
        {-1000, "1969-12-31T23:59:59.000Z"},
        {INT64_MIN, "0000-01-01T00:00:00.000Z"},
        {INT64_MAX, "9999-12-31T23:59:59.999Z"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char text[TIME_TEXT_MAX];

        time_format_ms(cases[i].at_ms, text);
        assert_string_equal(text, cases[i].text);
    }
}

static void time_parse__reads(void **state)
{
    static const struct {
        const char *text;
        int64_t at;
    } cases[] = {
        {"2023-08-08T13:27:22Z", 1691501242},
        {"2023-08-08t13:27:22z", 1691501242},
        {"2023-08-08 13:27:22Z", 1691501242},
        {"2023-08-08T13:27:22.999999999Z", 1691501242},
        {"2023-08-08T15:27:22+02:00", 1691501242},
        {"2023-08-08T07:57:22-05:30", 1691501242},
        {"2023-08-08T13:27:22-00:00", 1691501242},
        {"2023-08-08", 1691452800},
        {"2000-02-29", 951782400},
        {"2016-12-31T23:59:60Z", 1483228800},
        {"0000-01-01T00:00:00Z", INT64_C(-62167219200)},
        {"9999-12-31T23:59:59Z", INT64_C(253402300799)},
        {"1691501242", 1691501242},
        {"0", 0},
        {"-1", -1},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int64_t at = 0;

        if (!time_parse(cases[i].text, &at) || at != cases[i].at)
            fail_msg("%s: %lld", cases[i].text, (long long)at);
    }
}

static void time_parse__refuses(void **state)
{
    static const char *const bad[] = {
        "",
        "now",
        "2023-8-8",
        "2023-13-01",
        "2023-00-10",
        "2023-02-29",
        "1900-02-29",
        "2023-04-31",
        "2023-01-00",
        "2023-01-32",
        "2023-08-08T",
        "2023-08-08T13:27",
        "2023-08-08T13:27:22",
        "2023-08-08T24:00:00Z",
        "2023-08-08T13:60:00Z",
        "2023-08-08T13:27:61Z",
        "2023-08-08T13:27:22.Z",
        "2023-08-08T13:27:22,5Z",
        "2023-08-08T13:27:22+2:00",
        "2023-08-08T13:27:22+0200",
        "2023-08-08T13:27:22+24:00",
        "2023-08-08T13:27:22+02:60",
        "2023-08-08T13:27:22Zx",
        "2023-08-08x",
        " 2023-08-08",
        "2023-08-08 ",
        "+2023-08-08",
        "0000-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
        "1691501242.5",
        "253402300800",
        "99999999999999999999",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        int64_t at = 77;

        if (time_parse(bad[i], &at))
            fail_msg("accepted \"%s\"", bad[i]);
        assert_int_equal(at, 77);
    }
}

static void time_parse__does_not_depend_on_the_zone(void **state)
{
    int64_t at = 0;
    char text[TIME_TEXT_MAX];

    (void)state;
    assert_int_equal(setenv("TZ", "America/New_York", 1), 0);
    tzset();
    assert_true(time_parse("2023-08-08T13:27:22Z", &at));
    assert_int_equal(at, 1691501242);
    time_format(at, text);
    assert_string_equal(text, "2023-08-08T13:27:22Z");
}

static void time_parse__reads_what_format_writes(void **state)
{
    (void)state;
    for (int64_t at = INT64_C(-62167219200); at <= INT64_C(253402300799);
         at += INT64_C(86400) * 97 + 3607) {
        char text[TIME_TEXT_MAX];
        int64_t back = 0;

        time_format(at, text);
        if (!time_parse(text, &back) || back != at)
            fail_msg("%s", text);
    }
}

static void time_age__is_short(void **state)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } cases[] = {
        {-5, "0s"},
        {0, "0s"},
        {31, "31s"},
        {59, "59s"},
        {60, "1m"},
        {3599, "59m"},
        {3600, "1h"},
        {86399, "23h"},
        {86400, "1d"},
        {1036800, "12d"},
        {86400 * INT64_C(1000), "1000d"},
        {INT64_MIN, "0s"},
    };
    char text[16];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        time_age(cases[i].seconds, text);
        assert_string_equal(text, cases[i].text);
    }
    time_age(INT64_MAX, text);
    assert_int_equal(text[strlen(text) - 1], 'd');
}

static void time_parse_or_age__reads_times_and_ages(void **state)
{
    enum { NOW = 1767600000 };
    static const struct {
        const char *text;
        int64_t expected; /* -1 = refused */
    } cases[] = {
        {"2026-01-05", 1767571200},
        {"2026-01-05T08:00:00Z", NOW},
        {"2026-01-05 09:00:00+01:00", NOW},
        {"1767600000", NOW},
        {"0", 0},
        {"0s", NOW},
        {"31s", NOW - 31},
        {"30m", NOW - 1800},
        {"2h", NOW - 7200},
        {"7d", NOW - 7 * 86400},
        {"1w", NOW - 7 * 86400},
        {"", -1},
        {"h", -1},
        {"-2h", -1},
        {"+2h", -1},
        {" 2h", -1},
        {"2 h", -1},
        {"2H", -1},
        {"2hh", -1},
        {"1.5h", -1},
        {"2y", -1},
        {"9223372036854775807d", -1},
        {"99999999999999999999s", -1},
        {"yesterday", -1},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int64_t got = -1;
        bool ok = time_parse_or_age(cases[i].text, NOW, &got);
        if (ok != (cases[i].expected >= 0) || got != cases[i].expected)
            fail_msg("'%s': got %lld", cases[i].text, (long long)got);
    }
}

static void clock__agrees_with_itself(void **state)
{
    int64_t before_s = clock_now_s(), monotonic_ms = clock_monotonic_ms();
    int64_t now_ms = clock_now_ms();

    (void)state;
    assert_true(now_ms / 1000 - before_s <= 60 && before_s - now_ms / 1000 <= 60);
    assert_true(before_s > 1600000000);
    assert_true(clock_monotonic_ms() >= monotonic_ms);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(time_format__writes_utc),
        cmocka_unit_test(time_format_ms__writes_three_digits),
        cmocka_unit_test(time_parse__reads),
        cmocka_unit_test(time_parse__refuses),
        cmocka_unit_test(time_parse__does_not_depend_on_the_zone),
        cmocka_unit_test(time_parse__reads_what_format_writes),
        cmocka_unit_test(time_age__is_short),
        cmocka_unit_test(time_parse_or_age__reads_times_and_ages),
        cmocka_unit_test(clock__agrees_with_itself),
    };

    return cmocka_run_group_tests_name("clock", tests, NULL, NULL);
}
