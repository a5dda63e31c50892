#ifndef CHECKHOOK_TESTS_SUPPORT_SQL_H
#define CHECKHOOK_TESTS_SUPPORT_SQL_H

#include <stdint.h>

#include "core/base/strbuf.h"
#include "core/store/db.h"

/*
 * What a test asks a database by itself, and does to it. Where that fails, the running test fails
 * at the line of the call, with the statement and what is wrong with it.
 */

/* Statements without an answer. */
#define sql_run(db, sql) sql_run_at(__FILE__, __LINE__, db, sql)
void sql_run_at(const char *file, int line, struct db *db, const char *sql);

/* The number in the first column of the first row, which must be there. */
#define sql_number(db, sql) sql_number_at(__FILE__, __LINE__, db, sql)
int64_t sql_number_at(const char *file, int line, struct db *db, const char *sql);

/* Adds the text in the first column of every row, a line each. */
#define sql_lines(db, sql, out) sql_lines_at(__FILE__, __LINE__, db, sql, out)
void sql_lines_at(const char *file, int line, struct db *db, const char *sql, struct strbuf *out);

/* Those lines have to be these. */
#define sql_expect(db, sql, expected) sql_expect_at(__FILE__, __LINE__, db, sql, expected)
void sql_expect_at(const char *file, int line, struct db *db, const char *sql,
                   const char *expected);

#endif
