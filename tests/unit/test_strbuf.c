/* Tests of core/base/strbuf: growing, the limit, giving away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/strbuf.h"

static void strbuf_init__is_an_empty_text(void **state)
{
    struct strbuf sb;

    (void)state;
    strbuf_init(&sb, 10);
    assert_string_equal(sb.text, "");
    assert_int_equal(sb.len, 0);
    strbuf_release(&sb);
    assert_string_equal(sb.text, "");
}

static void strbuf_release__accepts_a_zeroed_struct(void **state)
{
    struct strbuf sb = {0};

    (void)state;
    strbuf_release(&sb);
    strbuf_release(&sb);
    assert_string_equal(sb.text, "");
}

static void strbuf_add__appends_every_kind(void **state)
{
    struct strbuf sb;

    (void)state;
    strbuf_init(&sb, 1000);
    strbuf_add(&sb, "abc", 2);
    strbuf_adds(&sb, "-");
    strbuf_addc(&sb, 'x');
    strbuf_addf(&sb, "%d%%", 42);
    strbuf_adds(&sb, "");
    assert_string_equal(sb.text, "ab-x42%");
    assert_int_equal(sb.len, 7);
    assert_false(sb.overflow);
    strbuf_release(&sb);
}

static void strbuf_add__counts_nul_bytes(void **state)
{
    struct strbuf sb;

    (void)state;
    strbuf_init(&sb, 10);
    strbuf_add(&sb, "a\0b", 3);
    assert_int_equal(sb.len, 3);
    assert_memory_equal(sb.text, "a\0b", 4);
    strbuf_release(&sb);
}

static void strbuf_add__grows_far(void **state)
{
    struct strbuf sb;

    (void)state;
    strbuf_init(&sb, SIZE_MAX);
    for (int i = 0; i < 100000; i++)
        strbuf_addf(&sb, "%d", i % 10);
    assert_int_equal(sb.len, 100000);
    assert_int_equal(strlen(sb.text), 100000);
    assert_int_equal(sb.text[99999], '9');
    strbuf_release(&sb);
}

static void strbuf_add__fills_up_to_the_limit_exactly(void **state)
{
    struct strbuf sb;

    (void)state;
    for (size_t max = 0; max < 70; max++) {
        strbuf_init(&sb, max);
        for (size_t i = 0; i < max; i++)
            strbuf_addc(&sb, 'x');
        assert_false(sb.overflow);
        assert_int_equal(sb.len, max);
        strbuf_addc(&sb, 'y');
        assert_true(sb.overflow);
        assert_int_equal(sb.len, max);
        assert_int_equal(strlen(sb.text), max);
        strbuf_release(&sb);
    }
}

static void strbuf_addf__keeps_what_fits(void **state)
{
    struct strbuf sb;

    (void)state;
    strbuf_init(&sb, 5);
    strbuf_addf(&sb, "%s", "abc");
    strbuf_addf(&sb, "%s", "defg");
    assert_string_equal(sb.text, "abcde");
    assert_true(sb.overflow);
    strbuf_release(&sb);
}

static void strbuf_add__refuses_all_after_an_overflow(void **state)
{
    struct strbuf sb;

    (void)state;
    strbuf_init(&sb, 5);
    strbuf_adds(&sb, "toolong");
    strbuf_clear(&sb);
    assert_false(sb.overflow);
    strbuf_adds(&sb, "abcd");
    strbuf_adds(&sb, "efg");
    sb.len = 2;
    sb.text[2] = '\0';
    strbuf_adds(&sb, "x");
    strbuf_addf(&sb, "%d", 1);
    assert_string_equal(sb.text, "ab");
    strbuf_release(&sb);
}

static void strbuf_detach__gives_the_text_and_starts_again(void **state)
{
    struct strbuf sb;
    char *first, *second;

    (void)state;
    strbuf_init(&sb, 20);
    strbuf_adds(&sb, "mine");
    first = strbuf_detach(&sb);
    second = strbuf_detach(&sb);
    assert_string_equal(first, "mine");
    assert_string_equal(second, "");
    strbuf_adds(&sb, "more");
    assert_string_equal(sb.text, "more");
    assert_int_equal(sb.max, 20);
    strbuf_release(&sb);
    free(first);
    free(second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strbuf_init__is_an_empty_text),
        cmocka_unit_test(strbuf_release__accepts_a_zeroed_struct),
        cmocka_unit_test(strbuf_add__appends_every_kind),
        cmocka_unit_test(strbuf_add__counts_nul_bytes),
        cmocka_unit_test(strbuf_add__grows_far),
        cmocka_unit_test(strbuf_add__fills_up_to_the_limit_exactly),
        cmocka_unit_test(strbuf_addf__keeps_what_fits),
        cmocka_unit_test(strbuf_add__refuses_all_after_an_overflow),
        cmocka_unit_test(strbuf_detach__gives_the_text_and_starts_again),
    };

    return cmocka_run_group_tests_name("strbuf", tests, NULL, NULL);
}
