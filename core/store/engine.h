/*
 * What the files behind db.h share: the only header of the project that knows SQLite.
 */
#ifndef CHECKHOOK_CORE_STORE_ENGINE_H
#define CHECKHOOK_CORE_STORE_ENGINE_H

#include <sqlite3.h>

#include "core/store/db.h"

struct stmt {
    struct db *db;
    sqlite3_stmt *handle;
    const char *asked; /* the text as the last caller gave it; may be gone */
};

struct db {
    sqlite3 *handle;
    char *path;
    struct stmt **kept;
    size_t kept_count;
    const char *const *readable; /* tables of a restricted connection, else NULL */
    bool own_text;               /* the statement at hand is ours, not an administrator's */
    bool full;                   /* the disk was, when something was written last */
    int cache_kb;                /* unless it works on very many rows */
    int wait_ms;                 /* of the statement at hand, for another writer; -1 = patiently */
    int64_t waits_since_ms;      /* monotonic */
    db_wait *wait;
    void *wait_ctx;
    bool (*expired)(void *ctx);
    void *expired_ctx;
};

/* The sentence for a result code of SQLite, or for the connection's last one. Return false. */
bool engine_fail_as(const struct db *db, int code, const char *message, struct error *err);
bool engine_fail(const struct db *db, struct error *err);

/* Adds the functions that db.h names. */
void engine_add_functions(sqlite3 *handle);

#endif
