/* Tests of core/base/job: stepping, progress and freeing through the module's functions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "core/base/job.h"
#include "core/base/mem.h"

/* Counts to `target`; fails at `fault`. */
struct counter {
    struct job job;
    int64_t at, target, fault;
    int *freed;
};

static enum job_state counter_step(struct job *job, int budget_ms, struct error *err)
{
    struct counter *counter = (struct counter *)job;

    counter->at += budget_ms;
    if (counter->fault && counter->at >= counter->fault) {
        error_set(err, ERR_IO, "broke at %d", (int)counter->at);
        return JOB_FAILED;
    }
    return counter->at >= counter->target ? JOB_DONE : JOB_RUNNING;
}

static void counter_progress(const struct job *job, struct job_progress *out)
{
    const struct counter *counter = (const struct counter *)job;

    out->done = counter->at;
    snprintf(out->what, sizeof out->what, "counting");
}

static void counter_free(struct job *job)
{
    (*((struct counter *)job)->freed)++;
    free(job);
}

static struct job *counter_new(int64_t target, int64_t fault, int *freed)
{
    static const struct job_ops ops = {counter_step, counter_progress, counter_free};
    struct counter *counter = mem_zalloc(sizeof *counter);

    *counter = (struct counter){{&ops}, 0, target, fault, freed};
    return &counter->job;
}

static void job_step__runs_until_done(void **state)
{
    struct error err = {0};
    int freed = 0, steps = 1;
    struct job *job = counter_new(100, 0, &freed);

    (void)state;
    while (job_step(job, 20, &err) == JOB_RUNNING)
        steps++;
    assert_int_equal(steps, 5);
    assert_int_equal(err.kind, ERR_NONE);
    job_free(job);
    assert_int_equal(freed, 1);
}

static void job_step__reports_a_failure(void **state)
{
    struct error err = {0};
    int freed = 0;
    struct job *job = counter_new(100, 30, &freed);

    (void)state;
    assert_int_equal(job_step(job, 20, &err), JOB_RUNNING);
    assert_int_equal(job_step(job, 20, &err), JOB_FAILED);
    assert_string_equal(err.text, "broke at 40");
    job_free(job);
}

static void job_progress__starts_from_a_cleared_struct(void **state)
{
    struct job_progress progress = {7, 7, "left over"};
    struct error err = {0};
    int freed = 0;
    struct job *job = counter_new(100, 0, &freed);

    (void)state;
    job_step(job, 20, &err);
    job_progress(job, &progress);
    assert_int_equal(progress.done, 20);
    assert_int_equal(progress.total, 0);
    assert_string_equal(progress.what, "counting");
    job_free(job);
}

static void job_free__accepts_null_and_unfinished_jobs(void **state)
{
    int freed = 0;

    (void)state;
    job_free(NULL);
    job_free(counter_new(100, 0, &freed));
    assert_int_equal(freed, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(job_step__runs_until_done),
        cmocka_unit_test(job_step__reports_a_failure),
        cmocka_unit_test(job_progress__starts_from_a_cleared_struct),
        cmocka_unit_test(job_free__accepts_null_and_unfinished_jobs),
    };

    return cmocka_run_group_tests_name("job", tests, NULL, NULL);
}
