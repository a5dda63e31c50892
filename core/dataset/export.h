/*
 * Export: users of the store as a checkhook CSV file that can be imported again. It holds what that
 * format can say: all columns of the users, the kind and status of factors, and name, tier and
 * assignment of roles; sign-ins and credentials are left out, and so are their `_known` columns.
 */
#ifndef CHECKHOOK_CORE_DATASET_EXPORT_H
#define CHECKHOOK_CORE_DATASET_EXPORT_H

#include "core/base/job.h"
#include "core/store/people.h"

struct export_options {
    struct store *store; /* must outlive the job */
    struct people_filter filter;
    /* Where uids is not NULL: these users instead, in this order. Copied. */
    const uint32_t *uids;
    size_t uid_count;
    const char *path; /* made 0600, and there only when all of it is written; NULL = stdout */
    bool replace;     /* also where there is such a file already; never a device, a link stays */
};

/* ERR_INVALID: there is such a file, or it cannot be made. Progress counts users. */
struct job *export_job_new(const struct export_options *options, struct error *err);

/* Users written so far. */
int64_t export_job_users(const struct job *job);

#endif
