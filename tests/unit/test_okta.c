/* Tests of the Okta format: what its words mean, what stays unknown, whose a file is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tests/support/records.h"

#define PROFILE     "\"profile\":{\"login\":\"user1@example.com\"}"
#define NONE_KNOWN  "factors_known=0 roles_known=0 sign_ins_known=0 credentials_known=0"
#define USER1_LOGIN "user id='00u1' login='user1@example.com' "

static void assert_users(const char *bytes, const char *expected)
{
    for (size_t piece = 0; piece < 8; piece++) {
        struct error err = {0};
        char *users = records_read(&okta_format, bytes, strlen(bytes), piece, &err);
        assert_string_equal(err.text, "");
        assert_string_equal(users, expected);
        free(users);
    }
}

static void assert_files(const struct records_file *files, unsigned how, const char *expected)
{
    struct error err = {0};
    char *users = records_read_files(&okta_format, files, how, &err);
    assert_string_equal(err.text, "");
    assert_string_equal(users, expected);
    free(users);
}

static void assert_refused(const char *bytes, const char *expected)
{
    struct error err = {0};
    assert_null(records_read(&okta_format, bytes, strlen(bytes), 0, &err));
    assert_string_equal(err.text, expected);
    assert_int_equal(err.kind, ERR_INVALID);
}

static void okta_read__takes_a_user(void **state)
{
    (void)state;
    assert_users(
        "[{\"id\":\"00u1\",\"status\":\"ACTIVE\",\"created\":\"2023-11-14T22:13:20.000Z\","
        "\"activated\":null,\"statusChanged\":\"2023-11-14T22:13:21.000Z\","
        "\"lastLogin\":\"2023-11-15T22:13:20.000Z\",\"passwordChanged\":"
        "\"2023-11-14T22:13:22.000Z\",\"type\":{\"id\":\"oty1\"},\"profile\":{\"firstName\":"
        "\"Sam\",\"lastName\":\"Example\",\"mobilePhone\":null,\"login\":\"user1@example.com\","
        "\"email\":\"sam@example.com\",\"userType\":\"Employee\",\"department\":\"Sales\","
        "\"manager\":\"Kim Example\",\"managerId\":\"00u2\"},\"credentials\":{\"password\":{},"
        "\"provider\":{\"type\":\"OKTA\",\"name\":\"OKTA\"}},\"_links\":{\"self\":{\"href\":"
        "\"https://example.okta.com/api/v1/users/00u1\"}}}]",
        USER1_LOGIN "email='sam@example.com' display_name='Sam Example' user_type='member' "
                    "status='active' enabled=1 created_at=1700000000 last_login_at=1700086400 "
                    "last_login_known=1 password_enabled=1 password_changed_at=1700000002 " //
        NONE_KNOWN " department='Sales' manager='Kim Example'\n");
}

static void okta_read__leaves_unknown_what_is_not_said(void **state)
{
    (void)state;
    assert_users("{\"id\":\"00u1\",\"status\":\"NEW_WORD\"," PROFILE "}",
                 USER1_LOGIN "status='unknown' last_login_known=0 " NONE_KNOWN "\n");
    assert_users("{\"id\":\"00u1\",\"status\":null,\"created\":null,\"passwordChanged\":\"\","
                 "\"credentials\":{\"provider\":{\"type\":\"OKTA\"}},\"profile\":{\"login\":"
                 "\"user1@example.com\",\"email\":\"\",\"department\":null,\"userType\":"
                 "\"Rover\",\"manager\":null}}",
                 USER1_LOGIN "status='unknown' last_login_known=0 " NONE_KNOWN "\n");
}

static void okta_read__knows_every_status(void **state)
{
    (void)state;
    static const char *const statuses[][2] = {
        {"ACTIVE", "status='active' enabled=1"},
        {"PASSWORD_EXPIRED", "status='password_expired' enabled=1"},
        {"RECOVERY", "status='password_expired' enabled=1"},
        {"LOCKED_OUT", "status='locked' enabled=1"},
        {"STAGED", "status='pending' enabled=0"},
        {"PROVISIONED", "status='pending' enabled=0"},
        {"SUSPENDED", "status='suspended' enabled=0"},
        {"DEPROVISIONED", "status='disabled' enabled=0"},
    };
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
        char *bytes = mem_printf("{\"id\":\"00u1\",\"status\":\"%s\"," PROFILE "}", statuses[i][0]);
        char *expected =
            mem_printf(USER1_LOGIN "%s last_login_known=0 " NONE_KNOWN "\n", statuses[i][1]);
        assert_users(bytes, expected);
        free(bytes);
        free(expected);
    }
}

static void okta_read__takes_a_last_login_of_null_as_never(void **state)
{
    (void)state;
    assert_users("{\"id\":\"00u1\",\"status\":\"STAGED\",\"lastLogin\":null,\"passwordChanged\":"
                 "\"2023-11-14T22:13:20Z\"," PROFILE "}",
                 USER1_LOGIN "status='pending' enabled=0 last_login_known=1 "
                             "password_changed_at=1700000000 " NONE_KNOWN "\n");
    assert_users("{\"id\":\"00u1\",\"status\":\"ACTIVE\",\"lastLogin\":\"\"," PROFILE "}",
                 USER1_LOGIN "status='active' enabled=1 last_login_known=0 " NONE_KNOWN "\n");
}

static void okta_read__tells_when_a_user_was_locked(void **state)
{
    (void)state;
    assert_users("{\"id\":\"00u1\",\"status\":\"LOCKED_OUT\",\"statusChanged\":"
                 "\"2023-11-14T22:13:20Z\"," PROFILE "}",
                 USER1_LOGIN "status='locked' enabled=1 last_login_known=0 " NONE_KNOWN
                             " locked_at=1700000000\n");
    assert_refused("{\"id\":\"00u1\",\"status\":\"LOCKED_OUT\",\"statusChanged\":\"soon\"," PROFILE
                   "}",
                   "file:1: statusChanged: 'soon' is not a time; write Unix seconds or RFC 3339, "
                   "for example 2026-11-24T08:30:00Z");
}

static void okta_read__knows_who_checks_the_password(void **state)
{
    (void)state;
    static const char *const providers[][2] = {
        {"ACTIVE_DIRECTORY", "password_enabled=1 " NONE_KNOWN " on_prem_synced=1"},
        {"LDAP", "password_enabled=1 " NONE_KNOWN " on_prem_synced=1"},
        {"FEDERATION", "password_enabled=0 " NONE_KNOWN},
        {"SOCIAL", "password_enabled=0 " NONE_KNOWN},
        {"IMPORT", NONE_KNOWN},
    };
    for (size_t i = 0; i < ARRAY_LEN(providers); i++) {
        char *bytes = mem_printf("{\"id\":\"00u1\",\"status\":\"ACTIVE\"," PROFILE
                                 ",\"credentials\":{\"provider\":{\"type\":\"%s\"}}}",
                                 providers[i][0]);
        char *expected = mem_printf(USER1_LOGIN "status='active' enabled=1 last_login_known=0 %s\n",
                                    providers[i][1]);
        assert_users(bytes, expected);
        free(bytes);
        free(expected);
    }
}

static void okta_read__takes_a_manager_by_name_or_id(void **state)
{
    (void)state;
    assert_users("{\"id\":\"00u1\",\"status\":null,\"profile\":{\"login\":\"user1@example.com\","
                 "\"managerId\":\"00u2\"}}"
                 "{\"id\":\"00u2\",\"status\":null,\"profile\":{\"login\":\"user2@example.com\","
                 "\"manager\":\"\"}}",
                 USER1_LOGIN "status='unknown' last_login_known=0 " NONE_KNOWN " manager='00u2'\n"
                             "user id='00u2' login='user2@example.com' status='unknown' "
                             "last_login_known=0 " NONE_KNOWN " manager=''\n");
}

#define LINK                                                                                       \
    "\"_links\":{\"self\":{\"href\":\"https://example.okta.com/api/v1/users/00u1/factors/f\"}}"

static void okta_read__knows_every_kind_of_factor(void **state)
{
    (void)state;
    static const char *const kinds[][2] = {
        {"call", "kind='voice' strength=1"},
        {"email", "kind='email' strength=1"},
        {"push", "kind='push' strength=2"},
        {"question", "kind='question' strength=1"},
        {"signed_nonce", "kind='other' strength=3"},
        {"sms", "kind='sms' strength=1"},
        {"token", "kind='other' strength=2"},
        {"token:hardware", "kind='hotp' strength=2"},
        {"token:hotp", "kind='hotp' strength=2"},
        {"token:software:totp", "kind='totp' strength=2"},
        {"u2f", "kind='webauthn' strength=3"},
        {"web", "kind='other' strength=2"},
        {"webauthn", "kind='webauthn' strength=3"},
        {"hotp", "kind='hotp' strength=2"},
        {"new_kind", "kind='other' strength=2"},
    };
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        char *bytes =
            mem_printf("[{\"id\":\"f1\",\"factorType\":\"%s\",\"provider\":\"OKTA\","
                       "\"status\":\"ACTIVE\",\"created\":\"2023-11-14T22:13:20Z\"," LINK "}]",
                       kinds[i][0]);
        char *expected = mem_printf("adds id='00u1' factors_known=1\n  factor factor_id='f1' %s "
                                    "provider='OKTA' status='active' created_at=1700000000\n",
                                    kinds[i][1]);
        assert_users(bytes, expected);
        free(bytes);
        free(expected);
    }
}

static void okta_read__does_not_take_a_pending_factor_for_mfa(void **state)
{
    (void)state;
    static const char *const statuses[][2] = {
        {"ACTIVE", "active"},      {"ENROLLED", "active"},  {"PENDING_ACTIVATION", "pending"},
        {"DISABLED", "inactive"},  {"EXPIRED", "inactive"}, {"INACTIVE", "inactive"},
        {"NOT_SETUP", "inactive"},
    };
    for (size_t i = 0; i < ARRAY_LEN(statuses); i++) {
        char *bytes =
            mem_printf("[{\"factorType\":\"sms\",\"status\":\"%s\"," LINK "}]", statuses[i][0]);
        char *expected =
            mem_printf("adds id='00u1' factors_known=1\n  factor kind='sms' strength=1 "
                       "status='%s'\n",
                       statuses[i][1]);
        assert_users(bytes, expected);
        free(bytes);
        free(expected);
    }
    assert_refused("[{\"factorType\":\"sms\",\"status\":\"NEW\"," LINK "}]",
                   "file:1: $[0]: the status of the factor is not one that Okta has");
    assert_refused("[{\"factorType\":\"sms\",\"status\":\"ACTIVE\"}]",
                   "file:1: $[0]: it does not say whose it is; save the answer of each user as "
                   "factors/USERID.json or roles/USERID.json and import the folder");
}

static void okta_read__knows_every_role(void **state)
{
    (void)state;
    static const char *const roles[][2] = {
        {"SUPER_ADMIN", "3"},
        {"ORG_ADMIN", "2"},
        {"APP_ADMIN", "2"},
        {"USER_ADMIN", "2"},
        {"API_ACCESS_MANAGEMENT_ADMIN", "2"},
        {"API_ADMIN", "2"},
        {"WORKFLOWS_ADMIN", "2"},
        {"HELP_DESK_ADMIN", "1"},
        {"READ_ONLY_ADMIN", "1"},
        {"REPORT_ADMIN", "1"},
        {"GROUP_MEMBERSHIP_ADMIN", "1"},
        {"MOBILE_ADMIN", "1"},
        {"CUSTOM", "1"},
    };
    for (size_t i = 0; i < ARRAY_LEN(roles); i++) {
        char *bytes = mem_printf("[{\"id\":\"r1\",\"type\":\"%s\",\"status\":\"ACTIVE\","
                                 "\"assignmentType\":\"USER\",\"created\":\"2023-11-14T22:13:20Z\","
                                 "\"_links\":{\"assignee\":{\"href\":"
                                 "\"http://{yourOktaDomain}/api/v1/users/00u1\"}}}]",
                                 roles[i][0]);
        char *expected = mem_printf("adds id='00u1' roles_known=1\n  role role='%s' tier=%s "
                                    "assignment='active' assigned_at=1700000000\n",
                                    roles[i][0], roles[i][1]);
        assert_users(bytes, expected);
        free(bytes);
        free(expected);
    }
}

static void okta_read__takes_roles_of_groups_and_custom_ones(void **state)
{
    (void)state;
    static const struct records_file files[] = {
        {"roles/00u1.json",
         "[{\"type\":\"SUPER_ADMIN\",\"label\":\"Super Administrator\",\"status\":\"ACTIVE\","
         "\"assignmentType\":\"GROUP\",\"_links\":{\"assignee\":{\"href\":"
         "\"https://example.okta.com/api/v1/groups/00g1\"}}},"
         "{\"type\":\"CUSTOM\",\"label\":\"Night shift\",\"status\":\"ACTIVE\",\"resource-set\":"
         "\"iamo1\",\"assignmentType\":\"GROUP\"},"
         "{\"type\":\"APP_ADMIN\",\"status\":\"INACTIVE\",\"assignmentType\":\"USER\"}]"},
        {0},
    };
    assert_files(files, 0,
                 "adds id='00u1' roles_known=0\n  role role='Super Administrator' tier=3 "
                 "assignment='active' via_group='00g1'\n"
                 "adds id='00u1' roles_known=0\n  role role='Night shift' tier=1 "
                 "assignment='active' via_group='a group' scope='iamo1'\n"
                 "adds id='00u1' roles_known=0\n"
                 "adds id='00u1' roles_known=1\n");
}

#define USER1      "[{\"id\":\"00u1\",\"status\":\"ACTIVE\"," PROFILE "}]"
#define USER1_READ USER1_LOGIN "status='active' enabled=1 last_login_known=0 " NONE_KNOWN "\n"

static void okta_read__knows_whose_an_empty_list_is_by_its_name(void **state)
{
    (void)state;
    static const struct records_file files[] = {
        {"org/factors/00u1.json", "[]"},
        {"users/00u1/roles.json", "[]\n"},
        {"users.json", USER1},
        {"factors/00u2.json", "[{\"factorType\":\"push\",\"status\":\"ACTIVE\"}]"},
        {"notes/read.json", "[]"},
        {"factors/all.json", "[]"},
        {0},
    };
    assert_files(files, 0,
                 USER1_READ "adds id='00u1' factors_known=1\n"
                            "adds id='00u1' roles_known=1\n"
                            "adds id='00u2' factors_known=0\n"
                            "  factor kind='push' strength=2 status='active'\n"
                            "adds id='00u2' factors_known=1\n");
}

static void okta_read__takes_whose_it_is_from_a_member(void **state)
{
    (void)state;
    assert_users("{\"userId\":\"00u7\",\"factorType\":\"push\",\"status\":\"ACTIVE\"}\n",
                 "adds id='00u7' factors_known=1\n  factor kind='push' strength=2 "
                 "status='active'\n");
}

static void okta_read__leaves_unknown_what_okta_refused_for_a_user(void **state)
{
    (void)state;
    static const struct records_file files[] = {
        {"users.json", USER1},
        {"factors/00u1.json", "{\"errorCode\":\"E0000006\",\"errorSummary\":\"No permission\"}"},
        {"roles/00u1.json", "{\"errorCode\":\"E0000007\",\"errorSummary\":\"Not found\"}"},
        {0},
    };
    assert_files(files, 0,
                 USER1_READ "note files with an error of Okta in place of an answer: 2, the first "
                            "of them factors/00u1.json: E0000006: No permission; what they would "
                            "tell stays unknown\n");
    assert_refused("{\"errorCode\":\"E0000011\",\"errorSummary\":\"Invalid token provided\"}",
                   "file:1: Okta answered with an error instead of data: E0000011: Invalid token "
                   "provided");
}

/* What a row that was left out would tell may be anything: these are not known to be all. */
static void okta_read__does_not_take_a_list_for_whole_where_a_row_was_left_out(void **state)
{
    (void)state;
#define BAD "{\"factorType\":\"webauthn\",\"status\":\"NEW\"}"
    static const struct records_file files[] = {
        {"factors/00u1.json", "[" BAD "]"},
        {"factors/00u2.json", "[" BAD ",{\"factorType\":\"sms\",\"status\":\"ACTIVE\"}]"},
        {"factors/00u3.json", "[{\"factorType\":\"sms\",\"status\":\"ACTIVE\"}]"},
        {"roles/00u1.json", "[{\"assignmentType\":7,\"type\":7}]"},
        {0},
    };
    assert_files(files, RECORDS_SKIP_BAD,
                 "rejected factors/00u1.json:1: $[0]: the status of the factor is not one that "
                 "Okta has\n"
                 "rejected factors/00u2.json:1: $[0]: the status of the factor is not one that "
                 "Okta has\n"
                 "adds id='00u2' factors_known=0\n  factor kind='sms' strength=1 status='active'\n"
                 "adds id='00u3' factors_known=0\n  factor kind='sms' strength=1 status='active'\n"
                 "adds id='00u3' factors_known=1\n"
                 "rejected roles/00u1.json:1: $[0]: type: a number stands where a text is "
                 "expected\n");
    /* In a file of many users it may be the next row that is left out. */
    static const struct records_file of_many[] = {
        {"all.json",
         "[{\"userId\":\"00u1\",\"factorType\":\"sms\",\"status\":\"ACTIVE\"}," BAD "]"},
        {0},
    };
    assert_files(of_many, RECORDS_SKIP_BAD,
                 "adds id='00u1' factors_known=1\n  factor kind='sms' strength=1 status='active'\n"
                 "rejected all.json:1: $[1]: the status of the factor is not one that Okta has\n"
                 "doubts factors\n");
    /* What cannot be told is taken for one more of what the file holds. */
    static const struct records_file of_any[] = {
        {"all.json", "[" USER1 ",{\"id\":7,\"status\":\"ACTIVE\",\"profile\":{\"login\":\"a\"}}]"},
        {"more.json", "{\"userId\":\"00u1\",\"factorType\":\"sms\",\"status\":\"ACTIVE\"}\n7\n"},
        {0},
    };
    assert_files(of_any, RECORDS_SKIP_BAD,
                 USER1_READ
                 "rejected all.json:1: $[1]: id: a number stands where a text is expected\n"
                 "adds id='00u1' factors_known=1\n  factor kind='sms' strength=1 status='active'\n"
                 "rejected more.json:2: a single value stands where an object is expected\n"
                 "doubts factors\n");
#undef BAD
}

#define HOLDERS(next)                                                                              \
    "{\"value\":[{\"id\":\"00u1\",\"orn\":\"orn:okta:1:users:00u1\",\"_links\":{}}]" next "}"
#define ROLE1 "[{\"type\":\"SUPER_ADMIN\",\"status\":\"ACTIVE\",\"assignmentType\":\"USER\"}]"
#define ROLE1_READ                                                                                 \
    "adds id='00u1' roles_known=0\n  role role='SUPER_ADMIN' tier=3 assignment='active'\n"         \
    "adds id='00u1' roles_known=1\n"

static void okta_read__knows_that_others_have_no_roles_by_the_holders(void **state)
{
    (void)state;
    static const struct records_file all[] = {
        {"holders.json", HOLDERS("")}, {"roles/00u1.json", ROLE1}, {0}};
    assert_files(all, 0, "adds id='00u1' is_admin=1\n" ROLE1_READ "covers roles\n");
    static const struct records_file some[] = {
        {"holders.json", HOLDERS("")}, {"roles/00u2.json", "[]"}, {0}};
    assert_files(some, 0,
                 "adds id='00u1' is_admin=1\nadds id='00u2' roles_known=1\n"
                 "note users who hold roles, but whose roles are not there: 1; save them as "
                 "roles/USERID.json, then everybody else is known to have none\n");
}

static void okta_read__refuses_holders_without_their_last_page(void **state)
{
    (void)state;
    static const char more[] =
        HOLDERS(",\"_links\":{\"next\":{\"href\":\"https://example.okta.com/api/v1/iam\"}}");
    assert_refused(more, "file names a next page, which is not there; save all pages into one "
                         "folder, or add what is here with --merge");
    static const struct records_file files[] = {
        {"holders.json", more}, {"roles/00u1.json", ROLE1}, {0}};
    assert_files(files, RECORDS_MERGE, "adds id='00u1' is_admin=1\n" ROLE1_READ);
    static const struct records_file both[] = {
        {"1.json", more}, {"2.json", HOLDERS("")}, {"roles/00u1.json", ROLE1}, {0}};
    assert_files(both, 0,
                 "adds id='00u1' is_admin=1\nadds id='00u1' is_admin=1\n" ROLE1_READ
                 "covers roles\n");
}

#define EVENT(type, outcome, actor, rest)                                                          \
    "[{\"published\":\"2023-11-14T22:13:20.000Z\",\"eventType\":\"" type "\",\"outcome\":"         \
    "{\"result\":\"" outcome "\",\"reason\":null},\"actor\":" actor rest "}]"
#define ACTOR1                                                                                     \
    "{\"id\":\"00u1\",\"type\":\"User\",\"alternateId\":\"user1@example.com\",\"displayName\":"    \
    "\"Sam\"}"
#define EVENT_USER "adds id='00u1' login='user1@example.com' sign_ins_known=1\n"

static void okta_read__takes_sign_ins_of_the_system_log(void **state)
{
    (void)state;
    assert_users(EVENT("user.session.start", "SUCCESS", ACTOR1,
                       ",\"client\":{\"ipAddress\":\"192.0.2.7\",\"geographicalContext\":"
                       "{\"country\":\"Norway\"}},\"authenticationContext\":{\"credentialType\":"
                       "\"PASSWORD\",\"authenticationProvider\":\"OKTA_AUTHENTICATION_PROVIDER\"}"),
                 EVENT_USER "  sign_in at=1700000000 result='success' interactive=1 "
                            "ip='192.0.2.7' country='Norway'\n");
    assert_users(EVENT("user.session.start", "FAILURE", ACTOR1, ",\"client\":null"),
                 EVENT_USER "  sign_in at=1700000000 result='failure' interactive=1\n");
    assert_users(EVENT("user.authentication.sso", "SUCCESS", ACTOR1,
                       ",\"target\":[{\"type\":\"User\",\"displayName\":\"Sam\"},{\"type\":"
                       "\"AppInstance\",\"displayName\":\"Payroll\"}]"),
                 EVENT_USER "  sign_in at=1700000000 result='success' interactive=0 "
                            "app='Payroll'\n");
}

static void okta_read__says_that_mfa_was_used_only_where_okta_does(void **state)
{
    (void)state;
    assert_users(EVENT("user.authentication.auth_via_mfa", "SUCCESS", ACTOR1,
                       ",\"debugContext\":{\"debugData\":{\"factor\":\"fido_webauthn\"}}"),
                 EVENT_USER "  sign_in at=1700000000 result='success' interactive=1 mfa_used=1 "
                            "factor_kind='webauthn'\n");
    assert_users(EVENT("user.session.start", "ALLOW", ACTOR1,
                       ",\"authenticationContext\":{\"authenticationProvider\":"
                       "\"FACTOR_PROVIDER\"}"),
                 EVENT_USER "  sign_in at=1700000000 result='success' interactive=1 mfa_used=1\n");
    assert_users(EVENT("user.session.start", "DENY", ACTOR1,
                       ",\"authenticationContext\":{\"credentialType\":\"OTP\"}"),
                 EVENT_USER "  sign_in at=1700000000 result='failure' interactive=1 mfa_used=1\n");
}

static void okta_read__leaves_out_events_that_are_no_sign_ins(void **state)
{
    (void)state;
    assert_users(EVENT("user.account.lock", "SUCCESS", ACTOR1, ""), "");
    assert_users(EVENT("user.session.start", "SUCCESS",
                       "{\"id\":\"0oa1\",\"type\":\"PublicClientApp\"}", ""),
                 "");
    assert_users(EVENT("user.session.start", "CHALLENGE", ACTOR1, ""), "");
}

static void okta_read__finds_who_was_not_recognised_by_the_login(void **state)
{
    (void)state;
    assert_users(EVENT("user.session.start", "FAILURE",
                       "{\"id\":\"unknown\",\"type\":\"User\",\"alternateId\":"
                       "\"user9@example.com\"}",
                       ""),
                 "adds login='user9@example.com' sign_ins_known=1\n"
                 "  sign_in at=1700000000 result='failure' interactive=1\n");
}

static void okta_read__says_what_is_wrong_and_where(void **state)
{
    (void)state;
    assert_refused("[{\"id\":\"00u1\",\"status\":\"ACTIVE\"," PROFILE "},\n{\"id\":7,\"status\":"
                   "\"ACTIVE\"," PROFILE "}]",
                   "file:2: $[1]: id: a number stands where a text is expected");
    assert_refused("{\"status\":\"ACTIVE\"," PROFILE "}",
                   "file:1: column 'id': a value is required");
    assert_refused("{\"id\":\"00u1\",\"status\":\"ACTIVE\",\"profile\":{\"login\":\"a\","
                   "\"login\":\"b\"}}",
                   "file:1: profile: member 'login' is there twice");
    assert_refused("{\"id\":\"00u1\",\"status\":\"ACTIVE\",\"lastLogin\":7.5," PROFILE "}",
                   "file:1: lastLogin: a fraction, or a number that is too large, stands where a "
                   "time is expected");
    assert_refused("[{\"name\":\"Everyone\"}]",
                   "file:1: $[0]: the object is none of what this format knows: user, factor, "
                   "role, holder of roles, sign-in, error");
    assert_refused("[null]", "file:1: $[0]: null stands where an object is expected");
    assert_refused("{\"id\":\"00u1\",\"status\":\"A\\u0000\"," PROFILE "}",
                   "file:1: not usable as JSON: a NUL character is not accepted (byte 25)");
}

static void okta_read__leaves_out_bad_rows_on_demand(void **state)
{
    (void)state;
    static const struct records_file files[] = {
        {"users.json", "[{\"id\":7,\"status\":\"ACTIVE\"," PROFILE "},\n"
                       "{\"id\":\"00u1\",\"status\":\"ACTIVE\"," PROFILE "},{\"id\":tru}]"},
        {0},
    };
    assert_files(files, RECORDS_SKIP_BAD,
                 "rejected users.json:1: $[0]: id: a number stands where a text is expected\n" //
                 USER1_READ "rejected users.json:2: $[2]: not usable as JSON: it breaks at byte "
                 "7\n");
}

static void okta_recognise__knows_its_own_answers(void **state)
{
    (void)state;
    static const char *const mine[] = {
        USER1,
        ROLE1,
        HOLDERS(""),
        "\n [ {\"factorType\":\"sms\",\"status\":\"ACTIVE\"}]",
        EVENT("user.account.lock", "SUCCESS", ACTOR1, ""),
        "{\"errorCode\":\"E0000011\",\"errorSummary\":\"Invalid token provided\"}",
    };
    static const char *const others[] = {
        "",
        "[]",
        "id,login\n",
        "{\"id\":\"1\",\"login\":\"user1\",\"status\":\"active\"}",
        "{\"value\":[{\"id\":\"1\",\"userPrincipalName\":\"user1@example.com\"}]}",
        "{\"Resources\":[{\"id\":\"1\",\"userName\":\"user1\"}]}",
        "{\"stat\":\"OK\",\"response\":[{\"user_id\":\"DU1\",\"status\":\"active\"}]}",
        "{\"id\":\"00u1\",\"status\":\"ACTIVE\",\"profile\":{\"login\":",
    };
    for (size_t i = 0; i < ARRAY_LEN(mine); i++)
        assert_true(okta_format.recognise(mine[i], strlen(mine[i])));
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        assert_false(okta_format.recognise(others[i], strlen(others[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(okta_read__takes_a_user),
        cmocka_unit_test(okta_read__leaves_unknown_what_is_not_said),
        cmocka_unit_test(okta_read__knows_every_status),
        cmocka_unit_test(okta_read__takes_a_last_login_of_null_as_never),
        cmocka_unit_test(okta_read__tells_when_a_user_was_locked),
        cmocka_unit_test(okta_read__knows_who_checks_the_password),
        cmocka_unit_test(okta_read__takes_a_manager_by_name_or_id),
        cmocka_unit_test(okta_read__knows_every_kind_of_factor),
        cmocka_unit_test(okta_read__does_not_take_a_pending_factor_for_mfa),
        cmocka_unit_test(okta_read__knows_every_role),
        cmocka_unit_test(okta_read__takes_roles_of_groups_and_custom_ones),
        cmocka_unit_test(okta_read__knows_whose_an_empty_list_is_by_its_name),
        cmocka_unit_test(okta_read__takes_whose_it_is_from_a_member),
        cmocka_unit_test(okta_read__leaves_unknown_what_okta_refused_for_a_user),
        cmocka_unit_test(okta_read__does_not_take_a_list_for_whole_where_a_row_was_left_out),
        cmocka_unit_test(okta_read__knows_that_others_have_no_roles_by_the_holders),
        cmocka_unit_test(okta_read__refuses_holders_without_their_last_page),
        cmocka_unit_test(okta_read__takes_sign_ins_of_the_system_log),
        cmocka_unit_test(okta_read__says_that_mfa_was_used_only_where_okta_does),
        cmocka_unit_test(okta_read__leaves_out_events_that_are_no_sign_ins),
        cmocka_unit_test(okta_read__finds_who_was_not_recognised_by_the_login),
        cmocka_unit_test(okta_read__says_what_is_wrong_and_where),
        cmocka_unit_test(okta_read__leaves_out_bad_rows_on_demand),
        cmocka_unit_test(okta_recognise__knows_its_own_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
