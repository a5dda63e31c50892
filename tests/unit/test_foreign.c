/* Files that hold no users, by their first bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/dataset/foreign.h"

static const struct {
    const char *bytes, *word;
} rows[] = {
    {"\x1f\x8b\x08", "gzip"},
    {"BZh91AY", "bzip2"},
    {"\3757zXZ", "xz"},
    {"\x28\xb5\x2f\xfd", "zstd"},
    {"PK\x03\x04", "ZIP"},
    {"\xd0\xcf\x11\xe0", "office"},
    {"%PDF-1.4", "PDF"},
    {"SQLite format 3", "SQLite"},
    {"\xff\xfei", "UTF-16"},
    {"\xfe\xff", "UTF-16"},
    {"<!doctype html>", "web page"},
    {"<HTML>", "web page"},
    {"<?xml version", "XML"},
    {"[{", "JSON"},
    {"{\n \"kind\"", "JSON"},
};

static void foreign_advice__knows_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *advice = foreign_advice(rows[i].bytes, strlen(rows[i].bytes));
        assert_non_null(advice);
        assert_non_null(strstr(advice, rows[i].word));
        assert_non_null(strstr(advice, "; ")); /* what to do */
        assert_true(rows[i].bytes[0] == '[' || !foreign_advice(rows[i].bytes, 1));
    }
}

static void foreign_advice__leaves_others_alone(void **state)
{
    static const char *const others[] = {"", "id,login\n", "{}", "dn: x", "PKG,login", "<x>"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        assert_null(foreign_advice(others[i], strlen(others[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(foreign_advice__knows_them),
        cmocka_unit_test(foreign_advice__leaves_others_alone),
    };
    return cmocka_run_group_tests_name("foreign", tests, NULL, NULL);
}
