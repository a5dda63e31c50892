/* checkhook delivery retry: sends again what has ended. */
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
#include "core/cmd/output.h"
#include "core/redeliver.h"
#include "core/store/lock.h"
#include "core/store/outbox.h"

enum { SHOWN_MAX = 10 }; /* lines for people; --json has them all */

/* --- by id ----------------------------------------------------------------------------------- */

/* Those that wait are told apart by where they go, as those of --all-failed are. */
static bool note_held(struct cmd *cmd, int64_t id, struct redelivered_list *made, struct error *err)
{
    struct delivery d = {0};
    if (!outbox_delivery(cmd->app.store, id, &d, err))
        return false;
    if (d.state == DELIVERY_HELD) {
        struct redelivered_group *g = list_add(&made->groups, &made->group_count, sizeof *g);
        *g = (struct redelivered_group){.name = mem_strdup(d.integration_name),
                                        .count = 1,
                                        .held_reason = mem_strdup(d.reason)};
    }
    delivery_release(&d);
    return true;
}

static bool is_made(const struct redelivered_list *made, int64_t old_id)
{
    for (size_t i = 0; i < made->count; i++)
        if (made->items[i].old_id == old_id)
            return true;
    return false;
}

/* An id that is given twice counts once. */
static bool retry_ids(struct cmd *cmd, struct redelivered_list *made, struct error *err)
{
    for (size_t i = 0; i < cmd->arg_count; i++) {
        int64_t old_id = 0, new_id = 0;
        if (!delivery_id_read(cmd->args[i], &old_id, err))
            return false;
        if (is_made(made, old_id))
            continue;
        if (!action_redeliver(&cmd->app, old_id, clock_now_s(), &new_id, err) ||
            !note_held(cmd, new_id, made, err))
            return false;
        struct redelivered *pair = list_add(&made->items, &made->count, sizeof *pair);
        *pair = (struct redelivered){old_id, new_id};
    }
    return true;
}

/* All of them or none. */
static bool retry_named(struct cmd *cmd, struct redelivered_list *made, struct error *err)
{
    struct store *store = cmd->app.store;
    if (!store_begin(store, err))
        return false;
    if (!retry_ids(cmd, made, err)) {
        store_rollback(store);
        return false;
    }
    if (!store_commit(store, err))
        return false;
    worker_wake(cmd->app.paths.wake_file); /* now that it is committed */
    return true;
}

/* --- what is said ---------------------------------------------------------------------------- */

static cJSON *pair_json(const struct redelivered *pair)
{
    char was[DELIVERY_ID_MAX], is[DELIVERY_ID_MAX];
    cJSON *row = cJSON_CreateObject();
    delivery_id_text(pair->old_id, was);
    delivery_id_text(pair->new_id, is);
    json_add_text(row, "id", is);
    json_add_text(row, "redelivery_of", was);
    return row;
}

static int print_made_json(const struct redelivered_list *made)
{
    struct json_stream rows = {0};
    json_stream_open(&rows, NULL, JSON_ARRAY);
    for (size_t i = 0; i < made->count; i++)
        json_stream_add(&rows, NULL, pair_json(&made->items[i]));
    json_stream_close(&rows);
    return EXIT_DONE;
}

static void print_held_group(const struct redelivered_group *g)
{
    char *name = text_safe(g->name), *reason = text_safe(g->held_reason);
    const char *wait = plural((int64_t)g->count, "waits", "wait");
    if (strcmp(g->held_reason, hold_disabled_reason) == 0)
        printf("%zu to %s %s until it is enabled.\n", g->count, name, wait);
    else
        printf("%zu to %s %s until it is released: %s\n", g->count, name, wait, reason);
    free(name);
    free(reason);
}

static void print_held(const struct redelivered_list *made)
{
    for (size_t i = 0; i < made->group_count; i++)
        if (made->groups[i].held_reason)
            print_held_group(&made->groups[i]);
}

static void print_made(const struct redelivered_list *made)
{
    for (size_t i = 0; i < made->count && i < SHOWN_MAX; i++) {
        char was[DELIVERY_ID_MAX], is[DELIVERY_ID_MAX];
        delivery_id_text(made->items[i].old_id, was);
        delivery_id_text(made->items[i].new_id, is);
        printf("%s is sent again as %s.\n", was, is);
    }
    if (made->count > SHOWN_MAX)
        printf("… and %zu more: %zu in all.\n", made->count - SHOWN_MAX, made->count);
    print_held(made);
    if (made->count == 0)
        print_note("nothing to send again: no delivery has failed since it was last sent again");
}

static int print_planned(const struct redelivered_list *planned)
{
    printf("%zu %s would be sent again.\n", planned->count,
           plural((int64_t)planned->count, "delivery", "deliveries"));
    for (size_t i = 0; i < planned->group_count; i++) {
        char *name = text_safe(planned->groups[i].name);
        printf("  %zu to %s\n", planned->groups[i].count, name);
        free(name);
    }
    print_held(planned);
    return EXIT_DONE;
}

static int print_planned_json(const struct redelivered_list *planned)
{
    cJSON *out = cJSON_CreateObject();
    json_add_int(out, "deliveries", (int64_t)planned->count);
    cJSON *groups = json_add_array(out, "integrations");
    for (size_t i = 0; i < planned->group_count; i++) {
        const struct redelivered_group *g = &planned->groups[i];
        cJSON *row = cJSON_CreateObject();
        json_add_text(row, "integration", g->name);
        json_add_int(row, "deliveries", (int64_t)g->count);
        json_add_text(row, "held", g->held_reason);
        cJSON_AddItemToArray(groups, row);
    }
    return print_json(out);
}

/* --- the command ----------------------------------------------------------------------------- */

static bool check_usage(const struct cmd *cmd, struct error *err)
{
    static const char *const filters[] = {"integration", "check", "since", "until", "dry-run"};
    bool all = cmd_has(cmd, "all-failed");
    if (all && cmd->arg_count == 0)
        return true;
    for (size_t i = 0; i < ARRAY_LEN(filters) && !all; i++)
        if (cmd_has(cmd, filters[i]))
            return error_set(err, ERR_INVALID, "--%s goes with --all-failed", filters[i]);
    return (!all && cmd->arg_count > 0) ||
           error_set(err, ERR_INVALID, "write either the ids of deliveries or --all-failed");
}

static bool act(struct cmd *cmd, struct redelivered_list *made, struct error *err)
{
    struct chosen_deliveries chosen;
    const int64_t now = clock_now_s();
    if (!cmd_has(cmd, "all-failed"))
        return retry_named(cmd, made, err);
    if (!delivery_filter_read(cmd, now, &chosen, err))
        return false;
    const struct redeliver_filter filter = {.integration_id = chosen.filter.integration_id,
                                            .check_id = chosen.filter.check_id,
                                            .since = chosen.filter.since,
                                            .until = chosen.filter.until};
    if (filter.integration_id && !config_find(&cmd->app.config, filter.integration_id))
        return error_set(err, ERR_NOT_FOUND,
                         "integration '%s' was removed: there is nowhere to send it again",
                         cmd_option(cmd, "integration"));
    return cmd_has(cmd, "dry-run") ? action_count_failed(&cmd->app, &filter, made, err)
                                   : action_redeliver_failed(&cmd->app, &filter, now, made, err);
}

static int retry(struct cmd *cmd)
{
    struct error err = {0};
    struct redelivered_list made = {0};
    int code = EXIT_DONE;
    if (!check_usage(cmd, &err) || !act(cmd, &made, &err))
        code = cmd_fail(&err);
    else if (cmd_has(cmd, "dry-run"))
        code = cmd->json ? print_planned_json(&made) : print_planned(&made);
    else if (cmd->json)
        code = print_made_json(&made);
    else
        print_made(&made);
    redelivered_list_release(&made);
    return code;
}

static const struct option retry_options[] = {
    {"all-failed", NULL, "all that failed and was not sent again yet"},
    DELIVERY_FILTER_OPTIONS,
    {"dry-run", NULL, "only say how many that would be"},
    {NULL, NULL, NULL},
};

const struct command cmd_delivery_retry = {
    .group = "delivery",
    .verb = "retry",
    .arguments = "ID… | --all-failed",
    .summary = "Send again what is finished: a new delivery of the same event",
    .details = "The new delivery keeps the event id, so that the receiver can drop what it has\n"
               "already. It is sent by the worker: the service, an open console, or deliver;\n"
               "while its integration is disabled or on hold it waits. The other options narrow\n"
               "--all-failed. --dry-run --json gives {\"deliveries\", \"integrations\":\n"
               "[{\"integration\", \"deliveries\", \"held\"}]}.",
    .options = retry_options,
    .max_args = -1,
    .parts = APP_STORE | APP_CATALOGUE,
    .run = retry,
};
