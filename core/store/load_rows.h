/*
 * The rows that users of a load have, for finding those that come again: pages overlap, and a list
 * that is merged may hold what is there. Kept in a temporary table for each list, made when it is
 * first asked, so that one user with very many rows takes no longer than many with a few.
 *
 * A row that comes again takes the place of the one that is there, which is taken away. Numbers of
 * rows grow: those up to a number are of older loads, or of the files before.
 */
#ifndef CHECKHOOK_CORE_STORE_LOAD_ROWS_H
#define CHECKHOOK_CORE_STORE_LOAD_ROWS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/store/datasets.h"
#include "core/store/db.h"
#include "core/store/load_sql.h"

/* Zeroed = nobody asked yet. */
struct load_rows {
    struct db *db; /* NULL = not made */
    const struct load_list *list;
    struct stmt *find;   /* 1 uid, 2 … the columns, then the highest number -> a number */
    struct stmt *put;    /* 1 number, 2 uid, 3 … the columns */
    struct stmt *learn;  /* 1 uid */
    struct stmt *forget; /* 1 number */
    struct stmt *take;   /* 1 uid, 2 number, 3 … the columns: of the list itself */
};

void load_rows_release(struct load_rows *r); /* the table goes with a rollback */

/* Ends it before the commit; nothing to do where nobody asked. */
bool load_rows_drop(struct load_rows *r, struct error *err);

bool load_rows_make(struct load_rows *r, struct db *db, const struct load_list *list,
                    struct error *err);

/* The rows that the user has now. */
bool load_rows_learn(struct load_rows *r, int64_t uid, struct error *err);
bool load_rows_put(struct load_rows *r, int64_t uid, int64_t number, const struct value *values,
                   struct error *err);

/* Takes away one row of the user that is equal and has a number up to that; *taken says whether
 * there was one. */
bool load_rows_take(struct load_rows *r, int64_t uid, const struct value *values, int64_t up_to,
                    bool *taken, struct error *err);

#endif
