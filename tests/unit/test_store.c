/* The store: opening in every condition, migrations, transactions, versions. */
#include "core/store/store.h"

#include <linux/capability.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/store/db.h"
#include "core/store/outbox.h"
#include "core/store/schema.h"
#include "tests/support/tmpdir.h"

struct place {
    struct tmpdir dir;
    char *path;
    struct error err;
};

static int make_place(void **state)
{
    struct place *p = calloc(1, sizeof *p);
    tmpdir_init(&p->dir);
    p->path = tmpdir_path(&p->dir, "checkhook.db");
    *state = p;
    return 0;
}

static int drop_place(void **state)
{
    struct place *p = *state;
    tmpdir_release(&p->dir);
    free(p->path);
    free(p);
    return 0;
}

static struct store *open_store(struct place *p)
{
    struct store *s = store_open(p->path, &p->err);
    if (!s)
        fail_msg("%s", p->err.text);
    return s;
}

static void add_event(struct store *s, const char *id, struct error *err)
{
    struct event e = {
        .id = mem_strdup(id),
        .envelope_id = mem_strdup("e"),
        .check_id = mem_strdup("no-mfa"),
        .published_ms = 1,
        .detail = mem_strdup("{}"),
    };
    if (!outbox_add_event(s, &e, err))
        fail_msg("%s", err->text);
    event_release(&e);
}

static bool has_event(struct store *s, const char *id)
{
    struct event e = {0};
    struct error err = {0};
    bool found = outbox_event(s, id, &e, &err);
    event_release(&e);
    return found;
}

static void store_open__makes_every_table_once(void **state)
{
    struct place *p = *state;
    struct store *s = open_store(p);
    add_event(s, "1", &p->err);
    store_close(s);
    s = open_store(p);
    assert_true(has_event(s, "1"));
    int version = 0;
    assert_true(db_schema_version(store_db(s), &version, &p->err));
    assert_int_equal(version, 4);
    assert_string_equal(store_path(s), p->path);
    for (size_t i = 0; schema_data_tables[i]; i++) {
        char sql[64];
        snprintf(sql, sizeof sql, "SELECT * FROM %s", schema_data_tables[i]);
        assert_true(db_exec(store_db(s), sql, &p->err));
    }
    store_close(s);
}

static void store_open__refuses_a_newer_database(void **state)
{
    struct place *p = *state;
    struct store *s = open_store(p);
    assert_true(db_set_schema_version(store_db(s), 99, &p->err));
    store_close(s);
    assert_null(store_open(p->path, &p->err));
    assert_int_equal(p->err.kind, ERR_IO);
    assert_non_null(strstr(p->err.text, "version 99"));
}

/* A migration that fails halfway must leave nothing of itself. */
static void store_open__migrates_all_or_nothing(void **state)
{
    struct place *p = *state;
    struct db *db = db_open(p->path, DB_WRITE, &p->err);
    assert_true(db_exec(db, "CREATE TABLE attempts (in_the_way INTEGER)", &p->err));
    db_close(db);
    assert_null(store_open(p->path, &p->err));
    assert_int_equal(p->err.kind, ERR_IO);

    db = db_open(p->path, DB_WRITE, &p->err);
    int version = -1;
    assert_true(db_schema_version(db, &version, &p->err));
    assert_int_equal(version, 0);
    assert_false(db_exec(db, "SELECT * FROM users", &p->err));
    assert_true(db_exec(db, "DROP TABLE attempts", &p->err));
    db_close(db);
    store_close(open_store(p));
}

static void store_open__says_what_a_damaged_file_needs(void **state)
{
    struct place *p = *state;
    free(tmpdir_write(&p->dir, "checkhook.db",
                      "no database, but long enough to be looked at twice"));
    assert_null(store_open(p->path, &p->err));
    assert_int_equal(p->err.kind, ERR_IO);
    assert_non_null(strstr(p->err.text, "move the file away"));
}

/* The superuser as well is bound by the modes of files after this. */
static bool drop_rights(void)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {0};
    return syscall(SYS_capset, &head, none) == 0;
}

/* What a user without any right to write finds; the exit code names the step that failed. */
static int look_without_rights(const char *path)
{
    struct error err = {0};
    if (!drop_rights())
        return 1;
    struct store *s = store_open(path, &err);
    if (!s) {
        fprintf(stderr, "%s\n", err.text);
        return 2;
    }
    if (!has_event(s, "1"))
        return 3;
    if (outbox_forget_facts(s, "1", &err) || err.kind != ERR_IO ||
        !strstr(err.text, "cannot be written"))
        return 4;
    store_close(s);
    return 0;
}

static void store_open__reads_where_it_may_not_write(void **state)
{
    struct place *p = *state;
    struct store *s = open_store(p);
    add_event(s, "1", &p->err);
    store_close(s);
    assert_int_equal(chmod(p->path, 0444), 0);
    assert_int_equal(chmod(p->dir.path, 0555), 0);
    pid_t pid = fork();
    if (pid == 0)
        _exit(look_without_rights(p->path));
    int status = -1;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(chmod(p->dir.path, 0700), 0);
    assert_int_equal(status, 0);
}

static void store_commit__shows_all_or_nothing_to_others(void **state)
{
    struct place *p = *state;
    struct store *a = open_store(p), *b = open_store(p);
    assert_true(store_begin(a, &p->err));
    add_event(a, "1", &p->err);
    assert_false(has_event(b, "1"));
    store_rollback(a);
    assert_false(has_event(a, "1"));
    assert_true(store_begin(a, &p->err));
    add_event(a, "2", &p->err);
    assert_true(store_commit(a, &p->err));
    assert_true(has_event(b, "2"));
    store_close(a);
    store_close(b);
}

static void store_version__grows_for_every_watcher(void **state)
{
    struct place *p = *state;
    struct store *a = open_store(p), *b = open_store(p);
    int64_t before_a = store_version(a), before_b = store_version(b);
    assert_int_equal(store_version(a), before_a);
    assert_int_equal(store_version(b), before_b);
    add_event(a, "1", &p->err);
    assert_true(store_version(a) > before_a);
    assert_true(store_version(b) > before_b);
    store_close(a);
    store_close(b);
}

static void store_close__takes_back_what_was_not_committed(void **state)
{
    struct place *p = *state;
    struct store *s = open_store(p);
    assert_true(store_begin(s, &p->err));
    add_event(s, "1", &p->err);
    store_close(s);
    store_close(NULL);
    s = open_store(p);
    assert_false(has_event(s, "1"));
    store_close(s);
}

static int64_t log_size(const struct place *p)
{
    char *path = mem_printf("%s-wal", p->path);
    struct stat found = {0};
    assert_int_equal(stat(path, &found), 0);
    free(path);
    return found.st_size;
}

/* One large change makes a large log; its space is given back with the next one, or the one after
 * it. */
static void store_commit__gives_back_what_a_large_change_took(void **state)
{
    enum { LARGE = 40 << 20, SMALL = 17 << 20 };
    struct place *p = *state;
    struct store *s = open_store(p);
    struct db *db = store_db(s);
    assert_true(db_exec(db, "CREATE TABLE t (b BLOB)", &p->err));
    assert_true(db_exec(db, "INSERT INTO t VALUES (zeroblob(41943040))", &p->err));
    assert_true(log_size(p) > LARGE);
    assert_true(db_exec(db, "INSERT INTO t VALUES (NULL)", &p->err));
    assert_true(db_exec(db, "INSERT INTO t VALUES (NULL)", &p->err));
    assert_in_range(log_size(p), 1, SMALL);
    store_close(s);
}

static void store_open_empty__needs_no_file(void **state)
{
    struct place *p = *state;
    struct store *s = store_open_empty(&p->err);
    assert_non_null(s);
    assert_string_equal(store_path(s), "");
    assert_false(has_event(s, "1"));
    store_close(s);
    assert_false(tmpdir_exists(&p->dir, "checkhook.db"));
}

int main(void)
{
#define PLACED(f) cmocka_unit_test_setup_teardown(f, make_place, drop_place)
    const struct CMUnitTest tests[] = {
        PLACED(store_open__makes_every_table_once),
        PLACED(store_open__refuses_a_newer_database),
        PLACED(store_open__migrates_all_or_nothing),
        PLACED(store_open__says_what_a_damaged_file_needs),
        PLACED(store_open__reads_where_it_may_not_write),
        PLACED(store_commit__shows_all_or_nothing_to_others),
        PLACED(store_version__grows_for_every_watcher),
        PLACED(store_close__takes_back_what_was_not_committed),
        PLACED(store_commit__gives_back_what_a_large_change_took),
        PLACED(store_open_empty__needs_no_file),
    };
    return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
