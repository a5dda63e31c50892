/* Tests of the sign-ins in the system log of Okta. */
#include "tests/support/okta_texts.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(okta_read__takes_sign_ins_of_the_system_log),
        cmocka_unit_test(okta_read__says_that_mfa_was_used_only_where_okta_does),
        cmocka_unit_test(okta_read__leaves_out_events_that_are_no_sign_ins),
        cmocka_unit_test(okta_read__finds_who_was_not_recognised_by_the_login),
    };
    return cmocka_run_group_tests_name("okta_sign_ins", tests, NULL, NULL);
}
