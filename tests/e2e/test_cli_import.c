/* data import on the command line: folders, merges, rows left out, and what stays where it ends
 * badly. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "tests/support/product.h"

enum { MANY = 300000, MANY_MAX = 16 << 20, SIGNALLED = 128, SLICE_MS = 20, WAIT_MS = 20000 };

static char *put(const struct product *p, const char *name, const char *text)
{
    return tmpdir_write(&p->dir, name, text);
}

static int64_t number(const cJSON *object, const char *name)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);
    assert_true(cJSON_IsNumber(member));
    return (int64_t)member->valuedouble;
}

static const char *entry(const cJSON *object, const char *name, int index)
{
    const cJSON *list = cJSON_GetObjectItemCaseSensitive(object, name);
    const char *text = cJSON_GetStringValue(cJSON_GetArrayItem(list, index));
    assert_non_null(text);
    return text;
}

/* "a 2 1", the source with its users and factors. */
static void assert_set(const struct product *p, const char *source, int64_t users, int64_t factors)
{
    cJSON *sets = product_json(p, "data", "show");
    const cJSON *set, *found = NULL;
    cJSON_ArrayForEach(set, sets)
    {
        const cJSON *name = cJSON_GetObjectItemCaseSensitive(set, "source");
        if (strcmp(cJSON_GetStringValue(name), source) == 0)
            found = set;
    }
    assert_non_null(found);
    assert_int_equal(number(found, "users"), users);
    assert_int_equal(number(found, "factors"), factors);
    cJSON_Delete(sets);
}

static void import__reads_the_files_of_a_folder(void **state)
{
    const struct product *p = *state;
    char *folder = tmpdir_path(&p->dir, "in");
    free(put(p, "in/page-10.csv", "id,login\n3,cat\n"));
    free(put(p, "in/page-2.csv", "id,login,factors\n1,ann,totp:active\n2,bob,\n"));
    free(put(p, "in/more/deep.csv", "id,login\n4,dan\n"));
    free(put(p, "in/readme.txt", "nothing to import\n"));
    free(put(p, "in/.page-11.csv.swp", "id,login\n9,zoe\n"));
    cJSON *json = product_json(p, "data", "import", folder, "--source", "s");
    assert_int_equal(number(json, "files"), 3);
    assert_int_equal(number(json, "users"), 4);
    assert_non_null(strstr(entry(json, "notes", 0), "its name begins with a dot"));
    assert_non_null(strstr(entry(json, "notes", 1), "readme.txt is left out"));
    cJSON_Delete(json);
    assert_set(p, "s", 4, 1);
    free(folder);
}

static void import__names_formats_that_a_folder_mixes(void **state)
{
    const struct product *p = *state;
    char *folder = tmpdir_path(&p->dir, "in");
    free(put(p, "in/a.csv", "id,login\n1,ann\n"));
    free(put(p, "in/b.jsonl", "{\"id\":\"2\",\"login\":\"bob\"}\n"));
    product_expect(p, 2, "a.csv is checkhook-csv, but", "data", "import", folder);
    product_expect(p, 2, "b.jsonl is checkhook-jsonl", "data", "import", folder);
    product_expect(p, 0, "b.jsonl is left out: it is checkhook-jsonl", "data", "import", folder,
                   "--format", "checkhook-csv");
    product_expect(p, 2, "holds no file of the format okta", "data", "import", folder, "--format",
                   "okta");
    free(folder);
}

static void import__takes_several_files_and_names_the_second_user(void **state)
{
    const struct product *p = *state;
    char *a = put(p, "a.csv", "id,login\n1,ann\n2,bob\n");
    char *b = put(p, "b.csv", "id,login\n3,cat\n1,eve\n");
    product_expect(p, 2, "b.csv:3: a second user has the id '1'", "data", "import", a, b);
    product_expect(p, 0, "3 users", "data", "import", a, b, "--skip-bad", "--source", "s");
    assert_set(p, "s", 3, 0);
    cJSON *user = product_json(p, "data", "user", "s/1");
    assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(user, "login")), "ann");
    cJSON_Delete(user);
    free(a);
    free(b);
}

static void merge__takes_no_users_of_another_source(void **state)
{
    const struct product *p = *state;
    char *okta = put(p, "okta.json",
                     "[{\"id\":\"1\",\"status\":\"ACTIVE\",\"profile\":{\"login\":\"ann\"}}]");
    char *duo = put(p, "duo.json",
                    "{\"stat\":\"OK\",\"response\":[{\"user_id\":\"D1\",\"username\":\"bob\","
                    "\"status\":\"active\"}]}");
    char *own = put(p, "own.csv", "id,login,department\n1,ann,Sales\n");
    product_expect(p, 0, "1 user", "data", "import", okta);
    product_expect(p, 2, "is of the format okta, and what you add to it is duo", "data", "import",
                   duo, "--merge", "--source", "okta");
    product_expect(p, 0, "1 user", "data", "import", own, "--merge", "--source", "okta");
    assert_set(p, "okta", 1, 0);
    free(own);
    own = put(p, "own.csv", "id,login\n1,ann\n2,bob\n");
    product_expect(p, 0, "this replaces a data set of 1 user", "data", "import", own, "--source",
                   "okta");
    free(okta);
    free(duo);
    free(own);
}

static void merge__adds_and_keeps(void **state)
{
    const struct product *p = *state;
    char *a = put(p, "a.csv",
                  "id,login,department,enabled,factors\n1,ann,Sales,true,sms:active\n"
                  "2,bob,Ops,true,sms:active\n");
    char *b = put(p, "b.csv", "id,login,factors\n2,bob,totp:active;push:active\n3,cat,\n");
    product_expect(p, 2, "there is no data set 's' to add to", "data", "import", b, "--source", "s",
                   "--merge");
    product_expect(p, 0, NULL, "data", "import", a, "--source", "s");
    cJSON *json = product_json(p, "data", "import", b, "--source", "s", "--merge");
    assert_true(cJSON_IsTrue(cJSON_GetObjectItem(json, "merged")));
    assert_int_equal(number(json, "users"), 2);
    assert_int_equal(number(json, "new_users"), 1);
    assert_int_equal(number(json, "users_now"), 3);
    assert_int_equal(number(json, "factors"), 2);
    cJSON_Delete(json);
    assert_set(p, "s", 3, 3);
    json = product_json(p, "data", "user", "s/2");
    assert_string_equal(cJSON_GetStringValue(cJSON_GetObjectItem(json, "department")), "Ops");
    cJSON_Delete(json);
    product_expect(p, 0, "(0 new)", "data", "import", b, "--source", "s", "--merge");
    assert_set(p, "s", 3, 3); /* once more is no more */
    free(a);
    free(b);
}

#define OKTA_USER(id)                                                                              \
    "{\"id\":\"" id "\",\"status\":\"ACTIVE\",\"created\":\"2026-01-01T00:00:00.000Z\","           \
    "\"lastLogin\":null,\"profile\":{\"login\":\"" id "@example.com\"}}"
#define OKTA_FACTOR(id)                                                                            \
    "[{\"id\":\"" id "\",\"factorType\":\"webauthn\",\"provider\":\"FIDO\","                       \
    "\"status\":\"ACTIVE\"}]"

/* A second file of the same source adds factors to the users of the first. */
static void merge__adds_factors_of_an_api_to_users_of_another_day(void **state)
{
    const struct product *p = *state;
    char *users = put(p, "users.json", "[" OKTA_USER("00u1") "," OKTA_USER("00u2") "]");
    char *factors = tmpdir_path(&p->dir, "more");
    free(put(p, "more/factors/00u1.json", OKTA_FACTOR("f1")));
    free(put(p, "more/factors/00u9.json", OKTA_FACTOR("f9")));
    product_expect(p, 2, "--merge", "data", "import", factors, "--format", "okta");
    product_expect(p, 0, "okta: 2 users", "data", "import", users);
    cJSON *json = product_json(p, "data", "import", factors, "--merge");
    assert_int_equal(number(json, "users"), 0);
    assert_int_equal(number(json, "users_told"), 1);
    assert_int_equal(number(cJSON_GetObjectItem(json, "before"), "factors"), 0);
    assert_int_equal(number(cJSON_GetObjectItem(json, "now"), "factors"), 1);
    assert_int_equal(number(json, "factors"), 1);
    assert_true(number(json, "unmatched") > 0);
    cJSON_Delete(json);
    assert_set(p, "okta", 2, 1);
    product_expect(p, 0,
                   "okta: 1 user (0 new), 1 factor, 0 roles, 0 sign-ins, 0 credentials read "
                   "(okta).\nThe data set has 2 users, 1 factor, 0 roles, 0 sign-ins, "
                   "0 credentials now.\n",
                   "data", "import", factors, "--merge");
    json = product_json(p, "data", "user", "okta/00u1");
    assert_true(cJSON_IsTrue(cJSON_GetObjectItem(json, "mfa")));
    cJSON_Delete(json);
    json = product_json(p, "data", "user", "okta/00u2");
    assert_true(cJSON_IsNull(cJSON_GetObjectItem(json, "mfa")));
    cJSON_Delete(json);
    free(users);
    free(factors);
}

static void pages__that_overlap_are_one_and_that_lack_are_refused(void **state)
{
    const struct product *p = *state;
    char *folder = tmpdir_path(&p->dir, "pages");
    free(put(p, "pages/users-1.json", "[" OKTA_USER("00u1") "," OKTA_USER("00u2") "]"));
    free(put(p, "pages/users-2.json", "[" OKTA_USER("00u2") "," OKTA_USER("00u3") "]"));
    product_expect(p, 0, "okta: 3 users", "data", "import", folder);
    char *page = put(p, "page.json",
                     "{\"@odata.context\":\"https://graph.microsoft.com/v1.0/$metadata#users\","
                     "\"@odata.nextLink\":\"https://graph.microsoft.com/v1.0/users?$skiptoken=x\","
                     "\"value\":[{\"id\":\"e1\",\"userPrincipalName\":\"e1@example.com\","
                     "\"accountEnabled\":true}]}");
    product_expect(p, 2, "names a next page, which is not there", "data", "import", page);
    free(page);
    free(folder);
}

static void skip_bad__lists_what_it_leaves_out(void **state)
{
    const struct product *p = *state;
    struct strbuf text;
    strbuf_init(&text, MANY_MAX);
    strbuf_adds(&text, "id,login,enabled\n1,ann,true\n");
    for (int i = 2; i < 32; i++)
        strbuf_addf(&text, "%d,user%d,perhaps\n", i, i);
    strbuf_adds(&text, "99,\xff,true\n");
    char *file = put(p, "u.csv", text.text);
    product_expect(p, 2, "u.csv:3: column 'enabled'", "data", "import", file);
    product_expect(p, 0, "31 rows were left out", "data", "import", file, "--skip-bad");
    product_expect(p, 0, "left out: and 11 more", "data", "import", file, "--skip-bad");
    cJSON *json = product_json(p, "data", "import", file, "--skip-bad");
    assert_int_equal(number(json, "rejected"), 31);
    assert_int_equal(number(json, "users"), 1);
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(json, "rejected_rows")), 20);
    assert_non_null(strstr(entry(json, "rejected_rows", 0), "u.csv:3: column 'enabled'"));
    cJSON_Delete(json);
    strbuf_release(&text);
    free(file);
}

static void assert_run(const struct product *p, int64_t found, int64_t resolved)
{
    cJSON *json = product_json(p, "check", "run", "no-mfa");
    const cJSON *check = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "checks"), 0);
    assert_int_equal(number(check, "new"), found);
    assert_int_equal(number(check, "resolved"), resolved);
    cJSON_Delete(json);
}

/* The row of a user who fails is left out: that says nothing of whether he fails still. */
static void skip_bad__resolves_nobody_by_a_bad_row(void **state)
{
    const struct product *p = *state;
    char *good = put(p, "good.jsonl",
                     "{\"id\":\"1\",\"login\":\"ann\",\"enabled\":true,\"mfa_enrolled\":false}\n"
                     "{\"id\":\"2\",\"login\":\"bob\",\"enabled\":true,\"mfa_enrolled\":false,"
                     "\"factors\":[{\"kind\":\"sms\",\"status\":\"pending\"}]}\n");
    char *bad = put(p, "bad.jsonl",
                    "{\"id\":\"1\",\"login\":\"ann\",\"enabled\":true,\"mfa_enrolled\":true}\n"
                    "{\"id\":\"2\",\"login\":\"bob\",\"enabled\":\"perhaps\"}\n");
    product_expect(p, 0, NULL, "data", "import", good, "--source", "s");
    assert_run(p, 2, 0);
    cJSON *json = product_json(p, "data", "import", bad, "--source", "s", "--skip-bad");
    assert_int_equal(number(json, "users"), 1);
    assert_int_equal(number(json, "kept"), 1);
    assert_int_equal(number(json, "users_now"), 2);
    cJSON_Delete(json);
    assert_set(p, "s", 2, 1);
    assert_run(p, 0, 1); /* ann */
    product_expect(p, 0, "1 user who is not in the files stays as before", "data", "import", bad,
                   "--source", "s", "--skip-bad");
    product_expect(p, 0, NULL, "data", "import", good, "--source", "s");
    assert_run(p, 1, 0); /* ann again; bob is still the same */
    free(good);
    free(bad);
}

static void skip_bad__still_refuses_what_cannot_be_read_at_all(void **state)
{
    const struct product *p = *state;
    char *good = put(p, "good.csv", "id,login\n1,ann\n");
    char *bad = put(p, "bad.csv", "id,login,enabled\n2,bob,perhaps\n3,cat,perhaps\n");
    char *cut = put(p, "cut.csv", "id,login\n4,dan\n5,\"eve");
    char *odd = put(p, "odd.csv", "id,email\n6,fay\n");
    product_expect(p, 0, NULL, "data", "import", good, "--source", "s");
    product_expect(p, 2, "none of the 2 rows of", "data", "import", good, bad, "--skip-bad",
                   "--source", "s");
    product_expect(p, 2, "never closed", "data", "import", cut, "--skip-bad", "--source", "s");
    product_expect(p, 2, "the column 'login' is missing", "data", "import", odd, "--skip-bad",
                   "--source", "s");
    assert_set(p, "s", 1, 0);
    free(good);
    free(bad);
    free(cut);
    free(odd);
}

/* --- ends that are no good ---------------------------------------------------------------------
 */

static char *write_many(const struct product *p)
{
    struct strbuf text;
    strbuf_init(&text, MANY_MAX);
    strbuf_adds(&text, "id,login,factors\n");
    for (int i = 0; i < MANY; i++)
        strbuf_addf(&text, "m%06d,many%06d@example.com,totp:active\n", i, i);
    char *path = put(p, "many.csv", text.text);
    strbuf_release(&text);
    return path;
}

/* Until the import has begun to write: its log has grown. */
static void wait_for_writing(const struct product *p)
{
    char *wal = tmpdir_path(&p->dir, "home/checkhook.db-wal");
    for (int waited = 0; waited < WAIT_MS; waited += SLICE_MS) {
        FILE *file = fopen(wal, "rb");
        long size = 0;
        if (file && fseek(file, 0, SEEK_END) == 0)
            size = ftell(file);
        if (file)
            fclose(file);
        if (size > 1 << 20)
            break;
        nanosleep(&(const struct timespec){.tv_nsec = SLICE_MS * 1000000}, NULL);
    }
    free(wal);
}

static void end_by(const struct product *p, int signal)
{
    char *few = put(p, "few.csv", "id,login,factors\n1,ann,sms:active\n2,bob,\n");
    char *many = write_many(p);
    product_expect(p, 0, NULL, "data", "import", few, "--source", "s");
    const char *const args[] = {"data", "import", many, "--source", "s", NULL};
    struct run_options options = {.env = p->env};
    struct run_child child = run_start(args, &options);
    wait_for_writing(p);
    if (signal != SIGKILL) {
        kill(child.pid, signal);
        run_wait_text(&child, "stopped; all is as it was before", WAIT_MS);
    }
    assert_int_equal(run_stop(&child, signal == SIGKILL ? SIGKILL : 0), SIGNALLED + signal);
    assert_set(p, "s", 2, 1);
    product_expect(p, 0, NULL, "data", "import", few, "--source", "s"); /* no lock was left */
    free(few);
    free(many);
}

static void interrupt__leaves_the_old_data_and_says_so(void **state)
{
    end_by(*state, SIGINT);
}

static void termination__leaves_the_old_data_and_says_so(void **state)
{
    end_by(*state, SIGTERM);
}

static void kill_9__leaves_the_old_data(void **state)
{
    end_by(*state, SIGKILL);
}

static void truncated_file__keeps_the_old_data(void **state)
{
    const struct product *p = *state;
    char *good =
        put(p, "u.jsonl", "{\"id\":\"1\",\"login\":\"ann\"}\n{\"id\":\"2\",\"login\":\"bob\"}\n");
    product_expect(p, 0, NULL, "data", "import", good, "--source", "s");
    char *cut = put(p, "u.jsonl", "{\"id\":\"1\",\"login\":\"ann\"}\n{\"id\":\"2\",\"log");
    product_expect(p, 2, "u.jsonl:2: ", "data", "import", cut, "--source", "s");
    product_expect(p, 2, "u.jsonl:2: ", "data", "import", cut, "--source", "s", "--merge");
    assert_set(p, "s", 2, 0);
    free(good);
    free(cut);
}

#define FRESH(test) cmocka_unit_test_setup_teardown(test, product_setup, product_teardown)

/* --- two users of one id -------------------------------------------------------------------- */

/* So many that ids have no index while they come. */
static char *twice_among_many(const struct product *p, const char *head, const char *row)
{
    struct strbuf text;
    strbuf_init(&text, SIZE_MAX);
    strbuf_adds(&text, head);
    for (int i = 1; i <= 12000; i++)
        strbuf_addf(&text, row[0] == '{' ? "{\"id\":\"%d\",\"login\":\"user%d\"}\n" : "%d,user%d\n",
                    i == 11000 ? 77 : i, i);
    char *file = put(p, row[0] == '{' ? "twice.jsonl" : "twice.csv", text.text);
    strbuf_release(&text);
    return file;
}

static void import__places_a_second_user_among_very_many(void **state)
{
    const struct product *p = *state;
    char *csv = twice_among_many(p, "id,login\n", ""), *jsonl = twice_among_many(p, "", "{");
    product_expect(p, 2, "twice.csv:11001: a second user has the id '77'", "data", "import", csv);
    product_expect(p, 2, "twice.jsonl:11000: a second user has the id '77'", "data", "import",
                   jsonl);
    product_expect(p, 0, "no data set", "data", "show");
    free(csv);
    free(jsonl);
}

/* A pipe cannot be read again. */
static void import__reads_standard_input(void **state)
{
    const struct product *p = *state;
    struct run_result r = product_run(p, (const char *const[]){"data", "import", "-", NULL},
                                      "id,login\n1,fern@example.com\n");
    assert_string_equal(r.err, "");
    assert_int_equal(r.status, 0);
    run_release(&r);
    assert_set(p, "checkhook-csv", 1, 0);
}

static void import__counts_a_second_user_in_a_pipe(void **state)
{
    const struct product *p = *state;
    char *csv = twice_among_many(p, "id,login\n", "");
    char *command = mem_printf("cat '%s' | '%s' data import /dev/stdin --format checkhook-csv", csv,
                               run_product());
    const struct run_options options = {.env = p->env};
    struct run_result r = run_command((const char *const[]){"sh", "-c", command, NULL}, &options);
    assert_int_equal(r.status, 2);
    if (!strstr(r.err, "a second user has the id '77': they are numbers 77 and 11000 of the users"))
        fail_msg("%s", r.err);
    run_release(&r);
    free(command);
    free(csv);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FRESH(import__reads_the_files_of_a_folder),
        FRESH(import__names_formats_that_a_folder_mixes),
        FRESH(import__takes_several_files_and_names_the_second_user),
        FRESH(import__places_a_second_user_among_very_many),
        FRESH(import__reads_standard_input),
        FRESH(import__counts_a_second_user_in_a_pipe),
        FRESH(merge__takes_no_users_of_another_source),
        FRESH(merge__adds_and_keeps),
        FRESH(merge__adds_factors_of_an_api_to_users_of_another_day),
        FRESH(pages__that_overlap_are_one_and_that_lack_are_refused),
        FRESH(skip_bad__lists_what_it_leaves_out),
        FRESH(skip_bad__resolves_nobody_by_a_bad_row),
        FRESH(skip_bad__still_refuses_what_cannot_be_read_at_all),
        FRESH(interrupt__leaves_the_old_data_and_says_so),
        FRESH(termination__leaves_the_old_data_and_says_so),
        FRESH(kill_9__leaves_the_old_data),
        FRESH(truncated_file__keeps_the_old_data),
    };
    return cmocka_run_group_tests_name("cli_import", tests, NULL, NULL);
}
