/* Sends again what has ended. */
#include "core/redeliver.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/audit.h"
#include "core/base/mem.h"
#include "core/store/lock.h"
#include "core/store/outbox.h"

/* Why a delivery to it has to wait; NULL when it can go. The caller frees. */
static bool hold_reason(struct app *app, const struct integration *in, char **reason,
                        struct error *err)
{
    struct integration_facts facts = {0};
    if (!outbox_facts(app->store, in->id, &facts, err))
        return false;
    *reason = mem_strdup(!in->enabled    ? hold_disabled_reason
                         : facts.on_hold ? facts.hold_reason
                                         : NULL);
    integration_facts_release(&facts);
    return true;
}

/* Together with its line in the audit. */
static bool redeliver_noted(struct app *app, const struct delivery *d, int64_t now_s,
                            const char *reason, int64_t *new_id, struct error *err)
{
    char id[DELIVERY_ID_MAX], fresh[DELIVERY_ID_MAX];
    const bool own = !store_in_transaction(app->store);
    if (own && !store_begin(app->store, err))
        return false;
    bool ok = outbox_redeliver(app->store, d->id, now_s, reason, new_id, err);
    delivery_id_text(d->id, id);
    delivery_id_text(ok ? *new_id : 0, fresh);
    const struct audit_note note = {.what = "delivery sent again",
                                    .subject_id = id,
                                    .subject = d->integration_name,
                                    .after_name = "delivery",
                                    .after = fresh};
    ok = ok && audit_note(app, &note, err);
    if (ok && own)
        return store_commit(app->store, err);
    if (own)
        store_rollback(app->store);
    return ok;
}

const char *redeliver_obstacle(const struct config *config, const struct delivery *d)
{
    if (d->kind == KIND_TEST)
        return "A test is not sent again: t on page 1 sends a new one.";
    if (!config_find(config, d->integration_id))
        return "Its integration was removed: there is nowhere to send it.";
    if (d->state == DELIVERY_HELD)
        return "It is on hold and is sent when its integration is released.";
    if (d->state != DELIVERY_DELIVERED && d->state != DELIVERY_FAILED)
        return "It is not finished: it is being sent, or waits for its next attempt.";
    return NULL;
}

bool action_redeliver(struct app *app, int64_t delivery_id, int64_t now_s, int64_t *new_id,
                      struct error *err)
{
    struct delivery d = {0};
    char *reason = NULL;
    if (!outbox_delivery(app->store, delivery_id, &d, err))
        return false;
    const struct integration *in = config_find(&app->config, d.integration_id);
    bool ok = in ? hold_reason(app, in, &reason, err)
                 : error_set(err, ERR_NOT_FOUND,
                             "integration '%s' was removed: there is nowhere to send it again",
                             d.integration_name);
    ok = ok && redeliver_noted(app, &d, now_s, reason, new_id, err);
    if (ok)
        worker_wake(app->paths.wake_file);
    free(reason);
    delivery_release(&d);
    return ok;
}

/* --- several -------------------------------------------------------------------------------- */

static void note_held(struct redelivered_list *out, const struct delivery *d, const char *reason)
{
    size_t i = 0;
    while (i < out->group_count && strcmp(out->groups[i].name, d->integration_name) != 0)
        i++;
    if (i == out->group_count) {
        struct redelivered_group *g = list_add(&out->groups, &out->group_count, sizeof *g);
        *g = (struct redelivered_group){mem_strdup(d->integration_name), 0, mem_strdup(reason)};
    }
    out->groups[i].count++;
}

static bool redeliver_this(struct app *app, int64_t id, int64_t now_s, struct redelivered_list *out,
                           size_t *left_out, struct error *err)
{
    struct delivery d = {0};
    int64_t fresh = 0;
    char *reason = NULL;
    if (!outbox_delivery(app->store, id, &d, err))
        return false;
    const struct integration *in = config_find(&app->config, d.integration_id);
    const bool can = in && !redeliver_obstacle(&app->config, &d);
    bool ok = true;
    if (can)
        ok = hold_reason(app, in, &reason, err) &&
             redeliver_noted(app, &d, now_s, reason, &fresh, err);
    if (can && ok) {
        *(struct redelivered *)list_add(&out->items, &out->count, sizeof *out->items) =
            (struct redelivered){id, fresh};
        note_held(out, &d, reason);
    }
    *left_out += !can;
    free(reason);
    delivery_release(&d);
    return ok;
}

bool action_redeliver_these(struct app *app, const int64_t *ids, size_t count, int64_t now_s,
                            struct redelivered_list *out, size_t *left_out, struct error *err)
{
    struct redelivered_list list = {0};
    *left_out = 0;
    if (!store_begin(app->store, err))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++)
        ok = redeliver_this(app, ids[i], now_s, &list, left_out, err);
    if (!ok)
        store_rollback(app->store);
    if (!ok || !store_commit(app->store, err)) {
        redelivered_list_release(&list);
        return false;
    }
    worker_wake(app->paths.wake_file);
    *out = list;
    return true;
}

/* --- all that failed ------------------------------------------------------------------------- */

void redelivered_list_release(struct redelivered_list *list)
{
    for (size_t i = 0; i < list->group_count; i++) {
        free(list->groups[i].name);
        free(list->groups[i].held_reason);
    }
    free(list->groups);
    free(list->items);
    *list = (struct redelivered_list){0};
}

static void add_pair(void *ctx, int64_t old_id, int64_t new_id)
{
    struct redelivered_list *list = ctx;
    struct redelivered *pair = list_add(&list->items, &list->count, sizeof *pair);
    *pair = (struct redelivered){old_id, new_id};
}

/* Takes over the reason. */
static void add_group(struct redelivered_list *out, const struct integration *in, size_t count,
                      char *held_reason)
{
    if (count == 0) {
        free(held_reason);
        return;
    }
    struct redelivered_group *g = list_add(&out->groups, &out->group_count, sizeof *g);
    *g = (struct redelivered_group){mem_strdup(in->name), count, held_reason};
}

struct request {
    const struct redeliver_filter *filter;
    int64_t now_s;
    bool count_only;
};

static bool note_group(struct app *app, const struct integration *in, size_t count,
                       struct error *err)
{
    char text[24];
    snprintf(text, sizeof text, "%zu", count);
    const struct audit_note note = {.what = "failed deliveries sent again",
                                    .subject_id = in->id,
                                    .subject = in->name,
                                    .after_name = "deliveries",
                                    .after = text};
    return count == 0 || audit_note(app, &note, err);
}

static bool redeliver_one(struct app *app, const struct integration *in, const struct request *r,
                          struct redelivered_list *out, struct error *err)
{
    char *reason = NULL;
    if (!hold_reason(app, in, &reason, err))
        return false;
    const struct redeliver what = {.integration_id = in->id,
                                   .check_id = r->filter->check_id,
                                   .since = r->filter->since,
                                   .until = r->filter->until,
                                   .now = r->now_s,
                                   .held_reason = reason};
    const size_t before = out->count;
    int64_t count = 0;
    bool ok = r->count_only ? outbox_count_failed(app->store, &what, &count, err)
                            : outbox_redeliver_failed(app->store, &what, add_pair, out, err);
    if (r->count_only)
        out->count += (size_t)count;
    ok = ok && (r->count_only || note_group(app, in, out->count - before, err));
    add_group(out, in, out->count - before, reason);
    return ok;
}

static bool is_wanted(const struct redeliver_filter *f, const char *id)
{
    return (!f->integration_id || strcmp(f->integration_id, id) == 0) &&
           (!f->among || text_list_has(f->among, id));
}

static bool redeliver_each(struct app *app, const struct request *r, struct redelivered_list *out,
                           struct error *err)
{
    const struct integration_list *list = &app->config.integrations;
    for (size_t i = 0; i < list->count; i++) {
        if (is_wanted(r->filter, list->items[i].id) &&
            !redeliver_one(app, &list->items[i], r, out, err))
            return false;
    }
    return true;
}

static bool redeliver_together(struct app *app, const struct request *r,
                               struct redelivered_list *out, struct error *err)
{
    if (!store_begin(app->store, err))
        return false;
    if (redeliver_each(app, r, out, err))
        return store_commit(app->store, err);
    store_rollback(app->store);
    return false;
}

bool action_redeliver_failed(struct app *app, const struct redeliver_filter *f, int64_t now_s,
                             struct redelivered_list *out, struct error *err)
{
    const struct request r = {.filter = f, .now_s = now_s};
    struct redelivered_list list = {0};
    if (!redeliver_together(app, &r, &list, err)) {
        redelivered_list_release(&list);
        return false;
    }
    worker_wake(app->paths.wake_file);
    *out = list;
    return true;
}

bool action_count_failed(struct app *app, const struct redeliver_filter *f,
                         struct redelivered_list *out, struct error *err)
{
    const struct request r = {.filter = f, .count_only = true};
    struct redelivered_list list = {0};
    if (!redeliver_each(app, &r, &list, err)) {
        redelivered_list_release(&list);
        return false;
    }
    *out = list;
    return true;
}
