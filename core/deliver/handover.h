/*
 * Handing the worker lock over: a console or a command that holds it gives it up when a service
 * asks (DESIGN 7). It begins nothing any more, what is being sent may end for a moment, and then
 * its owner frees the worker, which gives back the rest, and releases the lock.
 *
 * Times are monotonic milliseconds.
 */
#ifndef CHECKHOOK_CORE_DELIVER_HANDOVER_H
#define CHECKHOOK_CORE_DELIVER_HANDOVER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/deliver/worker.h"
#include "core/store/lock.h"

enum {
    HANDOVER_MOST_MS = 600,  /* from being asked to giving up what is still being sent */
    HANDOVER_AWAY_MS = 3000, /* after that the lock is for those who asked */
};

struct handover {
    bool asked;
    int64_t asked_ms;
};

/* Takes away what woke the worker. When somebody asked for the lock, the worker claims no more. */
void handover_listen(struct handover *h, const struct worker_lock *lock, struct worker *worker,
                     int64_t now_ms);

/* Asked, and all that was being sent has ended or had its time: free the worker, then release. */
bool handover_due(const struct handover *h, const struct worker *worker, int64_t now_ms);

/* Until when a loop may sleep: `timeout_ms` (-1 = for ever), or less once somebody has asked. */
int handover_timeout_ms(const struct handover *h, int timeout_ms, int64_t now_ms);

#endif
