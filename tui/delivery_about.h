/*
 * One delivery in four parts, as text: Summary, Request, Response, Attempts. The lower half of page
 * 4 and the page of a delivery show it.
 *
 * Everything that came over the network is made visible; secrets were masked when it was stored.
 */
#ifndef CHECKHOOK_TUI_DELIVERY_ABOUT_H
#define CHECKHOOK_TUI_DELIVERY_ABOUT_H

#include "core/app.h"
#include "core/store/outbox.h"
#include "tui/textview.h"

enum delivery_tab { TAB_SUMMARY, TAB_REQUEST, TAB_RESPONSE, TAB_ATTEMPTS, TAB_COUNT };

struct delivery_about {
    struct delivery delivery; /* id 0 = none */
    struct event event;
    struct attempt_list attempts; /* oldest first */
    enum delivery_tab tab;
    struct textview text; /* of the tab */
};

/* Reads it anew; the tab stays, and the place in the text where it is the same delivery. On failure
 * what was there stays. */
bool delivery_about_read(struct delivery_about *d, struct app *app, int64_t id, struct error *err);
void delivery_about_release(struct delivery_about *d); /* accepts a zeroed struct */

/* The next tab, or with -1 the previous one. */
void delivery_about_turn(struct delivery_about *d, const struct app *app, int step);

/* A rule with the tabs in it, and the text below. */
void delivery_about_draw(struct delivery_about *d, WINDOW *w, const struct area *area);

/* "● 200", "■ failed", "▲ retry", "» sending", "○ held", "◊ queued" */
enum { DELIVERY_STATUS_MAX = 24 };
enum role delivery_status(const struct delivery *d, char out[DELIVERY_STATUS_MAX]);
/* "3/186": attempts, and how many there may be while its integration exists. */
void delivery_try(const struct delivery *d, const struct config *config, char *out, size_t size);
/* "87 ms", "next 40s", "-" */
void delivery_took(const struct delivery *d, int64_t now_s, char *out, size_t size);

#endif
