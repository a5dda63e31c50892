/* checkhook delivery list | show | retry: what was sent, what came back, and sending it again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/actions.h"
#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/cmd/named.h"
#include "core/cmd/output.h"
#include "core/store/lock.h"
#include "core/store/outbox.h"

/* --- list --------------------------------------------------------------------------------- */

static cJSON *delivery_json(const struct delivery *d)
{
    char id[DELIVERY_ID_MAX];
    cJSON *row = cJSON_CreateObject();
    delivery_id_text(d->id, id);
    json_add_text(row, "id", id);
    json_add_text(row, "kind", delivery_kind_text(d->kind));
    json_add_text(row, "event", d->event_id);
    json_add_text(row, "check", d->check_id);
    json_add_text(row, "integration", d->integration_name);
    json_add_text(row, "state", delivery_state_text(d->state));
    json_add_int(row, "attempts", d->attempts);
    json_add_int(row, "status", d->status);
    json_add_text(row, "reason", d->reason);
    json_add_time(row, "created", d->created_at);
    json_add_time(row, "next", d->due_at > 0 ? d->due_at : -1);
    if (d->redelivery_of) {
        delivery_id_text(d->redelivery_of, id);
        json_add_text(row, "redelivery_of", id);
    }
    return row;
}

static int list_json(const struct delivery_list *list)
{
    cJSON *out = cJSON_CreateArray();
    for (size_t i = 0; i < list->count; i++)
        cJSON_AddItemToArray(out, delivery_json(&list->items[i]));
    return print_json(out);
}

static int list_table(const struct delivery_list *list)
{
    static const char *const headers[] = {"ID",        "CREATED", "STATE",  "CHECK", "INTEGRATION",
                                          ">ATTEMPTS", ">STATUS", "REASON", NULL};
    struct table t;
    table_init(&t, headers);
    for (size_t i = 0; i < list->count; i++) {
        const struct delivery *d = &list->items[i];
        char id[DELIVERY_ID_MAX];
        char *created = time_for_people(d->created_at);
        delivery_id_text(d->id, id);
        table_add(&t, id);
        table_add(&t, created);
        table_add(&t, delivery_state_text(d->state));
        table_add(&t, d->check_id);
        table_add(&t, d->integration_name);
        table_addf(&t, "%d", d->attempts);
        if (d->status)
            table_addf(&t, "%d", d->status);
        else
            table_add(&t, "-");
        table_add(&t, d->reason);
        free(created);
    }
    table_print(&t, "no delivery to show");
    return EXIT_DONE;
}

static bool read_filter(struct cmd *cmd, struct delivery_filter *f, struct error *err)
{
    const char *state = cmd_option(cmd, "state"), *name = cmd_option(cmd, "integration");
    enum delivery_state parsed;
    *f = DELIVERY_FILTER_ALL;
    if (state && !delivery_state_parse(state, &parsed))
        return error_set(err, ERR_INVALID,
                         "--state: write pending, in_flight, delivered, failed or held, not '%s'",
                         state);
    if (state)
        f->state = (int)parsed;
    if (name) {
        const struct integration *in = named_integration(cmd, name, err);
        if (!in)
            return false;
        f->integration_id = in->id;
    }
    f->check_id = cmd_option(cmd, "check");
    return cmd_option_int(cmd, "limit", 0, INT32_MAX, 0, &f->limit, err);
}

static int list(struct cmd *cmd)
{
    struct error err = {0};
    struct delivery_filter filter;
    struct delivery_list found = {0};
    if (!read_filter(cmd, &filter, &err) || !outbox_list(cmd->app.store, &filter, &found, &err))
        return cmd_fail(&err);
    int code = cmd->json ? list_json(&found) : list_table(&found);
    delivery_list_release(&found);
    return code;
}

/* --- show --------------------------------------------------------------------------------- */

/* Phases of an attempt in the order they happen. */
static const struct phase {
    const char *name;
    size_t offset;
} phases[] = {
    {"resolve_ms", offsetof(struct attempt, resolve_us)},
    {"connect_ms", offsetof(struct attempt, connect_us)},
    {"tls_ms", offsetof(struct attempt, tls_us)},
    {"first_byte_ms", offsetof(struct attempt, first_byte_us)},
    {"total_ms", offsetof(struct attempt, total_us)},
};

static int64_t phase_us(const struct attempt *a, const struct phase *p)
{
    int64_t us;
    memcpy(&us, (const char *)a + p->offset, sizeof us);
    return us;
}

static void add_headers(cJSON *object, const char *text)
{
    cJSON *headers = text ? cJSON_Parse(text) : NULL;
    cJSON_AddItemToObject(object, "headers", headers ? headers : cJSON_CreateObject());
}

static cJSON *attempt_json(const struct attempt *a)
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
    cJSON *request = json_add_object(row, "request");
    json_add_text(request, "method", a->method);
    json_add_text(request, "url", a->url);
    add_headers(request, a->request_headers);
    cJSON *response = json_add_object(row, "response");
    add_headers(response, a->response_headers);
    struct strbuf body;
    strbuf_init(&body, 256 * 1024);
    text_safe_add(&body, a->response_body ? a->response_body : "", a->response_len, true);
    json_add_text(response, "body", body.text);
    json_add_flag(response, "cut", a->response_cut);
    strbuf_release(&body);
    return row;
}

static cJSON *attempts_json(const struct attempt_list *attempts)
{
    cJSON *out = cJSON_CreateArray();
    for (size_t i = 0; i < attempts->count; i++)
        cJSON_AddItemToArray(out, attempt_json(&attempts->items[i]));
    return out;
}

static void print_headers(const char *text)
{
    cJSON *headers = text ? cJSON_Parse(text) : NULL;
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

static void print_attempt(const struct attempt *a)
{
    char when[TIME_TEXT_MAX];
    time_format_ms(a->started_ms, when);
    char *reason = text_safe(a->reason ? a->reason : "");
    printf("\nAttempt %d  %s  %s%s%s\n", a->n, when, a->outcome, reason[0] ? ": " : "", reason);
    free(reason);
    if (a->peer && a->peer[0])
        printf("  peer %s", a->peer);
    for (size_t i = 0; i < ARRAY_LEN(phases); i++)
        if (phase_us(a, &phases[i]) >= 0)
            printf("  %.*s %.1f ms", (int)(strlen(phases[i].name) - 3), phases[i].name,
                   (double)phase_us(a, &phases[i]) / 1000.0);
    char *url = text_safe(a->url ? a->url : "");
    printf("\n  %s %s\n", a->method ? a->method : "", url);
    free(url);
    print_headers(a->request_headers);
    if (a->status)
        printf("  answer %d\n", a->status);
    print_headers(a->response_headers);
    struct strbuf body;
    strbuf_init(&body, 256 * 1024);
    text_safe_add(&body, a->response_body ? a->response_body : "", a->response_len, true);
    if (body.len)
        printf("\n%s%s\n", body.text, a->response_cut ? "\n  (cut here)" : "");
    strbuf_release(&body);
}

static void print_delivery(const struct delivery *d, const struct attempt_list *attempts)
{
    char id[DELIVERY_ID_MAX];
    char *created = time_for_people(d->created_at), *next = time_for_people(d->due_at);
    char *name = text_safe(d->integration_name), *reason = text_safe(d->reason ? d->reason : "");
    delivery_id_text(d->id, id);
    printf("%s  %s of %s to %s\n", id, d->kind == KIND_TEST ? "test" : "notification", d->check_id,
           name);
    printf("state    %s%s%s\n", delivery_state_text(d->state), reason[0] ? ": " : "", reason);
    printf("event    %s\ncreated  %s\n", d->event_id, created);
    if (d->due_at > 0)
        printf("next     %s\n", next);
    if (d->redelivery_of) {
        delivery_id_text(d->redelivery_of, id);
        printf("again    a redelivery of %s\n", id);
    }
    for (size_t i = 0; i < attempts->count; i++)
        print_attempt(&attempts->items[i]);
    free(created);
    free(next);
    free(name);
    free(reason);
}

static bool parse_id(const char *text, int64_t *id, struct error *err)
{
    return delivery_id_parse(text, id) ||
           error_set(err, ERR_INVALID, "'%s' is no delivery's id: they look like d_1f2e", text);
}

static int show(struct cmd *cmd)
{
    struct error err = {0};
    struct delivery d = {0};
    struct attempt_list attempts = {0};
    int64_t id = 0;
    bool ok = parse_id(cmd->args[0], &id, &err) && outbox_delivery(cmd->app.store, id, &d, &err) &&
              outbox_attempts(cmd->app.store, id, &attempts, &err);
    int code = EXIT_DONE;
    if (!ok) {
        code = cmd_fail(&err);
    } else if (cmd->json) {
        cJSON *out = delivery_json(&d);
        cJSON_ReplaceItemInObjectCaseSensitive(out, "attempts", attempts_json(&attempts));
        code = print_json(out);
    } else {
        print_delivery(&d, &attempts);
    }
    attempt_list_release(&attempts);
    delivery_release(&d);
    return code;
}

/* --- retry -------------------------------------------------------------------------------- */

static bool listed(struct cmd *cmd, struct delivery_list *out, struct error *err)
{
    struct delivery_filter filter;
    return read_filter(cmd, &filter, err) && outbox_list(cmd->app.store, &filter, out, err);
}

static int compare_ids(const void *a, const void *b)
{
    int64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

/* The ids that were sent again already, sorted; the caller frees. */
static int64_t *sent_again(const struct delivery_list *list, size_t *count)
{
    int64_t *ids = mem_zalloc((list->count + 1) * sizeof *ids);
    *count = 0;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].redelivery_of)
            ids[(*count)++] = list->items[i].redelivery_of;
    qsort(ids, *count, sizeof *ids, compare_ids);
    return ids;
}

static void add_made(cJSON *made, int64_t old, int64_t fresh)
{
    char was[DELIVERY_ID_MAX], is[DELIVERY_ID_MAX];
    delivery_id_text(old, was);
    delivery_id_text(fresh, is);
    cJSON *row = cJSON_CreateObject();
    json_add_text(row, "id", is);
    json_add_text(row, "redelivery_of", was);
    cJSON_AddItemToArray(made, row);
}

static bool retry_one(struct cmd *cmd, cJSON *made, int64_t id, struct error *err)
{
    int64_t fresh = 0;
    if (!action_redeliver(&cmd->app, id, clock_now_s(), &fresh, err))
        return false;
    add_made(made, id, fresh);
    return true;
}

static bool retry_named(struct cmd *cmd, cJSON *made, struct error *err)
{
    for (size_t i = 0; i < cmd->arg_count; i++) {
        int64_t id = 0;
        if (!parse_id(cmd->args[i], &id, err) || !retry_one(cmd, made, id, err))
            return false;
    }
    return true;
}

static bool retry_failed(struct cmd *cmd, cJSON *made, struct error *err)
{
    struct delivery_list found = {0};
    if (!listed(cmd, &found, err))
        return false;
    size_t count;
    int64_t *again = sent_again(&found, &count);
    bool ok = true;
    for (size_t i = 0; ok && i < found.count; i++) {
        const struct delivery *d = &found.items[i];
        if (d->state == DELIVERY_FAILED && d->kind == KIND_FINDING &&
            config_find(&cmd->app.config, d->integration_id) &&
            !bsearch(&d->id, again, count, sizeof *again, compare_ids))
            ok = retry_one(cmd, made, d->id, err);
    }
    free(again);
    delivery_list_release(&found);
    return ok;
}

/* All of them or none. */
static bool retry_together(struct cmd *cmd, cJSON *made, bool all, struct error *err)
{
    struct store *store = cmd->app.store;
    if (!store_begin(store, err))
        return false;
    if (all ? retry_failed(cmd, made, err) : retry_named(cmd, made, err))
        return store_commit(store, err);
    store_rollback(store);
    return false;
}

static void print_made(const cJSON *made)
{
    const cJSON *row;
    cJSON_ArrayForEach(row, made)
    {
        printf("%s is sent again as %s.\n", json_text(row, "redelivery_of"), json_text(row, "id"));
    }
    if (cJSON_GetArraySize(made) == 0)
        print_note("nothing to send again: no delivery has failed since it was last sent again");
}

static int retry(struct cmd *cmd)
{
    struct error err = {0};
    bool all = cmd_has(cmd, "all-failed");
    if (all == (cmd->arg_count > 0)) {
        error_set(&err, ERR_INVALID, "write either the ids of deliveries or --all-failed");
        return cmd_fail(&err);
    }
    cJSON *made = cJSON_CreateArray();
    bool ok = retry_together(cmd, made, all, &err);
    if (ok)
        worker_wake(cmd->app.paths.wake_file); /* now that it is committed */
    if (ok && cmd->json)
        return print_json(made);
    if (ok)
        print_made(made);
    cJSON_Delete(made);
    return ok ? EXIT_DONE : cmd_fail(&err);
}

/* --- rows --------------------------------------------------------------------------------- */

static const struct option list_options[] = {
    {"state", "STATE", "pending, in_flight, delivered, failed or held"},
    {"integration", "NAME", "only of this integration"},
    {"check", "ID", "only of this check"},
    {"limit", "N", "at most so many, newest first"},
    {NULL, NULL, NULL},
};

static const struct option retry_options[] = {
    {"all-failed", NULL, "send again all that failed for good and was not sent again yet"},
    {"integration", "NAME", "with --all-failed: only of this integration"},
    {"check", "ID", "with --all-failed: only of this check"},
    {NULL, NULL, NULL},
};

const struct command cmd_delivery_list = {
    .group = "delivery",
    .verb = "list",
    .summary = "List deliveries, newest first",
    .options = list_options,
    .parts = APP_STORE,
    .run = list,
};

const struct command cmd_delivery_show = {
    .group = "delivery",
    .verb = "show",
    .arguments = "ID",
    .summary = "Show one delivery with every attempt: request, answer, times",
    .min_args = 1,
    .max_args = 1,
    .parts = APP_STORE,
    .run = show,
};

const struct command cmd_delivery_retry = {
    .group = "delivery",
    .verb = "retry",
    .arguments = "ID…",
    .summary = "Send again what is finished: a new delivery of the same event",
    .details = "The new delivery keeps the event id, so that the receiver can drop what it has\n"
               "already. It is sent by the worker: the service, an open console, or deliver.",
    .options = retry_options,
    .max_args = -1,
    .parts = APP_STORE,
    .run = retry,
};
