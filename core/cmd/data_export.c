/* checkhook data export: users as a CSV file that can be imported again. */
#include <stdlib.h>

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/checks/run.h"
#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/cmd/interrupt.h"
#include "core/cmd/named.h"
#include "core/cmd/output.h"
#include "core/dataset/export.h"

/* Who is written, where a check has to be asked for them. */
struct chosen {
    uint32_t *uids;
    size_t count;
};

static bool add_unknown(void *ctx, int64_t uid, const char *source, const char *id,
                        const char *login, struct error *err)
{
    struct chosen *chosen = ctx;
    (void)source;
    (void)id;
    (void)login;
    (void)err;
    *(uint32_t *)list_add(&chosen->uids, &chosen->count, sizeof *chosen->uids) = (uint32_t)uid;
    return true;
}

static bool find_unknown(struct cmd *cmd, const char *check, struct chosen *chosen,
                         struct error *err)
{
    const struct run_options options = {.store = cmd->app.store,
                                        .config = &cmd->app.config,
                                        .catalogue = &cmd->app.catalogue,
                                        .kind = "command",
                                        .now_ms = clock_now_ms(),
                                        .dry_run = true};
    chosen->uids = mem_zalloc(sizeof *chosen->uids);
    return run_each_unknown(&options, check, add_unknown, chosen, err);
}

static bool may_be_made(const struct export_options *options, struct error *err)
{
    char *place = file_place(options->path, err);
    const bool taken = place && !options->replace && file_exists(place);
    free(place);
    if (taken)
        error_set(err, ERR_INVALID,
                  "%s exists already, and was not touched; --overwrite replaces it", options->path);
    return place && !taken;
}

static bool is_usable(struct cmd *cmd, const struct export_options *options, struct error *err)
{
    const struct people_filter *filter = &options->filter;
    const char *unknown = cmd_option(cmd, "unknown");
    if (cmd->json && !options->path)
        return error_set(err, ERR_INVALID,
                         "--json goes with a FILE: without one, standard output is the CSV");
    if (unknown && (filter->check || filter->source || filter->text))
        return error_set(err, ERR_INVALID, "--unknown goes without other filters");
    if ((unknown && !named_check(cmd, unknown, err)) ||
        (filter->check && !named_check(cmd, filter->check, err)) ||
        (filter->source && !named_source(cmd, filter->source, err)))
        return false;
    return !options->path || may_be_made(options, err);
}

static void report(const struct cmd *cmd, const char *path, int64_t users)
{
    if (!cmd->json) {
        print_note("%lld %s written to %s", (long long)users, plural(users, "user", "users"), path);
        return;
    }
    cJSON *out = cJSON_CreateObject();
    json_add_text(out, "file", path);
    json_add_int(out, "users", users);
    print_json(out);
}

/* Ctrl-C leaves no half of a file. */
static bool write_all(struct cmd *cmd, const struct export_options *options, struct error *err)
{
    struct job *job = export_job_new(options, err);
    interrupt_catch();
    const bool ok = job && run_job(job, err);
    interrupt_release();
    if (ok && options->path)
        report(cmd, options->path, export_job_users(job));
    job_free(job);
    cmd->interrupted = !ok && err->kind == ERR_CANCELLED;
    return ok;
}

static int export(struct cmd *cmd)
{
    struct error err = {0};
    struct chosen chosen = {0};
    const char *unknown = cmd_option(cmd, "unknown");
    struct export_options options = {
        .store = cmd->app.store,
        .filter = {.text = cmd_option(cmd, "search"),
                   .source = cmd_option(cmd, "source"),
                   .check = cmd_option(cmd, "failing")},
        .path = cmd->arg_count > 0 ? cmd->args[0] : NULL,
        .replace = cmd_has(cmd, "overwrite"),
    };
    bool ok =
        is_usable(cmd, &options, &err) && (!unknown || find_unknown(cmd, unknown, &chosen, &err));
    options.uids = chosen.uids;
    options.uid_count = chosen.count;
    ok = ok && write_all(cmd, &options, &err);
    free(chosen.uids);
    return ok ? EXIT_DONE : cmd_fail(&err);
}

static const struct option options_of_export[] = {
    {"failing", "CHECK", "only users with an open finding of this check"},
    {"unknown", "CHECK", "only users for whom the check cannot be answered"},
    {"search", "TEXT", "only users with this text in name, login, e-mail, department or id"},
    {"source", "NAME", "only users of this data set"},
    {"overwrite", NULL, "also where FILE exists already"},
    {NULL, NULL, NULL},
};

const struct command cmd_data_export = {
    .group = "data",
    .verb = "export",
    .arguments = "[FILE]",
    .summary = "Write users as checkhook CSV to FILE or standard output",
    .details = "The file can be imported again. It holds all columns of the users, and kind and\n"
               "status of factors and name, tier and assignment of roles; not sign-ins and keys.",
    .options = options_of_export,
    .min_args = 0,
    .max_args = 1,
    .parts = APP_STORE | APP_LOOK | APP_CATALOGUE,
    .run = export,
};
