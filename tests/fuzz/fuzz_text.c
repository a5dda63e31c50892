/* Fuzzes text safety, case, numbers and times. */
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/text.h"
#include "tests/fuzz/fuzz.h"

static void check_safe(const char *text)
{
    char *safe = text_safe(text), *twice = text_safe(safe);
    fuzz_assert_shown(safe);
    FUZZ_ASSERT_OF(strcmp(safe, twice) == 0, safe);
    FUZZ_ASSERT_OF(text_width(text) == text_width(safe), safe);
    free(safe);
    free(twice);
}

static void check_cut(const char *text, size_t columns)
{
    struct strbuf out;
    strbuf_init(&out, SIZE_MAX);
    text_cut_add(&out, text, columns, "…");
    fuzz_assert_shown(out.text);
    FUZZ_ASSERT_OF(text_width(out.text) <= columns, out.text);
    strbuf_release(&out);
}

static void check_lines(const char *text)
{
    struct strbuf out;
    strbuf_init(&out, SIZE_MAX);
    text_safe_add(&out, text, strlen(text), true);
    for (char *at = out.text; *at; at++)
        if (*at == '\n')
            *at = ' ';
    fuzz_assert_shown(out.text);
    strbuf_release(&out);
}

static void check_case(const char *text)
{
    char *lower = text_lower(text), *trimmed = text_trim(text);
    FUZZ_ASSERT(text_equal_nocase(text, text));
    FUZZ_ASSERT(text_equal_nocase(text, lower));
    FUZZ_ASSERT(text_contains_nocase(text, trimmed));
    FUZZ_ASSERT(text_distance(text, text) == 0 || strlen(text) > 64);
    FUZZ_ASSERT(utf8_count(text) <= strlen(text));
    free(lower);
    free(trimmed);
}

static void check_characters(const char *text, size_t len)
{
    uint32_t code = 0;
    char again[4];
    bool valid = utf8_valid(text, len);
    size_t at = 0;
    for (size_t step; at < len && (step = utf8_decode(text + at, len - at, &code)) > 0; at += step)
        FUZZ_ASSERT(utf8_encode(code, again) == step && memcmp(again, text + at, step) == 0);
    FUZZ_ASSERT(valid == (at == len));
}

static void check_numbers(const char *text)
{
    int64_t number = 7, seconds = 7, again = 0;
    char written[TIME_TEXT_MAX];
    if (text_to_int(text, -1000, 1000, &number))
        FUZZ_ASSERT(number >= -1000 && number <= 1000 && number == strtoll(text, NULL, 10));
    if (time_parse(text, &seconds)) {
        time_format(seconds, written);
        FUZZ_ASSERT_OF(time_parse(written, &again) && again == seconds, written);
    } else {
        FUZZ_ASSERT(seconds == 7);
    }
    if (time_parse_or_age(text, 1700000000, &again))
        FUZZ_ASSERT(again >= INT64_C(-62167219200) && again <= INT64_C(253402300799));
}

void fuzz_text(const uint8_t *bytes, size_t len)
{
    char *text = fuzz_text_of(bytes, len);
    check_safe(text);
    check_cut(text, len % 24);
    check_lines(text);
    check_case(text);
    check_characters(text, strlen(text));
    check_numbers(text);
    free(text);
}
