/*
 * Drafts: what stood in a form when the line dropped, kept for this user beside the preferences
 * (drafts/ID.json, 0600 in a folder of 0700) until it is taken up again, discarded, or too old.
 *
 * A draft never holds a secret, neither typed nor sealed: it only names those that have to be
 * entered again.
 */
#ifndef CHECKHOOK_CORE_CONFIG_DRAFT_H
#define CHECKHOOK_CORE_CONFIG_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/config/model.h"

enum { DRAFT_KEPT_S = 7 * 86400, DRAFTS_MAX = 64 };

/* One setting that was changed. */
struct draft_value {
    char *setting;  /* name in the schema */
    char *was, *is; /* as text; what was typed, even where it will not do */
};

/* A list of parameters that was changed; secret ones have no value. */
struct draft_params {
    char *setting;
    struct param_list params;
};

struct draft {
    char id[UUID_LEN + 1]; /* of the integration */
    char *name;            /* to show; "" = a new one without a name */
    bool is_new;
    int64_t saved_s;
    struct draft_value *values;
    size_t value_count;
    struct draft_params *lists;
    size_t list_count;
    struct text_list secrets; /* names of settings whose secret was typed */
};

struct draft_list {
    struct draft *items; /* the newest first */
    size_t count;
};

/* Copies the texts. */
void draft_add_value(struct draft *d, const char *setting, const char *was, const char *is);
/* Copies the list without the values of secret ones. */
void draft_add_params(struct draft *d, const char *setting, const struct param_list *params);
void draft_release(struct draft *d); /* accepts a zeroed struct */

/* How many fields it changes. */
size_t draft_changes(const struct draft *d);

/* `console_file` is paths.console_file: the folder of drafts lies beside it. NULL: nothing is kept,
 * and that is no error. A folder of drafts that is a link or belongs to another user is refused
 * with ERR_INVALID, as is an id that is no UUID; removing and reading all do nothing then. */
bool draft_save(const char *console_file, const struct draft *d, struct error *err);
/* ERR_NOT_FOUND where there is none. `out` is zeroed. */
bool draft_load(const char *console_file, const char *id, struct draft *out, struct error *err);
void draft_remove(const char *console_file, const char *id);

/* The DRAFTS_MAX newest that are not too old; other drafts are removed. A file that cannot be read
 * as a draft of this version is left alone. One from the future counts as of now. */
void drafts_read(const char *console_file, int64_t now_s, struct draft_list *out);
void draft_list_release(struct draft_list *list);

#endif
