/*
 * What came of one attempt. What a receiver answers is data, not an error.
 */
#ifndef CHECKHOOK_CORE_DELIVER_OUTCOME_H
#define CHECKHOOK_CORE_DELIVER_OUTCOME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Why there was no usable answer. */
enum fault {
    FAULT_NONE,
    FAULT_RESOLVE,
    FAULT_CONNECT,
    FAULT_TLS_CA,
    FAULT_TLS_HOST,
    FAULT_TLS_EXPIRED,
    FAULT_TLS,
    FAULT_TIMEOUT,
    FAULT_CLOSED,
    FAULT_PROTOCOL,
    FAULT_PROXY,
    FAULT_TOKEN,
    FAULT_SECRET,
    FAULT_CANCELLED,
    FAULT_OTHER
};

enum verdict {
    VERDICT_DELIVERED,
    VERDICT_RETRY,
    VERDICT_REFUSED, /* credentials: 401, 403, 407 */
    VERDICT_FAILED,  /* for good */
    VERDICT_GONE,    /* 410 */
};

struct outcome {
    enum fault fault;
    int status; /* 0 = no answer */
    enum verdict verdict;
    char reason[384];      /* one sentence, safe to show */
    int64_t retry_after_s; /* -1 = none given or unusable */
};

const char *verdict_text(enum verdict v); /* "delivered", "retry", … as kept in attempts */

#endif
