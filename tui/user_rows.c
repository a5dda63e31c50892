/* Keeps the users that are drawn, and goes on with the walk over all of them. */
#include "tui/user_rows.h"

#include "core/base/clock.h"

enum { SLICE_USERS = 2000 };

void user_rows_forget(struct user_rows *r)
{
    for (size_t i = 0; i < USER_ROWS_KEPT; i++)
        person_release(&r->kept[i]);
}

void user_rows_release(struct user_rows *r)
{
    user_rows_forget(r);
    people_release(&r->people);
}

const struct person *user_rows_get(struct user_rows *r, struct store *s, size_t row)
{
    struct error ignored = {0};
    struct person *p = &r->kept[row % USER_ROWS_KEPT];
    if (row >= r->people.count)
        person_release(p);
    else if (p->uid != (int64_t)r->people.uids[row])
        person_read(s, r->people.uids[row], p, &ignored);
    return p;
}

bool user_rows_step(struct user_rows *r, struct store *s, int64_t budget_ms, struct error *err)
{
    const int64_t until = clock_monotonic_ms() + budget_ms;
    bool ok = true;
    do
        ok = people_step(&r->people, s, SLICE_USERS, err);
    while (ok && !r->people.done && clock_monotonic_ms() < until);
    return ok;
}
