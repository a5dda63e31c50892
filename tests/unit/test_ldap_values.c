/* Tests of values as directories write them: identifiers, times, names, groups. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "core/base/mem.h"
#include "core/dataset/ldap_groups.h"
#include "core/dataset/ldap_values.h"

static void guid__is_written_as_the_directory_does(void **state)
{
    static const uint8_t bytes[LDAP_GUID_BYTES] = {0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
                                                   0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff};
    char text[LDAP_GUID_TEXT];
    (void)state;
    ldap_guid_text(bytes, text);
    assert_string_equal(text, "33221100-5544-7766-8899-aabbccddeeff");
}

static void filetime__tells_times_from_what_is_none(void **state)
{
    static const struct {
        const char *text;
        enum ldap_filetime what;
        int64_t at;
    } cases[] = {
        {"116444736010000000", LDAP_TIME, 1},
        {"133444736000000000", LDAP_TIME, 1700000000},
        {"2650467743999999999", LDAP_TIME, 253402300799},
        {"0", LDAP_NEVER, 0},
        {"9223372036854775807", LDAP_NEVER, 0},
        {"9223372036854775806", LDAP_ABSURD, 0},
        {"2650467744000000000", LDAP_ABSURD, 0},
        {"116444736000000000", LDAP_ABSURD, 0},
        {"1", LDAP_ABSURD, 0},
        {"-1", LDAP_ABSURD, 0},
        {"-9223372036854775808", LDAP_ABSURD, 0},
        {"9223372036854775808", LDAP_BAD, 0},
        {"20200102081500.0Z", LDAP_BAD, 0},
        {"", LDAP_BAD, 0},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int64_t at = 0;
        assert_int_equal(ldap_filetime(cases[i].text, &at), cases[i].what);
        assert_int_equal(at, cases[i].at);
    }
}

static void generalized_time__is_read_in_all_its_forms(void **state)
{
    static const struct {
        const char *text;
        int64_t at; /* 0 = refused */
    } cases[] = {
        {"20231114221320.0Z", 1700000000},
        {"20231114221320Z", 1700000000},
        {"20231114221320,75Z", 1700000000},
        {"20231114231320+0100", 1700000000},
        {"20231114201320-0200", 1700000000},
        {"202311142213Z", 1699999980},
        {"2023111422Z", 1699999200},
        {"000001010000Z", 0},
        {"16010101000000.0Z", 0},
        {"20231314221320Z", 0},
        {"20231114221320", 0},
        {"20231114221320+01:00", 0},
        {"20231114221320Zx", 0},
        {"", 0},
        {"2023111", 0},
        {"202311142213201Z", 0},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int64_t at = 0;
        assert_int_equal(ldap_generalized_time(cases[i].text, &at), cases[i].at != 0);
        assert_int_equal(at, cases[i].at);
    }
}

static void dn_first__undoes_escapes(void **state)
{
    static const struct {
        const char *dn, *value, *rest;
    } cases[] = {
        {"CN=Ann Finch,OU=Users,DC=example", "Ann Finch", "OU=Users,DC=example"},
        {"CN=Finch\\, Ann,OU=x", "Finch, Ann", "OU=x"},
        {"cn=J\\c3\\bcrg\\2C x", "J\xc3\xbcrg, x", ""},
        {"uid=ann+mail=a@example.com,dc=x", "ann", "dc=x"},
        {"cn= Ann , ou=x", "Ann ", " ou=x"},
        {"CN=back\\\\slash", "back\\slash", ""},
        {"CN=end\\", "end", ""},
        {"CN=", NULL, NULL},
        {"=x", NULL, NULL},
        {"Ann Finch", NULL, NULL},
        {"Finch, Ann=x", NULL, NULL},
        {"CN=a\\00b", NULL, NULL},
        {"CN=\\ff", NULL, NULL},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct strbuf value;
        const char *rest;
        strbuf_init(&value, 100);
        assert_int_equal(ldap_dn_first(cases[i].dn, &value, &rest), cases[i].value != NULL);
        if (cases[i].value) {
            assert_string_equal(value.text, cases[i].value);
            assert_string_equal(rest, cases[i].rest);
        }
        strbuf_release(&value);
    }
}

static void groups__are_known_by_name_place_and_number(void **state)
{
    static const struct {
        const char *name, *rest, *role; /* role NULL = none of the known ones */
        int64_t tier;
    } cases[] = {
        {"domain admins", "CN=Users,DC=example", "Domain Admins", 3},
        {"Domain Admins", "OU=Moved,DC=example", "Domain Admins", 3},
        {"Domänen-Admins", "CN=Users,DC=example", "Domain Admins", 3},
        {"Administrators", "CN=Builtin,DC=example", "Administrators", 3},
        {"Administrators", "OU=Shop,DC=example", NULL, 0},
        {"Backup Operators", "cn=builtin,DC=example", "Backup Operators", 2},
        {"Event Log Readers", "CN=Builtin,DC=example", "Event Log Readers", 1},
        {"admins", "cn=groups,cn=accounts,dc=example", "admins", 3},
        {"admins", "ou=groups,dc=example", NULL, 0},
        {"Domain Users", "CN=Users,DC=example", NULL, 0},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct ldap_group *group = ldap_group_of_dn(cases[i].name, cases[i].rest);
        assert_int_equal(group != NULL, cases[i].role != NULL);
        if (group) {
            assert_string_equal(ldap_group_role(group), cases[i].role);
            assert_int_equal(group->tier, cases[i].tier);
        }
    }
    assert_string_equal(ldap_group_role(ldap_group_of_rid(512)), "Domain Admins");
    assert_null(ldap_group_of_rid(513));
    assert_null(ldap_group_of_rid(0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guid__is_written_as_the_directory_does),
        cmocka_unit_test(filetime__tells_times_from_what_is_none),
        cmocka_unit_test(generalized_time__is_read_in_all_its_forms),
        cmocka_unit_test(dn_first__undoes_escapes),
        cmocka_unit_test(groups__are_known_by_name_place_and_number),
    };
    return cmocka_run_group_tests_name("ldap_values", tests, NULL, NULL);
}
