/* The empty data sets that expressions are tried against have every column that the real ones have.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/base/mem.h"
#include "core/store/db.h"
#include "core/store/probe.h"
#include "core/store/schema.h"
#include "core/store/store.h"
#include "tests/support/tmpdir.h"

static void try_columns(struct store *store, struct probe *probe, const char *table)
{
    struct error err = {0};
    char *sql = mem_printf("SELECT name FROM pragma_table_info('%s')", table);
    struct stmt *st = db_prepare_once(store_db(store), sql, &err);
    size_t count = 0;

    assert_non_null(st);
    for (; stmt_step(st, &err) == STEP_ROW; count++) {
        char *expression =
            mem_printf("EXISTS (SELECT 1 FROM %s t WHERE t.%s IS NULL)", table, stmt_text(st, 0));
        if (!probe_expression(probe, expression, &err))
            fail_msg("%s: %s", table, err.text);
        free(expression);
    }
    assert_true(count > 3);
    stmt_free(st);
    free(sql);
}

static void probe__has_every_column_of_the_data_sets(void **state)
{
    struct error err = {0};
    struct tmpdir dir;

    (void)state;
    tmpdir_init(&dir);
    char *path = tmpdir_path(&dir, "checkhook.db");
    struct store *store = store_open(path, &err);
    struct probe *probe = probe_new(&err);
    assert_non_null(store);
    assert_non_null(probe);
    for (size_t i = 0; schema_data_tables[i]; i++)
        try_columns(store, probe, schema_data_tables[i]);
    probe_free(probe);
    store_close(store);
    free(path);
    tmpdir_release(&dir);
}

static void probe_expression__says_what_is_wrong(void **state)
{
    static const char *const rows[][2] = {
        {"u.nobody", "no such column: u.nobody"},
        {"EXISTS (SELECT 1 FROM events)", "no such table: events"},
        {"EXISTS (SELECT 1 FROM sqlite_master)", "it reads something else than the data sets"},
        {"randomblob(8)", "not authorized to use function: randomblob"},
        {"u.enabled = ", "near \")\": syntax error"},
        {"\"text\" = u.login", "no such column: text"},
    };
    struct error err = {0};
    struct probe *probe = probe_new(&err);

    (void)state;
    assert_non_null(probe);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_false(probe_expression(probe, rows[i][0], &err));
        assert_int_equal(err.kind, ERR_INVALID);
        assert_string_equal(err.text, rows[i][1]);
    }
    assert_true(probe_expression(probe, "u.enabled = 1 AND u.created_at < :x_days", &err));
    probe_free(probe);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probe__has_every_column_of_the_data_sets),
        cmocka_unit_test(probe_expression__says_what_is_wrong),
    };
    return cmocka_run_group_tests_name("probe", tests, NULL, NULL);
}
