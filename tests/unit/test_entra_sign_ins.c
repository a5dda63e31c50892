/* Tests of the sign-in log of Entra ID: results, legacy clients, and whether MFA was used. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tests/support/records.h"

#define WHEN "\"createdDateTime\":\"2023-11-14T22:13:20Z\""

static void assert_read(const char *bytes, const char *expected)
{
    for (size_t piece = 0; piece < 4; piece++) {
        struct error err = {0};
        char *text = records_read(&entra_format, bytes, strlen(bytes), piece, &err);
        assert_string_equal(err.text, "");
        assert_string_equal(text, expected);
        free(text);
    }
}

/* That a sign-in with these further members becomes that row. */
static void assert_sign_in(const char *members, const char *values)
{
    char *bytes = mem_printf("{\"userId\":\"u1\"," WHEN "%s}", members);
    char *expected = mem_printf("adds id='u1' sign_ins_known=1\n"
                                "  sign_in at=1700000000%s\n",
                                values);
    assert_read(bytes, expected);
    free(bytes);
    free(expected);
}

static void entra_sign_ins__takes_one(void **state)
{
    (void)state;
    assert_read("{\"@odata.context\":\"https://x/v1.0/$metadata#auditLogs/signIns\",\"value\":["
                "{\"id\":\"s1\"," WHEN
                ",\"userId\":\"u1\",\"userPrincipalName\":\"Ann@example.com\","
                "\"userDisplayName\":\"Ann\",\"appDisplayName\":\"Mail\","
                "\"ipAddress\":\"192.0.2.1\",\"clientAppUsed\":\"Browser\",\"isInteractive\":true,"
                "\"riskLevelDuringSignIn\":\"low\",\"riskState\":\"atRisk\","
                "\"authenticationRequirement\":\"multiFactorAuthentication\","
                "\"status\":{\"errorCode\":0,\"failureReason\":\"Other.\"},"
                "\"location\":{\"city\":\"Berlin\",\"countryOrRegion\":\"DE\"}}]}",
                "adds id='u1' login='Ann@example.com' sign_ins_known=1\n"
                "  sign_in at=1700000000 result='success' interactive=1 mfa_used=1 legacy_auth=0 "
                "ip='192.0.2.1' country='DE' app='Mail' risk_level='low'\n"
                "covers sign_ins\n");
}

/* Selected members have the login alone. A machine is nobody of the data set. */
static void entra_sign_ins__finds_whose_it_is(void **state)
{
    (void)state;
    assert_read("{\"userPrincipalName\":\"ann@example.com\"," WHEN
                ",\"status\":{\"errorCode\":50126}}\n"
                "{\"userId\":\"\",\"userPrincipalName\":null,\"servicePrincipalId\":\"a\"," WHEN
                ",\"status\":{\"errorCode\":0}}\n",
                "adds login='ann@example.com' sign_ins_known=1\n"
                "  sign_in at=1700000000 result='failure'\n");
}

static void entra_sign_ins__of_a_quiet_day_cover_everybody(void **state)
{
    (void)state;
    assert_read("{\"@odata.context\":\"https://x/v1.0/$metadata#auditLogs/signIns\",\"value\":[]}",
                "covers sign_ins\n");
}

static const struct {
    const char *client;
    int legacy; /* -1 unknown */
} clients[] = {
    {"Browser", 0},
    {"Mobile Apps and Desktop clients", 0},
    {"Modern clients", 0},
    {"Exchange ActiveSync", 1},
    {"Exchange Active Sync", 1},
    {"IMAP", 1},
    {"IMAP4", 1},
    {"POP3", 1},
    {"SMTP", 1},
    {"Authenticated SMTP", 1},
    {"AutoDiscover", 1},
    {"MAPI Over HTTP", 1},
    {"Exchange Online PowerShell", 1},
    {"Exchange Web Services", 1},
    {"Offline Address Book", 1},
    {"Outlook Anywhere (RPC over HTTP)", 1},
    {"Outlook Service", 1},
    {"Reporting Web Services", 1},
    {"Other clients; Older Office clients", 1},
    {"other clients", 1},
    {"Something newer", -1},
    {"", -1},
};

static void entra_sign_ins__marks_legacy_clients(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(clients); i++) {
        char *members =
            mem_printf(",\"status\":{\"errorCode\":0},\"clientAppUsed\":\"%s\"", clients[i].client);
        assert_sign_in(members, clients[i].legacy < 0 ? " result='success'"
                                : clients[i].legacy   ? " result='success' legacy_auth=1"
                                                      : " result='success' legacy_auth=0");
        free(members);
    }
}

#define STEP(method, succeeded, detail)                                                            \
    "{\"authenticationMethod\":\"" method "\",\"succeeded\":" succeeded                            \
    ",\"authenticationStepResultDetail\":\"" detail "\"}"
#define SUCCESS ",\"status\":{\"errorCode\":0}"
#define SINGLE  ",\"authenticationRequirement\":\"singleFactorAuthentication\""

static const struct {
    const char *members, *values;
} uses[] = {
    {SUCCESS, ""},
    {SUCCESS SINGLE, " mfa_used=0"},
    {SUCCESS ",\"authenticationRequirement\":\"somethingElse\"", ""},
    {SUCCESS SINGLE ",\"authenticationDetails\":[" STEP("Password", "true", "Correct password") "]",
     " mfa_used=0"},
    {SUCCESS SINGLE
     ",\"authenticationDetails\":[" STEP("Password", "true", "Correct password") "," STEP(
         "Text message", "true", "MFA completed in Azure AD") "]",
     " mfa_used=1 factor_kind='sms'"},
    {SUCCESS SINGLE ",\"authenticationDetails\":[" STEP("FIDO2 security key", "true", "") "]",
     " mfa_used=1 factor_kind='webauthn'"},
    {SUCCESS SINGLE ",\"authenticationDetails\":[" STEP("Mobile app notification", "false",
                                                        "MFA denied; user declined") "]",
     " mfa_used=0"},
    {SUCCESS SINGLE ",\"authenticationDetails\":[" STEP(
         "Previously satisfied", "true", "MFA requirement satisfied by claim in the token") "]",
     " mfa_used=1"},
    {SUCCESS SINGLE ",\"authenticationDetails\":[" STEP(
         "Previously satisfied", "true",
         "First factor requirement satisfied by claim in the token") "]",
     " mfa_used=0"},
    {",\"status\":{\"errorCode\":0,\"additionalDetails\":"
     "\"MFA requirement satisfied by claim in the token\"}",
     " mfa_used=1"},
    {SUCCESS ",\"mfaDetail\":{\"authMethod\":\"Phone call approval\",\"authDetail\":null}",
     " mfa_used=1"},
    {SUCCESS ",\"mfaDetail\":null", ""},
    /* A failure names the single factor whatever was needed. */
    {",\"status\":{\"errorCode\":50126}" SINGLE, ""},
};

static void entra_sign_ins__knows_whether_mfa_was_used(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(uses); i++) {
        const bool failed = strstr(uses[i].members, "50126") != NULL;
        char *values = mem_printf(" result='%s'%s", failed ? "failure" : "success", uses[i].values);
        assert_sign_in(uses[i].members, values);
        free(values);
    }
}

static void entra_sign_ins__leaves_out_what_risk_it_may_not_show(void **state)
{
    (void)state;
    assert_sign_in(SUCCESS ",\"riskLevelDuringSignIn\":\"hidden\"", " result='success'");
    assert_sign_in(SUCCESS ",\"riskLevelDuringSignIn\":\"none\"",
                   " result='success' risk_level='none'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entra_sign_ins__takes_one),
        cmocka_unit_test(entra_sign_ins__finds_whose_it_is),
        cmocka_unit_test(entra_sign_ins__of_a_quiet_day_cover_everybody),
        cmocka_unit_test(entra_sign_ins__marks_legacy_clients),
        cmocka_unit_test(entra_sign_ins__knows_whether_mfa_was_used),
        cmocka_unit_test(entra_sign_ins__leaves_out_what_risk_it_may_not_show),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
