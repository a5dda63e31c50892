/* The worker: claims what is due, gives every integration its turn, commits what came of it. */
#include "core/deliver/worker.h"

#include <limits.h>
#include <stdlib.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/deliver/worker_private.h"

enum {
    REMOVED_PER_CLAIM = 32, /* deliveries of integrations that are not configured any more */
    CLAIM_AGAIN_MS = 20,    /* when there was no room for what was due */
    BLOCKED_WAKE_MS = 1000, /* later ones may hide behind what has no room */
};

static const char disabled_reason[] = "integration is disabled";

int64_t worker_now_ms(const struct worker *w)
{
    return w->options.now_ms ? w->options.now_ms() : clock_now_ms();
}

struct worker *worker_new(const struct worker_options *options, struct error *err)
{
    struct worker *w = mem_zalloc(sizeof *w);
    w->options = *options;
    if (!outbox_recover(options->store, worker_now_ms(w) / 1000, err)) {
        free(w);
        return NULL;
    }
    w->tokens = token_cache_new(options->transport, options->keyring);
    return w;
}

bool worker_refresh(struct worker *w, struct error *err)
{
    bool changed = false;
    if (!config_refresh(w->options.config, &changed, err))
        return false;
    if (changed && w->options.reloaded)
        w->options.reloaded(w->options.ctx);
    w->reloaded = w->reloaded || changed;
    return true;
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

static struct claim_room *measure_room(const struct worker *w)
{
    const struct integration_list *list = &w->options.config->integrations;
    struct claim_room *room = mem_zalloc((list->count + 1) * sizeof *room);
    for (size_t i = 0; i < list->count; i++) {
        const struct integration *in = &list->items[i];
        room[i] = (struct claim_room){in->id, lane_room(lane_find(w, in->id), in)};
    }
    return room;
}

/* A claimed delivery whose integration takes nothing now: back, and what waits follows its fate. */
static bool turn_away(struct worker *w, const struct delivery *d, const struct integration *in,
                      struct error *err)
{
    struct store *store = w->options.store;
    int64_t now_s = worker_now_ms(w) / 1000;
    if (!outbox_give_back(store, d->id, now_s, err))
        return false;
    return in ? outbox_hold(store, in->id, disabled_reason, now_s, err)
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

static bool take(struct worker *w, struct delivery_list *list, struct error *err)
{
    bool ok = true;
    for (size_t i = 0; i < list->count; i++) {
        struct delivery *d = &list->items[i];
        const struct integration *in = NULL;
        if (!find_current(w, d->integration_id, &in, err))
            ok = outbox_give_back(w->options.store, d->id, worker_now_ms(w) / 1000, err) && false;
        else if (in && in->enabled)
            dispatch_new(w, lane_for(w, in), d);
        else
            ok = turn_away(w, d, in, err) && ok;
    }
    return ok;
}

static bool due_now(struct worker *w, bool *due, struct error *err)
{
    int64_t at = 0;
    if (!outbox_next_due(w->options.store, &at, err))
        return false;
    *due = at > 0 && at <= worker_now_ms(w) / 1000;
    return true;
}

/* What waits in the lanes was claimed for the integrations as they were. */
static void follow_config(struct worker *w)
{
    if (w->reloaded)
        worker_config_changed(w);
}

static bool claim(struct worker *w, struct error *err)
{
    struct delivery_list list = {0};
    struct error ignored = {0}; /* a file that cannot be used now: what is known stays in force */
    w->claimed_ms = worker_now_ms(w);
    w->room_came = false;
    w->blocked = true; /* where it fails, it is tried again after a while */
    worker_refresh(w, &ignored);
    follow_config(w);
    struct claim_room *room = measure_room(w);
    struct claim claim = {
        .now = worker_now_ms(w) / 1000,
        .lease_s = longest_lease_s(w->options.config),
        .limit = WORKER_IN_FLIGHT - w->dispatches,
        .per_integration = REMOVED_PER_CLAIM,
        .room = room,
        .room_count = w->options.config->integrations.count,
    };
    bool ok = outbox_claim_due(w->options.store, &claim, &list, err) && take(w, &list, err);
    delivery_list_release(&list);
    free(room);
    return ok && due_now(w, &w->blocked, err);
}

static bool claim_if_due(struct worker *w, struct error *err)
{
    bool due = false;
    if (w->dispatches >= WORKER_IN_FLIGHT)
        return true;
    if (w->blocked && !w->room_came && worker_now_ms(w) - w->claimed_ms < CLAIM_AGAIN_MS)
        return true;
    if (!due_now(w, &due, err))
        return false;
    w->blocked = w->blocked && due;
    return !due || claim(w, err);
}

/* --- the step -------------------------------------------------------------------------------- */

static bool start_turns(struct worker *w, struct error *err)
{
    for (struct lane *lane = w->lanes; lane; lane = lane->next) {
        struct dispatch *dispatch;
        while ((dispatch = lane_take_turn(lane, worker_now_ms(w))))
            if (!dispatch_start(dispatch, err))
                return false;
    }
    return true;
}

bool worker_step(struct worker *w, struct error *err)
{
    if (results_due(w) && !results_commit(w, err))
        return false;
    follow_config(w);
    if (!w->stopping && (!claim_if_due(w, err) || !start_turns(w, err)))
        return false;
    lane_drop_idle(w);
    return true;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* When there is something to claim or to begin; INT64_MAX = when it is told. */
static int64_t next_start_ms(struct worker *w, int64_t now_ms)
{
    struct error err = {0};
    int64_t at_ms = INT64_MAX, due_at = 0;
    if (w->stopping)
        return at_ms;
    for (const struct lane *lane = w->lanes; lane; lane = lane->next)
        at_ms = earlier(at_ms, lane_next_turn_ms(lane));
    if (w->blocked)
        at_ms = earlier(at_ms, w->room_came ? now_ms : w->claimed_ms + BLOCKED_WAKE_MS);
    else if (w->dispatches < WORKER_IN_FLIGHT && outbox_next_due(w->options.store, &due_at, &err) &&
             due_at > 0)
        at_ms = earlier(at_ms, due_at * 1000);
    return at_ms;
}

int worker_timeout_ms(struct worker *w)
{
    int64_t now_ms = worker_now_ms(w), at_ms = next_start_ms(w, now_ms);
    if (w->result_count > 0)
        at_ms = earlier(at_ms, results_due(w) ? now_ms : w->results_since_ms + RESULTS_WAIT_MS);
    if (at_ms == INT64_MAX)
        return -1;
    int64_t wait_ms = at_ms - now_ms;
    return wait_ms < 0 ? 0 : wait_ms > INT_MAX ? INT_MAX : (int)wait_ms;
}

bool worker_idle(struct worker *w)
{
    struct error err = {0};
    bool due = false;
    return w->dispatches == 0 && w->result_count == 0 && due_now(w, &due, &err) && !due;
}

/* --- changes and the end --------------------------------------------------------------------- */

void worker_config_changed(struct worker *w)
{
    struct error ignored = {0}; /* the next worker recovers what could not be given back */
    w->reloaded = false;
    for (struct lane *lane = w->lanes; lane; lane = lane->next)
        lane_give_back_waiting(lane, &ignored);
    token_cache_follow(w->tokens, w->options.config);
}

void worker_stop_claiming(struct worker *w)
{
    w->stopping = true;
}

size_t worker_sending(const struct worker *w)
{
    size_t count = 0;
    for (const struct lane *lane = w->lanes; lane; lane = lane->next)
        for (const struct dispatch *dispatch = lane->first; dispatch; dispatch = dispatch->next)
            count += dispatch->sending != NULL;
    return count;
}

void worker_free(struct worker *w)
{
    struct error ignored = {0}; /* an uncommitted result can only cause a repeat */
    if (!w)
        return;
    results_commit(w, &ignored);
    for (struct lane *lane = w->lanes, *next; lane; lane = next) {
        next = lane->next;
        while (lane->first)
            dispatch_give_back(lane->first, &ignored);
        target_unref(lane->target);
        free(lane);
    }
    for (size_t i = 0; i < w->result_count; i++)
        result_release(&w->results[i]);
    free(w->results);
    token_cache_free(w->tokens);
    free(w);
}
