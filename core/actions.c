/* Changes that touch configuration and store together, each under the configuration lock. */
#include "core/actions.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/effect.h"
#include "core/store/lock.h"

static void drop_store_change(struct app *app)
{
    if (app->store)
        store_rollback(app->store);
}

/* The store first, where it will be written: who waits there for another writer does not keep the
 * configuration from others meanwhile. */
static bool begin(struct app *app, bool with_store, struct error *err)
{
    if (with_store && app->store && !store_begin(app->store, err))
        return false;
    if (config_begin(&app->config, err))
        return true;
    drop_store_change(app);
    return false;
}

/* Ends a change that failed; returns false for `return`. */
static bool give_up(struct app *app)
{
    config_abort(&app->config);
    drop_store_change(app);
    return false;
}

/*
 * A later save would see no difference and never make up for a missing effect, so the store is
 * changed first, and only its own commit can still fail once the file is replaced.
 */
static bool commit_both(struct app *app, const char *id, struct effect e, int64_t now_s,
                        struct error *err)
{
    /* What somebody else saved in the meantime can make it one that touches the store. */
    if (!store_in_transaction(app->store) && !store_begin(app->store, err))
        return give_up(app);
    if (!effect_apply(app->store, id, &e, now_s, err))
        return give_up(app);
    if (!config_commit(&app->config, err)) {
        store_rollback(app->store);
        return false;
    }
    return store_commit(app->store, err) ||
           error_wrap(err, "saved, but the integration's deliveries did not follow");
}

/* Ends a change of the configuration and of what it means for the store: both or neither. */
static bool commit(struct app *app, const char *id, struct effect e, int64_t now_s,
                   struct error *err)
{
    bool with_store = app->store && effect_touches_store(&e);
    if (!with_store)
        drop_store_change(app);
    bool ok = with_store ? commit_both(app, id, e, now_s, err) : config_commit(&app->config, err);
    if (ok)
        worker_wake(app->paths.wake_file);
    return ok;
}

static bool check_unchanged(const struct save_options *options, const struct integration *now,
                            struct error *err)
{
    if (!options->before)
        return true;
    if (!now)
        return error_set(err, ERR_NOT_FOUND,
                         "integration '%s' was removed by somebody else meanwhile",
                         options->before->name);
    if (!options->overwrite && !integration_equal(options->before, now))
        return error_set(err, ERR_BUSY,
                         "integration '%s' was changed by somebody else meanwhile: open it again "
                         "to see their change",
                         now->name);
    return true;
}

/* A new integration, and a change of a complete one that moved no secret away, must be complete. */
static enum validate_mode mode_for(const struct integration *now, bool dropped)
{
    const struct setting *row = NULL;
    return now && (dropped || integration_secret_missing(now, &row)) ? VALIDATE_STORED
                                                                     : VALIDATE_NEW;
}

bool action_save_integration(struct app *app, struct integration *in,
                             const struct save_options *options, struct text_list *dropped,
                             struct problem_list *problems, struct error *err)
{
    struct text_list own = {0};
    struct text_list *list = dropped ? dropped : &own;
    const struct effect likely = effect_of(config_find(&app->config, in->id), in);
    if (!begin(app, effect_touches_store(&likely), err))
        return false;
    const struct integration *now = config_find(&app->config, in->id);
    if (!check_unchanged(options, now, err))
        return give_up(app);

    bool moved = now && integration_drop_moved_secrets(now, in, list);
    text_list_release(&own);
    integration_validate(in, &app->config.integrations, mode_for(now, moved), problems);
    if (problems->count > 0) {
        give_up(app);
        return error_set(err, ERR_INVALID, "nothing was saved: %zu setting%s need%s a change",
                         problems->count, problems->count == 1 ? "" : "s",
                         problems->count == 1 ? "s" : "");
    }
    struct effect effect = effect_of(now, in);
    config_put(&app->config, in);
    return commit(app, in->id, effect, options->now_s, err);
}

bool action_set_enabled(struct app *app, const char *id, bool enabled, int64_t now_s,
                        struct error *err)
{
    if (!begin(app, true, err))
        return false;
    struct integration *in = config_find(&app->config, id);
    if (!in) {
        error_set(err, ERR_NOT_FOUND, "this integration was removed meanwhile");
        return give_up(app);
    }
    struct effect effect = {.hold = !enabled && in->enabled, .release = enabled && !in->enabled};
    in->enabled = enabled;
    return commit(app, id, effect, now_s, err);
}

bool action_remove_integration(struct app *app, const char *id, int64_t now_s, struct error *err)
{
    char key[UUID_LEN + 1];
    memcpy(key, id, sizeof key); /* id may lie in the integration that goes */
    if (!begin(app, true, err))
        return false;
    if (!config_remove(&app->config, key)) {
        error_set(err, ERR_NOT_FOUND, "this integration was removed already");
        return give_up(app);
    }
    return commit(app, key, (struct effect){.end = true}, now_s, err);
}

static bool all_known(const struct app *app, const struct text_list *ids, struct error *err)
{
    for (size_t i = 0; i < ids->count; i++)
        if (!config_find(&app->config, ids->items[i]))
            return error_set(err, ERR_NOT_FOUND, "there is no integration '%s'", ids->items[i]);
    return true;
}

bool action_set_ticks(struct app *app, const char *check_id, const struct text_list *ids,
                      struct error *err)
{
    if (!config_begin(&app->config, err))
        return false;
    if (!all_known(app, ids, err))
        return give_up(app);
    struct check_config *check = config_check_make(&app->config, check_id);
    text_list_release(&check->integrations);
    text_list_copy(&check->integrations, ids);
    return config_commit(&app->config, err);
}

bool action_tick(struct app *app, const char *check_id, const struct text_list *ids, bool ticked,
                 struct error *err)
{
    if (!config_begin(&app->config, err))
        return false;
    if (!all_known(app, ids, err))
        return give_up(app);
    struct check_config *check = config_check_make(&app->config, check_id);
    for (size_t i = 0; i < ids->count; i++) {
        if (!ticked)
            text_list_remove(&check->integrations, ids->items[i]);
        else if (!text_list_has(&check->integrations, ids->items[i]))
            text_list_add(&check->integrations, ids->items[i]);
    }
    return config_commit(&app->config, err);
}

bool action_enable_check(struct app *app, const char *check_id, bool enabled, struct error *err)
{
    if (!config_begin(&app->config, err))
        return false;
    config_check_make(&app->config, check_id)->enabled = enabled;
    return config_commit(&app->config, err);
}
