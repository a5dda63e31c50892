/*
 * How one user wants the console to look: theme, mouse, Esc delay, and the sort order and hidden
 * columns of each list. A file of its own (console.conf, 0600), since it is nobody else's affair
 * and must be writable for those who may not change the configuration.
 *
 * Its settings are rows as those of schema.h are: setting_get, setting_set and setting_check take
 * them with the struct as base. All functions take NULL for a console without preferences: then
 * everything has its default and nothing is kept.
 */
#ifndef CHECKHOOK_CORE_CONFIG_PREFERENCES_H
#define CHECKHOOK_CORE_CONFIG_PREFERENCES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/config/model.h"
#include "core/config/schema.h"

enum preferred_theme {
    PREFER_AUTO, /* dark, or light where COLORFGBG says so */
    PREFER_DARK,
    PREFER_LIGHT,
    PREFER_MONO,
    PREFER_CONTRAST,
};

/* How one list is shown. Columns are known by an id of their own, which stays when titles change.
 */
struct list_preference {
    char *list;              /* name of the list: "integrations" */
    char *sort;              /* id of the column; NULL = as the list comes */
    bool reverse;            /* the other way round */
    struct text_list hidden; /* ids of columns that are not shown */
};

struct preferences {
    char *path;       /* NULL = nothing is kept */
    char *unreadable; /* why the file could not be read: it is left alone then; NULL = it could */
    int theme;        /* enum preferred_theme; int where the schema stores through an offset */
    bool mouse; /* wheel and click are ours; off leaves them to the terminal's own selection */
    int64_t escape_delay_ms;
    bool ascii;
    bool accessible; /* for screen readers: ASCII, one pane, no spinner */
    struct list_preference *lists;
    size_t list_count;
};

/* Rows: theme, mouse, escape_delay_ms, ascii, accessible. */
extern const struct setting preference_settings[];
extern const size_t preference_setting_count;

/* Everything at its default; path is copied, NULL is fine. */
void preferences_init(struct preferences *p, const char *path);
void preferences_release(struct preferences *p); /* accepts a zeroed struct */

/*
 * Init, and what the file at `path` says; a missing one, or a path of NULL, is none. ERR_CONFIG,
 * ERR_IO: "FILE:LINE: setting 'x': why"; then everything has its default, and the struct can be
 * used all the same, except that it is not saved over the file.
 */
bool preferences_load(struct preferences *p, const char *path, struct error *err);

/* Writes the file (0600) atomically, its folder (0700) where missing. Without a path, or where
 * nothing differs from what is on disk, nothing is written. ERR_CONFIG where loading had failed,
 * ERR_INVALID where the file is a link or its folder belongs to another user: it is left alone. */
bool preferences_save(const struct preferences *p, struct error *err);

/* The preference of a list; NULL where none is set. */
const struct list_preference *preferences_list(const struct preferences *p, const char *list);

/* The same to be changed, made where absent; NULL only where p is. Valid until the next call. */
struct list_preference *preferences_list_make(struct preferences *p, const char *list);

/* "auto", "dark", … as in file and option. False where it is no theme. */
bool preferred_theme_parse(const char *text, int *theme);
const char *preferred_theme_text(int theme);

#endif
