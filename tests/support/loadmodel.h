#ifndef CHECKHOOK_TESTS_SUPPORT_LOADMODEL_H
#define CHECKHOOK_TESTS_SUPPORT_LOADMODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/strbuf.h"

/*
 * What loads must do to data sets, said once more as plainly as can be: a few users with a few
 * values and four lists of a few kinds of rows. A campaign does to the product what it does to the
 * model and compares.
 *
 * Values are 0 and more, or LOADED_UNKNOWN.
 */
enum { LOADED_USERS = 6, LOADED_LISTS = 4, LOADED_ROWS = 4, LOADED_UNKNOWN = -1 };
enum { LOADED_FACTORS, LOADED_ROLES, LOADED_SIGN_INS, LOADED_CREDENTIALS };

/* Of a user, and of a record about one. */
struct loaded_values {
    int login;   /* "l0" … */
    int status;  /* 0 active, 1 suspended */
    int enabled; /* follows from the status of the same record */
    int mfa, admin;
    int seen;       /* 0: never signed in, else a moment */
    int department; /* "d0" … */
    int risk;       /* "r0" … */
    bool known[LOADED_LISTS];
};

struct loaded_user {
    bool here;
    struct loaded_values values;
    int rows[LOADED_LISTS][LOADED_ROWS]; /* how often each kind of row is there */

    /* During a load. */
    int older[LOADED_LISTS][LOADED_ROWS]; /* so many of these are of loads before */
    bool came, told_mfa, told_admin;
    bool begun[LOADED_LISTS];
};

struct loaded_set {
    bool exists;
    struct loaded_user users[LOADED_USERS]; /* user n has id "un" */
    int64_t others;                         /* users who have an id, a login and nothing else */
    int64_t old_others;                     /* that were there before a load */
};

struct load_record {
    bool adds;
    int id; /* LOADED_UNKNOWN: found by its login; only where it adds */
    struct loaded_values values;
    bool given[LOADED_LISTS];
    bool part[LOADED_LISTS]; /* of what is given: it does not say that these are all */
    int rows[LOADED_LISTS][LOADED_ROWS];
};

struct load_how {
    bool merge, derives;
    bool repeats; /* users may come again; equal rows are one, but for sign-ins of one load */
    bool covers[LOADED_LISTS];
    bool otherwise; /* risk is "r0" for whoever has none */
};

void loaded_begin(struct loaded_set *set, const struct load_how *how);

/* False: it is a second user of its id, and nothing changed. *unmatched counts. */
bool loaded_take(struct loaded_set *set, const struct load_how *how,
                 const struct load_record *record, int64_t *unmatched);

/* `all`: no row was left out. Else who did not come stays as he was. */
void loaded_end(struct loaded_set *set, const struct load_how *how, bool all);

/* Lines of text as the queries of the campaign give them. */
void loaded_add(struct strbuf *out, const char *source, const struct loaded_set *set);

#endif
