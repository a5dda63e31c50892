/*
 * One attempt: opens the secrets, gets a token where one is needed, sends the message, and tells
 * what came of it. A token that is refused is replaced once within the attempt.
 */
#ifndef CHECKHOOK_CORE_DELIVER_SENDING_H
#define CHECKHOOK_CORE_DELIVER_SENDING_H

#include <stdbool.h>
#include <stdint.h>

#include "core/deliver/outcome.h"
#include "core/deliver/target.h"
#include "core/deliver/tokens.h"
#include "core/deliver/transport.h"
#include "core/store/outbox.h"

struct sending;

enum sending_stage { SENDING_TOKEN, SENDING_REQUEST };

struct sending_options {
    struct transport *transport;
    struct token_cache *tokens;
    struct keyring *keyring;
    const struct general *general; /* must outlive the sending */
    struct target *target;         /* a reference is taken */
    struct event *event;           /* its contents are taken over */
    int64_t now_ms;                /* wall clock at the start */
    bool keep_refused_token;       /* no second token: it was fetched for this attempt */

    void (*done)(void *ctx, struct sending *s);
    /* NULL = none. A stage begins (answer NULL), or ended with this answer; text says how it went
     * ("POST login.example.com: 200 OK, valid for 3600 s"). */
    void (*stage)(void *ctx, enum sending_stage stage, bool ended, bool ok, const char *text);
    void *ctx;
};

/* Nothing happens before sending_start. */
struct sending *sending_new(const struct sending_options *options);

/* Starts; done may be called from here (a secret does not open), else from transport_poll. */
void sending_start(struct sending *s);

/* In done and after it: what came of it, and the record of the attempt (without delivery_id and
 * n), whose contents may be taken out. */
const struct outcome *sending_outcome(const struct sending *s);
const char *sending_advice(const struct sending *s);
struct attempt *sending_attempt(struct sending *s);
struct target *sending_target(const struct sending *s);

void sending_free(struct sending *s); /* cancels when it is not done; NULL is fine */

#endif
