/*
 * Data sets: users with their factors, roles, sign-ins and credentials, one set per source
 * (tables: DESIGN 5). A load replaces one source's set in one transaction or changes nothing;
 * users keep their uid by (source, id).
 */
#ifndef CHECKHOOK_CORE_STORE_DATASETS_H
#define CHECKHOOK_CORE_STORE_DATASETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/store/store.h"

/*
 * One column of a table that importers fill: its name is that of the SQL column and of the CSV or
 * JSON member. Tables end with name NULL. This is the only list of columns: the insert statements,
 * the importers and the manual read it.
 */
enum column_kind { COLUMN_TEXT, COLUMN_TIME, COLUMN_FLAG, COLUMN_INT, COLUMN_CHOICE };

struct column {
    const char *name;
    enum column_kind kind;
    const char *const *choices; /* COLUMN_CHOICE: the words, ends with NULL */
    bool required;              /* in an import file */
};

extern const struct column user_columns[];   /* without uid and source */
extern const struct column factor_columns[]; /* without user_uid */
extern const struct column role_columns[];
extern const struct column sign_in_columns[];
extern const struct column credential_columns[];

/* A value on its way into a row: null, integer (also times and flags) or text. */
struct value {
    enum { VALUE_NULL, VALUE_INT, VALUE_TEXT } kind;
    int64_t number;
    const char *text; /* lent */
};

/*
 * Loading. datasets_begin opens the transaction; rows are added; datasets_finish deletes the users
 * that were not seen, records the set and commits. datasets_abandon (or a crash) leaves the old
 * set. `values` runs parallel to the column table. A second user of the same id is ERR_INVALID.
 */
struct dataset_info {
    const char *source, *format, *tenant; /* tenant may be NULL */
    int64_t loaded_at;
    int within_ms; /* ERR_BUSY after so long of another writer; 0 = it waits as all do */
};

bool datasets_begin(struct store *s, const struct dataset_info *info, struct error *err);
bool datasets_add_user(struct store *s, const struct value *values, int64_t *uid,
                       struct error *err);
bool datasets_add_row(struct store *s, const struct column *table, int64_t uid,
                      const struct value *values, struct error *err); /* factors, roles, … */
bool datasets_finish(struct store *s, struct error *err);

/* For whoever loads in slices: what takes long where the old set is large, a part at a time until
 * *done. The old rows, before the first user is added; the users that were not seen, after the
 * last. datasets_add_user and datasets_finish do what is left. */
bool datasets_clear(struct store *s, bool *done, struct error *err);
bool datasets_prune(struct store *s, bool *done, struct error *err);
void datasets_abandon(struct store *s);

struct dataset {
    char *source, *format;
    int64_t loaded_at;
    int64_t users, factors, roles, sign_ins, credentials;
};
struct dataset_list {
    struct dataset *items;
    size_t count;
};
bool datasets_list(struct store *s, struct dataset_list *out, struct error *err);
void dataset_list_release(struct dataset_list *list);

/* Removes one source's set. ERR_NOT_FOUND where there is none. Findings resolve at the next run. */
bool datasets_remove(struct store *s, const char *source, struct error *err);

/* The highest uid that a user has; 0 = there is none. */
bool datasets_last_uid(struct store *s, int64_t *last, struct error *err);

/* Changes whenever any data set is loaded or removed: a run compares it before it writes. */
bool datasets_stamp(struct store *s, int64_t *stamp, struct error *err);

#endif
