/* Answers of APIs as an administrator saves them: imported, added to, refused, and checked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "core/base/strbuf.h"
#include "tests/support/product.h"

#define GRAPH(list, items)                                                                         \
    "{\"@odata.context\":\"https://graph.example.com/v1.0/$metadata#" list "\",\"value\":[" items  \
    "]}"
#define NEXT(list, items)                                                                          \
    "{\"@odata.context\":\"https://graph.example.com/v1.0/$metadata#" list                         \
    "\",\"@odata.nextLink\":\"https://graph.example.com/next\",\"value\":[" items "]}"
#define PERSON(id, more)                                                                           \
    "{\"id\":\"" id "\",\"userPrincipalName\":\"" id "@example.com\",\"accountEnabled\":true,"     \
    "\"userType\":\"Member\"" more "}"
#define ROLE(id, role)                                                                             \
    "{\"principalId\":\"" id "\",\"roleDefinitionId\":\"" role                                     \
    "\",\"principal\":{\"@odata.type\":\"#microsoft.graph.user\"}}"
#define GLOBAL_ADMIN "62e90394-69f5-4237-9190-012177145e10"

static void put(const struct product *p, const char *name, const char *text)
{
    free(tmpdir_write(&p->dir, name, text));
}

/* Imports a file or folder of the test. */
static void import(const struct product *p, int status, const char *text, const char *name,
                   const char *option)
{
    char *path = tmpdir_path(&p->dir, name);
    product_expect(p, status, text, "data", "import", path, option);
    free(path);
}

/* "sam@example.com pat@example.com": who fails the check, in the order of the listing. */
static void assert_failing(const struct product *p, const char *check, const char *expected)
{
    cJSON *json = product_json(p, "data", "users", "--failing", check);
    const cJSON *user;
    struct strbuf logins;
    strbuf_init(&logins, 4096);
    cJSON_ArrayForEach(user, json)
    {
        strbuf_addf(&logins, "%s%s", logins.len ? " " : "",
                    cJSON_GetStringValue(cJSON_GetObjectItem(user, "login")));
    }
    assert_string_equal(logins.text, expected);
    strbuf_release(&logins);
    cJSON_Delete(json);
}

static void put_tenant(const struct product *p)
{
    put(p, "entra/users-1.json",
        NEXT("users(id,signInActivity)",
             PERSON("pat", ",\"createdDateTime\":\"2024-01-01T00:00:00Z\"") "," PERSON(
                 "sam", ",\"signInActivity\":{\"lastSignInDateTime\":"
                        "\"0001-01-01T00:00:00Z\"},"
                        "\"createdDateTime\":\"2024-01-01T00:00:00Z\"")));
    put(p, "entra/users-2.json",
        GRAPH("users(id,signInActivity)",
              PERSON("sam", ",\"signInActivity\":{\"lastSignInDateTime\":"
                            "\"0001-01-01T00:00:00Z\"},"
                            "\"createdDateTime\":\"2024-01-01T00:00:00Z\"") "," PERSON("kim", "")));
}

static void put_lists(const struct product *p)
{
    put(p, "entra/report.json",
        GRAPH("userRegistrationDetails",
              "{\"id\":\"pat\",\"isMfaCapable\":false,\"isAdmin\":true,\"methodsRegistered\":[]},"
              "{\"id\":\"sam\",\"isMfaCapable\":true,\"isAdmin\":false,"
              "\"methodsRegistered\":[\"mobilePhone\"]}"));
    put(p, "entra/roles.json",
        GRAPH("roleManagement/directory/roleAssignments(principal())", ROLE("pat", GLOBAL_ADMIN)));
    put(p, "entra/risk.json",
        GRAPH("riskyUsers", "{\"id\":\"kim\",\"riskLevel\":\"high\",\"riskState\":\"atRisk\"}"));
}

static void entra__is_checked(void **state)
{
    const struct product *p = *state;
    put_tenant(p);
    put_lists(p);
    import(p, 0, "entra: 3 users, 1 factor, 1 role,", "entra", NULL);
    product_expect(p, 0, NULL, "check", "run");
    assert_failing(p, "admin-no-mfa", "pat@example.com");
    assert_failing(p, "weak-mfa", "sam@example.com");
    assert_failing(p, "lone-super-admin", "pat@example.com");
    assert_failing(p, "never-logged-in", "pat@example.com sam@example.com");
    assert_failing(p, "risky-user", "kim@example.com");
    assert_failing(p, "no-mfa", "pat@example.com"); /* nobody told about kim */
    product_expect(p, 0, "Global Administrator, tier 3", "data", "user", "pat@example.com");
}

static void entra__lists_are_added_later(void **state)
{
    const struct product *p = *state;
    put_tenant(p);
    import(p, 0, "entra: 3 users, 0 factors, 0 roles,", "entra", NULL);
    put_lists(p);
    import(p, 2, "holds no users, only more about some", "entra/report.json", NULL);
    import(p, 0, NULL, "entra/report.json", "--merge");
    import(p, 0, NULL, "entra/roles.json", "--merge");
    product_expect(p, 0, NULL, "check", "run");
    assert_failing(p, "admin-no-mfa", "pat@example.com");
    assert_failing(p, "never-logged-in", "pat@example.com sam@example.com");
}

static void entra__refusals_leave_the_old_data(void **state)
{
    const struct product *p = *state;
    put_tenant(p);
    import(p, 0, NULL, "entra", NULL);
    import(p, 2, "names a next page, which is not there", "entra/users-1.json", NULL);
    put(p, "licence.json",
        "{\"error\":{\"code\":\"Authentication_RequestFromNonPremiumTenantOrB2CTenant\","
        "\"message\":\"no licence\"}}");
    import(p, 2, "ask again without signInActivity", "licence.json", NULL);
    put(p, "cut.json",
        "{\"@odata.context\":\"https://x/$metadata#users\",\"value\":[" PERSON("pat",
                                                                               "") ",{\"id\":\"sa");
    import(p, 2, "cut off", "cut.json", NULL);
    product_expect(p, 0, "kim@example.com", "data", "users");
}

static void google__is_checked(void **state)
{
    const struct product *p = *state;
    put(p, "google/1.json",
        "{\"kind\":\"admin#directory#users\",\"users\":["
        "{\"id\":\"1\",\"primaryEmail\":\"pat@example.com\",\"suspended\":false,\"archived\":false,"
        "\"isAdmin\":true,\"isDelegatedAdmin\":false,\"isEnrolledIn2Sv\":true,"
        "\"isEnforcedIn2Sv\":false,\"lastLoginTime\":\"1970-01-01T00:00:00.000Z\"},"
        "{\"id\":\"2\",\"primaryEmail\":\"sam@example.com\",\"suspended\":false,\"archived\":false,"
        "\"isAdmin\":false,\"isDelegatedAdmin\":false,\"isEnrolledIn2Sv\":false}]}");
    import(p, 0, "google: 2 users, 0 factors, 1 role,", "google", NULL);
    product_expect(p, 0, "not evaluated: source lacks MFA factors", "check", "run");
    assert_failing(p, "no-mfa", "sam@example.com");
    assert_failing(p, "mfa-not-enforced", "pat@example.com");
    assert_failing(p, "admin-never-logged-in", "pat@example.com");
    assert_failing(p, "lone-super-admin", "pat@example.com");
}

#define DUO(id, name, status, phone, more)                                                         \
    "{\"user_id\":\"" id "\",\"username\":\"" name "\",\"status\":\"" status                       \
    "\",\"phones\":[" phone "],\"tokens\":[],\"webauthncredentials\":[]" more "}"
#define PHONE(activated, can) "{\"activated\":" activated ",\"capabilities\":[\"" can "\"]}"

#define PAT DUO("1", "pat", "bypass", PHONE("true", "push"), ",\"is_enrolled\":true")
#define SAM                                                                                        \
    DUO("2", "sam", "active", PHONE("false", "phone"),                                             \
        ",\"is_enrolled\":true,\"groups\":[{\"status\":\"Bypass\"}]")
#define KIM DUO("3", "kim", "active", PHONE("false", "push"), ",\"is_enrolled\":false")

static const char duo_users[] = "{\"stat\":\"OK\",\"response\":[" PAT "," SAM "," KIM "]}";

static const char duo_codes[] = "{\"stat\":\"OK\",\"response\":[{\"bypass_code_id\":\"B1\","
                                "\"user\":{\"user_id\":\"3\",\"username\":\"kim\"}}]}";

static void duo__is_checked(void **state)
{
    const struct product *p = *state;
    put(p, "duo/users.json", duo_users);
    put(p, "duo/codes.json", duo_codes);
    import(p, 0, "duo: 3 users, 4 factors,", "duo", NULL);
    product_expect(p, 0, NULL, "check", "run");
    assert_failing(p, "mfa-bypass", "pat sam");
    assert_failing(p, "weak-mfa", "sam");
    assert_failing(p, "mfa-pending", "kim");
    assert_failing(p, "temp-pass-active", "kim");
    assert_failing(p, "no-mfa", "kim");
}

static void sources__are_not_mixed(void **state)
{
    const struct product *p = *state;
    put(p, "all/entra.json", GRAPH("users", PERSON("pat", "")));
    put(p, "all/duo.json", "{\"stat\":\"OK\",\"response\":[]}");
    put(p, "all/readme.txt", "what is here");
    import(p, 2, "duo.json is duo, but ", "all", NULL);
    char *path = tmpdir_path(&p->dir, "all");
    product_expect(p, 0, "duo.json is left out: it is duo", "data", "import", path, "--format",
                   "entra");
    free(path);
}

#define FRESH(test) cmocka_unit_test_setup_teardown(test, product_setup, product_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FRESH(entra__is_checked),
        FRESH(entra__lists_are_added_later),
        FRESH(entra__refusals_leave_the_old_data),
        FRESH(google__is_checked),
        FRESH(duo__is_checked),
        FRESH(sources__are_not_mixed),
    };
    return cmocka_run_group_tests_name("cli_sources", tests, NULL, NULL);
}
