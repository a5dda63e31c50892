/*
 * Linux tables: what shadow, group and lastlog say about logins, kept until passwd is read. A host
 * has thousands of accounts, not millions, so that all of it is held; hashes of passwords are
 * judged and never kept.
 */
#ifndef CHECKHOOK_CORE_DATASET_LINUX_TABLES_H
#define CHECKHOOK_CORE_DATASET_LINUX_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

enum { LINUX_ROWS_MAX = 500000, LINUX_FIELDS_MAX = 9, LINUX_ROLES_MAX = 10 };

/* Divides a line at its colons, in place. Returns how many fields there are, also beyond those that
 * are kept. */
size_t linux_split(char *line, char *fields[LINUX_FIELDS_MAX]);

/* ERR_INVALID: there are not so many. */
bool linux_expect_fields(size_t count, size_t expected, struct error *err);

/* --- shadow(5) ---------------------------------------------------------------------------------
 */

enum linux_password {
    LINUX_PASSWORD_EMPTY,  /* none is asked for */
    LINUX_PASSWORD_SET,    /* a hash */
    LINUX_PASSWORD_LOCKED, /* a hash behind '!': somebody locked it */
    LINUX_PASSWORD_NONE,   /* no hash ("!", "*", "!!"), so that no password can be right */
};
enum linux_password linux_password(const char *field);

/* Days since 1970, or a number of days; -1 = the field is empty. */
struct linux_aging {
    int64_t changed, max, inactive, expires;
};

struct linux_shadow {
    char *login;
    enum linux_password password;
    struct linux_aging aging;
};

/* Whether on the day `today` the password is too old to be used, and whether so old that the
 * account is shut. */
bool linux_password_expired(const struct linux_aging *a, int64_t today);
bool linux_password_dead(const struct linux_aging *a, int64_t today);

/* Whether it has no end: 10000 days and more are none to shadow's own programs, 99999 is usual. */
bool linux_password_endless(const struct linux_aging *a);

/* --- group(5) ----------------------------------------------------------------------------------
 */

/* A group that gives privileges. */
struct linux_role {
    const char *group;
    int64_t tier;
};

struct linux_member {
    char *login; /* NULL = all whose first group is gid */
    int64_t gid;
    const struct linux_role *role;
};

/* --- lastlog -----------------------------------------------------------------------------------
 */

struct linux_sign_in {
    char *login; /* NULL = the file knows uids alone */
    int64_t uid;
    int64_t at; /* 0 = never */
};

/* --- all together ------------------------------------------------------------------------------
 */

struct linux_tables {
    struct linux_shadow *shadow;
    size_t shadow_count;
    struct linux_member *members;
    size_t member_count;
    struct linux_sign_in *sign_ins;
    size_t sign_in_count;
    bool has_shadow, has_groups;
    bool has_all_sign_ins; /* by uid: who is not listed has never signed in */
};

void linux_tables_release(struct linux_tables *t); /* accepts a zeroed struct */

/* Each takes one line, which it divides in place. */
bool linux_tables_add_shadow(struct linux_tables *t, char *line, struct error *err);
bool linux_tables_add_group(struct linux_tables *t, char *line, struct error *err);
/* As `lastlog` and `lastlog2` print it in the C locale. */
bool linux_tables_add_printed(struct linux_tables *t, char *line, struct error *err);
/* One record of the binary file. */
bool linux_tables_add_record(struct linux_tables *t, int64_t uid, int64_t at, struct error *err);

/* After all rows, before the first question. */
void linux_tables_sort(struct linux_tables *t);

const struct linux_shadow *linux_tables_shadow(const struct linux_tables *t, const char *login);
/* Whether the last sign-in is known; *at 0 = there was none. */
bool linux_tables_sign_in(const struct linux_tables *t, const char *login, int64_t uid,
                          int64_t *at);
/* The roles of a login, each once. Returns how many there are. */
size_t linux_tables_roles(const struct linux_tables *t, const char *login, int64_t gid,
                          const struct linux_role *out[LINUX_ROLES_MAX]);

#endif
