/*
 * One sentence for what came of an attempt, and the next thing to try. Safe to show: everything
 * that the receiver said is made visible and cut.
 */
#ifndef CHECKHOOK_CORE_DELIVER_REASON_H
#define CHECKHOOK_CORE_DELIVER_REASON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/deliver/http.h"
#include "core/deliver/outcome.h"

enum { ADVICE_MAX = 256 };

struct reason_input {
    const struct answer *answer;
    const char *url;    /* what was called */
    const char *method; /* "POST" */
    const char *proxy;  /* NULL = none */
    bool anonymous;     /* without an Authorization Type */
    int64_t timeout_s;
    int64_t retry_after_s; /* -1 = none */
    int64_t max_wait_s;    /* a longer Retry-After is cut to it; 0 = no limit */
};

/* Writes a sentence without its final point: "billing.example.com refused the credentials (401
 * Unauthorized): invalid_token". Empty for a 2xx. */
void reason_write(const struct reason_input *in, char *out, size_t size);

/* What to change, in the words of the form; "" where nothing is known. */
void reason_advice(const struct reason_input *in, char *out, size_t size);

/* Formats into a buffer of fixed size; what does not fit is cut at a character. */
void reason_format(char *out, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* What the answer itself says went wrong: error and error_description, message, title of a JSON
 * body, WWW-Authenticate, or a short text body. "" where it says nothing. */
void reason_detail(const struct answer *answer, char *out, size_t size);

/* "401 Unauthorized", "299" */
void reason_phrase(int status, char *out, size_t size);

/* "host" or "host:port" of a URL; "the receiver" where it does not parse. */
void reason_host(const char *url, char *out, size_t size);

/* The same for a proxy of any scheme, its credentials left out. */
void reason_proxy(const char *proxy, char *out, size_t size);

#endif
