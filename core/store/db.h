/*
 * The engine behind the store, for files of core/store alone.
 *
 * SQLite today; no type of it leaves db.c, stmt.c and restrict.c. SQL is kept portable (RETURNING,
 * ON CONFLICT, parameters by name) so that PostgreSQL can stand behind this header.
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

/* Opens (DB_WRITE makes the file, 0600). WAL, foreign keys on, synchronous=FULL. Whoever has to
 * wait for another writer waits DB_WAIT_MS, or as db_on_wait says; then it is ERR_BUSY. A row that
 * breaks a constraint is ERR_INVALID, everything else ERR_IO. */
enum { DB_WAIT_MS = 30000 };
/* On each connection there is a function folded(TEXT): the text as text_lower has it. */
struct db *db_open(const char *path, enum db_mode mode, struct error *err);
/* An empty one in memory, gone when it is closed. */
struct db *db_open_memory(struct error *err);
/* How much of the database it keeps in memory, DB_CACHE_KB unless told. */
enum { DB_CACHE_KB = 8192 };
bool db_set_cache(struct db *db, int kb, struct error *err);
/* For work on very many rows: a larger cache, and temporary tables and sorts that go to a file
 * where they do not fit into it. Outside of transactions; it drops temporary tables. */
bool db_set_bulk(struct db *db, bool on, struct error *err);
void db_close(struct db *db); /* checkpoints the log; NULL is fine */

/* Asked some times a second while another writer is waited for; false gives up. It must not use the
 * database. NULL = DB_WAIT_MS. */
typedef bool db_wait(void *ctx, int64_t waited_ms);
void db_on_wait(struct db *db, db_wait *wait, void *ctx);

bool db_exec(struct db *db, const char *sql, struct error *err);       /* one or more statements */
bool db_make_index(struct db *db, const char *sql, struct error *err); /* sorts in little memory */

/* Transactions do not nest. db_begin takes the write lock at once; db_begin_read a snapshot. */
bool db_begin(struct db *db, struct error *err);
/* The same, but ERR_BUSY after wait_ms (0 = at once) of another writer; db_on_wait is not asked. */
bool db_begin_within(struct db *db, int wait_ms, struct error *err);
bool db_begin_read(struct db *db, struct error *err);
bool db_commit(struct db *db, struct error *err); /* a commit that fails has rolled back */
void db_rollback(struct db *db);                  /* no-op outside a transaction */
bool db_in_transaction(const struct db *db);

/*
 * A statement, prepared once per text and kept by the connection; it is reset and its bindings are
 * cleared by each call. For texts of which there are few.
 */
struct stmt *db_prepare(struct db *db, const char *sql, struct error *err);

/* The same for a text that is not asked for again; freed by stmt_free before db_close. */
struct stmt *db_prepare_once(struct db *db, const char *sql, struct error *err);
void stmt_free(struct stmt *st); /* NULL is fine */

/* Parameters by name, colon included. A name the text does not have is a bug (assert). Texts are
 * lent until the statement is stepped to its end or reset. */
void stmt_bind_int(struct stmt *st, const char *name, int64_t value);
void stmt_bind_text(struct stmt *st, const char *name, const char *text); /* NULL binds NULL */
void stmt_bind_blob(struct stmt *st, const char *name, const void *bytes, size_t len);
void stmt_bind_null(struct stmt *st, const char *name);

/* For loops over very many rows: the place of a name is looked up once, then bound by place. Names
 * have the places 1 … in the order in which they first stand in the text. */
int stmt_place(const struct stmt *st, const char *name);
void stmt_bind_int_at(struct stmt *st, int place, int64_t value);
void stmt_bind_text_at(struct stmt *st, int place, const char *text);
void stmt_bind_blob_at(struct stmt *st, int place, const void *bytes, size_t len);

enum step { STEP_ROW, STEP_DONE, STEP_FAILED };
enum step stmt_step(struct stmt *st, struct error *err);
bool stmt_run(struct stmt *st, struct error *err); /* steps to the end, drops rows, resets */
void stmt_reset(struct stmt *st);

int64_t stmt_int(const struct stmt *st, int column);      /* NULL gives 0 */
const char *stmt_text(const struct stmt *st, int column); /* lent until the next step; NULL */
const void *stmt_blob(const struct stmt *st, int column, size_t *len);
bool stmt_is_null(const struct stmt *st, int column);

int64_t db_last_id(const struct db *db);
int64_t db_changes(const struct db *db); /* rows of the last statement that wrote */

/* Grows when this or another connection changed the database. */
int64_t db_version(struct db *db);

/* The place or the file does not allow writing: opened for reading all the same. */
bool db_read_only(const struct db *db);

const char *db_library(void); /* "3.40.1" */

/* The number of the last migration that was applied; 0 for a new file. */
bool db_schema_version(struct db *db, int *version, struct error *err);
bool db_set_schema_version(struct db *db, int version, struct error *err);

/*
 * Restricts a DB_READ connection to reading the named tables with ordinary functions, for
 * expressions of administrators (DESIGN 5). tables ends with NULL and lives as long as the
 * connection. From here on a fault in the text of a statement is ERR_INVALID, its sentence that of
 * the engine alone ("no such column: u.x").
 */
void db_restrict(struct db *db, const char *const *tables);

/* Stops a running statement (ERR_CANCELLED) when `expired(ctx)` says so; asked after so many steps
 * of the engine, which are few because each may be a function over a text of the greatest length.
 * NULL takes it away. */
enum { DB_DEADLINE_STEPS = 100 };
void db_set_deadline(struct db *db, bool (*expired)(void *ctx), void *ctx);

#endif
