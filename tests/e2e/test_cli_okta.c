/* Folders of Okta's answers and pages of a real SCIM server: imported, added to, and checked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "core/base/strbuf.h"
#include "tests/support/peer.h"
#include "tests/support/product.h"

#define USER(id, status, login)                                                                    \
    "{\"id\":\"00u" id "\",\"status\":\"" status                                                   \
    "\",\"created\":\"2024-01-01T00:00:00.000Z\",\"lastLogin\":" login                             \
    ",\"passwordChanged\":\"2024-01-01T00:00:00.000Z\",\"profile\":{\"login\":\"user" id           \
    "@example.com\",\"email\":\"user" id "@example.com\"}}"
#define FACTOR(type, status)                                                                       \
    "[{\"id\":\"f1\",\"factorType\":\"" type "\",\"status\":\"" status "\"}]"
#define SUPER_ADMIN                                                                                \
    "[{\"id\":\"r1\",\"type\":\"SUPER_ADMIN\",\"label\":\"Super Administrator\",\"status\":"       \
    "\"ACTIVE\",\"assignmentType\":\"USER\"}]"

static void put(const struct product *p, const char *name, const char *text)
{
    free(tmpdir_write(&p->dir, name, text));
}

static void import(const struct product *p, int status, const char *text, const char *name,
                   const char *option)
{
    char *path = tmpdir_path(&p->dir, name);
    product_expect(p, status, text, "data", "import", path, option);
    free(path);
}

/* "1 2": the users that fail the check, in the order of the listing. */
static void assert_failing(const struct product *p, const char *check, const char *expected)
{
    cJSON *json = product_json(p, "data", "users", "--failing", check);
    const cJSON *user;
    struct strbuf ids;
    strbuf_init(&ids, 4096);
    cJSON_ArrayForEach(user, json)
    {
        const char *login = cJSON_GetStringValue(cJSON_GetObjectItem(user, "login"));
        strbuf_addf(&ids, "%s%.*s", ids.len ? " " : "", (int)strcspn(login + 4, "@"), login + 4);
    }
    assert_string_equal(ids.text, expected);
    strbuf_release(&ids);
    cJSON_Delete(json);
}

static void put_org(const struct product *p)
{
    put(p, "okta/users-1.json",
        "[" USER("1", "ACTIVE", "null") "," USER("2", "ACTIVE", "null") "]");
    put(p, "okta/users-2.json",
        "[" USER("2", "ACTIVE", "\"2024-02-01T00:00:00.000Z\"") "," USER("3", "ACTIVE",
                                                                         "null") "]");
    put(p, "okta/gone-1.json", "[" USER("4", "DEPROVISIONED", "null") "]");
    put(p, "okta/log-1.json", "[]");
}

static void put_answers(const struct product *p)
{
    put(p, "okta/factors/00u1.json", "[]");
    put(p, "okta/factors/00u2.json", FACTOR("sms", "PENDING_ACTIVATION"));
    put(p, "okta/factors/00u3.json",
        "{\"errorCode\":\"E0000006\",\"errorSummary\":\"You do not have permission\"}");
    put(p, "okta/roles/00u1.json", SUPER_ADMIN);
    put(p, "okta/holders-1.json",
        "{\"value\":[{\"id\":\"00u1\",\"orn\":\"orn:okta:o:users:00u1\"}]}");
}

static void okta__is_checked(void **state)
{
    const struct product *p = *state;
    put_org(p);
    put_answers(p);
    import(p, 0, "okta: 4 users, 1 factor, 1 role,", "okta", NULL);
    product_expect(p, 0, NULL, "check", "run");
    assert_failing(p, "admin-no-mfa", "1");
    assert_failing(p, "no-mfa", "1 2"); /* what Okta refused to tell of 3 is unknown */
    assert_failing(p, "mfa-pending", "2");
    assert_failing(p, "never-logged-in", "1 3");
    assert_failing(p, "inactive-90", "2"); /* the later page counts */
    assert_failing(p, "lone-super-admin", "1");
    product_expect(p, 0, "Super Administrator, tier 3", "data", "user", "user1@example.com");
}

static void okta__says_what_it_was_not_told(void **state)
{
    const struct product *p = *state;
    put_org(p);
    put_answers(p);
    import(p, 0, "files with an error of Okta in place of an answer: 1", "okta", NULL);
    free(tmpdir_write(&p->dir, "okta/holders-1.json",
                      "{\"value\":[{\"id\":\"00u2\",\"orn\":\"orn:okta:o:users:00u2\"}]}"));
    import(p, 0, "users who hold roles, but whose roles are not there: 1", "okta", NULL);
}

static void okta__answers_are_added_later(void **state)
{
    const struct product *p = *state;
    put_org(p);
    import(p, 0, "okta: 4 users, 0 factors,", "okta", NULL);
    put(p, "more/factors/00u2.json", FACTOR("webauthn", "ACTIVE"));
    import(p, 2, "holds no users, only more about some", "more", NULL);
    import(p, 0,
           "1 factor, 0 roles, 0 sign-ins, 0 credentials read (okta).\n"
           "The data set has 4 users, ",
           "more", "--merge");
    put(p, "more/factors/00u2.json", "[]");
    put(p, "more/factors/00u3.json", FACTOR("push", "ACTIVE"));
    import(p, 0,
           "1 factor, 0 roles, 0 sign-ins, 0 credentials read (okta).\n"
           "The data set has 4 users, ",
           "more", "--merge");
    product_expect(p, 0, NULL, "check", "run");
    assert_failing(p, "no-mfa", "2");
}

static void okta__refusals_leave_the_old_data(void **state)
{
    const struct product *p = *state;
    put_org(p);
    import(p, 0, "okta: 4 users,", "okta", NULL);
    put(p, "okta/users-2.json", "[" USER("2", "ACTIVE", "null") ",\n{\"id\":\"00u3\",");
    import(p, 2, "users-2.json:2: $[1]: the file ends early, in what begins here", "okta", NULL);
    put(p, "okta/users-2.json", "[" USER("2", "ACTIVE", "7.5") "," USER("3", "ACTIVE", "null") "]");
    import(p, 2, "users-2.json:1: $[0]: lastLogin: a fraction", "okta", NULL);
    product_expect(p, 0, "okta    okta", "data", "show");
    import(p, 0, "okta: 4 users,", "okta", "--skip-bad"); /* 2 is in the first page too */
}

static void okta__users_may_share_a_login(void **state)
{
    const struct product *p = *state;
    put(p, "okta/users.json", "[" USER("1", "ACTIVE", "null") "]");
    put(p, "okta/gone.json",
        "[{\"id\":\"00u9\",\"status\":\"DEPROVISIONED\",\"profile\":{\"login\":"
        "\"user1@example.com\"}}]");
    put(p, "okta/log.json",
        "[{\"published\":\"2024-02-01T00:00:00.000Z\",\"eventType\":\"user.session.start\","
        "\"outcome\":{\"result\":\"SUCCESS\"},\"actor\":{\"id\":\"00u1\",\"type\":\"User\","
        "\"alternateId\":\"user1@example.com\"}}]");
    import(p, 0, "okta: 2 users, 0 factors, 0 roles, 1 sign-in,", "okta", NULL);
}

static void scim__takes_the_pages_of_a_real_server(void **state)
{
    const struct product *p = *state;
    char *folder = tmpdir_path(&p->dir, "scim");
    assert_int_equal(mkdir(folder, 0700), 0);
    peer_scim_pages(folder);
    /* The answer past the end is the first page again. */
    import(p, 0, "scim: 250 users,", "scim", NULL);
    product_expect(p, 0, "Sam Example 250", "data", "user", "user250@example.com");
    char *page = tmpdir_path(&p->dir, "scim/users-101.json");
    assert_int_equal(unlink(page), 0);
    import(p, 2, "the pages do not have user 101 of 250", "scim", NULL);
    import(p, 0, "The data set has 250 users, ", "scim", "--merge");
    free(page);
    free(folder);
}

#define FRESH(test) cmocka_unit_test_setup_teardown(test, product_setup, product_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FRESH(okta__is_checked),
        FRESH(okta__says_what_it_was_not_told),
        FRESH(okta__answers_are_added_later),
        FRESH(okta__refusals_leave_the_old_data),
        FRESH(okta__users_may_share_a_login),
        FRESH(scim__takes_the_pages_of_a_real_server),
    };
    return cmocka_run_group_tests_name("cli_okta", tests, NULL, NULL);
}
