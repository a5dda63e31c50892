/*
 * The one place where HTTP happens: requests on one curl_multi, polled together with whatever
 * descriptors the caller's loop watches. No threads.
 */
#ifndef CHECKHOOK_CORE_DELIVER_TRANSPORT_H
#define CHECKHOOK_CORE_DELIVER_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

struct transport;

/* libcurl is initialised at the first transport (it costs a millisecond). */
struct transport *transport_new(void);
void transport_free(struct transport *t); /* cancels what is under way */

/* A descriptor of the caller's loop. */
struct poll_fd {
    int fd;
    bool readable; /* out */
};

/*
 * Waits at most timeout_ms (-1 = until something happens) for the transfers and the descriptors,
 * then moves the transfers on and calls the completion of those that ended. A signal ends the wait.
 * True when anything was ready.
 */
bool transport_poll(struct transport *t, struct poll_fd *fds, size_t count, int timeout_ms);

/* The library and its TLS: "7.88.1 OpenSSL/3.0.15". */
const char *transport_library(void);

/* Transfers under way. */
size_t transport_active(const struct transport *t);

#endif
