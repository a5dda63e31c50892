/*
 * Spools: rows that may be too many for memory, written one after another and read back in their
 * order. What is small stays in memory; the rest goes to a file that has no name, which all spools
 * of one piece of work share, and which is gone with the process.
 */
#ifndef CHECKHOOK_CORE_BASE_SPOOL_H
#define CHECKHOOK_CORE_BASE_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/strbuf.h"

struct spool_file {
    /* Where the file is made when it is needed; in $TMPDIR or /tmp where nothing may be written
     * there. Lent. */
    const char *folder;
    int fd; /* -1 = not needed yet */
    int64_t end;
};
void spool_file_init(struct spool_file *file, const char *folder);
void spool_file_release(struct spool_file *file); /* accepts a zeroed one */
/* Gives its space back to the disk. Its spools must have been released; they can be used again. */
void spool_file_clear(struct spool_file *file);

struct spool {
    struct spool_file *file; /* lent */
    char *block;             /* what was written last */
    size_t len;              /* of it */
    int64_t *places;         /* of the full blocks, in the file */
    size_t count;
};
void spool_init(struct spool *s, struct spool_file *file);
void spool_release(struct spool *s); /* accepts a zeroed one; what is left is an empty one */

/* ERR_IO: the file cannot be written (the disk is full). */
bool spool_add(struct spool *s, const void *bytes, size_t len, struct error *err);
bool spool_add_text(struct spool *s, const char *text, struct error *err);

/* Reading from the start on, while nothing is written. */
struct spool_reader {
    const struct spool *spool;
    char *block;
    size_t at_block, at, len;
};
void spool_read_from_start(struct spool_reader *r, const struct spool *s);
void spool_reader_release(struct spool_reader *r); /* accepts a zeroed one */
bool spool_at_end(const struct spool_reader *r);

/* As it was written; to read beyond the end is ERR_IO. */
bool spool_read(struct spool_reader *r, void *bytes, size_t len, struct error *err);
/* Appends the text and its end, a NUL, to `out`. */
bool spool_read_text(struct spool_reader *r, struct strbuf *out, struct error *err);

#endif
