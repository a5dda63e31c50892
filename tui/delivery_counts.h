/*
 * The figures of page 4: what failed and waits, and the last 24 hours, counted between keys and
 * kept until there are newer ones.
 */
#ifndef CHECKHOOK_TUI_DELIVERY_COUNTS_H
#define CHECKHOOK_TUI_DELIVERY_COUNTS_H

#include "core/store/outbox_day.h"
#include "core/store/outbox_tally.h"
#include "tui/delivery_table.h"

struct delivery_counts {
    struct outbox_tally tally;
    struct outbox_day day;
    bool again;         /* the store has changed since they began */
    int64_t began_ms;   /* monotonic */
    int64_t took_ms;    /* the last time; 0 = not yet */
    int64_t shown_at_s; /* the minute that was counted last */
};

/* Other webhooks are looked at: what was counted is forgotten. */
void delivery_counts_forget(struct delivery_counts *c);

/* Counts on; true when there is something new to draw. */
bool delivery_counts_step(struct delivery_counts *c, const struct delivery_table *t,
                          struct error *err);

/* How long to wait before what took so long is counted again: a store of usual size is counted with
 * every change, so that the figures are those of the list; a large one now and then. */
int64_t delivery_counts_pause_ms(int64_t took_ms);

/* "last 24 h · 7 shown of 1,318 · 3 failed · 1 waiting" and at the right end "newest first". */
void delivery_counts_draw(const struct delivery_counts *c, const struct delivery_table *t,
                          WINDOW *w, const struct area *area);

#endif
