/* Temporary folders and small files for tests. */
#include "tests/support/tmpdir.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/fail.h"

/* Makes the folders above the file PATH. */
static void make_folders(char *path)
{
    for (size_t i = 1; path[i] != '\0'; i++) {
        if (path[i] != '/')
            continue;
        path[i] = '\0';
        if (mkdir(path, 0700) != 0 && errno != EEXIST)
            support_die("cannot make the folder %s: %s", path, strerror(errno));
        path[i] = '/';
    }
}

static int open_folder(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)at;
    if (kind == FTW_D || kind == FTW_DNR)
        chmod(path, 0700);
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

void tmpdir_init(struct tmpdir *dir)
{
    const char *base = getenv("TMPDIR");

    snprintf(dir->path, sizeof dir->path, "%s/checkhook.XXXXXX", base && *base ? base : "/tmp");
    if (!mkdtemp(dir->path))
        support_die("cannot make a folder like %s: %s", dir->path, strerror(errno));
}

void tmpdir_release(struct tmpdir *dir)
{
    if (!dir || dir->path[0] == '\0')
        return;
    nftw(dir->path, open_folder, 16, FTW_PHYS);
    if (nftw(dir->path, remove_one, 16, FTW_PHYS | FTW_DEPTH) != 0)
        support_die("cannot remove %s: %s", dir->path, strerror(errno));
    dir->path[0] = '\0';
}

int tmpdir_setup(void **state)
{
    struct tmpdir *dir = calloc(1, sizeof *dir);
    if (!dir)
        support_die("out of memory");
    tmpdir_init(dir);
    *state = dir;
    return 0;
}

int tmpdir_teardown(void **state)
{
    tmpdir_release(*state);
    free(*state);
    return 0;
}

char *tmpdir_path(const struct tmpdir *dir, const char *name)
{
    char *path;

    if (asprintf(&path, "%s/%s", dir->path, name) < 0)
        support_die("out of memory");
    return path;
}

char *tmpdir_write(const struct tmpdir *dir, const char *name, const char *text)
{
    return tmpdir_write_bytes(dir, name, text, strlen(text));
}

char *tmpdir_write_bytes(const struct tmpdir *dir, const char *name, const void *bytes, size_t len)
{
    char *path = tmpdir_path(dir, name);
    int fd;

    make_folders(path);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0 || write(fd, bytes, len) != (ssize_t)len || close(fd) != 0)
        support_die("cannot write %s: %s", path, strerror(errno));
    return path;
}

char *tmpdir_read(const struct tmpdir *dir, const char *name, size_t *len)
{
    char *path = tmpdir_path(dir, name);
    char *content;
    struct stat st;
    ssize_t got;
    int fd;

    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0)
        support_die("cannot read %s: %s", path, strerror(errno));
    content = malloc((size_t)st.st_size + 1);
    got = content ? read(fd, content, (size_t)st.st_size) : -1;
    if (got != st.st_size)
        support_die("cannot read %s: %s", path, strerror(errno));
    content[got] = '\0';
    if (len)
        *len = (size_t)got;
    close(fd);
    free(path);
    return content;
}

bool tmpdir_exists(const struct tmpdir *dir, const char *name)
{
    char *path = tmpdir_path(dir, name);
    bool exists = access(path, F_OK) == 0;

    free(path);
    return exists;
}

mode_t tmpdir_mode(const struct tmpdir *dir, const char *name)
{
    char *path = tmpdir_path(dir, name);
    struct stat st;

    if (stat(path, &st) != 0)
        support_die("cannot look at %s: %s", path, strerror(errno));
    free(path);
    return st.st_mode & 07777;
}
