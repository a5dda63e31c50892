/* The one handle on all state that is not configuration. */
#include "core/store/store.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/store/datasets.h"
#include "core/store/schema.h"
#include "core/store/store_private.h"

enum { SMALL_CACHE_KB = 1024 };

static struct db *open_empty(struct error *err)
{
    struct db *db = db_open_memory(err);
    if (db && schema_apply(db, NULL, err))
        return db;
    db_close(db);
    return NULL;
}

struct store *store_open(const char *path, struct error *err)
{
    struct store *s = mem_zalloc(sizeof *s);
    s->path = mem_strdup(path);
    s->db = db_open(path, DB_WRITE, err);
    if (s->db && schema_apply(s->db, path, err))
        return s;
    store_close(s);
    return NULL;
}

struct store *store_open_empty(struct error *err)
{
    struct store *s = mem_zalloc(sizeof *s);
    s->db = open_empty(err);
    if (s->db)
        return s;
    store_close(s);
    return NULL;
}

void store_close(struct store *s)
{
    if (!s)
        return;
    datasets_abandon(s);
    db_close(s->db);
    free(s->path);
    free(s);
}

void store_on_wait(struct store *s, store_wait *wait, void *ctx)
{
    db_on_wait(s->db, wait, ctx);
}

bool store_set_bulk(struct store *s, bool on, struct error *err)
{
    return db_set_bulk(s->db, on, err);
}

bool store_begin(struct store *s, struct error *err)
{
    return db_begin(s->db, err);
}

bool store_begin_within(struct store *s, int wait_ms, struct error *err)
{
    return db_begin_within(s->db, wait_ms, err);
}

bool store_begin_read(struct store *s, struct error *err)
{
    return db_begin_read(s->db, err);
}

bool store_commit(struct store *s, struct error *err)
{
    return db_commit(s->db, err);
}

void store_rollback(struct store *s)
{
    db_rollback(s->db);
}

bool store_in_transaction(const struct store *s)
{
    return db_in_transaction(s->db);
}

const char *store_library(void)
{
    return db_library();
}

bool store_read_only(const struct store *s)
{
    return db_read_only(s->db);
}

int64_t store_version(struct store *s)
{
    return db_version(s->db);
}

bool store_keep_small(struct store *s, struct error *err)
{
    return db_set_cache(s->db, SMALL_CACHE_KB, err);
}

bool store_sort_on_disk(struct store *s, struct error *err)
{
    return db_exec(s->db, "PRAGMA temp_store = FILE", err);
}

struct db *store_open_view(const struct store *s, struct error *err)
{
    return s->path ? db_open(s->path, DB_READ, err) : open_empty(err);
}

struct db *store_db(struct store *s)
{
    return s->db;
}

const char *store_path(const struct store *s)
{
    return s->path ? s->path : "";
}

bool change_begin(struct store *s, bool *own, struct error *err)
{
    *own = !db_in_transaction(s->db);
    return !*own || db_begin(s->db, err);
}

bool change_end(struct store *s, bool own, bool ok, struct error *err)
{
    if (!own)
        return ok;
    if (ok)
        return db_commit(s->db, err);
    db_rollback(s->db);
    return false;
}
