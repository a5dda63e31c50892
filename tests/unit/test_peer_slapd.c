/* LDIF as a real server and OpenLDAP's own ldapsearch write it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "tests/support/records.h"
#include "tests/support/slapd.h"

enum { PEOPLE = 25 }; /* more than the server gives without pages */

#define LONG_NAME                                                                                  \
    "A name that is much longer than the line of seventy-six bytes that ldapsearch folds after"
#define SEARCH(...) slapd_search(slapd, (const char *const[]){__VA_ARGS__, NULL})

static struct slapd *slapd; /* outlives its test where that fails: the next teardown ends it */

static char *people(void)
{
    static const char special[] =
        "dn: uid=locked,dc=example,dc=com\nobjectClass: inetOrgPerson\nuid: locked\n"
        "cn: Locked\nsn: x\npwdAccountLockedTime: 000001010000Z\n\n"
        "dn: uid=long,dc=example,dc=com\nobjectClass: inetOrgPerson\nuid: long\n"
        "cn: " LONG_NAME "\nsn: x\n\n"
        "dn: uid=accent,dc=example,dc=com\nobjectClass: inetOrgPerson\nuid: accent\n"
        "cn:: SsO8cmc=\nsn: x\nuserPassword: secret-word\njpegPhoto:: //79/w==\n\n"
        "dn: ou=group,dc=example,dc=com\nobjectClass: organizationalUnit\nou: group\n\n"
        "dn: CN=Ann,dc=example,dc=com\nobjectClass: user\nobjectClass: extensibleObject\n"
        "cn: Ann\nsn: x\ninstanceType: 4\nobjectCategory: CN=Person,dc=example,dc=com\n"
        "nTSecurityDescriptor:: AA==\nobjectGUID:: AAECAwQFBgcICQoLDA0ODw==\n"
        "sAMAccountName: ann\nuserAccountControl: 66048\npwdLastSet: 0\n"
        "accountExpires: 9223372036854775807\nlastLogon: 0\nlastLogonTimestamp: 0\n"
        "memberOf: CN=Domain Admins,CN=Users,dc=example,dc=com\n\n";
    struct strbuf ldif;
    strbuf_init(&ldif, 64 << 10);
    strbuf_adds(&ldif, special);
    for (int i = 0; i < PEOPLE; i++)
        strbuf_addf(&ldif,
                    "dn: uid=user%d,dc=example,dc=com\nobjectClass: inetOrgPerson\nuid: user%d\n"
                    "cn: User\nsn: x\nuserPassword: pw\n\n",
                    i, i);
    return strbuf_detach(&ldif);
}

static int set_up(void **state)
{
    (void)state;
    slapd = NULL;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    slapd_stop(slapd);
    slapd = NULL;
    return 0;
}

static void start(void)
{
    char *ldif = people();
    slapd = slapd_start(ldif);
    free(ldif);
}

/* The users in what ldapsearch wrote, which is freed. */
static char *read_users(char *ldif)
{
    struct error err = {0};
    char *users = records_read(&ldif_format, ldif, strlen(ldif), 1000, &err);
    assert_string_equal(err.text, "");
    free(ldif);
    return users;
}

static size_t count(const char *text, const char *part)
{
    size_t found = 0;
    for (; (text = strstr(text, part)); text += strlen(part))
        found++;
    return found;
}

static void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("no '%s' in:\n%s", part, text);
}

static void search__with_pages_has_everybody(void **state)
{
    (void)state;
    start();
    slapd_bind(slapd, "uid=user7,dc=example,dc=com", "pw");
    char *users =
        read_users(SEARCH("-E", "pr=4/noprompt", "(objectClass=inetOrgPerson)", "*", "+"));
    assert_int_equal(count(users, "user id='"), PEOPLE + 3);
    assert_int_equal(count(users, "status='active' enabled=1"), PEOPLE + 2);
    assert_int_equal(count(users, "last_login_known=1"), 1);
    assert_has(users, "login='user7' display_name='User' status='active' enabled=1 created_at=");
    assert_has(users, "login='locked' display_name='Locked' status='disabled' enabled=0");
    assert_has(users, "login='long' display_name='" LONG_NAME "'");
    assert_has(users, "login='accent' display_name='J\xc3\xbcrg'");
    free(users);
}

static void search__that_the_server_cuts_is_refused(void **state)
{
    (void)state;
    start();
    struct error err = {0};
    char *ldif = SEARCH("(objectClass=inetOrgPerson)", "uid");
    assert_int_equal(count(ldif, "\nuid: "), SLAPD_LIMIT);
    assert_null(records_read(&ldif_format, ldif, strlen(ldif), 0, &err));
    assert_has(err.text, "the search ended with 'result: 4 Size limit exceeded'");
    free(ldif);
}

static void search__of_any_entry_finds_the_users(void **state)
{
    (void)state;
    start();
    char *users = read_users(SEARCH("-L", "-E", "pr=10/noprompt", "(objectClass=*)"));
    assert_int_equal(count(users, "user id='"), PEOPLE + 4);
    free(users);
}

static void search__has_users_as_active_directory_writes_them(void **state)
{
    (void)state;
    start();
    char *users = read_users(SEARCH("(objectClass=user)"));
    assert_string_equal(
        users, "user id='03020100-0504-0706-0809-0a0b0c0d0e0f' login='ann' display_name='Ann' "
               "user_type='member' status='active' enabled=1 last_login_known=1 "
               "password_never_expires=1 password_not_required=0 password_must_change=1 "
               "factors_known=0 roles_known=0 sign_ins_known=0 credentials_known=0 is_admin=1 "
               "manager=''\n"
               "  role role='Domain Admins' tier=3 assignment='active'\n");
    free(users);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(search__with_pages_has_everybody, set_up, tear_down),
        cmocka_unit_test_setup_teardown(search__that_the_server_cuts_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(search__of_any_entry_finds_the_users, set_up, tear_down),
        cmocka_unit_test_setup_teardown(search__has_users_as_active_directory_writes_them, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests_name("peer_slapd", tests, NULL, NULL);
}
