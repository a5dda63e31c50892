/* The database engine: statements, transactions, restricted connections, two writers at once. */
#include "core/store/db.h"

#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static struct error err;

struct place {
    char dir[64];
    char path[96];
};

static int make_place(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    strcpy(p->dir, "/tmp/checkhook-db-XXXXXX");
    assert_non_null(mkdtemp(p->dir));
    snprintf(p->path, sizeof p->path, "%s/a?b%%.db", p->dir);
    err = (struct error){0};
    *state = p;
    return 0;
}

static int drop_place(void **state)
{
    static const char *const ends[] = {"", "-wal", "-shm"};
    struct place *p = *state;
    for (size_t i = 0; i < 3; i++) {
        char path[128];
        snprintf(path, sizeof path, "%s%s", p->path, ends[i]);
        unlink(path);
    }
    rmdir(p->dir);
    free(p);
    return 0;
}

static struct db *open_with_table(const struct place *p)
{
    struct db *db = db_open(p->path, DB_WRITE, &err);
    if (!db)
        fail_msg("%s", err.text);
    assert_true(db_exec(
        db, "CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY, s TEXT NOT NULL, b BLOB)", &err));
    return db;
}

static int64_t ask(struct db *db, const char *sql)
{
    struct stmt *st = db_prepare(db, sql, &err);
    assert_non_null(st);
    assert_int_equal(stmt_step(st, &err), STEP_ROW);
    int64_t value = stmt_int(st, 0);
    stmt_reset(st);
    return value;
}

static void db_open__makes_a_private_file_in_wal(void **state)
{
    const struct place *p = *state;
    mode_t old = umask(0);
    struct db *db = open_with_table(p);
    umask(old);
    struct stat st;
    assert_int_equal(stat(p->path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    struct stmt *mode = db_prepare(db, "PRAGMA journal_mode", &err);
    assert_int_equal(stmt_step(mode, &err), STEP_ROW);
    assert_string_equal(stmt_text(mode, 0), "wal");
    stmt_reset(mode);
    assert_int_equal(ask(db, "PRAGMA page_size"), 16384);
    assert_int_equal(ask(db, "PRAGMA synchronous"), 2);
    assert_int_equal(ask(db, "PRAGMA foreign_keys"), 1);
    db_close(db);
    char wal[128];
    snprintf(wal, sizeof wal, "%s-wal", p->path);
    assert_int_equal(access(wal, F_OK), -1);
}

static void db_open__says_what_to_do_when_it_cannot(void **state)
{
    const struct place *p = *state;
    assert_null(db_open("/nonexistent-folder/x.db", DB_WRITE, &err));
    assert_int_equal(err.kind, ERR_IO);
    assert_non_null(strstr(err.text, "/nonexistent-folder/x.db"));
    assert_null(db_open(p->path, DB_READ, &err));
    assert_int_equal(err.kind, ERR_IO);

    FILE *f = fopen(p->path, "w");
    for (int i = 0; i < 200; i++)
        fputs("this is no database at all\n", f);
    fclose(f);
    assert_null(db_open(p->path, DB_WRITE, &err));
    assert_int_equal(err.kind, ERR_IO);
    assert_non_null(strstr(err.text, "is not a database"));
}

static void stmt_bind__keeps_every_kind_of_value(void **state)
{
    struct db *db = open_with_table(*state);
    struct stmt *add = db_prepare(db, "INSERT INTO t (n, s, b) VALUES (:n, :s, :b)", &err);
    stmt_bind_int(add, ":n", INT64_MIN);
    stmt_bind_text(add, ":s", "h\xc3\xa9");
    stmt_bind_blob(add, ":b", "a\0b", 3);
    assert_true(stmt_run(add, &err));
    assert_int_equal(db_last_id(db), INT64_MIN);
    assert_int_equal(db_changes(db), 1);

    struct stmt *get = db_prepare(db, "SELECT n, s, b, NULL FROM t", &err);
    assert_int_equal(stmt_step(get, &err), STEP_ROW);
    size_t len = 0;
    assert_int_equal(stmt_int(get, 0), INT64_MIN);
    assert_string_equal(stmt_text(get, 1), "h\xc3\xa9");
    assert_memory_equal(stmt_blob(get, 2, &len), "a\0b", 3);
    assert_int_equal(len, 3);
    assert_true(stmt_is_null(get, 3));
    assert_int_equal(stmt_step(get, &err), STEP_DONE);
    db_close(db);
}

static void db_prepare__gives_the_same_statement_without_bindings(void **state)
{
    struct db *db = open_with_table(*state);
    struct stmt *a = db_prepare(db, "SELECT :x", &err);
    stmt_bind_int(a, ":x", 7);
    assert_int_equal(stmt_step(a, &err), STEP_ROW);
    struct stmt *b = db_prepare(db, "SELECT :x", &err);
    assert_ptr_equal(a, b);
    assert_int_equal(stmt_step(b, &err), STEP_ROW);
    assert_true(stmt_is_null(b, 0));
    stmt_reset(b);
    assert_null(db_prepare(db, "SELECT nothing_here", &err));
    assert_int_equal(err.kind, ERR_IO);
    assert_null(db_prepare_once(db, "SELECT 1; SELECT 2", &err));
    assert_int_equal(err.kind, ERR_INVALID);
    db_close(db);
}

static void stmt_run__a_broken_constraint_is_invalid(void **state)
{
    struct db *db = open_with_table(*state);
    struct stmt *add = db_prepare(db, "INSERT INTO t (n, s) VALUES (1, :s)", &err);
    stmt_bind_text(add, ":s", NULL);
    assert_false(stmt_run(add, &err));
    assert_int_equal(err.kind, ERR_INVALID);
    assert_non_null(strstr(err.text, "t.s"));
    db_close(db);
}

static void db_rollback__leaves_nothing(void **state)
{
    struct db *db = open_with_table(*state);
    assert_true(db_begin(db, &err));
    assert_true(db_in_transaction(db));
    assert_true(db_exec(db, "INSERT INTO t VALUES (1, 'x', NULL)", &err));
    db_rollback(db);
    db_rollback(db);
    assert_false(db_in_transaction(db));
    assert_int_equal(ask(db, "SELECT count(*) FROM t"), 0);
    db_close(db);
}

static void db_begin__says_that_another_is_writing(void **state)
{
    const struct place *p = *state;
    struct db *a = open_with_table(p), *b = db_open(p->path, DB_WRITE, &err);
    assert_true(db_begin(a, &err));
    assert_false(db_begin_within(b, 0, &err));
    assert_int_equal(err.kind, ERR_BUSY);
    assert_non_null(strstr(err.text, "another checkhook is writing"));
    assert_false(db_in_transaction(b));
    assert_true(db_commit(a, &err));
    assert_true(db_begin(b, &err));
    assert_true(db_commit(b, &err));
    db_close(b);
    db_close(a);
}

/* The other writer is done, or somebody gives up, when it was asked for the third time. */
struct waiter {
    struct db *writer; /* NULL: gives up */
    int asked;
};

static bool wait_twice(void *ctx, int64_t waited_ms)
{
    struct waiter *w = ctx;
    assert_true(waited_ms >= 0);
    if (++w->asked < 3)
        return true;
    if (w->writer)
        assert_true(db_commit(w->writer, &err));
    return w->writer != NULL;
}

static void db_on_wait__asks_until_the_other_is_done(void **state)
{
    const struct place *p = *state;
    struct db *a = open_with_table(p), *b = db_open(p->path, DB_WRITE, &err);
    struct waiter waiter = {.writer = a};
    db_on_wait(b, wait_twice, &waiter);
    assert_true(db_begin(a, &err));
    assert_true(db_exec(b, "INSERT INTO t VALUES (1, 'patient', NULL)", &err));
    assert_int_equal(waiter.asked, 3);
    db_close(b);
    db_close(a);
}

static void db_on_wait__gives_up_when_told(void **state)
{
    const struct place *p = *state;
    struct db *a = open_with_table(p), *b = db_open(p->path, DB_WRITE, &err);
    struct waiter waiter = {0};
    db_on_wait(b, wait_twice, &waiter);
    assert_true(db_begin(a, &err));
    assert_false(db_begin(b, &err));
    assert_int_equal(err.kind, ERR_BUSY);
    assert_int_equal(waiter.asked, 3);
    assert_false(db_begin_within(b, 1, &err));
    assert_int_equal(waiter.asked, 3);
    assert_true(db_commit(a, &err));
    db_close(b);
    db_close(a);
}

static void db_exec__a_full_disk_takes_nothing_with_it(void **state)
{
    struct db *db = open_with_table(*state);
    assert_true(db_exec(db, "INSERT INTO t VALUES (1, 'kept', NULL)", &err));
    assert_true(db_exec(db, "PRAGMA max_page_count = 4", &err));
    assert_true(db_begin(db, &err));
    assert_true(db_exec(db, "INSERT INTO t VALUES (2, 'fits', NULL)", &err));
    assert_false(db_exec(db, "INSERT INTO t VALUES (3, 'not', zeroblob(1000000))", &err));
    assert_int_equal(err.kind, ERR_IO);
    assert_non_null(strstr(err.text, "free some space"));
    db_rollback(db);
    assert_int_equal(ask(db, "SELECT count(*) FROM t"), 1);
    db_close(db);
}

static int64_t log_size(const struct place *p)
{
    char path[128];
    struct stat found;
    snprintf(path, sizeof path, "%s-wal", p->path);
    return stat(path, &found) == 0 ? (int64_t)found.st_size : 0;
}

/* The log is as much in the way as what others put on the disk. */
static void db_begin__gives_the_space_of_the_log_back_to_a_full_disk(void **state)
{
    const struct place *p = *state;
    struct db *db = open_with_table(p);
    assert_true(db_exec(db, "INSERT INTO t VALUES (1, 'kept', zeroblob(300000))", &err));
    assert_true(log_size(p) > 300000);
    assert_true(db_exec(db, "PRAGMA max_page_count = 30", &err));
    struct stmt *st = db_prepare(db, "INSERT INTO t VALUES (2, 'not', zeroblob(1000000))", &err);
    assert_true(db_begin(db, &err));
    assert_false(stmt_run(st, &err));
    db_rollback(db);
    assert_true(db_begin(db, &err));
    assert_int_equal(log_size(p), 0);
    assert_true(db_exec(db, "INSERT INTO t VALUES (3, 'fits', NULL)", &err));
    assert_true(db_commit(db, &err));
    assert_int_equal(ask(db, "SELECT count(*) FROM t"), 2);
    db_close(db);
}

static void db_begin_read__sees_the_moment_it_began(void **state)
{
    const struct place *p = *state;
    static const char *const tables[] = {"t", NULL};
    struct db *writer = open_with_table(p);
    struct db *reader = db_open(p->path, DB_READ, &err);
    assert_non_null(reader);
    db_restrict(reader, tables);
    assert_true(db_begin_read(reader, &err));
    assert_true(db_exec(writer, "INSERT INTO t VALUES (1, 'x', NULL)", &err));
    assert_int_equal(ask(reader, "SELECT count(*) FROM t"), 0);
    assert_true(db_commit(reader, &err));
    assert_int_equal(ask(reader, "SELECT count(*) FROM t"), 1);
    db_close(reader);
    db_close(writer);
}

static void db_version__grows_with_changes_of_both(void **state)
{
    const struct place *p = *state;
    struct db *a = open_with_table(p), *b = db_open(p->path, DB_WRITE, &err);
    int64_t before = db_version(a);
    assert_int_equal(db_version(a), before);
    assert_true(db_exec(b, "INSERT INTO t VALUES (1, 'x', NULL)", &err));
    int64_t between = db_version(a);
    assert_true(between > before);
    assert_true(db_exec(a, "INSERT INTO t VALUES (2, 'x', NULL)", &err));
    assert_true(db_version(a) > between);
    db_close(b);
    db_close(a);
}

struct attempt_at {
    const char *sql;
    bool allowed;
};

static void db_restrict__allows_reading_with_ordinary_functions_only(void **state)
{
    static const char *const tables[] = {"t", NULL};
    static const struct attempt_at attempts[] = {
        {"SELECT n, upper(s), CASE WHEN n > 1 THEN 1 END FROM t u", true},
        {"SELECT EXISTS (SELECT 1 FROM t x WHERE x.n = u.n) FROM t u", true},
        {"SELECT count(*) FROM t", true},
        {"SELECT (SELECT max(k) FROM (SELECT n AS k FROM t UNION SELECT 1) y)", true},
        {"SELECT s LIKE 'a%', s IN ('a', 'b'), s || 'x', coalesce(b, 0) FROM t", true},
        {"SELECT v FROM secrets", false},
        {"SELECT count(*) FROM secrets", false},
        {"SELECT 1 FROM t WHERE EXISTS (SELECT 1 FROM secrets)", false},
        {"SELECT name FROM sqlite_schema", false},
        {"SELECT name FROM sqlite_master", false},
        {"SELECT * FROM pragma_table_info('t')", false},
        {"SELECT * FROM json_each('[1]')", false},
        {"SELECT load_extension('x')", false},
        {"SELECT randomblob(1000000000)", false},
        {"SELECT zeroblob(1000000000)", false},
        {"SELECT printf('%d', 1)", false},
        {"SELECT date('now')", false},
        {"SELECT s GLOB 'a*' FROM t", false},
        {"WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r) SELECT x FROM r", false},
        {"INSERT INTO t VALUES (9, 'x', NULL)", false},
        {"DELETE FROM t", false},
        {"PRAGMA user_version", false},
        {"ATTACH '/tmp/x' AS y", false},
        {"CREATE TEMP TABLE z (a)", false},
    };
    const struct place *p = *state;
    struct db *writer = open_with_table(p);
    assert_true(db_exec(writer, "CREATE TABLE secrets (v TEXT)", &err));
    struct db *db = db_open(p->path, DB_READ, &err);
    db_restrict(db, tables);
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
        struct stmt *st = db_prepare_once(db, attempts[i].sql, &err);
        if (!!st != attempts[i].allowed)
            fail_msg("%s: %s", attempts[i].sql, st ? "was allowed" : err.text);
        if (!st)
            assert_int_equal(err.kind, ERR_INVALID);
        stmt_free(st);
    }
    db_close(db);
    db_close(writer);
}

static bool at_once(void *ctx)
{
    ++*(int *)ctx;
    return true;
}

static void db_set_deadline__stops_a_statement(void **state)
{
    struct db *db = open_with_table(*state);
    int asked = 0;
    db_set_deadline(db, at_once, &asked);
    struct stmt *st = db_prepare(
        db,
        "WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM r WHERE x < 100000000)"
        " SELECT count(*) FROM r",
        &err);
    assert_int_equal(stmt_step(st, &err), STEP_FAILED);
    assert_int_equal(err.kind, ERR_CANCELLED);
    assert_int_equal(asked, 1);
    db_set_deadline(db, NULL, NULL);
    assert_int_equal(ask(db, "SELECT 5"), 5);
    db_close(db);
}

/* Adds `rows` rows, one transaction each; the exit code says whether all went well. */
static int write_rows(const char *path, int rows)
{
    struct error why = {0};
    struct db *db = db_open(path, DB_WRITE, &why);
    bool ok = db != NULL;
    for (int i = 0; ok && i < rows; i++)
        ok = db_exec(db, "CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY, s TEXT)", &why) &&
             db_begin(db, &why) && db_exec(db, "INSERT INTO t (s) SELECT count(*) FROM t", &why) &&
             db_commit(db, &why);
    if (!ok)
        fprintf(stderr, "writer: %s\n", why.text);
    db_close(db);
    return ok ? 0 : 1;
}

static void db_begin__two_processes_wait_for_each_other(void **state)
{
    enum { WRITERS = 3, ROWS = 60 };
    const struct place *p = *state;
    for (int i = 0; i < WRITERS; i++) {
        pid_t pid = fork();
        assert_true(pid >= 0);
        if (pid == 0)
            _exit(write_rows(p->path, ROWS));
    }
    for (int i = 0; i < WRITERS; i++) {
        int status = -1;
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    struct db *db = db_open(p->path, DB_WRITE, &err);
    assert_non_null(db);
    assert_int_equal(ask(db, "SELECT count(DISTINCT s) FROM t"), WRITERS * ROWS);
    db_close(db);
}

enum { VISITORS = 4, VISITS = 300 };

/* Opens, reads, writes and closes: again and again the last one closes, which empties the log and
 * takes it away, while others open. */
static void come_and_go(const char *path, int number)
{
    struct error why = {0};
    for (int i = 0; i < VISITS; i++) {
        struct db *db = db_open(path, (i + number) % 3 == 0 ? DB_READ : DB_WRITE, &why);
        bool ok = db && db_begin_read(db, &why);
        if (ok)
            db_rollback(db);
        if (ok && (i + number) % 3 == 1)
            ok = db_exec(db, "INSERT INTO t (s) VALUES ('visit')", &why);
        db_close(db);
        if (!ok) {
            fprintf(stderr, "visit %d of %d: %s\n", i, number, why.text);
            _exit(1);
        }
    }
    _exit(0);
}

static void db_open__nobody_meets_an_error_while_others_close(void **state)
{
    const struct place *p = *state;
    pid_t pids[VISITORS];
    db_close(open_with_table(p));
    for (int i = 0; i < VISITORS; i++) {
        pids[i] = fork();
        if (pids[i] == 0)
            come_and_go(p->path, i);
        assert_true(pids[i] > 0);
    }
    for (int i = 0; i < VISITORS; i++) {
        int status = 1;
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_int_equal(status, 0);
    }
    struct db *db = db_open(p->path, DB_READ, &err);
    assert_int_equal(ask(db, "SELECT count(*) FROM t"), VISITORS * VISITS / 3);
    db_close(db);
}

int main(void)
{
#define PLACED(f) cmocka_unit_test_setup_teardown(f, make_place, drop_place)
    const struct CMUnitTest tests[] = {
        PLACED(db_open__makes_a_private_file_in_wal),
        PLACED(db_open__says_what_to_do_when_it_cannot),
        PLACED(stmt_bind__keeps_every_kind_of_value),
        PLACED(db_prepare__gives_the_same_statement_without_bindings),
        PLACED(stmt_run__a_broken_constraint_is_invalid),
        PLACED(db_rollback__leaves_nothing),
        PLACED(db_begin__says_that_another_is_writing),
        PLACED(db_on_wait__asks_until_the_other_is_done),
        PLACED(db_on_wait__gives_up_when_told),
        PLACED(db_exec__a_full_disk_takes_nothing_with_it),
        PLACED(db_begin__gives_the_space_of_the_log_back_to_a_full_disk),
        PLACED(db_begin_read__sees_the_moment_it_began),
        PLACED(db_version__grows_with_changes_of_both),
        PLACED(db_restrict__allows_reading_with_ordinary_functions_only),
        PLACED(db_set_deadline__stops_a_statement),
        PLACED(db_begin__two_processes_wait_for_each_other),
        PLACED(db_open__nobody_meets_an_error_while_others_close),
    };
    return cmocka_run_group_tests_name("db", tests, NULL, NULL);
}
