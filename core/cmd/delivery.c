/* checkhook delivery list: what was sent and what waits. */
#include <stdio.h>
#include <stdlib.h>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/cmd/delivery_filter.h"
#include "core/cmd/delivery_json.h"
#include "core/cmd/output.h"
#include "core/delivery_words.h"

cJSON *delivery_json(const struct delivery *d)
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
    if (d->sent_again_as) {
        delivery_id_text(d->sent_again_as, id);
        json_add_text(row, "sent_again_as", id);
    }
    return row;
}

static bool add_json(void *ctx, const struct delivery *d, struct error *err)
{
    json_stream_add(ctx, NULL, delivery_json(d));
    return output_is_read(err);
}

struct printer {
    struct table *table;
    const struct config *config;
};

static bool add_row(void *ctx, const struct delivery *d, struct error *err)
{
    struct printer *p = ctx;
    struct table *t = p->table;
    char id[DELIVERY_ID_MAX], tries[DELIVERY_WORD_MAX];
    char *created = time_for_people(d->created_at);
    delivery_id_text(d->id, id);
    table_add(t, id);
    table_add(t, created);
    table_add(t, delivery_state_text(d->state));
    table_add(t, d->check_id);
    table_add(t, d->integration_name);
    delivery_try(d, p->config, tries);
    table_add(t, tries);
    if (d->status)
        table_addf(t, "%d", d->status);
    else
        table_add(t, "-");
    table_add(t, d->reason);
    free(created);
    table_flush_many(t);
    return output_is_read(err);
}

static int list_json(struct cmd *cmd, const struct delivery_filter *filter)
{
    struct error err = {0};
    struct json_stream rows = {0};
    json_stream_open(&rows, NULL, JSON_ARRAY);
    if (!outbox_each(cmd->app.store, filter, add_json, &rows, &err))
        return output_fail(&err);
    json_stream_close(&rows);
    return EXIT_DONE;
}

static int list_table(struct cmd *cmd, const struct delivery_filter *filter)
{
    static const char *const headers[] = {"ID",   "CREATED", "STATE",  "CHECK", "INTEGRATION",
                                          ">TRY", ">STATUS", "REASON", NULL};
    struct error err = {0};
    struct table t;
    struct printer printer = {&t, &cmd->app.config};
    table_init(&t, headers);
    if (!outbox_each(cmd->app.store, filter, add_row, &printer, &err)) {
        table_release(&t);
        return output_fail(&err);
    }
    table_print(&t, "no delivery to show");
    return EXIT_DONE;
}

static int list(struct cmd *cmd)
{
    struct error err = {0};
    struct chosen_deliveries chosen;
    if (!delivery_filter_read(cmd, clock_now_s(), &chosen, &err))
        return cmd_fail(&err);
    return cmd->json ? list_json(cmd, &chosen.filter) : list_table(cmd, &chosen.filter);
}

static const struct option list_options[] = {
    {"state", "STATE", "pending, in_flight, delivered, failed or held"},
    DELIVERY_FILTER_OPTIONS,
    {"text", "TEXT", "with it in webhook, check, state, status, reason or id"},
    {"open", NULL, "failures to look at: not sent again, no tests"},
    {"limit", "N", "at most so many, newest first; 0 = all"},
    {NULL, NULL, NULL},
};

const struct command cmd_delivery_list = {
    .group = "delivery",
    .verb = "list",
    .summary = "List deliveries, newest first",
    .details = "A TIME is a date, a time as in RFC 3339, Unix seconds, or an age with s, m, h,\n"
               "d or w (30m, 2h, 7d), in UTC.",
    .options = list_options,
    .parts = APP_STORE | APP_LOOK | APP_CATALOGUE,
    .run = list,
};
