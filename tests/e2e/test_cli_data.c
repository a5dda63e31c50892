/* Users on the command line: searched, shown with reasons, exported and imported again. */
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

#include "tests/support/product.h"

static const char users[] =
    "id,login,display_name,email,department,enabled,mfa_enrolled,last_login_at\n"
    "1,fern@example.com,Fern Oak,fern@example.com,Sales,true,false,2026-01-02T03:04:05Z\n"
    "2,moss@example.com,Moss Elm,moss@example.com,Support,true,true,\n"
    "3,ivy,Ivy One,,Sales,true,,\n";

static void load(const struct product *p, const char *source)
{
    char *file = tmpdir_write(&p->dir, "users.csv", users);
    product_expect(p, 0, NULL, "data", "import", file, "--source", source);
    free(file);
}

static void data_users__are_searched(void **state)
{
    load(*state, "hr");
    cJSON *json = product_json(*state, "data", "users", "--search", "SALES");
    assert_int_equal(cJSON_GetArraySize(json), 2);
    assert_string_equal(product_text(cJSON_GetArrayItem(json, 0), "login"), "fern@example.com");
    cJSON_Delete(json);
    product_expect(*state, 0, NULL, "check", "run", "no-mfa");
    json = product_json(*state, "data", "users", "--failing", "no-mfa", "--search", "oak");
    assert_int_equal(cJSON_GetArraySize(json), 1);
    cJSON_Delete(json);
    json = product_json(*state, "data", "users", "--failing", "no-mfa", "--search", "elm");
    assert_int_equal(cJSON_GetArraySize(json), 0);
    cJSON_Delete(json);
    product_expect(*state, 2, "not with --unknown", "data", "users", "--unknown", "no-mfa",
                   "--search", "x");
}

static void data_user__tells_what_it_fails_and_why(void **state)
{
    load(*state, "hr");
    product_expect(*state, 0, NULL, "check", "run");
    product_expect(*state, 0, "SOURCE  LOGIN  ID\nhr      ivy    3\n", "data", "users", "--unknown",
                   "no-mfa");
    cJSON *json = product_json(*state, "data", "user", "FERN@example.com");
    const cJSON *finding = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "findings"), 0);
    assert_string_equal(product_text(json, "name"), "Fern Oak");
    assert_string_equal(product_text(json, "last_login"), "2026-01-02T03:04:05Z");
    assert_non_null(cJSON_GetObjectItem(finding, "explain"));
    product_text(finding, "since");
    cJSON_Delete(json);
    json = product_json(*state, "data", "user", "hr/3");
    assert_string_equal(product_text(json, "login"), "ivy");
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(json, "mfa")));
    const cJSON *unknown = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "unknown"), 0);
    product_text(unknown, "check");
    product_text(unknown, "reason");
    cJSON_Delete(json);
    product_expect(*state, 0, "fails             No MFA", "data", "user", "hr/1");
    product_expect(*state, 0, "not known         No MFA", "data", "user", "ivy");
    product_expect(*state, 0, "last login        2026-01-02 03:04:05Z\n", "data", "user", "hr/1");
    product_expect(*state, 0, "  because         last login 2026-01-02\n", "data", "user", "hr/1");
    struct run_result r = PRODUCT((const struct product *)*state, "data", "user", "hr/1");
    assert_null(strstr(r.out, "2026-01-02T"));
    assert_null(strstr(r.out, "UTC"));
    run_release(&r);
}

static bool stale_in(const cJSON *row)
{
    const cJSON *stale = cJSON_GetObjectItem(row, "stale");
    assert_true(cJSON_IsBool(stale));
    return cJSON_IsTrue(stale);
}

static bool failing_row_is_stale(const struct product *p)
{
    cJSON *json = product_json(p, "data", "users", "--failing", "no-mfa");
    assert_int_equal(cJSON_GetArraySize(json), 1);
    const bool stale = stale_in(cJSON_GetArrayItem(json, 0));
    cJSON_Delete(json);
    return stale;
}

/* The finding is kept; that it is of yesterday's data is told wherever it is shown. */
static void listings__mark_what_the_data_no_longer_says(void **state)
{
    static const char forgetful[] = "id,login,enabled,mfa_enrolled\n"
                                    "1,fern@example.com,true,\n"
                                    "2,moss@example.com,true,true\n";
    const struct product *p = *state;
    load(p, "hr");
    product_expect(p, 0, NULL, "check", "run", "no-mfa");
    assert_false(failing_row_is_stale(p));
    char *file = tmpdir_write(&p->dir, "users.csv", forgetful);
    product_expect(p, 0, NULL, "data", "import", file, "--source", "hr");
    free(file);
    product_expect(p, 0, NULL, "check", "run", "no-mfa");
    assert_true(failing_row_is_stale(p));
    product_expect(p, 0, "Z  stale: ", "data", "users", "--failing", "no-mfa");
    product_expect(p, 0, "Z, stale: ", "check", "show", "no-mfa");
    product_expect(p, 0, "Z, stale\n  because", "data", "user", "hr/1");
    cJSON *json = product_json(p, "data", "user", "hr/1");
    assert_true(stale_in(cJSON_GetArrayItem(cJSON_GetObjectItem(json, "findings"), 0)));
    cJSON_Delete(json);
    json = product_json(p, "data", "users");
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(cJSON_GetArrayItem(json, 0), "stale")));
    cJSON_Delete(json);
}

static void data_user__says_who_is_meant(void **state)
{
    load(*state, "hr");
    load(*state, "it");
    product_expect(*state, 2, "there is no user 'nobody'", "data", "user", "nobody");
    product_expect(*state, 2, "hr/3, it/3", "data", "user", "ivy");
    product_expect(*state, 0, "it", "data", "user", "it/3");
}

static void data_export__is_imported_again(void **state)
{
    const struct product *p = *state;
    load(p, "hr");
    char *path = tmpdir_path(&p->dir, "out.csv");
    product_expect(p, 0, "3 users written to", "data", "export", path, "--source", "hr");
    product_expect(p, 2, "exists already", "data", "export", path);
    product_expect(p, 0, "1 user written to", "data", "export", path, "--search", "fern",
                   "--overwrite");
    product_expect(p, 0, "copy: 1 user,", "data", "import", path, "--source", "copy");
    product_expect(p, 0, "\"Moss Elm\"", "data", "export", "--search", "moss");
    product_expect(p, 2, "no-such-check", "data", "export", "--failing", "no-such-check");
    free(path);
}

/* Not even for root, who could put a file in the place of /dev/null. */
static void data_export__replaces_files_only(void **state)
{
    const struct product *p = *state;
    struct stat found;
    load(p, "hr");
    char *pipe = tmpdir_path(&p->dir, "pipe"), *link = tmpdir_path(&p->dir, "link");
    char *target = tmpdir_write(&p->dir, "target", "old");
    assert_int_equal(mkfifo(pipe, 0600), 0);
    assert_int_equal(symlink(target, link), 0);
    product_expect(p, 2, "is not a file, and was not touched", "data", "export", pipe);
    product_expect(p, 2, "is not a file, and was not touched", "data", "export", pipe,
                   "--overwrite");
    assert_true(lstat(pipe, &found) == 0 && S_ISFIFO(found.st_mode));
    product_expect(p, 0, "3 users written to", "data", "export", link, "--overwrite");
    assert_true(lstat(link, &found) == 0 && S_ISLNK(found.st_mode));
    assert_true(stat(target, &found) == 0 && found.st_size > 3);
    free(pipe);
    free(link);
    free(target);
}

static void data_export__writes_whom_a_check_cannot_answer_for(void **state)
{
    const struct product *p = *state;
    load(p, "hr");
    struct run_result r = PRODUCT(p, "data", "export", "--unknown", "no-mfa");
    assert_int_equal(r.status, 0);
    assert_non_null(strstr(r.out, "\n\"3\",\"ivy\""));
    assert_null(strstr(r.out, "fern"));
    assert_null(strstr(r.out, "moss"));
    run_release(&r);
    r = PRODUCT(p, "data", "export", "--unknown", "inactive-90", "--json");
    assert_int_equal(r.status, 2);
    run_release(&r);
    product_expect(p, 2, "--unknown goes without other filters", "data", "export", "--unknown",
                   "no-mfa", "--source", "hr");
    product_expect(p, 2, "there is no check 'nope'", "data", "export", "--unknown", "nope");
}

#define FRESH(test) cmocka_unit_test_setup_teardown(test, product_setup, product_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FRESH(data_users__are_searched),
        FRESH(data_user__tells_what_it_fails_and_why),
        FRESH(listings__mark_what_the_data_no_longer_says),
        FRESH(data_user__says_who_is_meant),
        FRESH(data_export__is_imported_again),
        FRESH(data_export__replaces_files_only),
        FRESH(data_export__writes_whom_a_check_cannot_answer_for),
    };
    return cmocka_run_group_tests_name("cli_data", tests, NULL, NULL);
}
