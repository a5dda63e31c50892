/* Who may change a file of ours. */
#include "core/config/rights.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libgen.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.h"
#include "core/base/mem.h"

enum { MODE_BITS = 07777, NAME_SIZE = 64, GROUP_BYTES = 16384 };

static bool writable(const char *path)
{
    return faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) == 0;
}

static void user_text(uid_t uid, char out[NAME_SIZE])
{
    const struct passwd *user = getpwuid(uid);
    if (user)
        snprintf(out, NAME_SIZE, "%s", user->pw_name);
    else
        snprintf(out, NAME_SIZE, "%lu", (unsigned long)uid);
}

static void group_text(gid_t gid, char out[NAME_SIZE])
{
    struct group group, *found = NULL;
    char names[GROUP_BYTES];
    if (getgrgid_r(gid, &group, names, sizeof names, &found) == 0 && found)
        snprintf(out, NAME_SIZE, "%s", group.gr_name);
    else
        snprintf(out, NAME_SIZE, "%lu", (unsigned long)gid);
}

/* errno is that of the check that failed. */
static bool refuse(const char *path, struct error *why)
{
    char owner[NAME_SIZE], group[NAME_SIZE], me[NAME_SIZE];
    struct stat st;
    if (errno == EROFS)
        return error_set(why, ERR_IO, "%s cannot be written: its file system is read-only", path);
    if (stat(path, &st) != 0)
        return error_errno(why, ERR_IO, "%s cannot be written", path);
    if (st.st_uid == geteuid())
        return error_set(
            why, ERR_IO,
            "%s cannot be written: its mode is %04o; let this user write it (chmod u+w)", path,
            (unsigned)(st.st_mode & MODE_BITS));
    user_text(st.st_uid, owner);
    group_text(st.st_gid, group);
    user_text(geteuid(), me);
    const bool by_group = (st.st_mode & S_IWGRP) != 0;
    return error_set(why, ERR_IO, "only %s%s%s may write %s (%s:%s, mode %04o); you are %s", owner,
                     by_group ? " and the group " : "", by_group ? group : "", path, owner, group,
                     (unsigned)(st.st_mode & MODE_BITS), me);
}

static bool check(const char *path, struct error *why)
{
    return writable(path) || errno == ENOENT || refuse(path, why);
}

/* The folder of a path, or the nearest on the way to it that is there. The caller frees. */
static char *nearest_folder(const char *path)
{
    char *at = mem_strdup(path);
    do {
        char *up = mem_strdup(dirname(at));
        free(at);
        at = up;
    } while (!file_exists(at) && strcmp(at, "/") != 0 && strcmp(at, ".") != 0);
    return at;
}

bool file_may_change(const char *path, struct error *why)
{
    char *folder = nearest_folder(path), *lock = mem_printf("%s.lock", path);
    const bool ok =
        check(path, why) && (writable(folder) || refuse(folder, why)) && check(lock, why);
    free(folder);
    free(lock);
    return ok;
}

void file_access_text(const char *path, char *out, size_t size)
{
    char owner[NAME_SIZE], group[NAME_SIZE];
    struct stat st;
    out[0] = '\0';
    if (stat(path, &st) != 0)
        return;
    user_text(st.st_uid, owner);
    group_text(st.st_gid, group);
    snprintf(out, size, "%s:%s %04o", owner, group, (unsigned)(st.st_mode & MODE_BITS));
}
