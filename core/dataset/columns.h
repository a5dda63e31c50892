/*
 * Columns: names and values of an import file against the column tables of the store
 * (core/store/datasets.h). Errors here say why; the caller puts the place in front.
 */
#ifndef CHECKHOOK_CORE_DATASET_COLUMNS_H
#define CHECKHOOK_CORE_DATASET_COLUMNS_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"
#include "core/store/datasets.h"

size_t column_count(const struct column *table);

enum { COLUMN_NONE = -1 };

/*
 * Index of the column of that exact name, or COLUMN_NONE. The search starts at `first` and wraps:
 * names mostly come in the order of the table.
 */
int column_find(const struct column *table, const char *name, size_t first);

/*
 * Reads one value. Flags are true/false, yes/no, 1/0; times are RFC 3339 or Unix seconds up to
 * the year 9999; whole numbers (strength, tier) are 0 to 3; choices are stored as the table
 * spells them; words in any case. A text is lent from the argument. ERR_INVALID says what is
 * expected. Null in JSON gives VALUE_NULL.
 *
 * So does a time of 1970-01-01T00:00:00Z or before, but in a column that is required: nothing of an
 * account happened then. Programs write 0, 0001-01-01 or 1601-01-01 where they have no time, and as
 * a date it would be one long past. Whether that means never or not known, the format has to say.
 */
bool column_read_text(const struct column *column, const char *text, struct value *out,
                      struct error *err);
bool column_read_json(const struct column *column, const cJSON *item, struct value *out,
                      struct error *err);

/* The outside text made safe for a message and cut to 40 columns; the caller frees. */
char *column_quote(const char *text);

/*
 * Says that `name` is neither a column of the table nor one of the lists (ends with NULL; may be
 * NULL), and which known name is nearest. Returns false.
 */
bool column_refuse(const struct column *table, const char *const *lists, const char *name,
                   struct error *err);

#endif
