/*
 * Runs that a console asks the service for, so that leaving the console does not stop them.
 *
 * A request waits until the service takes it, runs, and ends done (the run's id says what came of
 * it), failed or cancelled. There is one open request (waiting or running) at most: whoever asks
 * for the same checks meanwhile shares it. A service that dies leaves it running; the next one
 * recovers it and runs it from the start, for a run is written whole or not at all. One that nobody
 * took for an hour (RUN_REQUEST_WAITS_S) is not run any more: who asked is long gone, and the next
 * daily run comes.
 */
#ifndef CHECKHOOK_CORE_STORE_RUN_REQUESTS_H
#define CHECKHOOK_CORE_STORE_RUN_REQUESTS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/job.h"
#include "core/store/store.h"

enum { RUN_REQUEST_WAITS_S = 3600 };

enum run_request_state {
    REQUEST_WAITING,
    REQUEST_RUNNING,
    REQUEST_DONE,
    REQUEST_FAILED,
    REQUEST_CANCELLED
};

struct run_request {
    int64_t id;
    char *asked_by; /* "alice on prod-db-01" */
    char *checks;   /* ids with blanks between; "" = all that are on */
    int64_t asked_at;
    int64_t begun_at; /* 0 = it waits */
    enum run_request_state state;
    struct job_progress progress;
    char *lines;                /* how far each check is, as who runs them tells it; "" at first */
    int64_t run_id, deliveries; /* REQUEST_DONE */
    char *error;                /* REQUEST_FAILED; else NULL */
};
void run_request_release(struct run_request *r);

bool run_request_is_open(const struct run_request *r);

/* --- for who asks: wake the service afterwards ------------------------------------------------ */

/* Asks, or shares the open one: gives its id. ERR_BUSY: the open one is for other checks. */
struct run_ask {
    const char *asked_by, *checks; /* as in struct run_request */
    int64_t now;
};
bool run_requests_add(struct store *s, const struct run_ask *ask, int64_t *id, struct error *err);

/* ERR_NOT_FOUND. `out` is zeroed or released before. */
bool run_requests_find(struct store *s, int64_t id, struct run_request *out, struct error *err);

/* The id of the open one; 0 = there is none. */
bool run_requests_open(struct store *s, int64_t *id, struct error *err);

/* A waiting one has ended then; a running one ends when the service reads it. No-op on others. */
bool run_requests_cancel(struct store *s, int64_t id, struct error *err);

/* --- for the service: the holder of the worker lock --------------------------------------------
 */

/* What a dead service left running waits again. Cancelled in between: it has ended. */
bool run_requests_recover(struct store *s, struct error *err);

/* Takes the waiting one: it runs. out->id 0 = there is none. `out` is zeroed or released before.
 * ERR_BUSY at once when somebody else is writing. */
bool run_requests_take(struct store *s, int64_t now, struct run_request *out, struct error *err);

/* Says how far it is, and whether it is to be cancelled. ERR_BUSY at once when somebody else is
 * writing: say it later. */
bool run_requests_progress(struct store *s, int64_t id, const struct job_progress *progress,
                           const char *lines, bool *cancel, struct error *err);

/* run_id and deliveries of REQUEST_DONE; why of REQUEST_FAILED, a sentence; else 0 and NULL. */
struct run_request_end {
    enum run_request_state state;
    int64_t run_id, deliveries;
    const char *why;
};
bool run_requests_end(struct store *s, int64_t id, const struct run_request_end *end,
                      struct error *err);

#endif
