/* Tests of core/base/text: UTF-8, visible text, columns, comparing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/text.h"

static void utf8_decode__reads_what_encode_writes(void **state)
{
    char bytes[4];
    uint32_t code;

    (void)state;
    for (uint32_t want = 0; want <= 0x10ffff; want++) {
        bool surrogate = want >= 0xd800 && want <= 0xdfff;
        size_t len = utf8_encode(want, bytes);

        if (surrogate)
            assert_memory_equal(bytes, "\xef\xbf\xbd", len);
        else if (utf8_decode(bytes, len, &code) != len || code != want)
            fail_msg("U+%04X", (unsigned)want);
    }
}

static void utf8_encode__replaces_what_is_no_character(void **state)
{
    static const uint32_t bad[] = {0xd800, 0xdfff, 0x110000, UINT32_MAX};
    char bytes[4];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(utf8_encode(bad[i], bytes), 3);
        assert_memory_equal(bytes, "\xef\xbf\xbd", 3);
    }
}

static void utf8_valid__refuses_bad_forms(void **state)
{
    static const char *const bad[] = {
        "\x80", /* continuation alone */
        "\xff",
        "\xfe",
        "\xc0\x80", /* overlong NUL */
        "\xc1\xbf", /* overlong */
        "\xe0\x9f\xbf",
        "\xf0\x8f\xbf\xbf",
        "\xed\xa0\x80", /* surrogate */
        "\xed\xbf\xbf",
        "\xf4\x90\x80\x80", /* above U+10FFFF */
        "\xf8\x88\x80\x80\x80",
        "\xc3",
        "\xe6\x97",
        "\xf0\x9f\x98",
        "\xc3(",
        "ok\xe2\x28\xa1",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (utf8_valid(bad[i], strlen(bad[i])))
            fail_msg("case %zu was accepted", i);
    }
}

static void utf8_valid__accepts_the_edges(void **state)
{
    static const char *const good[] = {
        "",
        "abc",
        "\x7f",
        "\xc2\x80",
        "\xdf\xbf",
        "\xe0\xa0\x80",
        "\xed\x9f\xbf",
        "\xee\x80\x80",
        "\xef\xbf\xbf",
        "\xf0\x90\x80\x80",
        "\xf4\x8f\xbf\xbf",
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        if (!utf8_valid(good[i], strlen(good[i])))
            fail_msg("case %zu was refused", i);
    }
    assert_true(utf8_valid("a\0b", 3));
}

static void utf8_decode__stops_at_the_length(void **state)
{
    uint32_t code = 7;

    (void)state;
    assert_int_equal(utf8_decode("é", 1, &code), 0);
    assert_int_equal(utf8_decode("x", 0, &code), 0);
    assert_int_equal(code, 7);
}

static void utf8_count__counts_characters(void **state)
{
    (void)state;
    assert_int_equal(utf8_count(""), 0);
    assert_int_equal(utf8_count("aé日😀"), 4);
    assert_int_equal(utf8_count("a\xff\xc3"), 3);
}

static void text_has_control__finds_c0_c1_del_and_loose_bytes(void **state)
{
    static const char *const with[] = {"a\nb", "\r", "\t", "\x1b[0m", "\x7f", "\xc2\x9b", "x\x9b"};
    static const char *const without[] = {"", "plain", "é", "\xc2\xa0", "日本", "\xff"};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(with); i++)
        assert_true(text_has_control(with[i]));
    for (size_t i = 0; i < ARRAY_LEN(without); i++)
        assert_false(text_has_control(without[i]));
}

static void text_is_unsafe__knows_the_edges(void **state)
{
    static const uint32_t unsafe[] = {
        0,       0x1f,    0x7f,    0x80,    0x9f,     0xad,     0x61c,    0x180e,     0x200b,
        0x200d,  0x200f,  0x2028,  0x202e,  0x2060,   0x2066,   0x2069,   0x206f,     0x3164,
        0xd800,  0xdfff,  0xe000,  0xf8ff,  0xfdd0,   0xfdef,   0xfeff,   0xfff9,     0xfffb,
        0xfffe,  0xffff,  0x1fffe, 0x3ffff, 0x40000,  0xdffff,  0xe0001,  0xe007f,    0xe0100,
        0xe0fff, 0xeffff, 0xf0000, 0xfffff, 0x100000, 0x10ffff, 0x110000, UINT32_MAX,
    };
    static const uint32_t safe[] = {
        0x20,   0x7e,   0xa0,   0xac,   0xae,   0x61b,   0x61d,   0x200a,  0x2010,
        0x2027, 0x202f, 0x205f, 0x2070, 0x3000, 0xd7ff,  0xf900,  0xfdcf,  0xfdf0,
        0xfefe, 0xff00, 0xfff8, 0xfffc, 0xfffd, 0x10000, 0x1f600, 0x20000, 0x3fffd,
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(unsafe); i++) {
        if (!text_is_unsafe(unsafe[i]))
            fail_msg("U+%04X is unsafe", (unsigned)unsafe[i]);
    }
    for (size_t i = 0; i < ARRAY_LEN(safe); i++) {
        if (text_is_unsafe(safe[i]))
            fail_msg("U+%04X is safe", (unsigned)safe[i]);
    }
}

/* What goes in, what is shown, and its width. */
static const struct {
    const char *in, *out;
    size_t width;
} shown[] = {
    {"", "", 0},
    {"plain text", "plain text", 10},
    {"café", "café", 4},
    {"日本", "日本", 4},
    {"😀", "😀", 2},
    {"\x1b[31mred", "\\u{1b}[31mred", 13},
    {"a\nb\tc\r", "a\\u{a}b\\u{9}c\\u{d}", 18},
    {"\x7f", "\\u{7f}", 6},
    {"\xc2\x9b", "\\u{9b}", 6},
    {"\xff\xc3", "\\x{ff}\\x{c3}", 12},
    {"user\xe2\x80\xaemoc", "user\\u{202e}moc", 15},
    {"a\xe2\x80\x8b", "a\\u{200b}", 9},
    {"\xf3\xa0\x81\x81", "\\u{e0041}", 9},
    {"\xf4\x8f\xbf\xbf", "\\u{10ffff}", 10},
    {"e\xcc\x81", "e\xcc\x81", 1},
    {"e\xcc\x81\xcc\x82", "e\xcc\x81\xcc\x82", 1},
    {"e\xcc\x81\xcc\x82\xcc\x83\xcc\x84x", "e\xcc\x81\xcc\x82\\u{303}\\u{304}x", 16},
    {"\xcc\x81x", "\\u{301}x", 8},
};

static void text_safe__makes_outside_text_visible(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
        char *out = text_safe(shown[i].in);

        assert_string_equal(out, shown[i].out);
        free(out);
    }
}

static void text_safe__is_the_same_in_the_c_locale_and_when_repeated(void **state)
{
    (void)state;
    assert_non_null(setlocale(LC_ALL, "C"));
    for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
        char *once = text_safe(shown[i].in), *twice = text_safe(once);

        assert_string_equal(once, shown[i].out);
        assert_string_equal(twice, once);
        free(once);
        free(twice);
    }
}

static void text_width__is_that_of_the_visible_text(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(shown); i++) {
        assert_int_equal(text_width(shown[i].in), shown[i].width);
        assert_int_equal(text_width(shown[i].out), shown[i].width);
    }
}

static void text_safe_add__keeps_lines_where_wanted(void **state)
{
    static const char body[] = "a\tb\n\xcc\x81"
                               "c\x1b\0d";
    struct strbuf out;

    (void)state;
    strbuf_init(&out, 100);
    text_safe_add(&out, body, sizeof body - 1, true);
    assert_string_equal(out.text, "a b\n\\u{301}c\\u{1b}\\u{0}d");
    strbuf_release(&out);
}

/* The same pseudo-random bytes in every run, rich in what matters to UTF-8. */
static size_t noise(uint32_t *seed, char *out, size_t max)
{
    static const unsigned char edges[] = {0x1b, 0x41, 0x80, 0xbf, 0xc3, 0xcc, 0x81, 0xe2, 0xf0};
    size_t len = (*seed >> 16) % max;

    for (size_t i = 0; i < len; i++) {
        *seed = *seed * 1664525 + 1013904223;
        out[i] = (char)(*seed >> 31 ? edges[(*seed >> 16) % sizeof edges] : *seed >> 20 | 1);
    }
    out[len] = '\0';
    *seed = *seed * 1664525 + 1013904223;
    return len;
}

static void text_safe__keeps_its_promises_on_noise(void **state)
{
    uint32_t seed = 1, code;
    char bytes[64];

    (void)state;
    for (size_t round = 0; round < 20000; round++) {
        size_t len = noise(&seed, bytes, sizeof bytes - 1);
        size_t columns = round % 40;
        char *out = text_safe(bytes);
        struct strbuf cut;

        assert_int_equal(strlen(bytes), len);
        for (const char *p = out; *p; p += utf8_decode(p, strlen(p), &code))
            assert_true(utf8_decode(p, strlen(p), &code) > 0 && !text_is_unsafe(code));
        assert_int_equal(text_width(out), text_width(bytes));
        strbuf_init(&cut, 1000);
        text_cut_add(&cut, bytes, columns, "~");
        assert_true(text_width(cut.text) <= columns);
        strbuf_release(&cut);
        free(out);
    }
}

static void text_cut_add__cuts_by_columns(void **state)
{
    static const struct {
        const char *in;
        size_t columns;
        const char *ellipsis, *out;
    } cuts[] = {
        {"abcdef", 6, "…", "abcdef"},
        {"abcdef", 5, "…", "abcd…"},
        {"abcdef", 1, "…", "…"},
        {"abcdef", 0, "…", ""},
        {"abcdef", 4, "...", "a..."},
        {"abcdef", 2, "...", "ab"},
        {"日本語", 6, "…", "日本語"},
        {"日本語", 5, "…", "日本…"},
        {"日本語", 4, "…", "日…"},
        {"日本語", 3, "", "日"},
        {"a\x1b"
         "b",
         8, "", "a\\u{1b}b"},
        {"a\x1b"
         "b",
         7, "…", "a…"},
        {"e\xcc\x81xy", 2, "…", "e\xcc\x81…"},
        {"", 3, "…", ""},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cuts); i++) {
        struct strbuf out;

        strbuf_init(&out, 100);
        text_cut_add(&out, cuts[i].in, cuts[i].columns, cuts[i].ellipsis);
        assert_string_equal(out.text, cuts[i].out);
        assert_true(text_width(out.text) <= cuts[i].columns);
        strbuf_release(&out);
    }
}

static void text_equal_nocase__folds_more_than_ascii(void **state)
{
    static const struct {
        const char *a, *b;
        bool equal;
    } pairs[] = {
        {"", "", true},        {"Hook", "hOOK", true}, {"École", "éCOLE", true},
        {"ΩΣ", "ωσ", true},    {"a", "b", false},      {"a", "", false},
        {"", "a", false},      {"abc", "abcd", false}, {"abcd", "abc", false},
        {"é", "e", false},     {"\xff", "\xff", true}, {"\xff", "\xfe", false},
        {"x\xc3", "x", false}, {"[", "{", false},      {"Ж", "ж", true},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        if (text_equal_nocase(pairs[i].a, pairs[i].b) != pairs[i].equal)
            fail_msg("case %zu", i);
    }
}

static void text_contains_nocase__finds_anywhere(void **state)
{
    (void)state;
    assert_true(text_contains_nocase("Finance webhook", "WEB"));
    assert_true(text_contains_nocase("grande École", "éco"));
    assert_true(text_contains_nocase("aab", "ab"));
    assert_true(text_contains_nocase("x", ""));
    assert_true(text_contains_nocase("", ""));
    assert_false(text_contains_nocase("", "x"));
    assert_false(text_contains_nocase("web", "webhook"));
}

static void text_distance__counts_bytes_to_change(void **state)
{
    static const struct {
        const char *a, *b;
        size_t distance;
    } rows[] = {
        {"", "", 0},
        {"no-mfa", "no-mfa", 0},
        {"no-mfa", "no-mfs", 1},
        {"nomfa", "no-mfa", 1},
        {"no-mfaa", "no-mfa", 1},
        {"", "abc", 3},
        {"kitten", "sitting", 3},
    };
    char longest[66];

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(text_distance(rows[i].a, rows[i].b), rows[i].distance);
        assert_int_equal(text_distance(rows[i].b, rows[i].a), rows[i].distance);
    }
    memset(longest, 'x', 65);
    longest[65] = '\0';
    assert_int_equal(text_distance(longest, "x"), 66);
    longest[64] = '\0';
    assert_int_equal(text_distance(longest, "x"), 63);
}

static void text_trim__removes_blanks_and_tabs_at_the_ends(void **state)
{
    static const char *const pairs[][2] = {
        {"  a b\t ", "a b"}, {"a", "a"}, {" \t ", ""}, {"", ""}, {"\na ", "\na"}};

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        char *out = text_trim(pairs[i][0]);

        assert_string_equal(out, pairs[i][1]);
        free(out);
    }
}

static void text_to_int__accepts_whole_numbers_only(void **state)
{
    static const char *const bad[] = {
        "",    "-",   "+1",  " 1", "1 ",  "1.0", "0x10", "1e3",
        "--1", "abc", "12a", "９", "\n1", "101", "-101", "99999999999999999999"};
    int64_t value = 77;

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        if (text_to_int(bad[i], -100, 100, &value))
            fail_msg("accepted \"%s\"", bad[i]);
    }
    assert_int_equal(value, 77);
    assert_true(text_to_int("-100", -100, 100, &value));
    assert_int_equal(value, -100);
    assert_true(text_to_int("007", -100, 100, &value));
    assert_int_equal(value, 7);
    assert_true(text_to_int("-9223372036854775808", INT64_MIN, INT64_MAX, &value));
    assert_true(value == INT64_MIN);
    assert_true(text_to_int("9223372036854775807", INT64_MIN, INT64_MAX, &value));
    assert_true(value == INT64_MAX);
    assert_false(text_to_int("9223372036854775808", INT64_MIN, INT64_MAX, &value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_decode__reads_what_encode_writes),
        cmocka_unit_test(utf8_encode__replaces_what_is_no_character),
        cmocka_unit_test(utf8_valid__refuses_bad_forms),
        cmocka_unit_test(utf8_valid__accepts_the_edges),
        cmocka_unit_test(utf8_decode__stops_at_the_length),
        cmocka_unit_test(utf8_count__counts_characters),
        cmocka_unit_test(text_has_control__finds_c0_c1_del_and_loose_bytes),
        cmocka_unit_test(text_is_unsafe__knows_the_edges),
        cmocka_unit_test(text_safe__makes_outside_text_visible),
        cmocka_unit_test(text_safe__is_the_same_in_the_c_locale_and_when_repeated),
        cmocka_unit_test(text_width__is_that_of_the_visible_text),
        cmocka_unit_test(text_safe_add__keeps_lines_where_wanted),
        cmocka_unit_test(text_safe__keeps_its_promises_on_noise),
        cmocka_unit_test(text_cut_add__cuts_by_columns),
        cmocka_unit_test(text_equal_nocase__folds_more_than_ascii),
        cmocka_unit_test(text_contains_nocase__finds_anywhere),
        cmocka_unit_test(text_distance__counts_bytes_to_change),
        cmocka_unit_test(text_trim__removes_blanks_and_tabs_at_the_ends),
        cmocka_unit_test(text_to_int__accepts_whole_numbers_only),
    };

    return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
