/* Tests of LDIF: how it is read, and what ldapsearch writes around it. */
#include "tests/support/ldif_texts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/dataset/ldif_reader.h"

static void assert_how(unsigned how, const char *bytes, const char *expected)
{
    records_expect_files(&ldif_format, ((const struct records_file[]){{"file", bytes}, {0}}), how,
                         expected);
}

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

/* --- ldapsearch ------------------------------------------------------------------------------- */

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
    };
    return cmocka_run_group_tests_name("ldif", tests, NULL, NULL);
}
