/*
 * What failed and what waits now, counted in slices: however much there is, no slice takes long,
 * and what was counted before is shown meanwhile.
 */
#ifndef CHECKHOOK_CORE_STORE_OUTBOX_TALLY_H
#define CHECKHOOK_CORE_STORE_OUTBOX_TALLY_H

#include "core/store/outbox_window.h"

/* More of one integration than this is not counted; see `more`. */
enum { TALLY_WAITING_MAX = 100000 };

struct delivery_tally {
    int64_t failed; /* and nothing was done about it: what somebody has to look at */
    /* The rest of what failed: sent again since, of integrations that were removed, tests. */
    int64_t sent_again, removed, tests;
    int64_t waiting, held; /* waiting: pending and in flight */
    bool more;             /* waiting and held are at least so many */
};

/* Is the integration configured? Failures of others need nobody any more. */
typedef bool tally_configured(void *ctx, const char *integration_id);

struct tally_of {
    const struct window_filter *filter; /* its integrations; NULL = all */
    tally_configured *configured;
    void *ctx;
    bool failed_only; /* leave out what waits */
};

struct outbox_tally {
    struct delivery_tally shown; /* as of the last complete count */
    bool known;                  /* there was one */
    bool under_way;
    /* private */
    struct delivery_tally next;
    int stage;
    size_t source;
    struct delivery_place from;
    char integration[64];
};

/* Counts anew from the next step on. Zeroed at first. */
void outbox_tally_begin(struct outbox_tally *t);
/* Works for about budget_ms; under_way is false when it is done. */
bool outbox_tally_step(struct outbox_tally *t, struct store *s, const struct tally_of *of,
                       int budget_ms, struct error *err);

#endif
