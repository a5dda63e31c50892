/* Data sets: loads that are whole or nothing, stable uids, lists of them. */
#include "tests/support/loadbed.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/base/mem.h"

enum { COLUMNS_MAX = 40 };

static const char one_role[] = "role=admin tier=2 assignment=active";

/* Loads users "1" … "count", each with one role. */
static void load(struct loadbed *bed, const char *source, int count)
{
    LOADBED_BEGIN(bed, .source = source, .loaded_at = 1000);
    for (int i = 1; i <= count; i++) {
        char text[48];
        snprintf(text, sizeof text, "id=%d login=%d roles_known=1", i, i);
        loadbed_row(bed, role_columns, loadbed_add(bed, text), one_role);
    }
    loadbed_finish(bed);
}

static int64_t stamp_of(struct loadbed *bed)
{
    int64_t stamp = -1;
    loadbed_check(bed, datasets_stamp(bed->store, &stamp, &bed->err));
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
    struct loadbed *bed = *state;
    for (size_t t = 0; t < ARRAY_LEN(tables); t++) {
        char sql[256];
        int64_t count = 0;
        for (const struct column *c = tables[t].columns; c->name; c++, count++) {
            snprintf(sql, sizeof sql,
                     "SELECT count(*) FROM pragma_table_info('%s') WHERE name = '%s'",
                     tables[t].table, c->name);
            if (loadbed_number(bed, sql) != 1)
                fail_msg("%s.%s is no column", tables[t].table, c->name);
            assert_true((c->kind == COLUMN_CHOICE) == (c->choices != NULL));
        }
        snprintf(sql, sizeof sql, "SELECT count(*) FROM pragma_table_info('%s')", tables[t].table);
        assert_int_equal(loadbed_number(bed, sql), count + tables[t].own_count);
    }
}

static void datasets_add_user__stores_every_column(void **state)
{
    struct loadbed *bed = *state;
    LOADBED_BEGIN(bed, .source = "okta", .loaded_at = 1000);
    int64_t uid = loadbed_add(bed, "id=u1 login=Ann@example.com status=active factors_known=1"
                                   " last_login_at=1700000000 manager=");
    loadbed_finish(bed);
    assert_int_equal(loadbed_number(bed, "SELECT uid FROM users WHERE source = 'okta' AND id = 'u1'"
                                         " AND login = 'Ann@example.com' AND status = 'active'"
                                         " AND last_login_at = 1700000000 AND factors_known = 1"
                                         " AND enabled IS NULL AND email IS NULL AND manager = ''"),
                     uid);
}

static void datasets_add_row__fills_every_child_table(void **state)
{
    struct loadbed *bed = *state;
    LOADBED_BEGIN(bed, .source = "aws", .format = "checkhook-csv", .loaded_at = 1000);
    int64_t uid = loadbed_add(bed, "id=1 login=ann");
    loadbed_row(bed, factor_columns, uid, "kind=totp strength=2 status=active");
    loadbed_row(bed, role_columns, uid, one_role);
    for (int i = 0; i < 2; i++)
        loadbed_row(bed, sign_in_columns, uid, "at=77 result=failure");
    loadbed_row(bed, credential_columns, uid,
                "cred_id=AKIA1 kind=access_key active=1 last_used_known=0");
    loadbed_finish(bed);
    struct dataset_list list = {0};
    loadbed_check(bed, datasets_list(bed->store, &list, &bed->err));
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
    assert_int_equal(loadbed_number(bed, "SELECT count(*) FROM factors WHERE kind = 'totp'"
                                         " AND strength = 2 AND provider IS NULL"),
                     1);
}

static void datasets_finish__keeps_uids_and_drops_who_is_gone(void **state)
{
    struct loadbed *bed = *state;
    load(bed, "a", 3);
    load(bed, "b", 2);
    int64_t second = loadbed_number(bed, "SELECT uid FROM users WHERE source = 'a' AND id = '2'");
    int64_t last = loadbed_number(bed, "SELECT max(uid) FROM users");

    LOADBED_BEGIN(bed, .source = "a", .loaded_at = 2000);
    assert_int_equal(loadbed_try(bed->store, "id=2 login=renamed", &bed->err), second);
    assert_true(loadbed_try(bed->store, "id=9 login=new", &bed->err) > last);
    loadbed_finish(bed);
    assert_int_equal(loadbed_number(bed, "SELECT count(*) FROM users WHERE source = 'a'"), 2);
    assert_int_equal(loadbed_number(bed, "SELECT count(*) FROM users WHERE login = 'renamed'"), 1);
    /* the roles of a are gone with the load that had none; those of b stay */
    assert_int_equal(loadbed_number(bed, "SELECT count(*) FROM roles"), 2);
    assert_int_equal(loadbed_number(bed, "SELECT loaded_at FROM datasets WHERE source = 'a'"),
                     2000);
    assert_int_equal(loadbed_number(bed, "SELECT count(*) FROM datasets WHERE complete = 1"), 2);
}

/* Also when all users of all sources are gone. */
static void datasets_add_user__never_gives_a_uid_twice(void **state)
{
    struct loadbed *bed = *state;
    load(bed, "a", 3);
    loadbed_check(bed, datasets_remove(bed->store, "a", &bed->err));
    LOADBED_BEGIN(bed, .source = "a", .loaded_at = 2000);
    assert_int_equal(loadbed_try(bed->store, "id=1 login=1", &bed->err), 4);
    loadbed_finish(bed);
}

static void load_with_department(struct loadbed *bed, const char *department)
{
    char text[64] = "id=1 login=ann";
    if (department)
        snprintf(text, sizeof text, "id=1 login=ann department=%s", department);
    LOADBED_BEGIN(bed, .source = "a", .loaded_at = 1000);
    loadbed_add(bed, text);
    loadbed_finish(bed);
}

static void datasets_add_user__sees_a_value_come_and_go(void **state)
{
    struct loadbed *bed = *state;
    load_with_department(bed, NULL);
    load_with_department(bed, "Sales");
    assert_int_equal(loadbed_number(bed, "SELECT count(*) FROM users WHERE department = 'Sales'"),
                     1);
    load_with_department(bed, "sales");
    assert_int_equal(loadbed_number(bed, "SELECT count(*) FROM users WHERE department = 'sales'"),
                     1);
    load_with_department(bed, "sales");
    load_with_department(bed, NULL);
    assert_int_equal(loadbed_number(bed, "SELECT count(*) FROM users WHERE department IS NULL"), 1);
}

static void datasets_add_user__refuses_a_second_user_of_the_same_id(void **state)
{
    struct loadbed *bed = *state;
    load(bed, "a", 2);
    LOADBED_BEGIN(bed, .source = "a", .loaded_at = 2000);
    assert_true(loadbed_try(bed->store, "id=1 login=first", &bed->err) > 0);
    assert_int_equal(loadbed_try(bed->store, "id=1 login=second", &bed->err), 0);
    assert_int_equal(bed->err.kind, ERR_INVALID);
    assert_non_null(strstr(bed->err.text, "'1'"));
    datasets_abandon(bed->store);
    assert_int_equal(loadbed_number(bed, "SELECT count(*) FROM users WHERE login IN ('1', '2')"),
                     2);
}

static void datasets_add_user__refuses_null_where_a_value_must_be(void **state)
{
    struct loadbed *bed = *state;
    struct value values[COLUMNS_MAX] = {{.kind = VALUE_NULL}};
    int64_t uid = 0;
    LOADBED_BEGIN(bed, .source = "a", .loaded_at = 2000);
    for (const struct column *c = user_columns; c->name; c++)
        if (strcmp(c->name, "status") != 0)
            values[c - user_columns] = (struct value){.kind = VALUE_INT, .number = 1};
    assert_false(datasets_add_user(bed->store, values, &uid, &bed->err));
    assert_int_equal(bed->err.kind, ERR_INVALID);
    assert_non_null(strstr(bed->err.text, "users.status"));
    datasets_abandon(bed->store);
    assert_int_equal(loadbed_number(bed, "SELECT count(*) FROM datasets"), 0);
}

static void datasets_abandon__leaves_the_old_set(void **state)
{
    struct loadbed *bed = *state;
    load(bed, "a", 5);
    int64_t stamp = stamp_of(bed);
    LOADBED_BEGIN(bed, .source = "a", .loaded_at = 2000);
    assert_true(loadbed_try(bed->store, "id=1 login=other", &bed->err) > 0);
    datasets_abandon(bed->store);
    datasets_abandon(bed->store);
    assert_int_equal(loadbed_number(bed, "SELECT count(*) FROM users"), 5);
    assert_int_equal(loadbed_number(bed, "SELECT count(*) FROM roles"), 5);
    assert_int_equal(loadbed_number(bed, "SELECT count(*) FROM users WHERE login = 'other'"), 0);
    assert_int_equal(stamp_of(bed), stamp);
    load(bed, "a", 6);
    assert_int_equal(loadbed_number(bed, "SELECT count(*) FROM users"), 6);
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
        char text[64];
        snprintf(text, sizeof text, "id=half-%d login=half-%d", i, i);
        if (loadbed_try(s, text, &err) == 0)
            _exit(2);
    }
    raise(SIGKILL);
}

static void datasets_begin__a_killed_load_leaves_the_old_set(void **state)
{
    struct loadbed *bed = *state;
    load(bed, "a", 5);
    store_close(bed->store);
    pid_t pid = fork();
    if (pid == 0)
        die_in_a_load(bed->path);
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    bed->store = store_open(bed->path, &bed->err);
    assert_non_null(bed->store);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(loadbed_number(bed, "SELECT count(*) FROM users"), 5);
    assert_int_equal(loadbed_number(bed, "SELECT count(*) FROM roles"), 5);
    assert_int_equal(loadbed_number(bed, "SELECT loaded_at FROM datasets"), 1000);
}

static void datasets_stamp__changes_with_every_load_and_removal(void **state)
{
    struct loadbed *bed = *state;
    int64_t empty = stamp_of(bed);
    load(bed, "a", 1);
    int64_t loaded = stamp_of(bed);
    load(bed, "a", 1);
    int64_t again = stamp_of(bed);
    loadbed_check(bed, datasets_remove(bed->store, "a", &bed->err));
    assert_true(empty < loaded && loaded < again && again < stamp_of(bed));
}

static void datasets_remove__takes_one_source_only(void **state)
{
    struct loadbed *bed = *state;
    load(bed, "a", 3);
    load(bed, "b", 2);
    loadbed_check(bed, datasets_remove(bed->store, "a", &bed->err));
    struct dataset_list list = {0};
    loadbed_check(bed, datasets_list(bed->store, &list, &bed->err));
    assert_int_equal(list.count, 1);
    assert_string_equal(list.items[0].source, "b");
    dataset_list_release(&list);
    assert_int_equal(loadbed_number(bed, "SELECT count(*) FROM users"), 2);
    assert_int_equal(loadbed_number(bed, "SELECT count(*) FROM roles"), 2);
    int64_t stamp = stamp_of(bed);
    assert_false(datasets_remove(bed->store, "a", &bed->err));
    assert_int_equal(bed->err.kind, ERR_NOT_FOUND);
    assert_int_equal(stamp_of(bed), stamp);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, loadbed_setup, loadbed_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(columns__are_those_of_the_tables),
        TEST(datasets_add_user__stores_every_column),
        TEST(datasets_add_row__fills_every_child_table),
        TEST(datasets_finish__keeps_uids_and_drops_who_is_gone),
        TEST(datasets_add_user__never_gives_a_uid_twice),
        TEST(datasets_add_user__sees_a_value_come_and_go),
        TEST(datasets_add_user__refuses_a_second_user_of_the_same_id),
        TEST(datasets_add_user__refuses_null_where_a_value_must_be),
        TEST(datasets_abandon__leaves_the_old_set),
        TEST(datasets_begin__a_killed_load_leaves_the_old_set),
        TEST(datasets_stamp__changes_with_every_load_and_removal),
        TEST(datasets_remove__takes_one_source_only),
    };
    return cmocka_run_group_tests_name("datasets", tests, NULL, NULL);
}
