/*
 * The rows of the list of users: which users, in which order, and the few that are drawn.
 */
#ifndef CHECKHOOK_TUI_USER_ROWS_H
#define CHECKHOOK_TUI_USER_ROWS_H

#include "core/store/people.h"
#include "core/store/person.h"

enum { USER_ROWS_KEPT = 256 };

struct user_rows {
    struct people people;
    struct person kept[USER_ROWS_KEPT]; /* row n at n % USER_ROWS_KEPT */
};

void user_rows_release(struct user_rows *r); /* accepts a zeroed struct */

/* The user of a row, read when it is not kept; uid 0 where it cannot be read. Lent until others are
 * asked for. */
const struct person *user_rows_get(struct user_rows *r, struct store *s, size_t row);

/* What was kept may have changed. */
void user_rows_forget(struct user_rows *r);

/* Goes on for about so long. */
bool user_rows_step(struct user_rows *r, struct store *s, int64_t budget_ms, struct error *err);

#endif
