/* The lanes of the worker: one integration's dispatches, their order, their pace. */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/deliver/worker_private.h"

enum { PACE_SLACK_US = 20 * 1000 };

struct lane *lane_find(const struct worker *w, const char *integration_id)
{
    for (struct lane *lane = w->lanes; lane; lane = lane->next)
        if (strcmp(lane->target->integration.id, integration_id) == 0)
            return lane;
    return NULL;
}

struct lane *lane_for(struct worker *w, const struct integration *in)
{
    struct lane *lane = lane_find(w, in->id);
    if (!lane) {
        lane = mem_zalloc(sizeof *lane);
        lane->target = target_new(in);
        lane->next = w->lanes;
        w->lanes = lane;
    } else if (!integration_equal(&lane->target->integration, in)) {
        target_unref(lane->target); /* what is being sent keeps its own reference */
        lane->target = target_new(in);
    }
    return lane;
}

void lane_drop_idle(struct worker *w)
{
    int64_t now_us = worker_now_ms(w) * 1000;
    struct lane **at = &w->lanes;
    while (*at) {
        struct lane *lane = *at;
        if (lane->count > 0 || lane->next_us > now_us) {
            at = &lane->next;
            continue;
        }
        *at = lane->next;
        target_unref(lane->target);
        free(lane);
    }
}

size_t lane_room(const struct lane *lane, const struct integration *in)
{
    size_t slots = (size_t)in->max_in_flight, used = lane ? lane->count : 0;
    if (used >= slots)
        return 0;
    size_t room = slots - used;
    /* With a rate limit, no more than a second's worth waits here: its lease is running. */
    if (in->rate_limit > 0 && room > (size_t)in->rate_limit)
        room = (size_t)in->rate_limit;
    return room;
}

void lane_add(struct lane *lane, struct dispatch *dispatch)
{
    dispatch->lane = lane;
    dispatch->previous = lane->last;
    if (lane->last)
        lane->last->next = dispatch;
    else
        lane->first = dispatch;
    lane->last = dispatch;
    lane->count++;
}

void lane_remove(struct dispatch *dispatch)
{
    struct lane *lane = dispatch->lane;
    if (dispatch->previous)
        dispatch->previous->next = dispatch->next;
    else
        lane->first = dispatch->next;
    if (dispatch->next)
        dispatch->next->previous = dispatch->previous;
    else
        lane->last = dispatch->previous;
    lane->count--;
}

static struct dispatch *first_waiting(const struct lane *lane)
{
    struct dispatch *dispatch = lane->first;
    while (dispatch && dispatch->sending)
        dispatch = dispatch->next;
    return dispatch;
}

struct dispatch *lane_take_turn(struct lane *lane, int64_t now_ms)
{
    int64_t rate = lane->target->integration.rate_limit, now_us = now_ms * 1000;
    if (rate > 0 && lane->next_us > now_us)
        return NULL;
    struct dispatch *dispatch = first_waiting(lane);
    if (dispatch && rate > 0) {
        /* Evenly spaced: only the slack of the loop is made up for, a pause is not. */
        int64_t from = lane->next_us > now_us - PACE_SLACK_US ? lane->next_us : now_us;
        lane->next_us = from + 1000000 / rate;
    }
    return dispatch;
}

int64_t lane_next_turn_ms(const struct lane *lane)
{
    return first_waiting(lane) ? (lane->next_us + 999) / 1000 : INT64_MAX;
}
