/* Finds integrations and checks by the names that were typed. */
#include "core/cmd/named.h"

const struct integration *named_integration(struct cmd *cmd, const char *name, struct error *err)
{
    const struct integration *in = config_find(&cmd->app.config, name);
    if (!in)
        error_set(err, ERR_NOT_FOUND,
                  "there is no integration '%s': see checkhook integration list", name);
    return in;
}

const struct check *named_check(struct cmd *cmd, const char *id, struct error *err)
{
    const struct check *check = catalogue_find(&cmd->app.catalogue, id);
    const char *near = check ? NULL : catalogue_nearest(&cmd->app.catalogue, id);
    if (!check)
        error_set(err, ERR_NOT_FOUND, "there is no check '%s'%s%s%s: see checkhook check list", id,
                  near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
    return check;
}
