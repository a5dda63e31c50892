/* Can the secrets of an integration be used now? Looks without keeping anything open. */
#ifndef CHECKHOOK_CORE_CONFIG_SECRET_CHECK_H
#define CHECKHOOK_CORE_CONFIG_SECRET_CHECK_H

#include <stdbool.h>

#include "core/base/error.h"
#include "core/config/model.h"
#include "core/config/secret.h"

/*
 * Opens every stored secret that applies, one after the other. The error names the first that
 * cannot be opened: ERR_CRYPTO (key missing or wrong, text damaged) or ERR_NOT_FOUND (the variable
 * or file that it refers to is absent). Secrets that are not set are no error here.
 */
bool integration_secrets_open(struct keyring *keyring, const struct integration *in,
                              struct error *err);

#endif
