/*
 * OAuth 2 client credentials (RFC 6749, 4.4): the token request and its answer. Pure; tokens.h
 * fetches and keeps.
 */
#ifndef CHECKHOOK_CORE_DELIVER_OAUTH_H
#define CHECKHOOK_CORE_DELIVER_OAUTH_H

#include <stdbool.h>
#include <stdint.h>

#include "core/config/model.h"
#include "core/config/secret.h"
#include "core/deliver/credentials.h"
#include "core/deliver/http.h"

/*
 * The token request of `in`: form-encoded body, or the query for GET; parameters where they say;
 * one client authentication. A parameter Authorization takes the place of all of ours; client_id
 * or client_secret as a parameter stands in the form, and what is missing of the pair joins it
 * there. `out` is zeroed or released before.
 */
void oauth_request(struct http_request *out, const struct integration *in,
                   const struct credentials *credentials);

struct oauth_token {
    struct secret text;
    int64_t expires_in_s; /* above 0, at most a year; -1 = not said, or no such time */
};
void oauth_token_release(struct oauth_token *token);

/* Why an answer holds no token. */
struct oauth_refusal {
    char what[320]; /* "answered 401: invalid_client: unknown client" */
    char code[64];  /* the `error` member, "" where there is none */
    bool broke_off; /* the endpoint meant to give one, but its answer did not come whole */
};

/*
 * How long a token is used: until 60 s before its end, or for half of its time where that is later.
 * Seconds from the request; INT64_MAX = until it is refused, since nobody said when it ends.
 */
int64_t oauth_use_for_s(int64_t expires_in_s);

/* Reads the answer: status first, then JSON. The answer itself came (fault none). */
bool oauth_read_answer(const struct answer *answer, struct oauth_token *token,
                       struct oauth_refusal *why);

#endif
