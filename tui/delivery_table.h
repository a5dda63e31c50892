/*
 * The rows of page 4: a list over a view on the deliveries, with what is chosen of them (a text,
 * webhooks, failed ones) and the marks. The selected row stays selected, whatever arrives.
 */
#ifndef CHECKHOOK_TUI_DELIVERY_TABLE_H
#define CHECKHOOK_TUI_DELIVERY_TABLE_H

#include "core/store/outbox_view.h"
#include "tui/filter.h"
#include "tui/list.h"
#include "tui/session.h"

enum { DELIVERY_MARKS_MAX = 500 };

struct delivery_table {
    struct session *session; /* lent */
    struct outbox_view view;
    struct list list;
    struct filter filter;
    struct text_list webhooks; /* ids; none = all */
    bool failed_only;
    int64_t marks[DELIVERY_MARKS_MAX]; /* ids */
    size_t mark_count;
};

void delivery_table_init(struct delivery_table *t, struct session *session);
void delivery_table_release(struct delivery_table *t); /* accepts a zeroed struct */

/* What is chosen has changed: begins with the newest, and shows the first rows at once. */
bool delivery_table_restart(struct delivery_table *t, struct error *err);
/* The store has changed. */
bool delivery_table_refresh(struct delivery_table *t, struct error *err);
/* Goes on looking for rows around those that are shown. *changed: there are others now. */
bool delivery_table_step(struct delivery_table *t, bool *changed, struct error *err);
/* Are rows still looked for? */
bool delivery_table_searches(const struct delivery_table *t);

/* Takes the moving actions of KEYS_LIST; true when it was one. */
bool delivery_table_move(struct delivery_table *t, enum action action, struct error *err);

const struct delivery *delivery_table_selected(const struct delivery_table *t); /* NULL */

/* Marks the selected row, or takes its mark away, and moves on. False: too many are marked. */
bool delivery_table_mark(struct delivery_table *t);
void delivery_table_unmark(struct delivery_table *t);

void delivery_table_draw(struct delivery_table *t, WINDOW *w, const struct area *area);
/* Rows on the screen that were created at `since` or later. */
size_t delivery_table_shown(const struct delivery_table *t, int64_t since);

#endif
