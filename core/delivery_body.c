/* Renders the bodies of requests again, and says whether they are what was sent. */
#include "core/delivery_body.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "core/base/json.h"
#include "core/base/text.h"

static const char *const words[] = {
    [BODY_SENT] = "sent", [BODY_NOW] = "now", [BODY_NONE] = "none", [BODY_UNKNOWN] = "unknown"};

const char *body_is_text(enum body_is is)
{
    return words[is];
}

void bodies_init(struct bodies *b, const struct app *app, const struct delivery *d)
{
    *b = (struct bodies){.app = app, .delivery = d};
    outbox_event(app->store, d->event_id, &b->event, &b->no_event);
}

void bodies_release(struct bodies *b)
{
    event_release(&b->event);
    preview_release(&b->message);
    preview_release(&b->token);
    *b = (struct bodies){0};
}

const struct integration *bodies_integration(const struct bodies *b)
{
    return config_find(&b->app->config, b->delivery->integration_id);
}

/* What every preview of it is made of. */
static bool preview_source(const struct bodies *b, struct preview_of *out, struct error *err)
{
    const struct integration *in = bodies_integration(b);
    if (!in)
        return error_set(err, ERR_NOT_FOUND,
                         "integration '%s' is not configured any more, so its request cannot be "
                         "rendered",
                         b->delivery->integration_name);
    if (b->no_event.kind != ERR_NONE)
        return error_set(err, b->no_event.kind, "%s", b->no_event.text);
    *out = (struct preview_of){.event = &b->event,
                               .integration = in,
                               .general = &b->app->config.general,
                               .keyring = b->app->keyring};
    return true;
}

const struct preview *bodies_message(struct bodies *b, struct error *err)
{
    struct preview_of of;
    if (!b->has_message && preview_source(b, &of, err))
        b->has_message = preview_message(&b->message, &of, err);
    return b->has_message ? &b->message : NULL;
}

static const struct preview *token_of(struct bodies *b, struct error *err)
{
    struct preview_of of;
    if (b->has_token || !preview_source(b, &of, err))
        return b->has_token ? &b->token : NULL;
    if (of.integration->auth.type != AUTH_OAUTH) {
        error_set(err, ERR_NOT_FOUND,
                  "the integration does not use OAuth any more, so its token "
                  "request cannot be rendered");
        return NULL;
    }
    b->has_token = preview_token(&b->token, &of, err);
    return b->has_token ? &b->token : NULL;
}

/* --- what was recorded ----------------------------------------------------------------------- */

static const char *find_header(const cJSON *headers, const char *name)
{
    const cJSON *header;
    cJSON_ArrayForEach(header, headers)
    {
        if (strcasecmp(header->string, name) == 0)
            return cJSON_GetStringValue(header);
    }
    return NULL;
}

/* An attempt that ended at the token endpoint shows that exchange; only a delivery has an event. */
struct recorded {
    bool built;       /* there was a request */
    bool token;       /* to the token endpoint */
    int64_t body_len; /* -1 = it had no body */
};

static struct recorded read_recorded(const struct attempt *a)
{
    struct error ignored = {0};
    struct recorded r = {.body_len = -1};
    const char *text = a->request_headers ? a->request_headers : "";
    cJSON *headers = json_parse(text, strlen(text), &ignored);
    const char *length = find_header(headers, "Content-Length");
    r.built = headers && headers->child;
    r.token = r.built && !find_header(headers, "X-Checkhook-Event-Id");
    if (length)
        text_to_int(length, 0, INT64_MAX, &r.body_len);
    cJSON_Delete(headers);
    return r;
}

static void judge(const struct preview *now, int64_t sent_len, struct shown_body *out)
{
    out->text = now->body;
    out->is = BODY_NOW;
    if (!now->body) {
        out->is = BODY_UNKNOWN;
        snprintf(out->note, sizeof out->note,
                 "the integration was changed since: sent now, the request has no body");
    } else if (now->unknown[0]) {
        snprintf(out->note, sizeof out->note,
                 "whether it is what was sent cannot be told: %s; sent now, the body would be",
                 now->unknown);
    } else if (now->content_length != sent_len) {
        snprintf(out->note, sizeof out->note,
                 "the integration was changed since; sent now, the body would be");
    } else {
        out->is = BODY_SENT;
    }
}

void bodies_find(struct bodies *b, const struct attempt *a, struct shown_body *out)
{
    struct error err = {0};
    const struct recorded sent = read_recorded(a);
    *out = (struct shown_body){.is = BODY_NONE};
    if (sent.body_len < 0) {
        if (!sent.built)
            snprintf(out->note, sizeof out->note, "no request was sent");
        return;
    }
    const struct preview *now = sent.token ? token_of(b, &err) : bodies_message(b, &err);
    if (now) {
        judge(now, sent.body_len, out);
        return;
    }
    out->is = BODY_UNKNOWN;
    snprintf(out->note, sizeof out->note, "%s", err.text);
}
