/* Statements of SQLite behind db.h: prepared once, bound by name, stepped. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/store/engine.h"

static struct stmt *prepare(struct db *db, const char *sql, unsigned flags, struct error *err)
{
    sqlite3_stmt *handle = NULL;
    const char *rest = NULL;
    if (sqlite3_prepare_v3(db->handle, sql, -1, flags, &handle, &rest) != SQLITE_OK) {
        engine_fail(db, err);
        return NULL;
    }
    if (!handle || rest[strspn(rest, " \t\r\n;")] != '\0') {
        sqlite3_finalize(handle);
        error_set(err, ERR_INVALID, "one SQL statement is expected here");
        return NULL;
    }
    struct stmt *st = mem_zalloc(sizeof *st);
    st->db = db;
    st->handle = handle;
    return st;
}

/* A text nearly always comes from the same place; only then is it compared at once. */
static struct stmt *find_kept(struct db *db, const char *sql)
{
    for (size_t i = 0; i < db->kept_count; i++)
        if (db->kept[i]->asked == sql && strcmp(sqlite3_sql(db->kept[i]->handle), sql) == 0)
            return db->kept[i];
    for (size_t i = 0; i < db->kept_count; i++)
        if (strcmp(sqlite3_sql(db->kept[i]->handle), sql) == 0)
            return db->kept[i];
    return NULL;
}

struct stmt *db_prepare(struct db *db, const char *sql, struct error *err)
{
    struct stmt *st = find_kept(db, sql);
    if (st) {
        stmt_reset(st);
        sqlite3_clear_bindings(st->handle);
    } else if ((st = prepare(db, sql, SQLITE_PREPARE_PERSISTENT, err))) {
        *(struct stmt **)list_add(&db->kept, &db->kept_count, sizeof(struct stmt *)) = st;
    }
    if (st)
        st->asked = sql;
    return st;
}

struct stmt *db_prepare_once(struct db *db, const char *sql, struct error *err)
{
    return prepare(db, sql, 0, err);
}

void stmt_free(struct stmt *st)
{
    if (!st)
        return;
    sqlite3_finalize(st->handle);
    free(st);
}

int stmt_place(const struct stmt *st, const char *name)
{
    int place = sqlite3_bind_parameter_index(st->handle, name);
    assert(place > 0);
    return place;
}

/* Binding fails only for a place that does not exist or a statement at work: bugs. */
static void bound(int code)
{
    assert(code == SQLITE_OK);
    (void)code;
}

void stmt_bind_int_at(struct stmt *st, int place, int64_t value)
{
    bound(sqlite3_bind_int64(st->handle, place, value));
}

void stmt_bind_text_at(struct stmt *st, int place, const char *text)
{
    bound(text ? sqlite3_bind_text(st->handle, place, text, -1, SQLITE_STATIC)
               : sqlite3_bind_null(st->handle, place));
}

void stmt_bind_blob_at(struct stmt *st, int place, const void *bytes, size_t len)
{
    bound(sqlite3_bind_blob64(st->handle, place, len > 0 ? bytes : "", len, SQLITE_STATIC));
}

void stmt_bind_int(struct stmt *st, const char *name, int64_t value)
{
    stmt_bind_int_at(st, stmt_place(st, name), value);
}

void stmt_bind_text(struct stmt *st, const char *name, const char *text)
{
    stmt_bind_text_at(st, stmt_place(st, name), text);
}

void stmt_bind_blob(struct stmt *st, const char *name, const void *bytes, size_t len)
{
    stmt_bind_blob_at(st, stmt_place(st, name), bytes, len);
}

void stmt_bind_null(struct stmt *st, const char *name)
{
    bound(sqlite3_bind_null(st->handle, stmt_place(st, name)));
}

enum step stmt_step(struct stmt *st, struct error *err)
{
    int code = sqlite3_step(st->handle);
    if (code == SQLITE_ROW)
        return STEP_ROW;
    if (code == SQLITE_DONE)
        return STEP_DONE;
    st->db->full = st->db->full || (code & 0xff) == SQLITE_FULL;
    engine_fail(st->db, err);
    sqlite3_reset(st->handle);
    return STEP_FAILED;
}

bool stmt_run(struct stmt *st, struct error *err)
{
    enum step step = STEP_ROW;
    while (step == STEP_ROW)
        step = stmt_step(st, err);
    stmt_reset(st);
    return step == STEP_DONE;
}

void stmt_reset(struct stmt *st)
{
    sqlite3_reset(st->handle);
}

int64_t stmt_int(const struct stmt *st, int column)
{
    return sqlite3_column_int64(st->handle, column);
}

const char *stmt_text(const struct stmt *st, int column)
{
    return (const char *)sqlite3_column_text(st->handle, column);
}

const void *stmt_blob(const struct stmt *st, int column, size_t *len)
{
    const void *bytes = sqlite3_column_blob(st->handle, column);
    *len = (size_t)sqlite3_column_bytes(st->handle, column);
    return bytes;
}

bool stmt_is_null(const struct stmt *st, int column)
{
    return sqlite3_column_type(st->handle, column) == SQLITE_NULL;
}
