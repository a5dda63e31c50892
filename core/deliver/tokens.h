/*
 * Access tokens, in memory only: one per integration, kept until 60 s before it expires (one that
 * lives less than two minutes for half of its time, so that it can be shared at all), fetched once
 * for everybody who waits, dropped when the integration changes.
 */
#ifndef CHECKHOOK_CORE_DELIVER_TOKENS_H
#define CHECKHOOK_CORE_DELIVER_TOKENS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/config/config.h"
#include "core/config/secret.h"
#include "core/deliver/http.h"
#include "core/deliver/oauth.h"
#include "core/deliver/target.h"
#include "core/deliver/transport.h"

struct token_cache;

struct token_cache *token_cache_new(struct transport *transport, struct keyring *keyring);
void token_cache_free(struct token_cache *cache); /* all waits were cancelled; NULL is fine */

/* What is told to who waits; everything is lent for the call. */
struct token_result {
    const char *token;    /* NULL = none, and `outcome` says why */
    int64_t expires_in_s; /* -1 = not said */
    const struct outcome *outcome;
    const struct http_request *request; /* NULL where none was sent */
    const struct answer *answer;
};

struct token_wait;

struct token_need {
    struct target *target;
    int64_t now_ms;
    int64_t timeout_ms; /* of the request, where one has to be made */
    void (*done)(void *ctx, const struct token_result *result);
    void *ctx;
};

/* A token that can be used now, lent until the next call of this module; NULL = wait for one. */
const char *token_cache_get(struct token_cache *cache, struct target *target, int64_t now_ms);

/* Waits for the token that is being fetched, or starts to fetch; done is called once, from
 * transport_poll, and the wait is gone then. NULL: a secret does not open. */
struct token_wait *token_cache_wait(struct token_cache *cache, const struct token_need *need,
                                    struct error *err);
void token_wait_cancel(struct token_wait *wait); /* NULL is fine */

/* The receiver refused `token`: drops it, unless it was replaced meanwhile. */
void token_cache_refused(struct token_cache *cache, struct target *target, const char *token);

/* Drops the tokens of integrations that changed or went. */
void token_cache_follow(struct token_cache *cache, const struct config *config);

#endif
