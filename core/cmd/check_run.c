/* checkhook check run: Run Checks Now from the command line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/checks/run.h"
#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/cmd/deliver_due.h"
#include "core/cmd/output.h"
#include "core/store/lock.h"

/* --- results ------------------------------------------------------------------------------ */

static cJSON *line_json(const struct run_line *line, bool names)
{
    cJSON *row = cJSON_CreateObject();
    json_add_text(row, "id", line->check->id);
    json_add_int(row, "evaluated", line->evaluated);
    json_add_int(row, "failing", line->failing);
    json_add_int(row, "new", line->fresh);
    json_add_int(row, "resolved", line->resolved);
    json_add_int(row, "unknown", line->unknown);
    json_add_text(row, "error", line->state == RUN_ERROR ? line->error : NULL);
    if (names) {
        cJSON *logins = json_add_array(row, "newUsers");
        for (size_t i = 0; i < line->fresh_logins.count; i++)
            json_push_text(logins, line->fresh_logins.items[i]);
    }
    return row;
}

static void print_run_json(const struct run_result *r, bool dry)
{
    cJSON *out = cJSON_CreateObject();
    if (r->run_id)
        json_add_int(out, "run", r->run_id);
    else
        json_add_null(out, "run");
    json_add_int(out, "time_ms", r->time_ms);
    cJSON *rows = json_add_array(out, "checks");
    for (size_t i = 0; i < r->line_count; i++)
        if (r->lines[i].state != RUN_SKIPPED)
            cJSON_AddItemToArray(rows, line_json(&r->lines[i], dry));
    json_add_int(out, "events", r->events);
    json_add_int(out, "deliveries", r->deliveries);
    print_json(out);
}

static void add_line(struct table *t, const struct run_line *line)
{
    table_add(t, run_line_text(line));
    table_add(t, line->check->id);
    table_addf(t, "%lld", (long long)line->evaluated);
    table_addf(t, "%lld", (long long)line->failing);
    table_addf(t, "%lld", (long long)line->fresh);
    table_addf(t, "%lld", (long long)line->resolved);
    table_addf(t, "%lld", (long long)line->unknown);
    table_add(t, line->error);
}

static void print_names(const struct run_line *line)
{
    printf("%s would name\n", line->check->id);
    for (size_t i = 0; i < line->fresh_logins.count; i++) {
        char *login = text_safe(line->fresh_logins.items[i]);
        printf("    %s\n", login);
        free(login);
    }
}

static void print_run(const struct run_result *r, bool dry)
{
    static const char *const headers[] = {"RESULT",    "CHECK",    ">EVALUATED", ">FAILING", ">NEW",
                                          ">RESOLVED", ">UNKNOWN", "NOTE",       NULL};
    struct table t;
    table_init(&t, headers);
    for (size_t i = 0; i < r->line_count; i++)
        if (r->lines[i].state != RUN_SKIPPED)
            add_line(&t, &r->lines[i]);
    table_print(&t, "no check is switched on");
    for (size_t i = 0; dry && i < r->line_count; i++)
        if (r->lines[i].fresh > 0)
            print_names(&r->lines[i]);
    printf("%lld %s in %lld ms; %lld %s, %lld %s%s.\n", (long long)r->users,
           plural(r->users, "user", "users"), (long long)r->time_ms, (long long)r->events,
           plural(r->events, "event", "events"), (long long)r->deliveries,
           plural(r->deliveries, "delivery", "deliveries"),
           dry ? " would be written; nothing was stored" : "");
    if (r->users == 0)
        print_note("there are no users to check: load some with checkhook data import FILE");
}

/* --- running ------------------------------------------------------------------------------ */

static bool read_moment(const struct cmd *cmd, int64_t *now_ms, struct error *err)
{
    const char *text = cmd_option(cmd, "now");
    int64_t seconds = 0;
    if (!text) {
        *now_ms = clock_now_ms();
        return true;
    }
    if (!time_parse(text, &seconds))
        return error_set(err, ERR_INVALID,
                         "--now: '%s' is no time; write it as 2026-01-31T06:00:00Z", text);
    *now_ms = seconds * 1000;
    return true;
}

/* Sends what is due unless another worker does, which is told; *failed when a delivery ended so. */
static bool deliver_after(struct cmd *cmd, int64_t found, bool *failed, struct error *err)
{
    struct deliver_report report;
    struct error busy = {0};
    if (!deliver_due(cmd, &report, &busy)) {
        if (busy.kind != ERR_BUSY) {
            *err = busy;
            return false;
        }
        worker_wake(cmd->app.paths.wake_file);
        if (found > 0)
            print_note("%s; it delivers what this run found", busy.text);
        return true;
    }
    *failed = report.failed > 0;
    if (!cmd->json && report.delivered + report.failed + report.waiting + report.held > 0)
        deliver_report_print(&report);
    return true;
}

static int finish(struct cmd *cmd, const struct run_result *result, bool dry)
{
    struct error err = {0};
    bool failed = false;
    if (cmd->json)
        print_run_json(result, dry);
    else
        print_run(result, dry);
    if (!dry && cmd_has(cmd, "no-deliver"))
        worker_wake(cmd->app.paths.wake_file); /* this command does not send; a worker does */
    else if (!dry && !deliver_after(cmd, result->deliveries, &failed, &err))
        return cmd_fail(&err);
    return failed ? EXIT_NO : EXIT_DONE;
}

static int run(struct cmd *cmd)
{
    struct error err = {0};
    struct run_options options = {.store = cmd->app.store,
                                  .config = &cmd->app.config,
                                  .catalogue = &cmd->app.catalogue,
                                  .ids = cmd->arg_count ? cmd->args : NULL,
                                  .id_count = cmd->arg_count,
                                  .kind = "command",
                                  .actor = &cmd->app.actor,
                                  .dry_run = cmd_has(cmd, "dry-run") || cmd_has(cmd, "now")};
    struct job *job = NULL;
    if (read_moment(cmd, &options.now_ms, &err))
        job = run_job_new(&options, &err);
    int code = job && run_job(job, &err) ? finish(cmd, run_job_result(job), options.dry_run)
                                         : cmd_fail(&err);
    job_free(job);
    return code;
}

static const struct option run_options_table[] = {
    {"dry-run", NULL, "say what would be sent, store nothing"},
    {"no-deliver", NULL, "write events and deliveries, but do not send"},
    {"now", "TIME", "evaluate as of another moment (RFC 3339); implies --dry-run"},
    {NULL, NULL, NULL},
};

const struct command cmd_check_run = {
    .group = "check",
    .verb = "run",
    .arguments = "[ID…]",
    .summary = "Run Checks Now: all that are on, or the ones named, and deliver what is new",
    .details = "Exit 1 when a delivery ended as failed during this call.",
    .options = run_options_table,
    .max_args = -1,
    .parts = APP_STORE | APP_CATALOGUE,
    .run = run,
};
