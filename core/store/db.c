/* SQLite behind db.h: connections, statements, transactions, and the sentences of its errors. */
#include "core/store/db.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/encode.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/store/engine.h"

enum {
    BUSY_PAUSE_MS = 5,       /* short against what others hold the lock for */
    BUSY_PAUSE_LONG_MS = 20, /* once it has become long */
    BUSY_LONG_MS = 500,
    PATIENTLY = -1,
    PAGE_SIZE = 16384,
    BULK_CACHE_KB = 16384,
};

struct fault {
    int code;         /* primary result code */
    const char *text; /* follows "the database PATH " */
};

static const struct fault faults[] = {
    {SQLITE_FULL, "cannot grow: the disk is full; free some space and try again"},
    {SQLITE_READONLY, "cannot be written: let this user write to the file and to its folder"},
    {SQLITE_CANTOPEN,
     "cannot be opened: its folder must exist, and this user must be allowed to write there"},
    {SQLITE_PERM, "cannot be used: let this user read and write the file and its folder"},
    {SQLITE_CORRUPT, "is damaged: put back a good copy, or move it away and import again"},
    {SQLITE_NOTADB, "is not a database: move the file away, or choose another folder with --home"},
    {SQLITE_IOERR, "cannot be read or written: check the disk and its free space"},
};

/* --- errors --------------------------------------------------------------------------------- */

static bool is_busy(int primary)
{
    return primary == SQLITE_BUSY || primary == SQLITE_LOCKED || primary == SQLITE_PROTOCOL;
}

bool engine_fail_as(const struct db *db, int code, const char *message, struct error *err)
{
    int primary = code & 0xff;
    if (is_busy(primary))
        return error_set(err, ERR_BUSY,
                         "another checkhook is writing, perhaps an import; try again when it is "
                         "done");
    for (size_t i = 0; i < ARRAY_LEN(faults); i++)
        if (faults[i].code == primary)
            return error_set(err, ERR_IO, "the database %s %s", db->path, faults[i].text);
    if (primary == SQLITE_INTERRUPT)
        return error_set(err, ERR_CANCELLED, "it took too long and was stopped");
    if (db->readable)
        return error_set(err, ERR_INVALID, "%s", message);
    if (primary == SQLITE_CONSTRAINT)
        return error_set(err, ERR_INVALID, "the database %s refuses a row: %s", db->path, message);
    return error_set(err, ERR_IO, "the database %s reports: %s", db->path, message);
}

bool engine_fail(const struct db *db, struct error *err)
{
    return engine_fail_as(db, sqlite3_extended_errcode(db->handle), sqlite3_errmsg(db->handle),
                          err);
}

/* --- opening -------------------------------------------------------------------------------- */

/* Makes the file itself, so that it is private from its first moment. A file that exists is left
 * alone: closing a second descriptor of it would drop the locks this process holds on it. */
static bool make_file(const char *path, struct error *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0) {
        close(fd);
        return true;
    }
    if (errno == EEXIST)
        return true;
    return error_errno(err, ERR_IO, "the database %s cannot be made", path);
}

static bool may_wait(const struct db *db, int64_t waited_ms)
{
    if (db->wait_ms != PATIENTLY)
        return waited_ms < db->wait_ms;
    return db->wait ? db->wait(db->wait_ctx, waited_ms) : waited_ms < DB_WAIT_MS;
}

/* For SQLite: somebody else holds the lock for the `tries`th time; 0 = give up. */
static int wait_for_others(void *ctx, int tries)
{
    struct db *db = ctx;
    const int64_t now_ms = clock_monotonic_ms();
    if (tries == 0)
        db->waits_since_ms = now_ms;
    const int64_t waited_ms = now_ms - db->waits_since_ms;
    if (!may_wait(db, waited_ms))
        return 0;
    sqlite3_sleep(waited_ms < BUSY_LONG_MS ? BUSY_PAUSE_MS : BUSY_PAUSE_LONG_MS);
    return 1;
}

/* The product is one thread: neither locks nor counts around each allocation are needed. */
static void set_up_engine(void)
{
    static bool done;
    if (!done) {
        sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
        sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    }
    done = true;
}

static bool open_handle(struct db *db, const char *name, int flags, struct error *err)
{
    int code = sqlite3_open_v2(name, &db->handle, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (code != SQLITE_OK)
        return engine_fail_as(db, code, sqlite3_errstr(code), err);
    sqlite3_extended_result_codes(db->handle, 1);
    sqlite3_busy_handler(db->handle, wait_for_others, db);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db->handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    engine_add_functions(db->handle);
    return true;
}

static void close_handle(struct db *db)
{
    for (size_t i = 0; i < db->kept_count; i++)
        stmt_free(db->kept[i]);
    free(db->kept);
    db->kept = NULL;
    db->kept_count = 0;
    /* The last connection that closes also empties and removes the log. */
    int code = sqlite3_close(db->handle);
    assert(code == SQLITE_OK);
    (void)code;
    db->handle = NULL;
}

/* A closed database in a folder that nobody may write to: SQLite cannot make its side files there,
 * and does without them when told that the file will not change. */
static bool open_unchanging(struct db *db, struct error *err)
{
    struct strbuf uri;
    strbuf_init(&uri, 3 * strlen(db->path) + 32);
    strbuf_adds(&uri, "file:");
    percent_add(&uri, db->path);
    strbuf_adds(&uri, "?immutable=1");
    close_handle(db);
    bool ok = open_handle(db, uri.text, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, err);
    strbuf_release(&uri);
    return ok;
}

/* Turning a new file into WAL fails at once, without the busy wait, when two processes do it. */
static bool exec_patiently(struct db *db, const char *sql, struct error *err)
{
    const int64_t since_ms = clock_monotonic_ms();
    struct error why = {0};
    while (!db_exec(db, sql, &why)) {
        if (why.kind != ERR_BUSY || !may_wait(db, clock_monotonic_ms() - since_ms)) {
            *err = why;
            return false;
        }
        sqlite3_sleep(BUSY_PAUSE_MS);
    }
    return true;
}

static bool can_read(struct db *db, struct error *err)
{
    int version = 0;
    return db_schema_version(db, &version, err);
}

/* Only where nothing was left in the log, which could not be read that way. */
static bool may_open_unchanging(const struct db *db)
{
    int code = sqlite3_extended_errcode(db->handle) & 0xff;
    char *log = mem_printf("%s-wal", db->path);
    bool left = access(log, F_OK) == 0;
    free(log);
    return (code == SQLITE_CANTOPEN || code == SQLITE_READONLY) && !left;
}

static bool set_up(struct db *db, enum db_mode mode, struct error *err)
{
    char page_size[48];
    snprintf(page_size, sizeof page_size, "PRAGMA page_size = %d", PAGE_SIZE);
    struct error why = {0};
    if (!can_read(db, &why) &&
        (!may_open_unchanging(db) || !open_unchanging(db, err) || !can_read(db, err))) {
        *err = why;
        return false;
    }
    if (mode == DB_WRITE && !db_read_only(db) &&
        !(db_exec(db, page_size, err) && exec_patiently(db, "PRAGMA journal_mode = WAL", err)))
        return false;
    if (mode == DB_READ && !db_exec(db, "PRAGMA query_only = ON", err))
        return false;
    return db_exec(db,
                   "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
                   "PRAGMA temp_store = MEMORY;"
                   "PRAGMA wal_autocheckpoint = 256;"      /* 4 MiB: the log takes space as well */
                   "PRAGMA journal_size_limit = 16777216", /* of what one large change left of it */
                   err) &&
           db_set_cache(db, DB_CACHE_KB, err);
}

struct db *db_open(const char *path, enum db_mode mode, struct error *err)
{
    struct db *db = mem_zalloc(sizeof *db);
    set_up_engine();
    db->path = mem_strdup(path);
    db->wait_ms = PATIENTLY;
    int flags = mode == DB_WRITE ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
    if ((mode == DB_WRITE && !make_file(path, err)) || !open_handle(db, path, flags, err) ||
        !set_up(db, mode, err)) {
        db_close(db);
        return NULL;
    }
    return db;
}

struct db *db_open_memory(struct error *err)
{
    struct db *db = mem_zalloc(sizeof *db);
    set_up_engine();
    db->path = mem_strdup(":memory:");
    db->wait_ms = PATIENTLY;
    if (open_handle(db, db->path, SQLITE_OPEN_READWRITE, err))
        return db;
    db_close(db);
    return NULL;
}

static bool set_cache(struct db *db, int kb, struct error *err)
{
    char sql[48];
    snprintf(sql, sizeof sql, "PRAGMA cache_size = -%d", kb);
    return db_exec(db, sql, err);
}

bool db_set_cache(struct db *db, int kb, struct error *err)
{
    db->cache_kb = kb;
    return set_cache(db, kb, err);
}

bool db_set_bulk(struct db *db, bool on, struct error *err)
{
    assert(!db_in_transaction(db));
    return db_exec(db, on ? "PRAGMA temp_store = FILE" : "PRAGMA temp_store = MEMORY", err) &&
           set_cache(db, on ? BULK_CACHE_KB : db->cache_kb, err);
}

void db_close(struct db *db)
{
    if (!db)
        return;
    close_handle(db);
    free(db->path);
    free(db);
}

void db_on_wait(struct db *db, db_wait *wait, void *ctx)
{
    db->wait = wait;
    db->wait_ctx = ctx;
}

bool db_exec(struct db *db, const char *sql, struct error *err)
{
    return sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK || engine_fail(db, err);
}

/* SQLite sorts in as much memory as the cache has, beside it. */
bool db_make_index(struct db *db, const char *sql, struct error *err)
{
    return set_cache(db, db->cache_kb, err) && db_exec(db, sql, err);
}

/* --- transactions --------------------------------------------------------------------------- */

static bool run_kept(struct db *db, const char *sql, struct error *err)
{
    struct stmt *st = db_prepare(db, sql, err);
    return st && stmt_run(st, err);
}

/* What the log holds mostly has its place in the database already: written there, it gives the disk
 * its space back. Where others read or write just now, the log stays. */
static void empty_log(struct db *db)
{
    struct error ignored = {0};
    const int wait_ms = db->wait_ms;
    db->wait_ms = 0;
    db_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", &ignored);
    db->wait_ms = wait_ms;
    db->full = false;
}

bool db_begin(struct db *db, struct error *err)
{
    assert(!db_in_transaction(db));
    if (db->full)
        empty_log(db);
    return run_kept(db, "BEGIN IMMEDIATE", err);
}

bool db_begin_within(struct db *db, int wait_ms, struct error *err)
{
    db->wait_ms = wait_ms;
    const bool ok = db_begin(db, err);
    db->wait_ms = PATIENTLY;
    return ok;
}

/* The snapshot is taken by the first read, so one is made here. */
bool db_begin_read(struct db *db, struct error *err)
{
    assert(!db_in_transaction(db));
    int version = 0;
    if (!run_kept(db, "BEGIN", err))
        return false;
    if (db_schema_version(db, &version, err))
        return true;
    db_rollback(db);
    return false;
}

bool db_commit(struct db *db, struct error *err)
{
    assert(db_in_transaction(db));
    if (run_kept(db, "COMMIT", err))
        return true;
    db_rollback(db);
    return false;
}

void db_rollback(struct db *db)
{
    struct error ignored = {0};
    if (db_in_transaction(db))
        run_kept(db, "ROLLBACK", &ignored);
}

bool db_in_transaction(const struct db *db)
{
    return sqlite3_get_autocommit(db->handle) == 0;
}

/* --- facts ---------------------------------------------------------------------------------- */

int64_t db_last_id(const struct db *db)
{
    return sqlite3_last_insert_rowid(db->handle);
}

int64_t db_changes(const struct db *db)
{
    return sqlite3_changes64(db->handle);
}

/* The engine's own questions pass a restricted connection's authorizer. */
static bool ask_int(struct db *db, const char *sql, int64_t *value, struct error *err)
{
    db->own_text = true;
    struct stmt *st = db_prepare(db, sql, err);
    bool ok = st && stmt_step(st, err) == STEP_ROW;
    if (ok)
        *value = stmt_int(st, 0);
    if (st)
        stmt_reset(st);
    db->own_text = false;
    return ok;
}

int64_t db_version(struct db *db)
{
    struct error ignored = {0};
    int64_t others = 0;
    ask_int(db, "PRAGMA data_version", &others, &ignored);
    return others + sqlite3_total_changes64(db->handle);
}

bool db_read_only(const struct db *db)
{
    return sqlite3_db_readonly(db->handle, "main") == 1;
}

const char *db_library(void)
{
    return sqlite3_libversion();
}

bool db_schema_version(struct db *db, int *version, struct error *err)
{
    int64_t value = 0;
    if (!ask_int(db, "PRAGMA user_version", &value, err))
        return false;
    *version = (int)value;
    return true;
}

bool db_set_schema_version(struct db *db, int version, struct error *err)
{
    char sql[48];
    snprintf(sql, sizeof sql, "PRAGMA user_version = %d", version);
    return db_exec(db, sql, err);
}
