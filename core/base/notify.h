/*
 * Tells the service manager how we are: readiness and watchdog (sd_notify(3)) without libsystemd.
 * Where no manager listens, everything here does nothing.
 */
#ifndef CHECKHOOK_CORE_BASE_NOTIFY_H
#define CHECKHOOK_CORE_BASE_NOTIFY_H

#include <stdint.h>

struct notify {
    int fd;               /* connected to NOTIFY_SOCKET; -1 = nobody listens */
    int64_t keepalive_ms; /* half of WATCHDOG_USEC; 0 = nobody watches */
    int64_t alive_at_ms;  /* monotonic, when the next sign of life is due */
};

/* Reads NOTIFY_SOCKET (a path, or abstract with '@'), WATCHDOG_USEC and WATCHDOG_PID, which must be
 * ours or absent. */
void notify_open(struct notify *n);
void notify_close(struct notify *n); /* accepts { .fd = -1 } */

/* status: one line about what goes on, shown by `systemctl status`. It is cut at 200 bytes. */
void notify_ready(const struct notify *n, const char *status);
void notify_status(const struct notify *n, const char *status);
void notify_reloading(const struct notify *n); /* followed by notify_ready */
void notify_stopping(const struct notify *n);

/* Sends the sign of life when it is due, or one is at hand anyway and the last is a second old: so
 * it costs an idle process no wake-ups of its own. */
void notify_alive(struct notify *n, int64_t monotonic_ms);
/* How long until then; -1 = never. */
int notify_timeout_ms(const struct notify *n, int64_t monotonic_ms);

#endif
