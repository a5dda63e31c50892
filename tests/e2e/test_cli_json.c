/* Every command with --json: it parses, and has exactly the members of its shape (DESIGN 8). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "tests/support/product.h"
#include "tests/support/receiver.h"

enum { MEMBERS_MAX = 600 };

static const char users[] = "id,login,enabled,mfa_enrolled\n"
                            "1,fern@example.com,true,false\n"
                            "2,sedge@example.com,true,\n";

static const char summary[] = "id name description enabled url method auth state reason last hold "
                              "checks waiting held failed";
static const char delivery[] =
    "id kind event check integration state attempts status reason created next";
static const char check[] = "id title severity enabled integrations evaluated failing new unknown "
                            "last_run error";

#define json_of(p, status, ...)                                                                    \
    json_of_at(p, status, (const char *const[]){__VA_ARGS__, "--json", NULL})
static cJSON *json_of_at(const struct product *p, int status, const char *const *args)
{
    const char *end = NULL;
    struct run_result r = product_run(p, args, NULL);
    if (r.status != status)
        fail_msg("%s %s: exit %d\n%s%s", args[0], args[1], r.status, r.out, r.err);
    cJSON *json = cJSON_ParseWithOpts(r.out, &end, 0);
    assert_non_null(json);
    assert_string_equal(end, "\n"); /* one value and nothing after it */
    run_release(&r);
    return json;
}

/* Fails unless the object's members are these, in this order. */
#define has(object, names) has_at(__LINE__, object, names)
static void has_at(int line, const cJSON *object, const char *names)
{
    char found[MEMBERS_MAX] = "";
    size_t len = 0;
    const cJSON *member;
    cJSON_ArrayForEach(member, object)
    {
        len += (size_t)snprintf(found + len, sizeof found - len, "%s%s", len ? " " : "",
                                member->string ? member->string : "-");
        assert_true(len < sizeof found);
    }
    if (strcmp(found, names) != 0)
        fail_msg("line %d: %s\n   wanted: %s", line, found, names);
}

static const cJSON *in(const cJSON *object, const char *name)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);
    assert_non_null(member);
    return member;
}

/* The first of an array that has `count`. */
static const cJSON *first(const cJSON *array, int count)
{
    assert_true(cJSON_IsArray(array));
    assert_int_equal(cJSON_GetArraySize(array), count);
    return cJSON_GetArrayItem(array, 0);
}

/* --- the path that fills every listing ------------------------------------------------------ */

/* Adds "Tickets" with Basic authorization and a secret parameter. */
static void add_integration(const struct product *p, struct receiver *receiver)
{
    char url[200], password[300], parameter[300];
    char *file = tmpdir_write(&p->dir, "secret", "hunter2\n");
    snprintf(url, sizeof url, "url=%s", receiver_url(receiver, "/hook"));
    snprintf(password, sizeof password, "auth.password=@%s", file);
    snprintf(parameter, sizeof parameter, "body:token=@%s", file);
    cJSON *json = json_of(p, 0, "integration", "add", "Tickets", url, "auth.type=basic",
                          "auth.username=alice", password, "--secret-param", parameter, "--param",
                          "query:q=1");
    has(json, "id name");
    cJSON_Delete(json);
    free(file);
}

static void import_users(const struct product *p)
{
    char *file = tmpdir_write(&p->dir, "users.csv", users);
    cJSON *json = json_of(p, 0, "data", "import", file, "--source", "people");
    has(json,
        "source format merged files users users_told factors roles sign_ins credentials new_users "
        "users_before users_now before now kept unmatched rejected rejected_rows notes");
    cJSON_Delete(json);
    free(file);
}

static void integrations_have_their_shape(const struct product *p)
{
    cJSON *json = json_of(p, 0, "integration", "test", "Tickets");
    has(json, "ok status time_ms reason event steps request response");
    has(first(in(json, "steps"), 3), "name ok time_ms detail");
    has(in(json, "request"), "headers");
    has(in(json, "response"), "headers body");
    cJSON_Delete(json);

    json = json_of(p, 0, "integration", "list");
    has(first(json, 1), summary);
    has(in(first(json, 1), "last"), "time status ok");
    cJSON_Delete(json);

    json = json_of(p, 0, "integration", "show", "tickets");
    has(json, "id name description enabled auth url method params format explain timeout_s retry "
              "rate_limit max_in_flight max_event_kb tls proxy state reason last hold checks "
              "waiting held failed");
    has(in(json, "auth"), "type username password");
    has(in(in(json, "auth"), "password"), "set since");
    has(first(in(json, "params"), 2), "place key value secret");
    has(in(cJSON_GetArrayItem(in(json, "params"), 0), "value"), "set since");
    cJSON_Delete(json);
}

static void a_hold_has_its_shape(const struct product *p)
{
    cJSON *json = json_of(p, 0, "integration", "show", "Tickets");
    assert_true(cJSON_IsNull(in(json, "hold")));
    assert_true(cJSON_IsNumber(in(json, "held")));
    cJSON_Delete(json);
    product_expect(p, 0, NULL, "integration", "set", "Tickets", "enabled=false");
    json = json_of(p, 0, "integration", "show", "Tickets");
    has(in(json, "hold"), "since reason last_ok");
    assert_string_equal(cJSON_GetStringValue(in(in(json, "hold"), "reason")),
                        "integration is disabled");
    assert_true(cJSON_IsString(in(in(json, "hold"), "last_ok")));
    cJSON_Delete(json);
    product_expect(p, 0, NULL, "integration", "set", "Tickets", "enabled=true");
}

static void checks_have_their_shape(const struct product *p)
{
    cJSON *json = json_of(p, 0, "check", "run", "no-mfa", "--dry-run");
    has(json, "run time_ms checks events deliveries");
    assert_true(cJSON_IsNull(in(json, "run")));
    has(first(in(json, "checks"), 1),
        "id evaluated failing new resolved unknown error newUsers notifies");
    cJSON_Delete(json);

    json = json_of(p, 0, "check", "run", "no-mfa");
    has(json, "run time_ms checks events deliveries");
    has(first(in(json, "checks"), 1), "id evaluated failing new resolved unknown error");
    cJSON_Delete(json);

    json = json_of(p, 0, "check", "test", "share/checks/10-mfa.conf", "--check", "no-mfa");
    has(json, "users checks faults");
    has(first(in(json, "checks"), 1),
        "id title severity result failing passing unknown outside time_ms error users");
    cJSON_Delete(json);

    json = json_of(p, 0, "check", "list");
    has(cJSON_GetArrayItem(json, 0), check);
    cJSON_Delete(json);

    char shown[MEMBERS_MAX];
    snprintf(
        shown, sizeof shown,
        "%s description recommendedActions settings defaults ignore needs applies fails explain"
        " history users",
        check);
    json = json_of(p, 0, "check", "show", "no-mfa");
    has(json, shown);
    has(in(json, "defaults"), "enabled severity settings");
    has(first(in(json, "users"), 1), "source id login since stale explain");
    has(first(in(json, "history"), 1),
        "run time evaluated failing new resolved unknown time_ms error");
    cJSON_Delete(json);
}

static void data_sets_have_their_shape(const struct product *p)
{
    static const char user[] = "source id login since stale explain";
    cJSON *json = json_of(p, 0, "data", "show");
    has(first(json, 1), "source format loaded users factors roles sign_ins credentials");
    cJSON_Delete(json);
    json = json_of(p, 0, "data", "users");
    has(first(json, 2), user);
    cJSON_Delete(json);
    json = json_of(p, 0, "data", "users", "--failing", "no-mfa");
    has(first(json, 1), user);
    assert_true(cJSON_IsString(in(first(json, 1), "since")));
    cJSON_Delete(json);
    json = json_of(p, 0, "data", "users", "--unknown", "no-mfa");
    has(first(json, 1), user);
    cJSON_Delete(json);
}

static void deliveries_have_their_shape(const struct product *p)
{
    cJSON *json = json_of(p, 0, "delivery", "list");
    const cJSON *newest = first(json, 2);
    has(newest, delivery);
    assert_string_equal(in(newest, "kind")->valuestring, "finding");
    assert_true(cJSON_IsNull(in(newest, "next")));
    char *id = strdup(in(newest, "id")->valuestring);
    cJSON_Delete(json);

    json = json_of(p, 0, "delivery", "show", id);
    has(json, delivery);
    const cJSON *attempt = first(in(json, "attempts"), 1);
    has(attempt, "n time outcome status reason peer phases request response");
    has(in(attempt, "request"), "method url headers body body_is body_note");
    has(in(attempt, "response"), "headers body cut");
    cJSON_Delete(json);

    json = json_of(p, 0, "delivery", "retry", id);
    has(first(json, 1), "id redelivery_of");
    cJSON_Delete(json);
    json = json_of(p, 0, "delivery", "stats");
    has(json, "created delivered failed now hours");
    has(in(json, "now"), "failed sent_again removed tests waiting held");
    has(first(in(json, "hours"), 24), "time delivered failed");
    assert_int_equal(in(in(json, "now"), "waiting")->valueint, 1);
    cJSON_Delete(json);
    json = json_of(p, 0, "deliver");
    has(json, "delivered failed waiting held");
    assert_int_equal(in(json, "delivered")->valueint, 1);
    cJSON_Delete(json);
    free(id);
}

static void json__has_the_members_of_its_shape(void **state)
{
    const struct product *p = *state;
    struct receiver *receiver = receiver_start();
    add_integration(p, receiver);
    import_users(p);
    product_expect(p, 0, NULL, "check", "enable", "no-mfa", "Tickets");
    integrations_have_their_shape(p);
    a_hold_has_its_shape(p);
    checks_have_their_shape(p);
    data_sets_have_their_shape(p);
    deliveries_have_their_shape(p);
    cJSON *json = json_of(p, 0, "config", "check");
    has(json, "ok file integrations checks problems");
    cJSON_Delete(json);
    json = json_of(p, 0, "config", "path");
    has(json, "configuration checks key database lock wake share console");
    cJSON_Delete(json);
    json = json_of(p, 0, "config", "show");
    has(json, "tenant schedule retention_days console installation");
    cJSON_Delete(json);
    json = json_of(p, 0, "audit", "list");
    has(cJSON_GetArrayItem(json, 0),
        "id time who from through what subject subject_id before after");
    cJSON_Delete(json);
    receiver_stop(receiver);
}

static void json__is_an_empty_list_where_there_is_nothing(void **state)
{
    const struct product *p = *state;
    static const char *const listings[][2] = {{"integration", "list"},
                                              {"data", "show"},
                                              {"data", "users"},
                                              {"delivery", "list"},
                                              {"audit", "list"}};
    for (size_t i = 0; i < sizeof listings / sizeof listings[0]; i++) {
        cJSON *json = json_of(p, 0, listings[i][0], listings[i][1]);
        first(json, 0);
        cJSON_Delete(json);
    }
}

/* What a terminal must not get is escaped, also in JSON, and still means the same. */
static void json__escapes_what_a_terminal_must_not_get(void **state)
{
    const struct product *p = *state;
    char *file =
        tmpdir_write(&p->dir, "odd.jsonl", "{\"id\":\"1\",\"login\":\"a\\u009b31m\\u202eb\"}\n");
    product_expect(p, 0, "1 user,", "data", "import", file, "--source", "odd");
    product_expect(p, 0, "a\\u{9b}31m\\u{202e}b", "data", "users");
    product_expect(p, 0, "a\\u009b31m\\u202eb", "data", "users", "--json");
    cJSON *json = json_of(p, 0, "data", "users");
    assert_string_equal(in(first(json, 1), "login")->valuestring, "a\xc2\x9b"
                                                                  "31m\xe2\x80\xae"
                                                                  "b");
    cJSON_Delete(json);
    free(file);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, product_setup, product_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(json__has_the_members_of_its_shape),
        TEST(json__is_an_empty_list_where_there_is_nothing),
        TEST(json__escapes_what_a_terminal_must_not_get),
    };
    return cmocka_run_group_tests_name("cli_json", tests, NULL, NULL);
}
