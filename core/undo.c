/* Taking back changes of the configuration with their effects on the store. */
#include "core/undo.h"

#include <string.h>

#include "core/base/text.h"
#include "core/effect.h"
#include "core/store/lock.h"

static struct effect effect_back(const struct integration_change *change, int64_t done_s)
{
    struct effect e = {0};
    if (!change->before) {
        e.end = true;
    } else if (!change->after) {
        e.restore = true;
        e.removed_s = done_s;
        e.hold = !change->before->enabled;
    } else {
        e = effect_of(change->after, change->before);
    }
    return e;
}

static bool touches_store(const struct config_changes *changes, int64_t done_s)
{
    for (size_t i = 0; i < changes->integration_count; i++) {
        const struct effect e = effect_back(&changes->integrations[i], done_s);
        if (effect_touches_store(&e))
            return true;
    }
    return false;
}

static const char *id_of(const struct integration_change *change)
{
    return change->before ? change->before->id : change->after->id;
}

static bool apply_effects(struct app *app, const struct config_changes *changes, int64_t done_s,
                          int64_t now_s, struct error *err)
{
    for (size_t i = 0; i < changes->integration_count; i++) {
        const struct effect e = effect_back(&changes->integrations[i], done_s);
        if (!effect_apply(app->store, id_of(&changes->integrations[i]), &e, now_s, err))
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

static bool change_back(struct app *app, const struct config_changes *changes, int64_t done_s,
                        int64_t now_s, struct error *err)
{
    const bool ok =
        config_changes_stand(changes, &app->config, err) && names_free(app, changes, err) &&
        (!store_in_transaction(app->store) || apply_effects(app, changes, done_s, now_s, err));
    if (!ok) {
        config_abort(&app->config);
        return false;
    }
    config_changes_revert(changes, &app->config);
    return config_commit(&app->config, err);
}

bool undo_changes(struct app *app, const struct config_changes *changes, int64_t done_s,
                  int64_t now_s, struct error *err)
{
    const bool with_store = touches_store(changes, done_s);
    if (with_store && !store_begin(app->store, err))
        return false;
    if (!config_begin(&app->config, err) || !change_back(app, changes, done_s, now_s, err)) {
        store_rollback(app->store);
        return false;
    }
    if (with_store && !store_commit(app->store, err))
        return error_wrap(err, "undone, but the integration's deliveries did not follow");
    worker_wake(app->paths.wake_file);
    return true;
}
