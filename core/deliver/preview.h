/*
 * Requests as they would be built now, for people. Nothing is sent, and nothing secret is in what
 * comes out: the request is built with stand-ins where secrets belong. A secret is opened only to
 * measure the true body.
 */
#ifndef CHECKHOOK_CORE_DELIVER_PREVIEW_H
#define CHECKHOOK_CORE_DELIVER_PREVIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/config/model.h"
#include "core/config/secret.h"
#include "core/store/outbox.h"

/* What a preview is made of; all of it lent. */
struct preview_of {
    const struct event *event; /* not looked at for a token request */
    const struct integration *integration;
    const struct general *general;
    struct keyring *keyring; /* NULL = measure nothing that takes a secret */
};

struct preview {
    enum http_method method;
    char *url;              /* secret values as "...." */
    char *headers;          /* JSON object name -> value, as attempts are recorded */
    char *body;             /* secret values as "(hidden)", in a form as "...."; NULL = none */
    size_t body_len;        /* of what is shown */
    int64_t content_length; /* of the true body; -1 = there is none, or it is not known */
    char unknown[512];      /* why it is not known, one sentence; "" */
};

/* The delivery itself. With OAuth the bearer is hidden. `out` is zeroed or released before. Fails
 * only where the cryptographic library does. */
bool preview_message(struct preview *out, const struct preview_of *of, struct error *err);

/* The token request that comes before it; the integration is one of OAuth. */
bool preview_token(struct preview *out, const struct preview_of *of, struct error *err);

void preview_release(struct preview *p);

#endif
