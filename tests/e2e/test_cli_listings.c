/* Listings of very many rows: as JSON they are whole, and take no more memory than short ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "tests/support/product.h"

/* More than this is kept of rows that were to be printed and forgotten: each takes some 200 bytes
 * at least. What is sorted may take 8 MiB. */
enum { USERS = 30000, LINE_BYTES = 80, MORE_KIB = 14000 };

static const char own_checks[] =
    "checks = ( { id = \"own-mfa\"; title = \"Title\"; severity = \"low\";\n"
    "  description = ( \"d\" ); recommended_actions = ( \"r\" );\n"
    "  fails = \"u.mfa_enrolled = 0\"; explain = { of = \"u.department\"; }; } );\n";

static void load_users(const struct product *p)
{
    char *csv = calloc(USERS + 1, LINE_BYTES);
    char *at = csv + sprintf(csv, "id,login,enabled,mfa_enrolled,department\n");
    for (int i = 0; i < USERS; i++)
        at += snprintf(at, LINE_BYTES, "%d,user%d@example.com,true,false,Department %d\n", i,
                       i * 7919 % USERS, i % 50);
    char *file = tmpdir_write(&p->dir, "users.csv", csv);
    product_expect(p, 0, NULL, "data", "import", file, "--source", "people");
    product_expect(p, 0, NULL, "check", "run", "no-mfa");
    free(file);
    free(csv);
}

static struct run_result listing(const struct product *p, const char *const *args)
{
    struct run_result r = product_run(p, args, NULL);
    if (r.status != 0)
        fail_msg("%s %s: exit %d\n%s", args[0], args[1], r.status, r.err);
    return r;
}

/* The array of users in what was printed, or that itself. */
static const cJSON *users_in(const cJSON *json)
{
    const cJSON *checks = cJSON_GetObjectItemCaseSensitive(json, "checks");
    const cJSON *of = checks ? checks->child : json;
    return cJSON_IsArray(json) ? json : cJSON_GetObjectItemCaseSensitive(of, "users");
}

/* The long listing has all users in it, and needs little more memory than the short one. */
static void expect_flat(const struct product *p, const char *const *longer,
                        const char *const *shorter)
{
    struct run_result few = listing(p, shorter), many = listing(p, longer);
    cJSON *json = cJSON_Parse(many.out);
    const cJSON *users = users_in(json);
    assert_int_equal(cJSON_GetArraySize(users), USERS);
    assert_non_null(cJSON_GetObjectItemCaseSensitive(users->child, "login"));
    cJSON_Delete(json);
#if !defined(__SANITIZE_ADDRESS__)
    if (many.peak_kib > few.peak_kib + MORE_KIB)
        fail_msg("%s %s: %ld KiB, and %ld KiB for few rows", longer[0], longer[1], many.peak_kib,
                 few.peak_kib);
#endif
    run_release(&few);
    run_release(&many);
}
#define ARGS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void listing__of_many_users_takes_no_more_memory(void **state)
{
    const struct product *p = *state;
    char *own = tmpdir_write(&p->dir, "own.conf", own_checks);
    expect_flat(p, ARGS("check", "show", "no-mfa", "--json"), ARGS("check", "show", "no-mfa"));
    expect_flat(p, ARGS("data", "users", "--failing", "no-mfa", "--json"), ARGS("data", "show"));
    expect_flat(p, ARGS("data", "users", "--json"), ARGS("data", "show"));
    expect_flat(p, ARGS("check", "test", own, "--limit", "0", "--json"),
                ARGS("check", "test", own));
    free(own);
}

/* The first rows say how wide the columns are; the others follow under them. */
static void table__of_many_users_is_whole(void **state)
{
    struct run_result many = listing(*state, ARGS("data", "users"));
    size_t lines = 0;
    for (const char *at = many.out; (at = strchr(at, '\n')); at++)
        lines++;
    assert_int_equal(lines, USERS + 1);
    run_release(&many);
}

static int setup(void **state)
{
    const int failed = product_setup(state);
    if (!failed)
        load_users(*state);
    return failed;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(listing__of_many_users_takes_no_more_memory),
        cmocka_unit_test(table__of_many_users_is_whole),
    };
    return cmocka_run_group_tests_name("cli_listings", tests, setup, product_teardown);
}
