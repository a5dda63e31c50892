/* What transport.c and transfer.c share, and nobody else includes. */
#ifndef CHECKHOOK_CORE_DELIVER_TRANSPORT_PRIVATE_H
#define CHECKHOOK_CORE_DELIVER_TRANSPORT_PRIVATE_H

#include <curl/curl.h>

#include "core/deliver/transfer.h"
#include "core/deliver/transport.h"

enum { POOL_HANDLES = 64 };

struct transport {
    CURLM *multi;             /* NULL until something is sent */
    CURL *idle[POOL_HANDLES]; /* handles that were used and can be used again */
    size_t idle_count;
    struct transfer *first; /* under way */
    size_t active;
};

/* A handle without options, from the pool or new; and back into the pool. */
CURL *transport_take_handle(struct transport *t);
void transport_put_handle(struct transport *t, CURL *easy);

/* Called by the transport: the exchange ended; passes the answer on and frees. */
void transfer_finish(struct transfer *x, CURLcode code);
void transfer_report_progress(struct transfer *x);
struct transfer *transfer_next(const struct transfer *x);

/* What libcurl's result means (fault.c). */
enum fault fault_of(CURLcode code, CURL *easy, bool proxied);

#endif
