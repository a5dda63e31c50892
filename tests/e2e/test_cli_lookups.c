/* Commands that only look: they make nothing, and say what there is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "tests/support/product.h"

enum { WORDS_MAX = 6 };

static const char users[] = "id,login,enabled,mfa_enrolled\n1,fern@example.com,true,false\n";

static void load(const struct product *p)
{
    char *file = tmpdir_write(&p->dir, "users.csv", users);
    product_expect(p, 0, NULL, "data", "import", file, "--source", "people");
    free(file);
}

static void look_ups__make_nothing(void **state)
{
    static const char *const commands[][WORDS_MAX] = {
        {"config", "path"},
        {"config", "check"},
        {"config", "show"},
        {"integration", "list"},
        {"check", "list"},
        {"check", "show", "no-mfa"},
        {"check", "matrix"},
        {"data", "show"},
        {"data", "users"},
        {"data", "users", "--unknown", "no-mfa"},
        {"data", "export"},
        {"delivery", "list"},
        {"delivery", "stats"},
        {"audit", "list"},
        {"integration", "list", "--json"},
    };
    const struct product *p = *state;
    char *home = tmpdir_path(&p->dir, "home");
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        struct run_result r = product_run(p, commands[i], NULL);
        if (r.status != 0 || access(home, F_OK) == 0)
            fail_msg("%s %s: %d %s", commands[i][0], commands[i][1], r.status, r.err);
        run_release(&r);
    }
    product_expect(p, 2, "there is no integration 'x'", "integration", "show", "x");
    product_expect(p, 2, "there is no delivery d_1", "delivery", "show", "d_1");
    assert_int_not_equal(access(home, F_OK), 0);
    free(home);
}

static void filters__name_what_there_is_not(void **state)
{
    const struct product *p = *state;
    load(p);
    product_expect(p, 2, "there is no data set 'nope': see checkhook data show", "data", "users",
                   "--source", "nope");
    product_expect(p, 2, "there is no data set 'nope': see checkhook data show", "data", "export",
                   "--source", "nope");
    product_expect(p, 2, "there is no check 'nope': see checkhook check list", "delivery", "list",
                   "--check", "nope");
    product_expect(p, 2, "there is no check 'nope': see checkhook check list", "check", "run",
                   "nope");
    product_expect(p, 0, "no delivery to show", "delivery", "list", "--check", "no-mfa");
    product_expect(p, 0, "no delivery to show", "delivery", "list", "--check", "WebhookTest");
    product_expect(p, 0, "fern@example.com", "data", "users", "--source", "people");
}

/* Deliveries of a check that is in no catalogue any more can still be found. */
static void delivery_list__knows_checks_that_are_gone(void **state)
{
    const struct product *p = *state;
    char *folder = tmpdir_path(&p->dir, "home/checks.d"), *file;
    load(p);
    product_expect(p, 0, NULL, "integration", "add", "Tickets", "url=https://tickets.example.com/",
                   "auth.type=none");
    file = mem_printf("mkdir -p '%s' && cat >'%s/own.conf' <<'END'\nchecks = ( { id = \"own\"; "
                      "title = \"Own\"; severity = \"low\"; enabled = true; description = (\"d\");"
                      " recommended_actions = (\"a\"); needs = (); applies = \"1\"; fails = "
                      "\"u.enabled = 1\"; } );\nEND\n",
                      folder, folder);
    const char *const make[] = {"sh", "-c", file, NULL};
    struct run_result r = run_command(make, NULL);
    assert_int_equal(r.status, 0);
    run_release(&r);
    product_expect(p, 0, NULL, "check", "enable", "own", "Tickets");
    product_expect(p, 0, NULL, "check", "run", "own", "--no-deliver");
    free(file);
    file = mem_printf("%s/own.conf", folder);
    assert_int_equal(unlink(file), 0);
    product_expect(p, 0, "d_1", "delivery", "list", "--check", "own");
    free(file);
    free(folder);
}

static void data_export__names_the_option_that_replaces(void **state)
{
    const struct product *p = *state;
    load(p);
    char *file = tmpdir_path(&p->dir, "users.csv");
    product_expect(p, 2, "exists already, and was not touched; --overwrite replaces it", "data",
                   "export", file);
    product_expect(p, 2, "--json goes with a FILE", "data", "export", "--json");
    cJSON *json = product_json(p, "data", "export", file, "--overwrite");
    assert_int_equal(cJSON_GetObjectItemCaseSensitive(json, "users")->valueint, 1);
    cJSON_Delete(json);
    free(file);
}

/* --- --json of commands that change something ------------------------------------------------ */

static const cJSON *member(const cJSON *object, const char *name)
{
    const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, name);
    assert_non_null(value);
    return value;
}

static void check_commands__print_what_is_set(void **state)
{
    const struct product *p = *state;
    load(p);
    product_expect(p, 0, NULL, "integration", "add", "Tickets", "url=https://tickets.example.com/",
                   "auth.type=none");
    product_expect(p, 0, NULL, "check", "run", "--no-deliver");
    cJSON *json = product_json(p, "check", "enable", "no-mfa", "Tickets", "--send-current");
    assert_string_equal(cJSON_GetArrayItem(member(json, "integrations"), 0)->valuestring,
                        "Tickets");
    assert_int_equal(member(member(json, "sent"), "deliveries")->valueint, 1);
    cJSON_Delete(json);
    json = product_json(p, "check", "disable", "no-mfa", "Tickets");
    assert_int_equal(cJSON_GetArraySize(member(json, "integrations")), 0);
    cJSON_Delete(json);
    json = product_json(p, "check", "set", "inactive-90", "settings.days=60", "severity=low",
                        "ignore=fern@example.com");
    assert_int_equal(member(member(json, "settings"), "days")->valueint, 60);
    assert_string_equal(member(json, "severity")->valuestring, "low");
    assert_int_equal(cJSON_GetArraySize(member(json, "ignore")), 1);
    cJSON_Delete(json);
    json = product_json(p, "check", "reset", "inactive-90");
    assert_int_equal(member(member(json, "settings"), "days")->valueint, 90);
    cJSON_Delete(json);
}

static void other_commands__print_what_they_did(void **state)
{
    const struct product *p = *state;
    load(p);
    product_expect(p, 0, NULL, "integration", "add", "Tickets", "url=https://tickets.example.com/",
                   "auth.type=none");
    cJSON *json = product_json(p, "config", "set", "schedule.hour=7");
    assert_int_equal(member(member(json, "schedule"), "hour")->valueint, 7);
    cJSON_Delete(json);
    json = product_json(p, "integration", "remove", "Tickets");
    assert_string_equal(member(json, "name")->valuestring, "Tickets");
    cJSON_Delete(json);
    json = product_json(p, "data", "remove", "people");
    assert_string_equal(member(json, "source")->valuestring, "people");
    cJSON_Delete(json);
    product_expect(p, 2, "--json is not for checkhook service", "service", "--json");
    struct run_result r = PRODUCT(p, "service", "--help");
    assert_null(strstr(r.out, "--json"));
    run_release(&r);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, product_setup, product_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(look_ups__make_nothing),
        TEST(filters__name_what_there_is_not),
        TEST(delivery_list__knows_checks_that_are_gone),
        TEST(data_export__names_the_option_that_replaces),
        TEST(check_commands__print_what_is_set),
        TEST(other_commands__print_what_they_did),
    };
    return cmocka_run_group_tests_name("cli_lookups", tests, NULL, NULL);
}
