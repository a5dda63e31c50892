/*
 * The users of all data sets as a list that can be scrolled and searched, however many there are:
 * it holds their uids alone, and is filled in slices, so that whoever shows it can do so from the
 * first slice on.
 */
#ifndef CHECKHOOK_CORE_STORE_PEOPLE_H
#define CHECKHOOK_CORE_STORE_PEOPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/store/store.h"

/* More than so many are in the order in which they were imported: a sort would need them all. */
enum { PEOPLE_SORTED_MAX = 50000 };

enum people_order { PEOPLE_BY_NAME, PEOPLE_BY_LOGIN, PEOPLE_BY_LAST_LOGIN };

/* NULL and false = any. Texts are copied. */
struct people_filter {
    const char
        *text; /* in name, login, e-mail, department or id; lower case finds ASCII capitals too */
    const char *source;
    bool failing;      /* with an open finding */
    const char *check; /* with an open finding of this check */
    const char *role;  /* "admin", "user", or a type of users that is no member: "guest", … */
};

struct people {
    uint32_t *uids; /* in order once it is done; before, as they are found */
    size_t count;
    bool done;   /* everything was looked at */
    bool sorted; /* in the order asked for, or its reverse */

    /* private */
    struct people_key *keys; /* of the first ones, for the sort; NULL = too many */
    char *text, *lower;      /* patterns; lower: where case is more than that of ASCII */
    char *source, *check, *role;
    bool failing, reverse;
    enum people_order order;
    int64_t looked, last; /* uids */
};

/* Forgets what there was and begins anew; no row is read yet. The list is zeroed or begun before.
 */
bool people_begin(struct people *p, struct store *s, const struct people_filter *filter,
                  enum people_order order, bool reverse, struct error *err);
void people_release(struct people *p); /* accepts a zeroed struct */

/* Looks at the next so many users (a thousand take less than a millisecond), and sorts at the end.
 * No-op when it is done. */
bool people_step(struct people *p, struct store *s, int64_t users, struct error *err);

#endif
