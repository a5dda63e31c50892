/* Tests of the users of Okta: what its words mean, and what stays unknown. */
#include "tests/support/okta_texts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"

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

/* Okta writes null; what writes the zero of its language instead has not said which it was. */
static void okta_read__takes_times_up_to_1970_for_none(void **state)
{
    (void)state;
    assert_users("{\"id\":\"00u1\",\"status\":\"ACTIVE\",\"created\":\"0001-01-01T00:00:00Z\","
                 "\"lastLogin\":\"0001-01-01T00:00:00Z\",\"passwordChanged\":"
                 "\"1970-01-01T00:00:00Z\"," PROFILE "}",
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

/* --- what is no user of Okta ------------------------------------------------------------------ */

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
        cmocka_unit_test(okta_read__takes_times_up_to_1970_for_none),
        cmocka_unit_test(okta_read__tells_when_a_user_was_locked),
        cmocka_unit_test(okta_read__knows_who_checks_the_password),
        cmocka_unit_test(okta_read__takes_a_manager_by_name_or_id),
        cmocka_unit_test(okta_read__says_what_is_wrong_and_where),
        cmocka_unit_test(okta_read__leaves_out_bad_rows_on_demand),
        cmocka_unit_test(okta_recognise__knows_its_own_answers),
    };
    return cmocka_run_group_tests_name("okta", tests, NULL, NULL);
}
