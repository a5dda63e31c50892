#ifndef CHECKHOOK_TESTS_SUPPORT_ROWS_H
#define CHECKHOOK_TESTS_SUPPORT_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/store/datasets.h"

enum { ROWS_COLUMNS_MAX = 40 };

/* A whole row is given what may not be null: status unknown, flags 0, and a user's id as his login.
 * One that adds to a row which is there has only what it names. */
enum rows_kind { ROWS_WHOLE, ROWS_ADDS };

/*
 * Reads "COLUMN=VALUE COLUMN=VALUE" into the values of a row of that table; other columns are null.
 * Where a column comes twice, the later one counts. Times are Unix seconds or ago: 90d = exactly 90
 * days before `now`, 90d+1 one second more. The text is cut to pieces, and lent to the values. Dies
 * of a column that is not there.
 */
void rows_read(const struct column *table, enum rows_kind kind, int64_t now, char *text,
               struct value values[static ROWS_COLUMNS_MAX]);

#endif
