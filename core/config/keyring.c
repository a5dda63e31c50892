/* The key that seals secrets: read on first need, made where there is none, never replaced. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/config/keyring.h"
#include "core/config/secret.h"

enum { KEY_FOLDER_MODE = 0700 };

struct keyring {
    char *path;
    uint8_t *key; /* locked memory; NULL until it is read */
};

/* systemd lends credentials through an access list, which shows as the group's rights. */
static mode_t forbidden_rights(const char *path)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    size_t len = folder ? strlen(folder) : 0;

    return len > 0 && strncmp(path, folder, len) == 0 && path[len] == '/' ? 0007 : 0077;
}

static bool check_file(const char *path, const struct stat *st, struct error *err)
{
    if (!S_ISREG(st->st_mode))
        return error_set(err, ERR_CRYPTO, "the key %s is not a file", path);
    if (st->st_mode & forbidden_rights(path))
        return error_set(
            err, ERR_CRYPTO,
            "the key %s can be read by others (mode %04o); run chmod 600 %s, and enter "
            "the secrets again if somebody may have read it",
            path, (unsigned)(st->st_mode & 07777), path);
    if (st->st_size != KEY_BYTES)
        return error_set(err, ERR_CRYPTO,
                         "the key file %s has %lld bytes, not %d; restore it from a backup", path,
                         (long long)st->st_size, KEY_BYTES);
    return true;
}

static bool read_bytes(int fd, uint8_t *out, size_t len)
{
    while (len > 0) {
        ssize_t got = read(fd, out, len);

        if (got == 0 || (got < 0 && errno != EINTR))
            return false;
        if (got > 0) {
            out += got;
            len -= (size_t)got;
        }
    }
    return true;
}

static bool read_open_key(struct keyring *k, int fd, struct error *err)
{
    struct stat st;
    uint8_t *key;

    if (fstat(fd, &st) != 0)
        return error_errno(err, ERR_CRYPTO, "the key %s cannot be read", k->path);
    if (!check_file(k->path, &st, err))
        return false;
    key = mem_check(sodium_malloc(KEY_BYTES));
    if (!read_bytes(fd, key, KEY_BYTES)) {
        sodium_free(key);
        return error_set(err, ERR_CRYPTO, "the key %s cannot be read to its end: try again",
                         k->path);
    }
    k->key = key;
    return true;
}

static bool write_key(int fd)
{
    uint8_t *key = mem_check(sodium_malloc(KEY_BYTES));
    ssize_t put;

    randombytes_buf(key, KEY_BYTES);
    put = write(fd, key, KEY_BYTES);
    sodium_free(key);
    if (put >= 0 && put < KEY_BYTES)
        errno = ENOSPC;
    return put == KEY_BYTES && fsync(fd) == 0;
}

static void sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd >= 0) {
        fsync(fd);
        close(fd);
    }
}

/* Whole or not at all: written beside its place, then linked there, which never replaces. */
static bool make_key_in(const char *folder, const char *path)
{
    char *temporary = mem_printf("%s.XXXXXX", path);
    int fd = mkostemp(temporary, O_CLOEXEC), number;
    bool ok = fd >= 0 && write_key(fd) && (link(temporary, path) == 0 || errno == EEXIST);

    number = errno;
    if (fd >= 0) {
        close(fd);
        unlink(temporary);
    }
    sync_folder(folder);
    free(temporary);
    errno = number;
    return ok;
}

static bool make_key(const struct keyring *k, struct error *err)
{
    char *copy = mem_strdup(k->path);
    char *folder = dirname(copy);
    bool ok = file_make_dir(folder, KEY_FOLDER_MODE, err) &&
              (make_key_in(folder, k->path) ||
               error_errno(err, ERR_CRYPTO, "the key %s cannot be made", k->path));

    free(copy);
    return ok;
}

struct keyring *keyring_new(const char *key_file)
{
    struct keyring *k = mem_zalloc(sizeof *k);

    k->path = mem_strdup(key_file);
    return k;
}

void keyring_free(struct keyring *k)
{
    if (!k)
        return;
    sodium_free(k->key);
    free(k->path);
    free(k);
}

bool keyring_load(struct keyring *k, bool may_create, struct error *err)
{
    struct error why = {0};
    int fd;
    bool ok;

    if (k->key)
        return true;
    if (sodium_init() < 0)
        return error_set(err, ERR_CRYPTO, "the cryptographic library cannot be started");
    if (may_create && !file_exists(k->path) && !make_key(k, err))
        return false;
    fd = file_open(k->path, &why);
    if (fd < 0 && why.kind == ERR_NOT_FOUND)
        return error_set(err, ERR_CRYPTO,
                         "the key %s is missing: restore it from a backup, or, if it is lost, "
                         "run checkhook config new-key and enter the secrets again",
                         k->path);
    if (fd < 0)
        return error_set(err, ERR_CRYPTO, "the key cannot be used: %s", why.text);
    ok = read_open_key(k, fd, err);
    close(fd);
    return ok;
}

const uint8_t *keyring_key(const struct keyring *k)
{
    return k->key;
}
