/* checkhook data show | users | remove: the data sets that the checks look at. */
#include <stdio.h>
#include <stdlib.h>

#include "core/actions.h"
#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/checks/explain.h"
#include "core/checks/run.h"
#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/cmd/named.h"
#include "core/cmd/output.h"
#include "core/store/datasets.h"
#include "core/store/users.h"

/* --- show --------------------------------------------------------------------------------- */

static cJSON *dataset_json(const struct dataset *d)
{
    cJSON *row = cJSON_CreateObject();
    json_add_text(row, "source", d->source);
    json_add_text(row, "format", d->format);
    json_add_time(row, "loaded", d->loaded_at);
    json_add_int(row, "users", d->users);
    json_add_int(row, "factors", d->factors);
    json_add_int(row, "roles", d->roles);
    json_add_int(row, "sign_ins", d->sign_ins);
    json_add_int(row, "credentials", d->credentials);
    return row;
}

static int show_json(const struct dataset_list *list)
{
    cJSON *out = cJSON_CreateArray();
    for (size_t i = 0; i < list->count; i++)
        cJSON_AddItemToArray(out, dataset_json(&list->items[i]));
    return print_json(out);
}

static int show_table(const struct dataset_list *list)
{
    static const char *const headers[] = {"SOURCE",    "FORMAT",       "LOADED",
                                          ">USERS",    ">FACTORS",     ">ROLES",
                                          ">SIGN-INS", ">CREDENTIALS", NULL};
    struct table t;
    table_init(&t, headers);
    for (size_t i = 0; i < list->count; i++) {
        const struct dataset *d = &list->items[i];
        char *loaded = time_for_people(d->loaded_at);
        table_add(&t, d->source);
        table_add(&t, d->format);
        table_add(&t, loaded);
        table_addf(&t, "%lld", (long long)d->users);
        table_addf(&t, "%lld", (long long)d->factors);
        table_addf(&t, "%lld", (long long)d->roles);
        table_addf(&t, "%lld", (long long)d->sign_ins);
        table_addf(&t, "%lld", (long long)d->credentials);
        free(loaded);
    }
    table_print(&t, "there is no data set yet: load one with checkhook data import FILE");
    return EXIT_DONE;
}

static int show(struct cmd *cmd)
{
    struct error err = {0};
    struct dataset_list list = {0};
    if (!datasets_list(cmd->app.store, &list, &err))
        return cmd_fail(&err);
    int code = cmd->json ? show_json(&list) : show_table(&list);
    dataset_list_release(&list);
    return code;
}

/* --- users -------------------------------------------------------------------------------- */

/* Rows for either form of output. */
struct listing {
    bool json;
    bool unknown; /* of whom a check says nothing: neither since when nor why */
    struct json_stream rows;
    struct table table;
};

/* One row; without a check `since` is 0. */
struct listed {
    const char *source, *id, *login;
    int64_t since;
    const char *explain; /* NULL = none */
    bool stale;
};

static cJSON *listed_json(const struct listed *u)
{
    cJSON *row = cJSON_CreateObject();
    cJSON *explain = u->explain ? cJSON_Parse(u->explain) : NULL;
    json_add_text(row, "source", u->source);
    json_add_text(row, "id", u->id);
    json_add_text(row, "login", u->login);
    json_add_time(row, "since", u->since > 0 ? u->since : -1);
    if (u->since > 0)
        json_add_flag(row, "stale", u->stale);
    else
        json_add_null(row, "stale");
    cJSON_AddItemToObject(row, "explain", explain ? explain : cJSON_CreateObject());
    return row;
}

static void add_cells(struct table *t, const struct listed *u, bool unknown)
{
    table_add(t, u->source);
    table_add(t, u->login);
    table_add(t, u->id);
    if (unknown)
        return;
    char *when = u->since > 0 ? time_for_people(u->since) : mem_strdup("");
    char *why = explain_text(u->explain ? u->explain : "{}");
    char *marked = mem_printf("stale%s%s", *why ? ": " : "", why);
    table_add(t, when);
    table_add(t, u->stale ? marked : why);
    free(when);
    free(why);
    free(marked);
}

static bool listing_add(struct listing *l, const struct listed *u, struct error *err)
{
    if (l->json)
        json_stream_add(&l->rows, NULL, listed_json(u));
    else {
        add_cells(&l->table, u, l->unknown);
        table_flush_many(&l->table);
    }
    return output_is_read(err);
}

static bool add_user(void *ctx, const struct user_row *u, struct error *err)
{
    const struct listed row = {u->source, u->id, u->login, u->since, u->explain, u->stale};
    return listing_add(ctx, &row, err);
}

static bool add_unknown(void *ctx, int64_t uid, const char *source, const char *id,
                        const char *login, struct error *err)
{
    (void)uid;
    return listing_add(ctx, &(struct listed){source, id, login, 0, NULL, false}, err);
}

static bool list_users(struct cmd *cmd, struct listing *l, struct error *err)
{
    const char *failing = cmd_option(cmd, "failing"), *unknown = cmd_option(cmd, "unknown");
    if (failing && unknown)
        return error_set(err, ERR_INVALID, "write either --failing or --unknown, not both");
    struct user_filter filter = {
        .failing = failing, .source = cmd_option(cmd, "source"), .text = cmd_option(cmd, "search")};
    if (unknown && (filter.source || filter.text))
        return error_set(err, ERR_INVALID,
                         "--source and --search go with --failing or alone, not with --unknown");
    if ((failing && !named_check(cmd, failing, err)) ||
        (filter.source && !named_source(cmd, filter.source, err)))
        return false;
    if (!unknown)
        return store_sort_on_disk(cmd->app.store, err) &&
               users_each(cmd->app.store, &filter, add_user, l, err);
    struct run_options options = {.store = cmd->app.store,
                                  .config = &cmd->app.config,
                                  .catalogue = &cmd->app.catalogue,
                                  .kind = "command",
                                  .now_ms = clock_now_ms(),
                                  .dry_run = true};
    return named_check(cmd, unknown, err) &&
           run_each_unknown(&options, unknown, add_unknown, l, err);
}

static int users(struct cmd *cmd)
{
    static const char *const headers[] = {"SOURCE", "LOGIN", "ID", "FAILING SINCE", "WHY", NULL};
    static const char *const unknown_headers[] = {"SOURCE", "LOGIN", "ID", NULL};
    struct error err = {0};
    struct listing l = {.json = cmd->json, .unknown = cmd_option(cmd, "unknown") != NULL};
    json_stream_open(&l.rows, NULL, JSON_ARRAY);
    table_init(&l.table, l.unknown ? unknown_headers : headers);
    const bool ok = list_users(cmd, &l, &err);
    if (ok && cmd->json)
        json_stream_close(&l.rows);
    if (ok && !cmd->json)
        table_print(&l.table, "no user to show");
    else
        table_release(&l.table);
    return ok ? EXIT_DONE : output_fail(&err);
}

/* --- remove ------------------------------------------------------------------------------- */

static int remove_source(struct cmd *cmd)
{
    struct error err = {0};
    if (!action_remove_data(&cmd->app, cmd->args[0], &err))
        return cmd_fail(&err);
    if (!cmd->json) {
        print_note("removed the data set '%s'; its findings are resolved by the next run",
                   cmd->args[0]);
        return EXIT_DONE;
    }
    cJSON *out = cJSON_CreateObject();
    json_add_text(out, "source", cmd->args[0]);
    return print_json(out);
}

/* --- rows --------------------------------------------------------------------------------- */

static const struct option users_options[] = {
    {"failing", "CHECK", "only users with an open finding of this check"},
    {"unknown", "CHECK", "only users for whom the check cannot be answered"},
    {"source", "NAME", "only users of this data set"},
    {"search", "TEXT", "only users with this text in name, login, e-mail, department or id"},
    {NULL, NULL, NULL},
};

const struct command cmd_data_show = {
    .group = "data",
    .verb = "show",
    .summary = "List the data sets",
    .parts = APP_STORE | APP_LOOK,
    .run = show,
};

const struct command cmd_data_users = {
    .group = "data",
    .verb = "users",
    .summary = "List users: all, those failing a check, or those it cannot answer for",
    .options = users_options,
    .parts = APP_STORE | APP_LOOK | APP_CATALOGUE,
    .run = users,
};

const struct command cmd_data_remove = {
    .group = "data",
    .verb = "remove",
    .arguments = "SOURCE",
    .summary = "Remove a data set",
    .min_args = 1,
    .max_args = 1,
    .parts = APP_STORE,
    .run = remove_source,
};
