/* Tests of the factors and roles of Okta: what their words mean, whose they are, whether they are
 * all. */
#include "tests/support/okta_texts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"

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

/* --- whose they are, and whether they are all ------------------------------------------------- */

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

int main(void)
{
    const struct CMUnitTest tests[] = {
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
    };
    return cmocka_run_group_tests_name("okta_lists", tests, NULL, NULL);
}
