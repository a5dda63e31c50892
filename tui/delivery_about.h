/*
 * One delivery in four parts, as text: Summary, Request, Response, Attempts. The lower half of page
 * 4 and the page of a delivery show it.
 *
 * Everything that came over the network is made visible; secrets were masked when it was stored.
 */
#ifndef CHECKHOOK_TUI_DELIVERY_ABOUT_H
#define CHECKHOOK_TUI_DELIVERY_ABOUT_H

#include "core/app.h"
#include "tui/delivery_look.h"
#include "tui/session.h"

/* Reads it anew; the tab stays, and the place in the text where it is the same delivery. On failure
 * what was there stays. */
bool delivery_about_read(struct delivery_about *d, struct app *app, int64_t id, struct error *err);
void delivery_about_release(struct delivery_about *d); /* accepts a zeroed struct */

/* The next tab, or with -1 the previous one. */
void delivery_about_turn(struct delivery_about *d, const struct app *app, int step);

/* A rule with the tabs in it, and the text below. */
void delivery_about_draw(struct delivery_about *d, WINDOW *w, const struct area *area);

/* All four parts, with every attempt, in the pager. */
bool delivery_about_page(struct session *s, int64_t id, struct error *err);

#endif
