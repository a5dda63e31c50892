/* Fuzzes the expressions of checks: SQLite sees what we saw in them, and nothing beyond. */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/checks/expression.h"
#include "core/store/datasets.h"
#include "tests/fuzz/fuzz.h"

static const char *const names[] = {"days", "count", "grace_days"};

static void add_table(sqlite3 *db, const char *name, const char *first,
                      const struct column *columns)
{
    char sql[1024];
    int len = snprintf(sql, sizeof sql, "CREATE TABLE %s (%s", name, first);
    for (; columns->name; columns++)
        len += snprintf(sql + len, sizeof sql - (size_t)len, ", %s", columns->name);
    snprintf(sql + len, sizeof sql - (size_t)len, ")");
    FUZZ_ASSERT_OF(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, sql);
}

static sqlite3 *kept_tables;

static void drop_tables(void)
{
    sqlite3_close(kept_tables);
}

/* Lives as long as the program. */
static sqlite3 *open_tables(void)
{
    if (kept_tables)
        return kept_tables;
    FUZZ_ASSERT(sqlite3_open(":memory:", &kept_tables) == SQLITE_OK);
    add_table(kept_tables, "users", "uid, source", user_columns);
    add_table(kept_tables, "factors", "user_uid", factor_columns);
    add_table(kept_tables, "roles", "user_uid", role_columns);
    atexit(drop_tables);
    return kept_tables;
}

static uint32_t used_in(sqlite3_stmt *st)
{
    uint32_t used = 0;
    for (int i = 1; i <= sqlite3_bind_parameter_count(st); i++) {
        const char *name = sqlite3_bind_parameter_name(st, i);
        FUZZ_ASSERT(name);
        uint32_t bit = strcmp(name, ":now") == 0 ? 1 : 0;
        for (size_t n = 0; n < ARRAY_LEN(names); n++)
            if (strncmp(name, ":c1_", 4) == 0 && strcmp(name + 4, names[n]) == 0)
                bit = UINT32_C(2) << n;
        FUZZ_ASSERT_OF(bit, name);
        used |= bit;
    }
    return used;
}

/* It stands between our parentheses and is one value; what we write after it is still ours. */
static void check_statement(const char *expression, uint32_t used)
{
    char *sql = mem_printf("SELECT (%s), 42 AS ours FROM users u", expression);
    const char *tail = NULL;
    sqlite3_stmt *st = NULL;
    if (sqlite3_prepare_v2(open_tables(), sql, -1, &st, &tail) == SQLITE_OK) {
        FUZZ_ASSERT_OF(*tail == '\0', sql);
        FUZZ_ASSERT_OF(sqlite3_column_count(st) == 2, sql);
        FUZZ_ASSERT_OF(strcmp(sqlite3_column_name(st, 1), "ours") == 0, sql);
        FUZZ_ASSERT_OF(sqlite3_stmt_readonly(st), sql);
        FUZZ_ASSERT_OF(used_in(st) == used, sql);
    }
    sqlite3_finalize(st);
    free(sql);
}

void fuzz_expression(const uint8_t *bytes, size_t len)
{
    char *text = fuzz_text_of(bytes, len);
    uint32_t used = UINT32_MAX;
    struct error err = {0};
    if (!utf8_valid(text, strlen(text))) { /* a catalogue is refused then */
        free(text);
        return;
    }
    char *rewritten = expression_rewrite(text, "c1", names, ARRAY_LEN(names), &used, &err);
    if (rewritten) {
        FUZZ_ASSERT(err.kind == ERR_NONE);
        check_statement(rewritten, used);
    } else {
        FUZZ_ASSERT(used == UINT32_MAX);
        fuzz_assert_error(&err);
    }
    free(rewritten);
    free(text);
}
