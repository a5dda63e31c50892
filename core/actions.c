/* Changes that touch configuration and store together, each under the configuration lock. */
#include "core/actions.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/audit.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/checks/tuning.h"
#include "core/config/rights.h"
#include "core/effect.h"
#include "core/store/datasets.h"
#include "core/store/lock.h"

/* What a change did, as it is found by comparing. */
struct following {
    struct app *app;
    int64_t now_s;
};

static bool follow(void *ctx, const struct config_difference *d, struct error *err)
{
    const struct following *f = ctx;
    struct effect effect = {0};
    if (d->part == PART_INTEGRATION)
        effect = effect_of(d->was, d->is);
    return effect_apply(f->app->store, d->id, &effect, f->now_s, err) &&
           audit_difference(f->app, d, f->now_s, err);
}

static bool follow_all(struct app *app, int64_t now_s, struct error *err)
{
    struct config before;
    struct following f = {app, now_s};
    const bool ok = config_begun(&app->config, &before, err) &&
                    config_diff(&before, &app->config, follow, &f, err);
    config_release(&before);
    return ok;
}

/* Ends a change that failed; returns false for `return`. */
static bool give_up(struct app *app)
{
    action_abort(app);
    return false;
}

bool action_may_change(const struct app *app, struct error *why)
{
    if (!file_may_change(app->config.path, why))
        return false;
    return !store_read_only(app->store) ||
           (file_may_change(app->paths.db_file, why) &&
            error_set(why, ERR_IO, "%s was opened for reading only; changes are recorded in it",
                      app->paths.db_file));
}

bool action_begin(struct app *app, struct error *err)
{
    assert(app->store);
    if (store_in_transaction(app->store))
        return error_set(err, ERR_BUSY,
                         "work that writes is under way here; try again when it is "
                         "done");
    if (!action_may_change(app, err) || !store_begin(app->store, err))
        return false;
    if (config_begin(&app->config, err))
        return true;
    store_rollback(app->store);
    return false;
}

/*
 * A later save would see no difference and never make up for a missing effect, so the store is
 * changed first, and only its own commit can still fail once the file is replaced.
 */
bool action_commit(struct app *app, int64_t now_s, struct error *err)
{
    if (!follow_all(app, now_s, err))
        return give_up(app);
    if (!config_commit(&app->config, err)) {
        store_rollback(app->store);
        return false;
    }
    if (!store_commit(app->store, err))
        return error_wrap(err, "saved, but deliveries and audit did not follow");
    worker_wake(app->paths.wake_file);
    return true;
}

void action_abort(struct app *app)
{
    config_abort(&app->config);
    store_rollback(app->store);
}

static bool check_unchanged(const struct save_options *options, const struct integration *now,
                            struct error *err)
{
    if (!options->before)
        return !now || options->overwrite ||
               error_set(err, ERR_CONFLICT,
                         "integration '%s' was saved by somebody else meanwhile: open it again to "
                         "see it",
                         now->name);
    if (!now)
        return error_set(err, ERR_NOT_FOUND,
                         "integration '%s' was removed by somebody else meanwhile",
                         options->before->name);
    if (!options->overwrite && !integration_equal(options->before, now))
        return error_set(err, ERR_CONFLICT,
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
    if (!action_begin(app, err))
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
    config_put(&app->config, in);
    return action_commit(app, options->now_s, err);
}

bool action_set_enabled_all(struct app *app, const struct text_list *ids, bool enabled,
                            int64_t now_s, struct error *err)
{
    if (!action_begin(app, err))
        return false;
    for (size_t i = 0; i < ids->count; i++) {
        struct integration *in = config_find(&app->config, ids->items[i]);
        if (!in) {
            error_set(err, ERR_NOT_FOUND, "this integration was removed meanwhile");
            return give_up(app);
        }
        in->enabled = enabled;
    }
    return action_commit(app, now_s, err);
}

bool action_set_enabled(struct app *app, const char *id, bool enabled, int64_t now_s,
                        struct error *err)
{
    struct text_list ids = {0};
    text_list_add(&ids, id);
    const bool ok = action_set_enabled_all(app, &ids, enabled, now_s, err);
    text_list_release(&ids);
    return ok;
}

bool action_remove_integrations(struct app *app, const struct text_list *ids, int64_t now_s,
                                struct error *err)
{
    if (!action_begin(app, err))
        return false;
    for (size_t i = 0; i < ids->count; i++) {
        if (!config_remove(&app->config, ids->items[i])) {
            error_set(err, ERR_NOT_FOUND, "this integration was removed already");
            return give_up(app);
        }
    }
    return action_commit(app, now_s, err);
}

bool action_remove_integration(struct app *app, const char *id, int64_t now_s, struct error *err)
{
    struct text_list ids = {0}; /* id may lie in the configuration that is read again */
    text_list_add(&ids, id);
    const bool ok = action_remove_integrations(app, &ids, now_s, err);
    text_list_release(&ids);
    return ok;
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
    if (!action_begin(app, err))
        return false;
    if (!all_known(app, ids, err) || !tuning_possible(check_id, err))
        return give_up(app);
    struct check_config *check = config_check_make(&app->config, check_id);
    text_list_release(&check->integrations);
    text_list_copy(&check->integrations, ids);
    return action_commit(app, clock_now_s(), err);
}

bool action_tick(struct app *app, const char *check_id, const struct text_list *ids, bool ticked,
                 struct error *err)
{
    if (!action_begin(app, err))
        return false;
    if (!all_known(app, ids, err) || !tuning_possible(check_id, err))
        return give_up(app);
    struct check_config *check = config_check_make(&app->config, check_id);
    for (size_t i = 0; i < ids->count; i++) {
        if (!ticked)
            text_list_remove(&check->integrations, ids->items[i]);
        else if (!text_list_has(&check->integrations, ids->items[i]))
            text_list_add(&check->integrations, ids->items[i]);
    }
    return action_commit(app, clock_now_s(), err);
}

bool action_remove_data(struct app *app, const char *source, struct error *err)
{
    const struct audit_note note = {
        .what = "data removed", .subject_id = source, .subject = source};
    if (!store_begin(app->store, err))
        return false;
    if (datasets_remove(app->store, source, err) && audit_note(app, &note, err))
        return store_commit(app->store, err);
    store_rollback(app->store);
    return false;
}

static void put_tick(struct config *config, const struct tick *tick)
{
    struct text_list *ids = &config_check_make(config, tick->check_id)->integrations;
    if (!tick->ticked)
        text_list_remove(ids, tick->integration_id);
    else if (!text_list_has(ids, tick->integration_id))
        text_list_add(ids, tick->integration_id);
}

bool action_tick_all(struct app *app, const struct tick *ticks, size_t count, struct error *err)
{
    if (!action_begin(app, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (ticks[i].ticked && !config_find(&app->config, ticks[i].integration_id)) {
            error_set(err, ERR_NOT_FOUND, "one of the integrations was removed meanwhile");
            return give_up(app);
        }
        if (!tuning_possible(ticks[i].check_id, err))
            return give_up(app);
        put_tick(&app->config, &ticks[i]);
    }
    return action_commit(app, clock_now_s(), err);
}

bool action_enable_check(struct app *app, const char *check_id, bool enabled, struct error *err)
{
    if (!tuning_possible(check_id, err) || !action_begin(app, err))
        return false;
    config_check_make(&app->config, check_id)->enabled = enabled;
    return action_commit(app, clock_now_s(), err);
}
