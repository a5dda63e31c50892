/*
 * The catalogue: what every check asks, from share/checks and the administrator's checks.d.
 */
#ifndef CHECKHOOK_CORE_CHECKS_CATALOGUE_H
#define CHECKHOOK_CORE_CHECKS_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/config/config.h"

struct check_number { /* a tunable setting, its default and its limits */
    char *name;
    int64_t value, min, max;
    char *above; /* NULL, or the setting that it has to exceed: else the check can name nobody */
};
struct check_explain { /* shown with each failing user */
    char *key, *expression;
};

struct check {
    char *id, *title;
    enum severity severity;
    bool enabled; /* by default */
    bool builtin;
    struct text_list description, actions, needs;
    struct check_number *numbers;
    size_t number_count;
    char *applies, *fails; /* SQL over one user u; applies NULL = everyone */
    struct check_explain *explains;
    size_t explain_count;
    char *file;
    int line;
    char *fault; /* NULL, or why it cannot be evaluated: "FILE:LINE: …" */
};

struct catalogue {
    struct check *items; /* in the order of the files */
    size_t count;
};

/*
 * Reads every .conf file of share_dir/checks, then of checks_dir (may be missing). A faulty file or
 * entry becomes a check with a fault and stops nobody else; an own check may not take a built-in
 * id. The expressions of own checks are tried against the tables of the data sets; built-in ones
 * are tried by a test. False (ERR_CONFIG) only when there is no built-in catalogue at all.
 */
bool catalogue_load(struct catalogue *c, const char *share_dir, const char *checks_dir,
                    struct error *err);
/* One file of own checks alone. What cannot be read is a check with a fault here, too, and so
 * is a file without any. */
void catalogue_load_file(struct catalogue *c, const char *path);
void catalogue_release(struct catalogue *c);

const struct check *catalogue_find(const struct catalogue *c, const char *id);
const char *catalogue_nearest(const struct catalogue *c, const char *id); /* or NULL */

/* The check as this installation runs it: catalogue and configuration together. */
bool check_enabled(const struct check *check, const struct config *config);
enum severity check_severity(const struct check *check, const struct config *config);
int64_t check_number(const struct check *check, const struct config *config, size_t index);

#endif
