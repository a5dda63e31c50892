/* checkhook data export: users as a CSV file that can be imported again. */
#include <stdio.h>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/cmd/named.h"
#include "core/cmd/output.h"
#include "core/dataset/export.h"

static bool is_usable(struct cmd *cmd, const struct export_options *options, struct error *err)
{
    const struct people_filter *filter = &options->filter;
    if (cmd->json && !options->path)
        return error_set(err, ERR_INVALID,
                         "--json goes with a FILE: without one, standard output is the CSV");
    if ((filter->check && !named_check(cmd, filter->check, err)) ||
        (filter->source && !named_source(cmd, filter->source, err)))
        return false;
    return !options->path || options->replace || !file_exists(options->path) ||
           error_set(err, ERR_INVALID,
                     "%s exists already, and was not touched; --overwrite replaces it",
                     options->path);
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

static int export(struct cmd *cmd)
{
    struct error err = {0};
    const struct export_options options = {
        .store = cmd->app.store,
        .filter = {.text = cmd_option(cmd, "search"),
                   .source = cmd_option(cmd, "source"),
                   .check = cmd_option(cmd, "failing")},
        .path = cmd->arg_count > 0 ? cmd->args[0] : NULL,
        .replace = cmd_has(cmd, "overwrite"),
    };
    if (!is_usable(cmd, &options, &err))
        return cmd_fail(&err);
    struct job *job = export_job_new(&options, &err);
    const bool ok = job && run_job(job, &err);
    if (ok && options.path)
        report(cmd, options.path, export_job_users(job));
    job_free(job);
    return ok ? EXIT_DONE : cmd_fail(&err);
}

static const struct option options_of_export[] = {
    {"failing", "CHECK", "only users with an open finding of this check"},
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
