/* Reads, replaces and locks files, and makes folders. */
#include "core/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/random.h"

enum { READ_SIZE = 65536, LOCK_POLL_MS = 10, PARENT_MODE = 0755 };

static bool read_all(int fd, const char *path, struct strbuf *out, struct error *err)
{
    char *chunk = mem_alloc(READ_SIZE);
    ssize_t got = 0;

    while (!out->overflow) {
        got = read(fd, chunk, READ_SIZE);
        if (got == 0 || (got < 0 && errno != EINTR))
            break;
        if (got > 0)
            strbuf_add(out, chunk, (size_t)got);
    }
    free(chunk);
    if (out->overflow)
        return error_set(err, ERR_IO, "%s is larger than %zu bytes", path, out->max);
    return got == 0 || error_errno(err, ERR_IO, "%s cannot be read", path);
}

static bool write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t put = write(fd, bytes, len);

        if (put < 0 && errno != EINTR)
            return false;
        if (put > 0) {
            bytes += put;
            len -= (size_t)put;
        }
    }
    return true;
}

/* The file that a link stands for, so that replacing does not cut the link. */
static char *real_target(const char *path)
{
    char *target = realpath(path, NULL);

    return target ? target : mem_strdup(path);
}

static void keep_owner(int fd, const char *path)
{
    struct stat old;

    /* Only root can give files away; for others the new file is simply theirs. */
    if (stat(path, &old) == 0 && fchown(fd, old.st_uid, old.st_gid) != 0 &&
        fchown(fd, (uid_t)-1, old.st_gid) != 0)
        errno = 0;
}

/* Writes the descriptor's file and closes it, whatever happens. */
static bool fill(int fd, const char *target, const void *bytes, size_t len, mode_t mode)
{
    bool ok = write_all(fd, bytes, len);
    int number = errno;

    if (ok) {
        keep_owner(fd, target);
        ok = fchmod(fd, mode) == 0 && fsync(fd) == 0;
        number = errno;
    }
    if (close(fd) != 0 && ok) {
        ok = false;
        number = errno;
    }
    errno = number;
    return ok;
}

static bool sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok;

    if (fd < 0)
        return false;
    /* Some file systems cannot sync a folder and say EINVAL. */
    ok = fsync(fd) == 0 || errno == EINVAL;
    close(fd);
    return ok;
}

static bool replace_target(const char *target, const char *folder, const void *bytes, size_t len,
                           mode_t mode)
{
    char *temporary = mem_printf("%s.XXXXXX", target);
    int fd = mkostemp(temporary, O_CLOEXEC);
    bool ok = fd >= 0 && fill(fd, target, bytes, len, mode) && rename(temporary, target) == 0;

    if (fd >= 0 && !ok) {
        int number = errno;

        unlink(temporary);
        errno = number;
    }
    free(temporary);
    /* The new file is in place; whether its name survives a power failure now is the disk's. */
    if (ok)
        (void)sync_folder(folder);
    return ok;
}

static bool make_one(const char *path, mode_t mode)
{
    struct stat found;

    /* chmod, because mkdir is subject to the umask. */
    if (mkdir(path, mode) == 0)
        return chmod(path, mode) == 0;
    if (errno != EEXIST || stat(path, &found) != 0)
        return false;
    errno = ENOTDIR;
    return S_ISDIR(found.st_mode);
}

int file_open(const char *path, struct error *err)
{
    /* Not blocking, because opening a pipe waits for its writer. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat found;

    if (fd < 0) {
        error_errno(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "%s cannot be read", path);
        return -1;
    }
    if (fstat(fd, &found) == 0 && S_ISREG(found.st_mode))
        return fd;
    close(fd);
    error_set(err, ERR_IO, "%s is not a file", path);
    return -1;
}

bool file_read(const char *path, struct strbuf *out, struct error *err)
{
    int fd = file_open(path, err);
    bool ok;

    if (fd < 0)
        return false;
    ok = read_all(fd, path, out, err);
    close(fd);
    return ok;
}

bool file_replace(const char *path, const void *bytes, size_t len, mode_t mode, struct error *err)
{
    char *target = real_target(path);
    char *folder = path_folder(target);
    bool ok = replace_target(target, folder, bytes, len, mode) ||
              error_errno(err, ERR_IO, "%s cannot be written", path);

    free(folder);
    free(target);
    return ok;
}

char *file_place(const char *path, struct error *err)
{
    char *target = real_target(path);
    struct stat found;

    if (stat(target, &found) != 0 || S_ISREG(found.st_mode))
        return target;
    free(target);
    error_set(err, ERR_INVALID, "%s is not a file, and was not touched", path);
    return NULL;
}

/* Whoever owns a folder on the way can lead it elsewhere; what is missing we make ourselves. */
static bool way_is_ours(const char *path, struct error *err)
{
    char *copy = mem_strdup(path);
    struct stat found;
    bool ok = true;

    for (char *p = copy + 1; ok && *copy; p++) {
        const char kept = *p;

        if (kept != '/' && kept != '\0')
            continue;
        *p = '\0';
        ok = lstat(copy, &found) != 0 || found.st_uid == geteuid() ||
             error_set(err, ERR_INVALID,
                       "%s belongs to another user, so nothing of yours is kept there; set "
                       "CHECKHOOK_HOME or HOME to a folder of your own",
                       copy);
        *p = kept;
        if (kept == '\0')
            break;
    }
    free(copy);
    return ok;
}

int file_open_own_folder(const char *path, mode_t make_mode, int flags, struct error *err)
{
    struct stat found;
    int fd;

    if (geteuid() == 0 && !way_is_ours(path, err))
        return -1;
    if (make_mode != 0 && !file_exists(path) && !file_make_dir(path, make_mode, err))
        return -1;
    fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags);
    if (fd < 0) {
        if (lstat(path, &found) == 0 && S_ISLNK(found.st_mode))
            error_set(err, ERR_INVALID, "%s is a link, so it is left alone; put a folder there",
                      path);
        else
            error_errno(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO,
                        "the folder %s cannot be opened", path);
        return -1;
    }
    if (fstat(fd, &found) == 0 && found.st_uid == geteuid())
        return fd;
    close(fd);
    error_set(err, ERR_INVALID,
              "%s belongs to another user, so nothing of yours is kept there; set CHECKHOOK_HOME "
              "or HOME to a folder of your own",
              path);
    return -1;
}

static bool is_link(int folder_fd, const char *name)
{
    struct stat found;

    return fstatat(folder_fd, name, &found, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(found.st_mode);
}

static bool refuse_link(const char *name, struct error *err)
{
    return error_set(err, ERR_INVALID, "%s is a link, so it is left alone; put a file there", name);
}

bool file_read_own(int folder_fd, const char *name, struct strbuf *out, struct error *err)
{
    int fd = openat(folder_fd, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW);
    struct stat found;
    bool ok;

    if (fd < 0)
        return errno == ELOOP ? refuse_link(name, err)
                              : error_errno(err, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO,
                                            "%s cannot be read", name);
    ok = (fstat(fd, &found) == 0 && S_ISREG(found.st_mode)) ||
         error_set(err, ERR_IO, "%s is not a file", name);
    ok = ok && read_all(fd, name, out, err);
    close(fd);
    return ok;
}

bool file_replace_own(int folder_fd, const char *name, const void *bytes, size_t len, mode_t mode,
                      struct error *err)
{
    char unique[UUID_LEN + 1];
    char *temporary;
    bool ok;
    int fd, number;

    if (is_link(folder_fd, name))
        return refuse_link(name, err);
    uuid_make(unique);
    temporary = mem_printf("%s.%s", name, unique);
    fd = openat(folder_fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    ok = fd >= 0 && write_all(fd, bytes, len) && fchmod(fd, mode) == 0 && fsync(fd) == 0 &&
         renameat(folder_fd, temporary, folder_fd, name) == 0;
    number = errno;
    if (fd >= 0) {
        close(fd);
        if (!ok)
            unlinkat(folder_fd, temporary, 0);
    }
    free(temporary);
    if (ok)
        (void)fsync(folder_fd);
    errno = number;
    return ok || error_errno(err, ERR_IO, "%s cannot be written", name);
}

bool file_make_dir(const char *path, mode_t mode, struct error *err)
{
    char *copy = mem_strdup(path);
    size_t len = strlen(copy);
    bool ok = true;

    while (len > 1 && copy[len - 1] == '/')
        copy[--len] = '\0';
    for (char *p = copy + 1; ok && *copy && *p; p++) {
        if (*p == '/') {
            *p = '\0';
            ok = make_one(copy, PARENT_MODE);
            *p = '/';
        }
    }
    ok = (ok && make_one(copy, mode)) ||
         error_errno(err, ERR_IO, "the folder %s cannot be made", path);
    free(copy);
    return ok;
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

char *path_join(const char *dir, const char *name)
{
    size_t len = strlen(dir);

    return mem_printf("%s%s%s", dir, len > 0 && dir[len - 1] != '/' ? "/" : "", name);
}

char *path_folder(const char *path)
{
    char *copy = mem_strdup(path);
    char *folder = mem_strdup(dirname(copy));

    free(copy);
    return folder;
}

int file_lock(const char *path, int wait_ms, struct error *err)
{
    const struct timespec pause = {.tv_nsec = LOCK_POLL_MS * 1000000L};
    int64_t deadline_ms = clock_monotonic_ms() + wait_ms;
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0) {
        error_errno(err, ERR_IO, "%s cannot be opened", path);
        return -1;
    }
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EINTR && errno != EWOULDBLOCK) {
            error_errno(err, ERR_IO, "%s cannot be locked", path);
            close(fd);
            return -1;
        }
        if (clock_monotonic_ms() >= deadline_ms) {
            error_set(err, ERR_BUSY, "%s is locked by another process; try again later", path);
            close(fd);
            return -1;
        }
        nanosleep(&pause, NULL);
    }
    return fd;
}
