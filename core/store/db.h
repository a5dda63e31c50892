/*
 * The engine behind the store, for files of core/store alone.
 *
 * SQLite today; no sqlite3 type leaves db.c. SQL is kept portable (RETURNING, ON CONFLICT,
 * parameters by name) so that PostgreSQL can stand behind this header.
 */
#ifndef CHECKHOOK_CORE_STORE_DB_H
#define CHECKHOOK_CORE_STORE_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

struct db;
struct stmt;

enum db_mode { DB_WRITE, DB_READ };

/* Opens (DB_WRITE makes the file, 0600). WAL, foreign keys on, synchronous=FULL, busy wait 10 s;
 * a lock that lasts longer is ERR_BUSY, everything else ERR_IO. */
struct db *db_open(const char *path, enum db_mode mode, struct error *err);
void db_close(struct db *db); /* checkpoints the log; NULL is fine */

bool db_exec(struct db *db, const char *sql, struct error *err); /* one or more statements */

/* Transactions do not nest. db_begin takes the write lock at once; db_begin_read a snapshot. */
bool db_begin(struct db *db, struct error *err);
bool db_begin_read(struct db *db, struct error *err);
bool db_commit(struct db *db, struct error *err);
void db_rollback(struct db *db); /* no-op outside a transaction */
bool db_in_transaction(const struct db *db);

/*
 * A statement, prepared once per text and kept by the connection; it is reset and its bindings are
 * cleared by each call. The text must be a string that lives as long as the connection.
 */
struct stmt *db_prepare(struct db *db, const char *sql, struct error *err);

/* The same for a text made at run time; freed by stmt_free. */
struct stmt *db_prepare_once(struct db *db, const char *sql, struct error *err);
void stmt_free(struct stmt *st);

/* Parameters by name, colon included. A name the text does not have is a bug (assert). Texts are
 * lent until the statement is stepped to its end or reset. */
void stmt_bind_int(struct stmt *st, const char *name, int64_t value);
void stmt_bind_text(struct stmt *st, const char *name, const char *text); /* NULL binds NULL */
void stmt_bind_blob(struct stmt *st, const char *name, const void *bytes, size_t len);
void stmt_bind_null(struct stmt *st, const char *name);

enum step { STEP_ROW, STEP_DONE, STEP_FAILED };
enum step stmt_step(struct stmt *st, struct error *err);
bool stmt_run(struct stmt *st, struct error *err); /* steps to the end, drops rows, resets */
void stmt_reset(struct stmt *st);

int64_t stmt_int(const struct stmt *st, int column);      /* NULL gives 0 */
const char *stmt_text(const struct stmt *st, int column); /* lent until the next step; NULL */
const void *stmt_blob(const struct stmt *st, int column, size_t *len);
bool stmt_is_null(const struct stmt *st, int column);

int64_t db_last_id(const struct db *db);
int64_t db_changes(const struct db *db);

/*
 * Restricts a DB_READ connection to reading the named tables with ordinary functions, for
 * expressions of administrators (DESIGN 5). tables ends with NULL.
 */
void db_restrict(struct db *db, const char *const *tables);

/* Stops a running statement (ERR_CANCELLED) when `expired(ctx)` says so; asked every few thousand
 * steps. NULL takes it away. */
void db_set_deadline(struct db *db, bool (*expired)(void *ctx), void *ctx);

#endif
