/* checkhook check list | enable | disable: what is asked, and whom it tells. */
#include <stdio.h>
#include <stdlib.h>

#include "core/actions.h"
#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/checks/summary.h"
#include "core/cmd/check_json.h"
#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/cmd/named.h"
#include "core/cmd/output.h"
#include "core/send_open.h"
#include "core/store/outbox.h"

enum { TOLD_LOOKED_AT = 20 }; /* deliveries of one integration */

/* --- list --------------------------------------------------------------------------------- */

static int list_json(struct cmd *cmd, const struct check_summary_list *all)
{
    cJSON *out = cJSON_CreateArray();
    for (size_t i = 0; i < all->count; i++) {
        cJSON *row = cJSON_CreateObject();
        check_json_summary(row, &cmd->app.config, &all->items[i]);
        cJSON_AddItemToArray(out, row);
    }
    return print_json(out);
}

static int list_table(const struct check_summary_list *all)
{
    static const char *const headers[] = {"ON",       "RESULT", "ID",       "SEVERITY",
                                          ">FAILING", ">OF",    ">UNKNOWN", ">INTEGRATIONS",
                                          "LAST RUN", "NOTE",   NULL};
    struct table t;
    table_init(&t, headers);
    for (size_t i = 0; i < all->count; i++) {
        const struct check_summary *s = &all->items[i];
        char *when = time_for_people(s->last_run);
        table_add(&t, s->enabled ? "on" : "off");
        table_add(&t, check_state_text(s->state));
        table_add(&t, s->check->id);
        table_add(&t, severity_text(s->severity));
        table_addf(&t, "%lld", (long long)s->failing);
        table_addf(&t, "%lld", (long long)s->evaluated);
        table_addf(&t, "%lld", (long long)s->unknown);
        table_addf(&t, "%zu", s->integrations);
        table_add(&t, when);
        table_add(&t, s->error);
        free(when);
    }
    table_print(&t, "the catalogue is empty");
    return EXIT_DONE;
}

static int list(struct cmd *cmd)
{
    struct error err = {0};
    struct check_summary_list all = {0};
    if (!check_summaries(cmd->app.store, &cmd->app.config, &cmd->app.catalogue, &all, &err))
        return cmd_fail(&err);
    int code = cmd->json ? list_json(cmd, &all) : list_table(&all);
    check_summary_list_release(&all);
    return code;
}

/* --- enable, disable ----------------------------------------------------------------------- */

static bool ids_of_names(struct cmd *cmd, struct text_list *ids, struct error *err)
{
    for (size_t i = 1; i < cmd->arg_count; i++) {
        const struct integration *in = named_integration(cmd, cmd->args[i], err);
        if (!in)
            return false;
        text_list_add(ids, in->id);
    }
    return true;
}

static size_t ticked_count(const struct cmd *cmd, const char *check_id)
{
    const struct config *config = &cmd->app.config;
    size_t count = 0;
    for (size_t i = 0; i < config->integrations.count; i++)
        count += config_is_ticked(config, check_id, config->integrations.items[i].id);
    return count;
}

/* What an integration was told of a check before. */
struct told {
    const struct check *check;
    bool found; /* the newest delivery to the one at hand */
    struct text_list notes;
};

/* Of what failed nobody was told; then an older one is looked for. */
static bool note_told(void *ctx, const struct delivery *d, struct error *err)
{
    struct told *told = ctx;
    char id[DELIVERY_ID_MAX];
    (void)err;
    if (told->found || d->state == DELIVERY_FAILED)
        return true;
    told->found = true;
    delivery_id_text(d->id, id);
    char *when = time_for_people(d->created_at);
    char *note =
        mem_printf("%s was sent %s before (%s, %s, %s): whom it named is named again",
                   d->integration_name, told->check->id, id, delivery_state_text(d->state), when);
    text_list_add(&told->notes, note);
    free(note);
    free(when);
    return true;
}

static bool find_told(struct cmd *cmd, const struct text_list *ids, struct told *told,
                      struct error *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < ids->count; i++) {
        struct delivery_filter filter = DELIVERY_FILTER_ALL;
        filter.integration_id = ids->items[i];
        filter.check_id = told->check->id;
        filter.limit = TOLD_LOOKED_AT;
        told->found = false;
        ok = outbox_each(cmd->app.store, &filter, note_told, told, err);
    }
    return ok;
}

static void print_sent(const struct check *check, const struct sent_open *sent)
{
    const int64_t users = (int64_t)sent->users;
    if (sent->users == 0)
        printf("Nobody fails %s: there is nothing to send.\n", check->id);
    else
        printf("%lld %s of %zu %s who %s already %s queued.\n", (long long)sent->deliveries,
               plural(sent->deliveries, "delivery", "deliveries"), sent->users,
               plural(users, "user", "users"), plural(users, "fails", "fail"),
               plural(sent->deliveries, "is", "are"));
}

/* The ticks stay, whatever comes of it. */
static bool send_open(struct cmd *cmd, const struct check *check, const struct text_list *ids,
                      struct sent_open *sent, struct error *err)
{
    struct told told = {.check = check};
    const bool ok = find_told(cmd, ids, &told, err) &&
                    action_send_open(&cmd->app, check->id, ids, clock_now_ms(), sent, err);
    if (ok && !cmd->json)
        print_sent(check, sent);
    for (size_t i = 0; ok && sent->users > 0 && i < told.notes.count; i++)
        print_note("%s", told.notes.items[i]);
    text_list_release(&told.notes);
    return ok || error_wrap(err, "ticked, but not sent");
}

static void print_ticked_json(struct cmd *cmd, const struct check *check,
                              const struct sent_open *sent)
{
    cJSON *out = check_json_set(&cmd->app.config, check->id, check);
    if (cmd_has(cmd, "send-current")) {
        cJSON *row = json_add_object(out, "sent");
        json_add_int(row, "users", (int64_t)sent->users);
        json_add_int(row, "deliveries", sent->deliveries);
    }
    print_json(out);
}

static int tick(struct cmd *cmd, bool ticked)
{
    struct error err = {0};
    struct sent_open sent = {0};
    struct text_list ids = {0};
    const struct check *check = named_check(cmd, cmd->args[0], &err);
    bool ok = check && ids_of_names(cmd, &ids, &err) &&
              action_tick(&cmd->app, check->id, &ids, ticked, &err) &&
              (!cmd_has(cmd, "send-current") || send_open(cmd, check, &ids, &sent, &err));
    text_list_release(&ids);
    if (!ok)
        return cmd_fail(&err);
    if (cmd->json)
        print_ticked_json(cmd, check, &sent);
    else
        printf("%s notifies %zu %s now.\n", check->id, ticked_count(cmd, check->id),
               ticked_count(cmd, check->id) == 1 ? "integration" : "integrations");
    if (ticked && !check_enabled(check, &cmd->app.config))
        print_note("%s is switched off: checkhook check set %s enabled=true switches it on",
                   check->id, check->id);
    return EXIT_DONE;
}

static int enable(struct cmd *cmd)
{
    return tick(cmd, true);
}

static int disable(struct cmd *cmd)
{
    return tick(cmd, false);
}

/* --- rows --------------------------------------------------------------------------------- */

const struct command cmd_check_list = {
    .group = "check",
    .verb = "list",
    .summary = "List the checks with their latest results",
    .parts = APP_STORE | APP_LOOK | APP_CATALOGUE,
    .run = list,
};

static const struct option enable_options[] = {
    {"send-current", NULL, "send them the users who fail already as well"},
    {NULL, NULL, NULL},
};

const struct command cmd_check_enable = {
    .group = "check",
    .verb = "enable",
    .arguments = "ID NAME…",
    .summary = "Tick integrations for a check: they are told of newly failing users",
    .details =
        "Those who fail already are sent with --send-current, now and once; without it only\n"
        "users who newly fail are.",
    .options = enable_options,
    .min_args = 2,
    .max_args = -1,
    .parts = APP_STORE | APP_CATALOGUE,
    .run = enable,
};

const struct command cmd_check_disable = {
    .group = "check",
    .verb = "disable",
    .arguments = "ID NAME…",
    .summary = "Untick integrations for a check",
    .min_args = 2,
    .max_args = -1,
    .parts = APP_STORE | APP_CATALOGUE,
    .run = disable,
};
