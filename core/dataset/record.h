/*
 * Record: one user on its way into the store, as rows of values over the column tables, with the
 * defaults of an import file filled in; or more about a user who is listed elsewhere.
 *
 * A record is reused from user to user and keeps its memory. Texts in it are lent by whoever read
 * them and live as long as the source of the bytes: the sink takes the record before the next
 * line is read.
 */
#ifndef CHECKHOOK_CORE_DATASET_RECORD_H
#define CHECKHOOK_CORE_DATASET_RECORD_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"
#include "core/store/datasets.h"

enum record_table {
    RECORD_USER, /* exactly one row */
    RECORD_FACTORS,
    RECORD_ROLES,
    RECORD_SIGN_INS,
    RECORD_CREDENTIALS,
    RECORD_TABLES,
};

/* One row per table: its name is that of the JSON array, its columns are the store's. */
struct record_table_info {
    const char *name;
    const struct column *columns;
    const char *known; /* the user's flag "the rows are complete"; NULL for the user itself */
};
extern const struct record_table_info record_tables[RECORD_TABLES];

struct record_rows {
    struct value *values; /* count rows of `width` values */
    size_t count, capacity, width;
    bool given; /* the file has the list, though it may be empty */
};

/* Places of the columns that defaults read or fill; found by name once. */
struct record_places {
    size_t id, login, status, enabled, last_login_at, last_login_known;
    size_t known[RECORD_TABLES];
    size_t factor_kind, factor_strength;
    size_t last_used_at, last_used_known;
};

/*
 * A whole record is a user as the source lists it. One that adds is more about a user of the data
 * set (factors, roles, sign-ins), who is found by `id`, or where that is null by `login`, exactly:
 * only what it says is changed, and its lists are added to those of this load.
 */
enum record_part { RECORD_WHOLE, RECORD_ADDS };

struct record {
    enum record_part part;
    struct record_rows rows[RECORD_TABLES];
    struct record_places places;
};

void record_init(struct record *r);
void record_release(struct record *r);

/* Ready for the next user: a whole record of one empty user row, nothing else. For one that adds,
 * set `part` after it. */
void record_clear(struct record *r);

/* A new row of nulls, valid until the next row of that table is added. The list counts as given. */
struct value *record_add(struct record *r, enum record_table table);
void record_give(struct record *r, enum record_table table); /* the list is there, perhaps empty */

struct value *record_user(struct record *r);
const struct value *record_row(const struct record *r, enum record_table table, size_t index);

/*
 * Fills what the file left open: status unknown; enabled where the status decides it; every
 * `_known` flag from whether the list or the time is there; strength from the kind of factor. A
 * value that is there always wins; a list that is said to be known counts as given. In a record
 * that adds, what it does not say stays null. ERR_INVALID where a required value is missing: of one
 * that adds, both id and login.
 */
bool record_complete(struct record *r, struct error *err);

#endif
