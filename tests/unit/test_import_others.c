/* Tests of what others see of an import that goes on, and how it waits for them. */
#include "tests/support/imports.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void import__shows_nothing_before_it_is_done(void **state)
{
    struct loadbed *bed = *state;
    struct error err = {0};
    imports_text(bed, "u.csv", "id,login\n1,ann\n2,bob\n3,cat\n", "people");
    char *before = imports_seen(bed);
    struct job *job = IMPORTS_JOB(bed, "share/samples/users.csv", &err, .source = "people");
    while (import_job_result(job)->users == 0)
        assert_int_equal(job_step(job, 0, &err), JOB_RUNNING);
    imports_expect(bed, before);
    job_free(job); /* cancelled */
    imports_expect(bed, before);
    imports_text(bed, "v.csv", "id,login\n9,zoe\n", "people");
    imports_expect(bed, "people|4|9|zoe|unknown|null|null|0:0|0:0|0|0\n");
    free(before);
}

static void import__apart_leaves_the_store_to_others(void **state)
{
    struct loadbed *bed = *state;
    struct error err = {0};
    imports_text(bed, "u.csv", "id,login\n1,ann\n2,bob\n3,cat\n", "people");
    char *before = imports_seen(bed);
    struct job *job =
        IMPORTS_JOB(bed, "share/samples/users.csv", &err, .source = "people", .apart = true);
    assert_non_null(job);
    while (import_job_result(job)->users == 0)
        assert_int_equal(job_step(job, 0, &err), JOB_RUNNING);
    imports_expect(bed, before); /* over the connection that goes on meanwhile */
    assert_false(store_begin_within(bed->store, 0, &err));
    assert_int_equal(err.kind, ERR_BUSY);
    job_free(job);
    imports_expect(bed, before);
    assert_true(store_begin_within(bed->store, 0, &err));
    store_rollback(bed->store);
    free(before);
}

static void import__apart_waits_in_slices_for_another_writer(void **state)
{
    struct loadbed *bed = *state;
    struct error err = {0};
    struct job_progress progress;
    assert_true(store_begin(bed->store, &err));
    struct job *job =
        IMPORTS_JOB(bed, "share/samples/users.csv", &err, .source = "people", .apart = true);
    assert_non_null(job);
    for (int i = 0; i < 3; i++)
        assert_int_equal(job_step(job, 1, &err), JOB_RUNNING);
    job_progress(job, &progress);
    assert_string_equal(progress.what, "waiting for another process that writes");
    store_rollback(bed->store);
    assert_int_equal(imports_end(job, IMPORTS_WHOLE_MS, &err), JOB_DONE);
    assert_int_equal(import_job_result(job)->users, 502);
    job_free(job);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, loadbed_setup, loadbed_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(import__shows_nothing_before_it_is_done),
        TEST(import__apart_leaves_the_store_to_others),
        TEST(import__apart_waits_in_slices_for_another_writer),
    };
    return cmocka_run_group_tests_name("import_others", tests, NULL, NULL);
}
