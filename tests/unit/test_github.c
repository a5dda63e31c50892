/* Tests of GitHub: lists that look alike, what may not be seen, who has MFA. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "tests/support/records.h"

#define MEMBER(id, login)                                                                          \
    "{\"login\":\"" login "\",\"id\":" id ",\"node_id\":\"N" id                                    \
    "\",\"avatar_url\":\"https://x.example/1\",\"type\":\"User\",\"site_admin\":false}"
#define EDGE(mfa, role, node)                                                                      \
    "{\"hasTwoFactorEnabled\":" mfa ",\"role\":\"" role "\",\"node\":{" node "}}"
#define PAGE(more, edges)                                                                          \
    "{\"data\":{\"organization\":{\"membersWithRole\":{\"edges\":[" edges                          \
    "],\"pageInfo\":{\"hasNextPage\":" more ",\"endCursor\":\"Y3Vy\"}}}}}\n"
#define NO_LISTS "factors_known=0 roles_known=0 sign_ins_known=0 credentials_known=0"
#define READ(id, login)                                                                            \
    "user id='" id "' login='" login "' user_type='member' status='active' enabled=1 "             \
    "last_login_known=0 " NO_LISTS "\n"

static const char refusal[] = "{\"message\":\"Only owners can use this filter.\","
                              "\"documentation_url\":\"https://docs.example/rest\","
                              "\"status\":\"422\"}";

#define assert_users(bytes, expected)   records_expect(&github_format, bytes, expected)
#define assert_refused(bytes, expected) records_refuse(&github_format, bytes, expected)

static void assert_files(const struct records_file *files, const char *expected)
{
    records_expect_files(&github_format, files, 0, expected);
}

/* Pages of REST follow one another in one file, as gh writes them. */
static void github_members__are_users(void **state)
{
    (void)state;
    assert_users("[" MEMBER("1", "sam") "][" MEMBER("2", "pat") "]",
                 READ("1", "sam") READ("2", "pat"));
    assert_users("[{\"login\":\"bot\",\"id\":3,\"node_id\":\"N3\",\"type\":\"Bot\","
                 "\"email\":\"bot@example.com\",\"name\":\"A Bot\"}]",
                 "user id='3' login='bot' email='bot@example.com' display_name='A Bot' "
                 "user_type='service' status='active' enabled=1 last_login_known=0 " NO_LISTS "\n");
    assert_users("[]", "");
}

#define SAM                                                                                        \
    "\"databaseId\":1,\"id\":\"N1\",\"login\":\"sam\",\"name\":\"Sam Example\","                   \
    "\"email\":\"sam@example.com\",\"createdAt\":\"2023-11-14T22:13:20Z\""
#define PAT      "\"id\":\"N2\",\"login\":\"pat\",\"email\":\"\""
#define KIM      "\"login\":\"kim\",\"name\":null"
#define OF_ROLES "factors_known=0 roles_known=1 sign_ins_known=0 credentials_known=0\n"

static void github_graphql__tells_role_and_mfa(void **state)
{
    (void)state;
    static const char page[] =
        PAGE("false", EDGE("true", "ADMIN", SAM) "," EDGE("false", "MEMBER",
                                                          PAT) "," EDGE("null", "MEMBER", KIM));
    assert_users(
        page,
        "user id='1' login='sam' email='sam@example.com' display_name='Sam Example' "
        "user_type='member' status='active' enabled=1 created_at=1700000000 last_login_known=0 "
        "mfa_enrolled=1 " OF_ROLES "  role role='Owner' tier=3 assignment='active'\n"
        "user id='N2' login='pat' user_type='member' status='active' enabled=1 last_login_known=0 "
        "mfa_enrolled=0 " OF_ROLES
        "user id='kim' login='kim' user_type='member' status='active' enabled=1 "
        "last_login_known=0 " OF_ROLES);
    /* The edges alone, as jq takes them out. */
    assert_users("[" EDGE("null", "MEMBER", "\"login\":\"kim\"") "]",
                 "user id='kim' login='kim' user_type='member' status='active' enabled=1 "
                 "last_login_known=0 factors_known=0 roles_known=1 sign_ins_known=0 "
                 "credentials_known=0\n");
}

static void github_graphql__pages_are_followed_to_the_last(void **state)
{
    (void)state;
    assert_refused(PAGE("true", EDGE("null", "MEMBER", "\"login\":\"kim\"")),
                   "file names a next page, which is not there; save all pages into one folder, or "
                   "add what is here with --merge");
    assert_users(PAGE("true", EDGE("null", "MEMBER", "\"login\":\"kim\""))
                     PAGE("false", EDGE("null", "MEMBER", "\"login\":\"kim\"")),
                 "user id='kim' login='kim' user_type='member' status='active' enabled=1 "
                 "last_login_known=0 factors_known=0 roles_known=1 sign_ins_known=0 "
                 "credentials_known=0\n"
                 "user id='kim' login='kim' user_type='member' status='active' enabled=1 "
                 "last_login_known=0 factors_known=0 roles_known=1 sign_ins_known=0 "
                 "credentials_known=0\n");
}

static void github_lists__are_told_by_the_names_of_files(void **state)
{
    (void)state;
    assert_files(
        (struct records_file[]){{"2fa_disabled.json", "[" MEMBER("2", "pat") "]"},
                                {"2fa_insecure.json", "[" MEMBER("1", "sam") "]"},
                                {"members.json", "[" MEMBER("1", "sam") "," MEMBER("2", "pat") "]"},
                                {"owners.json", "[" MEMBER("1", "sam") "]"},
                                {NULL, NULL}},
        READ("1", "sam") READ("2", "pat") "adds login='pat' mfa_enrolled=0\n"
                                          "adds login='sam' mfa_enrolled=1 factors_known=0\n"
                                          "  factor kind='sms' strength=1 status='active'\n"
                                          "adds login='sam' roles_known=1\n"
                                          "  role role='Owner' tier=3 assignment='active'\n"
                                          "covers roles\n"
                                          "otherwise mfa_enrolled=1\n");
}

/* An organisation may be called like a list. */
static void github_lists__have_whole_words_for_names(void **state)
{
    (void)state;
    static const char *const of_members[] = {"adminsoft-members.json", "co-owned.json",
                                             "administration/1.json", "outsiders.json"};
    static const char *const of_owners[] = {"org-admin.json", "Admins1.json", "owners/1.json",
                                            "all_owners.json"};
    for (size_t i = 0; i < ARRAY_LEN(of_members); i++)
        assert_files(
            (struct records_file[]){{of_members[i], "[" MEMBER("1", "sam") "]"}, {NULL, NULL}},
            READ("1", "sam"));
    for (size_t i = 0; i < ARRAY_LEN(of_owners); i++)
        assert_files(
            (struct records_file[]){{of_owners[i], "[" MEMBER("1", "sam") "]"}, {NULL, NULL}},
            "adds login='sam' roles_known=1\n"
            "  role role='Owner' tier=3 assignment='active'\n"
            "covers roles\n");
}

/* Nobody is without MFA, and all the members are told by one folder's name. */
static void github_lists__that_are_empty_tell_of_everybody(void **state)
{
    (void)state;
    assert_files((struct records_file[]){{"2fa_disabled/1.json", "[]"},
                                         {"members/1.json", "[" MEMBER("1", "sam") "]"},
                                         {NULL, NULL}},
                 READ("1", "sam") "otherwise mfa_enrolled=1\n");
}

static void github_lists__of_mfa_leave_out_outside_collaborators(void **state)
{
    (void)state;
    struct records_file files[] = {{"2fa_disabled.json", "[]"},
                                   {"members.json", "[" MEMBER("1", "sam") "]"},
                                   {"outside.json", "[" MEMBER("3", "kim") "]"},
                                   {NULL, NULL},
                                   {NULL, NULL}};
#define BOTH                                                                                       \
    READ("1", "sam")                                                                               \
    "user id='3' login='kim' user_type='external' status='active' enabled=1 "                      \
    "last_login_known=0 " NO_LISTS "\n"
    assert_files(files, BOTH "note 2fa_disabled names members alone: without a list of the outside "
                             "collaborators in outside_2fa_disabled, MFA is known only of those "
                             "who are listed\n");
    files[3] = (struct records_file){"outside_2fa_disabled.json", "[" MEMBER("3", "kim") "]"};
    assert_files(files, BOTH "adds login='kim' mfa_enrolled=0\n"
                             "otherwise mfa_enrolled=1\n");
#undef BOTH
}

/* Without an owner's rights MFA stays unknown, and that is told. */
static void github_lists__that_were_refused_tell_nothing(void **state)
{
    (void)state;
    assert_files((struct records_file[]){{"2fa_disabled.json", refusal},
                                         {"members.json", "[" MEMBER("1", "sam") "]"},
                                         {NULL, NULL}},
                 READ("1", "sam") "note 2fa_disabled.json holds a refusal of GitHub in place of a "
                                  "list: Only owners "
                                  "can use this filter.; what it would tell stays unknown\n");
}

/* A page that was refused may have had anybody, whichever of them it is. */
static void github_lists__of_which_a_page_was_refused_tell_nothing_of_others(void **state)
{
    (void)state;
#define REFUSED(name)                                                                              \
    "note " name " holds a refusal of GitHub in place of a list: Only owners can use this "        \
    "filter.; what it would tell stays unknown\n"
    struct records_file files[] = {
        {"2fa_disabled-1.json", refusal},
        {"2fa_disabled-2.json", "[" MEMBER("2", "pat") "]"},
        {"members.json", "[" MEMBER("1", "sam") "," MEMBER("2", "pat") "]"},
        {"owners-1.json", refusal},
        {"owners-2.json", "[" MEMBER("1", "sam") "]"},
        {NULL, NULL}};
    assert_files(files,
                 READ("1", "sam") READ("2", "pat")
                     REFUSED("2fa_disabled-1.json") "adds login='pat' mfa_enrolled=0\n" REFUSED(
                         "owners-1.json") "adds login='sam' roles_known=1\n"
                                          "  role role='Owner' tier=3 assignment='active'\n");
    /* The refusal may be the last of them as well. */
    struct records_file last[] = {{"2fa_disabled-1.json", "[" MEMBER("1", "sam") "]"},
                                  {"2fa_disabled-2.json", refusal},
                                  {"members.json", "[" MEMBER("1", "sam") "]"},
                                  {NULL, NULL}};
    assert_files(
        last, READ("1", "sam") "adds login='sam' mfa_enrolled=0\n" REFUSED("2fa_disabled-2.json"));
#undef REFUSED
}

/* A page of REST: members with the numbers from first on. */
static char *page_of(int first, int count)
{
    struct strbuf text;
    strbuf_init(&text, 1 << 20);
    for (int i = first; i < first + count; i++)
        strbuf_addf(&text, "%c{\"login\":\"m%d\",\"id\":%d,\"node_id\":\"N%d\"}",
                    i == first ? '[' : ',', i, i, i);
    strbuf_addc(&text, ']');
    return strbuf_detach(&text);
}

static char *read_files(const struct records_file *files)
{
    struct error err = {0};
    char *text = records_read_files(&github_format, files, 0, &err);
    assert_string_equal(err.text, "");
    return text;
}

#define MAY_GO_ON(list, then)                                                                      \
    "every page of the list of " list " is full, so that there may be a next one: " then           \
    "; save the page after the last as well, though it may be empty\n"

static void github_lists__of_joined_pages_are_whole(void **state)
{
    (void)state;
    static const int joined[] = {29, 31, 60, 99, 101, 200};
    for (size_t i = 0; i < ARRAY_LEN(joined); i++) {
        char *page = page_of(1, joined[i]);
        char *text = read_files(
            (struct records_file[]){{"members.json", page}, {"owners.json", page}, {NULL, NULL}});
        assert_null(strstr(text, "every page"));
        assert_non_null(strstr(text, "covers roles"));
        free(text);
        free(page);
    }
}

/* The default page has 30 entries, and only a header of HTTP says that there is another. */
static void github_lists__whose_pages_are_full_may_go_on(void **state)
{
    (void)state;
    static const int full[] = {30, 100};
    for (size_t i = 0; i < ARRAY_LEN(full); i++) {
        char *page = page_of(1, full[i]);
        char *text = read_files((struct records_file[]){{"members.json", page},
                                                        {"2fa_disabled.json", page},
                                                        {"owners.json", page},
                                                        {NULL, NULL}});
        assert_non_null(strstr(text, MAY_GO_ON("members", "others may be missing")));
        assert_non_null(strstr(text, MAY_GO_ON("owners", "who is not in it may be one")));
        assert_non_null(
            strstr(text, MAY_GO_ON("2fa_disabled", "MFA of who is not in it stays unknown")));
        assert_null(strstr(text, "covers"));
        assert_null(strstr(text, "otherwise"));
        free(text);
        text = read_files((struct records_file[]){{"members-1.json", page},
                                                  {"members-2.json", "[" MEMBER("1", "sam") "]"},
                                                  {"2fa_disabled-1.json", page},
                                                  {"2fa_disabled-2.json", "[]"},
                                                  {"owners.json", "[" MEMBER("1", "sam") "]"},
                                                  {NULL, NULL}});
        assert_null(strstr(text, "every page"));
        assert_non_null(strstr(text, "covers roles"));
        assert_non_null(strstr(text, "otherwise mfa_enrolled=1"));
        free(text);
        free(page);
    }
}

static void github_read__tells_what_was_refused(void **state)
{
    (void)state;
    assert_refused(refusal, "file:1: this is no list but a refusal of GitHub: Only owners can use "
                            "this filter.");
    assert_refused("{\"data\":null,\"errors\":[{\"type\":\"FORBIDDEN\",\"message\":\"SSO is "
                   "required\"}]}",
                   "file:1: this is no list but a refusal of GitHub: SSO is required");
    assert_refused("[{\"login\":\"sam\",\"id\":{},\"node_id\":\"N\"}]",
                   "file:1: $[0]: id: an object stands where a text is expected");
}

static const struct {
    const char *head;
    bool mine;
} heads[] = {
    {"[" MEMBER("1", "sam"), true},
    {PAGE("false", ""), true},
    {"[" EDGE("null", "MEMBER", "\"login\":\"kim\"") "]", true},
    {"{\"message\":\"Bad credentials\",\"documentation_url\":\"https://docs\"}", true},
    {"[{\"id\":\"1\",\"login\":\"sam\"}]", false},
    {"{\"id\":\"1\",\"login\":\"sam\"}", false},
    {"[{\"id\":\"00u1\",\"status\":\"ACTIVE\",\"profile\":{\"login\":\"a\"}}]", false},
    {"{\"data\":{\"viewer\":{\"login\":\"sam\"}}}", false},
    {"{\"message\":\"hello\"}", false},
    {"[]", false},
    {"", false},
};

static void github_recognise__claims_its_own(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(heads); i++)
        if (github_format.recognise(heads[i].head, strlen(heads[i].head)) != heads[i].mine)
            fail_msg("%s", heads[i].head);
    const struct format_file notes = {"admin.txt", "admin.txt", "Ask Sam.", 8};
    assert_int_equal(github_format.rank(&notes), FORMAT_NOT_MINE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(github_members__are_users),
        cmocka_unit_test(github_graphql__tells_role_and_mfa),
        cmocka_unit_test(github_graphql__pages_are_followed_to_the_last),
        cmocka_unit_test(github_lists__are_told_by_the_names_of_files),
        cmocka_unit_test(github_lists__have_whole_words_for_names),
        cmocka_unit_test(github_lists__that_are_empty_tell_of_everybody),
        cmocka_unit_test(github_lists__of_mfa_leave_out_outside_collaborators),
        cmocka_unit_test(github_lists__that_were_refused_tell_nothing),
        cmocka_unit_test(github_lists__of_which_a_page_was_refused_tell_nothing_of_others),
        cmocka_unit_test(github_lists__of_joined_pages_are_whole),
        cmocka_unit_test(github_lists__whose_pages_are_full_may_go_on),
        cmocka_unit_test(github_read__tells_what_was_refused),
        cmocka_unit_test(github_recognise__claims_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
