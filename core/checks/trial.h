/*
 * A trial: what checks would say of the present data sets, whatever was found before. Stores
 * nothing, tells nobody.
 */
#ifndef CHECKHOOK_CORE_CHECKS_TRIAL_H
#define CHECKHOOK_CORE_CHECKS_TRIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/job.h"
#include "core/checks/catalogue.h"
#include "core/store/store.h"

/* Lent for the life of the job. */
struct trial_options {
    struct store *store;
    const struct config *config; /* what is set for a check of that id counts, but for `enabled` */
    const struct catalogue *catalogue;
    const char *only;    /* the id of one check; NULL = all */
    int64_t now_s;       /* the moment of the evaluation */
    int64_t users_named; /* of those who fail each check, at most; 0 = all */
};

struct trial_user {
    const char *source, *id, *login;
    const char *explain; /* JSON object */
};

struct trial_line {
    const struct check *check;
    int64_t failing, passing, unknown, outside;
    int64_t time_ms; /* with that of naming users and saying why */
    char *error;     /* NULL, or why it could not be evaluated: "FILE:LINE: …" */
    char *lacks;     /* NULL, or what no source gives: "last sign-in" */
    int64_t named;   /* of those who fail */
};

struct trial_result {
    struct trial_line *lines; /* of checks without a fault */
    size_t count;
    int64_t users;
};

/* The result is whole when the job is done, and lent until job_free. */
struct job *trial_job_new(const struct trial_options *options);
const struct trial_result *trial_job_result(const struct job *job);

/* Those of a line who are named, in the order of the users. Texts are valid during the call; false
 * stops (err set by the sink). ERR_IO: they were too many for memory, and their file is not there.
 */
typedef bool trial_user_sink(void *ctx, const struct trial_user *user, struct error *err);
bool trial_job_each_user(const struct job *job, size_t line, trial_user_sink *sink, void *ctx,
                         struct error *err);

#endif
