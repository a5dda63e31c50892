/*
 * One delivery in four parts, as text: Summary, Request, Response, Attempts. The lower half of page
 * 4 and the page of a delivery show it.
 *
 * Everything that came over the network is made visible; secrets were masked when it was stored.
 */
#ifndef CHECKHOOK_TUI_DELIVERY_ABOUT_H
#define CHECKHOOK_TUI_DELIVERY_ABOUT_H

#include "core/app.h"
#include "core/delivery_words.h"
#include "core/store/outbox.h"
#include "tui/session.h"
#include "tui/textview.h"

enum delivery_tab { TAB_SUMMARY, TAB_REQUEST, TAB_RESPONSE, TAB_ATTEMPTS, TAB_COUNT };

struct delivery_about {
    struct delivery delivery; /* id 0 = none */
    struct event event;
    struct attempt_list attempts; /* oldest first; headers and body of the last one alone */
    enum delivery_tab tab;
    struct textview text;  /* of the tab */
    const struct app *app; /* that it was read from */
    bool full;             /* it has the page for itself: what its keys do is said accordingly */
};

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

/* "● 200", "■ failed", "▲ retry", "» sending", "○ held", "◊ queued"; a failure that needs nobody
 * any more, because it was sent again or its integration is gone, is "○ 404". */
enum { DELIVERY_STATUS_MAX = DELIVERY_WORD_MAX + 8 };
enum role delivery_status(const struct delivery *d, const struct config *config,
                          char out[DELIVERY_STATUS_MAX]);
/* "87 ms", "next 40s", "-" */
void delivery_took(const struct delivery *d, int64_t now_s, char *out, size_t size);

#endif
