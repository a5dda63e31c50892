/* Tests of the SCIM format: what users say, pages that overlap, come again or are missing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/dataset/spans.h"
#include "tests/support/records.h"

#define LIST       "\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:ListResponse\"]"
#define ENTERPRISE "\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\""
#define NONE_KNOWN "factors_known=0 roles_known=0 sign_ins_known=0 credentials_known=0"
#define PLAIN(n)   "{\"id\":\"" n "\",\"userName\":\"user" n "\"}"
#define READ(n)                                                                                    \
    "user id='" n "' login='user" n "' status='unknown' last_login_known=0 " NONE_KNOWN "\n"
#define REST " status='unknown' last_login_known=0 " NONE_KNOWN

#define assert_users(bytes, expected)         records_expect(&scim_format, bytes, expected)
#define assert_files(files, how, expected)    records_expect_files(&scim_format, files, how, expected)
#define assert_files_refused(files, expected) records_refuse_files(&scim_format, files, 0, expected)

static void scim_read__takes_a_user_of_a_page(void **state)
{
    (void)state;
    assert_users(
        "{" LIST ",\"Resources\":[{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],"
        "\"id\":\"201\",\"externalId\":\"e1\",\"meta\":{\"resourceType\":\"User\",\"created\":"
        "\"2023-11-14T22:13:20.000Z\",\"location\":\"/scim/v2/Users/201\"},\"userName\":"
        "\"user201@example.com\",\"name\":{\"familyName\":\"Example\",\"givenName\":\"Sam\"},"
        "\"displayName\":\"Sam E.\",\"userType\":\"Contractor\",\"active\":true,\"emails\":"
        "[{\"value\":\"sam@example.com\",\"type\":\"work\",\"primary\":true}],\"roles\":[]," //
        ENTERPRISE ":{\"department\":\"Tours\",\"manager\":{\"value\":\"26\",\"displayName\":"
        "\"Kim Example\"}}}],\"startIndex\":1,\"itemsPerPage\":20,\"totalResults\":1}",
        "user id='201' login='user201@example.com' email='sam@example.com' display_name='Sam E.' "
        "user_type='external' status='active' enabled=1 created_at=1700000000 last_login_known=0 "
        "" NONE_KNOWN " department='Tours' manager='Kim Example'\n");
}

static void scim_read__takes_users_without_a_page(void **state)
{
    (void)state;
    assert_users(PLAIN("1") "\n" PLAIN("2") "\n", READ("1") READ("2"));
    assert_users("[" PLAIN("1") "]", READ("1"));
}

static void scim_read__leaves_unknown_what_is_not_said(void **state)
{
    (void)state;
    assert_users("{\"id\":7,\"userName\":\"user7\",\"active\":null,\"userType\":\"Rover\","
                 "\"emails\":null,\"roles\":null,\"name\":null," ENTERPRISE ":{\"manager\":null,"
                 "\"department\":\"\"}}",
                 READ("7"));
    assert_users("{\"id\":\"7\",\"userName\":\"user7\",\"active\":false}",
                 "user id='7' login='user7' status='disabled' enabled=0 last_login_known=0 " //
                 NONE_KNOWN "\n");
}

static void scim_read__maps_clear_words_for_the_type(void **state)
{
    (void)state;
    static const char *const types[][2] = {
        {"Employee", " user_type='member'"},
        {"INTERN", " user_type='member'"},
        {"External", " user_type='external'"},
        {"Vendor", " user_type='external'"},
        {"guest", " user_type='guest'"},
        {"Service Account", " user_type='service'"},
        {"Temp", ""},
        {"Unknown", ""},
        {"", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        char *bytes =
            mem_printf("{\"id\":\"1\",\"userName\":\"user1\",\"userType\":\"%s\"}", types[i][0]);
        char *expected = mem_printf("user id='1' login='user1'%s" REST "\n", types[i][1]);
        assert_users(bytes, expected);
        free(bytes);
        free(expected);
    }
}

static void scim_read__prefers_the_primary_address(void **state)
{
    (void)state;
    static const char *const emails[][2] = {
        {"{\"value\":\"a\",\"type\":\"home\"},{\"value\":\"b\",\"primary\":true}", "b"},
        {"{\"value\":\"a\",\"type\":\"home\"},{\"value\":\"b\",\"type\":\"work\"}", "b"},
        {"{\"value\":\"a\"},{\"value\":\"b\"}", "a"},
        {"{\"type\":\"work\",\"primary\":true},{\"value\":\"b\"}", "b"},
    };
    for (size_t i = 0; i < ARRAY_LEN(emails); i++) {
        char *bytes =
            mem_printf("{\"id\":\"1\",\"userName\":\"user1\",\"emails\":[%s]}", emails[i][0]);
        char *expected = mem_printf("user id='1' login='user1' email='%s'" REST "\n", emails[i][1]);
        assert_users(bytes, expected);
        free(bytes);
        free(expected);
    }
}

static void scim_read__makes_a_name_of_its_parts(void **state)
{
    (void)state;
    assert_users("{\"id\":\"1\",\"userName\":\"user1\",\"name\":{\"givenName\":\"Sam\","
                 "\"familyName\":\"Example\"}}"
                 "{\"id\":\"2\",\"userName\":\"user2\",\"name\":{\"formatted\":\"Dr. Kim\","
                 "\"givenName\":\"Kim\"}}",
                 "user id='1' login='user1' display_name='Sam Example'" REST "\n"
                 "user id='2' login='user2' display_name='Dr. Kim'" REST "\n");
}

static void scim_read__takes_a_manager_as_it_is_written(void **state)
{
    (void)state;
    assert_users("{\"id\":\"1\",\"userName\":\"user1\"," ENTERPRISE ":{\"manager\":{\"value\":"
                 "\"26\"}}}"
                 "{\"id\":\"2\",\"userName\":\"user2\"," ENTERPRISE ":{\"manager\":\"27\"}}",
                 "user id='1' login='user1'" REST " manager='26'\n"
                 "user id='2' login='user2'" REST " manager='27'\n");
}

static void scim_read__does_not_take_empty_roles_for_known(void **state)
{
    (void)state;
    assert_users("{\"id\":\"1\",\"userName\":\"user1\",\"roles\":[]}", READ("1"));
    assert_users("{\"id\":\"1\",\"userName\":\"user1\",\"roles\":[{\"value\":\"st1\",\"display\":"
                 "\"Student\",\"primary\":true},\"Administrative Assistant\",{}]}",
                 "user id='1' login='user1' status='unknown' last_login_known=0 factors_known=0 "
                 "roles_known=1 sign_ins_known=0 credentials_known=0\n"
                 "  role role='Student' tier=0 assignment='active'\n"
                 "  role role='Administrative Assistant' tier=0 assignment='active'\n");
    assert_users("{\"id\":\"1\",\"userName\":\"user1\",\"roles\":[{\"value\":\"Super Admin\"}]}",
                 "user id='1' login='user1' status='unknown' last_login_known=0 factors_known=0 "
                 "roles_known=1 sign_ins_known=0 credentials_known=0 is_admin=1\n"
                 "  role role='Super Admin' tier=3 assignment='active'\n");
}

#define PAGE(start, total, users)                                                                  \
    "{\"totalResults\":" total ",\"itemsPerPage\":100,\"startIndex\":" start                       \
    ",\"Resources\":[" users "]," LIST "}"

static void scim_read__takes_pages_in_any_order_by_what_they_hold(void **state)
{
    (void)state;
    static const struct records_file files[] = {
        {"a.json", PAGE("3", "4", PLAIN("3"))},
        {"b.json", PAGE("1", "4", PLAIN("1") "," PLAIN("2"))},
        {"c.json", PAGE("4", "4", PLAIN("4"))},
        {0},
    };
    assert_files(files, 0, READ("3") READ("1") READ("2") READ("4"));
}

static void scim_read__takes_a_page_that_comes_again(void **state)
{
    (void)state;
    static const struct records_file files[] = {
        {"1.json", PAGE("1", "2", PLAIN("1") "," PLAIN("2"))},
        {"2.json", PAGE("3", "2", PLAIN("1") "," PLAIN("2"))},
        {"3.json", PAGE("5", "2", "")},
        {0},
    };
    assert_true(scim_format.repeats);
    assert_files(files, 0, READ("1") READ("2") READ("1") READ("2"));
}

static void scim_read__refuses_pages_that_are_missing(void **state)
{
    (void)state;
    static const struct records_file cut[] = {{"1.json", PAGE("1", "3", PLAIN("1"))}, {0}};
    assert_files_refused(cut, "the pages do not have user 2 of 3; save all pages (startIndex=2) "
                              "into one folder, or add what is here with --merge");
    assert_files(cut, RECORDS_MERGE, READ("1"));
    static const struct records_file hole[] = {
        {"1.json", PAGE("1", "3", PLAIN("1"))}, {"2.json", PAGE("3", "3", PLAIN("3"))}, {0}};
    assert_files_refused(hole, "the pages do not have user 2 of 3; save all pages (startIndex=2) "
                               "into one folder, or add what is here with --merge");
    static const struct records_file cursor[] = {
        {"1.json", "{\"Resources\":[" PLAIN("1") "],\"nextCursor\":\"VZ\"}"}, {0}};
    assert_files_refused(cursor, "1.json names a next page, which is not there; save all pages "
                                 "into one folder, or add what is here with --merge");
}

static void scim_read__takes_pages_without_places_as_they_come(void **state)
{
    (void)state;
    static const struct records_file files[] = {
        {"1.json", "{\"totalResults\":3,\"Resources\":[" PLAIN("1") "," PLAIN(
                       "2") "],\"nextCursor\":\"VZ\"}"},
        {"2.json", "{\"totalResults\":3,\"Resources\":[" PLAIN("3") "]}"},
        {0},
    };
    assert_files(files, 0, READ("1") READ("2") READ("3"));
}

static void scim_read__believes_the_last_page_about_the_total(void **state)
{
    (void)state;
    static const struct records_file files[] = {
        {"1.json", PAGE("1", "3", PLAIN("1"))},
        {"2.json", PAGE("2", "2", PLAIN("2"))},
        {0},
    };
    assert_files(files, 0, READ("1") READ("2"));
}

static void scim_read__leaves_out_what_is_no_user(void **state)
{
    (void)state;
    assert_users("{\"totalResults\":2,\"Resources\":[{\"schemas\":["
                 "\"urn:ietf:params:scim:schemas:core:2.0:Group\"],\"id\":\"g\",\"displayName\":"
                 "\"Tour Guides\",\"members\":[]}," PLAIN("1") "]}",
                 READ("1"));
}

static void scim_read__says_what_the_server_refused(void **state)
{
    (void)state;
    static const struct records_file files[] = {
        {"1.json", "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:Error\"],\"detail\":"
                   "\"no\\u001b[31m\",\"status\":\"403\"}"},
        {0},
    };
    assert_files_refused(files, "1.json:1: the server answered with an error instead of users: "
                                "no\\u{1b}[31m");
    static const struct records_file wrong[] = {
        {"1.json", PAGE("1", "1", "{\"id\":\"1\",\"userName\":\"a\",\"active\":\"maybe\"}")}, {0}};
    assert_files_refused(wrong, "1.json:1: $.Resources[0]: active: 'maybe' is not a flag; write "
                                "true or false");
}

static void scim_recognise__knows_its_own(void **state)
{
    (void)state;
    static const char *const mine[] = {
        PAGE("1", "1", PLAIN("1")),
        PAGE("1", "0", ""),
        "{" LIST ",\"totalResults\":0}",
        PLAIN("1"),
        "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:Error\"],\"status\":\"403\"}",
    };
    static const char *const others[] = {
        "",
        "[]",
        "{\"id\":\"1\",\"login\":\"user1\"}",
        "{\"value\":[{\"id\":\"1\",\"userPrincipalName\":\"user1@example.com\"}]}",
        "[{\"id\":\"00u1\",\"status\":\"ACTIVE\",\"profile\":{\"login\":\"user1\"}}]",
    };
    for (size_t i = 0; i < ARRAY_LEN(mine); i++)
        assert_true(scim_format.recognise(mine[i], strlen(mine[i])));
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        assert_false(scim_format.recognise(others[i], strlen(others[i])));
}

static void spans_add__joins_what_touches(void **state)
{
    (void)state;
    struct spans s = {0};
    assert_int_equal(spans_hole(&s), 1);
    spans_add(&s, 21, 10);
    assert_int_equal(spans_hole(&s), 1);
    assert_int_equal(spans_end(&s), 30);
    spans_add(&s, 1, 10);
    assert_int_equal(spans_hole(&s), 11);
    spans_add(&s, 41, 10);
    spans_add(&s, 5, 20);
    assert_int_equal(s.count, 2);
    assert_int_equal(spans_hole(&s), 31);
    spans_add(&s, 31, 10);
    assert_int_equal(s.count, 1);
    assert_int_equal(spans_hole(&s), 51);
    spans_add(&s, 0, 100);
    spans_add(&s, 100, 0);
    spans_add(&s, 100, INT64_MAX);
    assert_int_equal(spans_end(&s), 50);
    spans_release(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scim_read__takes_a_user_of_a_page),
        cmocka_unit_test(scim_read__takes_users_without_a_page),
        cmocka_unit_test(scim_read__leaves_unknown_what_is_not_said),
        cmocka_unit_test(scim_read__maps_clear_words_for_the_type),
        cmocka_unit_test(scim_read__prefers_the_primary_address),
        cmocka_unit_test(scim_read__makes_a_name_of_its_parts),
        cmocka_unit_test(scim_read__takes_a_manager_as_it_is_written),
        cmocka_unit_test(scim_read__does_not_take_empty_roles_for_known),
        cmocka_unit_test(scim_read__takes_pages_in_any_order_by_what_they_hold),
        cmocka_unit_test(scim_read__takes_a_page_that_comes_again),
        cmocka_unit_test(scim_read__refuses_pages_that_are_missing),
        cmocka_unit_test(scim_read__takes_pages_without_places_as_they_come),
        cmocka_unit_test(scim_read__believes_the_last_page_about_the_total),
        cmocka_unit_test(scim_read__leaves_out_what_is_no_user),
        cmocka_unit_test(scim_read__says_what_the_server_refused),
        cmocka_unit_test(scim_recognise__knows_its_own),
        cmocka_unit_test(spans_add__joins_what_touches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
