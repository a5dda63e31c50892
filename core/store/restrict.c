/* What an administrator's SQL expression may do and how long it may take (DESIGN 5). */
#include <stdint.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/store/engine.h"

static const char *const ordinary_functions[] = {
    "abs",    "avg",     "coalesce", "count",   "hex",   "ifnull", "iif",
    "instr",  "length",  "like",     "lower",   "ltrim", "max",    "min",
    "nullif", "replace", "round",    "rtrim",   "sign",  "substr", "substring",
    "sum",    "total",   "trim",     "unicode", "upper", "char",   "folded",
};

/* Bytes of a text: importers take up to 1 MiB. */
enum { TEXT_MAX = 2 * 1024 * 1024 };

struct limit {
    int id, value;
};

static const struct limit restricted_limits[] = {
    {SQLITE_LIMIT_LENGTH, TEXT_MAX}, {SQLITE_LIMIT_SQL_LENGTH, 4 * 1024 * 1024},
    {SQLITE_LIMIT_EXPR_DEPTH, 200},  {SQLITE_LIMIT_COMPOUND_SELECT, 16},
    {SQLITE_LIMIT_VDBE_OP, 1000000}, {SQLITE_LIMIT_FUNCTION_ARG, 64},
    {SQLITE_LIMIT_ATTACHED, 0},      {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 200},
    {SQLITE_LIMIT_TRIGGER_DEPTH, 1}, {SQLITE_LIMIT_WORKER_THREADS, 0},
};

static bool in_list(const char *const *list, size_t count, const char *word)
{
    for (size_t i = 0; i < count && list[i]; i++)
        if (sqlite3_stricmp(list[i], word) == 0)
            return true;
    return false;
}

static int authorize(void *ctx, int action, const char *first, const char *second,
                     const char *database, const char *trigger)
{
    const struct db *db = ctx;
    bool allowed = db->own_text || action == SQLITE_SELECT || action == SQLITE_TRANSACTION;
    /* SQLite names no database where a table is read without any of its columns. */
    if (action == SQLITE_READ && (!database || strcmp(database, "main") == 0))
        allowed = allowed || in_list(db->readable, SIZE_MAX, first);
    if (action == SQLITE_FUNCTION)
        allowed = allowed || in_list(ordinary_functions, ARRAY_LEN(ordinary_functions), second);
    (void)trigger;
    return allowed ? SQLITE_OK : SQLITE_DENY;
}

void db_restrict(struct db *db, const char *const *tables)
{
    db->readable = tables;
    for (size_t i = 0; i < ARRAY_LEN(restricted_limits); i++)
        sqlite3_limit(db->handle, restricted_limits[i].id, restricted_limits[i].value);
    /* A misspelt "name" is a fault, and not a text as SQLite has it otherwise. */
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_set_authorizer(db->handle, authorize, db);
}

static int ask_deadline(void *ctx)
{
    const struct db *db = ctx;
    return db->expired(db->expired_ctx) ? 1 : 0;
}

void db_set_deadline(struct db *db, bool (*expired)(void *ctx), void *ctx)
{
    db->expired = expired;
    db->expired_ctx = ctx;
    sqlite3_progress_handler(db->handle, DB_DEADLINE_STEPS, expired ? ask_deadline : NULL, db);
}
