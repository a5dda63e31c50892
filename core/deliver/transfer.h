/*
 * One exchange on a transport: a request in, an answer out. Nothing that a receiver does can make
 * it grow: headers, body and time have limits.
 */
#ifndef CHECKHOOK_CORE_DELIVER_TRANSFER_H
#define CHECKHOOK_CORE_DELIVER_TRANSFER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/deliver/http.h"
#include "core/deliver/transport.h"

enum {
    ANSWER_READ_BYTES = 64 * 1024, /* never read beyond, decompressed or on the wire */
    ANSWER_KEEP_BYTES = 16 * 1024, /* of a receiver's body, DESIGN 7 */
};

struct transfer;

struct transfer_spec {
    const struct http_request *request; /* lent until it is done or cancelled */
    const char *ca_file;                /* NULL = the system's */
    const char *proxy;                  /* NULL = none; the environment never counts */
    bool tls_verify;
    bool connect_only; /* resolve, connect, TLS on a new connection; no request is sent */
    int64_t timeout_ms;
    size_t keep; /* bytes of the body to keep, at most ANSWER_READ_BYTES */

    /* The transfer is gone when done is called; the answer is released after the call. */
    void (*done)(void *ctx, struct answer *answer);
    void (*progress)(void *ctx, const struct phases *so_far, const char *peer); /* NULL = none */
    void *ctx;
};

/* Never fails and calls nothing before the next transport_poll. */
struct transfer *transfer_start(struct transport *t, const struct transfer_spec *spec);

/* Ends it without a call; NULL is fine. */
void transfer_cancel(struct transfer *x);

#endif
