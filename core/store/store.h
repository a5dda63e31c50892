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
/* An empty one that is gone when it is closed, for who looks at what is not there. */
struct store *store_open_empty(struct error *err);
void store_close(struct store *s); /* NULL is fine */

/*
 * Everything else that meets another writer waits for 30 s, then it is ERR_BUSY. With `wait` it
 * waits for as long as that says true; it is asked some times a second, and must not use the store.
 */
typedef bool store_wait(void *ctx, int64_t waited_ms);
void store_on_wait(struct store *s, store_wait *wait, void *ctx); /* NULL: as at first */

/* Between transactions: what follows sorts and keeps very many rows. */
bool store_set_bulk(struct store *s, bool on, struct error *err);

/* One transaction around several calls. They do not nest. */
bool store_begin(struct store *s, struct error *err);
/* The same for whoever has other things to do meanwhile and comes back: ERR_BUSY, and nothing has
 * changed, when another process still writes after wait_ms (0 = at once). */
bool store_begin_within(struct store *s, int wait_ms, struct error *err);
bool store_begin_read(struct store *s, struct error *err); /* a snapshot; ended by store_rollback */
bool store_commit(struct store *s, struct error *err);
void store_rollback(struct store *s);
bool store_in_transaction(const struct store *s);

/* The version of the engine: "3.40.1". */
const char *store_library(void);

/* Opened for reading alone, because the file or its place may not be written. */
bool store_read_only(const struct store *s);

/* Grows with every commit of this or another process that changed something: a screen that shows
 * the store compares it to know whether to read again. */
int64_t store_version(struct store *s);

/* For those who look at little at a time: the store keeps less in memory. */
bool store_keep_small(struct store *s, struct error *err);
/* For a command that lists very many rows: what is to be sorted goes to a file where it does not
 * fit into the cache. Not in a transaction. */
bool store_sort_on_disk(struct store *s, struct error *err);

struct db *store_db(struct store *s);          /* for files of core/store alone */
const char *store_path(const struct store *s); /* "" of store_open_empty */

#endif
