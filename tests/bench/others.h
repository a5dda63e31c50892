#ifndef CHECKHOOK_TESTS_BENCH_OTHERS_H
#define CHECKHOOK_TESTS_BENCH_OTHERS_H

#include <stdbool.h>
#include <stddef.h>

#include "tests/bench/process.h"

/* Other people's programs at the same work, each as a command of its own. */

/* The CSV with `sqlite3`'s .import into a new database at `db`, keyed by the source's id, WAL. */
struct usage sqlite_import(const char *csv, const char *header, const char *db);

/* Writes a script for `sqlite3`: how many users of the store in `home` fail each of its checks, in
 * one pass over them, each expression as the catalogue has it. Gives the number of checks. */
size_t sqlite_checks_write(const char *home, const char *script);

struct usage sqlite_checks(const char *script);

/* The simple ones of the checks over the JSON Lines file; OTHERS_CHECKS of them. */
enum { OTHERS_CHECKS = 20 };
struct usage python_checks(const char *jsonl);
struct usage jq_checks(const char *jsonl);

/* Is there such a program? */
bool program_exists(const char *name);

#endif
