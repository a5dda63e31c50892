/* What is due in the store, and claiming it for the lanes that have room. */
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/config/access.h"
#include "core/deliver/worker_private.h"

enum {
    LOOK_EVERY_MS = 5, /* while work is under way */
    CLAIM_MAX = 512,   /* in one transaction */
};

/* --- holds that ended ------------------------------------------------------------------------- */

/* Integrations whose hold has lost its reason. */
struct ended {
    const struct config *config;
    struct text_list ids;
};

static void add_ended(struct ended *ended, const char *integration_id)
{
    *(char **)list_add(&ended->ids.items, &ended->ids.count, sizeof(char *)) =
        mem_strdup(integration_id);
}

static void on_disabled(void *ctx, const char *integration_id)
{
    struct ended *ended = ctx;
    const struct integration *in = config_find(ended->config, integration_id);
    if (in && in->enabled)
        add_ended(ended, integration_id);
}

static void on_refused(void *ctx, const char *integration_id, const char *print)
{
    struct ended *ended = ctx;
    char now[ACCESS_PRINT_MAX];
    const struct integration *in = config_find(ended->config, integration_id);
    if (!in || !in->enabled)
        return;
    access_print(in, now);
    if (strcmp(now, print) != 0)
        add_ended(ended, integration_id);
}

static bool release(struct worker *w, const char *integration_id, struct error *err)
{
    struct store *store = w->options.store;
    if (!store_begin_within(store, 0, err))
        return false;
    if (outbox_release(store, integration_id, worker_now_ms(w) / 1000, err) &&
        store_commit(store, err))
        return true;
    store_rollback(store);
    return false;
}

bool intake_end_holds(struct worker *w, struct error *err)
{
    struct ended ended = {.config = w->options.config};
    if (w->holds_seen == w->config_revision)
        return true;
    bool ok = outbox_each_disabled(w->options.store, on_disabled, &ended, err) &&
              outbox_each_refused(w->options.store, on_refused, &ended, err);
    for (size_t i = 0; ok && i < ended.ids.count; i++)
        ok = release(w, ended.ids.items[i], err);
    if (ok)
        w->holds_seen = w->config_revision;
    text_list_release(&ended.ids);
    return ok;
}

/* --- looking --------------------------------------------------------------------------------- */

/* Of an integration without a lane little is known: it begins with a few. */
static size_t room_of(void *ctx, const char *integration_id)
{
    const struct worker *w = ctx;
    const struct lane *lane = lane_find(w, integration_id);
    return lane ? lane_room(lane) : LANE_START;
}

static size_t room_if_hungry(void *ctx, const char *integration_id)
{
    const struct lane *lane = lane_find(ctx, integration_id);
    return !lane || lane_hungry(lane) ? room_of(ctx, integration_id) : 0;
}

static bool look(struct worker *w, struct error *err)
{
    const struct claim_room room = {room_if_hungry, w};
    w->store_version = store_version(w->options.store);
    w->looked_ms = clock_monotonic_ms();
    w->look_again = false;
    return outbox_next_due(w->options.store, &room, &w->due_at, err);
}

bool intake_look(struct worker *w, struct error *err)
{
    if (w->claimed > 0 && clock_monotonic_ms() - w->looked_ms < LOOK_EVERY_MS) {
        w->look_again = true;
        return true;
    }
    if (!w->look_again && store_version(w->options.store) == w->store_version)
        return true;
    return look(w, err);
}

bool intake_due(const struct worker *w)
{
    return w->due_at > 0 && w->due_at <= worker_due_by(w) && w->claimed < WORKER_CLAIMED;
}

int64_t intake_next_ms(const struct worker *w)
{
    const bool takes = w->due_at > 0 && w->due_at <= w->until_s && w->claimed < WORKER_CLAIMED;
    int64_t at_ms = takes ? w->due_at * 1000 : INT64_MAX;
    if (!w->look_again)
        return at_ms;
    int64_t wait_ms = w->looked_ms + LOOK_EVERY_MS - clock_monotonic_ms();
    int64_t look_ms = worker_now_ms(w) + (wait_ms > 0 ? wait_ms : 0);
    return look_ms < at_ms ? look_ms : at_ms;
}

/* --- claiming -------------------------------------------------------------------------------- */

static int longest_lease_s(const struct config *config)
{
    int64_t longest = 0;
    for (size_t i = 0; i < config->integrations.count; i++)
        if (config->integrations.items[i].timeout_s > longest)
            longest = config->integrations.items[i].timeout_s;
    return (int)longest + LEASE_S;
}

/* A claimed delivery whose integration takes nothing now: back, and what waits follows its fate. */
static bool turn_away(struct worker *w, const struct delivery *d, const struct integration *in,
                      struct error *err)
{
    struct store *store = w->options.store;
    int64_t now_s = worker_now_ms(w) / 1000;
    if (!outbox_give_back(store, d->id, now_s, err))
        return false;
    return in ? outbox_hold(store, in->id, hold_disabled_reason, now_s, err)
              : outbox_end_integration(store, d->integration_id, now_s, err);
}

/* A delivery is written after its integration was saved: only a configuration that is read after
 * the claim can say that the integration is gone. */
static bool find_current(struct worker *w, const char *id, const struct integration **in,
                         struct error *err)
{
    *in = config_find(w->options.config, id);
    if (*in)
        return true;
    if (!worker_refresh(w, err))
        return false;
    *in = config_find(w->options.config, id);
    return true;
}

/* The lane of a claimed delivery; NULL with ok set where its integration takes nothing now. */
static bool find_lane(struct worker *w, const struct delivery *d, struct lane **lane,
                      struct error *err)
{
    const struct integration *in = NULL;
    *lane = lane_find(w, d->integration_id);
    if (*lane && (*lane)->config_seen == w->config_revision)
        return true;
    *lane = NULL;
    if (!find_current(w, d->integration_id, &in, err))
        return false;
    if (!in || !in->enabled)
        return turn_away(w, d, in, err);
    *lane = lane_for(w, in);
    return true;
}

/* Keeps those that can be sent. */
static bool sort_out(struct worker *w, struct delivery_list *list, struct error *err)
{
    size_t kept = 0;
    bool ok = true;
    for (size_t i = 0; i < list->count; i++) {
        struct lane *lane = NULL;
        ok = ok && find_lane(w, &list->items[i], &lane, err);
        if (ok && !lane) {
            delivery_release(&list->items[i]);
            continue;
        }
        struct delivery d = list->items[i];
        list->items[i] = (struct delivery){0};
        list->items[kept++] = d;
    }
    list->count = kept;
    return ok;
}

bool intake_claim(struct worker *w, struct delivery_list *out, struct error *err)
{
    const struct claim claim = {
        .due_by = worker_due_by(w),
        .lease_until = worker_now_ms(w) / 1000 + longest_lease_s(w->options.config),
        .limit = WORKER_CLAIMED - w->claimed < CLAIM_MAX ? WORKER_CLAIMED - w->claimed : CLAIM_MAX,
        .room = {room_of, w},
    };
    struct error ignored = {0}; /* a file that cannot be used now: what is known stays in force */
    worker_refresh(w, &ignored);
    return outbox_claim_due(w->options.store, &claim, out, err) && sort_out(w, out, err);
}

static struct lane *lane_to_fill(struct worker *w, const char *integration_id)
{
    struct lane *lane = lane_find(w, integration_id);
    if (lane->filled_round != w->round)
        lane_filled(lane);
    return lane;
}

/* One snapshot for all; what cannot be read now is read when it is sent. */
static void read_ahead(struct worker *w, struct dispatch *const *dispatches, size_t count)
{
    struct error ignored = {0};
    bool ok = store_begin_read(w->options.store, &ignored);
    for (size_t i = 0; ok && i < count; i++)
        ok = dispatch_read_ahead(dispatches[i], &ignored);
    store_rollback(w->options.store);
}

void intake_take(struct worker *w, struct delivery_list *list)
{
    struct dispatch **dispatches = mem_zalloc((list->count + 1) * sizeof *dispatches);
    w->round++;
    for (size_t i = 0; i < list->count; i++) {
        struct lane *lane = lane_to_fill(w, list->items[i].integration_id);
        dispatches[i] = dispatch_new(lane, &list->items[i]);
    }
    if (list->count > 0)
        read_ahead(w, dispatches, list->count);
    free(dispatches);
    delivery_list_release(list);
}
