/* Finds integrations, checks and data sets by the names that were typed. */
#include "core/cmd/named.h"

#include <string.h>

#include "core/deliver/message.h"
#include "core/store/datasets.h"
#include "core/store/outbox.h"

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

bool named_source(struct cmd *cmd, const char *name, struct error *err)
{
    struct dataset_list list = {0};
    bool found = false;
    if (!datasets_list(cmd->app.store, &list, err))
        return false;
    for (size_t i = 0; i < list.count; i++)
        found = found || strcmp(list.items[i].source, name) == 0;
    dataset_list_release(&list);
    return found || error_set(err, ERR_NOT_FOUND,
                              "there is no data set '%s': see checkhook data show", name);
}

static bool note_found(void *ctx, const struct delivery *d, struct error *err)
{
    (void)d;
    (void)err;
    *(bool *)ctx = true;
    return true;
}

bool named_sent_check(struct cmd *cmd, const char *id, struct error *err)
{
    struct delivery_filter filter = DELIVERY_FILTER_ALL;
    bool found = strcmp(id, message_test_type) == 0;
    filter.check_id = id;
    filter.limit = 1;
    if (!found && !outbox_each(cmd->app.store, &filter, note_found, &found, err))
        return false;
    return found || named_check(cmd, id, err);
}
