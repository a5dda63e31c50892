/* Tests of checkhook's JSON Lines: every table, its values, and broken lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tests/support/records.h"

#define NOTHING_KNOWN "factors_known=0 roles_known=0 sign_ins_known=0 credentials_known=0"

#define assert_users(bytes, expected) records_expect(&checkhook_jsonl_format, bytes, expected)

static void jsonl_read__fills_every_table(void **state)
{
    (void)state;
    assert_users(
        "{\"id\":\"1\",\"login\":\"ann\",\"created_at\":1700000000,\"mfa_enrolled\":true,"
        "\"is_admin\":0,\"manager\":\"\",\"department\":null,"
        "\"factors\":[{\"kind\":\"totp\",\"status\":\"active\",\"created_at\":\"2023-11-14\"},"
        "{\"kind\":\"other\",\"strength\":3,\"status\":\"pending\",\"provider\":\"x\"}],"
        "\"roles\":[{\"role\":\"a:b\",\"tier\":3,\"assignment\":\"eligible\",\"scope\":\"/\"}],"
        "\"sign_ins\":[{\"at\":1700000001,\"result\":\"failure\",\"ip\":\"192.0.2.1\"}],"
        "\"credentials\":[{\"cred_id\":\"k\",\"kind\":\"ssh_key\",\"active\":\"yes\"}]}\n",
        "user id='1' login='ann' status='unknown' created_at=1700000000 last_login_known=0 "
        "mfa_enrolled=1 factors_known=1 roles_known=1 sign_ins_known=1 credentials_known=1 "
        "is_admin=0 manager=''\n"
        "  factor kind='totp' strength=2 status='active' created_at=1699920000\n"
        "  factor kind='other' strength=3 provider='x' status='pending'\n"
        "  role role='a:b' tier=3 assignment='eligible' scope='/'\n"
        "  sign_in at=1700000001 result='failure' ip='192.0.2.1'\n"
        "  credential cred_id='k' kind='ssh_key' active=1 last_used_known=0\n");
}

static void jsonl_read__tells_an_empty_list_from_none(void **state)
{
    (void)state;
    assert_users("{\"id\":\"1\",\"login\":\"a\",\"factors\":[],\"roles\":null}",
                 "user id='1' login='a' status='unknown' last_login_known=0 factors_known=1 "
                 "roles_known=0 sign_ins_known=0 credentials_known=0\n");
}

/* But a sign-in has to have one. */
static void jsonl_read__takes_times_up_to_1970_for_none(void **state)
{
    (void)state;
    assert_users("{\"id\":\"1\",\"login\":\"a\",\"last_login_at\":-62135596800}"
                 "\n{\"id\":\"2\",\"login\":\"b\",\"last_login_at\":\"0001-01-01T00:00:00Z\"}",
                 "user id='1' login='a' status='unknown' last_login_known=0 " NOTHING_KNOWN "\n"
                 "user id='2' login='b' status='unknown' last_login_known=0 " NOTHING_KNOWN "\n");
    assert_users("{\"id\":\"1\",\"login\":\"a\",\"last_login_at\":0,"
                 "\"factors\":[{\"kind\":\"totp\",\"status\":\"active\",\"created_at\":0}],"
                 "\"sign_ins\":[{\"at\":0,\"result\":\"failure\"}]}",
                 "user id='1' login='a' status='unknown' last_login_known=0 factors_known=1 "
                 "roles_known=0 sign_ins_known=1 credentials_known=0\n"
                 "  factor kind='totp' strength=2 status='active'\n"
                 "  sign_in at=0 result='failure'\n");
}

static void jsonl_read__skips_blank_lines(void **state)
{
    (void)state;
    assert_users("\xef\xbb\xbf\n  \r\n{\"id\":\"1\",\"login\":\"a\"}\r\n\t\n\n"
                 " {\"id\":\"2\",\"login\":\"b\"} ",
                 "user id='1' login='a' status='unknown' last_login_known=0 " NOTHING_KNOWN "\n"
                 "user id='2' login='b' status='unknown' last_login_known=0 " NOTHING_KNOWN "\n");
}

static void jsonl_read__forgets_the_user_before(void **state)
{
    (void)state;
    assert_users("{\"id\":\"1\",\"login\":\"a\",\"email\":\"e\",\"roles\":[]}\n"
                 "{\"id\":\"2\",\"login\":\"b\"}\n",
                 "user id='1' login='a' email='e' status='unknown' last_login_known=0 "
                 "factors_known=0 roles_known=1 sign_ins_known=0 credentials_known=0\n"
                 "user id='2' login='b' status='unknown' last_login_known=0 " NOTHING_KNOWN "\n");
}

static const struct {
    const char *line, *why;
} bad_lines[] = {
    {"[1]",
     "a list stands where one user is expected; write one object a line, without a list around "
     "them (jq -c '.[]' does that)"},
    {"\"ann\"", "one JSON object a line is expected"},
    {"{}", "column 'id': a value is required"},
    {"{\"id\":\"1\"}", "column 'login': a value is required"},
    {"{\"id\":\"1\",\"login\":null}", "column 'login': a value is required"},
    {"{\"id\":\"\",\"login\":\"a\"}", "column 'id': a value is required"},
    {"{\"id\":1,\"login\":\"a\"}", "column 'id': a number stands where a text is expected"},
    {"{\"id\":\"1\",\"login\":true}",
     "column 'login': a flag stands where a text or number is expected"},
    {"{\"id\":\"1\",\"login\":[\"a\"]}",
     "column 'login': a list stands where a single value is expected"},
    {"{\"id\":\"1\",\"login\":{}}",
     "column 'login': an object stands where a single value is expected"},
    {"{\"id\":\"1\",\"id\":\"2\",\"login\":\"a\"}", "column 'id' is there twice"},
    {"{\"id\":\"1\",\"login\":\"a\",\"roles\":[],\"roles\":[]}", "column 'roles' is there twice"},
    {"{\"id\":\"1\",\"Login\":\"a\"}", "column 'Login' is not known; is 'login' meant?"},
    {"{\"id\":\"1\",\"login\":\"a\",\"credential\":[]}",
     "column 'credential' is not known; is 'credentials' meant?"},
    {"{\"id\":\"1\",\"login\":\"a\",\"created_at\":1.5}",
     "column 'created_at': the number is a fraction or too large"},
    {"{\"id\":\"1\",\"login\":\"a\",\"created_at\":1e30}",
     "column 'created_at': the number is a fraction or too large"},
    {"{\"id\":\"1\",\"login\":\"a\",\"enabled\":3}",
     "column 'enabled': '3' is not a flag; write true or false"},
    {"{\"id\":\"1\",\"login\":\"a\",\"status\":\"gone\"}",
     "column 'status': 'gone' is not one of active, pending, locked, password_expired, suspended, "
     "disabled, deleted, unknown"},
    {"{\"id\":\"1\",\"login\":\"a\",\"factors\":{}}",
     "column 'factors': a list of objects is expected"},
    {"{\"id\":\"1\",\"login\":\"a\",\"factors\":[{\"kind\":\"totp\",\"status\":\"active\"},7]}",
     "column 'factors': entry 2 is not an object"},
    {"{\"id\":\"1\",\"login\":\"a\",\"factors\":[{\"kind\":\"totp\"}]}",
     "factors, entry 1: column 'status': a value is required"},
    {"{\"id\":\"1\",\"login\":\"a\",\"factors\":[{\"knd\":\"totp\"}]}",
     "column 'factors': entry 1: column 'knd' is not known; is 'kind' meant?"},
    {"{\"id\":\"1\",\"login\":\"a\",\"roles\":[{\"role\":\"r\",\"tier\":\"9\"}]}",
     "column 'roles': entry 1: column 'tier': '9' is not a whole number from 0 to 3"},
    {"{\"id\":\"1\",\"login\":\"a\",\"roles\":[{\"tier\":1,\"tier\":2}]}",
     "column 'roles': entry 1: column 'tier' is there twice"},
    {"{\"id\":\"1\",\"login\":\"M\xfc\"}",
     "byte 21 of the line is not valid UTF-8; save the file as UTF-8"},
};

static void jsonl_read__refuses_bad_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad_lines); i++) {
        char *bytes = mem_printf("{\"id\":\"0\",\"login\":\"x\"}\n\n%s\n", bad_lines[i].line);
        char *expected = mem_printf("file:3: %s", bad_lines[i].why);
        struct error err = {0};
        assert_null(records_read(&checkhook_jsonl_format, bytes, strlen(bytes), 0, &err));
        assert_string_equal(err.text, expected);
        assert_int_equal(err.kind, ERR_INVALID);
        free(bytes);
        free(expected);
    }
}

/* Wherever the bytes end inside the second line, that line is named. */
static void jsonl_read__names_the_line_that_is_cut_off(void **state)
{
    static const char first[] = "{\"id\":\"1\",\"login\":\"a\"}\n";
    static const char second[] = "{\"id\":\"2\",\"login\":\"b\",\"roles\":[]}";
    (void)state;
    char *bytes = mem_printf("%s%s", first, second);
    for (size_t len = sizeof first; len < strlen(bytes); len++) {
        struct error err = {0};
        assert_null(records_read(&checkhook_jsonl_format, bytes, len, 0, &err));
        assert_int_equal(err.kind, ERR_INVALID);
        assert_memory_equal(err.text, "file:2: not usable as JSON", 26);
    }
    free(bytes);
}

static void jsonl_read__refuses_a_nul(void **state)
{
    static const char raw[] = "{\"id\":\"1\",\"login\":\"a\0b\"}";
    static const char escaped[] = "{\"id\":\"1\",\"login\":\"a\\u0000b\"}";
    struct error err = {0};
    (void)state;
    assert_null(records_read(&checkhook_jsonl_format, raw, sizeof raw - 1, 0, &err));
    assert_string_equal(err.text, "file:1: byte 21 of the line is a NUL; the file is damaged");
    err = (struct error){0};
    assert_null(records_read(&checkhook_jsonl_format, escaped, sizeof escaped - 1, 0, &err));
    assert_memory_equal(err.text, "file:1: not usable as JSON", 26);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jsonl_read__fills_every_table),
        cmocka_unit_test(jsonl_read__tells_an_empty_list_from_none),
        cmocka_unit_test(jsonl_read__takes_times_up_to_1970_for_none),
        cmocka_unit_test(jsonl_read__skips_blank_lines),
        cmocka_unit_test(jsonl_read__forgets_the_user_before),
        cmocka_unit_test(jsonl_read__refuses_bad_lines),
        cmocka_unit_test(jsonl_read__names_the_line_that_is_cut_off),
        cmocka_unit_test(jsonl_read__refuses_a_nul),
    };
    return cmocka_run_group_tests_name("jsonl", tests, NULL, NULL);
}
