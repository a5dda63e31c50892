/* Tests of what OpenLDAP means with its attributes. */
#include "tests/support/ldif_texts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/base/mem.h"

static void assert_openldap(const char *attributes, const char *before, const char *after)
{
    char *bytes = mem_printf("dn: uid=ann,dc=example\nuid: ann\n%s\n", attributes);
    char *user = mem_printf("user id='uid=ann,dc=example' login='ann' %s" UNKNOWN_LISTS "%s\n",
                            before, after);
    assert_users(bytes, user);
    free(bytes);
    free(user);
}

static void openldap_read__takes_all_that_a_user_says(void **state)
{
    (void)state;
    assert_users("dn: uid=ann,ou=people,dc=example\nobjectClass: inetOrgPerson\nuid: ann\n"
                 "cn: Ann Finch\nmail: ann@example.com\nou: Sales\nemployeeType: staff\n"
                 "manager: uid=boss,ou=people,dc=example\n"
                 "memberOf: cn=admins,cn=groups,cn=accounts,dc=example\n"
                 "entryUUID: 11111111-2222-3333-4444-555555555555\n"
                 "createTimestamp: 20231114221320Z\n"
                 "authTimestamp: 20231114221321Z\npwdLastSuccess: 20231114221322Z\n"
                 "pwdChangedTime: 20231114221323Z\nshadowLastChange: 5\nshadowMax: 90\n"
                 "shadowExpire: 20000\n\n",
                 "user id='11111111-2222-3333-4444-555555555555' login='ann' "
                 "email='ann@example.com' display_name='Ann Finch' user_type='member' "
                 "status='active' enabled=1 created_at=1700000000 expires_at=1728000000 "
                 "last_login_at=1700000002 last_login_known=1 password_changed_at=1700000003 "
                 "password_never_expires=0 password_must_change=0" UNKNOWN_LISTS
                 " is_admin=1 department='Sales' manager='boss'\n"
                 "  role role='admins' tier=3 assignment='active'\n");
}

static void openldap_read__judges_locks(void **state)
{
    (void)state;
    assert_openldap("pwdAccountLockedTime: 000001010000Z\n", "status='disabled' enabled=0" NO_LOGIN,
                    "");
    assert_openldap("pwdAccountLockedTime: 20231114221320Z\n", "status='locked' enabled=1" NO_LOGIN,
                    " locked_at=1700000000");
    assert_openldap("nsAccountLock: TRUE\n", "status='disabled' enabled=0" NO_LOGIN, "");
    assert_openldap("nsAccountLock: false\n", "status='active' enabled=1" NO_LOGIN, "");
    assert_openldap("createTimestamp: 20231114221320Z\n",
                    "status='active' enabled=1 created_at=1700000000" NO_LOGIN, "");
    assert_openldap("mail:\n", "status='unknown'" NO_LOGIN, "");
    assert_users(ASKED("* + ") "dn: uid=a\nuid: a\n" SUCCESS,
                 "user id='uid=a' login='a' status='active' enabled=1" NO_LOGIN UNKNOWN_LISTS "\n");
    assert_users(ASKED("uid pwdAccountLockedTime ") "dn: uid=a\nuid: a\n" SUCCESS,
                 "user id='uid=a' login='a' status='active' enabled=1" NO_LOGIN UNKNOWN_LISTS "\n");
    assert_users(
        ASKED("ALL") "dn: uid=a\nuid: a\ncreateTimestamp: 20231114221320Z\n" SUCCESS,
        "user id='uid=a' login='a' status='unknown' created_at=1700000000" NO_LOGIN UNKNOWN_LISTS
        "\n");
}

static void openldap_read__judges_passwords(void **state)
{
    static const struct {
        const char *attributes, *expected;
    } cases[] = {
        {"shadowLastChange: 0\n", " password_must_change=1"},
        {"shadowLastChange: 19000\n", " password_changed_at=1641600000 password_must_change=0"},
        {"pwdReset: TRUE\nshadowLastChange: 19000\n",
         " password_changed_at=1641600000 password_must_change=1"},
        {"shadowMax: 99999\n", " password_never_expires=1"},
        {"shadowMax: -1\n", " password_never_expires=1"},
        {"shadowMax: 90\nshadowExpire: -1\n", " password_never_expires=0"},
        {"shadowExpire: 99999999999\n", ""},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char *expected = mem_printf("status='unknown'" NO_LOGIN "%s", cases[i].expected);
        assert_openldap(cases[i].attributes, expected, "");
        free(expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(openldap_read__takes_all_that_a_user_says),
        cmocka_unit_test(openldap_read__judges_locks),
        cmocka_unit_test(openldap_read__judges_passwords),
    };
    return cmocka_run_group_tests_name("ldif_openldap", tests, NULL, NULL);
}
