/*
 * The worker: claims what is due, sends it, records what came of it. The holder of the worker lock
 * runs one.
 */
#ifndef CHECKHOOK_CORE_DELIVER_WORKER_H
#define CHECKHOOK_CORE_DELIVER_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/config/config.h"
#include "core/config/secret.h"
#include "core/deliver/transport.h"
#include "core/store/outbox.h"

struct worker_options {
    struct transport *transport;
    struct store *store;
    /* Brought up to date with its file before every claim and before a refusal is judged, so that
     * what another process saved counts. A file that cannot be used leaves the old state in force;
     * whoever runs the worker tells. */
    struct config *config;
    struct keyring *keyring;
    int64_t (*now_ms)(void); /* NULL = the clock */
    /* Takes only what is due at the first step: a delivery whose attempt failed then waits for
     * another worker, however long this one works. */
    bool once;
    /* Called for every recorded attempt; NULL = nobody listens. */
    void (*recorded)(void *ctx, const struct delivery *d, const struct attempt_result *r);
    /* Called after the worker has brought `config` up to date: pointers into it are gone. NULL. */
    void (*reloaded)(void *ctx);
    void *ctx;
};

struct worker;

/* The first step recovers what a dead worker left in flight. */
struct worker *worker_new(const struct worker_options *options);

/* Claims and starts what is due; commits results that are waiting. Called before each poll. */
bool worker_step(struct worker *w, struct error *err);

/* Milliseconds until worker_step has something to do without a wake-up; -1 = nothing waits. */
int worker_timeout_ms(struct worker *w);

/* Nothing in flight and nothing due now that it takes. */
bool worker_idle(struct worker *w);

/* After this process changed `config` itself: drops cached tokens of integrations that changed or
 * went, and takes waiting deliveries up anew. */
void worker_config_changed(struct worker *w);

/* For a clean end: from here on nothing is claimed or begun; what is being sent goes on, and its
 * results are committed by worker_step as before. There is no way back. */
void worker_stop_claiming(struct worker *w);

/* How many deliveries are being sent now. */
size_t worker_sending(const struct worker *w);

/* Gives back what is in flight (attempt not counted) and frees. NULL is fine. */
void worker_free(struct worker *w);

#endif
