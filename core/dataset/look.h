/*
 * A look into a file or folder before it is imported: its format, and what the first part of it
 * holds.
 */
#ifndef CHECKHOOK_CORE_DATASET_LOOK_H
#define CHECKHOOK_CORE_DATASET_LOOK_H

#include "core/dataset/import.h"

enum { LOOK_USERS = 8 };

struct look_user {
    char *login, *name, *email; /* NULL = the file does not say */
};

/* As the import would be asked; lent for the call. */
struct look_options {
    const char *path;
    const char *format; /* NULL = recognised */
    bool merge, skip_bad;
    int64_t now;
};

struct import_look {
    const struct import_format *format;
    bool ambiguous;        /* of a look that failed: it could be of more than one format */
    size_t files;          /* that would be read */
    struct notes left_out; /* of the folder: which are not, and why */
    int64_t size;          /* bytes of all files */
    int64_t users;         /* in all of it, as far as the first part tells */
    int64_t adds;          /* rows that add to users, in the part that was read */
    bool exact;            /* all of it was read */
    struct look_user first[LOOK_USERS];
    size_t first_count;
    int64_t factors, roles, sign_ins, credentials; /* of the users that were read */
    struct notes rejected;                         /* rows of that part that would be left out */
    char fault[512];                               /* what is wrong in the part that was read; "" */
};

/* ERR_NOT_FOUND, ERR_INVALID: as import_job_new, pipes refused. A fault inside is no error of the
 * look; it tells the name of the file alone, since who looks has just chosen it. */
bool import_look(const struct look_options *options, struct import_look *out, struct error *err);
void import_look_release(struct import_look *l); /* accepts a zeroed struct */

#endif
