/* The worker: claims what is due, gives every integration its turn, commits what came of it. */
#include "core/deliver/worker.h"

#include <limits.h>
#include <stdlib.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/deliver/worker_private.h"

enum {
    /* While others write, sending goes on as far as it can without the store: most are done at
     * once, an import takes long. */
    BUSY_FIRST_MS = 1,
    BUSY_LONGEST_MS = 50,
    /* At the end: who asked for the lock waits, and what stays in flight is recovered. */
    LAST_WAIT_MS = 300,
};

int64_t worker_now_ms(const struct worker *w)
{
    return w->options.now_ms ? w->options.now_ms() : clock_now_ms();
}

int64_t worker_due_by(const struct worker *w)
{
    const int64_t now_s = worker_now_ms(w) / 1000;
    return now_s < w->until_s ? now_s : w->until_s;
}

struct worker *worker_new(const struct worker_options *options)
{
    struct worker *w = mem_zalloc(sizeof *w);
    w->options = *options;
    w->tokens = token_cache_new(options->transport, options->keyring);
    w->look_again = true;
    w->config_revision = 1;
    w->until_s = INT64_MAX;
    w->busy_pause_ms = BUSY_FIRST_MS;
    return w;
}

bool worker_refresh(struct worker *w, struct error *err)
{
    bool changed = false;
    if (!config_refresh(w->options.config, &changed, err))
        return false;
    if (!changed)
        return true;
    if (w->options.reloaded)
        w->options.reloaded(w->options.ctx);
    worker_config_changed(w);
    return true;
}

/* --- the exchange with the store ---------------------------------------------------------------
 */

static bool exchange_inside(struct worker *w, bool claims, struct delivery_list *list,
                            struct error *err)
{
    if (!results_record(w, err) || (claims && !intake_claim(w, list, err)))
        return false;
    return store_commit(w->options.store, err);
}

/* Commits results, and claims where that is due, in one transaction. */
static bool exchange(struct worker *w, bool claims, int wait_ms, struct error *err)
{
    struct delivery_list list = {0};
    if (!store_begin_within(w->options.store, wait_ms, err))
        return false;
    if (!exchange_inside(w, claims, &list, err)) {
        store_rollback(w->options.store);
        delivery_list_release(&list);
        return false;
    }
    results_forget(w);
    intake_take(w, &list);
    if (claims) {
        w->due_at = 0; /* what is due now is known after the next look */
        w->look_again = true;
    }
    return w->claimed > 0 || w->stopping || intake_look(w, err);
}

/* What a dead worker left in flight; once, before anything else. */
static bool recover(struct worker *w, struct error *err)
{
    struct store *store = w->options.store;
    if (w->recovered)
        return true;
    if (!store_begin_within(store, 0, err))
        return false;
    w->recovered = outbox_recover(store, worker_now_ms(w) / 1000, err) && store_commit(store, err);
    if (!w->recovered)
        store_rollback(store);
    return w->recovered;
}

static bool deal_with_store(struct worker *w, struct error *err)
{
    if (!recover(w, err) || !lanes_give_back(w, err))
        return false;
    if (!w->stopping && (!intake_end_holds(w, err) || !intake_look(w, err)))
        return false;
    /* What was recovered or released just now is due as well. */
    if (w->options.once && w->until_s == INT64_MAX)
        w->until_s = worker_now_ms(w) / 1000;
    bool claims = !w->stopping && intake_due(w);
    return !(claims || results_due(w)) || exchange(w, claims, 0, err);
}

/* Somebody else who writes is no fault: what there is to commit waits. */
static bool deal_patiently(struct worker *w, struct error *err)
{
    struct error why = {0};
    if (w->busy && clock_monotonic_ms() < w->busy_until_ms)
        return true;
    if (deal_with_store(w, &why)) {
        w->busy = false;
        w->busy_pause_ms = BUSY_FIRST_MS;
        return true;
    }
    w->busy = why.kind == ERR_BUSY;
    w->busy_until_ms = clock_monotonic_ms() + w->busy_pause_ms;
    w->busy_pause_ms *= w->busy_pause_ms < BUSY_LONGEST_MS ? 2 : 1;
    w->look_again = true;
    if (!w->busy)
        *err = why;
    return w->busy;
}

/* --- the step -------------------------------------------------------------------------------- */

static bool start_lane(struct worker *w, struct lane *lane, struct error *err)
{
    struct dispatch *dispatch;
    while (w->sending < WORKER_SENDING && (dispatch = lane_take_turn(lane, worker_now_ms(w))))
        if (!dispatch_start(dispatch, err))
            return false;
    return true;
}

/* Another lane begins each time, so that nobody is last for ever. */
static bool start_turns(struct worker *w, struct error *err)
{
    w->turn++;
    for (size_t i = 0; i < w->lane_count; i++)
        if (!start_lane(w, w->lanes[(w->turn + i) % w->lane_count], err))
            return false;
    return true;
}

bool worker_step(struct worker *w, struct error *err)
{
    return deal_patiently(w, err) && (w->stopping || start_turns(w, err));
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* When there is something to begin or to commit; INT64_MAX = when an answer comes. */
static int64_t next_ms(struct worker *w, int64_t now_ms)
{
    int64_t at_ms = w->stopping ? INT64_MAX : intake_next_ms(w);
    if (w->result_count > 0)
        at_ms = earlier(at_ms, results_due(w) ? now_ms : w->results_since_ms + RESULTS_WAIT_MS);
    if (w->withdrawals)
        at_ms = now_ms;
    /* Whatever it is, the store has to be free for it. */
    if (at_ms != INT64_MAX)
        at_ms = at_ms > now_ms ? at_ms : now_ms + w->busy_until_ms - clock_monotonic_ms();
    for (size_t i = 0; !w->stopping && w->sending < WORKER_SENDING && i < w->lane_count; i++)
        at_ms = earlier(at_ms, lane_next_turn_ms(w->lanes[i], now_ms));
    return at_ms;
}

int worker_timeout_ms(struct worker *w)
{
    int64_t now_ms = worker_now_ms(w), at_ms = next_ms(w, now_ms);
    if (at_ms == INT64_MAX)
        return -1;
    int64_t wait_ms = at_ms - now_ms;
    return wait_ms < 0 ? 0 : wait_ms > INT_MAX ? INT_MAX : (int)wait_ms;
}

bool worker_idle(struct worker *w)
{
    struct error err = {0};
    int64_t due_at = 0;
    if (!w->recovered || w->claimed > 0 || w->result_count > 0)
        return false;
    return outbox_next_due(w->options.store, NULL, &due_at, &err) &&
           (due_at == 0 || due_at > worker_due_by(w));
}

/* --- changes and the end --------------------------------------------------------------------- */

static void withdraw_all(struct worker *w)
{
    for (size_t i = 0; i < w->lane_count; i++)
        lane_withdraw(w->lanes[i]);
}

void worker_config_changed(struct worker *w)
{
    struct error ignored = {0}; /* tried again with each step */
    w->config_revision++;
    w->look_again = true;
    withdraw_all(w);
    if (!store_in_transaction(w->options.store)) { /* else this comes from a claim under way */
        lanes_give_back(w, &ignored);
        lane_drop_idle(w);
    }
    token_cache_follow(w->tokens, w->options.config);
}

void worker_stop_claiming(struct worker *w)
{
    struct error ignored = {0}; /* tried again with each step */
    w->stopping = true;
    withdraw_all(w);
    lanes_give_back(w, &ignored);
}

size_t worker_sending(const struct worker *w)
{
    return w->sending;
}

/* What waits and what is being sent, in one transaction; the next worker recovers what stays. */
static void give_all_back(struct worker *w, int wait_ms)
{
    struct store *store = w->options.store;
    struct error ignored = {0};
    bool ok = w->claimed > 0 && store_begin_within(store, wait_ms, &ignored);
    for (size_t i = 0; ok && i < w->lane_count; i++)
        ok = queue_give_back(w, &w->lanes[i]->waiting, &ignored) &&
             queue_give_back(w, &w->lanes[i]->sending, &ignored);
    if (!ok || !store_commit(store, &ignored))
        store_rollback(store);
}

static void free_lane(struct lane *lane)
{
    queue_drop(&lane->waiting);
    queue_drop(&lane->sending);
    target_unref(lane->target);
    free(lane);
}

static int left_ms(int64_t until_ms)
{
    int64_t left = until_ms - clock_monotonic_ms();
    return left > 0 ? (int)left : 0;
}

void worker_free(struct worker *w)
{
    struct error ignored = {0}; /* an uncommitted result can only cause a repeat */
    if (!w)
        return;
    const int64_t until_ms = clock_monotonic_ms() + LAST_WAIT_MS;
    if (w->result_count > 0)
        exchange(w, false, left_ms(until_ms), &ignored);
    give_all_back(w, left_ms(until_ms));
    while (w->lane_count > 0)
        free_lane(w->lanes[--w->lane_count]);
    free(w->lanes);
    results_release(w);
    token_cache_free(w->tokens);
    free(w);
}
