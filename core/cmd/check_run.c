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
#include "core/cmd/interrupt.h"
#include "core/cmd/moment.h"
#include "core/cmd/output.h"
#include "core/store/lock.h"

enum { NAMES_SHOWN = 20, INTEGRATION_COLS = 24 };

/* How a result is shown. */
struct shown {
    bool dry;      /* nothing was stored: say what would be sent */
    bool asked;    /* for checks by name */
    int64_t names; /* of each check, at most; 0 = all */
};

/* --- JSON --------------------------------------------------------------------------------- */

static void add_names(cJSON *row, const struct run_line *line, int64_t most)
{
    cJSON *logins = json_add_array(row, "newUsers");
    for (size_t i = 0; i < line->fresh_logins.count && (most == 0 || (int64_t)i < most); i++)
        json_push_text(logins, line->fresh_logins.items[i]);
}

static void add_notifies(cJSON *row, const struct run_result *r, const struct check *check)
{
    cJSON *array = json_add_array(row, "notifies");
    for (size_t i = 0; i < r->told.count; i++) {
        const struct told *told = &r->told.items[i];
        if (told->check != check)
            continue;
        cJSON *one = cJSON_CreateObject();
        json_add_text(one, "integration", told->integration);
        json_add_int(one, "users", (int64_t)told->users);
        json_add_int(one, "events", told->events);
        json_add_text(one, "held", told->held);
        cJSON_AddItemToArray(array, one);
    }
}

static cJSON *line_json(const struct run_result *r, const struct run_line *line,
                        const struct shown *shown)
{
    cJSON *row = cJSON_CreateObject();
    json_add_text(row, "id", line->check->id);
    json_add_int(row, "evaluated", line->evaluated);
    json_add_int(row, "failing", line->failing);
    json_add_int(row, "new", line->fresh);
    json_add_int(row, "resolved", line->resolved);
    json_add_int(row, "unknown", line->unknown);
    json_add_text(row, "error", line->state == RUN_ERROR ? line->error : NULL);
    if (shown->dry) {
        add_names(row, line, shown->names);
        add_notifies(row, r, line->check);
    }
    return row;
}

static void print_run_json(const struct run_result *r, const struct shown *shown)
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
            cJSON_AddItemToArray(rows, line_json(r, &r->lines[i], shown));
    json_add_int(out, "events", r->events);
    json_add_int(out, "deliveries", r->deliveries);
    print_json(out);
}

/* --- text --------------------------------------------------------------------------------- */

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

static void print_names(const struct run_line *line, int64_t most)
{
    const int64_t count = (int64_t)line->fresh_logins.count;
    const int64_t named = most == 0 || count < most ? count : most;
    for (int64_t i = 0; i < named; i++) {
        char *login = text_safe(line->fresh_logins.items[i]);
        printf("    %s\n", login);
        free(login);
    }
    if (line->fresh > named)
        printf("    and %lld more (--limit 0 names all)\n", (long long)(line->fresh - named));
}

static void print_told(const struct told *told)
{
    char *name = text_safe(told->integration), *held = text_safe(told->held ? told->held : "");
    const int pad = INTEGRATION_COLS - (int)text_width(name);
    printf("    %s%*s  %lld %s%s%s\n", name, pad > 0 ? pad : 0, "", (long long)told->events,
           plural(told->events, "event", "events"), told->held ? ", held: " : "", held);
    free(name);
    free(held);
}

static size_t count_told(const struct run_result *r, const struct check *check)
{
    size_t count = 0;
    for (size_t i = 0; i < r->told.count; i++)
        count += r->told.items[i].check == check;
    return count;
}

/* Where nobody would be told, who they are matters only when somebody asks for that check. */
static void print_message(const struct run_result *r, const struct run_line *line,
                          const struct shown *shown)
{
    const bool told = count_told(r, line->check) > 0;
    printf("\n%s would name %lld %s%s\n", line->check->id, (long long)line->fresh,
           plural(line->fresh, "user", "users"),
           told ? "" : ", to nobody: no integration is ticked");
    if (told || shown->asked)
        print_names(line, shown->names);
    if (told)
        puts("  to");
    for (size_t i = 0; i < r->told.count; i++) {
        if (r->told.items[i].check == line->check)
            print_told(&r->told.items[i]);
    }
}

static void print_run(const struct run_result *r, const struct shown *shown)
{
    static const char *const headers[] = {"RESULT",    "CHECK",    ">EVALUATED", ">FAILING", ">NEW",
                                          ">RESOLVED", ">UNKNOWN", "NOTE",       NULL};
    struct table t;
    table_init(&t, headers);
    for (size_t i = 0; i < r->line_count; i++)
        if (r->lines[i].state != RUN_SKIPPED)
            add_line(&t, &r->lines[i]);
    table_print(&t, "no check is switched on");
    for (size_t i = 0; shown->dry && i < r->line_count; i++) {
        if (r->lines[i].fresh > 0)
            print_message(r, &r->lines[i], shown);
    }
    printf("%s%lld %s in %lld ms; %lld %s, %lld %s%s.\n", shown->dry ? "\n" : "",
           (long long)r->users, plural(r->users, "user", "users"), (long long)r->time_ms,
           (long long)r->events, plural(r->events, "event", "events"), (long long)r->deliveries,
           plural(r->deliveries, "delivery", "deliveries"),
           shown->dry ? " would be written; nothing was stored" : "");
    if (r->users == 0)
        print_note("there are no users to check: load some with checkhook data import FILE");
}

/* --- running ------------------------------------------------------------------------------ */

/* Programs get all names unless they ask for less. */
static bool read_limit(const struct cmd *cmd, struct shown *shown, struct error *err)
{
    if (cmd_has(cmd, "limit") && !shown->dry)
        return error_set(err, ERR_INVALID, "--limit goes with --dry-run: only that names users");
    return cmd_option_int(cmd, "limit", 0, INT32_MAX, cmd->json ? 0 : NAMES_SHOWN, &shown->names,
                          err);
}

/* Sends what is due unless another worker does, which is told. */
static int deliver_after(struct cmd *cmd, int64_t found)
{
    struct deliver_report report;
    struct error err = {0};
    const bool ok = deliver_due(cmd, &report, &err);
    if (!ok && err.kind == ERR_BUSY) {
        worker_wake(cmd->app.paths.wake_file);
        if (found > 0)
            print_note("%s; it delivers what this run found", err.text);
        return EXIT_DONE;
    }
    if (!ok)
        return cmd_fail(&err);
    cmd->interrupted = report.stopped;
    if (report.stopped)
        print_note("stopped; the run is stored, and what was not delivered waits");
    if (!cmd->json && report.delivered + report.failed + report.waiting + report.held > 0)
        deliver_report_print(&report);
    return report.failed > 0 ? EXIT_NO : EXIT_DONE;
}

/* Evaluates and shows. The job keeps much in memory, and a view of the database on which the log
 * of changes has to stay: both end here, before anything is sent. */
static bool evaluate(struct cmd *cmd, const struct run_options *options, const struct shown *shown,
                     int64_t *found, struct error *err)
{
    struct job *job = run_job_new(options, err);
    const bool ok = job && run_job(job, err);
    if (ok && cmd->json)
        print_run_json(run_job_result(job), shown);
    else if (ok)
        print_run(run_job_result(job), shown);
    if (ok)
        *found = run_job_result(job)->deliveries;
    job_free(job);
    return ok;
}

static int fail(struct cmd *cmd, struct error *err)
{
    cmd->interrupted = err->kind == ERR_CANCELLED && interrupt_seen();
    if (cmd->interrupted)
        error_set(err, ERR_CANCELLED, "stopped; nothing was stored or sent");
    return cmd_fail(err);
}

/* With interrupts caught from the first user on to the last answer. */
static int run_and_deliver(struct cmd *cmd, const struct run_options *options,
                           const struct shown *shown)
{
    struct error err = {0};
    int64_t found = 0;
    if (!evaluate(cmd, options, shown, &found, &err))
        return fail(cmd, &err);
    if (shown->dry)
        return EXIT_DONE;
    if (!cmd_has(cmd, "no-deliver"))
        return deliver_after(cmd, found);
    worker_wake(cmd->app.paths.wake_file); /* this command does not send; a worker does */
    return EXIT_DONE;
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
    struct shown shown = {.dry = options.dry_run, .asked = cmd->arg_count > 0};
    if (!cmd_moment(cmd, &options.now_ms, &err) || !read_limit(cmd, &shown, &err))
        return cmd_fail(&err);
    interrupt_catch();
    const int code = run_and_deliver(cmd, &options, &shown);
    interrupt_release();
    return code;
}

static const struct option run_options_table[] = {
    {"dry-run", NULL, "say what would be sent to whom, store nothing"},
    {"limit", "N", "with --dry-run: name at most N users of a check (default 20, 0 = all)"},
    {"no-deliver", NULL, "write events and deliveries, but do not send"},
    {"now", "TIME", "evaluate as of another moment (RFC 3339); implies --dry-run"},
    {NULL, NULL, NULL},
};

const struct command cmd_check_run = {
    .group = "check",
    .verb = "run",
    .arguments = "[ID…]",
    .summary = "Run Checks Now: all that are on, or the ones named, and deliver what is new",
    .details =
        "--dry-run names, for each check, the users who newly fail it and the integrations\n"
        "that would be told, in how many events, and which of them would have to wait.\n"
        "Ctrl-C leaves nothing of a run whose checks are still evaluated; afterwards the run is\n"
        "stored, and what was not delivered waits. Exit 1 when a delivery ended as failed during\n"
        "this call.",
    .options = run_options_table,
    .max_args = -1,
    .parts = APP_STORE | APP_CATALOGUE,
    .run = run,
};
