/*
 * Import: the bytes of a file in, the users of one source into the store. All or nothing.
 */
#ifndef CHECKHOOK_CORE_DATASET_IMPORT_H
#define CHECKHOOK_CORE_DATASET_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/actor.h"
#include "core/base/job.h"
#include "core/store/store.h"

/* One format: adding one is a row here and a file of its own. */
struct import_format {
    const char *name;            /* "checkhook-csv" */
    const char *label;           /* "checkhook CSV" */
    const char *help;            /* one sentence */
    const struct format *format; /* how it is read; for core/dataset alone */
};
extern const struct import_format import_formats[]; /* ends with name NULL */

struct import_options {
    struct store *store; /* must outlive the job */
    const char *path;
    const char *format;        /* NULL = recognised from the first bytes and the name */
    const char *source;        /* 1-64 characters; NULL = the format's name */
    int64_t now;               /* when the set counts as loaded */
    const struct actor *actor; /* who imports, for the audit; NULL = it does not tell */
    /* Works over a connection of its own, so that `store` shows the old data and can be used
     * meanwhile; who writes there finds it busy. */
    bool apart;
};

struct import_result {
    const char *format, *source; /* lent by the job */
    int64_t users, factors, roles, sign_ins, credentials;
};

/*
 * Opens the file and recognises its format; the work is done by stepping the job. Progress counts
 * bytes; its total is 0 where the size is not known (a pipe).
 *
 * ERR_NOT_FOUND: no such file. ERR_INVALID: a file that cannot be read, an unknown or unrecognised
 * format, a bad source name; later "FILE:LINE: why" for a broken file (missing column, bad number,
 * unclosed quote, NUL, invalid UTF-8, a line over 1 MiB, JSON cut off, a second user of the same
 * id), and a file without a single user, which is more likely cut off than meant. Nothing is
 * visible before the job is done; after an error or job_free the old data set stays.
 */
struct job *import_job_new(const struct import_options *options, struct error *err);
const struct import_result *import_job_result(const struct job *job);

#endif
