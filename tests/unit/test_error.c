/* Tests of core/base/error: kinds, sentences, context and cutting. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "core/base/error.h"
#include "core/base/text.h"

static void error_set__formats_and_returns_false(void **state)
{
    struct error err = {0};

    (void)state;
    assert_false(error_set(&err, ERR_INVALID, "port %d is too large", 70000));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_string_equal(err.text, "port 70000 is too large");
}

static void error_set__may_use_its_own_text(void **state)
{
    struct error err = {ERR_IO, "disk is full"};

    (void)state;
    error_set(&err, ERR_BUSY, "later: %s", err.text);
    assert_int_equal(err.kind, ERR_BUSY);
    assert_string_equal(err.text, "later: disk is full");
}

static void error_wrap__puts_context_in_front_and_keeps_the_kind(void **state)
{
    struct error err = {ERR_CONFIG, "unknown setting"};

    (void)state;
    assert_false(error_wrap(&err, "%s:%d", "checkhook.conf", 7));
    assert_int_equal(err.kind, ERR_CONFIG);
    assert_string_equal(err.text, "checkhook.conf:7: unknown setting");
}

static void error_errno__adds_the_system_text(void **state)
{
    struct error err = {0};

    (void)state;
    errno = ENOENT;
    assert_false(error_errno(&err, ERR_NOT_FOUND, "%s cannot be read", "x.conf"));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    assert_string_equal(err.text, "x.conf cannot be read: No such file or directory");
}

static void error_errno__says_what_to_do(void **state)
{
    static const struct {
        int number;
        const char *advice;
    } rows[] = {
        {EACCES, "; give this user that right, or run as one who has it"},
        {EPERM, "; give this user that right, or run as one who has it"},
        {EROFS, "; mount it writable, or choose another folder with --home"},
        {ENOSPC, "; free some space and try again"},
        {EDQUOT, "; free some space and try again"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct error err = {0};

        errno = rows[i].number;
        error_errno(&err, ERR_IO, "x.conf cannot be written");
        assert_non_null(strstr(err.text, strerror(rows[i].number)));
        assert_string_equal(err.text + strlen(err.text) - strlen(rows[i].advice), rows[i].advice);
    }
}

static void fill(char *out, size_t size, const char *unit)
{
    size_t step = strlen(unit), at = 0;

    for (; at + step < size; at += step)
        memcpy(out + at, unit, step);
    out[at] = '\0';
}

static void error_set__cuts_between_characters(void **state)
{
    static const char *const units[] = {"a", "é", "日", "😀"};
    char text[1000];

    (void)state;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        for (int shift = 0; shift < 4; shift++) {
            struct error err = {0};
            size_t len;

            fill(text, sizeof text, units[i]);
            error_set(&err, ERR_INVALID, "%.*s%s", shift, "xyz", text);
            len = strlen(err.text);
            assert_in_range(len, sizeof err.text - strlen(units[i]), sizeof err.text - 1);
            assert_true(utf8_valid(err.text, len));
        }
    }
}

static void error_wrap__cuts_between_characters(void **state)
{
    struct error err = {0};
    char text[1000];

    (void)state;
    fill(text, sizeof text, "日");
    error_set(&err, ERR_INVALID, "%s", text);
    error_wrap(&err, "ab");
    assert_true(utf8_valid(err.text, strlen(err.text)));
    assert_memory_equal(err.text, "ab: 日", strlen("ab: 日"));
    assert_in_range(strlen(err.text), 509, 511);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(error_set__formats_and_returns_false),
        cmocka_unit_test(error_set__may_use_its_own_text),
        cmocka_unit_test(error_wrap__puts_context_in_front_and_keeps_the_kind),
        cmocka_unit_test(error_errno__adds_the_system_text),
        cmocka_unit_test(error_errno__says_what_to_do),
        cmocka_unit_test(error_set__cuts_between_characters),
        cmocka_unit_test(error_wrap__cuts_between_characters),
    };

    return cmocka_run_group_tests_name("error", tests, NULL, NULL);
}
