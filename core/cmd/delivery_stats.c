/* checkhook delivery stats: the last 24 hours by the hour, and what fails and waits now. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/cmd/delivery_filter.h"
#include "core/cmd/output.h"
#include "core/store/outbox_day.h"
#include "core/store/outbox_tally.h"

enum { SLICE_MS = 1000 };

struct stats {
    struct outbox_day day;
    struct outbox_tally tally;
};

static bool is_configured(void *ctx, const char *integration_id)
{
    return config_find(ctx, integration_id) != NULL;
}

static bool count(struct cmd *cmd, const struct window_filter *of, struct stats *out,
                  struct error *err)
{
    const struct tally_of what = {
        .filter = of, .configured = is_configured, .ctx = &cmd->app.config};
    bool ok = true;
    outbox_day_begin(&out->day, clock_now_s());
    outbox_tally_begin(&out->tally);
    while (ok && out->day.under_way)
        ok = outbox_day_step(&out->day, cmd->app.store, of, SLICE_MS, err);
    while (ok && out->tally.under_way)
        ok = outbox_tally_step(&out->tally, cmd->app.store, &what, SLICE_MS, err);
    return ok;
}

/* --- what is said ---------------------------------------------------------------------------- */

static int print_stats_json(const struct stats *s)
{
    const struct delivery_tally *now = &s->tally.shown;
    int64_t delivered, failed;
    cJSON *out = cJSON_CreateObject();
    outbox_day_totals(&s->day, &delivered, &failed);
    json_add_int(out, "created", s->day.created);
    json_add_int(out, "delivered", delivered);
    json_add_int(out, "failed", failed);
    cJSON *open = json_add_object(out, "now");
    json_add_int(open, "failed", now->failed);
    json_add_int(open, "sent_again", now->sent_again);
    json_add_int(open, "removed", now->removed);
    json_add_int(open, "tests", now->tests);
    json_add_int(open, "waiting", now->waiting);
    json_add_int(open, "held", now->held);
    cJSON *hours = json_add_array(out, "hours");
    for (int i = 0; i < DAY_HOURS; i++) {
        cJSON *row = cJSON_CreateObject();
        json_add_time(row, "time", s->day.hours[i].from);
        json_add_int(row, "delivered", s->day.hours[i].delivered);
        json_add_int(row, "failed", s->day.hours[i].failed);
        cJSON_AddItemToArray(hours, row);
    }
    return print_json(out);
}

static void print_hours(const struct outbox_day *day)
{
    static const char *const headers[] = {"HOUR", ">DELIVERED", ">FAILED", NULL};
    struct table t;
    table_init(&t, headers);
    for (int i = 0; i < DAY_HOURS; i++) {
        char *when = time_for_people(day->hours[i].from);
        table_add(&t, when);
        table_addf(&t, "%" PRId64, day->hours[i].delivered);
        table_addf(&t, "%" PRId64, day->hours[i].failed);
        free(when);
    }
    table_print(&t, "");
}

static int print_stats(const struct stats *s)
{
    const struct delivery_tally *now = &s->tally.shown;
    const char *more = now->more ? "+" : "";
    print_hours(&s->day);
    printf("\nlast 24 h  %" PRId64 " made\n", s->day.created);
    printf("now        %" PRId64 " failed, %" PRId64 "%s waiting, %" PRId64 "%s held\n",
           now->failed, now->waiting, more, now->held, more);
    if (now->sent_again + now->removed + now->tests > 0)
        printf("           %" PRId64 " failed and sent again, %" PRId64
               " of removed integrations, %" PRId64 " %s\n",
               now->sent_again, now->removed, now->tests, plural(now->tests, "test", "tests"));
    return EXIT_DONE;
}

static int stats(struct cmd *cmd)
{
    struct error err = {0};
    struct chosen_deliveries chosen;
    if (!delivery_filter_read(cmd, clock_now_s(), &chosen, &err))
        return cmd_fail(&err);
    const char *const id = chosen.filter.integration_id;
    const struct window_filter of = {.integration_ids = &id, .integration_count = id != NULL};
    struct stats *s = mem_zalloc(sizeof *s);
    int code = EXIT_DONE;
    if (!count(cmd, &of, s, &err))
        code = cmd_fail(&err);
    else
        code = cmd->json ? print_stats_json(s) : print_stats(s);
    free(s);
    return code;
}

static const struct option stats_options[] = {
    {"integration", "NAME", "of this one; a removed one by name or id"},
    {NULL, NULL, NULL},
};

const struct command cmd_delivery_stats = {
    .group = "delivery",
    .verb = "stats",
    .summary = "Count the last 24 hours by the hour, and what fails and waits now",
    .details =
        "Failed: what somebody should still look at; apart from it are failures that were\n"
        "sent again, of removed integrations, and tests, which the hours leave out. --json:\n"
        "{\"created\", \"delivered\", \"failed\", \"now\": {\"failed\", \"sent_again\",\n"
        "\"removed\", \"tests\", \"waiting\", \"held\"}, \"hours\": [{\"time\", \"delivered\",\n"
        "\"failed\"}]}.",
    .options = stats_options,
    .parts = APP_STORE | APP_LOOK,
    .run = stats,
};
