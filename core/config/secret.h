/*
 * Secrets: sealed in the file, opened when used, wiped afterwards.
 *
 * Sealed text is `sealed:1:YYYY-MM-DD:BASE64` with XChaCha20-Poly1305 (nonce and ciphertext in the
 * base64). Bound (additional data) to the integration's id and the name of what it is: the
 * setting ("auth.password"), or for a parameter list, place and key ("params/header/x-key",
 * "auth.params/body/assertion"). References: `env:NAME` and `file:PATH` (absolute; one trailing
 * newline dropped), resolved when used.
 */
#ifndef CHECKHOOK_CORE_CONFIG_SECRET_H
#define CHECKHOOK_CORE_CONFIG_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/config/model.h"

/* An opened secret: locked memory, wiped on release, never printed. Terminated; may hold any byte
 * but NUL. */
struct secret {
    char *text; /* NULL = empty */
    size_t len;
};

enum { SECRET_MAX = 8192 };

void secret_release(struct secret *s);
bool secret_set(struct secret *s, const char *bytes, size_t len, struct error *err);

/* The key that seals: 32 bytes in a file of its own, read on first need. */
struct keyring;

/* key_file is where the key is, or is to be made (mode 0600). Nothing is read yet. */
struct keyring *keyring_new(const char *key_file);
void keyring_free(struct keyring *k);

/*
 * Reads the key, or makes it when the file does not exist and may_create is set (while the
 * configuration holds a sealed value, only when the user asks for a new key). ERR_CRYPTO: missing,
 * readable by others, not 32 bytes.
 */
bool keyring_load(struct keyring *k, bool may_create, struct error *err);

enum secret_form { SECRET_UNSET, SECRET_SEALED, SECRET_ENV, SECRET_FILE, SECRET_BAD };
enum secret_form secret_form(const char *stored);

/* "2026-09-02" of a sealed text; "" for references and unset. */
void secret_date(const char *stored, char out[11]);

/* "stored 2026-09-02", "from environment NAME", "from file PATH", "not set"; the caller frees. */
char *secret_describe(const char *stored);

/* The name that a parameter's secret is bound to (header keys in lower case); the caller frees.
 * list: "params" or
 * "auth.params". */
char *secret_param_name(const char *list, enum param_place place, const char *key);

/* Seals; *stored is owned by the caller. now_s gives the date. Makes the key when may_create. */
bool secret_seal(struct keyring *k, bool may_create, const char *id, const char *name,
                 const char *clear, size_t len, int64_t now_s, char **stored, struct error *err);

/*
 * Opens a stored text. ERR_CRYPTO: the key is missing or wrong, or the text was damaged or moved
 * ("enter it again"); ERR_NOT_FOUND: not set, or the environment variable or file is absent.
 */
bool secret_open(struct keyring *k, const char *id, const char *name, const char *stored,
                 struct secret *out, struct error *err);

/* The same secret bound to another id and name (duplicate an integration, rename a parameter).
 * References are copied as they are. */
bool secret_rebind(struct keyring *k, const char *id, const char *name, const char *stored,
                   const char *new_id, const char *new_name, int64_t now_s, char **out,
                   struct error *err);

/* A copy of an integration under a new id with all its secrets bound to it. `to` is zeroed or
 * released before; on failure it stays so. */
bool integration_duplicate(struct keyring *k, const struct integration *from, const char *new_name,
                           int64_t now_s, struct integration *to, struct error *err);

#endif
