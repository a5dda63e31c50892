/* checkhook audit list: who changed what. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/audit.h"
#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/cmd/output.h"
#include "core/store/audit.h"

struct output {
    const char *who; /* only what this one did; NULL = all */
    int64_t left;    /* rows still wanted; -1 = all */
    bool json;
    struct json_stream rows;
    struct table table;
};

static void add_object(cJSON *out, const char *name, const char *text)
{
    cJSON *object = cJSON_Parse(text);
    cJSON_AddItemToObject(out, name, object ? object : cJSON_CreateObject());
}

static cJSON *row_json(const struct audit_row *row)
{
    char id[24];
    cJSON *out = cJSON_CreateObject();
    snprintf(id, sizeof id, "%lld", (long long)row->id);
    json_add_text(out, "id", id);
    json_add_time(out, "time", row->at);
    json_add_text(out, "who", row->who);
    json_add_text(out, "from", row->from[0] ? row->from : NULL);
    json_add_text(out, "through", row->through);
    json_add_text(out, "what", row->what);
    json_add_text(out, "subject", row->subject[0] ? row->subject : NULL);
    json_add_text(out, "subject_id", row->subject_id[0] ? row->subject_id : NULL);
    add_object(out, "before", row->before);
    add_object(out, "after", row->after);
    return out;
}

static void add_row(struct table *t, const struct audit_row *row)
{
    char *time = time_for_people(row->at), *changes = audit_change_text(row->before, row->after);
    table_add(t, time);
    table_add(t, row->who);
    table_add(t, row->from);
    table_add(t, row->what);
    table_add(t, row->subject);
    table_add(t, changes);
    free(time);
    free(changes);
}

/* False without an error when there are enough. */
static bool print_row(void *ctx, const struct audit_row *row, struct error *err)
{
    struct output *out = ctx;
    (void)err;
    if (out->who && strcmp(out->who, row->who) != 0)
        return true;
    if (out->left == 0)
        return false;
    out->left -= out->left > 0;
    if (out->json)
        json_stream_add(&out->rows, NULL, row_json(row));
    else
        add_row(&out->table, row);
    return true;
}

static bool read_query(struct cmd *cmd, struct audit_query *query, struct output *out,
                       struct error *err)
{
    const char *since = cmd_option(cmd, "since");
    int64_t limit = 0;
    if (since && !time_parse_or_age(since, clock_now_s(), &query->since))
        return error_set(err, ERR_INVALID,
                         "--since: write a date (2026-11-24), a time (2026-11-24T06:00:00Z), Unix "
                         "seconds or an age (30m, 2h, 7d), not '%s'",
                         since);
    if (!cmd_option_int(cmd, "limit", 1, INT32_MAX, 0, &limit, err))
        return false;
    out->who = cmd_option(cmd, "who");
    out->left = limit > 0 ? limit : -1;
    return true;
}

static int list(struct cmd *cmd)
{
    static const char *const headers[] = {"TIME", "WHO", "FROM", "WHAT", "SUBJECT", "CHANGE", NULL};
    struct error err = {0};
    struct audit_query query = {0};
    struct output out = {.json = cmd->json};
    if (!read_query(cmd, &query, &out, &err))
        return cmd_fail(&err);
    json_stream_open(&out.rows, NULL, JSON_ARRAY);
    table_init(&out.table, headers);
    const bool ok =
        audit_each(cmd->app.store, &query, print_row, &out, &err) || err.kind == ERR_NONE;
    if (cmd->json && ok)
        json_stream_close(&out.rows);
    if (!cmd->json && ok)
        table_print(&out.table, out.who || query.since
                                    ? "nothing that was changed matches; without --who and "
                                      "--since, checkhook audit list shows all that is kept"
                                    : "nothing was changed yet");
    else
        table_release(&out.table);
    return ok ? EXIT_DONE : cmd_fail(&err);
}

static const struct option list_options[] = {
    {"since", "TIME", "not before: a date, a time, Unix seconds or an age (7d)"},
    {"who", "NAME", "only what this user did"},
    {"limit", "N", "so many at most"},
    {NULL, NULL, NULL},
};

const struct command cmd_audit_list = {
    .group = "audit",
    .verb = "list",
    .summary = "List who changed what, from where, newest first",
    .details = "Entries are kept for retention_days. Secrets are never in them.",
    .options = list_options,
    .parts = APP_STORE | APP_LOOK,
    .run = list,
};
