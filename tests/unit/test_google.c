/* Tests of Google Workspace: what users.list says of a person, and what it cannot say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tests/support/records.h"

#define PAGE(items) "{\"kind\":\"admin#directory#users\",\"etag\":\"e\",\"users\":[" items "]}\n"
#define USER(more)  "{\"id\":\"1\",\"primaryEmail\":\"ann@example.com\"" more "}"
#define BEGIN       "user id='1' login='ann@example.com' email='ann@example.com' user_type='member' "
#define NO_LISTS    "factors_known=0 roles_known=0 sign_ins_known=0 credentials_known=0"
#define ROLES_KNOWN "factors_known=0 roles_known=1 sign_ins_known=0 credentials_known=0"

#define assert_users(bytes, expected)   records_expect(&google_format, bytes, expected)
#define assert_refused(bytes, expected) records_refuse(&google_format, bytes, expected)
#define assert_user(members, values)    assert_users(PAGE(USER(members)), BEGIN values "\n")

static void google_read__takes_a_user(void **state)
{
    (void)state;
    assert_users(
        PAGE("{\"kind\":\"admin#directory#user\",\"id\":\"1\",\"etag\":\"e\","
             "\"primaryEmail\":\"ann@example.com\",\"name\":{\"givenName\":\"Ann\","
             "\"familyName\":\"Finch\",\"fullName\":\"Ann Finch\"},\"isAdmin\":false,"
             "\"isDelegatedAdmin\":false,\"lastLoginTime\":\"2023-11-14T22:13:21.000Z\","
             "\"creationTime\":\"2023-11-14T22:13:20.000Z\",\"agreedToTerms\":true,"
             "\"suspended\":false,\"archived\":false,\"changePasswordAtNextLogin\":true,"
             "\"isEnrolledIn2Sv\":true,\"isEnforcedIn2Sv\":false,\"orgUnitPath\":\"/Sales\","
             "\"recoveryEmail\":\"left@example.net\",\"aliases\":[\"a@example.com\"]}"),
        "user id='1' login='ann@example.com' email='ann@example.com' display_name='Ann Finch' "
        "user_type='member' status='active' enabled=1 created_at=1700000000 "
        "last_login_at=1700000001 last_login_known=1 password_must_change=1 mfa_enrolled=1 "
        "mfa_enforced=0 " ROLES_KNOWN " is_admin=0 department='Sales'\n");
}

static void google_read__leaves_unknown_what_google_does_not_say(void **state)
{
    (void)state;
    assert_user("", "status='unknown' last_login_known=0 " NO_LISTS);
    assert_user(",\"lastLoginTime\":\"\",\"suspended\":null,\"isAdmin\":null",
                "status='unknown' last_login_known=0 " NO_LISTS);
}

static void google_read__takes_1970_as_never(void **state)
{
    (void)state;
    assert_user(",\"lastLoginTime\":\"1970-01-01T00:00:00.000Z\"",
                "status='unknown' last_login_known=1 " NO_LISTS);
    assert_user(",\"creationTime\":\"1970-01-01T00:00:00.000Z\"",
                "status='unknown' last_login_known=0 " NO_LISTS);
}

static const struct {
    const char *members, *state;
} states[] = {
    {",\"suspended\":false,\"archived\":false", "status='active' enabled=1"},
    {",\"suspended\":true,\"archived\":false", "status='suspended' enabled=0"},
    {",\"suspended\":false,\"archived\":true", "status='disabled' enabled=0"},
    {",\"suspended\":true", "status='suspended' enabled=0"},
    {",\"archived\":true", "status='disabled' enabled=0"},
    /* One of them alone does not tell that a user can sign in. */
    {",\"suspended\":false", "status='unknown'"},
    {",\"archived\":false", "status='unknown'"},
    {",\"suspended\":false,\"archived\":false,\"deletionTime\":\"2023-11-14T22:13:20.000Z\"",
     "status='deleted' enabled=0"},
};

static void google_read__is_enabled_when_neither_suspended_nor_archived(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        char *bytes = mem_printf(PAGE(USER("%s")), states[i].members);
        char *expected = mem_printf(BEGIN "%s last_login_known=0 " NO_LISTS "\n", states[i].state);
        assert_users(bytes, expected);
        free(bytes);
        free(expected);
    }
}

static void google_read__takes_the_two_kinds_of_administrators(void **state)
{
    (void)state;
    assert_user(",\"isAdmin\":true,\"isDelegatedAdmin\":false",
                "status='unknown' last_login_known=0 " ROLES_KNOWN " is_admin=1\n"
                "  role role='Super Admin' tier=3 assignment='active'");
    assert_user(",\"isAdmin\":false,\"isDelegatedAdmin\":true",
                "status='unknown' last_login_known=0 " ROLES_KNOWN " is_admin=1\n"
                "  role role='Delegated Admin' tier=1 assignment='active'");
    assert_user(",\"isAdmin\":true,\"isDelegatedAdmin\":true",
                "status='unknown' last_login_known=0 " ROLES_KNOWN " is_admin=1\n"
                "  role role='Super Admin' tier=3 assignment='active'\n"
                "  role role='Delegated Admin' tier=1 assignment='active'");
    assert_user(",\"isAdmin\":true", "status='unknown' last_login_known=0 " NO_LISTS " is_admin=1\n"
                                     "  role role='Super Admin' tier=3 assignment='active'");
    assert_user(",\"isAdmin\":false", "status='unknown' last_login_known=0 " NO_LISTS);
}

static void google_read__takes_department_and_manager_of_the_address_book(void **state)
{
    (void)state;
    assert_user(",\"orgUnitPath\":\"/\",\"organizations\":[{\"department\":\"Old\"},"
                "{\"department\":\"Sales\",\"primary\":true}],"
                "\"relations\":[{\"value\":\"x@example.com\",\"type\":\"assistant\"},"
                "{\"value\":\"eve@example.com\",\"type\":\"manager\"}]",
                "status='unknown' last_login_known=0 " NO_LISTS
                " department='Sales' manager='eve@example.com'");
    assert_user(",\"orgUnitPath\":\"/\"", "status='unknown' last_login_known=0 " NO_LISTS);
    assert_user(",\"orgUnitPath\":\"/Old\",\"organizations\":[{\"title\":\"none\"}]",
                "status='unknown' last_login_known=0 " NO_LISTS " department='Old'");
}

static void google_pages__are_followed_to_the_last(void **state)
{
    (void)state;
    struct records_file files[] = {
        {"1.json",
         "{\"kind\":\"admin#directory#users\",\"users\":[" USER("") "],"
                                                                    "\"nextPageToken\":\"t2\"}"},
        {NULL, NULL},
        {NULL, NULL}};
    struct error err = {0};
    assert_null(records_read_files(&google_format, files, 0, &err));
    assert_string_equal(err.text, "1.json names a next page, which is not there; save all pages "
                                  "into one folder, or add what is here with --merge");

    /* `users` is not there when the last page is empty. */
    err = (struct error){0};
    files[1] = (struct records_file){"2.json", "{\"kind\":\"admin#directory#users\"}"};
    char *users = records_read_files(&google_format, files, 0, &err);
    assert_string_equal(err.text, "");
    assert_string_equal(users, BEGIN "status='unknown' last_login_known=0 " NO_LISTS "\n");
    free(users);
}

/* Throttling comes as a 403 with a body; so does a missing right. */
static void google_read__tells_what_was_refused(void **state)
{
    (void)state;
    assert_refused("{\"error\":{\"code\":403,\"message\":\"Quota exceeded\",\"errors\":[{"
                   "\"domain\":\"usageLimits\",\"reason\":\"userRateLimitExceeded\"}]}}",
                   "file:1: this is no page but a refusal of Google: Quota exceeded");
    assert_refused(PAGE("{\"primaryEmail\":\"ann@example.com\"}"),
                   "file:1: $.users[0]: column 'id': a value is required");
    assert_refused(PAGE(USER(",\"isEnrolledIn2Sv\":\"maybe\"")),
                   "file:1: $.users[0]: isEnrolledIn2Sv: 'maybe' is not a flag; write true or "
                   "false");
}

static const struct {
    const char *head;
    bool mine;
} heads[] = {
    {"{\"kind\":\"admin#directory#users\"}", true},
    {PAGE(USER("")), true},
    {USER(""), true},
    {"[{\"users\":[" USER("") "]}]", true},
    {"{\"error\":{\"code\":403,\"message\":\"no\"}}", true},
    {"{\"error\":{\"code\":\"Forbidden\",\"message\":\"no\"}}", false},
    {"{\"users\":[]}", false},
    {"{\"users\":[{\"id\":\"1\",\"username\":\"a\"}]}", false},
    {"{\"kind\":\"admin#directory#groups\",\"groups\":[]}", false},
    {"{\"value\":[{\"id\":\"1\",\"userPrincipalName\":\"a\"}]}", false},
    {"", false},
};

static void google_recognise__claims_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        if (google_format.recognise(heads[i].head, strlen(heads[i].head)) != heads[i].mine)
            fail_msg("%s", heads[i].head);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(google_read__takes_a_user),
        cmocka_unit_test(google_read__leaves_unknown_what_google_does_not_say),
        cmocka_unit_test(google_read__takes_1970_as_never),
        cmocka_unit_test(google_read__is_enabled_when_neither_suspended_nor_archived),
        cmocka_unit_test(google_read__takes_the_two_kinds_of_administrators),
        cmocka_unit_test(google_read__takes_department_and_manager_of_the_address_book),
        cmocka_unit_test(google_pages__are_followed_to_the_last),
        cmocka_unit_test(google_read__tells_what_was_refused),
        cmocka_unit_test(google_recognise__claims_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
