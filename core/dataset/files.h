/*
 * The files of an import: those that were named, and those of the folders that were named.
 */
#ifndef CHECKHOOK_CORE_DATASET_FILES_H
#define CHECKHOOK_CORE_DATASET_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/dataset/format.h"
#include "core/dataset/notes.h"

struct import_file {
    char *path;        /* to open */
    const char *name;  /* for error texts: the path, or a part of it */
    const char *below; /* in path: below the folder that was named; else the last part */
    bool named;        /* else found in a folder, or beside a named one */
    int64_t size;      /* bytes; 0 also where it is not known (a pipe) */
    uint32_t formats;  /* of import_formats, those that recognise it: bit 0 is the first */
    int rank;
    size_t found; /* its place among all that were found */
    int pipe_fd;  /* a pipe cannot be opened twice; else -1 */
    char *head;   /* the first bytes of a pipe, which are not read again; else NULL */
    size_t head_len;
};

/* How they are looked for: of what is named, a pipe counts too; texts name files by the part below
 * the folder that was named, for whoever has just chosen it. */
enum { FILES_PIPES = 1, FILES_BRIEF = 2 };

struct import_files {
    unsigned how;
    size_t seen; /* entries of folders */
    struct import_file *items;
    size_t count;
    struct notes left_out; /* of the files that were found but are not read, and why */
};

/*
 * Finds the files and looks at their first bytes. Folders are read with the folders in them; names
 * that begin with a dot, what is neither file nor folder, and links to folders are left out.
 *
 * ERR_NOT_FOUND: a named path is not there. ERR_INVALID: it, or something in a folder, cannot be
 * read, a pipe that gives nothing for ten seconds, far too many files.
 */
bool import_files_find(struct import_files *out, const char *const *paths, size_t count,
                       unsigned how, struct error *err);
void import_files_release(struct import_files *files);
void import_file_release(struct import_file *file);

/* One that belongs to a named one. It is left out where it is not there; where it may not be read,
 * that is noted. */
bool import_files_add_beside(struct import_files *files, const char *path, struct error *err);

/* The first bytes of the file, without byte order mark; the caller frees *head. */
bool import_file_head(const struct import_file *file, char **head, size_t *len, struct error *err);

#endif
