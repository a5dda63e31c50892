/* The lanes of the worker: one integration's dispatches, their order, their pace. */
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/deliver/worker_private.h"

enum {
    US_PER_S = 1000 * 1000,
    PACE_SLACK_US = 20 * 1000,
    AHEAD_MAX = 128,
    AHEAD_FAST_MS = 50,  /* emptied within: claim more at a time */
    AHEAD_SLOW_MS = 500, /* not emptied within: claim less */
};

/* Where the lane of this id stands, or would stand. */
static size_t place_of(const struct worker *w, const char *integration_id, bool *found)
{
    size_t low = 0, high = w->lane_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(w->lanes[middle]->target->integration.id, integration_id);
        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *found = false;
    return low;
}

struct lane *lane_find(const struct worker *w, const char *integration_id)
{
    bool found;
    size_t place = place_of(w, integration_id, &found);
    return found ? w->lanes[place] : NULL;
}

static struct lane *insert_lane(struct worker *w, size_t place, const struct integration *in)
{
    struct lane *lane = mem_zalloc(sizeof *lane);
    lane->worker = w;
    lane->target = target_new(in);
    list_add(&w->lanes, &w->lane_count, sizeof(struct lane *));
    memmove(w->lanes + place + 1, w->lanes + place,
            (w->lane_count - 1 - place) * sizeof(struct lane *));
    w->lanes[place] = lane;
    return lane;
}

struct lane *lane_for(struct worker *w, const struct integration *in)
{
    bool found;
    size_t place = place_of(w, in->id, &found);
    struct lane *lane = found ? w->lanes[place] : insert_lane(w, place, in);
    if (!integration_equal(&lane->target->integration, in)) {
        target_unref(lane->target); /* what is being sent keeps its own reference */
        lane->target = target_new(in);
    }
    lane->config_seen = w->config_revision;
    return lane;
}

static size_t lane_count(const struct lane *lane)
{
    return lane->waiting.count + lane->sending.count;
}

void lane_drop_idle(struct worker *w)
{
    size_t kept = 0;
    for (size_t i = 0; i < w->lane_count; i++) {
        struct lane *lane = w->lanes[i];
        if (lane_count(lane) > 0) {
            w->lanes[kept++] = lane;
            continue;
        }
        target_unref(lane->target);
        free(lane);
    }
    w->lane_count = kept;
}

/* --- room ------------------------------------------------------------------------------------ */

/* No integration may fill all places: some stay free for one that has nothing under way yet, so
 * that a few dead receivers with long time limits keep nobody waiting. */
static size_t lane_slots(const struct lane *lane)
{
    size_t own = (size_t)lane->target->integration.max_in_flight;
    size_t share = WORKER_SENDING / (lane->worker->active_lanes + 1);
    if (share == 0)
        share = 1;
    return own < share ? own : share;
}

size_t lane_room(const struct lane *lane)
{
    if (lane->withdrawn)
        return 0;
    size_t rate = (size_t)lane->target->integration.rate_limit;
    size_t most = lane_slots(lane) + lane->ahead, used = lane_count(lane);
    /* With a rate limit, no more than a second's worth waits here: its lease is running. */
    if (rate > 0 && most > rate)
        most = rate;
    return used < most ? most - used : 0;
}

bool lane_hungry(const struct lane *lane)
{
    return lane->waiting.count <= lane->ahead / 2 && lane_room(lane) > 0;
}

void lane_filled(struct lane *lane)
{
    int64_t now_ms = clock_monotonic_ms(), since_ms = now_ms - lane->filled_ms;
    bool emptied = lane->waiting.count <= lane->ahead / 2;
    if (emptied && since_ms < AHEAD_FAST_MS)
        lane->ahead = lane->ahead == 0 ? LANE_START : lane->ahead * 2;
    else if (since_ms > AHEAD_SLOW_MS)
        lane->ahead /= 2;
    if (lane->ahead > AHEAD_MAX)
        lane->ahead = AHEAD_MAX;
    lane->filled_ms = now_ms;
    lane->filled_round = lane->worker->round;
}

void lane_withdraw(struct lane *lane)
{
    lane->withdrawn = lane->waiting.count > 0;
    lane->worker->withdrawals = lane->worker->withdrawals || lane->withdrawn;
}

static bool give_back_withdrawn(struct worker *w, struct error *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < w->lane_count; i++)
        if (w->lanes[i]->withdrawn)
            ok = queue_give_back(w, &w->lanes[i]->waiting, err);
    return ok && store_commit(w->options.store, err);
}

bool lanes_give_back(struct worker *w, struct error *err)
{
    if (!w->withdrawals)
        return true;
    if (!store_begin_within(w->options.store, 0, err))
        return false;
    if (!give_back_withdrawn(w, err)) {
        store_rollback(w->options.store);
        return false;
    }
    for (size_t i = 0; i < w->lane_count; i++) {
        if (w->lanes[i]->withdrawn)
            queue_drop(&w->lanes[i]->waiting);
        w->lanes[i]->withdrawn = false;
    }
    w->withdrawals = false;
    return true;
}

/* --- queues ---------------------------------------------------------------------------------- */

static void queue_add(struct queue *queue, struct dispatch *dispatch)
{
    dispatch->next = NULL;
    dispatch->previous = queue->last;
    if (queue->last)
        queue->last->next = dispatch;
    else
        queue->first = dispatch;
    queue->last = dispatch;
    queue->count++;
}

static void queue_remove(struct queue *queue, struct dispatch *dispatch)
{
    if (dispatch->previous)
        dispatch->previous->next = dispatch->next;
    else
        queue->first = dispatch->next;
    if (dispatch->next)
        dispatch->next->previous = dispatch->previous;
    else
        queue->last = dispatch->previous;
    queue->count--;
}

void lane_add(struct lane *lane, struct dispatch *dispatch)
{
    struct worker *w = lane->worker;
    w->active_lanes += lane_count(lane) == 0;
    w->claimed++;
    dispatch->lane = lane;
    queue_add(&lane->waiting, dispatch);
}

void lane_begin(struct dispatch *dispatch)
{
    struct lane *lane = dispatch->lane;
    queue_remove(&lane->waiting, dispatch);
    queue_add(&lane->sending, dispatch);
    lane->worker->sending++;
    lane->worker->look_again = lane->worker->look_again || lane_hungry(lane);
}

void lane_remove(struct dispatch *dispatch)
{
    struct lane *lane = dispatch->lane;
    struct worker *w = lane->worker;
    queue_remove(dispatch->sending ? &lane->sending : &lane->waiting, dispatch);
    w->sending -= dispatch->sending != NULL;
    w->claimed--;
    w->active_lanes -= lane_count(lane) == 0;
    w->look_again = w->look_again || lane_hungry(lane);
}

/* --- pace ------------------------------------------------------------------------------------ */

/* Something waits, and a slot is free. */
static bool may_begin(const struct lane *lane)
{
    return lane->waiting.first && !lane->withdrawn && lane->sending.count < lane_slots(lane);
}

/* When the next one may go; one interval ahead at most, or the clock was set back since. */
static int64_t next_us(const struct lane *lane, int64_t now_us)
{
    int64_t rate = lane->target->integration.rate_limit;
    if (rate == 0 || lane->next_us > now_us + US_PER_S / rate)
        return now_us;
    return lane->next_us;
}

struct dispatch *lane_take_turn(struct lane *lane, int64_t now_ms)
{
    int64_t rate = lane->target->integration.rate_limit, now_us = now_ms * 1000;
    int64_t turn_us = next_us(lane, now_us);
    if (!may_begin(lane) || turn_us > now_us)
        return NULL;
    if (rate > 0) {
        /* Evenly spaced: only the slack of the loop is made up for, a pause is not. */
        int64_t from = turn_us > now_us - PACE_SLACK_US ? turn_us : now_us;
        lane->next_us = from + US_PER_S / rate;
    }
    return lane->waiting.first;
}

int64_t lane_next_turn_ms(const struct lane *lane, int64_t now_ms)
{
    return may_begin(lane) ? (next_us(lane, now_ms * 1000) + 999) / 1000 : INT64_MAX;
}
