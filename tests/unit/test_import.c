/* Tests of core/dataset/import: real files into a real store. */
#include "tests/support/imports.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"

static const char good_csv[] = "id,login,factors,roles\n"
                               "1,ann,totp:active,Admin:3:active\n"
                               "2,bob,\"\",\"\"\n"
                               "3,cat,,\n";

static void import__loads_users_with_their_rows(void **state)
{
    struct loadbed *bed = *state;
    char *path = tmpdir_write(&bed->dir, "u.csv", good_csv);
    struct error err = {0};
    struct job *job = IMPORTS_JOB(bed, path, &err, 0);
    assert_int_equal(imports_end(job, IMPORTS_WHOLE_MS, &err), JOB_DONE);
    const struct import_result *result = import_job_result(job);
    assert_string_equal(result->format, "checkhook-csv");
    assert_string_equal(result->source, "checkhook-csv");
    assert_int_equal(result->users, 3);
    assert_int_equal(result->factors, 1);
    assert_int_equal(result->roles, 1);
    job_free(job);
    free(path);
    imports_expect(bed, "checkhook-csv|1|1|ann|unknown|null|null|1:2|1:3|0|0\n"
                        "checkhook-csv|2|2|bob|unknown|null|null|0:0|0:0|0|0\n"
                        "checkhook-csv|3|3|cat|unknown|null|null|0:0|0:0|0|0\n");
    struct dataset_list list;
    assert_true(datasets_list(bed->store, &list, &err));
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].loaded_at, IMPORTS_NOW);
    assert_int_equal(list.items[0].users, 3);
    dataset_list_release(&list);
}

static void import__loads_the_samples(void **state)
{
    struct loadbed *bed = *state;
    struct import_result people = IMPORTS_FILE(bed, "share/samples/users.csv", .source = "people");
    assert_int_equal(people.users, 502);
    struct import_result aws = IMPORTS_FILE(bed, "share/samples/aws-credential-report.csv", 0);
    assert_int_equal(aws.users, 26);
    struct import_result all = IMPORTS_FILE(bed, "share/samples/users.jsonl", 0);
    assert_int_equal(all.users, 10);
    assert_int_equal(all.factors, 5);
    assert_int_equal(all.roles, 2);
    assert_int_equal(all.sign_ins, 2);
    assert_int_equal(all.credentials, 3);
    struct dataset_list list;
    struct error err = {0};
    assert_true(datasets_list(bed->store, &list, &err));
    assert_int_equal(list.count, 3);
    assert_string_equal(list.items[0].format, "aws-credential-report");
    assert_string_equal(list.items[1].format, "checkhook-jsonl");
    assert_string_equal(list.items[2].source, "people");
    dataset_list_release(&list);
}

static void import__keeps_uids_and_drops_who_is_gone(void **state)
{
    struct loadbed *bed = *state;
    imports_text(bed, "u.csv", good_csv, "s");
    imports_text(bed, "v.csv", "id,login\n4,dan\n3,cat\n1,anna\n", "s");
    imports_expect(bed, "s|1|1|anna|unknown|null|null|0:0|0:0|0|0\n"
                        "s|3|3|cat|unknown|null|null|0:0|0:0|0|0\n"
                        "s|4|4|dan|unknown|null|null|0:0|0:0|0|0\n");
}

static void import__leaves_other_sources_alone(void **state)
{
    struct loadbed *bed = *state;
    imports_text(bed, "u.csv", "id,login\n1,ann\n", "a");
    imports_text(bed, "v.csv", "id,login\n1,bob\n", "b");
    imports_text(bed, "v.csv", "id,login\n2,cat\n", "b");
    imports_expect(bed, "a|1|1|ann|unknown|null|null|0:0|0:0|0|0\n"
                        "b|3|2|cat|unknown|null|null|0:0|0:0|0|0\n");
}

/* More users than one part of the clearing takes, of two sources in turn. */
static void import__replaces_large_sets_in_parts(void **state)
{
    struct loadbed *bed = *state;
    struct strbuf many;
    strbuf_init(&many, 1 << 20);
    strbuf_adds(&many, "id,login,factors\n");
    for (int i = 0; i < 9000; i++)
        strbuf_addf(&many, "%d,user%d,totp:active\n", i, i);
    imports_text(bed, "other.csv", "id,login,factors\n1,ann,sms:active\n", "other");
    imports_text(bed, "many.csv", many.text, "people");
    imports_text(bed, "more.csv", "id,login,factors\n1,ann,sms:active\n2,bob,\n", "other");
    imports_text(bed, "few.csv", "id,login,factors\n8999,last,\n", "people");
    imports_expect(bed, "other|1|1|ann|unknown|null|null|1:1|0:0|0|0\n"
                        "other|9002|2|bob|unknown|null|null|0:0|0:0|0|0\n"
                        "people|9001|8999|last|unknown|null|null|0:0|0:0|0|0\n");
    strbuf_release(&many);
}

static void import__makes_the_same_in_slices(void **state)
{
    struct loadbed *bed = *state;
    struct error err = {0};
    int slices = 0;
    int64_t last = -1;
    struct job_progress progress;
    struct job *job = IMPORTS_JOB(bed, "share/samples/users.csv", &err, .source = "s");
    while (job_step(job, 0, &err) == JOB_RUNNING) {
        job_progress(job, &progress);
        assert_true(progress.done >= last && progress.done <= progress.total);
        last = progress.done;
        slices++;
    }
    assert_string_equal(err.text, "");
    job_progress(job, &progress);
    assert_int_equal(progress.done, progress.total);
    assert_string_equal(progress.what, "502 users");
    assert_true(slices > 1);
    assert_int_equal(job_step(job, 0, &err), JOB_DONE);
    job_free(job);
    char *sliced = imports_seen(bed);
    IMPORTS_FILE(bed, "share/samples/users.csv", .source = "s");
    imports_expect(bed, sliced);
    free(sliced);
}

/* --- what is refused at once ------------------------------------------------------------------ */

static const struct {
    const char *name, *bytes, *format;
} recognised[] = {
    {"a", "id,login\n", "checkhook-csv"},
    {"a", "\xef\xbb\xbf\"login\",\"id\"\r\n", "checkhook-csv"},
    {"a.txt", " \n{\"id\":\"1\"}", "checkhook-jsonl"},
    {"a.csv", "{\"id\":\"1\"}", "checkhook-jsonl"},
    {"a.csv", "user,arn,user_creation_time\n", "aws-credential-report"},
    {"a.json", "{\"Content\":\"dXNl\",\"ReportFormat\":\"text/csv\"}", "aws-credential-report"},
    {"a.CSV", "whatever", "checkhook-csv"},
    {"a.jsonl", "", "checkhook-jsonl"},
    {"a.txt", "whatever", NULL},
};

/* "aws-credential-report, ldif, …"; the caller frees. */
static char *format_names(void)
{
    struct strbuf names;
    strbuf_init(&names, 1000);
    for (const struct import_format *f = import_formats; f->name; f++)
        strbuf_addf(&names, "%s%s", f == import_formats ? "" : ", ", f->name);
    return strbuf_detach(&names);
}

static void import__recognises_formats(void **state)
{
    struct loadbed *bed = *state;
    char *names = format_names();
    for (size_t i = 0; i < ARRAY_LEN(recognised); i++) {
        struct error err = {0};
        char *path = tmpdir_write(&bed->dir, recognised[i].name, recognised[i].bytes);
        struct job *job = IMPORTS_JOB(bed, path, &err, 0);
        if (recognised[i].format) {
            assert_non_null(job);
            assert_string_equal(import_job_result(job)->format, recognised[i].format);
        } else {
            char *expected = mem_printf(
                "%s: the format is not recognised; name it with --format, one of %s", path, names);
            assert_null(job);
            assert_string_equal(err.text, expected);
            assert_int_equal(err.kind, ERR_INVALID);
            free(expected);
        }
        job_free(job);
        free(path);
    }
    free(names);
}

static void import__refuses_bad_options(void **state)
{
    struct loadbed *bed = *state;
    struct error err = {0};
    char *missing = tmpdir_path(&bed->dir, "missing.csv");
    assert_null(IMPORTS_JOB(bed, missing, &err, 0));
    assert_int_equal(err.kind, ERR_NOT_FOUND);

    err = (struct error){0};
    assert_null(IMPORTS_JOB(bed, bed->dir.path, &err, 0));
    assert_int_equal(err.kind, ERR_INVALID);

    err = (struct error){0};
    assert_null(IMPORTS_JOB(bed, "share/samples/users.csv", &err, .format = "xml"));
    char *names = format_names();
    char *expected = mem_printf("format 'xml' is not known; it is one of %s", names);
    assert_string_equal(err.text, expected);
    free(expected);
    free(names);

    static const char *const bad_sources[] = {
        "", "a\nb", "12345678901234567890123456789012345678901234567890123456789012345", "\xff"};
    for (size_t i = 0; i < ARRAY_LEN(bad_sources); i++) {
        err = (struct error){0};
        assert_null(IMPORTS_JOB(bed, "share/samples/users.csv", &err, .source = bad_sources[i]));
        assert_int_equal(err.kind, ERR_INVALID);
    }
    free(missing);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, loadbed_setup, loadbed_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(import__loads_users_with_their_rows),
        TEST(import__loads_the_samples),
        TEST(import__keeps_uids_and_drops_who_is_gone),
        TEST(import__leaves_other_sources_alone),
        TEST(import__replaces_large_sets_in_parts),
        TEST(import__makes_the_same_in_slices),
        TEST(import__recognises_formats),
        TEST(import__refuses_bad_options),
    };
    return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}
