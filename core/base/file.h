/* Files: read whole with a limit, replace atomically, make private folders. */
#ifndef CHECKHOOK_CORE_BASE_FILE_H
#define CHECKHOOK_CORE_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/base/error.h"
#include "core/base/strbuf.h"

/* Opens a regular file for reading and never waits: a pipe, device or folder is refused. Returns a
 * descriptor, or -1: ERR_NOT_FOUND where it does not exist, ERR_IO else. */
int file_open(const char *path, struct error *err);

/* Appends the whole file. ERR_NOT_FOUND where it does not exist, ERR_IO else, also when it is
 * larger than the buffer's limit. */
bool file_read(const char *path, struct strbuf *out, struct error *err);

/*
 * Replaces the file: a temporary file in the same folder, written, fsynced, renamed, the folder
 * fsynced. A crash at any instant leaves the old file or the new one. The new file has `mode`,
 * whatever the umask, and the owner and group of the old one where we may give them. A symbolic
 * link stays; the file that it points to is replaced. A folder that cannot be fsynced is no
 * failure: the file is replaced then, but a power failure may bring the old one back.
 */
bool file_replace(const char *path, const void *bytes, size_t len, mode_t mode, struct error *err);

/* Where a new file goes that is to take the place of `path`: behind its symbolic links, so that
 * they stay. The caller frees. NULL with ERR_INVALID where a device, a pipe or a folder is there.
 */
char *file_place(const char *path, struct error *err);

/*
 * A folder of the effective user's own, for private files in a place that others may have prepared.
 * Returns its descriptor, or -1: ERR_NOT_FOUND where it does not exist, ERR_INVALID where it
 * belongs to another user (for root also where a folder on the way does), ERR_IO else. With
 * `make_mode` it is made where missing. `flags`: O_NOFOLLOW where a link to a folder will not do,
 * or 0.
 */
int file_open_own_folder(const char *path, mode_t make_mode, int flags, struct error *err);

/* As file_read and file_replace, for the file `name` of such a folder, which is never reached
 * through a link: ERR_INVALID where it is one. `name` has no slash. */
bool file_read_own(int folder_fd, const char *name, struct strbuf *out, struct error *err);
bool file_replace_own(int folder_fd, const char *name, const void *bytes, size_t len, mode_t mode,
                      struct error *err);

/* Makes the folder and its parents where missing: parents 0755, the last one with `mode`. A folder
 * that is there keeps its mode. */
bool file_make_dir(const char *path, mode_t mode, struct error *err);

bool file_exists(const char *path);
char *path_join(const char *dir, const char *name); /* the caller frees */
char *path_folder(const char *path);                /* of a file; the caller frees */

/* An exclusive flock on a file made when missing (0600). Returns its descriptor (the caller
 * closes it, which unlocks), or -1: ERR_BUSY when wait_ms passed, ERR_IO else. */
int file_lock(const char *path, int wait_ms, struct error *err);

#endif
