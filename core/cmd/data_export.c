/* checkhook data export: users as a CSV file that can be imported again. */
#include <stdio.h>

#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/cmd/named.h"
#include "core/cmd/output.h"
#include "core/dataset/export.h"

static int export(struct cmd *cmd)
{
    struct error err = {0};
    const char *failing = cmd_option(cmd, "failing");
    const struct export_options options = {
        .store = cmd->app.store,
        .filter = {.text = cmd_option(cmd, "search"),
                   .source = cmd_option(cmd, "source"),
                   .check = failing},
        .path = cmd->arg_count > 0 ? cmd->args[0] : NULL,
        .replace = cmd_has(cmd, "overwrite"),
    };
    if (failing && !named_check(cmd, failing, &err))
        return cmd_fail(&err);
    struct job *job = export_job_new(&options, &err);
    const bool ok = job && run_job(job, &err);
    if (ok && options.path)
        print_note("%lld %s written to %s", (long long)export_job_users(job),
                   plural(export_job_users(job), "user", "users"), options.path);
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
    .parts = APP_STORE | APP_CATALOGUE,
    .run = export,
};
