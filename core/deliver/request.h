/*
 * Builds the request that carries a message: default headers, authorization, parameters, in the
 * order of DESIGN 6.
 */
#ifndef CHECKHOOK_CORE_DELIVER_REQUEST_H
#define CHECKHOOK_CORE_DELIVER_REQUEST_H

#include "core/base/strbuf.h"
#include "core/config/model.h"
#include "core/deliver/credentials.h"
#include "core/deliver/http.h"

enum { REQUEST_URL_BYTES = 1 << 20, REQUEST_BODY_BYTES = 1 << 30 };

struct request_parts {
    const struct integration *integration;
    const struct credentials *credentials;
    const char *token; /* OAuth alone */
    const char *event_id;
    char *body; /* taken over; dropped for GET and HEAD */
    size_t body_len;
};

/*
 * `out` is zeroed or released before. A header on the strip list is left out whoever asked for it;
 * a header parameter replaces Content-Type and nothing else that is there. GET and HEAD have
 * neither body nor Content-Type of ours.
 */
void request_build(struct http_request *out, const struct request_parts *parts);

/* "checkhook/VERSION" */
const char *request_user_agent(void);

/* Adds "Authorization: Basic …" of two texts that stand as they are. */
void request_add_basic(struct http_headers *headers, const char *user, const char *password);

/* Sets a query parameter in `url`, and in `shown` where a secret value is hidden. */
void request_set_query(struct strbuf *url, struct strbuf *shown, const char *key, const char *value,
                       bool secret);

#endif
