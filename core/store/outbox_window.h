/*
 * A window on the deliveries: rows before or after a place, whatever the length of the history.
 *
 * The order is that of creation, then of ids; "newest first" walks down. Each call looks at little
 * more than it gives; with a text to look for it stops when its time is over and goes on with the
 * next call, so that a million rows are searched between keys.
 */
#ifndef CHECKHOOK_CORE_STORE_OUTBOX_WINDOW_H
#define CHECKHOOK_CORE_STORE_OUTBOX_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/store/outbox.h"

/* Where a delivery stands in the order. */
struct delivery_place {
    int64_t at, id; /* created_at, id */
};
/* Above the newest and below the oldest. */
#define PLACE_TOP    ((struct delivery_place){INT64_MAX, INT64_MAX})
#define PLACE_BOTTOM ((struct delivery_place){INT64_MIN, INT64_MIN})

struct delivery_place delivery_place(const struct delivery *d);
/* Below 0: a is newer. */
int delivery_place_compare(const struct delivery_place *a, const struct delivery_place *b);

/* Up to so many integrations are led to their index; with more of them rows are looked through. */
enum { WINDOW_SOURCES_MAX = 16 };

struct window_filter {
    const char *const *integration_ids; /* lent */
    size_t integration_count;           /* 0 = all */
    bool failed;                        /* only those that ended so, tests among them */
    const char *text;                   /* as delivery_has_text; NULL or "" = any */
};

struct window_reading {
    const struct window_filter *filter;
    bool newer; /* walk up instead of down */
    size_t limit;
    int budget_ms; /* of a search; at least some rows are looked at */
};

/*
 * Adds what follows *from to `out`, in the order of the walk, and moves *from to the last row that
 * was looked at. *ended: there is nothing after it; else the limit or the time was reached.
 */
bool outbox_window(struct store *s, const struct window_reading *r, struct delivery_place *from,
                   struct delivery_list *out, bool *ended, struct error *err);

/* Does the filter let it through? And is the integration one of its own? */
bool window_filter_takes(const struct window_filter *f, const struct delivery *d);
bool window_filter_has_integration(const struct window_filter *f, const char *id);

#endif
