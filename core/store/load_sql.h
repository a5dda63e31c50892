/*
 * The statements of a load, made from the column tables, and the names of the tables that hold the
 * rows of a user.
 */
#ifndef CHECKHOOK_CORE_STORE_LOAD_SQL_H
#define CHECKHOOK_CORE_STORE_LOAD_SQL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/store/datasets.h"
#include "core/store/db.h"

enum { LOAD_LISTS = 4 };

/* A table of rows that belong to a user, and the user's flag that they are known. */
struct load_list {
    const char *table, *known;
    const struct column *columns;
};
extern const struct load_list load_lists[LOAD_LISTS];

struct load_statements {
    struct stmt *find_user;   /* 1 source, 2 id -> uid */
    struct stmt *user_at;     /* 1 uid, 2 source, 3 id -> a row if that is the user */
    struct stmt *add_user;    /* 1 uid, 2 source, 3 … the columns; none if the id is there */
    struct stmt *append_user; /* the same, whoever is there */
    struct stmt *change_user; /* 1 … the columns without id, then the uid: all of them */
    struct stmt *merge_user;  /* the same: only what is not null */
    struct stmt *add_row[LOAD_LISTS];     /* 1 uid, 2 a number, 3 … the columns */
    struct stmt *delete_rows[LOAD_LISTS]; /* 1 uid, 2 after that number, 3 up to that */
    struct stmt *set_known[LOAD_LISTS], *set_unknown[LOAD_LISTS]; /* 1 uid */
    struct stmt *delete_user;                                     /* 1 uid */
    struct stmt *derive_admin, *derive_mfa; /* 1 if no row proves it: 0 or NULL, 2 uid */
};

/* On failure what was prepared stays to be freed. */
bool load_statements_prepare(struct load_statements *st, struct db *db, struct error *err);
void load_statements_free(struct load_statements *st);

/* Indexes that need not be kept up row by row while the first users come. */
bool load_ids_drop(struct db *db, struct error *err);
bool load_ids_make(struct db *db, struct error *err); /* ERR_INVALID: an id is there twice */
bool load_emails_drop(struct db *db, struct error *err);
bool load_emails_make(struct db *db, struct error *err);

/* The columns follow one another from place `first`. */
void load_bind(struct stmt *st, int first, const struct column *columns,
               const struct value *values);

#endif
