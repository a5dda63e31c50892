/* Tests of core/dataset/csv and of checkhook's own CSV: cells, header, lists, broken files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/dataset/lines.h"
#include "tests/support/records.h"

#define NOTHING_KNOWN "factors_known=0 roles_known=0 sign_ins_known=0 credentials_known=0"
#define NO_DETAILS    " status='unknown' last_login_known=0 " NOTHING_KNOWN

#define assert_users(bytes, expected) records_expect(&checkhook_csv_format, bytes, expected)

static void assert_refused(const char *bytes, size_t len, size_t piece, const char *expected)
{
    struct error err = {0};
    char *users = records_read(&checkhook_csv_format, bytes, len, piece, &err);
    assert_null(users);
    assert_string_equal(err.text, expected);
    assert_int_equal(err.kind, ERR_INVALID);
}

static void csv_read__tells_unknown_from_empty(void **state)
{
    (void)state;
    assert_users("id,login,email,manager\n"
                 "1,ann,,\"\"\n",
                 "user id='1' login='ann' status='unknown' last_login_known=0 " NOTHING_KNOWN
                 " manager=''\n");
}

static void csv_read__takes_what_spreadsheets_write(void **state)
{
    (void)state;
    assert_users("\xef\xbb\xbf\"id\",\"login\",\"display_name\"\r\n"
                 "\"1\",\"ann\",\"Finch, \"\"Ann\"\"\r\nsecond line\"\r\n"
                 "\r\n"
                 "2, bob ,\"  Bob \"",
                 "user id='1' login='ann' display_name='Finch, \"Ann\"\r\nsecond line'" NO_DETAILS
                 "\n"
                 "user id='2' login='bob' display_name='  Bob '" NO_DETAILS "\n");
}

static void csv_read__takes_columns_in_any_order(void **state)
{
    (void)state;
    assert_users("mfa_bypass,login,created_at,id,user_type\n"
                 "YES,ann,1700000000,1,Guest\n"
                 "no,bob,2023-11-14T23:13:20+01:00,2,root\n",
                 "user id='1' login='ann' user_type='guest' status='unknown' created_at=1700000000 "
                 "last_login_known=0 mfa_bypass=1 " NOTHING_KNOWN "\n"
                 "user id='2' login='bob' user_type='root' status='unknown' created_at=1700000000 "
                 "last_login_known=0 mfa_bypass=0 " NOTHING_KNOWN "\n");
}

static void csv_read__splits_lists_from_the_right(void **state)
{
    (void)state;
    assert_users("id,login,factors,roles\n"
                 "1,ann,totp:active; sms : Pending ;,App: mail:2:active;Reader:0:eligible\n"
                 "2,bob,\"\",\n",
                 "user id='1' login='ann' status='unknown' last_login_known=0 factors_known=1 "
                 "roles_known=1 sign_ins_known=0 credentials_known=0\n"
                 "  factor kind='totp' strength=2 status='active'\n"
                 "  factor kind='sms' strength=1 status='pending'\n"
                 "  role role='App: mail' tier=2 assignment='active'\n"
                 "  role role='Reader' tier=0 assignment='eligible'\n"
                 "user id='2' login='bob' status='unknown' last_login_known=0 factors_known=1 "
                 "roles_known=0 sign_ins_known=0 credentials_known=0\n");
}

/* Nobody signed in, was created or expires before the second second of 1970. */
static void csv_read__takes_times_up_to_1970_for_none(void **state)
{
    (void)state;
    assert_users("id,login,created_at,last_login_at,last_login_known\n"
                 "1,ann,0,0,\n"
                 "2,bob,1970-01-01T00:00:00Z,0,true\n"
                 "3,cat,1,1,\n"
                 "4,dan,-1,0001-01-01T00:00:00Z,\n"
                 "5,eve,1601-01-01T00:00:00Z,-62135596800,yes\n",
                 "user id='1' login='ann' status='unknown' last_login_known=0 " NOTHING_KNOWN "\n"
                 "user id='2' login='bob' status='unknown' last_login_known=1 " NOTHING_KNOWN "\n"
                 "user id='3' login='cat' status='unknown' created_at=1 last_login_at=1 "
                 "last_login_known=1 " NOTHING_KNOWN "\n"
                 "user id='4' login='dan' status='unknown' last_login_known=0 " NOTHING_KNOWN "\n"
                 "user id='5' login='eve' status='unknown' last_login_known=1 " NOTHING_KNOWN "\n");
}

static const struct {
    const char *bytes, *expected;
} bad_headers[] = {
    {"", "file:1: the file is empty; its first line must name the columns"},
    {"\n\n", "file:1: the file is empty; its first line must name the columns"},
    {"id,email\n1,a\n", "file:1: the column 'login' is missing"},
    {"login\nann\n", "file:1: the column 'id' is missing"},
    {"id,login,,email\n", "file:1: column 3 of the header has no name"},
    {"id,login,id\n", "file:1: the header names the column 'id' twice"},
    {"id,login,mail\n", "file:1: column 'mail' is not known; is 'email' meant?"},
    {"id,login,factor\n", "file:1: column 'factor' is not known; is 'factors' meant?"},
    {"id,login,favourite colour\n", "file:1: column 'favourite colour' is not known"},
    {"id,login,\x1b[31m\n", "file:1: column '\\u{1b}[31m' is not known"},
    {"id;login;email\n", "file:1: the header is one long name; separate the cells by commas"},
    {"id,lo\"gin\n", "file:1: column '2': a quote inside the cell; put the whole cell in "
                     "quotes and write "
                     "each quote in it twice"},
};

static void csv_read__refuses_bad_headers(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad_headers); i++)
        for (size_t piece = 0; piece < 6; piece++)
            assert_refused(bad_headers[i].bytes, strlen(bad_headers[i].bytes), piece,
                           bad_headers[i].expected);
}

static const struct {
    const char *header, *rows, *expected;
} bad_rows[] = {
    {"id,login", "1,ann\n2\n", "file:3: 1 cell, but the header names 2 columns"},
    {"id,login", "1,ann\n\n2,bob,x\n", "file:4: 3 cells, but the header names 2 columns"},
    {"id,login", "1,ann\n,bob\n", "file:3: column 'id': a value is required"},
    {"id,login", "1,\"\"\n", "file:2: column 'login': a value is required"},
    {"id,login,created_at", "1,a,yesterday\n",
     "file:2: column 'created_at': 'yesterday' is not a time; write Unix seconds or RFC 3339, for "
     "example 2026-11-24T08:30:00Z"},
    {"id,login,created_at", "1,a,1700000000000\n",
     "file:2: column 'created_at': '1700000000000' is not a time; write Unix seconds or RFC 3339, "
     "for example 2026-11-24T08:30:00Z"},
    {"id,login,created_at", "1,a,12x\n",
     "file:2: column 'created_at': '12x' is not a time; write Unix seconds or RFC 3339, for "
     "example 2026-11-24T08:30:00Z"},
    {"id,login,enabled", "1,a,2\n",
     "file:2: column 'enabled': '2' is not a flag; write true or false"},
    {"id,login,enabled", "1,a,\"\"\n",
     "file:2: column 'enabled': an empty text is not a flag; write true or false; give no value "
     "if unknown"},
    {"id,login,user_type", "1,a,boss\n",
     "file:2: column 'user_type': 'boss' is not one of member, guest, service, root, external"},
    {"id,login,user_type", "1,a,\x07\n",
     "file:2: column 'user_type': '\\u{7}' is not one of member, guest, service, root, external"},
    {"id,login,factors", "1,a,totp\n",
     "file:2: column 'factors': 'totp' is not kind:status, for example totp:active"},
    {"id,login,factors", "1,a,totp:active;;sms:active\n",
     "file:2: column 'factors': '' is not kind:status, for example totp:active"},
    {"id,login,factors", "1,a,totp:on\n",
     "file:2: column 'factors': status: 'on' is not one of active, pending, inactive"},
    {"id,login,roles", "1,a,Admin:active\n",
     "file:2: column 'roles': 'Admin:active' is not role:tier:assignment, for example Help "
     "desk:1:active"},
    {"id,login,roles", "1,a,Admin:4:active\n",
     "file:2: column 'roles': tier: '4' is not a whole number from 0 to 3"},
    {"id,login,roles", "1,a,:2:active\n",
     "file:2: roles, entry 1: column 'role': a value is required"},
    {"id,login,email", "1,a,\"b\n2,b,c\n",
     "file:2: a quote opens a cell on this line and is never closed"},
    {"id,login,email", "1,a,\"b\n2,\"b\",c\n",
     "file:2: a quote opens a cell on this line and is not closed before line 3, where text "
     "follows a quote"},
    {"id,login,email", "1,\"a\nb\",\"b\n2,b,c\n",
     "file:3: a quote opens a cell on this line and is never closed"},
    {"id,login,email", "1,a,\"b", "file:2: a quote opens a cell on this line and is never closed"},
    {"id,login,email", "1,a,b\"c\"\n",
     "file:2: column 'email': a quote inside the cell; put the whole cell in quotes and write each "
     "quote in it twice"},
    {"id,login,email", "1,\"a\"b,c\n",
     "file:2: column 'login': a quote inside the cell; put the whole cell in quotes and write each "
     "quote in it twice"},
    {"id,login,email", "1,a,\"two\nlines\"\n2,b\n",
     "file:4: 2 cells, but the header names 3 columns"},
    {"id,login", "1,M\xfcller\n",
     "file:2: byte 4 of the line is not valid UTF-8; save the file as UTF-8"},
    {"id,login", "1,M\xc3",
     "file:2: byte 4 of the line is not valid UTF-8; save the file as UTF-8"},
};

static void csv_read__refuses_bad_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad_rows); i++) {
        char *bytes = mem_printf("%s\n%s", bad_rows[i].header, bad_rows[i].rows);
        for (size_t piece = 0; piece < 6; piece++)
            assert_refused(bytes, strlen(bytes), piece, bad_rows[i].expected);
        free(bytes);
    }
}

static void csv_read__refuses_a_nul(void **state)
{
    static const char bytes[] = "id,login\n1,ann\n2,b\0b\n";
    (void)state;
    for (size_t piece = 0; piece < 6; piece++)
        assert_refused(bytes, sizeof bytes - 1, piece,
                       "file:3: byte 4 of the line is a NUL; the file is damaged");
}

static char *filled(const char *before, char with, size_t count, size_t *len)
{
    size_t before_len = strlen(before);
    char *bytes = mem_alloc(before_len + count + 1);
    memcpy(bytes, before, before_len);
    memset(bytes + before_len, with, count);
    bytes[before_len + count] = '\0';
    *len = before_len + count;
    return bytes;
}

static void csv_read__refuses_ten_megabytes_on_one_line(void **state)
{
    (void)state;
    size_t len;
    char *bytes = filled("id,login\n1,ann\n2,", 'b', 10u << 20, &len);
    for (size_t piece = 0; piece <= 65536; piece += 65536)
        assert_refused(bytes, len, piece, "file:3: the line is longer than 1 MiB");
    free(bytes);
}

static void csv_read__takes_a_line_of_exactly_one_mebibyte(void **state)
{
    (void)state;
    struct error err = {0};
    size_t len;
    char *bytes = filled("id,login,email\n1,a,", 'b', IMPORT_LINE_MAX - 4, &len);
    char *users = records_read(&checkhook_csv_format, bytes, len, 4096, &err);
    assert_non_null(users);
    free(users);
    free(bytes);
    bytes = filled("id,login,email\n1,a,", 'b', IMPORT_LINE_MAX - 3, &len);
    assert_refused(bytes, len, 4096, "file:2: the line is longer than 1 MiB");
    free(bytes);
}

static void csv_read__bounds_a_record_of_many_lines(void **state)
{
    (void)state;
    size_t len;
    char *bytes = filled("id,login\n1,ann\n2,\"", '\n', 2u << 20, &len);
    bytes[len - 1] = '"';
    assert_refused(bytes, len, 65536,
                   "file:3: a quote opens a cell on this line and is not closed within 1 MiB");
    free(bytes);
}

static void csv_read__bounds_the_columns(void **state)
{
    (void)state;
    size_t len;
    char *bytes = filled("id,login", ',', 300, &len);
    assert_refused(bytes, len, 0, "file:1: the header has more than 256 columns");
    free(bytes);
    bytes = filled("id,login\n1,ann", ',', 300, &len);
    assert_refused(bytes, len, 0, "file:2: 302 cells, but the header names 2 columns");
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_read__tells_unknown_from_empty),
        cmocka_unit_test(csv_read__takes_what_spreadsheets_write),
        cmocka_unit_test(csv_read__takes_columns_in_any_order),
        cmocka_unit_test(csv_read__splits_lists_from_the_right),
        cmocka_unit_test(csv_read__takes_times_up_to_1970_for_none),
        cmocka_unit_test(csv_read__refuses_bad_headers),
        cmocka_unit_test(csv_read__refuses_bad_rows),
        cmocka_unit_test(csv_read__refuses_a_nul),
        cmocka_unit_test(csv_read__refuses_ten_megabytes_on_one_line),
        cmocka_unit_test(csv_read__takes_a_line_of_exactly_one_mebibyte),
        cmocka_unit_test(csv_read__bounds_a_record_of_many_lines),
        cmocka_unit_test(csv_read__bounds_the_columns),
    };
    return cmocka_run_group_tests_name("csv", tests, NULL, NULL);
}
