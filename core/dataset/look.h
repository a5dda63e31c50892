/*
 * A look into a file before it is imported: its format, and what the first part of it holds.
 */
#ifndef CHECKHOOK_CORE_DATASET_LOOK_H
#define CHECKHOOK_CORE_DATASET_LOOK_H

#include "core/dataset/import.h"

enum { LOOK_USERS = 8 };

struct look_user {
    char *login, *name, *email; /* NULL = the file does not say */
};

struct import_look {
    const struct import_format *format;
    int64_t size;  /* bytes of the file */
    int64_t users; /* in the whole file, as far as the first part tells */
    bool exact;    /* all of it was read */
    struct look_user first[LOOK_USERS];
    size_t first_count;
    int64_t factors, roles, sign_ins, credentials; /* of the users that were read */
    char fault[512];                               /* what is wrong in the part that was read; "" */
};

/* format NULL = recognised. ERR_NOT_FOUND, ERR_IO: it cannot be read; ERR_INVALID: not recognised.
 * A fault inside is no error of the look. */
bool import_look(const char *path, const char *format, struct import_look *out, struct error *err);
void import_look_release(struct import_look *l); /* accepts a zeroed struct */

#endif
