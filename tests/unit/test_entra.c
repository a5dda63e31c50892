/* Tests of users of Entra ID: what Graph means by its dates, nulls and words; pages of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tests/support/records.h"

#define UNKNOWN_LISTS "factors_known=0 roles_known=0 sign_ins_known=0 credentials_known=0"

#define PAGE(context, items)                                                                       \
    "{\"@odata.context\":\"https://graph.example.com/v1.0/$metadata#" context                      \
    "\",\"value\":[" items "]}\n"

/* A user with further members. */
#define USER(more) "{\"id\":\"u1\",\"userPrincipalName\":\"ann@example.com\"" more "}"

#define SIGN_INS(successful, interactive, other)                                                   \
    ",\"signInActivity\":{\"lastSuccessfulSignInDateTime\":" successful                            \
    ",\"lastSignInDateTime\":" interactive ",\"lastNonInteractiveSignInDateTime\":" other "}"

#define NEVER "\"0001-01-01T00:00:00Z\""

#define assert_users(bytes, expected)   records_expect(&entra_format, bytes, expected)
#define assert_refused(bytes, expected) records_refuse(&entra_format, bytes, expected)

/* That a user with these members has these values, beside those that all have. */
#define assert_user(members, values)                                                               \
    assert_users(PAGE("users", USER(members)), "user id='u1' login='ann@example.com' " values "\n")

static void entra_read__takes_a_user(void **state)
{
    (void)state;
    assert_user(",\"mail\":\"ann.finch@example.com\",\"displayName\":\"Ann Finch\","
                "\"userType\":\"Member\",\"accountEnabled\":true,"
                "\"createdDateTime\":\"2023-11-14T22:13:20Z\","
                "\"lastPasswordChangeDateTime\":\"2023-11-14T22:13:21Z\","
                "\"onPremisesSyncEnabled\":true,\"department\":\"Sales\","
                "\"passwordPolicies\":\"DisablePasswordExpiration, DisableStrongPassword\","
                "\"passwordProfile\":{\"forceChangePasswordNextSignIn\":true},"
                "\"jobTitle\":\"left alone\",\"businessPhones\":[\"1\"]",
                "email='ann.finch@example.com' display_name='Ann Finch' user_type='member' "
                "status='active' enabled=1 created_at=1700000000 last_login_known=0 "
                "password_changed_at=1700000001 password_never_expires=1 password_must_change=1 "
                "factors_known=0 roles_known=0 sign_ins_known=0 credentials_known=0 "
                "on_prem_synced=1 department='Sales'");
}

/* Plain /users leaves nearly all of it away. */
static void entra_read__leaves_unknown_what_graph_does_not_say(void **state)
{
    (void)state;
    assert_user("", "status='unknown' last_login_known=0 " UNKNOWN_LISTS);
    assert_user(",\"mail\":null,\"userType\":null,\"accountEnabled\":null,"
                "\"createdDateTime\":null,\"department\":\"\",\"lastPasswordChangeDateTime\":\"\"",
                "status='unknown' last_login_known=0 " UNKNOWN_LISTS);
    assert_user(",\"userType\":\"Contractor\"",
                "status='unknown' last_login_known=0 " UNKNOWN_LISTS);
}

static void entra_read__takes_the_state_of_a_user(void **state)
{
    (void)state;
    assert_user(",\"accountEnabled\":false",
                "status='disabled' enabled=0 last_login_known=0 " UNKNOWN_LISTS);
    assert_user(",\"accountEnabled\":true,\"userType\":\"Guest\","
                "\"externalUserState\":\"PendingAcceptance\"",
                "user_type='guest' status='pending' enabled=1 last_login_known=0 " UNKNOWN_LISTS);
    assert_user(",\"accountEnabled\":false,\"externalUserState\":\"PendingAcceptance\"",
                "status='disabled' enabled=0 last_login_known=0 " UNKNOWN_LISTS);
    assert_user(",\"accountEnabled\":true,\"externalUserState\":\"Accepted\"",
                "status='active' enabled=1 last_login_known=0 " UNKNOWN_LISTS);
    assert_user(",\"accountEnabled\":true,\"deletedDateTime\":\"2023-11-14T22:13:20Z\"",
                "status='deleted' enabled=0 last_login_known=0 " UNKNOWN_LISTS);
}

static void entra_read__takes_null_as_not_synchronised(void **state)
{
    (void)state;
    assert_user(",\"onPremisesSyncEnabled\":null",
                "status='unknown' last_login_known=0 " UNKNOWN_LISTS " on_prem_synced=0");
    assert_user(",\"onPremisesSyncEnabled\":false",
                "status='unknown' last_login_known=0 " UNKNOWN_LISTS " on_prem_synced=0");
}

static void entra_read__takes_no_policy_as_a_password_that_expires(void **state)
{
    (void)state;
    assert_user(",\"passwordPolicies\":null",
                "status='unknown' last_login_known=0 password_never_expires=0 " UNKNOWN_LISTS);
    assert_user(",\"passwordPolicies\":\"None\"",
                "status='unknown' last_login_known=0 password_never_expires=0 " UNKNOWN_LISTS);
}

static void entra_read__takes_an_end_date_only_where_there_is_one(void **state)
{
    (void)state;
    assert_user(",\"employeeLeaveDateTime\":\"2023-11-14T22:13:20Z\"",
                "status='unknown' expires_at=1700000000 last_login_known=0 " UNKNOWN_LISTS);
    assert_user(",\"employeeLeaveDateTime\":" NEVER ",\"createdDateTime\":" NEVER,
                "status='unknown' last_login_known=0 " UNKNOWN_LISTS);
}

static void entra_sign_in_activity__prefers_the_successful_one(void **state)
{
    (void)state;
    assert_user(SIGN_INS("\"2023-11-14T22:13:20Z\"", "\"2023-11-15T00:00:00Z\"",
                         "\"2023-11-16T00:00:00Z\""),
                "status='unknown' last_login_at=1700000000 last_login_known=1 " UNKNOWN_LISTS);
}

/* It was not filled backwards: empty, never or not there says nothing against the attempts. */
static void entra_sign_in_activity__else_takes_the_later_attempt(void **state)
{
    (void)state;
    static const char values[] =
        "user id='u1' login='ann@example.com' status='unknown' last_login_at=1700000000 "
        "last_login_known=1 " UNKNOWN_LISTS "\n";
    assert_users(PAGE("users", USER(SIGN_INS("\"\"", "\"2023-11-14T22:13:20Z\"",
                                             "\"2021-01-01T00:00:00Z\""))),
                 values);
    assert_users(PAGE("users", USER(SIGN_INS(NEVER, "\"2021-01-01T00:00:00Z\"",
                                             "\"2023-11-14T22:13:20Z\""))),
                 values);
    assert_users(PAGE("users", USER(SIGN_INS("null", NEVER, "\"2023-11-14T22:13:20Z\""))), values);
    assert_users(PAGE("users", USER(SIGN_INS("null", "\"2023-11-14T22:13:20Z\"", "null"))), values);
    assert_users(
        PAGE("users",
             USER(",\"signInActivity\":{\"lastSignInDateTime\":\"2023-11-14T22:13:20Z\"}")),
        values);
}

static void entra_sign_in_activity__takes_the_year_one_as_never(void **state)
{
    (void)state;
    assert_user(SIGN_INS("\"\"", NEVER, NEVER),
                "status='unknown' last_login_known=1 " UNKNOWN_LISTS);
    assert_user(SIGN_INS("null", NEVER, "null"),
                "status='unknown' last_login_known=1 " UNKNOWN_LISTS);
    assert_user(SIGN_INS("null", "\"0001-01-01T00:00:00.0000000+00:00\"", NEVER),
                "status='unknown' last_login_known=1 " UNKNOWN_LISTS);
}

static void entra_sign_in_activity__takes_an_empty_text_as_unknown(void **state)
{
    (void)state;
    assert_user(SIGN_INS("\"\"", "\"\"", NEVER),
                "status='unknown' last_login_known=0 " UNKNOWN_LISTS);
    assert_user(SIGN_INS("\"\"", "\"\"", "\"\""),
                "status='unknown' last_login_known=0 " UNKNOWN_LISTS);
}

static void entra_sign_in_activity__takes_another_time_up_to_1970_as_unknown(void **state)
{
    (void)state;
    assert_user(SIGN_INS("null", "\"1601-01-01T00:00:00Z\"", NEVER),
                "status='unknown' last_login_known=0 " UNKNOWN_LISTS);
}

/* Graph leaves signInActivity away for who has none; it keeps them since May 2020. */
static void entra_sign_in_activity__is_never_where_it_was_asked_for_and_is_not_there(void **state)
{
    (void)state;
    assert_users(PAGE("users(id,userPrincipalName,signInActivity)",
                      USER(",\"createdDateTime\":\"2023-11-14T22:13:20Z\"")),
                 "user id='u1' login='ann@example.com' status='unknown' created_at=1700000000 "
                 "last_login_known=1 " UNKNOWN_LISTS "\n");
    assert_users(PAGE("users(id,userPrincipalName,signInActivity)",
                      USER(",\"createdDateTime\":\"2020-04-30T23:59:59Z\"")),
                 "user id='u1' login='ann@example.com' status='unknown' created_at=1588291199 "
                 "last_login_known=0 " UNKNOWN_LISTS "\n");
    assert_users(
        PAGE("users(id,userPrincipalName,signInActivity)", USER("")),
        "user id='u1' login='ann@example.com' status='unknown' last_login_known=0 " UNKNOWN_LISTS
        "\n");
    assert_users(
        PAGE("users(id,userPrincipalName)", USER(",\"createdDateTime\":\"2023-11-14T22:13:20Z\"")),
        "user id='u1' login='ann@example.com' status='unknown' created_at=1700000000 "
        "last_login_known=0 " UNKNOWN_LISTS "\n");
}

static void entra_sign_in_activity__is_refused_where_it_is_no_date(void **state)
{
    (void)state;
    assert_refused(PAGE("users", USER(SIGN_INS("null", "\"yesterday\"", "null"))),
                   "file:1: $.value[0]: signInActivity.lastSignInDateTime: 'yesterday' is not a "
                   "time; write Unix seconds or RFC 3339, for example 2026-11-24T08:30:00Z");
}

static void entra_manager__is_nobody_only_where_managers_were_asked_for(void **state)
{
    (void)state;
    assert_users(
        PAGE("users(id,userPrincipalName,manager())",
             USER(",\"manager\":{\"id\":\"u9\",\"displayName\":\"Eve\"}")),
        "user id='u1' login='ann@example.com' status='unknown' last_login_known=0 " UNKNOWN_LISTS
        " manager='Eve'\n");
    assert_users(
        PAGE("users(id,userPrincipalName,manager())", USER("")),
        "user id='u1' login='ann@example.com' status='unknown' last_login_known=0 " UNKNOWN_LISTS
        " manager=''\n");
    assert_user(",\"manager\":null",
                "status='unknown' last_login_known=0 " UNKNOWN_LISTS " manager=''");
}

static void entra_registration__adds_methods_and_what_policy_allows(void **state)
{
    (void)state;
    assert_users(
        PAGE("userRegistrationDetails",
             "{\"id\":\"u1\",\"userPrincipalName\":\"ann@example.com\",\"isAdmin\":true,"
             "\"isMfaRegistered\":true,\"isMfaCapable\":false,\"userType\":\"member\","
             "\"methodsRegistered\":[\"mobilePhone\",\"fido2SecurityKey\","
             "\"windowsHelloForBusiness\",\"temporaryAccessPass\",\"none\"]},"
             "{\"id\":\"u2\",\"userPrincipalName\":\"bob@example.com\",\"isAdmin\":false,"
             "\"isMfaCapable\":true,\"userType\":\"guest\",\"methodsRegistered\":[]}"),
        "adds id='u1' login='ann@example.com' mfa_enrolled=0 factors_known=1 "
        "is_admin=1\n"
        "  factor factor_id='mobilePhone' kind='sms' strength=1 status='active'\n"
        "  factor factor_id='fido2SecurityKey' kind='webauthn' strength=3 status='active'\n"
        "  factor factor_id='windowsHelloForBusiness' kind='hello' strength=3 status='active'\n"
        "  factor factor_id='temporaryAccessPass' kind='temp_pass' strength=0 status='active'\n"
        "adds id='u2' login='bob@example.com' mfa_enrolled=1 factors_known=1 "
        "is_admin=0\n");
}

static const struct {
    const char *method, *kind;
    int strength;
} registered[] = {
    {"fido2", "webauthn", 3},
    {"passKeyDeviceBound", "webauthn", 3},
    {"passKeyDeviceBoundAuthenticator", "webauthn", 3},
    {"passKeyDeviceBoundWindowsHello", "webauthn", 3},
    {"passKeySynced", "webauthn", 3},
    {"macOsSecureEnclaveKey", "hello", 3},
    {"x509CertificateMultiFactor", "smartcard", 3},
    {"microsoftAuthenticatorPush", "push", 2},
    {"microsoftAuthenticatorPasswordless", "push", 2},
    {"softwareOneTimePasscode", "totp", 2},
    {"hardwareOneTimePasscode", "totp", 2},
    {"externalAuthMethod", "other", 2},
    {"mobileSMS", "sms", 1},
    {"alternateMobilePhone", "voice", 1},
    {"officePhone", "voice", 1},
    {"email", "email", 1},
    {"securityQuestion", "question", 1},
    {"appPassword", "app_password", 0},
};

static void entra_registration__knows_the_strength_of_each_method(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(registered); i++) {
        char *bytes = mem_printf("{\"id\":\"u1\",\"isMfaCapable\":true,"
                                 "\"methodsRegistered\":[\"%s\"]}",
                                 registered[i].method);
        char *expected =
            mem_printf("adds id='u1' mfa_enrolled=1 factors_known=1\n"
                       "  factor factor_id='%s' kind='%s' strength=%d "
                       "status='active'\n",
                       registered[i].method, registered[i].kind, registered[i].strength);
        assert_users(bytes, expected);
        free(bytes);
        free(expected);
    }
}

/* methodsRegistered is an open set. The user is told of a new one once. */
static void entra_registration__takes_an_unknown_method_as_another_strong_one(void **state)
{
    (void)state;
    assert_users("{\"id\":\"u1\",\"isMfaCapable\":true,\"methodsRegistered\":[\"brainWave\"]}\n"
                 "{\"id\":\"u2\",\"isMfaCapable\":true,\"methodsRegistered\":[\"brainWave\"]}\n",
                 "note the registered method 'brainWave' is not known here; it counts as a strong "
                 "second factor of kind other\n"
                 "adds id='u1' mfa_enrolled=1 factors_known=1\n"
                 "  factor factor_id='brainWave' kind='other' strength=2 status='active'\n"
                 "adds id='u2' mfa_enrolled=1 factors_known=1\n"
                 "  factor factor_id='brainWave' kind='other' strength=2 status='active'\n");
}

static const struct {
    const char *level, *state, *risk; /* risk: as it is shown */
} risks[] = {
    {"high", "atRisk", " risk_level='high'"},
    {"low", "atRisk", " risk_level='low'"},
    {"none", "none", " risk_level='none'"},
    {"high", "remediated", " risk_level='none'"},
    {"high", "dismissed", " risk_level='none'"},
    {"medium", "confirmedSafe", " risk_level='none'"},
    {"low", "confirmedCompromised", " risk_level='high'"},
    {"hidden", "atRisk", ""},
    {"unknownFutureValue", "unknownFutureValue", ""},
};

static void entra_risk__counts_while_it_lasts(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(risks); i++) {
        char *bytes = mem_printf("{\"value\":[{\"id\":\"u1\",\"userPrincipalName\":\"a@b.example\","
                                 "\"isDeleted\":false,\"riskLevel\":\"%s\",\"riskState\":\"%s\"},"
                                 "{\"id\":\"u2\",\"isDeleted\":true,\"riskLevel\":\"high\","
                                 "\"riskState\":\"atRisk\"}]}",
                                 risks[i].level, risks[i].state);
        char *expected =
            mem_printf("adds id='u1' login='a@b.example'%s\n"
                       "%s",
                       risks[i].risk, *risks[i].risk ? "otherwise risk_level='none'\n" : "");
        assert_users(bytes, expected);
        free(bytes);
        free(expected);
    }
}

static void entra_pages__are_refused_where_one_is_missing(void **state)
{
    (void)state;
    static const char first[] = "{\"@odata.context\":\"https://x/v1.0/$metadata#users\","
                                "\"@odata.nextLink\":\"https://x/v1.0/users?$skiptoken=2\","
                                "\"value\":[{\"id\":\"1\",\"userPrincipalName\":\"a\"}]}";
    static const char user[] =
        "user id='1' login='a' status='unknown' last_login_known=0 " UNKNOWN_LISTS "\n";
    struct records_file files[] = {{"p1.json", first}, {NULL, NULL}, {NULL, NULL}};
    struct error err = {0};
    assert_null(records_read_files(&entra_format, files, 0, &err));
    assert_string_equal(err.text, "p1.json names a next page, which is not there; save all pages "
                                  "into one folder, or add what is here with --merge");

    err = (struct error){0};
    char *merged = records_read_files(&entra_format, files, RECORDS_MERGE, &err);
    assert_string_equal(merged, user);
    free(merged);

    /* An empty page with a next one is nothing unusual. */
    files[0].text = "{\"@odata.nextLink\":\"https://x/2\",\"value\":[],"
                    "\"@odata.context\":\"https://x/$metadata#users\"}";
    files[1] = (struct records_file){"p2.json", PAGE("users", "{\"id\":\"1\","
                                                              "\"userPrincipalName\":\"a\"}")};
    char *both = records_read_files(&entra_format, files, 0, &err);
    assert_string_equal(err.text, "");
    assert_string_equal(both, user);
    free(both);
}

/* A list may begin with an item of another kind on each page. */
static void entra_pages__of_one_list_may_begin_differently(void **state)
{
    (void)state;
    const struct records_file files[] = {
        {"p1.json",
         "{\"@odata.nextLink\":\"https://x/2\",\"value\":["
         "{\"id\":\"0\",\"isDeleted\":true,\"riskLevel\":\"low\",\"riskState\":\"atRisk\"}]}"},
        {"p2.json", PAGE("riskyUsers", "{\"id\":\"1\",\"isDeleted\":false,"
                                       "\"riskLevel\":\"low\",\"riskState\":\"atRisk\"}")},
        {NULL, NULL}};
    struct error err = {0};
    char *text = records_read_files(&entra_format, files, 0, &err);
    assert_string_equal(err.text, "");
    assert_string_equal(text, "adds id='1' risk_level='low'\notherwise risk_level='none'\n");
    free(text);
}

static void entra_read__takes_other_shapes_of_the_same(void **state)
{
    (void)state;
    static const char user[] = "user id='u1' login='ann@example.com' status='unknown' "
                               "last_login_known=0 " UNKNOWN_LISTS "\n";
    assert_users(USER(""), user);
    assert_users("[" USER("") "]", user);
    assert_users("{\"value\":" USER("") "}", user);
    assert_users("{\"@odata.context\":\"https://x/$metadata#users/$entity\",\"id\":\"u1\","
                 "\"userPrincipalName\":\"ann@example.com\"}",
                 user);
    /* A delta names who is gone. */
    assert_users(PAGE("users", "{\"id\":\"u0\",\"@removed\":{\"reason\":\"deleted\"}}," USER("")),
                 user);
}

static void entra_read__tells_what_was_refused(void **state)
{
    (void)state;
    assert_refused("{\"error\":{\"code\":\"Authentication_RequestFromNonPremiumTenantOrB2CTenant\","
                   "\"message\":\"Neither tenant is B2C\",\"innerError\":{}}}",
                   "file:1: Graph refused the request, since the tenant has no premium licence; "
                   "ask again without signInActivity, and the last sign-in stays unknown");
    assert_refused("{\"error\":{\"code\":\"InvalidAuthenticationToken\","
                   "\"message\":\"Access token has expired.\"}}",
                   "file:1: this is no page but a refusal of Graph: Access token has expired.");
    assert_refused("[{\"Id\":\"u1\",\"UserPrincipalName\":\"ann@example.com\"}]",
                   "file:1: $[0]: this was written by ConvertTo-Json of PowerShell, which renames "
                   "members; save what Graph answers, with Invoke-MgGraphRequest -OutputType Json");
    assert_refused(PAGE("users(displayName)", "{\"id\":\"u1\",\"displayName\":\"Ann\"}"),
                   "file:1: $.value[0]: the user has no id or no userPrincipalName; ask Graph for "
                   "both with $select");
    assert_refused(PAGE("users", USER(",\"accountEnabled\":\"perhaps\"")),
                   "file:1: $.value[0]: accountEnabled: 'perhaps' is not a flag; write true or "
                   "false");
}

static const struct {
    const char *head;
    bool mine;
} heads[] = {
    {"{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#users\",\"value\":[]}",
     true},
    {PAGE("users", USER("")), true},
    {USER(""), true},
    {"{\"value\":[{\"principalId\":\"1\",\"roleDefinitionId\":\"2\"}]}", true},
    {"{\"error\":{\"code\":\"Forbidden\",\"message\":\"no\"}}", true},
    {"{\"error\":{\"code\":403,\"message\":\"no\"}}", false},
    {"{\"value\":[]}", false},
    {PAGE("groups", ""), false},
    {PAGE("riskyUsers", ""), true},
    {"{\"value\":[{\"id\":\"1\",\"login\":\"a\"}]}", false},
    {"[{\"id\":\"1\",\"status\":\"ACTIVE\",\"profile\":{\"login\":\"a\"}}]", false},
    {"{\"stat\":\"OK\",\"response\":[]}", false},
    {"{\"kind\":\"admin#directory#users\",\"users\":[]}", false},
    {"{\"id\":\"1\",\"login\":\"a\"}", false},
    {PAGE("users('u1')/authentication/methods", "{\"id\":\"1\"}"), false},
    {"{\"value\":[{\"userId\":\"1\",\"userPrincipalName\":\"a\",\"riskLevel\":\"high\","
     "\"riskState\":\"atRisk\",\"riskEventType\":\"leakedCredentials\"}]}",
     false},
    {"", false},
    {"id,login\n", false},
};

/* A sign-in with all the policies of a tenant is larger than the bytes that are looked at. */
static void entra_recognise__knows_a_page_before_its_first_item(void **state)
{
    (void)state;
    static const char head[] = "{\"@odata.context\":\"https://x/v1.0/$metadata#auditLogs/signIns\","
                               "\"value\":[{\"id\":\"s1\",\"appliedConditionalAccessPolicies\":[{";
    static const char other[] = "{\"value\":[{\"id\":\"s1\",\"appliedConditional";
    assert_true(entra_format.recognise(head, sizeof head - 1));
    assert_false(entra_format.recognise(other, sizeof other - 1));
    const struct format_file file = {"log", "log", head, sizeof head - 1};
    assert_int_equal(entra_format.rank(&file), 5);
}

static void entra_recognise__claims_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        if (entra_format.recognise(heads[i].head, strlen(heads[i].head)) != heads[i].mine)
            fail_msg("%s", heads[i].head);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entra_read__takes_a_user),
        cmocka_unit_test(entra_read__leaves_unknown_what_graph_does_not_say),
        cmocka_unit_test(entra_read__takes_the_state_of_a_user),
        cmocka_unit_test(entra_read__takes_null_as_not_synchronised),
        cmocka_unit_test(entra_read__takes_no_policy_as_a_password_that_expires),
        cmocka_unit_test(entra_read__takes_an_end_date_only_where_there_is_one),
        cmocka_unit_test(entra_sign_in_activity__prefers_the_successful_one),
        cmocka_unit_test(entra_sign_in_activity__else_takes_the_later_attempt),
        cmocka_unit_test(entra_sign_in_activity__takes_the_year_one_as_never),
        cmocka_unit_test(entra_sign_in_activity__takes_another_time_up_to_1970_as_unknown),
        cmocka_unit_test(entra_sign_in_activity__takes_an_empty_text_as_unknown),
        cmocka_unit_test(entra_sign_in_activity__is_never_where_it_was_asked_for_and_is_not_there),
        cmocka_unit_test(entra_sign_in_activity__is_refused_where_it_is_no_date),
        cmocka_unit_test(entra_manager__is_nobody_only_where_managers_were_asked_for),
        cmocka_unit_test(entra_registration__adds_methods_and_what_policy_allows),
        cmocka_unit_test(entra_registration__knows_the_strength_of_each_method),
        cmocka_unit_test(entra_registration__takes_an_unknown_method_as_another_strong_one),
        cmocka_unit_test(entra_risk__counts_while_it_lasts),
        cmocka_unit_test(entra_pages__are_refused_where_one_is_missing),
        cmocka_unit_test(entra_pages__of_one_list_may_begin_differently),
        cmocka_unit_test(entra_read__takes_other_shapes_of_the_same),
        cmocka_unit_test(entra_read__tells_what_was_refused),
        cmocka_unit_test(entra_recognise__knows_a_page_before_its_first_item),
        cmocka_unit_test(entra_recognise__claims_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
