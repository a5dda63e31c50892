/* Seals secrets for the file and opens them for use. */
#include "core/config/secret.h"

#include <ctype.h>
#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/encode.h"
#include "core/base/file.h"
#include "core/base/locked.h"
#include "core/base/mem.h"
#include "core/base/random.h"
#include "core/base/strbuf.h"
#include "core/config/keyring.h"
#include "core/config/schema.h"

enum {
    DATE_LEN = 10,
    NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG_BYTES = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    PACKED_MAX = NONCE_BYTES + SECRET_MAX + TAG_BYTES,
    STORED_MAX = PACKED_MAX * 2, /* base64 and more */
    NEWLINE_MAX = 2,
};

static const char sealed_prefix[] = "sealed:1:";
static const char env_prefix[] = "env:";
static const char file_prefix[] = "file:";

/* What follows the prefix, or NULL. */
static const char *after(const char *text, const char *prefix)
{
    size_t len = strlen(prefix);

    return strncmp(text, prefix, len) == 0 ? text + len : NULL;
}

static bool is_date(const char *text)
{
    static const char form[] = "0000-00-00";

    for (size_t i = 0; i < DATE_LEN; i++) {
        if (form[i] == '-' ? text[i] != '-' : !isdigit((unsigned char)text[i]))
            return false;
    }
    return true;
}

static bool is_env_name(const char *name)
{
    if (!isalpha((unsigned char)*name) && *name != '_')
        return false;
    while (isalnum((unsigned char)*name) || *name == '_')
        name++;
    return *name == '\0';
}

/*
 * The additional data: everything readable of the sealed text, and where it belongs. Parts are
 * kept apart by their NUL bytes.
 */
static void add_binding(struct strbuf *out, const char *date, const char *id, const char *name)
{
    strbuf_init(out, STORED_MAX);
    strbuf_adds(out, sealed_prefix);
    strbuf_add(out, date, DATE_LEN);
    strbuf_addc(out, '\0');
    strbuf_add(out, id, strlen(id) + 1);
    strbuf_add(out, name, strlen(name) + 1);
}

static char *seal(const uint8_t *key, const struct strbuf *binding, const char *date,
                  const char *clear, size_t len)
{
    uint8_t *packed = mem_alloc(PACKED_MAX);
    unsigned long long packed_len = 0;
    struct strbuf out;

    random_bytes(packed, NONCE_BYTES);
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        packed + NONCE_BYTES, &packed_len, (const uint8_t *)clear, len,
        (const uint8_t *)binding->text, binding->len, NULL, packed, key);
    strbuf_init(&out, STORED_MAX);
    strbuf_addf(&out, "%s%s:", sealed_prefix, date);
    base64_add(&out, packed, NONCE_BYTES + (size_t)packed_len);
    free(packed);
    return strbuf_detach(&out);
}

static bool unpack(const uint8_t *key, const struct strbuf *binding, const uint8_t *packed,
                   size_t len, struct secret *out)
{
    unsigned long long clear_len = 0;

    if (len < NONCE_BYTES + TAG_BYTES || len > NONCE_BYTES + TAG_BYTES + SECRET_MAX)
        return false;
    char *clear = locked_alloc(len - NONCE_BYTES - TAG_BYTES + 1);
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            (uint8_t *)clear, &clear_len, NULL, packed + NONCE_BYTES, len - NONCE_BYTES,
            (const uint8_t *)binding->text, binding->len, packed, key) != 0) {
        locked_free(clear);
        return false;
    }
    clear[clear_len] = '\0';
    *out = (struct secret){clear, (size_t)clear_len};
    return true;
}

static bool open_sealed(struct keyring *k, const char *id, const char *name, const char *stored,
                        struct secret *out, struct error *err)
{
    const char *date = after(stored, sealed_prefix);
    struct strbuf binding;
    uint8_t *packed;
    size_t len = 0;
    bool ok;

    if (!keyring_load(k, false, err))
        return false;
    add_binding(&binding, date, id, name);
    packed = mem_alloc(PACKED_MAX);
    ok = base64_decode(date + DATE_LEN + 1, packed, PACKED_MAX, &len) &&
         unpack(keyring_key(k), &binding, packed, len, out);
    free(packed);
    strbuf_release(&binding);
    return ok || error_set(err, ERR_CRYPTO, "the secret cannot be opened: enter it again");
}

static bool open_env(const char *name, struct secret *out, struct error *err)
{
    const char *value = getenv(name);

    if (!value || !*value)
        return error_set(err, ERR_NOT_FOUND, "the environment variable %s is not set", name);
    return secret_set(out, value, strlen(value), err) ||
           error_wrap(err, "the environment variable %s", name);
}

/* Reads at most cap bytes; -1 where it fails. */
static ssize_t read_some(const char *path, char *bytes, size_t cap, struct error *err)
{
    int fd = file_open(path, err);
    ssize_t got = 0, total = 0;

    if (fd < 0)
        return -1;
    while ((size_t)total < cap) {
        got = read(fd, bytes + total, cap - (size_t)total);
        if (got == 0 || (got < 0 && errno != EINTR))
            break;
        total += got > 0 ? got : 0;
    }
    if (got < 0)
        error_errno(err, ERR_IO, "%s cannot be read", path);
    close(fd);
    return got < 0 ? -1 : total;
}

static size_t without_newline(const char *bytes, size_t len)
{
    if (len > 0 && bytes[len - 1] == '\n')
        len -= len > 1 && bytes[len - 2] == '\r' ? 2 : 1;
    return len;
}

static bool open_file(const char *path, struct secret *out, struct error *err)
{
    const size_t cap = SECRET_MAX + NEWLINE_MAX + 1;
    char *bytes = locked_alloc(cap);
    ssize_t len = read_some(path, bytes, cap, err);
    bool ok = len >= 0 ? secret_set(out, bytes, without_newline(bytes, (size_t)len), err) ||
                             error_wrap(err, "%s", path)
                       : error_wrap(err, "the secret's file");
    locked_free(bytes);
    return ok;
}

/* Binds one stored secret of `in`, which still belongs to the id `from`. */
static bool rebind_slot(struct keyring *k, const char *from, const char *to, const char *name,
                        int64_t now_s, char **slot, struct error *err)
{
    char *bound = NULL;

    if (!*slot)
        return true;
    if (!secret_rebind(k, from, name, *slot, to, name, now_s, &bound, err))
        return error_wrap(err, "%s", name);
    free(*slot);
    *slot = bound;
    return true;
}

static bool rebind_params(struct keyring *k, const char *from, const char *to,
                          const struct setting *row, struct param_list *list, int64_t now_s,
                          struct error *err)
{
    bool ok = true;

    for (size_t i = 0; ok && i < list->count; i++) {
        struct param *p = &list->items[i];
        char *name = secret_param_name(row->name, p->place, p->key);

        ok = !p->secret || rebind_slot(k, from, to, name, now_s, &p->value, err);
        free(name);
    }
    return ok;
}

static bool rebind_all(struct keyring *k, const char *from, int64_t now_s, struct integration *in,
                       struct error *err)
{
    bool ok = true;

    for (size_t i = 0; ok && i < integration_setting_count; i++) {
        const struct setting *row = &integration_settings[i];

        if (row->kind == KIND_SECRET)
            ok = rebind_slot(k, from, in->id, row->name, now_s, setting_secret_slot(row, in), err);
        else if (row->kind == KIND_PARAMS)
            ok = rebind_params(k, from, in->id, row, setting_params(row, in), now_s, err);
    }
    return ok;
}

void secret_release(struct secret *s)
{
    locked_free(s->text);
    *s = (struct secret){0};
}

bool secret_set(struct secret *s, const char *bytes, size_t len, struct error *err)
{
    char *copy;

    if (len > SECRET_MAX)
        return error_set(err, ERR_INVALID, "a secret may have %d bytes at most", SECRET_MAX);
    if (memchr(bytes, '\0', len))
        return error_set(err, ERR_INVALID, "a secret cannot hold a NUL byte");
    if (sodium_init() < 0)
        return error_set(err, ERR_CRYPTO, "the cryptographic library cannot be started");
    copy = locked_alloc(len + 1);
    memcpy(copy, bytes, len);
    copy[len] = '\0';
    secret_release(s);
    *s = (struct secret){copy, len};
    return true;
}

enum secret_form secret_form(const char *stored)
{
    const char *rest;

    if (!stored || !*stored)
        return SECRET_UNSET;
    if ((rest = after(stored, sealed_prefix)))
        return is_date(rest) && rest[DATE_LEN] == ':' && rest[DATE_LEN + 1] ? SECRET_SEALED
                                                                            : SECRET_BAD;
    if ((rest = after(stored, env_prefix)))
        return is_env_name(rest) ? SECRET_ENV : SECRET_BAD;
    if ((rest = after(stored, file_prefix)))
        return *rest == '/' ? SECRET_FILE : SECRET_BAD;
    return SECRET_BAD;
}

void secret_date(const char *stored, char out[11])
{
    out[0] = '\0';
    if (secret_form(stored) != SECRET_SEALED)
        return;
    memcpy(out, after(stored, sealed_prefix), DATE_LEN);
    out[DATE_LEN] = '\0';
}

char *secret_describe(const char *stored)
{
    char date[DATE_LEN + 1];

    switch (secret_form(stored)) {
    case SECRET_SEALED:
        secret_date(stored, date);
        return mem_printf("stored %s", date);
    case SECRET_ENV:
        return mem_printf("from environment %s", after(stored, env_prefix));
    case SECRET_FILE:
        return mem_printf("from file %s", after(stored, file_prefix));
    case SECRET_UNSET:
    case SECRET_BAD:
        break;
    }
    return mem_strdup("not set");
}

char *secret_param_name(const char *list, enum param_place place, const char *key)
{
    char *name = mem_printf("%s/%s/%s", list, param_place_text(place), key);

    /* Header names that differ in case only are the same parameter. */
    for (char *p = name; place == PLACE_HEADER && *p; p++)
        *p = (char)tolower((unsigned char)*p);
    return name;
}

bool secret_seal(struct keyring *k, bool may_create, const char *id, const char *name,
                 const char *clear, size_t len, int64_t now_s, char **stored, struct error *err)
{
    char date[TIME_TEXT_MAX];
    struct strbuf binding;

    if (len == 0)
        return error_set(err, ERR_INVALID, "a secret must not be empty");
    if (len > SECRET_MAX)
        return error_set(err, ERR_INVALID, "a secret may have %d bytes at most", SECRET_MAX);
    if (memchr(clear, '\0', len))
        return error_set(err, ERR_INVALID, "a secret cannot hold a NUL byte");
    if (!keyring_load(k, may_create, err))
        return false;
    time_format(now_s, date);
    date[DATE_LEN] = '\0';
    add_binding(&binding, date, id, name);
    *stored = seal(keyring_key(k), &binding, date, clear, len);
    strbuf_release(&binding);
    return true;
}

bool secret_open(struct keyring *k, const char *id, const char *name, const char *stored,
                 struct secret *out, struct error *err)
{
    switch (secret_form(stored)) {
    case SECRET_SEALED:
        return open_sealed(k, id, name, stored, out, err);
    case SECRET_ENV:
        return open_env(after(stored, env_prefix), out, err);
    case SECRET_FILE:
        return open_file(after(stored, file_prefix), out, err);
    case SECRET_UNSET:
        return error_set(err, ERR_NOT_FOUND, "the secret is not set: enter it");
    case SECRET_BAD:
        break;
    }
    return error_set(err, ERR_CRYPTO, "the secret cannot be opened: enter it again");
}

bool secret_rebind(struct keyring *k, const char *id, const char *name, const char *stored,
                   const char *new_id, const char *new_name, int64_t now_s, char **out,
                   struct error *err)
{
    struct secret clear = {0};
    bool ok;

    if (secret_form(stored) != SECRET_SEALED) {
        *out = mem_strdup(stored);
        return true;
    }
    ok = secret_open(k, id, name, stored, &clear, err) &&
         secret_seal(k, false, new_id, new_name, clear.text, clear.len, now_s, out, err);
    secret_release(&clear);
    return ok;
}

bool integration_duplicate(struct keyring *k, const struct integration *from, const char *new_name,
                           int64_t now_s, struct integration *to, struct error *err)
{
    integration_copy(to, from);
    uuid_make(to->id);
    mem_replace(&to->name, new_name);
    if (rebind_all(k, from->id, now_s, to, err))
        return true;
    integration_release(to);
    return false;
}
