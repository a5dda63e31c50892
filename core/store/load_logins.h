/*
 * The users of a load by login, for rows that name nobody by id. Kept in a temporary table that is
 * made when it is first asked, since most loads never ask.
 */
#ifndef CHECKHOOK_CORE_STORE_LOAD_LOGINS_H
#define CHECKHOOK_CORE_STORE_LOAD_LOGINS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/store/db.h"

/* Zeroed = nobody asked yet. */
struct load_logins {
    struct db *db; /* NULL = not made */
    struct stmt *find, *put;
};

void load_logins_release(struct load_logins *l); /* the table goes with a rollback */

/* Makes it, with the users that the source has now; later ones are put. */
bool load_logins_make(struct load_logins *l, struct db *db, const char *source, struct error *err);
bool load_logins_put(struct load_logins *l, int64_t uid, const char *login, struct error *err);

/* Ends it before the commit; nothing to do where nobody asked. */
bool load_logins_drop(struct load_logins *l, struct error *err);

/* Calls `each` with every user of that login. */
typedef void load_login_sink(void *ctx, int64_t uid);
bool load_logins_find(struct load_logins *l, const char *login, load_login_sink *each, void *ctx,
                      struct error *err);

#endif
