/*
 * One delivery as it was read for looking at it, and the words and signs of its columns.
 */
#ifndef CHECKHOOK_TUI_DELIVERY_LOOK_H
#define CHECKHOOK_TUI_DELIVERY_LOOK_H

#include "core/app.h"
#include "core/delivery_words.h"
#include "core/store/outbox.h"
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

/* "● 200", "■ failed", "▲ retry", "» sending", "○ held", "◊ queued"; a failure that needs nobody
 * any more, because it was sent again or its integration is gone, is "○ 404". */
enum { DELIVERY_STATUS_MAX = DELIVERY_WORD_MAX + 8 };
enum role delivery_status(const struct delivery *d, const struct config *config,
                          char out[DELIVERY_STATUS_MAX]);
/* "87 ms", "next 40s", "-" */
void delivery_took(const struct delivery *d, int64_t now_s, char *out, size_t size);

#endif
