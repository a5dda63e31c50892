#ifndef CHECKHOOK_TESTS_SUPPORT_LOADBED_H
#define CHECKHOOK_TESTS_SUPPORT_LOADBED_H

#include "core/store/datasets.h"
#include "tests/support/sql.h"
#include "tests/support/tmpdir.h"

/*
 * A store in a temporary folder, and loads of data sets as formats make them, users and rows in one
 * line of text each. Whatever goes wrong here fails the running test, unless it says otherwise.
 *
 * A row is "COLUMN=VALUE COLUMN=VALUE", as rows.h says.
 */
struct loadbed {
    struct tmpdir dir;
    char *path;
    struct store *store;
    struct error err; /* of what was refused */
};

/* As cmocka's setup and teardown: *state becomes a struct loadbed. */
int loadbed_setup(void **state);
int loadbed_teardown(void **state);

#define loadbed_check(bed, ok) loadbed_check_at(__FILE__, __LINE__, bed, ok)
void loadbed_check_at(const char *file, int line, const struct loadbed *bed, bool ok);

/* --- loads. `.source = "s"` and `.format = "x"` unless they are given. */

#define LOADBED_BEGIN(bed, ...) loadbed_begin(bed, (struct dataset_info){__VA_ARGS__})
void loadbed_begin(struct loadbed *bed, struct dataset_info info);
void loadbed_finish(struct loadbed *bed);

/* A whole user, who is of unknown status and whose lists are not known unless the text says so;
 * gives his uid. */
int64_t loadbed_add(struct loadbed *bed, const char *text);

/* The same where it may be refused, which gives 0 and the reason in *err. */
int64_t loadbed_try(struct store *store, const char *text, struct error *err);

/* More about a user: a record that adds. */
void loadbed_change(struct loadbed *bed, int64_t uid, const char *text);

/* The uid of who is found by id or login, of which one may be NULL; 0 = nobody. */
int64_t loadbed_find(struct loadbed *bed, const char *id, const char *login);

/* --- lists of a user. `anew`: what this load gave before goes. */

void loadbed_list(struct loadbed *bed, const struct column *table, int64_t uid, bool anew);
void loadbed_part(struct loadbed *bed, const struct column *table, int64_t uid, bool anew);
void loadbed_row(struct loadbed *bed, const struct column *table, int64_t uid, const char *text);

/* A whole list of roles by name; those with "admin" in it are of tier 3, others of tier 0. */
#define LOADBED_ROLES(bed, uid, anew, ...)                                                         \
    loadbed_roles(bed, uid, anew, (const char *const[]){__VA_ARGS__, NULL})
#define LOADBED_NO_ROLES(bed, uid, anew) loadbed_roles(bed, uid, anew, (const char *const[]){NULL})
void loadbed_roles(struct loadbed *bed, int64_t uid, bool anew, const char *const *names);

/* --- three users as many tests begin: ann with two roles, bob with a factor, and cat */

void loadbed_three(struct loadbed *bed);

/* --- what is there */

/*
 * A line a user: id, login, department, status, enabled, last sign-in with its flag, the flags of
 * the lists and how many rows they have, is_admin, mfa_enrolled:
 *
 *     1 ann Sales active 1 100/1 roles 1:2 factors 0:0 admin 1 mfa -
 */
#define loadbed_expect(bed, expected) loadbed_expect_at(__FILE__, __LINE__, bed, expected)
void loadbed_expect_at(const char *file, int line, struct loadbed *bed, const char *expected);

/* What the only data set says of itself. */
#define loadbed_expect_counts(bed, users, factors, roles)                                          \
    loadbed_expect_counts_at(__FILE__, __LINE__, bed, users, factors, roles)
void loadbed_expect_counts_at(const char *file, int line, struct loadbed *bed, int64_t users,
                              int64_t factors, int64_t roles);

#define loadbed_number(bed, sql) sql_number(store_db((bed)->store), sql)

#endif
