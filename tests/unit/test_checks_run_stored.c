/* What a run stores, and when: counted, dry, cancelled, while others write; and which checks it
 * takes. */
#include "tests/support/two_checks.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"

static void run__stores_what_it_counted(void **state)
{
    (void)state;
    struct checkbed *bed = two_checks_begin("user id=ann enabled=1 mfa_enrolled=0 user_type=member"
                                            " created_at=10d\n"
                                            "user id=bob enabled=1 mfa_enrolled=1\n"
                                            "user id=cat enabled=1\n"
                                            "user id=dan enabled=0 mfa_enrolled=0\n");
    struct job *job = checkbed_run(bed);
    const struct run_result *result = run_job_result(job);
    const struct run_line *line = checkbed_line(job, "no-mfa");
    struct job_progress progress;

    assert_int_equal(result->run_id, 1);
    assert_int_equal(result->users, 4);
    assert_int_equal(line->evaluated, 2);
    assert_int_equal(line->failing, 1);
    assert_int_equal(line->unknown, 1);
    assert_int_equal(line->done, 4);
    assert_int_equal(line->total, 4);
    job_progress(job, &progress);
    assert_int_equal(progress.done, 4);
    assert_int_equal(progress.total, 4);
    job_free(job);
    assert_int_equal(checkbed_number(bed, "SELECT count(*) FROM runs WHERE kind = 'now' AND"
                                          " users = 4 AND started_ms = 1700000000000"),
                     1);
    assert_int_equal(checkbed_number(bed, "SELECT count(*) FROM run_checks WHERE run_id = 1 AND"
                                          " check_id = 'no-mfa' AND evaluated = 2 AND failing = 1"
                                          " AND new = 1 AND resolved = 0 AND unknown = 1 AND"
                                          " error IS NULL"),
                     1);
    assert_int_equal(
        checkbed_number(bed, "SELECT count(*) FROM findings WHERE source = 'okta' AND"
                             " user_id = 'ann' AND login = 'ann' AND since_s = 1700000000 AND"
                             " first_run = 1 AND stale = 0 AND explain ="
                             " '{\"type\":\"member\",\"created\":\"2023-11-04T22:13:20Z\"}'"),
        1);
    two_checks_end(bed);
}

static void run__stores_nothing_when_dry(void **state)
{
    (void)state;
    struct checkbed *bed = two_checks_begin("user id=ann enabled=1 mfa_enrolled=0\n");
    struct run_options options = checkbed_options(bed);
    struct job *job;

    checkbed_tick(bed, "no-mfa", "One");
    options.dry_run = true;
    job = checkbed_start(&options);
    checkbed_finish(job);
    assert_string_equal(checkbed_fresh(job, "no-mfa"), "ann");
    assert_int_equal(run_job_result(job)->run_id, 0);
    assert_int_equal(run_job_result(job)->events, 1);
    assert_int_equal(run_job_result(job)->deliveries, 1);
    job_free(job);
    assert_int_equal(checkbed_number(bed, "SELECT count(*) FROM runs"), 0);
    assert_int_equal(checkbed_number(bed, SQL_OPEN), 0);
    assert_int_equal(checkbed_number(bed, SQL_EVENTS), 0);
    two_checks_end(bed);
}

static void run__keeps_nothing_of_a_job_that_was_cancelled(void **state)
{
    (void)state;
    struct checkbed *bed = two_checks_begin("user id=ann enabled=1 mfa_enrolled=0\n");
    struct run_options options = checkbed_options(bed);
    struct error err = {0};

    checkbed_tick(bed, "no-mfa", "One");
    for (int steps = 0; steps < 3; steps++) {
        struct job *job = checkbed_start(&options);
        for (int i = 0; i < steps; i++)
            assert_int_equal(job_step(job, 20, &err), JOB_RUNNING);
        job_free(job);
        assert_int_equal(checkbed_number(bed, "SELECT count(*) FROM runs"), 0);
        assert_int_equal(checkbed_number(bed, SQL_OPEN), 0);
    }
    two_checks_expect(bed, "ann", 1, 0, 0);
    two_checks_end(bed);
}

/* --- while others write ----------------------------------------------------------------------- */

/* It comes back to its caller instead of waiting, and ends once the other one is done. */
static void run__writes_after_another_process(void **state)
{
    (void)state;
    struct checkbed *bed = two_checks_begin("user id=ann enabled=1 mfa_enrolled=0\n");
    struct run_options options = checkbed_options(bed);
    struct job *job = checkbed_start(&options);
    struct job_progress progress = {0};
    struct error err = {0};
    struct store *other = store_open(store_path(bed->store), &err);

    assert_true(store_begin(other, &err));
    while (!strstr(progress.what, "waiting for another")) {
        assert_int_equal(job_step(job, 1, &err), JOB_RUNNING);
        job_progress(job, &progress);
    }
    for (int i = 0; i < 10; i++)
        assert_int_equal(job_step(job, 1, &err), JOB_RUNNING);
    store_rollback(other);
    store_close(other);
    checkbed_finish(job);
    assert_int_equal(checkbed_number(bed, SQL_OPEN), 1);
    job_free(job);
    two_checks_end(bed);
}

/* As another process does it. */
static void save_tick(const char *path, const char *check_id)
{
    struct config config = {.lock_fd = -1};
    struct integration in;
    struct error err = {0};

    integration_init(&in);
    in.name = mem_strdup("Billing events");
    mem_replace(&in.url, "https://hooks.example.com/in");
    in.auth.type = AUTH_NONE;
    assert_true(config_load(&config, path, &err) && config_begin(&config, &err));
    config_put(&config, &in);
    text_list_add(&config_check_make(&config, check_id)->integrations, in.id);
    assert_true(config_commit(&config, &err));
    integration_release(&in);
    config_release(&config);
}

static void run__follows_a_tick_that_was_saved_meanwhile(void **state)
{
    (void)state;
    struct checkbed *bed = two_checks_begin("user id=ann enabled=1 mfa_enrolled=0\n");
    char *path = tmpdir_path(&bed->dir, "checkhook.conf");
    struct config config = {.lock_fd = -1};
    struct run_options options = checkbed_options(bed);
    struct error err = {0};

    assert_true(config_load(&config, path, &err));
    options.config = &config;
    struct job *job = checkbed_start(&options);
    assert_int_equal(job_step(job, 20, &err), JOB_RUNNING);
    save_tick(path, "no-mfa");
    checkbed_finish(job);
    assert_int_equal(run_job_result(job)->deliveries, 1);
    assert_int_equal(checkbed_number(bed, "SELECT count(*) FROM deliveries"), 1);
    job_free(job);
    config_release(&config);
    free(path);
    two_checks_end(bed);
}

/* --- of which checks -------------------------------------------------------------------------- */

static void run_job_new__takes_ids_in_their_order(void **state)
{
    (void)state;
    static const char *const ids[] = {"bypass", "no-mfa", "bypass"};
    struct checkbed *bed = two_checks_begin("user id=ann enabled=1 mfa_enrolled=0\n");
    struct run_options options = checkbed_options(bed);

    options.ids = ids;
    options.id_count = 3;
    struct job *job = checkbed_start(&options);
    checkbed_finish(job);
    const struct run_result *result = run_job_result(job);
    assert_int_equal(result->line_count, 2);
    assert_string_equal(result->lines[0].check->id, "bypass");
    assert_string_equal(result->lines[1].check->id, "no-mfa");
    job_free(job);
    options.ids = ids + 2;
    options.id_count = 1;
    job = checkbed_start(&options);
    checkbed_finish(job);
    assert_int_equal(run_job_result(job)->line_count, 1);
    job_free(job);
    two_checks_end(bed);
}

static void run_job_new__refuses_ids(void **state)
{
    (void)state;
    static const struct {
        const char *id, *text;
    } rows[] = {
        {"no-mfs", "there is no check 'no-mfs' (did you mean 'no-mfa'?): see checkhook check list"},
        {"zzz", "there is no check 'zzz': see checkhook check list"},
        {"bypass", "the check 'bypass' is switched off: checkhook check set bypass enabled=true "
                   "switches it on"},
    };
    struct checkbed *bed = two_checks_begin(NULL);

    config_check_make(&bed->config, "bypass")->enabled = 0;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *ids[] = {"no-mfa", rows[i].id};
        struct run_options options = checkbed_options(bed);
        struct error err = {0};
        options.ids = ids;
        options.id_count = 2;
        assert_null(run_job_new(&options, &err));
        assert_int_equal(err.kind, ERR_INVALID);
        assert_string_equal(err.text, rows[i].text);
    }
    two_checks_end(bed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(run__stores_what_it_counted),
        cmocka_unit_test(run__stores_nothing_when_dry),
        cmocka_unit_test(run__keeps_nothing_of_a_job_that_was_cancelled),
        cmocka_unit_test(run__writes_after_another_process),
        cmocka_unit_test(run__follows_a_tick_that_was_saved_meanwhile),
        cmocka_unit_test(run_job_new__takes_ids_in_their_order),
        cmocka_unit_test(run_job_new__refuses_ids),
    };
    return cmocka_run_group_tests_name("checks_run_stored", tests, NULL, NULL);
}
