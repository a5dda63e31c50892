/* Data sets: loads that are whole or nothing, stable uids, lists, listing of users. */
#include "core/store/datasets.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/store/db.h"
#include "core/store/users.h"
#include "tests/support/tmpdir.h"

enum { COLUMNS_MAX = 40 };

struct fixture {
    struct tmpdir dir;
    char *path;
    struct store *store;
    struct error err;
};

static int make_fixture(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    tmpdir_init(&f->dir);
    f->path = tmpdir_path(&f->dir, "checkhook.db");
    f->store = store_open(f->path, &f->err);
    *state = f;
    return f->store ? 0 : -1;
}

static int drop_fixture(void **state)
{
    struct fixture *f = *state;
    store_close(f->store);
    tmpdir_release(&f->dir);
    free(f->path);
    free(f);
    return 0;
}

static void check(bool ok, const struct error *err)
{
    if (!ok)
        fail_msg("unexpected error: %s", err->text);
}

static size_t place_of(const struct column *table, const char *name)
{
    size_t i = 0;
    while (table[i].name && strcmp(table[i].name, name) != 0)
        i++;
    if (!table[i].name)
        fail_msg("no column %s", name);
    return i;
}

static void set_text(const struct column *table, struct value *values, const char *name,
                     const char *text)
{
    values[place_of(table, name)] = (struct value){.kind = VALUE_TEXT, .text = text};
}

static void set_int(const struct column *table, struct value *values, const char *name,
                    int64_t number)
{
    values[place_of(table, name)] = (struct value){.kind = VALUE_INT, .number = number};
}

/* A user with the values that may not be null, and nothing else. */
static void plain_user(struct value *values, const char *id, const char *login)
{
    memset(values, 0, COLUMNS_MAX * sizeof *values);
    set_text(user_columns, values, "id", id);
    set_text(user_columns, values, "login", login);
    set_text(user_columns, values, "status", "active");
    set_int(user_columns, values, "last_login_known", 0);
    set_int(user_columns, values, "factors_known", 1);
    set_int(user_columns, values, "roles_known", 1);
    set_int(user_columns, values, "sign_ins_known", 1);
    set_int(user_columns, values, "credentials_known", 1);
}

static int64_t add_user(struct store *s, const char *id, const char *login, struct error *err)
{
    struct value values[COLUMNS_MAX];
    int64_t uid = 0;
    plain_user(values, id, login);
    return datasets_add_user(s, values, &uid, err) ? uid : 0;
}

static bool add_role(struct store *s, int64_t uid, const char *role, struct error *err)
{
    struct value values[COLUMNS_MAX] = {0};
    set_text(role_columns, values, "role", role);
    set_int(role_columns, values, "tier", 2);
    set_text(role_columns, values, "assignment", "active");
    return datasets_add_row(s, role_columns, uid, values, err);
}

static void begin(struct fixture *f, const char *source, int64_t now)
{
    const struct dataset_info info = {
        .source = source, .format = "checkhook-csv", .loaded_at = now};
    check(datasets_begin(f->store, &info, &f->err), &f->err);
}

/* Loads users "1" … "count", each with one role. */
static void load(struct fixture *f, const char *source, int count)
{
    begin(f, source, 1000);
    for (int i = 1; i <= count; i++) {
        char id[16];
        snprintf(id, sizeof id, "%d", i);
        int64_t uid = add_user(f->store, id, id, &f->err);
        check(uid > 0 && add_role(f->store, uid, "admin", &f->err), &f->err);
    }
    check(datasets_finish(f->store, &f->err), &f->err);
}

static int64_t ask(struct store *s, const char *sql)
{
    struct error err = {0};
    struct stmt *st = db_prepare(store_db(s), sql, &err);
    if (!st || stmt_step(st, &err) != STEP_ROW)
        fail_msg("%s: %s", sql, err.text);
    int64_t value = stmt_int(st, 0);
    stmt_reset(st);
    return value;
}

static int64_t stamp_of(struct fixture *f)
{
    int64_t stamp = -1;
    check(datasets_stamp(f->store, &stamp, &f->err), &f->err);
    return stamp;
}

/* Every row of a column table is a column of the SQL table of that name, in both directions. */
static void columns__are_those_of_the_tables(void **state)
{
    static const struct {
        const char *table;
        const struct column *columns;
        int64_t own_count;
    } tables[] = {
        {"users", user_columns, 2},
        {"factors", factor_columns, 2},
        {"roles", role_columns, 2},
        {"sign_ins", sign_in_columns, 2},
        {"credentials", credential_columns, 2},
    };
    struct fixture *f = *state;
    for (size_t t = 0; t < ARRAY_LEN(tables); t++) {
        char sql[256];
        int64_t count = 0;
        for (const struct column *c = tables[t].columns; c->name; c++, count++) {
            snprintf(sql, sizeof sql,
                     "SELECT count(*) FROM pragma_table_info('%s') WHERE name = '%s'",
                     tables[t].table, c->name);
            if (ask(f->store, sql) != 1)
                fail_msg("%s.%s is no column", tables[t].table, c->name);
            assert_true((c->kind == COLUMN_CHOICE) == (c->choices != NULL));
        }
        snprintf(sql, sizeof sql, "SELECT count(*) FROM pragma_table_info('%s')", tables[t].table);
        assert_int_equal(ask(f->store, sql), count + tables[t].own_count);
    }
}

static void datasets_add_user__stores_every_column(void **state)
{
    struct fixture *f = *state;
    struct value values[COLUMNS_MAX];
    plain_user(values, "u1", "Ann@example.com");
    set_int(user_columns, values, "last_login_at", INT64_C(1700000000));
    set_text(user_columns, values, "manager", "");
    begin(f, "okta", 1000);
    int64_t uid = 0;
    check(datasets_add_user(f->store, values, &uid, &f->err), &f->err);
    check(datasets_finish(f->store, &f->err), &f->err);
    assert_int_equal(ask(f->store, "SELECT uid FROM users WHERE source = 'okta' AND id = 'u1'"
                                   " AND login = 'Ann@example.com' AND status = 'active'"
                                   " AND last_login_at = 1700000000 AND factors_known = 1"
                                   " AND enabled IS NULL AND email IS NULL AND manager = ''"),
                     uid);
}

static void datasets_add_row__fills_every_child_table(void **state)
{
    struct fixture *f = *state;
    struct value factor[COLUMNS_MAX] = {0}, sign_in[COLUMNS_MAX] = {0},
                 credential[COLUMNS_MAX] = {0};
    set_text(factor_columns, factor, "kind", "totp");
    set_int(factor_columns, factor, "strength", 2);
    set_text(factor_columns, factor, "status", "active");
    set_int(sign_in_columns, sign_in, "at", 77);
    set_text(sign_in_columns, sign_in, "result", "failure");
    set_text(credential_columns, credential, "cred_id", "AKIA1");
    set_text(credential_columns, credential, "kind", "access_key");
    set_int(credential_columns, credential, "active", 1);
    set_int(credential_columns, credential, "last_used_known", 0);
    begin(f, "aws", 1000);
    int64_t uid = add_user(f->store, "1", "ann", &f->err);
    check(datasets_add_row(f->store, factor_columns, uid, factor, &f->err) &&
              add_role(f->store, uid, "admin", &f->err) &&
              datasets_add_row(f->store, sign_in_columns, uid, sign_in, &f->err) &&
              datasets_add_row(f->store, sign_in_columns, uid, sign_in, &f->err) &&
              datasets_add_row(f->store, credential_columns, uid, credential, &f->err) &&
              datasets_finish(f->store, &f->err),
          &f->err);
    struct dataset_list list = {0};
    check(datasets_list(f->store, &list, &f->err), &f->err);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.items[0].source, "aws");
    assert_string_equal(list.items[0].format, "checkhook-csv");
    assert_int_equal(list.items[0].loaded_at, 1000);
    assert_int_equal(list.items[0].users, 1);
    assert_int_equal(list.items[0].factors, 1);
    assert_int_equal(list.items[0].roles, 1);
    assert_int_equal(list.items[0].sign_ins, 2);
    assert_int_equal(list.items[0].credentials, 1);
    dataset_list_release(&list);
    assert_int_equal(ask(f->store, "SELECT count(*) FROM factors WHERE kind = 'totp'"
                                   " AND strength = 2 AND provider IS NULL"),
                     1);
}

static void datasets_finish__keeps_uids_and_drops_who_is_gone(void **state)
{
    struct fixture *f = *state;
    load(f, "a", 3);
    load(f, "b", 2);
    int64_t second = ask(f->store, "SELECT uid FROM users WHERE source = 'a' AND id = '2'");
    int64_t last = ask(f->store, "SELECT max(uid) FROM users");

    begin(f, "a", 2000);
    assert_int_equal(add_user(f->store, "2", "renamed", &f->err), second);
    assert_true(add_user(f->store, "9", "new", &f->err) > last);
    check(datasets_finish(f->store, &f->err), &f->err);
    assert_int_equal(ask(f->store, "SELECT count(*) FROM users WHERE source = 'a'"), 2);
    assert_int_equal(ask(f->store, "SELECT count(*) FROM users WHERE login = 'renamed'"), 1);
    /* the roles of a are gone with the load that had none; those of b stay */
    assert_int_equal(ask(f->store, "SELECT count(*) FROM roles"), 2);
    assert_int_equal(ask(f->store, "SELECT loaded_at FROM datasets WHERE source = 'a'"), 2000);
    assert_int_equal(ask(f->store, "SELECT count(*) FROM datasets WHERE complete = 1"), 2);
}

/* The first of very many users get their index when all are there; nobody sees a difference. */
enum { VERY_MANY = 10050 };

static void add_many(struct fixture *f, int64_t count)
{
    for (int64_t i = 1; i <= count; i++) {
        char id[32];
        snprintf(id, sizeof id, "%d", (int)(i * 7919 % 1000003));
        const int64_t uid = add_user(f->store, id, id, &f->err);
        check(uid == i && add_role(f->store, uid, "admin", &f->err), &f->err);
    }
}

static void expect_indexes(struct fixture *f)
{
    assert_int_equal(ask(f->store, "SELECT count(*) FROM sqlite_master WHERE type = 'index'"
                                   " AND name IN ('users_id', 'users_email')"),
                     2);
}

static void datasets_finish__takes_very_many_first_users(void **state)
{
    struct fixture *f = *state;
    int64_t uid = 0;
    begin(f, "a", 1000);
    add_many(f, VERY_MANY);
    check(datasets_find_user(f->store, "7919", NULL, &uid, &f->err), &f->err);
    assert_int_equal(uid, 1);
    assert_int_equal(add_user(f->store, "7919", "second", &f->err), 0);
    assert_string_equal(f->err.text, "a second user has the id '7919'");
    datasets_abandon(f->store);
    expect_indexes(f);
    assert_int_equal(ask(f->store, "SELECT count(*) FROM users"), 0);
    begin(f, "a", 1000);
    add_many(f, VERY_MANY);
    check(datasets_finish(f->store, &f->err), &f->err);
    expect_indexes(f);
    assert_int_equal(ask(f->store, "SELECT count(*) FROM users"), VERY_MANY);
    /* Again, the other way round. */
    begin(f, "a", 2000);
    for (int64_t i = VERY_MANY; i >= 1; i--) {
        char id[32];
        snprintf(id, sizeof id, "%d", (int)(i * 7919 % 1000003));
        assert_int_equal(add_user(f->store, id, id, &f->err), i);
    }
    check(datasets_finish(f->store, &f->err), &f->err);
    assert_int_equal(ask(f->store, "SELECT count(*) FROM users"), VERY_MANY);
    assert_int_equal(ask(f->store, "SELECT count(*) FROM roles"), 0);
}

static void datasets_finish__refuses_a_second_user_among_very_many(void **state)
{
    struct fixture *f = *state;
    begin(f, "a", 1000);
    add_many(f, VERY_MANY);
    assert_int_equal(add_user(f->store, "7919", "second", &f->err), VERY_MANY + 1);
    assert_false(datasets_finish(f->store, &f->err));
    assert_int_equal(f->err.kind, ERR_INVALID);
    assert_string_equal(f->err.text, "a second user has the id '7919': they are numbers 1 and 10051"
                                     " of the users");
    assert_int_equal(ask(f->store, "SELECT count(*) FROM users"), 0);
    expect_indexes(f);
}

static void datasets_add_user__refuses_a_second_one_at_once_where_told(void **state)
{
    struct fixture *f = *state;
    const struct dataset_info info = {
        .source = "a", .format = "checkhook-csv", .loaded_at = 1000, .lenient = true};
    check(datasets_begin(f->store, &info, &f->err), &f->err);
    add_many(f, VERY_MANY);
    assert_int_equal(add_user(f->store, "7919", "second", &f->err), 0);
    assert_string_equal(f->err.text, "a second user has the id '7919'");
    datasets_abandon(f->store);
}

/* Also when all users of all sources are gone. */
static void datasets_add_user__never_gives_a_uid_twice(void **state)
{
    struct fixture *f = *state;
    load(f, "a", 3);
    check(datasets_remove(f->store, "a", &f->err), &f->err);
    begin(f, "a", 2000);
    assert_int_equal(add_user(f->store, "1", "1", &f->err), 4);
    check(datasets_finish(f->store, &f->err), &f->err);
}

static void load_with_department(struct fixture *f, const char *department)
{
    struct value values[COLUMNS_MAX];
    int64_t uid = 0;
    plain_user(values, "1", "ann");
    if (department)
        set_text(user_columns, values, "department", department);
    begin(f, "a", 1000);
    check(datasets_add_user(f->store, values, &uid, &f->err), &f->err);
    check(datasets_finish(f->store, &f->err), &f->err);
}

static void datasets_add_user__sees_a_value_come_and_go(void **state)
{
    struct fixture *f = *state;
    load_with_department(f, NULL);
    load_with_department(f, "Sales");
    assert_int_equal(ask(f->store, "SELECT count(*) FROM users WHERE department = 'Sales'"), 1);
    load_with_department(f, "sales");
    assert_int_equal(ask(f->store, "SELECT count(*) FROM users WHERE department = 'sales'"), 1);
    load_with_department(f, "sales");
    load_with_department(f, NULL);
    assert_int_equal(ask(f->store, "SELECT count(*) FROM users WHERE department IS NULL"), 1);
}

static void datasets_add_user__refuses_a_second_user_of_the_same_id(void **state)
{
    struct fixture *f = *state;
    load(f, "a", 2);
    begin(f, "a", 2000);
    assert_true(add_user(f->store, "1", "first", &f->err) > 0);
    assert_int_equal(add_user(f->store, "1", "second", &f->err), 0);
    assert_int_equal(f->err.kind, ERR_INVALID);
    assert_non_null(strstr(f->err.text, "'1'"));
    datasets_abandon(f->store);
    assert_int_equal(ask(f->store, "SELECT count(*) FROM users WHERE login IN ('1', '2')"), 2);
}

static void datasets_add_user__refuses_null_where_a_value_must_be(void **state)
{
    struct fixture *f = *state;
    struct value values[COLUMNS_MAX];
    int64_t uid = 0;
    begin(f, "a", 2000);
    plain_user(values, "1", "ann");
    values[place_of(user_columns, "status")] = (struct value){.kind = VALUE_NULL};
    assert_false(datasets_add_user(f->store, values, &uid, &f->err));
    assert_int_equal(f->err.kind, ERR_INVALID);
    assert_non_null(strstr(f->err.text, "users.status"));
    datasets_abandon(f->store);
    assert_int_equal(ask(f->store, "SELECT count(*) FROM datasets"), 0);
}

static void datasets_abandon__leaves_the_old_set(void **state)
{
    struct fixture *f = *state;
    load(f, "a", 5);
    int64_t stamp = stamp_of(f);
    begin(f, "a", 2000);
    assert_true(add_user(f->store, "1", "other", &f->err) > 0);
    datasets_abandon(f->store);
    datasets_abandon(f->store);
    assert_int_equal(ask(f->store, "SELECT count(*) FROM users"), 5);
    assert_int_equal(ask(f->store, "SELECT count(*) FROM roles"), 5);
    assert_int_equal(ask(f->store, "SELECT count(*) FROM users WHERE login = 'other'"), 0);
    assert_int_equal(stamp_of(f), stamp);
    load(f, "a", 6);
    assert_int_equal(ask(f->store, "SELECT count(*) FROM users"), 6);
}

/* Loads half of a set in a process of its own and dies by SIGKILL. */
static void die_in_a_load(const char *path)
{
    struct error err = {0};
    struct store *s = store_open(path, &err);
    const struct dataset_info info = {.source = "a", .format = "x", .loaded_at = 3000};
    if (!s || !datasets_begin(s, &info, &err))
        _exit(1);
    for (int i = 0; i < 20000; i++) { /* enough to spill into the log */
        char id[32];
        snprintf(id, sizeof id, "half-%d", i);
        if (add_user(s, id, id, &err) == 0)
            _exit(2);
    }
    raise(SIGKILL);
}

static void datasets_begin__a_killed_load_leaves_the_old_set(void **state)
{
    struct fixture *f = *state;
    load(f, "a", 5);
    store_close(f->store);
    pid_t pid = fork();
    if (pid == 0)
        die_in_a_load(f->path);
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    f->store = store_open(f->path, &f->err);
    assert_non_null(f->store);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(ask(f->store, "SELECT count(*) FROM users"), 5);
    assert_int_equal(ask(f->store, "SELECT count(*) FROM roles"), 5);
    assert_int_equal(ask(f->store, "SELECT loaded_at FROM datasets"), 1000);
}

static void datasets_stamp__changes_with_every_load_and_removal(void **state)
{
    struct fixture *f = *state;
    int64_t empty = stamp_of(f);
    load(f, "a", 1);
    int64_t loaded = stamp_of(f);
    load(f, "a", 1);
    int64_t again = stamp_of(f);
    check(datasets_remove(f->store, "a", &f->err), &f->err);
    assert_true(empty < loaded && loaded < again && again < stamp_of(f));
}

static void datasets_remove__takes_one_source_only(void **state)
{
    struct fixture *f = *state;
    load(f, "a", 3);
    load(f, "b", 2);
    check(datasets_remove(f->store, "a", &f->err), &f->err);
    struct dataset_list list = {0};
    check(datasets_list(f->store, &list, &f->err), &f->err);
    assert_int_equal(list.count, 1);
    assert_string_equal(list.items[0].source, "b");
    dataset_list_release(&list);
    assert_int_equal(ask(f->store, "SELECT count(*) FROM users"), 2);
    assert_int_equal(ask(f->store, "SELECT count(*) FROM roles"), 2);
    int64_t stamp = stamp_of(f);
    assert_false(datasets_remove(f->store, "a", &f->err));
    assert_int_equal(f->err.kind, ERR_NOT_FOUND);
    assert_int_equal(stamp_of(f), stamp);
}

/* --- listing of users ---------------------------------------------------------------------------
 */

struct seen {
    char text[256];
    int stop_after; /* 0 = never */
    int count;
};

static bool note_user(void *ctx, const struct user_row *user, struct error *err)
{
    struct seen *seen = ctx;
    size_t len = strlen(seen->text);
    snprintf(seen->text + len, sizeof seen->text - len, "%s/%s/%s/%d/%s%s ", user->source, user->id,
             user->login, (int)user->since, user->explain, user->unknown ? "?" : "");
    if (++seen->count == seen->stop_after)
        return error_set(err, ERR_CANCELLED, "enough");
    return true;
}

static const char *list_users(struct fixture *f, struct seen *seen, struct user_filter filter)
{
    *seen = (struct seen){0};
    check(users_each(f->store, &filter, note_user, seen, &f->err), &f->err);
    return seen->text;
}

static void load_named_users(struct fixture *f)
{
    begin(f, "a", 1000);
    assert_true(add_user(f->store, "1", "dora", &f->err) > 0);
    assert_true(add_user(f->store, "2", "Ben", &f->err) > 0);
    assert_true(add_user(f->store, "3", "anna", &f->err) > 0);
    check(datasets_finish(f->store, &f->err), &f->err);
    begin(f, "b", 1000);
    assert_true(add_user(f->store, "7", "ben", &f->err) > 0);
    check(datasets_finish(f->store, &f->err), &f->err);
}

static void users_each__lists_all_by_login(void **state)
{
    struct fixture *f = *state;
    struct seen seen;
    load_named_users(f);
    assert_string_equal(list_users(f, &seen, (struct user_filter){0}),
                        "a/3/anna/0/{} a/2/Ben/0/{} b/7/ben/0/{} a/1/dora/0/{} ");
    assert_string_equal(list_users(f, &seen, (struct user_filter){.limit = 2}),
                        "a/3/anna/0/{} a/2/Ben/0/{} ");
    assert_string_equal(list_users(f, &seen, (struct user_filter){.text = "BEN", .limit = 1}),
                        "a/2/Ben/0/{} ");
    assert_string_equal(list_users(f, &seen, (struct user_filter){.source = "b"}), "b/7/ben/0/{} ");
}

static void users_each__lists_those_who_fail_a_check(void **state)
{
    struct fixture *f = *state;
    struct seen seen;
    check(db_exec(store_db(f->store),
                  "INSERT INTO findings (check_id, source, user_id, login, since_s, last_seen_s,"
                  " first_run, resolved_at, stale, explain) VALUES"
                  " ('c', 'a', '1', 'dora', 5, 6, 1, NULL, 1, '{\"k\":1}'),"
                  " ('c', 'a', '2', 'ben', 5, 6, 1, 9, 0, '{}'),"
                  " ('other', 'a', '3', 'anna', 5, 6, 1, NULL, 0, '{}')",
                  &f->err),
          &f->err);
    assert_string_equal(list_users(f, &seen, (struct user_filter){.failing = "c"}),
                        "a/1/dora/5/{\"k\":1}? ");
}

static void users_each__stops_when_the_sink_says_so(void **state)
{
    struct fixture *f = *state;
    struct seen seen = {.stop_after = 2};
    load_named_users(f);
    assert_false(users_each(f->store, &(struct user_filter){0}, note_user, &seen, &f->err));
    assert_int_equal(f->err.kind, ERR_CANCELLED);
    assert_int_equal(seen.count, 2);
}

int main(void)
{
#define FIXED(f) cmocka_unit_test_setup_teardown(f, make_fixture, drop_fixture)
    const struct CMUnitTest tests[] = {
        FIXED(columns__are_those_of_the_tables),
        FIXED(datasets_add_user__stores_every_column),
        FIXED(datasets_add_row__fills_every_child_table),
        FIXED(datasets_finish__keeps_uids_and_drops_who_is_gone),
        FIXED(datasets_finish__takes_very_many_first_users),
        FIXED(datasets_finish__refuses_a_second_user_among_very_many),
        FIXED(datasets_add_user__refuses_a_second_one_at_once_where_told),
        FIXED(datasets_add_user__never_gives_a_uid_twice),
        FIXED(datasets_add_user__sees_a_value_come_and_go),
        FIXED(datasets_add_user__refuses_a_second_user_of_the_same_id),
        FIXED(datasets_add_user__refuses_null_where_a_value_must_be),
        FIXED(datasets_abandon__leaves_the_old_set),
        FIXED(datasets_begin__a_killed_load_leaves_the_old_set),
        FIXED(datasets_stamp__changes_with_every_load_and_removal),
        FIXED(datasets_remove__takes_one_source_only),
        FIXED(users_each__lists_all_by_login),
        FIXED(users_each__lists_those_who_fail_a_check),
        FIXED(users_each__stops_when_the_sink_says_so),
    };
    return cmocka_run_group_tests_name("datasets", tests, NULL, NULL);
}
