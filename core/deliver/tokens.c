/* Fetches access tokens and keeps them: one request for everybody who waits. */
#include "core/deliver/tokens.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/deliver/reason.h"
#include "core/deliver/retry.h"
#include "core/deliver/transfer.h"

/* One integration's token: there, being fetched, or neither. */
struct entry {
    struct token_cache *cache;
    struct entry *next;
    struct target *target;
    struct secret token;       /* empty = none */
    int64_t good_until_ms;     /* INT64_MAX = until it is refused */
    struct transfer *transfer; /* NULL = none under way */
    struct http_request request;
    struct token_wait *waits;
    int64_t asked_ms;
    bool gone;    /* the integration changed: who waits is served, then it goes */
    bool telling; /* who is told may change the configuration: it stays until all are */
};

struct token_wait {
    struct entry *entry;
    struct token_wait *next;
    struct token_need need;
};

struct token_cache {
    struct transport *transport;
    struct keyring *keyring;
    struct entry *entries;
};

struct token_cache *token_cache_new(struct transport *transport, struct keyring *keyring)
{
    struct token_cache *cache = mem_zalloc(sizeof *cache);
    cache->transport = transport;
    cache->keyring = keyring;
    return cache;
}

/* Nobody waits for it or stands in it. */
static bool is_idle(const struct entry *e)
{
    return !e->transfer && !e->waits && !e->telling;
}

static void entry_free(struct entry *e)
{
    struct entry **at = &e->cache->entries;
    while (*at && *at != e)
        at = &(*at)->next;
    if (*at)
        *at = e->next;
    transfer_cancel(e->transfer);
    http_request_release(&e->request);
    secret_release(&e->token);
    target_unref(e->target);
    free(e);
}

void token_cache_free(struct token_cache *cache)
{
    if (!cache)
        return;
    while (cache->entries)
        entry_free(cache->entries);
    free(cache);
}

/* An entry of another version of the integration serves those who wait for it and no one else. */
static struct entry *find_entry(struct token_cache *cache, struct target *target)
{
    for (struct entry *e = cache->entries; e; e = e->next)
        if (!e->gone && integration_equal(&e->target->integration, &target->integration))
            return e;
    return NULL;
}

static struct entry *make_entry(struct token_cache *cache, struct target *target)
{
    struct entry *e = mem_zalloc(sizeof *e);
    e->cache = cache;
    e->target = target_ref(target);
    e->next = cache->entries;
    cache->entries = e;
    return e;
}

const char *token_cache_get(struct token_cache *cache, struct target *target, int64_t now_ms)
{
    struct entry *e = find_entry(cache, target);
    if (!e || !e->token.text)
        return NULL;
    if (now_ms >= e->good_until_ms) {
        secret_release(&e->token);
        return NULL;
    }
    return e->token.text;
}

/* Tells everybody who waits; a wait is off the list before it is told, for it may wait again. */
static void tell_all(struct entry *e, const struct token_result *result)
{
    struct token_wait *waits = e->waits;
    e->waits = NULL;
    for (struct token_wait *w = waits; w; w = w->next)
        w->entry = NULL;
    while (waits) {
        struct token_wait *w = waits;
        waits = w->next;
        if (w->need.done)
            w->need.done(w->need.ctx, result);
        free(w);
    }
}

static void describe_failure(struct entry *e, const struct answer *answer,
                             const struct oauth_refusal *why, struct outcome *out)
{
    char host[256], reason[384];
    const struct integration *in = &e->target->integration;
    *out = (struct outcome){.fault = FAULT_TOKEN, .retry_after_s = -1};
    out->verdict = verdict_of(FAULT_TOKEN, why->broke_off ? 0 : answer->status);
    reason_host(in->auth.endpoint, host, sizeof host);
    if (answer->fault == FAULT_NONE) {
        out->retry_after_s = retry_after_parse(http_headers_get(&answer->headers, "Retry-After"),
                                               e->asked_ms / 1000);
        reason_format(out->reason, sizeof out->reason, "the token endpoint %s %s", host, why->what);
        return;
    }
    struct reason_input input = {.answer = answer,
                                 .url = in->auth.endpoint,
                                 .proxy = in->proxy,
                                 .timeout_s = in->timeout_s,
                                 .retry_after_s = -1};
    reason_write(&input, reason, sizeof reason);
    reason_format(out->reason, sizeof out->reason, "no token: %s", reason);
}

static void keep_token(struct entry *e, struct oauth_token *token)
{
    secret_release(&e->token);
    e->token = token->text;
    token->text = (struct secret){0};
    int64_t use_for_s = oauth_use_for_s(token->expires_in_s);
    e->good_until_ms = use_for_s == INT64_MAX ? INT64_MAX : e->asked_ms + use_for_s * 1000;
}

static void on_answer(void *ctx, struct answer *answer)
{
    struct entry *e = ctx;
    struct oauth_token token = {.expires_in_s = -1};
    struct oauth_refusal why = {0};
    struct outcome outcome = {0};
    struct token_result result = {.request = &e->request, .answer = answer, .expires_in_s = -1};
    e->transfer = NULL;
    answer_redact(answer, &e->request);
    if (answer->fault == FAULT_NONE && oauth_read_answer(answer, &token, &why)) {
        result.expires_in_s = token.expires_in_s;
        keep_token(e, &token);
        result.token = e->token.text;
    } else {
        describe_failure(e, answer, &why, &outcome);
    }
    result.outcome = &outcome;
    oauth_token_release(&token);

    /* Whoever is told may drop the token or ask again: the entry stands, the request goes last. */
    struct secret lent = {0};
    struct error err;
    if (result.token && secret_set(&lent, e->token.text, e->token.len, &err))
        result.token = lent.text;
    struct http_request request = e->request;
    e->request = (struct http_request){0};
    result.request = &request;
    e->telling = true;
    tell_all(e, &result);
    e->telling = false;
    secret_release(&lent);
    http_request_release(&request);
    if (e->gone && is_idle(e))
        entry_free(e);
}

static bool start_fetch(struct entry *e, const struct token_need *need, struct error *err)
{
    const struct integration *in = &e->target->integration;
    struct credentials credentials;
    if (!credentials_open(&credentials, e->cache->keyring, in, err))
        return false;
    oauth_request(&e->request, in, &credentials);
    credentials_release(&credentials);
    e->asked_ms = need->now_ms;
    struct transfer_spec spec = {
        .request = &e->request,
        .ca_file = in->ca_file,
        .proxy = in->proxy,
        .tls_verify = in->tls_verify,
        .timeout_ms = need->timeout_ms,
        .keep = ANSWER_READ_BYTES,
        .done = on_answer,
        .ctx = e,
    };
    e->transfer = transfer_start(e->cache->transport, &spec);
    return true;
}

struct token_wait *token_cache_wait(struct token_cache *cache, const struct token_need *need,
                                    struct error *err)
{
    struct entry *e = find_entry(cache, need->target);
    if (!e)
        e = make_entry(cache, need->target);
    if (!e->transfer && !start_fetch(e, need, err))
        return NULL;
    struct token_wait *w = mem_zalloc(sizeof *w);
    w->entry = e;
    w->need = *need;
    w->next = e->waits;
    e->waits = w;
    return w;
}

void token_wait_cancel(struct token_wait *wait)
{
    if (!wait)
        return;
    struct entry *e = wait->entry;
    if (!e) { /* being told right now: tell_all frees it */
        wait->need.done = NULL;
        return;
    }
    struct token_wait **at = &e->waits;
    while (*at != wait)
        at = &(*at)->next;
    *at = wait->next;
    free(wait);
    if (e->waits || !e->transfer)
        return;
    transfer_cancel(e->transfer);
    e->transfer = NULL;
    http_request_release(&e->request);
    if (e->gone && is_idle(e))
        entry_free(e);
}

void token_cache_refused(struct token_cache *cache, struct target *target, const char *token)
{
    struct entry *e = find_entry(cache, target);
    if (e && e->token.text && strcmp(e->token.text, token) == 0)
        secret_release(&e->token);
}

void token_cache_follow(struct token_cache *cache, const struct config *config)
{
    struct entry *next;
    for (struct entry *e = cache->entries; e; e = next) {
        next = e->next;
        const struct integration *now = config_find(config, e->target->integration.id);
        if (now && integration_equal(now, &e->target->integration))
            continue;
        e->gone = true;
        if (is_idle(e))
            entry_free(e);
    }
}
