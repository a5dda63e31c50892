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
void credentials_release(struct credentials *c); /* wipes; accepts a zeroed struct */

/* The value of parameter i of in->params or in->auth.params, secret or not; lent. */
const char *credentials_param(const struct credentials *c, const struct param_list *list, size_t i);
const char *credentials_oauth_param(const struct credentials *c, const struct param_list *list,
                                    size_t i);

/* True when parameters of the token request take the place of our own client authentication. */
bool oauth_param_given(const struct param_list *params, const char *key);

#endif
