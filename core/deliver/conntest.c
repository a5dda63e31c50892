/* Test Connectivity: a connection of its own, then one test event, each step as it happens. */
#include "core/deliver/conntest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/deliver/credentials.h"
#include "core/deliver/message.h"
#include "core/deliver/reason.h"
#include "core/deliver/retry.h"
#include "core/deliver/sending.h"
#include "core/deliver/transfer.h"

enum { UNRECORDED_MAX = 640 }; /* why, and what the store said */

struct conntest {
    struct conntest_options options;
    struct target *target;
    struct token_cache *tokens; /* of its own: a test always fetches a fresh one */
    struct event event;         /* kept: the sending takes a copy */
    struct test_step_result steps[TEST_STEP_COUNT];
    int64_t step_started_us[TEST_STEP_COUNT]; /* monotonic */
    int64_t started_us, time_us;
    struct http_request probe_request;
    struct transfer *probe;
    struct sending *sending;
    struct outcome outcome;
    char advice[ADVICE_MAX];
    struct attempt attempt;
    int64_t delivery_id;
    char unrecorded[UNRECORDED_MAX];
    bool done;
};

static const struct {
    const char *name, *label;
} step_words[TEST_STEP_COUNT] = {
    [TEST_RESOLVE] = {"resolve", "DNS"},
    [TEST_CONNECT] = {"connect", "TCP"},
    [TEST_TLS] = {"tls", "TLS"},
    [TEST_TOKEN] = {"token", "OAuth token"},
    [TEST_REQUEST] = {"request", "Request"},
};

const char *test_step_name(enum test_step step)
{
    return step_words[step].name;
}

const char *test_step_label(enum test_step step)
{
    return step_words[step].label;
}

static int64_t monotonic_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static const struct integration *integration_of(const struct conntest *t)
{
    return &t->target->integration;
}

static bool uses_tls(const struct conntest *t)
{
    return integration_of(t)->url && strncasecmp(integration_of(t)->url, "https:", 6) == 0;
}

static void set_step(struct conntest *t, enum test_step step, enum test_step_state state,
                     int64_t time_us, const char *detail)
{
    struct test_step_result *r = &t->steps[step];
    r->state = state;
    r->time_us = time_us > 0 ? time_us : 0;
    reason_format(r->detail, sizeof r->detail, "%s", detail);
}

/* --- the end --------------------------------------------------------------------------------- */

static bool record(struct conntest *t, struct error *err)
{
    struct store *store = t->options.store;
    const struct integration *in = integration_of(t);
    bool ok = t->outcome.verdict == VERDICT_DELIVERED;
    int64_t now_s = t->options.now_ms / 1000;
    struct new_delivery d = {.event_id = t->event.id,
                             .check_id = t->event.check_id,
                             .integration_id = in->id,
                             .integration_name = in->name ? in->name : "",
                             .kind = KIND_TEST,
                             .now = now_s};
    if (!outbox_add_event(store, &t->event, err) ||
        !outbox_add_delivery(store, &d, &t->delivery_id, err))
        return false;
    t->attempt.delivery_id = t->delivery_id;
    t->attempt.n = 1;
    if (t->outcome.verdict == VERDICT_RETRY) /* a test is not tried again */
        mem_replace(&t->attempt.outcome, verdict_text(VERDICT_FAILED));
    struct attempt_result result = {.attempt = t->attempt,
                                    .state = ok ? DELIVERY_DELIVERED : DELIVERY_FAILED,
                                    .reason = ok ? "" : t->outcome.reason,
                                    .now = now_s};
    if (!outbox_record(store, &result, err))
        return false;
    /* What was tested is what will be sent: those that wait for credentials can go. */
    return !ok || t->options.draft || !in->enabled || outbox_release(store, in->id, now_s, err);
}

/* A pass that the store did not take ends no hold. */
static bool keeps_hold(const struct conntest *t)
{
    struct error ignored = {0};
    struct integration_facts facts = {0};
    bool held = t->outcome.verdict == VERDICT_DELIVERED && !t->options.draft &&
                integration_of(t)->enabled &&
                outbox_facts(t->options.store, integration_of(t)->id, &facts, &ignored) &&
                facts.on_hold;
    integration_facts_release(&facts);
    return held;
}

static void record_whole(struct conntest *t)
{
    struct error err = {0};
    if (!t->options.store)
        return;
    if (store_begin(t->options.store, &err)) {
        if (record(t, &err) && store_commit(t->options.store, &err))
            return;
        store_rollback(t->options.store);
    }
    t->delivery_id = 0;
    snprintf(t->unrecorded, sizeof t->unrecorded, "this test could not be recorded%s: %s",
             keeps_hold(t) ? ", and its integration stays on hold" : "", err.text);
}

static void end(struct conntest *t)
{
    t->time_us = monotonic_us() - t->started_us;
    if (t->outcome.verdict == VERDICT_DELIVERED) {
        char host[160], phrase[48];
        reason_host(integration_of(t)->url, host, sizeof host);
        reason_phrase(t->outcome.status, phrase, sizeof phrase);
        reason_format(t->outcome.reason, sizeof t->outcome.reason, "%s accepted the %s (%s)", host,
                      t->options.sample ? "sample notification" : "test event", phrase);
    }
    record_whole(t);
    t->done = true;
}

static void fail(struct conntest *t, enum test_step step, enum fault fault, const char *reason)
{
    t->outcome = (struct outcome){.fault = fault, .retry_after_s = -1};
    t->outcome.verdict = verdict_of(fault, 0);
    reason_format(t->outcome.reason, sizeof t->outcome.reason, "%s", reason);
    mem_replace(&t->attempt.outcome, verdict_text(t->outcome.verdict));
    mem_replace(&t->attempt.reason, t->outcome.reason);
    set_step(t, step, STEP_BAD, t->steps[step].time_us, t->outcome.reason);
    end(t);
}

/* --- token and request ----------------------------------------------------------------------- */

static void on_stage(void *ctx, enum sending_stage stage, bool ended, bool ok, const char *text)
{
    struct conntest *t = ctx;
    enum test_step step = stage == SENDING_TOKEN ? TEST_TOKEN : TEST_REQUEST;
    if (!ended) {
        t->step_started_us[step] = monotonic_us();
        set_step(t, step, STEP_UNDER_WAY, 0, "");
        return;
    }
    set_step(t, step, ok ? STEP_OK : STEP_BAD, monotonic_us() - t->step_started_us[step], text);
}

static void on_sent(void *ctx, struct sending *s)
{
    struct conntest *t = ctx;
    t->outcome = *sending_outcome(s);
    snprintf(t->advice, sizeof t->advice, "%s", sending_advice(s));
    attempt_release(&t->attempt);
    t->attempt = *sending_attempt(s);
    *sending_attempt(s) = (struct attempt){0};
    end(t);
}

static void copy_event(struct event *to, const struct event *from)
{
    *to = *from;
    to->id = mem_strdup(from->id);
    to->envelope_id = mem_strdup(from->envelope_id);
    to->check_id = mem_strdup(from->check_id);
    to->detail = mem_strdup(from->detail);
    to->explain = mem_strdup(from->explain);
}

static void start_sending(struct conntest *t)
{
    struct event event;
    copy_event(&event, &t->event);
    struct sending_options options = {
        .transport = t->options.transport,
        .tokens = t->tokens,
        .keyring = t->options.keyring,
        .general = t->options.general,
        .target = t->target,
        .event = &event,
        .now_ms = t->options.now_ms,
        .keep_refused_token = true,
        .done = on_sent,
        .stage = on_stage,
        .ctx = t,
    };
    t->sending = sending_new(&options);
    sending_start(t->sending);
}

/* --- the connection of its own --------------------------------------------------------------- */

/* A name that ends with its port loses it; "[::1]" stays whole. */
static void cut_port(char *host)
{
    char *colon = strrchr(host, ':');
    if (colon && host[strlen(host) - 1] != ']')
        *colon = '\0';
}

static void describe_resolved(const struct conntest *t, const char *peer, char *out, size_t size)
{
    char host[160], address[80];
    const char *proxy = integration_of(t)->proxy;
    if (proxy)
        reason_proxy(proxy, host, sizeof host);
    else
        reason_host(integration_of(t)->url, host, sizeof host);
    snprintf(address, sizeof address, "%s", peer);
    cut_port(host);
    cut_port(address);
    bool told = *address && strcmp(host, address) != 0;
    snprintf(out, size, "%s%s%s%s", proxy ? "proxy " : "", host, told ? ": " : "",
             told ? address : "");
}

static void describe_tls(const struct conntest *t, const struct tls_facts *tls, char *out,
                         size_t size)
{
    char expiry[64] = "";
    int64_t left_days = (tls->expires_at - t->options.now_ms / 1000) / 86400;
    if (tls->expires_at > 0)
        snprintf(expiry, sizeof expiry, ", expires in %" PRId64 " day%s", left_days,
                 left_days == 1 ? "" : "s");
    char *subject = text_safe(tls->subject);
    snprintf(out, size, "%s%s%.120s%s%s", *tls->version ? tls->version : "TLS",
             *subject ? ", CN " : "", subject, expiry,
             integration_of(t)->tls_verify ? "" : ", not verified");
    free(subject);
}

/* Fills in what is known by now; the step after the last one known is under way. */
static void show_phases(struct conntest *t, const struct phases *p, const char *peer)
{
    char text[256];
    const char *via = integration_of(t)->proxy ? "proxy " : "";
    if (p->resolve_us < 0 || !*peer)
        return;
    describe_resolved(t, peer, text, sizeof text);
    set_step(t, TEST_RESOLVE, STEP_OK, p->resolve_us, text);
    if (p->connect_us < 0) {
        set_step(t, TEST_CONNECT, STEP_UNDER_WAY, 0, "");
        return;
    }
    snprintf(text, sizeof text, "%s%s", via, peer);
    set_step(t, TEST_CONNECT, STEP_OK, p->connect_us - p->resolve_us, text);
    if (uses_tls(t) && t->steps[TEST_TLS].state == STEP_NOT_REACHED)
        set_step(t, TEST_TLS, STEP_UNDER_WAY, 0, "");
}

static void on_probe_progress(void *ctx, const struct phases *so_far, const char *peer)
{
    show_phases(ctx, so_far, peer);
}

static enum test_step failed_step(const struct conntest *t, const struct answer *answer)
{
    if (answer->phases.resolve_us < 0)
        return TEST_RESOLVE;
    if (answer->phases.connect_us < 0 || !uses_tls(t))
        return TEST_CONNECT;
    return answer->fault == FAULT_PROXY ? TEST_CONNECT : TEST_TLS;
}

static void probe_failed(struct conntest *t, const struct answer *answer)
{
    char reason[384];
    const struct integration *in = integration_of(t);
    struct reason_input input = {.answer = answer,
                                 .url = in->url,
                                 .proxy = in->proxy,
                                 .timeout_s = in->timeout_s,
                                 .retry_after_s = -1};
    reason_write(&input, reason, sizeof reason);
    reason_advice(&input, t->advice, sizeof t->advice);
    mem_replace(&t->attempt.peer, answer->peer);
    t->attempt.resolve_us = answer->phases.resolve_us;
    t->attempt.connect_us = answer->phases.connect_us;
    t->attempt.tls_us = answer->phases.tls_us;
    t->attempt.total_us = answer->phases.total_us;
    enum test_step step = failed_step(t, answer);
    t->steps[step].time_us = answer->phases.total_us;
    if (step == TEST_CONNECT)
        t->steps[step].time_us -= answer->phases.resolve_us;
    else if (step == TEST_TLS)
        t->steps[step].time_us -= answer->phases.connect_us;
    fail(t, step, answer->fault, reason);
}

static void show_addresses(struct conntest *t, int tried)
{
    struct test_step_result *r = &t->steps[TEST_RESOLVE];
    size_t len = strlen(r->detail);
    if (tried > 1 && r->state == STEP_OK)
        snprintf(r->detail + len, sizeof r->detail - len, " (%d addresses tried)", tried);
}

static void on_probe_done(void *ctx, struct answer *answer)
{
    struct conntest *t = ctx;
    t->probe = NULL;
    show_phases(t, &answer->phases, answer->peer);
    show_addresses(t, answer->addresses);
    if (answer->fault != FAULT_NONE) {
        probe_failed(t, answer);
        return;
    }
    if (uses_tls(t)) {
        char text[256];
        describe_tls(t, &answer->tls, text, sizeof text);
        set_step(t, TEST_TLS, STEP_OK, answer->phases.tls_us - answer->phases.connect_us, text);
    }
    start_sending(t);
}

static void start_probe(struct conntest *t)
{
    const struct integration *in = integration_of(t);
    t->probe_request.url = mem_strdup(in->url);
    struct transfer_spec spec = {
        .request = &t->probe_request,
        .ca_file = in->ca_file,
        .proxy = in->proxy,
        .tls_verify = in->tls_verify,
        .connect_only = true,
        .timeout_ms = in->timeout_s * 1000,
        .done = on_probe_done,
        .progress = on_probe_progress,
        .ctx = t,
    };
    set_step(t, TEST_RESOLVE, STEP_UNDER_WAY, 0, "");
    t->probe = transfer_start(t->options.transport, &spec);
}

/* --- life ------------------------------------------------------------------------------------ */

static void start_attempt(struct conntest *t)
{
    const struct integration *in = integration_of(t);
    t->attempt = (struct attempt){.started_ms = t->options.now_ms,
                                  .resolve_us = -1,
                                  .connect_us = -1,
                                  .tls_us = -1,
                                  .first_byte_us = -1,
                                  .total_us = -1};
    t->attempt.method = mem_strdup(http_method_text((enum http_method)in->method));
    t->attempt.url = mem_strdup(in->url ? in->url : "");
    t->attempt.peer = mem_strdup("");
    t->attempt.request_headers = mem_strdup("{}");
    t->attempt.response_headers = mem_strdup("{}");
    t->attempt.response_body = mem_strdup("");
}

struct conntest *conntest_start(const struct conntest_options *options)
{
    struct error err = {0};
    struct credentials credentials;
    struct conntest *t = mem_zalloc(sizeof *t);
    t->options = *options;
    t->target = target_new(options->integration);
    t->tokens = token_cache_new(options->transport, options->keyring);
    t->started_us = monotonic_us();
    if (options->sample)
        message_sample_event(&t->event, options->now_ms);
    else
        message_test_event(&t->event, options->now_ms);
    start_attempt(t);
    if (!uses_tls(t))
        set_step(t, TEST_TLS, STEP_NOT_NEEDED, 0, "");
    if (integration_of(t)->auth.type != AUTH_OAUTH)
        set_step(t, TEST_TOKEN, STEP_NOT_NEEDED, 0, "");

    /* Nothing leaves this machine unless everything that it needs is there. */
    if (!credentials_open(&credentials, options->keyring, integration_of(t), &err)) {
        snprintf(t->advice, sizeof t->advice, "Enter the secret again, or mend what it refers to.");
        fail(t, TEST_REQUEST, FAULT_SECRET, err.text);
        return t;
    }
    credentials_release(&credentials);
    start_probe(t);
    return t;
}

bool conntest_done(const struct conntest *t)
{
    return t->done;
}

const struct test_step_result *conntest_steps(const struct conntest *t)
{
    return t->steps;
}

const struct outcome *conntest_outcome(const struct conntest *t)
{
    return &t->outcome;
}

const char *conntest_advice(const struct conntest *t)
{
    return t->advice;
}

const struct attempt *conntest_attempt(const struct conntest *t)
{
    return &t->attempt;
}

const char *conntest_event_id(const struct conntest *t)
{
    return t->event.id;
}

int64_t conntest_delivery_id(const struct conntest *t)
{
    return t->delivery_id;
}

const char *conntest_unrecorded(const struct conntest *t)
{
    return t->unrecorded;
}

int64_t conntest_time_us(const struct conntest *t)
{
    return t->done ? t->time_us : monotonic_us() - t->started_us;
}

void conntest_free(struct conntest *t)
{
    if (!t)
        return;
    transfer_cancel(t->probe);
    sending_free(t->sending);
    token_cache_free(t->tokens);
    http_request_release(&t->probe_request);
    attempt_release(&t->attempt);
    event_release(&t->event);
    target_unref(t->target);
    free(t);
}
