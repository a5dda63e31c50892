/*
 * Events and deliveries of a run for one check: the only place where findings become work for the
 * outbox.
 */
#ifndef CHECKHOOK_CORE_CHECKS_NOTIFY_H
#define CHECKHOOK_CORE_CHECKS_NOTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/checks/event.h"
#include "core/store/store.h"

/* What one integration is told of one check. */
struct told {
    const struct check *check;
    char *integration; /* its name */
    size_t users;
    int64_t events; /* or parts of one: deliveries */
    char *held;     /* why they wait; NULL = they are sent */
};
struct told_list {
    struct told *items;
    size_t count;
};
void told_list_release(struct told_list *list);

/* Users one after another, where they are too many for memory. */
struct event_feed {
    bool (*rewind)(void *ctx, struct error *err);
    /* Lent until the next call; not called after the last one. */
    bool (*next)(void *ctx, struct event_user *out, struct error *err);
    void *ctx;
};

struct notice {
    struct store *store;
    const struct config *config;
    struct event_subject subject;
    const struct event_user *users; /* whom to name: who newly fails */
    const struct event_feed *feed;  /* NULL; else they come from here, and `users` is not read */
    size_t count;
    const struct text_list *only; /* ids of those to tell; NULL = all that are ticked */
    int64_t run_id;               /* 0 = of no run */
    bool dry_run;                 /* only count */
    struct told_list *told;       /* added to; NULL = nobody wants to know */
};

/*
 * For each integration that is ticked for the check and still configured: an event, or its parts,
 * and their deliveries, held where the integration is disabled or on hold. Integrations that take
 * the same parts share events. Adds to *events and *deliveries. Needs a transaction unless
 * dry_run. Nobody newly failing, or nobody to tell: nothing is written.
 */
bool notify_integrations(const struct notice *notice, int64_t *events, int64_t *deliveries,
                         struct error *err);

#endif
