/* checkhook delivery show: one delivery with every attempt, or as curl commands. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/cmd/delivery_filter.h"
#include "core/cmd/delivery_json.h"
#include "core/cmd/output.h"
#include "core/deliver/curl_command.h"
#include "core/deliver/reason.h"
#include "core/delivery_body.h"

enum {
    SHOWN_BYTES = 16 * 1024, /* of a body, for people; --json has all of it */
    BODY_BYTES = 256 * 1024, /* a body made safe to show */
    PHRASE_MAX = 64,
};

/* Phases of an attempt in the order they happen. */
static const struct phase {
    const char *name, *label;
    size_t offset;
} phases[] = {
    {"resolve_ms", "resolve", offsetof(struct attempt, resolve_us)},
    {"connect_ms", "connect", offsetof(struct attempt, connect_us)},
    {"tls_ms", "TLS", offsetof(struct attempt, tls_us)},
    {"first_byte_ms", "first byte", offsetof(struct attempt, first_byte_us)},
    {"total_ms", "total", offsetof(struct attempt, total_us)},
};

static int64_t phase_us(const struct attempt *a, const struct phase *p)
{
    int64_t us;
    memcpy(&us, (const char *)a + p->offset, sizeof us);
    return us;
}

/* --- JSON ------------------------------------------------------------------------------------ */

static void add_headers(cJSON *object, const char *text)
{
    struct error ignored = {0};
    cJSON *headers = text ? json_parse(text, strlen(text), &ignored) : NULL;
    cJSON_AddItemToObject(object, "headers", headers ? headers : cJSON_CreateObject());
}

static void add_request(cJSON *row, const struct attempt *a, struct bodies *bodies)
{
    struct shown_body body;
    cJSON *request = json_add_object(row, "request");
    bodies_find(bodies, a, &body);
    json_add_text(request, "method", a->method);
    json_add_text(request, "url", a->url);
    add_headers(request, a->request_headers);
    json_add_text(request, "body", body.text);
    json_add_text(request, "body_is", body_is_text(body.is));
    json_add_text(request, "body_note", body.note[0] ? body.note : NULL);
}

static void add_response(cJSON *row, const struct attempt *a)
{
    struct strbuf body;
    cJSON *response = json_add_object(row, "response");
    add_headers(response, a->response_headers);
    strbuf_init(&body, BODY_BYTES);
    text_safe_add(&body, a->response_body ? a->response_body : "", a->response_len, true);
    json_add_text(response, "body", body.text);
    json_add_flag(response, "cut", a->response_cut);
    strbuf_release(&body);
}

static cJSON *attempt_json(const struct attempt *a, struct bodies *bodies)
{
    char when[TIME_TEXT_MAX];
    cJSON *row = cJSON_CreateObject();
    time_format_ms(a->started_ms, when);
    json_add_int(row, "n", a->n);
    json_add_text(row, "time", when);
    json_add_text(row, "outcome", a->outcome);
    json_add_int(row, "status", a->status);
    json_add_text(row, "reason", a->reason);
    json_add_text(row, "peer", a->peer);
    cJSON *times = json_add_object(row, "phases");
    for (size_t i = 0; i < ARRAY_LEN(phases); i++)
        if (phase_us(a, &phases[i]) >= 0)
            cJSON_AddNumberToObject(times, phases[i].name,
                                    (double)phase_us(a, &phases[i]) / 1000.0);
    add_request(row, a, bodies);
    add_response(row, a);
    return row;
}

static int print_all_json(const struct delivery *d, const struct attempt_list *attempts,
                          struct bodies *bodies)
{
    cJSON *out = delivery_json(d), *rows = cJSON_CreateArray();
    for (size_t i = 0; i < attempts->count; i++)
        cJSON_AddItemToArray(rows, attempt_json(&attempts->items[i], bodies));
    cJSON_ReplaceItemInObjectCaseSensitive(out, "attempts", rows);
    return print_json(out);
}

/* --- for people ------------------------------------------------------------------------------ */

static void print_pair(const char *label, const char *text)
{
    char *safe = text_safe(text);
    printf("%-9s %s\n", label, safe);
    free(safe);
}

/* One form for every time of this command. */
static void print_time(const char *label, int64_t unix_s)
{
    char *when = time_for_people(unix_s);
    printf("%-9s %s\n", label, when);
    free(when);
}

static void print_headers(const char *text)
{
    struct error ignored = {0};
    cJSON *headers = text ? json_parse(text, strlen(text), &ignored) : NULL;
    const cJSON *header;
    cJSON_ArrayForEach(header, headers)
    {
        char *name = text_safe(header->string);
        char *value = text_safe(cJSON_GetStringValue(header) ? header->valuestring : "");
        printf("    %s: %s\n", name, value);
        free(name);
        free(value);
    }
    cJSON_Delete(headers);
}

static void print_body(const char *bytes, size_t len)
{
    struct strbuf body;
    size_t shown = len < SHOWN_BYTES ? len : SHOWN_BYTES;
    strbuf_init(&body, BODY_BYTES);
    text_safe_add(&body, bytes, shown, true);
    printf("\n%s\n", body.text);
    if (shown < len)
        printf("  (%zu more bytes; --json has them)\n", len - shown);
    strbuf_release(&body);
}

static void print_phases(const struct attempt *a)
{
    if (a->peer && a->peer[0])
        printf("    %-10s  %s\n", "peer", a->peer);
    for (size_t i = 0; i < ARRAY_LEN(phases); i++)
        if (phase_us(a, &phases[i]) >= 0)
            printf("    %-10s %9.1f ms\n", phases[i].label,
                   (double)phase_us(a, &phases[i]) / 1000.0);
}

/* `sent_in`: the attempt whose body stands above already; 0 = none yet. */
static void print_request_body(const struct attempt *a, struct bodies *bodies, int *sent_in)
{
    struct shown_body body;
    bodies_find(bodies, a, &body);
    if (body.note[0]) {
        char *note = text_safe(body.note);
        printf("    (%s%s)\n", note, body.is == BODY_NOW ? " as follows" : "");
        free(note);
    }
    if (body.is == BODY_SENT && *sent_in > 0) {
        printf("    (the body is that of attempt %d)\n", *sent_in);
        return;
    }
    if (body.is == BODY_SENT)
        *sent_in = a->n;
    if (body.text)
        print_body(body.text, strlen(body.text));
}

static void print_answer(const struct attempt *a)
{
    char phrase[PHRASE_MAX];
    if (a->status > 0) {
        reason_phrase(a->status, phrase, sizeof phrase);
        printf("\n  answered %s\n", phrase);
    } else if (a->response_headers && strcmp(a->response_headers, "{}") != 0) {
        printf("\n  the token endpoint answered\n");
    } else {
        printf("\n  no answer\n");
    }
    print_headers(a->response_headers);
    if (a->response_len > 0)
        print_body(a->response_body, a->response_len);
    if (a->response_cut)
        printf("  (cut here: there was more)\n");
}

static void print_attempt(const struct attempt *a, struct bodies *bodies, int *sent_in)
{
    char *when = time_for_people(a->started_ms / 1000);
    char *reason = text_safe(a->reason ? a->reason : ""), *url = text_safe(a->url ? a->url : "");
    printf("\nAttempt %d  %s  %s\n", a->n, when, a->outcome);
    if (reason[0])
        printf("    %s\n", reason);
    print_phases(a);
    printf("\n  %s %s\n", a->method ? a->method : "", url);
    print_headers(a->request_headers);
    print_request_body(a, bodies, sent_in);
    print_answer(a);
    free(when);
    free(reason);
    free(url);
}

static void print_summary(const struct delivery *d)
{
    char id[DELIVERY_ID_MAX];
    char *name = text_safe(d->integration_name), *check = text_safe(d->check_id);
    const char *reason = d->reason ? d->reason : "";
    delivery_id_text(d->id, id);
    printf("%s  %s of %s to %s\n", id, d->kind == KIND_TEST ? "test" : "notification", check, name);
    char *state =
        mem_printf("%s%s%s", delivery_state_text(d->state), reason[0] ? ": " : "", reason);
    print_pair("state", state);
    print_pair("event", d->event_id);
    print_time("created", d->created_at);
    if (d->due_at > 0)
        print_time("next", d->due_at);
    if (d->finished_at > 0)
        print_time("finished", d->finished_at);
    if (d->redelivery_of) {
        delivery_id_text(d->redelivery_of, id);
        printf("%-9s a redelivery of %s\n", "again", id);
    }
    if (d->sent_again_as) {
        delivery_id_text(d->sent_again_as, id);
        printf("%-9s sent again as %s\n", "again", id);
    }
    free(state);
    free(name);
    free(check);
}

/* Nothing was sent yet: what would be. */
static void print_preview(struct bodies *bodies)
{
    struct error err = {0};
    const struct preview *now = bodies_message(bodies, &err);
    if (!now) {
        print_pair("request", err.text);
        return;
    }
    char *url = text_safe(now->url);
    printf("\nNot sent yet; the request would be\n\n  %s %s\n", http_method_text(now->method), url);
    print_headers(now->headers);
    if (now->body)
        print_body(now->body, now->body_len);
    free(url);
}

static int print_all(const struct delivery *d, const struct attempt_list *attempts,
                     struct bodies *bodies)
{
    int sent_in = 0;
    print_summary(d);
    for (size_t i = 0; i < attempts->count; i++)
        print_attempt(&attempts->items[i], bodies, &sent_in);
    if (attempts->count == 0 && d->finished_at == 0)
        print_preview(bodies);
    return EXIT_DONE;
}

/* --- curl ------------------------------------------------------------------------------------ */

static int print_curl(const struct cmd *cmd, const struct bodies *bodies)
{
    struct error err = {0};
    const struct preview_of of = {.event = &bodies->event,
                                  .integration = bodies_integration(bodies),
                                  .general = &cmd->app.config.general};
    if (!of.integration)
        error_set(&err, ERR_NOT_FOUND,
                  "integration '%s' is not configured any more, so there is nothing to call",
                  bodies->delivery->integration_name);
    char *text = NULL;
    if (bodies->no_event.kind != ERR_NONE)
        err = bodies->no_event;
    else if (of.integration)
        text = curl_command(&of, &err);
    if (!text)
        return cmd_fail(&err);
    int code = EXIT_DONE;
    if (cmd->json) {
        cJSON *out = cJSON_CreateObject();
        json_add_text(out, "curl", text);
        code = print_json(out);
    } else {
        fputs(text, stdout);
    }
    free(text);
    return code;
}

/* --- the command ----------------------------------------------------------------------------- */

static int show_found(struct cmd *cmd, const struct delivery *d,
                      const struct attempt_list *attempts)
{
    struct bodies bodies;
    bodies_init(&bodies, &cmd->app, d);
    int code = cmd_has(cmd, "curl") ? print_curl(cmd, &bodies)
               : cmd->json          ? print_all_json(d, attempts, &bodies)
                                    : print_all(d, attempts, &bodies);
    bodies_release(&bodies);
    return code;
}

static int show(struct cmd *cmd)
{
    struct error err = {0};
    struct delivery d = {0};
    struct attempt_list attempts = {0};
    int64_t id = 0;
    bool ok = delivery_id_read(cmd->args[0], &id, &err) &&
              outbox_delivery(cmd->app.store, id, &d, &err) &&
              outbox_attempts(cmd->app.store, id, &attempts, &err);
    int code = ok ? show_found(cmd, &d, &attempts) : cmd_fail(&err);
    attempt_list_release(&attempts);
    delivery_release(&d);
    return code;
}

static const struct option show_options[] = {
    {"curl", NULL, "as curl commands; secrets are variables"},
    {NULL, NULL, NULL},
};

const struct command cmd_delivery_show = {
    .group = "delivery",
    .verb = "show",
    .arguments = "ID",
    .summary = "Show one delivery with every attempt: request, answer, times",
    .details = "The body of a request is rendered again from the stored event. Where its length\n"
               "is the recorded one it is shown as what was sent; else it says why not. In JSON\n"
               "the request has \"body\", \"body_is\" (sent; now: as it would be sent now; none;\n"
               "unknown) and \"body_note\". With --curl --json: {\"curl\"}.",
    .options = show_options,
    .min_args = 1,
    .max_args = 1,
    .parts = APP_STORE | APP_LOOK,
    .run = show,
};
