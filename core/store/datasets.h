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
 * Loading (core/store/load.c). datasets_begin opens the transaction; users and rows are added;
 * datasets_finish deletes the users that were not seen, records the set and commits.
 * datasets_abandon (or a crash) leaves the old set. `values` runs parallel to the column table. A
 * second user of the same id is ERR_INVALID, nothing changed, unless the load repeats.
 *
 * A merge adds to the set that is there: users who do not come stay as they are, new ones are
 * added, and of the others only what is told is changed. Null, the status `unknown` and a `_known`
 * flag of 0 tell nothing; last_login_at goes together with last_login_known. A list that is whole
 * takes the place of the old one, rows of a part of it are added; sign-ins always are, since a list
 * of them is a window of time.
 */
struct dataset_info {
    const char *source, *format, *tenant; /* tenant may be NULL; a merge keeps the old format */
    int64_t loaded_at;
    int within_ms; /* ERR_BUSY after so long of another writer; 0 = it waits as all do */
    bool merge;    /* ERR_NOT_FOUND where the source has no data set */
    bool repeats;  /* a user may come again, the later one counts; equal rows are kept once, but
                      equal sign-ins of one file are as many */
    bool lenient;  /* rows may be left out: a second user of an id is refused when it comes (else,
                      among the first users of all, from the 10,000th on only at the end), and
                      datasets_keep may be called */
    bool derives;  /* is_admin follows from known roles (any of tier 1 or more), mfa_enrolled from
                      known factors (an active one of strength 1 or more), where the load does not
                      tell them; is_admin also where it does, if it has the roles of all */
};

bool datasets_begin(struct store *s, const struct dataset_info *info, struct error *err);
bool datasets_add_user(struct store *s, const struct value *values, int64_t *uid,
                       struct error *err);

/* More about a user who was added, or in a merge one who is there: by id, or where that is NULL by
 * login. *uid 0: there is none, or more than one has that login. */
bool datasets_find_user(struct store *s, const char *id, const char *login, int64_t *uid,
                        struct error *err);
/* Changes what is told, as a merge does; id and login stay. */
bool datasets_change_user(struct store *s, int64_t uid, const struct value *values,
                          struct error *err);

/* Rows of that list (factors, roles, …) follow for the user. LIST_WHOLE: they are all of them, so
 * that in a merge those of older loads go, unless they are sign-ins. LIST_PART: those stay, and a
 * row that is equal to one of them is not there twice. `anew`: what this load gave of it before
 * goes. Need not be called where nothing is merged or repeated. */
enum list_part { LIST_PART, LIST_WHOLE };
bool datasets_begin_list(struct store *s, const struct column *table, int64_t uid,
                         enum list_part part, bool anew, struct error *err);
bool datasets_add_row(struct store *s, const struct column *table, int64_t uid,
                      const struct value *values, struct error *err);
/* Another file of the load begins: a sign-in that is equal to one of those before is that one. */
void datasets_next_file(struct store *s);
/* The load has that list for all users: who has no row in it, has none, and that is known. A merge
 * says so of those whose list is not known yet. */
void datasets_cover(struct store *s, const struct column *table);
/* Rows of that list were left out, which may have been anybody's: of whom the load began it, they
 * are not known to be all, and what follows from the list is only what its rows prove. */
void datasets_doubt(struct store *s, const struct column *table);
/* That column of a user has this value for whoever has none in the end. Texts are literals. */
void datasets_otherwise(struct store *s, const char *column, struct value value);

/* Rows of a lenient load were left out, each of which may have been a user who is there: those who
 * did not come stay as they were. datasets_kept counts them when all is settled. */
void datasets_keep(struct store *s);
int64_t datasets_kept(const struct store *s);

/* Between both ends: what the set has now. Its texts stay NULL. */
struct dataset;
void datasets_loaded(const struct store *s, struct dataset *out);

/* What it had when the load began; all 0 also where there was none. */
void datasets_before(const struct store *s, struct dataset *out);
/* 0, or why a load failed that finds out at its end: so many users had come when one came whose id
 * was there already. Known until the next load. */
int64_t datasets_second_user(const struct store *s);
/* Users who came with this load, or of whom anything came, each once. */
int64_t datasets_told(const struct store *s);

/* The format of what is loaded; of a merge, that of the set it goes into. Lent until the end. */
const char *datasets_loaded_format(const struct store *s);

bool datasets_finish(struct store *s, struct error *err);

/* For whoever loads in slices: what takes long where the old set is large, a part at a time until
 * *done. The old rows, before the first user is added; the users that were not seen and what
 * follows from lists, after the last. datasets_add_user and datasets_finish do what is left. */
bool datasets_clear(struct store *s, bool *done, struct error *err);
bool datasets_settle(struct store *s, bool *done, struct error *err);
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
