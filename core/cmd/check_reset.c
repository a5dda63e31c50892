/* checkhook check reset: takes back what is set for a check, also where its definition is gone. */
#include <stdio.h>

#include "core/actions.h"
#include "core/base/clock.h"
#include "core/checks/tuning.h"
#include "core/cmd/check_json.h"
#include "core/cmd/cmd.h"
#include "core/cmd/commands.h"
#include "core/cmd/named.h"
#include "core/cmd/output.h"

/* What there is to reset: a check of the catalogue, or what was set for one that is gone. */
static bool find(struct cmd *cmd, const char *id, const struct check **check, struct error *err)
{
    *check = catalogue_find(&cmd->app.catalogue, id);
    return *check || config_check(&cmd->app.config, id) || named_check(cmd, id, err);
}

static void print_reset(const struct check *check, const char *id, size_t ticks)
{
    if (!check)
        printf("Nothing is set for %s any more.\n", id);
    else
        printf("%s is as its definition has it, from the next run on; it notifies %zu %s.\n", id,
               ticks, plural((int64_t)ticks, "integration", "integrations"));
}

static int reset(struct cmd *cmd)
{
    struct error err = {0};
    const struct check *check;
    const char *id = cmd->args[0];
    if (!find(cmd, id, &check, &err) || (check && !tuning_possible(id, &err)) ||
        !action_begin(&cmd->app, &err))
        return cmd_fail(&err);
    struct check_config *own = config_check_make(&cmd->app.config, id);
    tuning_reset(check, own);
    const size_t ticks = own->integrations.count;
    if (!action_commit(&cmd->app, clock_now_s(), &err))
        return cmd_fail(&err);
    if (cmd->json)
        return print_json(check_json_set(&cmd->app.config, id, check));
    print_reset(check, id, ticks);
    return EXIT_DONE;
}

const struct command cmd_check_reset = {
    .group = "check",
    .verb = "reset",
    .arguments = "ID",
    .summary = "Take back all that check set has set for a check",
    .details =
        "Whom it notifies stays. Of a check that the catalogue has no more, because its file\n"
        "is gone from checks.d, all goes that the configuration still holds, ticks included.",
    .min_args = 1,
    .max_args = 1,
    .parts = APP_STORE | APP_CATALOGUE,
    .run = reset,
};
