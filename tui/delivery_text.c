/* One delivery as text. */
#include "tui/delivery_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/json_lines.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"
#include "core/deliver/reason.h"
#include "core/delivery_body.h"
#include "tui/when.h"

enum {
    US_PER_MS = 1000,
    PHRASE_MAX = 128,
    USERS_SHOWN = 20,
    BAR_COLS = 30,
    BODY_SHOWN = 16 * 1024, /* of a body; the pager has all of it */
    SAFE_MAX = 1 << 20,
};

/* How a part is written. */
struct writer {
    struct textview *out;
    const struct delivery_about *about;
    const struct app *app;
    bool whole; /* nothing is left out */
};

/* --- bodies -------------------------------------------------------------------------------- */

/* JSON in lines of its own; whatever else it is as it is. */
static void add_body(const struct writer *w, const char *bytes, size_t len)
{
    size_t all = len;
    char *laid_out = json_lines(bytes, len, &all);
    const size_t shown = w->whole || all <= BODY_SHOWN ? all : BODY_SHOWN;
    textview_bytes(w->out, ROLE_TEXT, laid_out ? laid_out : bytes, shown);
    if (shown < all)
        textview_add(w->out, ROLE_DIM, "… and %zu bytes more: o opens all of it in the pager",
                     all - shown);
    free(laid_out);
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

/* The body of an attempt, or what would be sent now (NULL); always said which. */
static void find_body(struct bodies *bodies, const struct attempt *a, struct shown_body *body)
{
    struct error err = {0};
    *body = (struct shown_body){0};
    const struct preview *now = a ? NULL : bodies_message(bodies, &err);
    if (a)
        bodies_find(bodies, a, body);
    else if (now)
        body->text = now->body;
    else
        snprintf(body->note, sizeof body->note, "%s", err.text);
}

static void add_message(const struct writer *w, const struct attempt *a)
{
    struct bodies bodies;
    struct shown_body body;
    bodies_init(&bodies, w->app, &w->about->delivery);
    find_body(&bodies, a, &body);
    if (body.note[0])
        textview_add(w->out, ROLE_DIM, "(%s%s)", body.note, body.text ? " as follows" : "");
    if (body.text)
        add_body(w, body.text, strlen(body.text));
    else if (!body.note[0])
        textview_add(w->out, ROLE_DIM, "(no body)");
    bodies_release(&bodies);
}

char *delivery_request_body(const struct delivery_about *d, const struct app *app)
{
    struct bodies bodies;
    struct shown_body body;
    bodies_init(&bodies, app, &d->delivery);
    find_body(&bodies, last_attempt(d), &body);
    char *text = mem_strdup(body.text);
    bodies_release(&bodies);
    return text;
}

/* --- Summary ------------------------------------------------------------------------------- */

static void add_users(const struct writer *w)
{
    struct error ignored = {0};
    const char *detail = w->about->event.detail;
    cJSON *json = detail ? json_parse(detail, strlen(detail), &ignored) : NULL;
    const cJSON *users = json_member(json, "usersFailing");
    const int count = cJSON_IsArray(users) ? cJSON_GetArraySize(users) : 0;
    const cJSON *user = count > 0 ? users->child : NULL;
    if (count > 0)
        textview_pair(w->out, "Users", ROLE_TEXT, "%d", count);
    for (int i = 0; user && (w->whole || i < USERS_SHOWN); i++, user = user->next)
        textview_pair(w->out, "", ROLE_TEXT, "%s", cJSON_IsString(user) ? user->valuestring : "");
    if (count > USERS_SHOWN && !w->whole)
        textview_pair(w->out, "", ROLE_DIM, "…%d more", count - USERS_SHOWN);
    cJSON_Delete(json);
}

static void add_time(struct textview *out, const char *label, int64_t unix_s)
{
    char text[WHEN_MAX];
    if (unix_s <= 0)
        return;
    when_long(unix_s, text);
    textview_pair(out, label, ROLE_TEXT, "%s", text);
}

static void add_kin(struct textview *out, const char *format, int64_t id)
{
    char text[DELIVERY_ID_MAX], sentence[PHRASE_MAX];
    if (id <= 0)
        return;
    delivery_id_text(id, text);
    snprintf(sentence, sizeof sentence, "%s %s", format, text);
    textview_pair(out, "Again", ROLE_TEXT, "%s", sentence);
}

static void add_summary(const struct writer *w)
{
    const struct delivery *d = &w->about->delivery;
    struct textview *out = w->out;
    char text[DELIVERY_STATUS_MAX];
    const enum role role = delivery_status(d, &w->app->config, text);
    textview_pair(out, "Status", role, "%s  %s", text, d->reason ? d->reason : "");
    textview_pair(out, "State", ROLE_TEXT, "%s%s", delivery_state_text(d->state),
                  d->kind == KIND_TEST ? ", a test (kind=test)" : "");
    textview_pair(out, "Webhook", ROLE_TEXT, "%s%s", d->integration_name,
                  config_find(&w->app->config, d->integration_id) ? "" : " (was removed)");
    textview_pair(out, "Event", ROLE_TEXT, "%s", d->check_id);
    textview_pair(out, "Event id", ROLE_TEXT, "%s", d->event_id);
    add_time(out, "Created", d->created_at);
    delivery_try(d, &w->app->config, text);
    textview_pair(out, "Attempts", ROLE_TEXT, "%s", text);
    add_time(out, "Next", d->due_at);
    add_time(out, "Finished", d->finished_at);
    add_kin(out, "a redelivery of", d->redelivery_of);
    add_kin(out, "sent again as", d->sent_again_as);
    add_users(w);
}

/* --- Request, Response --------------------------------------------------------------------- */

static void add_request(const struct writer *w, const struct attempt *a)
{
    if (a) {
        textview_add(w->out, ROLE_HEADING, "%s %s", a->method ? a->method : "",
                     a->url ? a->url : "");
        add_headers(w->out, a->request_headers);
    } else {
        textview_add(w->out, ROLE_DIM, "Not sent yet. The message:");
    }
    textview_blank(w->out);
    add_message(w, a);
}

/* "92 bytes · control characters shown escaped · …" */
static void add_footer(const struct writer *w, const struct attempt *a)
{
    struct strbuf safe;
    strbuf_init(&safe, SAFE_MAX);
    text_safe_add(&safe, a->response_body ? a->response_body : "", a->response_len, true);
    const bool escaped = safe.len != a->response_len;
    strbuf_release(&safe);
    textview_add(w->out, ROLE_DIM, "%zu %s%s%s%s", a->response_len,
                 a->response_len == 1 ? "byte" : "bytes",
                 a->response_cut ? " kept, there was more" : "",
                 escaped ? " · control characters shown escaped" : "",
                 w->whole         ? ""
                 : w->about->full ? " · w wraps, o opens in pager"
                                  : " · o opens in pager");
}

static void add_response(const struct writer *w, const struct attempt *a)
{
    char phrase[PHRASE_MAX];
    if (!a) {
        textview_add(w->out, ROLE_DIM, "No answer yet: it was not sent.");
        return;
    }
    if (a->status == 0) {
        textview_add(w->out, ROLE_BAD, "No answer: %s", a->reason ? a->reason : "");
        return;
    }
    reason_phrase(a->status, phrase, sizeof phrase);
    textview_add(w->out, ROLE_HEADING, "HTTP %s", phrase);
    add_headers(w->out, a->response_headers);
    textview_blank(w->out);
    if (a->response_len > 0)
        add_body(w, a->response_body, a->response_len);
    textview_blank(w->out);
    add_footer(w, a);
}

/* --- Attempts ------------------------------------------------------------------------------ */

struct phase {
    const char *name;
    int64_t from_us, to_us;
};

/* Each from the end of the one before it; -1 = not reached. */
static size_t phases_of(const struct attempt *a, struct phase out[4])
{
    const struct phase ends[] = {
        {"resolve", 0, a->resolve_us},
        {"connect", 0, a->connect_us},
        {"TLS", 0, a->tls_us},
        {"first byte", 0, a->first_byte_us},
    };
    size_t count = 0;
    int64_t from = 0;
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        if (ends[i].to_us < 0)
            continue;
        out[count] = (struct phase){ends[i].name, from, ends[i].to_us};
        from = ends[i].to_us > from ? ends[i].to_us : from;
        count++;
    }
    return count;
}

/* "░░░░███░░░": where in the whole it was. */
static void add_bar(struct textview *out, const struct phase *p, int64_t total_us)
{
    const int64_t took = p->to_us > p->from_us ? p->to_us - p->from_us : 0;
    const int64_t whole = total_us > 0 ? total_us : 1;
    const int first = (int)(p->from_us * BAR_COLS / whole);
    int last = (int)((p->to_us * BAR_COLS + whole - 1) / whole);
    last = last > BAR_COLS ? BAR_COLS : last;
    struct strbuf bar;
    strbuf_init(&bar, BAR_COLS * sizeof "█");
    for (int i = 0; i < BAR_COLS; i++)
        strbuf_adds(&bar, took > 0 && i >= first && i < last ? "█" : "░");
    textview_pair(out, p->name, ROLE_TEXT, "%9.1f ms  %s", (double)took / US_PER_MS, bar.text);
    strbuf_release(&bar);
}

static void add_phases(struct textview *out, const struct attempt *a)
{
    struct phase phases[4];
    const size_t count = phases_of(a, phases);
    const struct phase total = {"total", 0, a->total_us};
    if (a->total_us < 0)
        return;
    for (size_t i = 0; i < count; i++)
        add_bar(out, &phases[i], a->total_us);
    add_bar(out, &total, a->total_us);
}

static enum role role_of_outcome(const struct attempt *a)
{
    return strcmp(a->outcome, "delivered") == 0 ? ROLE_OK
           : strcmp(a->outcome, "retry") == 0   ? ROLE_WARN
                                                : ROLE_BAD;
}

static void add_attempt(const struct writer *w, const struct attempt *a)
{
    char label[16], when[WHEN_MAX], status[16] = "";
    snprintf(label, sizeof label, "Attempt %d", a->n);
    when_long(a->started_ms / 1000, when);
    if (a->status > 0)
        snprintf(status, sizeof status, " %d", a->status);
    textview_pair(w->out, label, role_of_outcome(a), "%s  %s%s%s%s", when, a->outcome, status,
                  a->reason && a->reason[0] ? ": " : "", a->reason ? a->reason : "");
    if (a->peer && a->peer[0])
        textview_pair(w->out, "peer", ROLE_TEXT, "%s", a->peer);
    add_phases(w->out, a);
    textview_blank(w->out);
}

static void add_attempts(const struct writer *w)
{
    const struct attempt_list *list = &w->about->attempts;
    if (list->count == 0)
        textview_add(w->out, ROLE_DIM, "No attempt yet.");
    for (size_t i = list->count; i > 0; i--)
        add_attempt(w, &list->items[i - 1]);
}

/* --- public -------------------------------------------------------------------------------- */

void delivery_text_write(struct delivery_about *d, const struct app *app)
{
    const struct writer w = {.out = &d->text, .about = d, .app = app};
    textview_clear(&d->text);
    switch (d->tab) {
    case TAB_SUMMARY:
        add_summary(&w);
        break;
    case TAB_REQUEST:
        add_request(&w, last_attempt(d));
        break;
    case TAB_RESPONSE:
        add_response(&w, last_attempt(d));
        break;
    case TAB_ATTEMPTS:
    case TAB_COUNT:
        add_attempts(&w);
        break;
    }
}

static void add_title(struct textview *out, const char *text)
{
    textview_blank(out);
    textview_add(out, ROLE_HEADING, "--- %s", text);
    textview_blank(out);
}

void delivery_text_whole(const struct delivery_about *d, const struct app *app,
                         struct textview *out)
{
    const struct writer w = {.out = out, .about = d, .app = app, .whole = true};
    char id[DELIVERY_ID_MAX], title[64];
    delivery_id_text(d->delivery.id, id);
    textview_add(out, ROLE_HEADING, "Delivery %s", id);
    textview_blank(out);
    add_summary(&w);
    if (d->attempts.count == 0) {
        add_title(out, "Request");
        add_request(&w, NULL);
    }
    for (size_t i = d->attempts.count; i > 0; i--) {
        const struct attempt *a = &d->attempts.items[i - 1];
        snprintf(title, sizeof title, "Attempt %d: times", a->n);
        add_title(out, title);
        add_attempt(&w, a);
        snprintf(title, sizeof title, "Attempt %d: request", a->n);
        add_title(out, title);
        add_request(&w, a);
        snprintf(title, sizeof title, "Attempt %d: response", a->n);
        add_title(out, title);
        add_response(&w, a);
    }
}
