/*
 * One user read back as it was imported: the values of the column tables.
 */
#ifndef CHECKHOOK_CORE_STORE_DATASET_ROWS_H
#define CHECKHOOK_CORE_STORE_DATASET_ROWS_H

#include "core/store/datasets.h"

enum { DATASET_COLUMNS_MAX = 40 };

/* One row; values run parallel to the column table, and are lent with their texts for the call. */
typedef bool values_sink(void *ctx, const struct value *values, struct error *err);

/* The rows of that user in the table: `user_columns` (one, or none where the user is gone),
 * `factor_columns`, `role_columns`, `sign_in_columns` or `credential_columns`. */
bool dataset_rows_each(struct store *s, const struct column *table, int64_t uid, values_sink *sink,
                       void *ctx, struct error *err);

#endif
