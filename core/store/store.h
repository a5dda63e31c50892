/*
 * The store: all state that is not configuration. One open handle per process; every module of
 * core/store takes it.
 */
#ifndef CHECKHOOK_CORE_STORE_STORE_H
#define CHECKHOOK_CORE_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"

struct store;

/* Opens or makes the database and brings its tables up to date. ERR_IO: it cannot be used, or was
 * written by a newer checkhook. */
struct store *store_open(const char *path, struct error *err);
void store_close(struct store *s); /* NULL is fine */

/* One transaction around several calls. They do not nest. */
bool store_begin(struct store *s, struct error *err);
bool store_commit(struct store *s, struct error *err);
void store_rollback(struct store *s);

/* Grows with every commit of this or another process that changed something: a screen that shows
 * the store compares it to know whether to read again. */
int64_t store_version(struct store *s);

struct db *store_db(struct store *s); /* for files of core/store alone */
const char *store_path(const struct store *s);

#endif
