#ifndef CHECKHOOK_TESTS_SUPPORT_TMPDIR_H
#define CHECKHOOK_TESTS_SUPPORT_TMPDIR_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * A temporary folder of one test, and small files in it. Everything here aborts the program with a
 * sentence when the system refuses, so that tests need no error paths of their own.
 *
 * NAME below is a path inside the folder; folders on the way are made when they are missing.
 */
struct tmpdir {
    char path[256]; /* absolute, without a slash at the end; empty when there is none */
};

/* Makes the folder, mode 0700, in $TMPDIR or /tmp. */
void tmpdir_init(struct tmpdir *dir);

/* Removes the folder and all below it, also what has lost its permissions. Accepts a zeroed one. */
void tmpdir_release(struct tmpdir *dir);

/* As cmocka's setup and teardown: *state becomes a struct tmpdir. */
int tmpdir_setup(void **state);
int tmpdir_teardown(void **state);

/* The path of NAME in the folder; the caller frees it. */
char *tmpdir_path(const struct tmpdir *dir, const char *name);

/* Writes a text, or LEN bytes, to NAME with mode 0600; returns the path, which the caller frees. */
char *tmpdir_write(const struct tmpdir *dir, const char *name, const char *text);
char *tmpdir_write_bytes(const struct tmpdir *dir, const char *name, const void *bytes, size_t len);

/* The content of NAME with a NUL after it; the caller frees it. LEN may be NULL. */
char *tmpdir_read(const struct tmpdir *dir, const char *name, size_t *len);

bool tmpdir_exists(const struct tmpdir *dir, const char *name);

/* The permission bits of NAME, as in 0600. */
mode_t tmpdir_mode(const struct tmpdir *dir, const char *name);

#endif
