/* Statements of tests, which are not the product's own. */
#include "tests/support/sql.h"

#include <string.h>

#include "tests/support/fail.h"

enum { ANSWER_MAX = 8 << 20 };

void sql_run_at(const char *file, int line, struct db *db, const char *sql)
{
    struct error err = {0};
    if (!db_exec(db, sql, &err))
        support_fail_at(file, line, "%s: %s", sql, err.text);
}

int64_t sql_number_at(const char *file, int line, struct db *db, const char *sql)
{
    struct error err = {0};
    struct stmt *st = db_prepare_once(db, sql, &err);
    if (!st || stmt_step(st, &err) != STEP_ROW)
        support_fail_at(file, line, "%s: %s", sql, st && !*err.text ? "no row" : err.text);
    int64_t number = stmt_int(st, 0);
    stmt_free(st);
    return number;
}

void sql_lines_at(const char *file, int line, struct db *db, const char *sql, struct strbuf *out)
{
    struct error err = {0};
    struct stmt *st = db_prepare_once(db, sql, &err);
    enum step step = STEP_FAILED;
    while (st && (step = stmt_step(st, &err)) == STEP_ROW)
        strbuf_addf(out, "%s\n", stmt_text(st, 0));
    if (step != STEP_DONE)
        support_fail_at(file, line, "%s: %s", sql, err.text);
    stmt_free(st);
}

void sql_expect_at(const char *file, int line, struct db *db, const char *sql, const char *expected)
{
    struct strbuf out;
    strbuf_init(&out, ANSWER_MAX);
    sql_lines_at(file, line, db, sql, &out);
    if (strcmp(out.text, expected) != 0)
        support_fail_at(file, line, "%s says\n%s\nand not\n%s", sql, out.text, expected);
    strbuf_release(&out);
}
