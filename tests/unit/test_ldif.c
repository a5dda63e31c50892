/* Tests of LDIF: how it is read, and what Active Directory and OpenLDAP mean with it. */
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
#include "core/dataset/ldif_reader.h"
#include "tests/support/records.h"

#define UNKNOWN_LISTS " factors_known=0 roles_known=0 sign_ins_known=0 credentials_known=0"
#define NO_LOGIN      " last_login_known=0"
#define GUID          "objectGUID:: AAECAwQFBgcICQoLDA0ODw==\n"
#define GUID_ID       "id='03020100-0504-0706-0809-0a0b0c0d0e0f'"
#define AD_USER                                                                                    \
    "dn: CN=Ann,OU=Users,DC=example,DC=com\nobjectClass: top\nobjectClass: user\n" GUID            \
    "sAMAccountName: ann\n"
#define AD_ANN   "user " GUID_ID " login='ann' user_type='member' "
#define ASKED(x) "# LDAPv3\n# requesting: " x "\n#\n\n"
#define SUCCESS  "\n# search result\nsearch: 2\nresult: 0 Success\n\n# numResponses: 2\n"

static void assert_users(const char *bytes, const char *expected)
{
    for (size_t piece = 0; piece < 6; piece++) {
        struct error err = {0};
        char *users = records_read(&ldif_format, bytes, strlen(bytes), piece, &err);
        assert_string_equal(err.text, "");
        assert_string_equal(users, expected);
        free(users);
    }
}

static void assert_refused(const char *bytes, const char *expected)
{
    struct error err = {0};
    assert_null(records_read(&ldif_format, bytes, strlen(bytes), 0, &err));
    assert_string_equal(err.text, expected);
    assert_int_equal(err.kind, ERR_INVALID);
}

static void assert_how(unsigned how, const char *bytes, const char *expected)
{
    const struct records_file files[] = {{"file", bytes}, {NULL, NULL}};
    struct error err = {0};
    char *users = records_read_files(&ldif_format, files, how, &err);
    assert_string_equal(err.text, "");
    assert_string_equal(users, expected);
    free(users);
}

/* One user with these attributes: the columns before the flags of the lists, and those after. */
static void assert_ad(const char *attributes, const char *before, const char *after)
{
    char *bytes = mem_printf(AD_USER "%s\n", attributes);
    char *user = mem_printf(AD_ANN "%s" UNKNOWN_LISTS "%s\n", before, after);
    assert_users(bytes, user);
    free(bytes);
    free(user);
}

static void assert_openldap(const char *attributes, const char *before, const char *after)
{
    char *bytes = mem_printf("dn: uid=ann,dc=example\nuid: ann\n%s\n", attributes);
    char *user = mem_printf("user id='uid=ann,dc=example' login='ann' %s" UNKNOWN_LISTS "%s\n",
                            before, after);
    assert_users(bytes, user);
    free(bytes);
    free(user);
}

/* --- reading --------------------------------------------------------------------------------- */

static void ldif_read__understands_the_forms_of_the_standard(void **state)
{
    static const char expected[] = "user id='uid=ann,dc=example' login='ann' "
                                   "email='ann@example.com' display_name='J\xc3\xbcrg' "
                                   "status='unknown'" NO_LOGIN UNKNOWN_LISTS "\n"
                                   "user id='uid=j\xc3\xbcrg,dc=example' login='bob' "
                                   "status='unknown'" NO_LOGIN UNKNOWN_LISTS "\n";
    (void)state;
    assert_users("version: 1\n\n"
                 "# a comment\n  that goes on\n"
                 "dn: uid=ann,\n dc=exam\n ple\n"
                 "uid: an\n n\n"
                 "CN:: SsO8\n cmc=\n"
                 "cn;lang-de: Anna\n"
                 "# in the middle\n"
                 "mail:ann@example.com\n"
                 "mail:   second@example.com\n"
                 "jpegPhoto:: //79\n  not base64 at all\n"
                 "userPassword:< file:///etc/hosts\n"
                 "\n\n\n"
                 "dn:: dWlkPWrDvHJnLGRjPWV4YW1wbGU=\n"
                 "changetype: add\n"
                 "uid: bob\n",
                 expected);
    assert_users("\xef\xbb\xbfversion: 1\r\n"
                 "dn: uid=ann,dc=ex\r\n ample\r\nuid: ann\r\nmail: ann@example.com\r\n"
                 "cn:: SsO8cmc=\r\n\r\n"
                 "dn:: dWlkPWrDvHJnLGRjPWV4YW1wbGU=\r\nuid: bob\r\n",
                 expected);
}

static void ldif_read__leaves_out_what_is_no_user(void **state)
{
    (void)state;
    assert_users("dn: OU=Users,DC=example\nobjectClass: organizationalUnit\nou: Users\n\n"
                 "dn: CN=Staff,DC=example\nobjectClass: group\nsAMAccountName: staff\n" GUID "\n"
                 "dn: CN=PC1,DC=example\nobjectClass: user\nobjectClass: computer\n"
                 "sAMAccountName: PC1$\nuserAccountControl: 4096\n" GUID "\n"
                 "dn: CN=OTHER$,DC=example\nobjectClass: user\nsAMAccountName: OTHER$\n"
                 "userAccountControl: 2080\n" GUID "\n"
                 "dn: CN=Contact,DC=example\nobjectClass: contact\nmail: c@example.com\n" GUID "\n"
                 "dn: CN=Nobody,DC=example\nsAMAccountName: nogroup\n" GUID "\n"
                 "dn: cn=staff,dc=example\nobjectClass: groupOfNames\ncn: staff\n\n"
                 "dn: uid=pc$,dc=example\nobjectClass: account\nuid: pc$\n\n"
                 "dn: cn=Old Friend,dc=example\nobjectClass: inetOrgPerson\nmail: o@example.com\n\n"
                 "# search reference\nref: ldap://dc2.example.com/DC=sub,DC=example??sub\n\n",
                 "");
}

static void ldif_read__refuses_what_is_broken(void **state)
{
    (void)state;
    assert_refused("uid: ann\n",
                   "file:1: 'uid: ann' stands where an entry should begin with 'dn:'");
    assert_refused("dn: x=1\nuid ann\n\n",
                   "file:2: 'uid ann' is no attribute; 'name: value' is expected");
    assert_refused(" x\n", "file:1: the line begins with a blank, but there is none to continue");
    assert_refused("dn: x=1\nuid: a\ndn: x=2\n\n", "file:3: a second 'dn' in one entry; an empty "
                                                   "line has to stand between entries");
    assert_refused("dn: x=1\nchangetype: modify\nreplace: uid\nuid: b\n-\n\n",
                   "file:2: this is a change ('changetype'), not an entry; export what the "
                   "directory holds, for example with ldapsearch");
    assert_refused("dn: x=1\nuid:: a*b\n\n", "file:2: attribute 'uid': it is not valid base64");
    assert_refused("dn: x=1\nobjectGUID:< file:///tmp/guid\n\n",
                   "file:2: attribute 'objectGUID': its value stands in another file; have it "
                   "written here (ldapsearch without -t)");
    assert_refused("dn:: AAA=\n\n", "file:1: dn: it is no text");
    assert_refused("version: 2\n\n", "file:1: LDIF of version 1 is expected");
    assert_refused("dn: x=1\nuid:: /w==\n\n", "file:2: attribute 'uid': '\\x{ff}' is not text in "
                                              "UTF-8");
    assert_refused("dn: x=1\nuid: a\xff\n\n", "file:2: byte 7 of the line is not valid UTF-8; save "
                                              "the file as UTF-8");
    assert_refused(AD_USER "userAccountControl: many\n\n",
                   "file:6: attribute 'userAccountControl': 'many' is not a whole number");
    assert_refused(AD_USER "pwdLastSet: 2024\npwdLastSet: 20200102081500.0Z\n"
                           "lastLogon: soon\n\n",
                   "file:8: attribute 'lastLogon': 'soon' is not a time (a whole number of 100 ns "
                   "since 1601)");
    assert_refused("dn: x=1\nobjectClass: user\nuserAccountControl: 512\n\n",
                   "file:1: column 'login': a value is required");
}

static void ldif_read__refuses_a_file_that_is_cut_off(void **state)
{
    (void)state;
    assert_refused("dn: x=1\nuid: ann", "file:2: the last line has no end, so that the file seems "
                                        "to be cut off; save it again, or end it with an empty "
                                        "line");
    assert_users("dn: x=1\nuid: ann\n",
                 "user id='x=1' login='ann' status='unknown'" NO_LOGIN UNKNOWN_LISTS "\n");
}

static void ldif_read__limits_values_and_entries(void **state)
{
    (void)state;
    struct strbuf s;
    strbuf_init(&s, 16 << 20);
    strbuf_adds(&s, "dn: x=1\nuid: ");
    for (int i = 0; i < 20000; i++)
        strbuf_adds(&s,
                    "0123456789012345678901234567890123456789012345678901234567890123456789\n ");
    strbuf_adds(&s, "\n\n");
    assert_refused(s.text, "file:2: the value is longer than 1 MiB");
    strbuf_clear(&s);
    strbuf_adds(&s, "dn: x=1\nobjectClass: user\n");
    for (int i = 0; i < 80000; i++)
        strbuf_adds(&s, "memberOf: CN=A group with a long name,OU=Groups,DC=example,DC=com\n");
    strbuf_adds(&s, "\n");
    assert_refused(s.text, "file:74901: attribute 'memberOf': with it the entry is larger than 4 "
                           "MiB");
    strbuf_release(&s);
}

static void ldif_read__goes_on_after_a_bad_entry_where_asked(void **state)
{
    (void)state;
    assert_how(RECORDS_SKIP_BAD,
               "dn: x=1\nuid: ann\n\n"
               "dn: x=2\nuid:: *\nmail: gone@example.com\n\n"
               "no entry\nat all\n\n"
               "dn: x=3\nuid: bob\n\xff\n more of it\n\n"
               "dn: x=4\nuid: eve\n\n"
               "dn: x=5\nuid: cut",
               "user id='x=1' login='ann' status='unknown'" NO_LOGIN UNKNOWN_LISTS "\n"
               "rejected file:5: attribute 'uid': it is not valid base64\n"
               "rejected file:8: 'no entry' stands where an entry should begin with 'dn:'\n"
               "rejected file:13: byte 1 of the line is not valid UTF-8; save the file as UTF-8\n"
               "user id='x=4' login='eve' status='unknown'" NO_LOGIN UNKNOWN_LISTS "\n"
               "rejected file:20: the last line has no end, so that the file seems to be cut off; "
               "save it again, or end it with an empty line\n");
}

static void ldif_recognise__knows_its_beginnings(void **state)
{
    static const struct {
        const char *head;
        bool expected;
    } cases[] = {
        {"dn: CN=x\n", true},
        {"DN:: Q049eA==\r\n", true},
        {"version: 1\n\ndn: x\n", true},
        {"# exported today\n#  with care\n\r\ndn: x\n", true},
        {"# folded\n comment\ndn: x\n", true},
        {"# extended LDIF\n#\n# LDAPv3\n", true},
        {"ref: ldap://x\n", true},
        {"version: '3'\nservices:\n", false},
        {"# hosts\n127.0.0.1 localhost\n", false},
        {"id,login\ndn:,x\n", false},
        {"{\"dn\": 1}", false},
        {"", false},
        {"#", false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        assert_int_equal(ldif_recognise(cases[i].head, strlen(cases[i].head)), cases[i].expected);
}

/* --- ldapsearch ------------------------------------------------------------------------------ */

#define ENTRY "# ann, example\ndn: uid=ann,dc=example\nuid: ann\n"
#define ENTRY_USER                                                                                 \
    "user id='uid=ann,dc=example' login='ann' status='unknown'" NO_LOGIN UNKNOWN_LISTS "\n"
#define MISSING                                                                                    \
    ", so that users are missing; have the server give all of them in pages (ldapsearch -E "       \
    "pr=500/noprompt), or add what is here with --merge"
#define PAGE(cookie)                                                                               \
    "\n# search result\nsearch: 2\nresult: 0 Success\ncontrol: 1.2.840.113556.1.4.319 false "      \
    "MA0CAQAECAQAAAAAAAAA\npagedresults: cookie=" cookie "\n"

static void ldapsearch__is_understood_around_the_entries(void **state)
{
    (void)state;
    assert_users("# extended LDIF\n#\n" ASKED("uid ") ENTRY SUCCESS, ENTRY_USER);
    assert_users("# extended LDIF\n#\n" ASKED("uid ") ENTRY PAGE(
                     "BAAAAAAAAAA=") "Press [size] Enter for the next {2|size} entries.\n"
                                     "# extended LDIF\n#\n" ASKED("uid ")
                                         ENTRY PAGE("") "\n# numEntries: 2\n",
                 ENTRY_USER ENTRY_USER);
    assert_users("version: 1\n\n#\n" ASKED("uid ") ENTRY
                 "\n# search result\n# pagedresults: cookie=\n\n# numEntries: 1\n",
                 ENTRY_USER);
}

static void ldapsearch__that_was_cut_is_refused(void **state)
{
    static const char cut[] = ENTRY "\nsearch: 2\nresult: 4 Size limit exceeded\n\n";
    (void)state;
    assert_refused(cut, "file:6: the search ended with 'result: 4 Size limit exceeded'" MISSING);
    assert_refused(ASKED("uid ") ENTRY "\n",
                   "file:8: the file ends before the search does" MISSING);
    assert_refused(ENTRY PAGE("BAAAAAAAAAA=") "\n",
                   "file:10: the last page of the search is not here" MISSING);
    assert_refused("version: 1\n\n" ENTRY "\n# search result\n# pagedresults: cookie=BAA=\n",
                   "file:8: the last page of the search is not here" MISSING);
    assert_how(RECORDS_MERGE, cut,
               ENTRY_USER "note file: the search ended with 'result: 4 Size limit exceeded'; users "
                          "who are not in it keep what they had\n");
}

/* --- Active Directory ------------------------------------------------------------------------ */

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

/* --- OpenLDAP -------------------------------------------------------------------------------- */

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
        cmocka_unit_test(ldif_read__understands_the_forms_of_the_standard),
        cmocka_unit_test(ldif_read__leaves_out_what_is_no_user),
        cmocka_unit_test(ldif_read__refuses_what_is_broken),
        cmocka_unit_test(ldif_read__refuses_a_file_that_is_cut_off),
        cmocka_unit_test(ldif_read__limits_values_and_entries),
        cmocka_unit_test(ldif_read__goes_on_after_a_bad_entry_where_asked),
        cmocka_unit_test(ldif_recognise__knows_its_beginnings),
        cmocka_unit_test(ldapsearch__is_understood_around_the_entries),
        cmocka_unit_test(ldapsearch__that_was_cut_is_refused),
        cmocka_unit_test(ad_read__takes_all_that_a_user_says),
        cmocka_unit_test(ad_read__judges_account_control),
        cmocka_unit_test(ad_read__prefers_the_computed_lock),
        cmocka_unit_test(ad_read__compares_password_expiry_with_the_load),
        cmocka_unit_test(ad_read__takes_no_sentinel_for_a_date),
        cmocka_unit_test(ad_read__tells_never_from_unknown_sign_ins),
        cmocka_unit_test(ad_read__finds_administrators_and_never_all_roles),
        cmocka_unit_test(ad_read__heeds_what_was_asked_for),
        cmocka_unit_test(ad_read__needs_no_classes),
        cmocka_unit_test(openldap_read__takes_all_that_a_user_says),
        cmocka_unit_test(openldap_read__judges_locks),
        cmocka_unit_test(openldap_read__judges_passwords),
    };
    return cmocka_run_group_tests_name("ldif", tests, NULL, NULL);
}
