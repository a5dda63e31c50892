/*
 * Whether a receiver lets us in: its URL, the authorization and all parameters of an integration.
 */
#ifndef CHECKHOOK_CORE_CONFIG_ACCESS_H
#define CHECKHOOK_CORE_CONFIG_ACCESS_H

#include <stdbool.h>

#include "core/config/model.h"

enum { ACCESS_PRINT_MAX = 40 };

/*
 * A fingerprint of these settings: two integrations with the same one ask for the same access. Of
 * secrets it knows the text that the file holds (sealed, env:NAME, file:PATH), never the secret.
 */
void access_print(const struct integration *in, char out[ACCESS_PRINT_MAX]);

bool access_differs(const struct integration *a, const struct integration *b);

#endif
