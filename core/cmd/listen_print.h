/* How `checkhook listen` shows a request. */
#ifndef CHECKHOOK_CORE_CMD_LISTEN_PRINT_H
#define CHECKHOOK_CORE_CMD_LISTEN_PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/strbuf.h"

struct listen_style {
    bool json;             /* one line of JSON a request */
    bool show_credentials; /* else Authorization, the key and token requests are hidden */
    const char *key_name;  /* the header that carries the API key; NULL */
};

struct listen_header_line {
    char *name, *value;
};

struct listen_request {
    const char *method, *path, *version;
    struct strbuf query; /* as received, encoded again */
    struct listen_header_line *headers;
    size_t header_count;
    const char *body;
    size_t body_len;
    bool body_cut;
};

void listen_request_init(struct listen_request *r, const char *method, const char *path,
                         const char *version);
void listen_request_add_header(struct listen_request *r, const char *name, const char *value);
void listen_request_add_query(struct listen_request *r, const char *name, const char *value);
void listen_request_release(struct listen_request *r);

/* Prints one request and the status it was answered with. */
void listen_print(const struct listen_style *style, const struct listen_request *r, unsigned status,
                  int64_t now_ms);

#endif
