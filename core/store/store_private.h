/*
 * The store from inside core/store.
 */
#ifndef CHECKHOOK_CORE_STORE_STORE_PRIVATE_H
#define CHECKHOOK_CORE_STORE_STORE_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/store/db.h"

struct dataset_load;

struct store {
    struct db *db;
    char *path;
    struct dataset_load *load; /* between datasets_begin and its end, else NULL */
    int64_t second_user;       /* of the last load: datasets_second_user */
};

/* Another connection, for reading alone; closed with db_close. */
struct db *store_open_view(const struct store *s, struct error *err);

/*
 * A change of several statements that is whole by itself, and part of the caller's transaction
 * where there is one: `if (!change_begin(s, &own, err)) return false; …; return change_end(s, own,
 * ok, err);`. A failed one rolls back only what it began; the caller rolls back the rest.
 */
bool change_begin(struct store *s, bool *own, struct error *err);
bool change_end(struct store *s, bool own, bool ok, struct error *err);

#endif
