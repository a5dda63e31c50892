/*
 * Import: the bytes of files in, the users of one source into the store. All or nothing.
 */
#ifndef CHECKHOOK_CORE_DATASET_IMPORT_H
#define CHECKHOOK_CORE_DATASET_IMPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/actor.h"
#include "core/base/job.h"
#include "core/dataset/notes.h"
#include "core/store/store.h"

/* One format: adding one is a row here and a file of its own. */
struct import_format {
    const char *name;            /* "checkhook-csv" */
    const char *label;           /* "checkhook CSV" */
    const char *help;            /* one sentence */
    const struct format *format; /* how it is read; for core/dataset alone */
    bool general; /* our own: can be added to the set of any other, and any other to its sets */
};
extern const struct import_format import_formats[]; /* ends with name NULL; at most 32 */

struct import_options {
    struct store *store;      /* must outlive the job */
    const char *const *paths; /* files and folders, lent for the call */
    size_t path_count;
    const char *format;        /* NULL = recognised from the first bytes and the names */
    const char *source;        /* 1-64 characters; NULL = the format's name */
    bool merge;                /* adds to the data set instead of replacing it */
    bool skip_bad;             /* leaves rows out that are wrong, instead of stopping */
    int64_t now;               /* when the set counts as loaded */
    const struct actor *actor; /* who imports, for the audit; NULL = it does not tell */
    /* Works over a connection of its own, so that `store` shows the old data and can be used
     * meanwhile; who writes there finds it busy. Pipes are refused, since they may be waited
     * for, and texts name files without the folder, which was just chosen. */
    bool apart;
};

struct import_counts {
    int64_t users, factors, roles, sign_ins, credentials;
};

/* All of it is lent by the job. */
struct import_result {
    const char *format, *source;
    bool merged;
    int64_t files; /* read to their end */
    int64_t users; /* that were read; the same and more may have been in a set that is merged */
    int64_t told;  /* users who were read, or whom something else that was read is about */
    int64_t factors, roles, sign_ins, credentials; /* that were read */
    struct import_counts before;                   /* in the data set; all 0 where there was none */
    struct import_counts now;                      /* in the data set, when the job is done */
    int64_t new_users;                             /* that a merge added to it */
    int64_t kept;          /* users who did not come, and stay since rows were left out */
    int64_t unmatched;     /* rows about users who are not in the data set */
    struct notes rejected; /* rows that were left out (skip_bad): where and why */
    struct notes notes;    /* files that were left out, and remarks of the format */
};

/*
 * Finds the files and recognises their format (core/dataset/recognise.h); the work is done by
 * stepping the job. Progress counts bytes; its total is 0 where the size is not known (a pipe).
 *
 * ERR_NOT_FOUND: no such file; later: a merge, and the source has no data set. ERR_INVALID: a file
 * that cannot be read, an unknown or unrecognised format, a bad source name; later "FILE:LINE: why"
 * for a broken file (missing column, bad number, unclosed quote, NUL, invalid UTF-8, a line over
 * 1 MiB, JSON cut off, a second user of the same id), files without a single user, which are more
 * likely cut off than meant, and with skip_bad a file of which no row could be read. Nothing is
 * visible before the job is done; after an error or job_free the old data set stays.
 */
struct job *import_job_new(const struct import_options *options, struct error *err);
const struct import_result *import_job_result(const struct job *job);

#endif
