/*
 * The deliveries that are looked at: some hundred rows of the history, newest first, held in memory
 * around the place where somebody reads, and moved along with him.
 *
 * Rows come and go at both ends, so whoever remembers a row remembers its id (outbox_view_find).
 */
#ifndef CHECKHOOK_CORE_STORE_OUTBOX_VIEW_H
#define CHECKHOOK_CORE_STORE_OUTBOX_VIEW_H

#include "core/store/outbox_window.h"

enum { VIEW_CHUNK = 64, VIEW_MAX = 512 };

struct outbox_view {
    struct window_filter filter; /* its texts are lent; set before outbox_view_start */
    struct delivery_list rows;   /* newest first */
    bool at_top, at_bottom;      /* nothing newer, older is to be found */
    /* private: everything between is looked through */
    bool started;
    struct delivery_place newest, oldest;
};

void outbox_view_release(struct outbox_view *v); /* accepts a zeroed struct */

/* Forgets the rows and stands at the newest one, or at the oldest; the rows come with the first
 * step. */
void outbox_view_start(struct outbox_view *v, bool at_oldest);

/* Looks on at one end, for about budget_ms where it has to search. No-op where there is nothing
 * more. */
bool outbox_view_more(struct outbox_view *v, struct store *s, bool newer, int budget_ms,
                      struct error *err);

/* The store has changed: reads what is held again, and what is newer than it where it stood at the
 * newest. */
bool outbox_view_refresh(struct outbox_view *v, struct store *s, int budget_ms, struct error *err);

/* The row of a delivery; rows.count where it is not held. */
size_t outbox_view_find(const struct outbox_view *v, int64_t id);

#endif
