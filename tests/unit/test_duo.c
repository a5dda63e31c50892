/* Tests of Duo: states, bypass, the factors of a user, bypass codes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tests/support/records.h"

#define PAGE(items)                                                                                \
    "{\"stat\":\"OK\",\"response\":[" items "],\"metadata\":{\"total_objects\":1}}\n"
#define USER(more) "{\"user_id\":\"DU1\",\"username\":\"ann\"" more "}"
#define BEGIN      "user id='DU1' login='ann' user_type='member' "
#define NO_LISTS   "factors_known=0 roles_known=0 sign_ins_known=0 credentials_known=0"
#define FACTORS    "factors_known=1 roles_known=0 sign_ins_known=0 credentials_known=0"
#define UNKNOWN    "status='unknown' last_login_known=0 "

#define assert_users(bytes, expected)   records_expect(&duo_format, bytes, expected)
#define assert_refused(bytes, expected) records_refuse(&duo_format, bytes, expected)
#define assert_user(members, values)    assert_users(PAGE(USER(members)), BEGIN values "\n")

static void duo_read__takes_a_user(void **state)
{
    (void)state;
    assert_users(PAGE("{\"alias1\":\"a\",\"aliases\":{},\"created\":1700000000,"
                      "\"email\":\"ann@example.com\",\"firstname\":\"Ann\",\"groups\":[],"
                      "\"is_enrolled\":true,\"last_directory_sync\":null,"
                      "\"last_login\":1700000001,\"lastname\":\"Finch\",\"notes\":\"\","
                      "\"phones\":[],\"realname\":\"Ann Finch\",\"status\":\"active\","
                      "\"tokens\":[],\"u2ftokens\":[],\"user_id\":\"DU1\",\"username\":\"ann\","
                      "\"webauthncredentials\":[]}"),
                 "user id='DU1' login='ann' email='ann@example.com' display_name='Ann Finch' "
                 "user_type='member' status='active' enabled=1 created_at=1700000000 "
                 "last_login_at=1700000001 last_login_known=1 mfa_enrolled=1 mfa_bypass=0 " FACTORS
                 "\n");
}

static const struct {
    const char *status, *values;
} states[] = {
    {"active", "status='active' enabled=1 last_login_known=0 mfa_bypass=0 "},
    {"bypass", "status='active' enabled=1 last_login_known=0 mfa_bypass=1 "},
    {"disabled", "status='disabled' enabled=0 last_login_known=0 mfa_bypass=0 "},
    {"locked out", "status='locked' enabled=1 last_login_known=0 mfa_bypass=0 "},
    {"pending deletion", "status='deleted' enabled=0 last_login_known=0 mfa_bypass=0 "},
    {"something new", "status='unknown' last_login_known=0 "},
};

static void duo_read__takes_every_status(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        char *bytes = mem_printf(PAGE(USER(",\"status\":\"%s\"")), states[i].status);
        char *expected = mem_printf(BEGIN "%s" NO_LISTS "\n", states[i].values);
        assert_users(bytes, expected);
        free(bytes);
        free(expected);
    }
}

#define GROUPS(status)                                                                             \
    ",\"groups\":[{\"name\":\"a\",\"status\":\"Active\"},{\"name\":\"b\",\"status\":\"" status     \
    "\"}]"

static void duo_read__takes_the_status_of_groups_where_the_user_is_active(void **state)
{
    (void)state;
    assert_user(",\"status\":\"active\"" GROUPS("Bypass"),
                "status='active' enabled=1 last_login_known=0 mfa_bypass=1 " NO_LISTS);
    assert_user(",\"status\":\"active\"" GROUPS("Disabled"),
                "status='disabled' enabled=0 last_login_known=0 mfa_bypass=0 " NO_LISTS);
    assert_user(",\"status\":\"bypass\"" GROUPS("Disabled"),
                "status='active' enabled=1 last_login_known=0 mfa_bypass=1 " NO_LISTS);
    assert_user(",\"status\":\"locked out\"" GROUPS("Bypass"),
                "status='locked' enabled=1 last_login_known=0 mfa_bypass=0 " NO_LISTS);
}

/* Null is Duo's word for a user who has not logged in; an older reply has no such member. */
static void duo_read__tells_never_from_unknown(void **state)
{
    (void)state;
    assert_user(",\"last_login\":null", "status='unknown' last_login_known=1 " NO_LISTS);
    assert_user("", UNKNOWN NO_LISTS);
    assert_user(",\"last_login\":0", UNKNOWN NO_LISTS);
}

static void duo_read__takes_a_name_from_its_parts(void **state)
{
    (void)state;
    assert_users(
        PAGE(USER(",\"realname\":\"\",\"firstname\":\"Ann\",\"lastname\":\"Finch\"")),
        "user id='DU1' login='ann' display_name='Ann Finch' user_type='member' " UNKNOWN NO_LISTS
        "\n");
    assert_users(
        PAGE(USER(",\"realname\":null,\"firstname\":null,\"lastname\":\"Finch\"")),
        "user id='DU1' login='ann' display_name='Finch' user_type='member' " UNKNOWN NO_LISTS "\n");
}

static void duo_factors__take_what_a_user_can_use(void **state)
{
    (void)state;
    assert_user(",\"phones\":[{\"phone_id\":\"DP1\",\"activated\":true,\"platform\":\"Apple iOS\","
                "\"capabilities\":[\"auto\",\"push\",\"sms\",\"mobile_otp\"]}],"
                "\"tokens\":[{\"token_id\":\"DH1\",\"type\":\"d1\"},"
                "{\"token_id\":\"DH2\",\"type\":\"t6\"},{\"token_id\":\"DH3\",\"type\":\"new\"}],"
                "\"u2ftokens\":[{\"registration_id\":\"U1\",\"date_added\":1700000000}],"
                "\"webauthncredentials\":[{\"webauthnkey\":\"W1\",\"credential_name\":\"YubiKey\","
                "\"date_added\":1700000001}],"
                "\"desktop_authenticators\":[{\"dakey\":\"DA1\"}]",
                UNKNOWN FACTORS
                "\n"
                "  factor factor_id='DP1' kind='push' strength=2 provider='Apple iOS' "
                "status='active'\n"
                "  factor factor_id='DH1' kind='hotp' strength=2 status='active'\n"
                "  factor factor_id='DH2' kind='totp' strength=2 status='active'\n"
                "  factor factor_id='DH3' kind='other' strength=2 status='active'\n"
                "  factor factor_id='U1' kind='webauthn' strength=3 status='active' "
                "created_at=1700000000\n"
                "  factor factor_id='W1' kind='webauthn' strength=3 provider='YubiKey' "
                "status='active' created_at=1700000001\n"
                "  factor factor_id='DA1' kind='other' strength=2 provider='Duo Desktop' "
                "status='active'");
}

static const struct {
    const char *activated, *capabilities, *values;
} phones[] = {
    {"true", "\"push\",\"sms\",\"phone\"", "kind='push' strength=2 status='active'"},
    {"true", "\"phone\",\"mobile_otp\"", "kind='hotp' strength=2 status='active'"},
    {"true", "\"phone\",\"sms\"", "kind='sms' strength=1 status='active'"},
    {"true", "\"auto\",\"phone\"", "kind='voice' strength=1 status='active'"},
    /* Duo Mobile waits to be activated. */
    {"false", "\"sms\",\"phone\",\"push\"", "kind='push' strength=2 status='pending'"},
    {"false", "\"mobile_otp\"", "kind='hotp' strength=2 status='pending'"},
    {"false", "", "kind='other' strength=1 status='pending'"},
    /* A landline has no Duo Mobile to be activated and is called all the same. */
    {"false", "\"phone\"", "kind='voice' strength=1 status='active'"},
    {"null", "\"push\"", "kind='push' strength=2 status='active'"},
};

static void duo_phones__are_as_strong_as_what_they_can_do(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(phones); i++) {
        char *bytes = mem_printf(PAGE(USER(",\"phones\":[{\"phone_id\":\"DP1\",\"activated\":%s,"
                                           "\"capabilities\":[%s]}],\"tokens\":[],"
                                           "\"webauthncredentials\":[]")),
                                 phones[i].activated, phones[i].capabilities);
        char *expected =
            mem_printf(BEGIN UNKNOWN FACTORS "\n  factor factor_id='DP1' %s\n", phones[i].values);
        assert_users(bytes, expected);
        free(bytes);
        free(expected);
    }
}

/* A reply that is older than WebAuthn does not tell all. */
static void duo_factors__are_complete_only_with_every_list(void **state)
{
    (void)state;
    assert_user(",\"phones\":[],\"tokens\":[{\"token_id\":\"DH1\",\"type\":\"h6\"}]",
                UNKNOWN NO_LISTS "\n"
                                 "  factor factor_id='DH1' kind='hotp' strength=2 status='active'");
    assert_user(",\"tokens\":[],\"webauthncredentials\":[]", UNKNOWN NO_LISTS);
    assert_user(",\"phones\":[],\"tokens\":[],\"webauthncredentials\":null", UNKNOWN NO_LISTS);
}

static void duo_codes__are_added_to_their_users(void **state)
{
    (void)state;
    const struct records_file files[] = {
        {"bypass_codes.json",
         PAGE(
             "{\"bypass_code_id\":\"DB1\",\"admin_email\":\"a@example.com\",\"created\":1700000000,"
             "\"expiration\":null,\"reuse_count\":1,\"user\":{\"user_id\":\"DU1\","
             "\"username\":\"ann\"}}")},
        {"users.json", PAGE(USER(""))},
        {NULL, NULL}};
    struct error err = {0};
    char *text = records_read_files(&duo_format, files, 0, &err);
    assert_string_equal(err.text, "");
    assert_string_equal(text, BEGIN UNKNOWN NO_LISTS
                        "\n"
                        "adds id='DU1' factors_known=0\n"
                        "  factor factor_id='DB1' kind='bypass_code' strength=0 status='active' "
                        "created_at=1700000000\n");
    free(text);
}

static void duo_pages__are_followed_to_the_last(void **state)
{
    (void)state;
    struct records_file files[] = {
        {"1.json",
         "{\"stat\":\"OK\",\"metadata\":{\"next_offset\":1},\"response\":[" USER("") "]}"},
        {NULL, NULL},
        {NULL, NULL}};
    struct error err = {0};
    assert_null(records_read_files(&duo_format, files, 0, &err));
    assert_string_equal(err.text, "1.json names a next page, which is not there; save all pages "
                                  "into one folder, or add what is here with --merge");
    err = (struct error){0};
    files[1] = (struct records_file){"2.json", "{\"response\":[{\"user_id\":\"DU2\","
                                               "\"username\":\"bob\"}],\"stat\":\"OK\","
                                               "\"metadata\":{\"next_offset\":null}}"};
    char *users = records_read_files(&duo_format, files, 0, &err);
    assert_string_equal(err.text, "");
    assert_string_equal(users, BEGIN UNKNOWN NO_LISTS
                        "\nuser id='DU2' login='bob' user_type='member' " UNKNOWN NO_LISTS "\n");
    free(users);
}

#define PAGE_OF(total, next, items)                                                                \
    "{\"metadata\":{\"next_offset\":" next ",\"total_objects\":" total "},\"response\":[" items    \
    "],\"stat\":\"OK\"}"
#define NUMBERED(n) "{\"user_id\":\"" n "\",\"username\":\"" n "\"}"
#define READ(n)     "user id='" n "' login='" n "' user_type='member' " UNKNOWN NO_LISTS "\n"

/* The last page names no next one; that one in the middle is missing shows in the numbers. */
static void duo_pages__are_counted(void **state)
{
    (void)state;
    struct records_file files[] = {
        {"0.json", PAGE_OF("3", "1", NUMBERED("1"))},
        {"2.json", PAGE_OF("3", "null", NUMBERED("3"))},
        {"codes.json",
         PAGE_OF("9", "null", "{\"bypass_code_id\":\"B\",\"user\":{\"user_id\":\"1\"}}")},
        {NULL, NULL}};
    struct error err = {0};
    assert_null(records_read_files(&duo_format, files, 0, &err));
    assert_string_equal(err.text, "the pages do not have user 2 of 3; save all of them into one "
                                  "folder, or add what is here with --merge");
    err = (struct error){0};
    char *merged = records_read_files(&duo_format, files, RECORDS_MERGE, &err);
    assert_string_equal(err.text, "");
    free(merged);
    /* Meanwhile a user was removed. */
    files[1].text = PAGE_OF("2", "null", NUMBERED("3"));
    files[2].path = NULL;
    char *whole = records_read_files(&duo_format, files, 0, &err);
    assert_string_equal(err.text, "");
    assert_string_equal(whole, READ("1") READ("3"));
    free(whole);
}

/* One page twice makes up for none that is missing. */
static void duo_pages__that_come_twice_count_once(void **state)
{
    (void)state;
    static const char first[] = PAGE_OF("4", "2", NUMBERED("1") "," NUMBERED("2"));
    struct records_file files[] = {
        {"1.json", first},
        {"1-again.json", first},
        {"3.json", PAGE_OF("4", "null", NUMBERED("4"))},
        {NULL, NULL},
        {NULL, NULL},
    };
    struct error err = {0};
    assert_null(records_read_files(&duo_format, files, 0, &err));
    assert_string_equal(err.text, "the pages do not have user 3 of 4; save all of them into one "
                                  "folder, or add what is here with --merge");
    err = (struct error){0};
    files[3] = (struct records_file){"2.json", PAGE_OF("4", "3", NUMBERED("3"))};
    char *all = records_read_files(&duo_format, files, 0, &err);
    assert_string_equal(err.text, "");
    free(all);
}

static void duo_read__takes_the_reply_about_one_user(void **state)
{
    (void)state;
    assert_users("{\"stat\":\"OK\",\"response\":" USER("") "}", BEGIN UNKNOWN NO_LISTS "\n");
    assert_users("[" USER("") "]", BEGIN UNKNOWN NO_LISTS "\n");
}

static void duo_read__tells_what_was_refused(void **state)
{
    (void)state;
    assert_refused("{\"code\":40103,\"message\":\"Invalid signature in request credentials\","
                   "\"stat\":\"FAIL\"}",
                   "file:1: this is no page but a refusal of Duo: Invalid signature in request "
                   "credentials");
    assert_refused(PAGE(USER(",\"created\":\"soon\"")),
                   "file:1: $.response[0]: created: another value stands where a time in Unix "
                   "seconds is expected");
    assert_refused(PAGE("{\"group_id\":\"DG1\",\"name\":\"a\"}"),
                   "file:1: $.response[0]: the object is none of what this format knows: user, "
                   "bypass code");
}

static const struct {
    const char *head;
    bool mine;
} heads[] = {
    {PAGE(""), true},
    {PAGE(USER("")), true},
    {"{\"response\":[" USER(""), true},
    {"{\"metadata\":{\"total_objects\":1},\"response\":[{\"user_id\":", true},
    {"{\"stat\":\"OK\",\"response\":" USER("") "}", true},
    {"{\"stat\":\"FAIL\",\"code\":40301,\"message\":\"Access forbidden\"}", true},
    {PAGE("{\"group_id\":\"DG1\",\"name\":\"a\"}"), false},
    {"{\"response\":[]}", false},
    {"{\"users\":[{\"id\":\"1\",\"username\":\"a\"}]}", false},
    {"[{\"id\":\"1\",\"username\":\"a\"}]", false},
    {"", false},
};

static void duo_recognise__claims_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        if (duo_format.recognise(heads[i].head, strlen(heads[i].head)) != heads[i].mine)
            fail_msg("%s", heads[i].head);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(duo_read__takes_a_user),
        cmocka_unit_test(duo_read__takes_every_status),
        cmocka_unit_test(duo_read__takes_the_status_of_groups_where_the_user_is_active),
        cmocka_unit_test(duo_read__tells_never_from_unknown),
        cmocka_unit_test(duo_read__takes_a_name_from_its_parts),
        cmocka_unit_test(duo_factors__take_what_a_user_can_use),
        cmocka_unit_test(duo_phones__are_as_strong_as_what_they_can_do),
        cmocka_unit_test(duo_factors__are_complete_only_with_every_list),
        cmocka_unit_test(duo_codes__are_added_to_their_users),
        cmocka_unit_test(duo_pages__are_followed_to_the_last),
        cmocka_unit_test(duo_pages__are_counted),
        cmocka_unit_test(duo_pages__that_come_twice_count_once),
        cmocka_unit_test(duo_read__takes_the_reply_about_one_user),
        cmocka_unit_test(duo_read__tells_what_was_refused),
        cmocka_unit_test(duo_recognise__claims_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
