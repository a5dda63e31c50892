/* Tests of what Active Directory means with its attributes. */
#include "tests/support/ldif_texts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"

/* One user with these attributes: the columns before the flags of the lists, and those after. */
static void assert_ad(const char *attributes, const char *before, const char *after)
{
    char *bytes = mem_printf(AD_USER "%s\n", attributes);
    char *user = mem_printf(AD_ANN "%s" UNKNOWN_LISTS "%s\n", before, after);
    assert_users(bytes, user);
    free(bytes);
    free(user);
}

static void ad_read__takes_all_that_a_user_says(void **state)
{
    (void)state;
    assert_users(
        AD_USER "userPrincipalName: ann@example.com\n"
                "cn: Ann F\ndisplayName: Ann Finch\nmail: ann.finch@example.com\n"
                "employeeType: Contractor\n"
                "whenCreated: 20231114221320.0Z\n"
                "userAccountControl: 512\n"
                "accountExpires: 133444736000000000\n"
                "lastLogonTimestamp: 133444736010000000\nlastLogon: 133444736020000000\n"
                "pwdLastSet: 133444736030000000\nlockoutTime: 133444736040000000\n"
                "department: Sales\nmanager: CN=Boss\\, Bea,OU=Users,DC=example,DC=com\n\n",
        "user " GUID_ID " login='ann@example.com' email='ann.finch@example.com' "
        "display_name='Ann Finch' user_type='external' status='locked' enabled=1 "
        "created_at=1700000000 expires_at=1700000000 last_login_at=1700000002 last_login_known=1 "
        "password_changed_at=1700000003 password_never_expires=0 password_not_required=0 "
        "password_must_change=0" UNKNOWN_LISTS
        " locked_at=1700000004 department='Sales' manager='Boss, Bea'\n");
}

static void ad_read__judges_account_control(void **state)
{
    (void)state;
#define STATE(status, enabled, never, not_required)                                                \
    "status='" status "' enabled=" enabled NO_LOGIN " password_never_expires=" never               \
    " password_not_required=" not_required
    assert_ad("userAccountControl: 512\n", STATE("active", "1", "0", "0"), "");
    assert_ad("userAccountControl: 514\n", STATE("disabled", "0", "0", "0"), "");
    assert_ad("userAccountControl: 66080\n", STATE("active", "1", "1", "1"), "");
    assert_ad("userAccountControl: 262656\n", STATE("active", "1", "0", "0") " mfa_enforced=1", "");
    assert_ad("mail:\n", "status='unknown'" NO_LOGIN, "");
    assert_ad("employeeType: Employee\n", "status='unknown'" NO_LOGIN, "");
    assert_ad("employeeType: Grade 7\n", "status='unknown'" NO_LOGIN, "");
#undef STATE
}

#define ON(status)                                                                                 \
    "status='" status "' enabled=1" NO_LOGIN " password_never_expires=0 password_not_required=0"

static void ad_read__prefers_the_computed_lock(void **state)
{
    static const char computed[] = "userAccountControl: 512\nlockoutTime: 133444736000000000\n"
                                   "msDS-User-Account-Control-Computed: ";
    (void)state;
    assert_ad("userAccountControl: 512\nlockoutTime: 133444736000000000\n", ON("locked"),
              " locked_at=1700000000");
    assert_ad("userAccountControl: 512\nlockoutTime: 0\n", ON("active"), "");
    char *past = mem_printf("%s0\n", computed), *now = mem_printf("%s16\n", computed),
         *expired = mem_printf("%s8388608\n", computed);
    assert_ad(past, ON("active"), "");
    assert_ad(now, ON("locked"), " locked_at=1700000000");
    assert_ad(expired, ON("password_expired"), "");
    free(past);
    free(now);
    free(expired);
}

static void ad_read__compares_password_expiry_with_the_load(void **state)
{
    (void)state;
    char past[64], future[64];
    /* FILETIME of the load, and a second later. */
    snprintf(past, sizeof past, "%lld", (RECORDS_NOW + 11644473600LL) * 10000000);
    snprintf(future, sizeof future, "%lld", (RECORDS_NOW + 11644473601LL) * 10000000);
    static const char attribute[] =
        "userAccountControl: 512\nmsDS-UserPasswordExpiryTimeComputed: ";
    const struct {
        const char *expiry, *expected;
    } cases[] = {
        {past, ON("password_expired")},
        {future, ON("active")},
        {"9223372036854775807", ON("active")},
        {"0", ON("active")},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char *attributes = mem_printf("%s%s\n", attribute, cases[i].expiry);
        assert_ad(attributes, cases[i].expected, "");
        free(attributes);
    }
}

static void ad_read__takes_no_sentinel_for_a_date(void **state)
{
    (void)state;
    assert_ad("accountExpires: 0\npwdLastSet: 0\nlastLogon: 0\n",
              "status='unknown' last_login_known=1 password_must_change=1", "");
    assert_ad("accountExpires: 9223372036854775807\n", "status='unknown'" NO_LOGIN, "");
    assert_ad("accountExpires: 9223372036854775806\npwdLastSet: -1\nlastLogon: 17\n"
              "whenCreated: 16010101000000.0Z\n",
              "status='unknown'" NO_LOGIN, "");
}

static void ad_read__tells_never_from_unknown_sign_ins(void **state)
{
#define LOGIN(at) "status='unknown'" at
    static const struct {
        const char *attributes, *expected;
    } cases[] = {
        {"mail:\n", LOGIN(NO_LOGIN)},
        {"lastLogon: 0\n", LOGIN(" last_login_known=1")},
        {"lastLogonTimestamp: 0\n", LOGIN(" last_login_known=1")},
        {"lastLogonTimestamp: 133444736000000000\nlastLogon: 0\n",
         LOGIN(" last_login_at=1700000000 last_login_known=1")},
        {"lastLogonTimestamp: 0\nlastLogon: 133444736000000000\n",
         LOGIN(" last_login_at=1700000000 last_login_known=1")},
        {"lastLogonTimestamp: 133444736010000000\nlastLogon: 133444736000000000\n",
         LOGIN(" last_login_at=1700000001 last_login_known=1")},
        {"lastLogonTimestamp: 5\nlastLogon: 0\n", LOGIN(NO_LOGIN)},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_ad(cases[i].attributes, cases[i].expected, "");
    /* Of one controller alone, "never" says little. */
    assert_users(ASKED("objectGUID lastLogon ") AD_USER "lastLogon: 0\n" SUCCESS,
                 AD_ANN LOGIN(NO_LOGIN) UNKNOWN_LISTS "\n");
    assert_users(ASKED("lastLogonTimestamp lastLogon userAccountControl ") AD_USER
                 "lastLogon: 0\nuserAccountControl: 514\n" SUCCESS,
                 AD_ANN "status='disabled' enabled=0 last_login_known=1 password_never_expires=0 "
                        "password_not_required=0" UNKNOWN_LISTS "\n");
#undef LOGIN
}

static void ad_read__finds_administrators_and_never_all_roles(void **state)
{
#define USER   "status='unknown'" NO_LOGIN
#define DOMAIN "\n  role role='Domain Admins' tier=3 assignment='active'"
    (void)state;
    assert_ad("memberOf: CN=Domain Admins,CN=Users,DC=example\n"
              "memberOf: CN=Backup Operators,CN=Builtin,DC=example\n"
              "memberOf: CN=Administrators,OU=Shop,DC=example\n",
              USER,
              " is_admin=1" DOMAIN "\n  role role='Backup Operators' tier=2 "
              "assignment='active'");
    assert_ad("memberOf;range=0-1499: CN=Domain Admins,CN=Users,DC=example\n", USER,
              " is_admin=1" DOMAIN);
    assert_ad("memberOf:: Q049RG9tw6RuZW4tQWRtaW5zLENOPVVzZXJzLERDPWV4YW1wbGU=\n", USER,
              " is_admin=1" DOMAIN);
    assert_ad("primaryGroupID: 512\n", USER, " is_admin=1" DOMAIN);
    assert_ad("adminCount: 1\nprimaryGroupID: 513\n", USER, " is_admin=1");
    assert_ad("adminCount: 0\n", USER, " is_admin=0");
    assert_ad("memberOf: CN=Staff,DC=example\n", USER, "");
#undef DOMAIN
#undef USER
}

/* What was asked for and is not there says something, provided that the account could be read. */
static void ad_read__heeds_what_was_asked_for(void **state)
{
#define PLAIN ON("active") UNKNOWN_LISTS
    (void)state;
    static const char control[] = AD_USER "userAccountControl: 512\n" SUCCESS;
    static const struct {
        const char *asked, *after;
    } cases[] = {
        {"objectGUID ", ""},
        {"userAccountControl adminCount memberOf ", " is_admin=0"},
        {"userAccountControl adminCount ", ""},
        {"userAccountControl MANAGER ", " manager=''"},
        {"ALL", " is_admin=0 manager=''"},
        {"* + ", " is_admin=0 manager=''"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char *bytes = mem_printf("# LDAPv3\n# requesting: %s\n#\n\n%s", cases[i].asked, control);
        char *user = mem_printf(AD_ANN PLAIN "%s\n", cases[i].after);
        assert_users(bytes, user);
        free(bytes);
        free(user);
    }
    assert_users(ASKED("ALL") AD_USER SUCCESS,
                 AD_ANN "status='unknown'" NO_LOGIN UNKNOWN_LISTS "\n");
#undef PLAIN
}

static void ad_read__needs_no_classes(void **state)
{
    (void)state;
    assert_users("dn: CN=Ann,DC=example\nuserPrincipalName: ann@example.com\n"
                 "userAccountControl: 512\n\n",
                 "user id='CN=Ann,DC=example' login='ann@example.com' user_type='member' " ON(
                     "active") UNKNOWN_LISTS "\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ad_read__takes_all_that_a_user_says),
        cmocka_unit_test(ad_read__judges_account_control),
        cmocka_unit_test(ad_read__prefers_the_computed_lock),
        cmocka_unit_test(ad_read__compares_password_expiry_with_the_load),
        cmocka_unit_test(ad_read__takes_no_sentinel_for_a_date),
        cmocka_unit_test(ad_read__tells_never_from_unknown_sign_ins),
        cmocka_unit_test(ad_read__finds_administrators_and_never_all_roles),
        cmocka_unit_test(ad_read__heeds_what_was_asked_for),
        cmocka_unit_test(ad_read__needs_no_classes),
    };
    return cmocka_run_group_tests_name("ldif_active_directory", tests, NULL, NULL);
}
