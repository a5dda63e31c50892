/* One delivery as text. */
#include "tui/delivery_about.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/deliver/reason.h"
#include "core/delivery_body.h"
#include "tui/when.h"

enum { US_PER_MS = 1000, PHRASE_MAX = 128, USERS_SHOWN = 20 };

/* --- columns ------------------------------------------------------------------------------- */

enum role delivery_status(const struct delivery *d, char out[DELIVERY_STATUS_MAX])
{
    switch (d->state) {
    case DELIVERY_DELIVERED:
        snprintf(out, DELIVERY_STATUS_MAX, "● %d", d->status);
        return ROLE_OK;
    case DELIVERY_FAILED:
        if (d->status > 0)
            snprintf(out, DELIVERY_STATUS_MAX, "■ %d", d->status);
        else
            snprintf(out, DELIVERY_STATUS_MAX, "■ failed");
        return ROLE_BAD;
    case DELIVERY_HELD:
        snprintf(out, DELIVERY_STATUS_MAX, "○ held");
        return ROLE_WARN;
    case DELIVERY_IN_FLIGHT:
        snprintf(out, DELIVERY_STATUS_MAX, "» sending");
        return ROLE_ACCENT;
    case DELIVERY_PENDING:
        snprintf(out, DELIVERY_STATUS_MAX, "%s", d->attempts > 0 ? "▲ retry" : "◊ queued");
        return d->attempts > 0 ? ROLE_WARN : ROLE_TEXT;
    }
    return ROLE_TEXT;
}

void delivery_try(const struct delivery *d, const struct config *config, char *out, size_t size)
{
    const struct integration *in = config_find(config, d->integration_id);
    if (d->kind == KIND_TEST)
        snprintf(out, size, "%d/1", d->attempts);
    else if (in)
        snprintf(out, size, "%d/%lld", d->attempts, (long long)in->max_attempts + 1);
    else
        snprintf(out, size, "%d", d->attempts);
}

void delivery_took(const struct delivery *d, int64_t now_s, char *out, size_t size)
{
    char text[WHEN_MAX];
    if (d->state == DELIVERY_PENDING && d->due_at > now_s) {
        time_age(d->due_at - now_s, text);
        snprintf(out, size, "next %s", text);
        return;
    }
    when_took(d->took_ms, text);
    snprintf(out, size, "%s", text);
}

/* --- bodies -------------------------------------------------------------------------------- */

static void add_body(struct textview *out, const char *bytes, size_t len)
{
    struct error not_json = {0};
    cJSON *json = json_parse(bytes, len, &not_json);
    char *pretty = json ? json_pretty(json) : NULL;
    if (pretty)
        textview_bytes(out, ROLE_TEXT, pretty, strlen(pretty));
    else
        textview_bytes(out, ROLE_TEXT, bytes, len);
    free(pretty);
    cJSON_Delete(json);
}

static void add_headers(struct textview *out, const char *json)
{
    struct error ignored = {0};
    cJSON *headers = json ? json_parse(json, strlen(json), &ignored) : NULL;
    const cJSON *header;
    cJSON_ArrayForEach(header, headers)
    {
        const char *value = cJSON_GetStringValue(header);
        textview_add(out, ROLE_TEXT, "%s: %s", header->string, value ? value : "");
    }
    cJSON_Delete(headers);
}

static const struct attempt *last_attempt(const struct delivery_about *d)
{
    return d->attempts.count > 0 ? &d->attempts.items[d->attempts.count - 1] : NULL;
}

/* The body of the last attempt, or what would be sent now; always said which. */
static void add_message(struct textview *out, const struct delivery_about *d, const struct app *app)
{
    const struct attempt *a = last_attempt(d);
    struct error err = {0};
    struct bodies bodies;
    struct shown_body body = {0};
    bodies_init(&bodies, app, &d->delivery);
    const struct preview *now = a ? NULL : bodies_message(&bodies, &err);
    if (a)
        bodies_find(&bodies, a, &body);
    else if (now)
        body.text = now->body;
    else
        snprintf(body.note, sizeof body.note, "%s", err.text);
    if (body.note[0])
        textview_add(out, ROLE_DIM, "(%s%s)", body.note, body.text ? " as follows" : "");
    if (body.text)
        add_body(out, body.text, strlen(body.text));
    bodies_release(&bodies);
}

/* --- tabs ---------------------------------------------------------------------------------- */

static void add_users(struct textview *out, const struct event *event)
{
    struct error ignored = {0};
    cJSON *detail =
        event->detail ? json_parse(event->detail, strlen(event->detail), &ignored) : NULL;
    const cJSON *users = json_member(detail, "usersFailing");
    const int count = cJSON_IsArray(users) ? cJSON_GetArraySize(users) : 0;
    if (count > 0)
        textview_pair(out, "Users", ROLE_TEXT, "%d", count);
    for (int i = 0; i < count && i < USERS_SHOWN; i++) {
        const char *login = cJSON_GetStringValue(cJSON_GetArrayItem(users, i));
        textview_pair(out, "", ROLE_TEXT, "%s", login ? login : "");
    }
    if (count > USERS_SHOWN)
        textview_pair(out, "", ROLE_DIM, "…%d more", count - USERS_SHOWN);
    cJSON_Delete(detail);
}

static void add_state(struct textview *out, const struct delivery *d)
{
    char status[DELIVERY_STATUS_MAX];
    const enum role role = delivery_status(d, status);
    textview_pair(out, "Status", role, "%s%s%s", status, d->reason && d->reason[0] ? "  " : "",
                  d->reason ? d->reason : "");
}

static void add_summary(struct delivery_about *about, const struct app *app)
{
    const struct delivery *d = &about->delivery;
    struct textview *out = &about->text;
    char text[WHEN_MAX], id[DELIVERY_ID_MAX];
    add_state(out, d);
    textview_pair(out, "Webhook", ROLE_TEXT, "%s", d->integration_name);
    textview_pair(out, "Event", ROLE_TEXT, "%s", d->check_id);
    textview_pair(out, "Event id", ROLE_TEXT, "%s", d->event_id);
    when_long(d->created_at, text);
    textview_pair(out, "Created", ROLE_TEXT, "%s", text);
    delivery_try(d, &app->config, text, sizeof text);
    textview_pair(out, "Attempts", ROLE_TEXT, "%s", text);
    if (d->due_at > 0) {
        when_long(d->due_at, text);
        textview_pair(out, "Next", ROLE_TEXT, "%s", text);
    }
    if (d->finished_at > 0) {
        when_long(d->finished_at, text);
        textview_pair(out, "Finished", ROLE_TEXT, "%s", text);
    }
    if (d->redelivery_of > 0) {
        delivery_id_text(d->redelivery_of, id);
        textview_pair(out, "Again", ROLE_TEXT, "a redelivery of %s", id);
    }
    add_users(out, &about->event);
}

static void add_request(struct delivery_about *d, const struct app *app)
{
    const struct attempt *a = last_attempt(d);
    if (a) {
        textview_add(&d->text, ROLE_HEADING, "%s %s", a->method ? a->method : "",
                     a->url ? a->url : "");
        add_headers(&d->text, a->request_headers);
    } else {
        textview_add(&d->text, ROLE_DIM, "Not sent yet. The message:");
    }
    textview_blank(&d->text);
    add_message(&d->text, d, app);
}

static void add_response(struct delivery_about *d)
{
    const struct attempt *a = last_attempt(d);
    char phrase[PHRASE_MAX];
    if (!a) {
        textview_add(&d->text, ROLE_DIM, "No answer yet: it was not sent.");
        return;
    }
    if (a->status == 0) {
        textview_add(&d->text, ROLE_BAD, "No answer: %s", a->reason ? a->reason : "");
        return;
    }
    reason_phrase(a->status, phrase, sizeof phrase);
    textview_add(&d->text, ROLE_HEADING, "HTTP %s", phrase);
    add_headers(&d->text, a->response_headers);
    textview_blank(&d->text);
    if (a->response_len > 0)
        add_body(&d->text, a->response_body, a->response_len);
    textview_blank(&d->text);
    textview_add(&d->text, ROLE_DIM, "%zu bytes%s · control characters shown escaped",
                 a->response_len, a->response_cut ? " kept, there was more" : "");
}

static void add_phases(struct textview *out, const struct attempt *a)
{
    const struct phase {
        const char *name;
        int64_t us;
    } phases[] = {
        {"resolve", a->resolve_us},       {"connect", a->connect_us}, {"TLS", a->tls_us},
        {"first byte", a->first_byte_us}, {"total", a->total_us},
    };
    struct strbuf text;
    strbuf_init(&text, PHRASE_MAX * 2);
    for (size_t i = 0; i < ARRAY_LEN(phases); i++) {
        if (phases[i].us >= 0)
            strbuf_addf(&text, "%s%s %.1f ms", text.len > 0 ? " · " : "", phases[i].name,
                        (double)phases[i].us / US_PER_MS);
    }
    if (a->peer && a->peer[0])
        strbuf_addf(&text, "%s%s", text.len > 0 ? " · " : "", a->peer);
    textview_pair(out, "", ROLE_DIM, "%s", text.text);
    strbuf_release(&text);
}

static void add_attempts(struct delivery_about *d)
{
    char label[16], when[WHEN_MAX];
    if (d->attempts.count == 0)
        textview_add(&d->text, ROLE_DIM, "No attempt yet.");
    for (size_t i = d->attempts.count; i > 0; i--) {
        const struct attempt *a = &d->attempts.items[i - 1];
        snprintf(label, sizeof label, "Attempt %d", a->n);
        when_long(a->started_ms / 1000, when);
        textview_pair(&d->text, label, ROLE_TEXT, "%s  %s%s%s", when, a->outcome,
                      a->reason && a->reason[0] ? ": " : "", a->reason ? a->reason : "");
        add_phases(&d->text, a);
    }
}

static void write_tab(struct delivery_about *d, const struct app *app)
{
    textview_clear(&d->text);
    switch (d->tab) {
    case TAB_SUMMARY:
        add_summary(d, app);
        break;
    case TAB_REQUEST:
        add_request(d, app);
        break;
    case TAB_RESPONSE:
        add_response(d);
        break;
    case TAB_ATTEMPTS:
    case TAB_COUNT:
        add_attempts(d);
        break;
    }
}

/* --- public -------------------------------------------------------------------------------- */

static void release_rows(struct delivery_about *d)
{
    delivery_release(&d->delivery);
    event_release(&d->event);
    attempt_list_release(&d->attempts);
}

bool delivery_about_read(struct delivery_about *d, struct app *app, int64_t id, struct error *err)
{
    struct delivery_about fresh = {.tab = d->tab};
    struct error no_event = {0};
    if (!outbox_delivery(app->store, id, &fresh.delivery, err) ||
        !outbox_attempts(app->store, id, &fresh.attempts, err)) {
        release_rows(&fresh);
        return false;
    }
    outbox_event(app->store, fresh.delivery.event_id, &fresh.event, &no_event);
    fresh.text = d->text;
    if (d->delivery.id != id)
        fresh.text.top = 0;
    release_rows(d);
    *d = fresh;
    write_tab(d, app);
    return true;
}

void delivery_about_release(struct delivery_about *d)
{
    release_rows(d);
    textview_release(&d->text);
    *d = (struct delivery_about){0};
}

void delivery_about_turn(struct delivery_about *d, const struct app *app, int step)
{
    if (d->delivery.id == 0)
        return;
    d->tab = (enum delivery_tab)(((int)d->tab + step + TAB_COUNT) % TAB_COUNT);
    d->text.top = 0;
    write_tab(d, app);
}

static void draw_tabs(const struct delivery_about *d, WINDOW *w, const struct area *area)
{
    static const char *const titles[] = {"Summary", "Request", "Response", "Attempts"};
    static const char keys[] = " Tab switches ";
    const int right = area->x + area->cols;
    char label[64], id[DELIVERY_ID_MAX];
    int x = area->x + 2;
    draw_rule(w, area->y, area->x, area->cols);
    delivery_id_text(d->delivery.id, id);
    x += draw_textf(w, area->y, x, right - x, ROLE_HEADING, " %s ", id) + 1;
    for (int i = 0; i < TAB_COUNT; i++) {
        const bool here = i == (int)d->tab;
        int len = snprintf(label, sizeof label, "%c%s", here ? '[' : ' ', titles[i]);
        if (i == TAB_ATTEMPTS)
            len += snprintf(label + len, sizeof label - (size_t)len, " %zu", d->attempts.count);
        snprintf(label + len, sizeof label - (size_t)len, "%c", here ? ']' : ' ');
        x += draw_text(w, area->y, x, right - x, here ? ROLE_HEADING : ROLE_TEXT, label) + 1;
    }
    if (right - x > draw_width(keys) + 2)
        draw_text(w, area->y, right - 2 - draw_width(keys), draw_width(keys), ROLE_DIM, keys);
}

void delivery_about_draw(struct delivery_about *d, WINDOW *w, const struct area *area)
{
    const struct area text = {area->y + 1, area->x + 2, area->rows - 1, area->cols - 2};
    draw_tabs(d, w, area);
    textview_draw(&d->text, w, &text);
}
