/* Tests of imports of broken files: the old data set stays, and the reason names the place. */
#include "tests/support/imports.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"

#define BYTES(literal) literal, sizeof(literal) - 1

static const struct {
    const char *name, *bytes;
    size_t len;
    const char *why;
} broken_files[] = {
    {"missing.csv", BYTES("id,email\n1,a\n"), ":1: the column 'login' is missing"},
    {"cells.csv", BYTES("id,login\n9,x\n8\n"), ":3: 1 cell, but the header names 2 columns"},
    {"number.csv", BYTES("id,login,created_at\n9,x,12\n8,y,1o\n"),
     ":3: column 'created_at': '1o' is not a time; write Unix seconds or RFC 3339, for example "
     "2026-11-24T08:30:00Z"},
    {"quote.csv", BYTES("id,login\n9,x\n8,\"y\n7,z\n"),
     ":3: a quote opens a cell on this line and is never closed"},
    {"nul.csv", BYTES("id,login\n9,x\n8,\0\n"),
     ":3: byte 3 of the line is a NUL; the file is damaged"},
    {"latin1.csv", BYTES("id,login\n9,x\n8,\xe9\n"),
     ":3: byte 3 of the line is not valid UTF-8; save the file as UTF-8"},
    {"twice.csv", BYTES("id,login\n9,x\n8,y\n9,z\n"), ":4: a second user has the id '9'"},
    {"cut.jsonl", BYTES("{\"id\":\"9\",\"login\":\"x\"}\n{\"id\":\"8\",\"log"), ":2: "},
    {"twice.jsonl", BYTES("{\"id\":\"9\",\"login\":\"x\"}\n{\"id\":\"9\",\"login\":\"x\"}"),
     ":2: a second user has the id '9'"},
    {"cut.csv", BYTES("user,arn,password_enabled,mfa_active\nann,arn:1,true,true\nbob,ar"),
     ":3: 2 cells, but the header names 4 columns"},
    {"nobody.csv", BYTES("id,login\n"),
     " holds no users; to drop a data set, use: checkhook data remove s"},
    {"empty.jsonl", BYTES(""), " holds no users; to drop a data set, use: checkhook data remove s"},
};

static void assert_fails(struct loadbed *bed, const char *path, const char *why, int budget_ms)
{
    struct error err = {0};
    struct job *job = IMPORTS_JOB(bed, path, &err, .source = "s");
    assert_non_null(job);
    assert_int_equal(imports_end(job, budget_ms, &err), JOB_FAILED);
    assert_int_equal(err.kind, ERR_INVALID);
    char *expected = mem_printf("%s%s", path, why);
    assert_memory_equal(err.text, expected, strlen(expected));
    free(expected);
    job_free(job);
}

static void import__keeps_the_old_set_when_the_file_is_broken(void **state)
{
    struct loadbed *bed = *state;
    imports_text(bed, "u.csv", "id,login\n1,ann\n2,bob\n3,cat\n", "s");
    char *before = imports_seen(bed);
    for (size_t i = 0; i < ARRAY_LEN(broken_files); i++) {
        char *path = tmpdir_write_bytes(&bed->dir, broken_files[i].name, broken_files[i].bytes,
                                        broken_files[i].len);
        assert_fails(bed, path, broken_files[i].why, IMPORTS_WHOLE_MS);
        assert_fails(bed, path, broken_files[i].why, 0);
        imports_expect(bed, before);
        free(path);
    }
    free(before);
}

static void import__tells_of_remove_only_where_there_is_a_set(void **state)
{
    struct loadbed *bed = *state;
    char *path = tmpdir_write(&bed->dir, "nobody.csv", "id,login\n");
    assert_fails(bed, path, " holds no users; there is nothing to import", IMPORTS_WHOLE_MS);
    imports_text(bed, "u.csv", "id,login\n1,ann\n", "s");
    assert_fails(bed, path, " holds no users; to drop a data set, use", IMPORTS_WHOLE_MS);
    free(path);
}

static void import__refuses_ten_megabytes_on_one_line(void **state)
{
    static const char start[] = "id,login\n9,";
    struct loadbed *bed = *state;
    size_t len = 10u << 20;
    char *bytes = mem_alloc(len);
    memset(bytes, 'x', len);
    memcpy(bytes, start, sizeof start - 1);
    char *path = tmpdir_write_bytes(&bed->dir, "long.csv", bytes, len);
    imports_text(bed, "u.csv", "id,login\n1,ann\n2,bob\n3,cat\n", "s");
    char *before = imports_seen(bed);
    assert_fails(bed, path, ":2: the line is longer than 1 MiB", IMPORTS_WHOLE_MS);
    imports_expect(bed, before);
    free(before);
    free(path);
    free(bytes);
}

/* As a download that is still going on, and one that begins anew. */
static void import__refuses_a_file_that_changes_meanwhile(void **state)
{
    struct loadbed *bed = *state;
    static const char *const changed[] = {"id,login\n1,ann\n2,bob\n3,c", "id,login\n1,ann\n", ""};
    imports_text(bed, "u.csv", "id,login\n1,ann\n2,bob\n3,cat\n", "s");
    char *before = imports_seen(bed);
    for (size_t i = 0; i < ARRAY_LEN(changed); i++) {
        struct error err = {0};
        char *path = tmpdir_write(&bed->dir, "growing.csv", "id,login\n1,ann\n2,bob\n");
        struct job *job = IMPORTS_JOB(bed, path, &err, .source = "s");
        assert_non_null(job);
        free(tmpdir_write(&bed->dir, "growing.csv", changed[i]));
        assert_int_equal(imports_end(job, IMPORTS_WHOLE_MS, &err), JOB_FAILED);
        assert_int_equal(err.kind, ERR_INVALID);
        assert_non_null(strstr(err.text, "growing.csv changed while it was read; import it again"));
        job_free(job);
        imports_expect(bed, before);
        free(path);
    }
    free(before);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, loadbed_setup, loadbed_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(import__keeps_the_old_set_when_the_file_is_broken),
        TEST(import__tells_of_remove_only_where_there_is_a_set),
        TEST(import__refuses_ten_megabytes_on_one_line),
        TEST(import__refuses_a_file_that_changes_meanwhile),
    };
    return cmocka_run_group_tests_name("import_broken", tests, NULL, NULL);
}
