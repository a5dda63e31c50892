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

static bool redeliver_each(struct app *app, const struct request *r, struct redelivered_list *out,
                           struct error *err)
{
    const struct integration_list *list = &app->config.integrations;
    for (size_t i = 0; i < list->count; i++) {
        const char *wanted = r->filter->integration_id;
        if ((!wanted || strcmp(wanted, list->items[i].id) == 0) &&
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
