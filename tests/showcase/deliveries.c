/* What the showcase has sent: a day of deliveries, and the seven of the reference screen. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/config/access.h"
#include "core/deliver/preview.h"
#include "core/store/outbox.h"
#include "core/store/runs.h"
#include "tests/showcase/showcase.h"

enum { HISTORY = 40, FIRST_ID = 0x100, CLAIM_LEASE_S = 60, ANSWERS_MAX = 3 };

struct answered {
    int64_t ago_s; /* when the attempt began */
    int64_t took_ms;
    int status; /* 0 = timeout */
};

struct sent {
    enum showcase_integration to;
    const char *check; /* NULL = Test Connectivity */
    enum delivery_state state;
    struct answered answers[ANSWERS_MAX]; /* ends with took_ms 0 */
    int64_t due_in_s;                     /* of a pending one */
    const char *reason;
};

static const char refused[] =
    "billing.example.com refused the credentials (401 Unauthorized): invalid_token";
static const char unauthorized[] = "{\"error\":\"invalid_token\",\"error_description\":\"aud "
                                   "mismatch\033[31m!\"}";

/* Oldest first. */
static const struct sent shown[] = {
    {SHOWCASE_AUDIT, NULL, DELIVERY_DELIVERED, {{30663, 38, 200}}, 0, ""},
    {SHOWCASE_BILLING,
     "root-no-mfa",
     DELIVERY_FAILED,
     {{18000, 91, 404}},
     0,
     "billing.example.com has nothing under this address (404 Not Found)"},
    {SHOWCASE_BILLING,
     "unused-key-45",
     DELIVERY_FAILED,
     {{17000, 84, 404}},
     0,
     "billing.example.com has nothing under this address (404 Not Found)"},
    {SHOWCASE_BILLING,
     "no-mfa",
     DELIVERY_FAILED,
     {{16000, 88, 413}},
     0,
     "billing.example.com refused the message because it is too large (413)"},
    {SHOWCASE_CHAT, "inactive-90", DELIVERY_DELIVERED, {{3774, 140, 204}}, 0, ""},
    {SHOWCASE_LAKE,
     "inactive-90",
     DELIVERY_PENDING,
     {{620, 5000, 503}, {600, 70, 503}},
     40,
     "lake.internal.example is overloaded (503 Service Unavailable)"},
    {SHOWCASE_BILLING,
     "no-mfa",
     DELIVERY_HELD,
     {{874, 10000, 0}, {865, 91, 503}, {843, 87, 401}},
     0,
     refused},
    {SHOWCASE_AUDIT, "no-mfa", DELIVERY_DELIVERED, {{125, 41, 200}}, 0, ""},
    {SHOWCASE_LAKE, "unused-key-45", DELIVERY_DELIVERED, {{31, 61, 200}}, 0, ""},
};

static const char *detail_text(const char *id, const char *check)
{
    static char text[1024];
    snprintf(text, sizeof text,
             "{\"id\":\"%s\",\"checkId\":\"%s\",\"title\":\"%s\",\"description\":[\"Enabled people "
             "with a password and no second factor.\"],\"recommendedActions\":[\"Have the person "
             "enrol a second factor.\"],\"severity\":\"critical\",\"usersFailing\":[\"dara.k\","
             "\"m.okafor\"],\"published\":\"2026-09-17T06:00:14.000Z\"}",
             id, check, check);
    return text;
}

static int64_t run_id(struct store *s)
{
    struct error err = {0};
    struct run last = {0};
    showcase_must(runs_last(s, &last, &err), &err);
    return last.id;
}

static int64_t add(struct store *s, const struct sent *d, unsigned n)
{
    struct error err = {0};
    char id[UUID_LEN + 1], envelope[UUID_LEN + 1], to[UUID_LEN + 1];
    int64_t delivery = 0;
    const int64_t at = SHOWCASE_NOW_S - d->answers[0].ago_s;
    const enum delivery_kind kind = d->check ? KIND_FINDING : KIND_TEST;
    const char *check = d->check ? d->check : "WebhookTest";
    snprintf(id, sizeof id, "e3a1c5d0-0000-4000-8000-%012x", n);
    snprintf(envelope, sizeof envelope, "e3a1c5d1-0000-4000-8000-%012x", n);
    showcase_id(d->to, to);
    const struct event event = {.id = id,
                                .envelope_id = envelope,
                                .kind = kind,
                                .check_id = (char *)(uintptr_t)check,
                                .run_id = kind == KIND_FINDING ? run_id(s) : 0,
                                .published_ms = at * 1000,
                                .detail = (char *)(uintptr_t)detail_text(id, check)};
    const struct new_delivery row = {.event_id = id,
                                     .check_id = check,
                                     .integration_id = to,
                                     .integration_name = showcase_names[d->to],
                                     .kind = kind,
                                     .now = at};
    showcase_must(
        outbox_add_event(s, &event, &err) && outbox_add_delivery(s, &row, &delivery, &err), &err);
    return delivery;
}

static void claim(struct store *s, int64_t now)
{
    struct error err = {0};
    struct delivery_list list = {0};
    const struct claim all = {.due_by = now, .lease_until = now + CLAIM_LEASE_S, .limit = 1};
    showcase_must(outbox_claim_due(s, &all, &list, &err), &err);
    delivery_list_release(&list);
}

static const char *outcome_word(int status)
{
    return status == 0 || status >= 500 ? "retry"
           : status < 300               ? "delivered"
           : status == 401              ? "refused"
                                        : "failed";
}

/* What the sender would send: request line, headers and length are those of the true message. */
static void render(struct app *app, const struct integration *in, int64_t id, struct preview *out)
{
    struct error err = {0};
    struct delivery d = {0};
    struct event event = {0};
    showcase_must(outbox_delivery(app->store, id, &d, &err) &&
                      outbox_event_of(app->store, &d, &event, &err),
                  &err);
    const struct preview_of of = {.event = &event,
                                  .integration = in,
                                  .general = &app->config.general,
                                  .keyring = app->keyring};
    showcase_must(preview_message(out, &of, &err), &err);
    event_release(&event);
    delivery_release(&d);
}

static struct attempt attempt_of(const struct answered *a, const struct sent *d, int64_t id, int n,
                                 const struct preview *sent)
{
    const int64_t us = a->took_ms * 1000;
    const bool refusal = a->status == 401;
    return (struct attempt){
        .delivery_id = id,
        .n = n,
        .started_ms = (SHOWCASE_NOW_S - a->ago_s) * 1000,
        .outcome = (char *)(uintptr_t)outcome_word(a->status),
        .status = a->status,
        .reason = (char *)(uintptr_t)(a->status == 0     ? "no answer within 10 s"
                                      : a->status == 503 ? "the receiver is overloaded (503 "
                                                           "Service Unavailable)"
                                                         : d->reason),
        .peer = (char *)(uintptr_t) "203.0.113.10:443",
        .resolve_us = us / 10,
        .connect_us = us / 4,
        .tls_us = us / 2,
        .first_byte_us = a->status == 0 ? -1 : us * 9 / 10,
        .total_us = us,
        .method = (char *)(uintptr_t) "POST",
        .url = sent->url,
        .request_headers = sent->headers,
        .response_headers = (char *)(uintptr_t)(refusal ? "{\"content-type\":\"application/json\","
                                                          "\"www-authenticate\":\"Bearer realm=\\\""
                                                          "billing\\\", error=\\\"invalid_token"
                                                          "\\\"\",\"x-request-id\":\"7c1f4e\"}"
                                                        : "{\"content-type\":\"text/plain\"}"),
        .response_body = (char *)(uintptr_t)(refusal ? unauthorized : "ok"),
        .response_len = refusal ? sizeof unauthorized - 1 : 2,
    };
}

static void record(struct app *app, const struct sent *d, int64_t id, int n)
{
    struct error err = {0};
    const struct answered *a = &d->answers[n - 1];
    const bool last = n == ANSWERS_MAX || d->answers[n].took_ms == 0;
    char to[UUID_LEN + 1];
    showcase_id(d->to, to);
    const struct integration *in = config_find(&app->config, to);
    const int64_t now = SHOWCASE_NOW_S - a->ago_s + a->took_ms / 1000;
    struct preview sent = {0};
    render(app, in, id, &sent);
    const struct attempt_result result = {
        .attempt = attempt_of(a, d, id, n, &sent),
        .state = last ? d->state : DELIVERY_PENDING,
        .due_at = last ? SHOWCASE_NOW_S + d->due_in_s : SHOWCASE_NOW_S - d->answers[n].ago_s,
        .reason = last ? d->reason : "",
        .now = now,
    };
    showcase_must(outbox_record(app->store, &result, &err), &err);
    preview_release(&sent);
}

static void hold(struct app *app, const struct sent *d)
{
    struct error err = {0};
    char to[UUID_LEN + 1], print[ACCESS_PRINT_MAX];
    showcase_id(d->to, to);
    access_print(config_find(&app->config, to), print);
    showcase_must(outbox_hold_access(app->store, to, d->reason, print, SHOWCASE_NOW_S - 843, &err),
                  &err);
}

static void send_one(struct app *app, const struct sent *d, unsigned n)
{
    const int64_t id = add(app->store, d, n);
    for (int i = 0; i < ANSWERS_MAX && d->answers[i].took_ms > 0; i++) {
        if (d->check)
            claim(app->store, SHOWCASE_NOW_S - d->answers[i].ago_s);
        record(app, d, id, i + 1);
    }
    if (d->state == DELIVERY_HELD)
        hold(app, d);
}

static void send_history(struct app *app)
{
    static const enum showcase_integration to[] = {SHOWCASE_AUDIT, SHOWCASE_CHAT, SHOWCASE_LAKE};
    static const char *const checks[] = {"no-mfa", "inactive-90", "unused-key-45", "root-no-mfa"};
    for (unsigned n = 0; n < HISTORY; n++) {
        const struct sent d = {
            .to = to[n % ARRAY_LEN(to)],
            .check = checks[n % ARRAY_LEN(checks)],
            .state = DELIVERY_DELIVERED,
            .answers = {{85000 - (int64_t)(n * n * 30 + n % 7 * 120), 40 + n % 9 * 11, 200}},
            .reason = "",
        };
        send_one(app, &d, FIRST_ID + n);
    }
}

void showcase_deliveries(struct app *app)
{
    struct error err = {0};
    showcase_must(store_begin(app->store, &err), &err);
    send_history(app);
    for (unsigned n = 0; n < ARRAY_LEN(shown); n++)
        send_one(app, &shown[n], n + 1);
    showcase_must(store_commit(app->store, &err), &err);
}
