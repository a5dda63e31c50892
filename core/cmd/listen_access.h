/*
 * Who may call `checkhook listen`: the credentials it demands and the bearer tokens that its own
 * /token endpoint issues (RFC 6749, 4.4). Pure: requests in, decisions out.
 */
#ifndef CHECKHOOK_CORE_CMD_LISTEN_ACCESS_H
#define CHECKHOOK_CORE_CMD_LISTEN_ACCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/strbuf.h"
#include "core/config/secret.h"

enum { LISTEN_TOKENS_MAX = 64 };

struct listen_token {
    char text[44];
    int64_t expires_at;
};

/* One kind of credentials at most; name NULL = that kind is not demanded. */
struct listen_access {
    char *basic_user, *key_name, *client_id;
    struct secret password, key, client_secret;
    int64_t token_ttl_s;
    struct listen_token tokens[LISTEN_TOKENS_MAX]; /* a ring */
    size_t next_token;
};

void listen_access_release(struct listen_access *a);

/* Looks a request header up, regardless of case; NULL where absent. */
typedef const char *listen_header(void *ctx, const char *name);

/* May the request pass? Else *challenge is the WWW-Authenticate value; "" where there is none. */
bool listen_access_allows(const struct listen_access *a, listen_header *header, void *ctx,
                          int64_t now, const char **challenge);

/*
 * The answer of the token endpoint: HTTP status, and its JSON appended to `out`. `authorization`
 * may be NULL; `form` is the decoded body or query as written ("grant_type=…&…").
 */
int listen_access_token(struct listen_access *a, const char *authorization, const char *form,
                        int64_t now, struct strbuf *out);

#endif
