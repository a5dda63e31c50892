/*
 * The engine of `checkhook service`: worker, daily run, retention and reloading, without signals
 * and without printing. Whoever holds the worker lock makes one and calls, for as long as not
 * service_stopped:
 *
 *     service_step(s);
 *     transport_poll(transport, fds, count, service_timeout_ms(s));
 *     service_woken(s);    when the wake socket was readable
 *
 * It ends by nothing but service_stop. What goes wrong on the way (the store cannot be written, the
 * configuration cannot be read, a run fails) is logged when it changes, and tried again after a
 * pause.
 *
 * The configuration is read again when its file changed; one that cannot be used leaves the old one
 * in force. Checks are read again before each run.
 */
#ifndef CHECKHOOK_CORE_SERVICE_H
#define CHECKHOOK_CORE_SERVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/app.h"
#include "core/base/log.h"
#include "core/checks/run.h"
#include "core/deliver/transport.h"

struct service_options {
    struct app *app; /* opened with APP_STORE | APP_CATALOGUE */
    struct transport *transport;
    int64_t (*now_ms)(void);       /* the wall clock; NULL = the real one */
    int64_t (*monotonic_ms)(void); /* for pauses and durations; NULL = the real one */
    log_sink *log;                 /* never NULL */
    void *log_ctx;
};

struct service;

/* Recovers what a dead worker left in flight. */
struct service *service_new(const struct service_options *options, struct error *err);

/* Does what is due; of a run or of pruning about 20 ms. */
void service_step(struct service *s);

/* How long may be slept without missing anything but a wake-up: 0 to 60,000 ms, since the wall
 * clock may be set meanwhile. */
int service_timeout_ms(struct service *s);

/* Somebody poked the worker: perhaps for a run, which is looked for once a minute else. */
void service_woken(struct service *s);

/* SIGHUP: reads configuration and checks again, and says so even where nothing changed. */
void service_reload(struct service *s);

/* One line about what goes on, for the service manager. */
enum { SERVICE_STATUS_MAX = 160 };
void service_status(struct service *s, char out[SERVICE_STATUS_MAX]);

/* The clean end: nothing more is claimed, a run under way is dropped (a daily one is due again at
 * the next start), and attempts under way get 3 s. */
void service_stop(struct service *s);
bool service_stopped(const struct service *s);

/* Commits what came in, gives back what is still being sent (attempt not counted). NULL is fine. */
void service_free(struct service *s);

/* --- runs ------------------------------------------------------------------------------------ */

/* A run that the service carries out in slices between deliveries. */
struct service_run {
    const char *kind;       /* "daily", "now" */
    int64_t day;            /* of a daily run: the UTC day it is for; else 0 */
    const char *const *ids; /* checks; NULL = all that are on. Lent until it ended */
    size_t id_count;
    /* It ended: result NULL = it failed or was dropped (ERR_CANCELLED), and why says so. Both are
     * lent for the call, which must not start another run. NULL = nobody waits for it. */
    void (*ended)(void *ctx, const struct run_result *result, const struct error *why);
    void *ctx;
};

/* Reads the checks again and begins. ERR_BUSY: one is under way, or the service is stopping;
 * ERR_INVALID: an id is unknown or switched off. `ended` is not called then. */
bool service_start_run(struct service *s, const struct service_run *run, struct error *err);
bool service_is_running(const struct service *s);

#endif
