/*
 * Marks: one byte for each of very many users, by uid. It takes a byte a user where uids lie close
 * together, and is found without asking the database.
 */
#ifndef CHECKHOOK_CORE_STORE_MARKS_H
#define CHECKHOOK_CORE_STORE_MARKS_H

#include <stddef.h>
#include <stdint.h>

struct marks_page;

/* Zeroed = empty. */
struct marks {
    struct marks_page **pages; /* in ascending order */
    size_t count;
    size_t last; /* the page asked for last */
};

void marks_release(struct marks *m);

/* The byte of that uid (not negative), 0 at first; valid until marks_release. */
unsigned char *marks_at(struct marks *m, int64_t uid);

#endif
