/*
 * Files to choose from: the contents of one folder, narrowed by what is typed, or a path that is
 * typed whole. It draws nothing; names of files are outside text of any bytes.
 */
#ifndef CHECKHOOK_TUI_PICKER_H
#define CHECKHOOK_TUI_PICKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

/* Of larger folders the first ones are shown; what is typed still finds a path. */
enum { PICKER_ENTRIES_MAX = 20000 };

struct picker_entry {
    char *name;
    bool folder;
    int64_t size, changed_at; /* of a file; bytes, Unix seconds */
};

/* Zeroed = no folder yet. */
struct picker {
    char *folder; /* absolute, as the system spells it */
    struct picker_entry *entries;
    size_t count;
    size_t *shown; /* places of the entries that fit, folders first, by name */
    size_t shown_count;
    bool hidden; /* names that begin with a dot too */
    bool cut;    /* there are more than PICKER_ENTRIES_MAX */
};

/*
 * Reads a folder; all of it is shown. On failure nothing has changed: ERR_NOT_FOUND, or ERR_IO with
 * the reason. Only folders and regular files count, and links to them; ".." comes first.
 */
bool picker_read(struct picker *p, const char *folder, struct error *err);
void picker_release(struct picker *p); /* accepts a zeroed struct */

/* Shows the names that hold `text`, regardless of case ("" = all); names that begin with a dot when
 * `hidden` is set or the text begins with one. */
void picker_narrow(struct picker *p, const char *text);

/* Of the shown ones; NULL where there is no such row. */
const struct picker_entry *picker_entry(const struct picker *p, size_t row);
char *picker_entry_path(const struct picker *p, size_t row); /* NULL; the caller frees */

/* Is it a path rather than a part of a name? It then holds a slash or begins with `~`. */
bool picker_is_path(const char *text);
/* What it names, from the folder; `~` is `home` (NULL = it stays). The caller frees. */
char *picker_resolve(const struct picker *p, const char *text, const char *home);

/* Is it a folder that exists? */
bool picker_is_folder(const char *path);

/* "812 B", "1.2 MB" */
void picker_size_text(int64_t bytes, char *out, size_t size);

#endif
