/*
 * A job is long work that advances in slices: an import, a run of the checks. The console steps it
 * between polls, a command steps it in a loop.
 *
 * Life: made by its module (`import_job_new`, …), stepped until done, freed. Freeing an unfinished
 * job cancels it: nothing of it stays.
 */
#ifndef CHECKHOOK_CORE_BASE_JOB_H
#define CHECKHOOK_CORE_BASE_JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"

enum job_state { JOB_RUNNING, JOB_DONE, JOB_FAILED };

struct job_progress {
    int64_t done, total; /* in units of the job; total 0 = not known */
    char what[96];       /* "importing users", fit for a progress line */
};

struct job; /* embedded as the first member of a module's job */

struct job_ops {
    /* Works for about budget_ms. JOB_FAILED sets err. */
    enum job_state (*step)(struct job *job, int budget_ms, struct error *err);
    void (*progress)(const struct job *job, struct job_progress *out);
    void (*free)(struct job *job);
};

struct job {
    const struct job_ops *ops;
};

enum job_state job_step(struct job *job, int budget_ms, struct error *err);
void job_progress(const struct job *job, struct job_progress *out);
void job_free(struct job *job); /* NULL is fine; an unfinished job is rolled back */

#endif
