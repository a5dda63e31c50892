/* Taking back changes of the configuration with their effects on the store. */
#include "core/undo.h"

#include <string.h>

#include "core/actions.h"
#include "core/store/outbox.h"

/* What ended with the removal of an integration that comes back waits again; all other effects
 * follow from the change itself. */
static bool restore_deliveries(struct app *app, const struct config_changes *changes,
                               int64_t done_s, int64_t now_s, struct error *err)
{
    for (size_t i = 0; i < changes->integration_count; i++) {
        const struct integration_change *change = &changes->integrations[i];
        if (change->before && !change->after &&
            !outbox_restore_integration(app->store, change->before->id, done_s, now_s, err))
            return false;
    }
    return true;
}

/* A name is unique: another integration may have got it while this one was away. */
static bool names_free(const struct app *app, const struct config_changes *changes,
                       struct error *err)
{
    for (size_t i = 0; i < changes->integration_count; i++) {
        const struct integration *back = changes->integrations[i].before;
        const struct integration *other = back ? config_find(&app->config, back->name) : NULL;
        if (other && strcmp(other->id, back->id) != 0)
            return error_set(err, ERR_INVALID,
                             "another integration is called '%s' now: rename that one first",
                             back->name);
    }
    return true;
}

bool undo_changes(struct app *app, const struct config_changes *changes, int64_t done_s,
                  int64_t now_s, bool *stale, struct error *err)
{
    *stale = false;
    if (!action_begin(app, err))
        return false;
    *stale = !config_changes_stand(changes, &app->config, err);
    if (*stale || !names_free(app, changes, err) ||
        !restore_deliveries(app, changes, done_s, now_s, err)) {
        action_abort(app);
        return false;
    }
    config_changes_revert(changes, &app->config);
    return action_commit(app, now_s, err);
}
