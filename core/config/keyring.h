/* What secret.c needs of the key; everybody else uses secret.h. */
#ifndef CHECKHOOK_CORE_CONFIG_KEYRING_H
#define CHECKHOOK_CORE_CONFIG_KEYRING_H

#include <stdint.h>

struct keyring;

enum { KEY_BYTES = 32 };

/* The key, KEY_BYTES long; NULL before keyring_load. Lent. */
const uint8_t *keyring_key(const struct keyring *k);

#endif
