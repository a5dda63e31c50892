/* One attempt from opened secrets to its record. */
#include "core/deliver/sending.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/url.h"
#include "core/deliver/message.h"
#include "core/deliver/reason.h"
#include "core/deliver/request.h"
#include "core/deliver/retry.h"
#include "core/deliver/transfer.h"

enum { STAGE_TEXT_MAX = 256 };

struct sending {
    struct sending_options options;
    struct event event;
    int64_t started_ms; /* monotonic */
    struct token_wait *wait;
    struct transfer *transfer;
    struct http_request request;
    struct secret token; /* the one that was sent */
    bool renewed;        /* another token was asked for, once */
    struct outcome outcome;
    char advice[ADVICE_MAX];
    struct attempt attempt;
};

static void get_token(struct sending *s);

static const struct integration *integration_of(const struct sending *s)
{
    return &s->options.target->integration;
}

static int64_t elapsed_ms(const struct sending *s)
{
    return clock_monotonic_ms() - s->started_ms;
}

/* What the time limit of the attempt leaves; never 0, which libcurl takes for "no limit". */
static int64_t remaining_ms(const struct sending *s)
{
    int64_t left = integration_of(s)->timeout_s * 1000 - elapsed_ms(s);
    return left > 1 ? left : 1;
}

static void tell_stage(struct sending *s, enum sending_stage stage, bool ended, bool ok,
                       const char *text)
{
    if (s->options.stage)
        s->options.stage(s->options.ctx, stage, ended, ok, text);
}

/* --- the record ------------------------------------------------------------------------------ */

static void record_request(struct attempt *a, const struct http_request *request)
{
    free(a->request_headers);
    a->request_headers = http_request_headers_json(request);
    mem_replace(&a->method, http_method_text(request->method));
    mem_replace(&a->url, request->shown_url);
}

static void record_body(struct attempt *a, const char *body, size_t len, bool cut)
{
    free(a->response_body);
    a->response_len = len < ANSWER_KEEP_BYTES ? len : ANSWER_KEEP_BYTES;
    a->response_cut = cut || len > ANSWER_KEEP_BYTES;
    a->response_body = mem_zalloc(a->response_len + 1);
    if (a->response_len > 0)
        memcpy(a->response_body, body, a->response_len);
}

static void record_answer(struct attempt *a, const struct answer *answer)
{
    a->status = answer->status;
    mem_replace(&a->peer, answer->peer);
    a->resolve_us = answer->phases.resolve_us;
    a->connect_us = answer->phases.connect_us;
    a->tls_us = answer->phases.tls_us;
    a->first_byte_us = answer->phases.first_byte_us;
    a->total_us = answer->phases.total_us;
    free(a->response_headers);
    a->response_headers = http_headers_json(&answer->headers);
    record_body(a, answer->body, answer->body_len, answer->cut);
}

/* The token endpoint said no: its exchange is what the record shows, but never a token. */
static void record_token_exchange(struct sending *s, const struct token_result *result)
{
    if (!result->request || !result->answer)
        return;
    record_request(&s->attempt, result->request);
    record_answer(&s->attempt, result->answer);
    if (result->answer->status >= 200 && result->answer->status <= 299)
        record_body(&s->attempt, "", 0, false);
    s->attempt.status = 0; /* the receiver itself gave no answer */
}

static void keep_or(char **slot, const char *text)
{
    if (!*slot)
        *slot = mem_strdup(text);
}

/* What no exchange has filled in. */
static void complete_record(struct sending *s)
{
    struct attempt *a = &s->attempt;
    keep_or(&a->method, http_method_text((enum http_method)integration_of(s)->method));
    keep_or(&a->url, integration_of(s)->url);
    keep_or(&a->peer, "");
    keep_or(&a->request_headers, "{}");
    keep_or(&a->response_headers, "{}");
    keep_or(&a->response_body, "");
}

static void finish(struct sending *s)
{
    mem_replace(&s->attempt.outcome, verdict_text(s->outcome.verdict));
    mem_replace(&s->attempt.reason, s->outcome.reason);
    complete_record(s);
    secret_release(&s->token);
    s->options.done(s->options.ctx, s);
}

static void finish_without_secret(struct sending *s, enum sending_stage stage,
                                  const struct error *why)
{
    s->outcome = (struct outcome){.fault = FAULT_SECRET, .retry_after_s = -1};
    s->outcome.verdict = verdict_of(FAULT_SECRET, 0);
    reason_format(s->outcome.reason, sizeof s->outcome.reason, "%s", why->text);
    snprintf(s->advice, sizeof s->advice, "Enter the secret again, or mend what it refers to.");
    tell_stage(s, stage, true, false, s->outcome.reason);
    finish(s);
}

/* --- the request ----------------------------------------------------------------------------- */

static void judge(struct sending *s, const struct answer *answer)
{
    const struct integration *in = integration_of(s);
    int64_t now_s = (s->options.now_ms + elapsed_ms(s)) / 1000;
    struct outcome *o = &s->outcome;
    *o = (struct outcome){.fault = answer->fault, .status = answer->status};
    o->verdict = verdict_of(answer->fault, answer->status);
    o->retry_after_s = retry_after_parse(http_headers_get(&answer->headers, "Retry-After"), now_s);
    struct reason_input input = {.answer = answer,
                                 .url = in->url,
                                 .method = http_method_text((enum http_method)in->method),
                                 .proxy = in->proxy,
                                 .anonymous = in->auth.type == AUTH_NONE,
                                 .timeout_s = in->timeout_s,
                                 .retry_after_s = o->retry_after_s,
                                 .max_wait_s = in->max_age_h * 3600};
    reason_write(&input, o->reason, sizeof o->reason);
    if (s->options.stage) /* a test, whose user reads it */
        reason_advice(&input, s->advice, sizeof s->advice);
}

static void tell_answer(struct sending *s, const struct answer *answer)
{
    if (!s->options.stage)
        return;
    struct error err;
    struct url parts = {0};
    char text[STAGE_TEXT_MAX], phrase[48];
    reason_phrase(answer->status, phrase, sizeof phrase);
    if (answer->fault != FAULT_NONE)
        reason_format(text, sizeof text, "%s", s->outcome.reason);
    else
        reason_format(text, sizeof text, "%s %.180s: %s",
                      http_method_text((enum http_method)integration_of(s)->method),
                      url_parse(&parts, integration_of(s)->url, &err) ? parts.path : "", phrase);
    url_release(&parts);
    tell_stage(s, SENDING_REQUEST, true, s->outcome.verdict == VERDICT_DELIVERED, text);
}

/* A refused token may just be an old one. */
static bool ask_for_another_token(struct sending *s)
{
    if (integration_of(s)->auth.type != AUTH_OAUTH || s->renewed || s->options.keep_refused_token ||
        s->outcome.fault != FAULT_NONE || s->outcome.verdict != VERDICT_REFUSED)
        return false;
    s->renewed = true;
    token_cache_refused(s->options.tokens, s->options.target, s->token.text);
    http_request_release(&s->request);
    get_token(s);
    return true;
}

/* The exchange before is part of this attempt, but has no record of its own. */
static void tell_renewal(struct sending *s)
{
    size_t len = strlen(s->outcome.reason);
    snprintf(s->outcome.reason + len, sizeof s->outcome.reason - len,
             "%swith a new token, the one before was refused", len > 0 ? "; " : "");
}

static void on_answer(void *ctx, struct answer *answer)
{
    struct sending *s = ctx;
    s->transfer = NULL;
    answer_redact(answer, &s->request);
    judge(s, answer);
    if (ask_for_another_token(s))
        return;
    if (s->renewed)
        tell_renewal(s);
    record_request(&s->attempt, &s->request);
    record_answer(&s->attempt, answer);
    http_request_release(&s->request);
    tell_answer(s, answer);
    finish(s);
}

static void build_request(struct sending *s, const struct credentials *credentials,
                          const char *token)
{
    const struct integration *in = integration_of(s);
    struct strbuf body;
    strbuf_init(&body, REQUEST_BODY_BYTES);
    message_render(&body, &s->event, in, s->options.general, credentials);
    struct request_parts parts = {.integration = in,
                                  .credentials = credentials,
                                  .token = token,
                                  .event_id = s->event.id,
                                  .body_len = body.len};
    parts.body = strbuf_detach(&body);
    request_build(&s->request, &parts);
}

static void send_request(struct sending *s, const char *token)
{
    const struct integration *in = integration_of(s);
    struct error err = {0};
    struct credentials credentials;
    tell_stage(s, SENDING_REQUEST, false, true, "");
    if (!credentials_open(&credentials, s->options.keyring, in, &err)) {
        finish_without_secret(s, SENDING_REQUEST, &err);
        return;
    }
    build_request(s, &credentials, token);
    credentials_release(&credentials);
    struct transfer_spec spec = {
        .request = &s->request,
        .ca_file = in->ca_file,
        .proxy = in->proxy,
        .tls_verify = in->tls_verify,
        .timeout_ms = remaining_ms(s),
        .keep = ANSWER_KEEP_BYTES,
        .done = on_answer,
        .ctx = s,
    };
    s->transfer = transfer_start(s->options.transport, &spec);
}

/* --- the token ------------------------------------------------------------------------------- */

static void send_with_token(struct sending *s, const char *token)
{
    struct error err = {0};
    if (secret_set(&s->token, token, strlen(token), &err))
        send_request(s, s->token.text);
    else
        finish_without_secret(s, SENDING_TOKEN, &err);
}

static void token_failed(struct sending *s, const struct token_result *result)
{
    s->outcome = *result->outcome;
    snprintf(s->advice, sizeof s->advice,
             s->outcome.verdict == VERDICT_REFUSED
                 ? "Check Client ID, Client secret, and how the client is sent (Authorization)."
                 : "Check Auth endpoint; deliveries are tried again by themselves.");
    record_token_exchange(s, result);
    tell_stage(s, SENDING_TOKEN, true, false, s->outcome.reason);
    finish(s);
}

static void on_token(void *ctx, const struct token_result *result)
{
    struct sending *s = ctx;
    const struct auth *auth = &integration_of(s)->auth;
    char text[STAGE_TEXT_MAX], host[128], phrase[48], valid[48] = "";
    s->wait = NULL;
    if (!result->token) {
        token_failed(s, result);
        return;
    }
    reason_host(auth->endpoint, host, sizeof host);
    reason_phrase(result->answer->status, phrase, sizeof phrase);
    if (result->expires_in_s >= 0)
        snprintf(valid, sizeof valid, ", valid for %" PRId64 " s", result->expires_in_s);
    snprintf(text, sizeof text, "%s %s: %s%s", http_method_text((enum http_method)auth->method),
             host, phrase, valid);
    tell_stage(s, SENDING_TOKEN, true, true, text);
    send_with_token(s, result->token);
}

static void get_token(struct sending *s)
{
    struct error err = {0};
    int64_t now_ms = s->options.now_ms + elapsed_ms(s);
    const char *token = token_cache_get(s->options.tokens, s->options.target, now_ms);
    if (token) {
        send_with_token(s, token);
        return;
    }
    tell_stage(s, SENDING_TOKEN, false, true, "");
    struct token_need need = {.target = s->options.target,
                              .now_ms = now_ms,
                              .timeout_ms = remaining_ms(s),
                              .done = on_token,
                              .ctx = s};
    s->wait = token_cache_wait(s->options.tokens, &need, &err);
    if (!s->wait)
        finish_without_secret(s, SENDING_TOKEN, &err);
}

/* --- life ------------------------------------------------------------------------------------ */

struct sending *sending_new(const struct sending_options *options)
{
    struct sending *s = mem_zalloc(sizeof *s);
    s->options = *options;
    target_ref(options->target);
    s->event = *options->event;
    *options->event = (struct event){0};
    s->attempt = (struct attempt){.started_ms = options->now_ms,
                                  .resolve_us = -1,
                                  .connect_us = -1,
                                  .tls_us = -1,
                                  .first_byte_us = -1,
                                  .total_us = -1};
    s->outcome.retry_after_s = -1;
    return s;
}

void sending_start(struct sending *s)
{
    s->started_ms = clock_monotonic_ms();
    if (integration_of(s)->auth.type == AUTH_OAUTH)
        get_token(s);
    else
        send_request(s, NULL);
}

const struct outcome *sending_outcome(const struct sending *s)
{
    return &s->outcome;
}

const char *sending_advice(const struct sending *s)
{
    return s->advice;
}

struct attempt *sending_attempt(struct sending *s)
{
    return &s->attempt;
}

struct target *sending_target(const struct sending *s)
{
    return s->options.target;
}

void sending_free(struct sending *s)
{
    if (!s)
        return;
    token_wait_cancel(s->wait);
    transfer_cancel(s->transfer);
    http_request_release(&s->request);
    secret_release(&s->token);
    attempt_release(&s->attempt);
    event_release(&s->event);
    target_unref(s->options.target);
    free(s);
}
