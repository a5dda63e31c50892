/*
 * The opened secrets of one integration, for the moment in which a request is built.
 */
#ifndef CHECKHOOK_CORE_DELIVER_CREDENTIALS_H
#define CHECKHOOK_CORE_DELIVER_CREDENTIALS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"
#include "core/config/model.h"
#include "core/config/secret.h"

struct secret_list {
    struct secret *items; /* parallel to the parameter list; empty where one is not secret */
    size_t count;
};

struct credentials {
    struct secret password, key_value, client_secret;
    struct secret_list params, oauth_params;
};

/*
 * Opens every secret that `in` needs. ERR_NOT_FOUND or ERR_CRYPTO names the one that is missing or
 * does not open; nothing stays open then.
 */
bool credentials_open(struct credentials *c, struct keyring *keyring, const struct integration *in,
                      struct error *err);

/* One secret that an integration needs. */
struct credential {
    const char *name;          /* what it is bound to: "auth.password", "params/body/token" */
    const char *label;         /* for people: "Password", "body parameter token" */
    const char *stored;        /* NULL = not set */
    const struct param *param; /* NULL = a setting */
};
bool credential_open(const struct credential *what, struct keyring *keyring,
                     const struct integration *in, struct secret *out, struct error *err);

/* The same for anything that stands in for the secrets: each is asked of `source`, so that a
 * request can be built without them. Whatever the source leaves alone is empty. */
typedef bool credential_source(void *ctx, const struct credential *what, struct secret *out,
                               struct error *err);
bool credentials_fill(struct credentials *c, const struct integration *in,
                      credential_source *source, void *ctx, struct error *err);
void credentials_release(struct credentials *c); /* wipes; accepts a zeroed struct */

/* The value of parameter i of in->params or in->auth.params, secret or not; lent. */
const char *credentials_param(const struct credentials *c, const struct param_list *list, size_t i);
const char *credentials_oauth_param(const struct credentials *c, const struct param_list *list,
                                    size_t i);

/* True when parameters of the token request take the place of our own client authentication. */
bool oauth_param_given(const struct param_list *params, const char *key);

#endif
