/*
 * A load from inside: what load.c (begin and end), load_users.c (users and their rows) and
 * load_settle.c (what follows when all files were read) share.
 */
#ifndef CHECKHOOK_CORE_STORE_LOAD_PRIVATE_H
#define CHECKHOOK_CORE_STORE_LOAD_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/store/datasets.h"
#include "core/store/load_logins.h"
#include "core/store/load_rows.h"
#include "core/store/load_sql.h"
#include "core/store/marks.h"

/* Users whom one step of a load looks at. */
enum { SLICE_UIDS = 4000 };

/* What a load knows of a user. */
enum {
    MARK_SEEN = 1 << 0,  /* it has a row in this load */
    MARK_ADMIN = 1 << 1, /* whether it is an administrator was told */
    MARK_MFA = 1 << 2,   /* whether it has MFA was told */
    MARK_LIST = 1 << 3,  /* the first list came; the others follow */
    MARK_TOLD = 1 << 7,  /* it is counted among those whom the load tells of */
};

struct dataset_load {
    char *source, *format, *tenant;
    int64_t loaded_at;
    bool merge, repeats, derives;
    bool fresh; /* the source has no data set yet */
    bool covers[LOAD_LISTS], doubts[LOAD_LISTS];
    char *otherwise; /* the statement that tells whoever was not told; NULL */
    struct value otherwise_value;
    bool lenient;           /* rows may be left out (dataset_info) */
    bool one_by_one;        /* the old rows of a user go when he comes, and not before all come */
    bool keep;              /* who does not come stays */
    int64_t kept;           /* so many did */
    bool unindexed;         /* ids have no index until all are there */
    int64_t last_uid;       /* of all users when the load began; 0 = there were none */
    int64_t uid;            /* given last to anybody */
    int64_t next_uid;       /* perhaps of the next user: files mostly keep their order */
    int64_t row;            /* the number that a row was given last; they grow from load to load */
    int64_t old_row;        /* and was given before this load, */
    int64_t file_row;       /* or before the file at hand */
    bool finds[LOAD_LISTS]; /* rows of that list that come now may be there */
    struct load_rows there[LOAD_LISTS];
    int64_t cleared,
        settled; /* uids up to which the old rows are gone, and users are as they stay */
    struct load_statements st;
    struct load_logins logins;
    struct marks marks;
    size_t admin, mfa;    /* columns of a user */
    int64_t users_before; /* in the set when the load began; 0 also where there was none */
    int64_t users;
    int64_t rows_before[LOAD_LISTS];
    int64_t rows[LOAD_LISTS];
    int64_t told; /* users who came, or of whom something came */
};

/* Of whoever was not in this load only a merge knows. */
bool load_is_there(struct dataset_load *load, int64_t uid);

/* The rows of all lists that a user has from older loads. */
bool load_delete_old_rows(struct store *s, int64_t uid, struct error *err);

size_t load_user_place(const char *name); /* of a column of a user */
unsigned char load_list_mark(size_t list);

/* The rows of a list that a user has, of those that have a number after that, and up to that. */
bool load_delete_rows(struct store *s, size_t list, int64_t uid, int64_t after, int64_t up_to,
                      struct error *err);

/* The old rows, all that are left; users as they stay. */
bool load_clear_all(struct store *s, struct error *err);

/* Where ids have no index it is made; ERR_INVALID where two users have the same. */
bool load_index_ids(struct store *s, struct error *err);

#endif
