/* checkhook integration list | show | remove: what is configured and how it is doing. */
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
#include "core/cmd/integration_json.h"
#include "core/cmd/named.h"
#include "core/cmd/output.h"
#include "core/status.h"

/* --- list --------------------------------------------------------------------------------- */

/* The state of each that is configured, in that order; NULL on failure. */
static struct integration_status *read_all(struct cmd *cmd, bool failures, struct error *err)
{
    const size_t count = cmd->app.config.integrations.count;
    struct integration_status *all = mem_zalloc((count + 1) * sizeof *all);
    if (integration_status_all(&cmd->app, failures, all, err))
        return all;
    for (size_t i = 0; i < count; i++)
        integration_status_release(&all[i]);
    free(all);
    return NULL;
}

static int list_json(struct cmd *cmd)
{
    struct error err = {0};
    const struct integration_list *all = &cmd->app.config.integrations;
    struct integration_status *states = read_all(cmd, true, &err);
    if (!states)
        return cmd_fail(&err);
    cJSON *out = cJSON_CreateArray();
    for (size_t i = 0; i < all->count; i++) {
        cJSON *row = cJSON_CreateObject();
        integration_summary_json(row, &all->items[i], &states[i]);
        cJSON_AddItemToArray(out, row);
        integration_status_release(&states[i]);
    }
    free(states);
    return print_json(out);
}

static void add_last(struct table *t, const struct integration_facts *f, int64_t now)
{
    char age[16];
    if (f->last_at == 0 || (!f->last_ok && f->counts.retrying > 0)) {
        table_add(t, f->counts.retrying > 0 ? "retrying" : "never");
        return;
    }
    time_age(now - f->last_at, age);
    if (f->last_status)
        table_addf(t, "%s ago, %d", age, f->last_status);
    else
        table_addf(t, "%s ago, error", age);
}

static int list_table(struct cmd *cmd)
{
    enum { ENDPOINT_COLUMN = 3 };
    static const char *const headers[] = {"STATE", "NAME",    "AUTH",   "ENDPOINT",
                                          "LAST",  ">CHECKS", "REASON", NULL};
    struct error err = {0};
    struct table t;
    const struct integration_list *all = &cmd->app.config.integrations;
    struct integration_status *states = read_all(cmd, false, &err);
    int64_t now = clock_now_s();
    if (!states)
        return cmd_fail(&err);
    table_init(&t, headers);
    t.gives_way = ENDPOINT_COLUMN;
    for (size_t i = 0; i < all->count; i++) {
        const struct integration *in = &all->items[i];
        table_add(&t, status_text(states[i].status));
        table_add(&t, in->name);
        table_add(&t, auth_type_label((enum auth_type)in->auth.type));
        table_add(&t, in->url);
        add_last(&t, &states[i].facts, now);
        table_addf(&t, "%zu", states[i].checks);
        table_add(&t, states[i].reason ? states[i].reason : "");
        integration_status_release(&states[i]);
    }
    free(states);
    table_print(&t, "there is no integration yet: make one with checkhook integration add, or "
                    "open the console");
    return EXIT_DONE;
}

static int list(struct cmd *cmd)
{
    return cmd->json ? list_json(cmd) : list_table(cmd);
}

/* --- show --------------------------------------------------------------------------------- */

static void print_setting(const char *name, const char *value)
{
    char *safe = text_safe(value);
    printf("%-22s %s\n", name, safe);
    free(safe);
}

static void print_params(const struct setting *row, const struct param_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct param *p = &list->items[i];
        char *shown = p->secret ? secret_describe(p->value) : mem_strdup(p->value);
        char *line =
            p->secret ? mem_printf("%s:%s (secret, %s)", param_place_text(p->place), p->key, shown)
                      : mem_printf("%s:%s=%s", param_place_text(p->place), p->key, shown);
        print_setting(row->name, line);
        free(line);
        free(shown);
    }
}

static void print_settings(struct integration *in)
{
    for (size_t i = 0; i < integration_setting_count; i++) {
        const struct setting *row = &integration_settings[i];
        if (!setting_applies(row, in))
            continue;
        if (row->kind == KIND_PARAMS) {
            print_params(row, setting_params(row, in));
            continue;
        }
        char *stored = setting_get(row, in);
        char *shown = row->kind == KIND_SECRET ? secret_describe(stored[0] ? stored : NULL)
                                               : mem_strdup(stored);
        if (shown[0])
            print_setting(row->name, shown);
        free(shown);
        free(stored);
    }
}

static void print_status(const struct integration_status *s)
{
    char *last = time_for_people(s->facts.last_at);
    printf("%-22s %s%s%s\n", "state", status_text(s->status), s->reason ? ": " : "",
           s->reason ? s->reason : "");
    if (s->facts.last_status)
        printf("%-22s %s, answered %d\n", "last", last, s->facts.last_status);
    else
        printf("%-22s %s\n", "last", last);
    if (s->facts.last_at > 0 && !s->facts.last_ok) {
        char *worked = time_for_people(s->facts.last_ok_at);
        printf("%-22s %s\n", "last success", worked);
        free(worked);
    }
    printf("%-22s %zu\n%-22s %lld waiting, %lld held, %lld failed\n", "checks", s->checks,
           "deliveries", (long long)s->facts.counts.waiting, (long long)s->facts.counts.held,
           (long long)s->facts.counts.failed);
    free(last);
}

static int show(struct cmd *cmd)
{
    struct error err = {0};
    struct integration_status status;
    const struct integration *found = named_integration(cmd, cmd->args[0], &err);
    if (!found || !integration_status(&cmd->app, found, &status, &err))
        return cmd_fail(&err);
    struct integration in = {0};
    integration_copy(&in, found);
    int code = EXIT_DONE;
    if (cmd->json) {
        cJSON *out = cJSON_CreateObject();
        integration_settings_json(out, &in);
        integration_summary_json(out, &in, &status);
        code = print_json(out);
    } else {
        print_setting("id", in.id);
        print_settings(&in);
        print_status(&status);
    }
    integration_release(&in);
    integration_status_release(&status);
    return code;
}

/* --- remove ------------------------------------------------------------------------------- */

struct removed {
    char id[UUID_LEN + 1];
    char *name;
    int64_t ended; /* deliveries that waited for it */
};

static void print_removed(const struct cmd *cmd, const struct removed *r)
{
    if (!cmd->json) {
        print_note("removed '%s'%s", r->name,
                   r->ended > 0 ? "; deliveries that waited for it ended as failed" : "");
        return;
    }
    cJSON *out = cJSON_CreateObject();
    json_add_text(out, "id", r->id);
    json_add_text(out, "name", r->name);
    json_add_int(out, "failed", r->ended);
    print_json(out);
}

static int remove_integration(struct cmd *cmd)
{
    struct error err = {0};
    const struct integration *in = named_integration(cmd, cmd->args[0], &err);
    if (!in)
        return cmd_fail(&err);
    struct removed removed = {.name = mem_strdup(in->name)};
    snprintf(removed.id, sizeof removed.id, "%s", in->id);
    struct outbox_counts counts = {0};
    bool ok = outbox_count(cmd->app.store, removed.id, INT64_MAX, &counts, &err) &&
              action_remove_integration(&cmd->app, removed.id, clock_now_s(), &err);
    removed.ended = counts.waiting + counts.held;
    if (ok)
        print_removed(cmd, &removed);
    free(removed.name);
    return ok ? EXIT_DONE : cmd_fail(&err);
}

/* --- rows --------------------------------------------------------------------------------- */

const struct command cmd_integration_list = {
    .group = "integration",
    .verb = "list",
    .summary = "List the integrations and how they are doing",
    .parts = APP_STORE | APP_LOOK,
    .run = list,
};

const struct command cmd_integration_show = {
    .group = "integration",
    .verb = "show",
    .arguments = "NAME",
    .summary = "Show all settings of one integration; secrets only as set or not",
    .min_args = 1,
    .max_args = 1,
    .parts = APP_STORE | APP_LOOK,
    .run = show,
};

const struct command cmd_integration_remove = {
    .group = "integration",
    .verb = "remove",
    .arguments = "NAME",
    .summary = "Remove an integration; its waiting deliveries end as failed",
    .min_args = 1,
    .max_args = 1,
    .parts = APP_STORE,
    .run = remove_integration,
};
