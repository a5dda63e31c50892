/*
 * The body of a request that was sent. It is not kept with each attempt: it is rendered again from
 * the stored event, and its length tells whether it is what was sent.
 */
#ifndef CHECKHOOK_CORE_DELIVERY_BODY_H
#define CHECKHOOK_CORE_DELIVERY_BODY_H

#include <stddef.h>

#include "core/app.h"
#include "core/deliver/preview.h"
#include "core/store/outbox.h"

enum body_is {
    BODY_SENT,    /* what was sent */
    BODY_NOW,     /* what would be sent now: something was changed since, or it is not known */
    BODY_NONE,    /* the request had none, or none was sent */
    BODY_UNKNOWN, /* it cannot be rendered any more */
};
const char *body_is_text(enum body_is is); /* "sent", "now", "none", "unknown" */

struct shown_body {
    enum body_is is;
    const char *text; /* secrets masked, lent from `bodies`; NULL unless BODY_SENT or BODY_NOW */
    char note[600];   /* why it is not what was sent, or not here; "" */
};

/* What the bodies of one delivery are rendered from, each kind of request once. */
struct bodies {
    const struct app *app;
    const struct delivery *delivery;
    struct event event;
    struct error no_event; /* ERR_NONE = it is there */
    struct preview message, token;
    bool has_message, has_token;
};

void bodies_init(struct bodies *b, const struct app *app, const struct delivery *d);
void bodies_release(struct bodies *b);

/* The integration as it is configured now; NULL = it is not. */
const struct integration *bodies_integration(const struct bodies *b);

/* The delivery as it would be sent now; NULL: `err` says why not. Lent. */
const struct preview *bodies_message(struct bodies *b, struct error *err);

void bodies_find(struct bodies *b, const struct attempt *a, struct shown_body *out);

#endif
