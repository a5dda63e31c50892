/*
 * Requests and answers as plain data, between the modules that build, carry and judge them.
 *
 * A header or value that holds a secret is marked where it is made; everything that is kept or
 * shown goes through the masked views, and a released request is wiped.
 */
#ifndef CHECKHOOK_CORE_DELIVER_HTTP_H
#define CHECKHOOK_CORE_DELIVER_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/config/model.h"
#include "core/deliver/outcome.h"

struct http_header {
    char *name, *value;
    bool secret;
    size_t shown; /* of a secret value: so many bytes at its start may be shown ("Basic ") */
};

struct http_headers {
    struct http_header *items;
    size_t count;
};

struct http_header *http_headers_add(struct http_headers *list, const char *name, const char *value,
                                     bool secret);
/* The same with texts that are given away, and not secret. */
void http_headers_take(struct http_headers *list, char *name, char *value);
/* The first of this name, regardless of case; NULL where absent. */
struct http_header *http_headers_find(const struct http_headers *list, const char *name);
const char *http_headers_get(const struct http_headers *list, const char *name); /* NULL */
void http_headers_release(struct http_headers *list);                            /* wipes */

/* A JSON object name -> value with secrets masked and unsafe characters visible; values of one name
 * are joined with ", ". The caller frees. */
char *http_headers_json(const struct http_headers *list);

/* How a secret value stands in records, and the form that fits into a URL. */
extern const char http_hidden[];     /* "(hidden)" */
extern const char http_hidden_url[]; /* "...." */

struct http_request {
    enum http_method method;
    char *url;       /* as it is called; may hold secrets */
    char *shown_url; /* for records */
    struct http_headers headers;
    struct http_headers hidden; /* secrets that went elsewhere: into the URL, into the body */
    char *body;                 /* NULL = none */
    size_t body_len;
};

void http_request_release(struct http_request *request); /* wipes */

/* The headers as they go over the wire, those that the transport adds included; the caller
 * releases them. */
void http_request_wire_headers(const struct http_request *request, struct http_headers *out);

/* The same as http_headers_json writes them. */
char *http_request_headers_json(const struct http_request *request);

/* Microseconds since the start; -1 = not reached. */
struct phases {
    int64_t resolve_us, connect_us, tls_us, first_byte_us, total_us;
};

/* What a connection probe learns of the peer's certificate; empty and 0 where unknown. */
struct tls_facts {
    char version[16];  /* "TLSv1.3" */
    char subject[128]; /* the common name */
    int64_t expires_at;
};

/* Why there was no answer (fault, detail in the library's words), or the answer. */
struct answer {
    enum fault fault;
    char detail[256];
    int status; /* 0 = none */
    bool begun; /* a connection stood, new or reused, and the request was begun */
    struct phases phases;
    char peer[80]; /* "203.0.113.10:443"; "" */
    struct http_headers headers;
    char *body; /* decompressed, terminated; NULL = none */
    size_t body_len;
    bool cut;      /* there was more than is kept */
    int addresses; /* tried by a probe */
    struct tls_facts tls;
};

void answer_release(struct answer *a);

/* Overwrites with '*' every secret of the request that the answer repeats: receivers echo. */
void answer_redact(struct answer *a, const struct http_request *request);

#endif
