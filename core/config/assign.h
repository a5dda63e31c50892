/*
 * Giving settings as text: what `checkhook integration add` and `set`, `check set` and the form
 * share.
 *
 * Everything that is wrong with a value becomes a problem, so that all are reported at once. Only
 * a key that cannot be used is an error.
 */
#ifndef CHECKHOOK_CORE_CONFIG_ASSIGN_H
#define CHECKHOOK_CORE_CONFIG_ASSIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/config/model.h"
#include "core/config/schema.h"
#include "core/config/secret.h"
#include "core/config/validate.h"

/* Lent for the whole assignment but `given`, which assign_end releases. */
struct assign {
    struct integration *in;
    struct keyring *keyring;
    bool may_create_key; /* not while the configuration holds a sealed value */
    int64_t now_s;
    struct problem_list *problems;
    struct text_list given; /* private: names that were given a value */
};

/*
 * NAME=VALUE. An empty value goes back to the default. A secret takes only references here
 * ("env:NAME", "file:PATH"); any other text is refused with the form that works.
 */
void assign_setting(struct assign *a, const char *name, const char *value);

/* A secret that was read from a file, from standard input or typed: sealed here. */
bool assign_secret(struct assign *a, const char *name, const char *clear, size_t len,
                   struct error *err);

/*
 * PLACE:KEY=VALUE for a list ("params" or "auth.params"); the same place and key replaces. With
 * `secret`, VALUE must be a reference, as above.
 */
void assign_param(struct assign *a, const char *list, const char *spec, bool secret);

/* PLACE:KEY of a list, with a secret that was read or typed: sealed here. */
bool assign_secret_param(struct assign *a, const char *list, enum param_place place,
                         const char *key, const char *clear, size_t len, struct error *err);

/* PLACE:KEY of a list; one that is not there is a problem. */
void assign_param_remove(struct assign *a, const char *list, const char *spec);

/* After the last one: settings that were given but do not apply to the authorization type are
 * problems. Releases what the assignment holds. */
void assign_end(struct assign *a);

/* A parameter as written on the command line. */
struct param_spec {
    enum param_place place;
    char *key;
    char *value; /* NULL where there is no '=' */
};

/* Splits "PLACE:KEY=VALUE" at the first ':' and the first '=' after it. ERR_INVALID names the
 * form that works. `out` is zeroed or released before. */
bool param_spec_parse(const char *text, struct param_spec *out, struct error *err);
void param_spec_release(struct param_spec *spec);

/* --- checks ------------------------------------------------------------------------------- */

/* What can be set for a check, for help and usage; ends with name NULL. */
struct check_setting {
    const char *name; /* "enabled", "severity", "ignore", "ignore+", "settings.NAME" … */
    const char *help; /* one sentence */
    /* private: `rest` is what stands for NAME */
    bool (*set)(struct check_config *check, const char *rest, const char *value, struct error *err);
};
extern const struct check_setting check_settings[];

/*
 * Sets one of them from text: "enabled" true or false; "severity" critical, moderate or low;
 * "ignore" entries separated by commas (ignore.h), "ignore+" and "ignore-" such that are added and
 * removed; "settings.NAME" a whole number. Empty goes back to what the catalogue says, ignores
 * nobody. ERR_INVALID: one sentence with the setting's name. Whether the check has a setting of
 * that name, and takes that number, is the caller's to know.
 */
bool check_config_set(struct check_config *check, const char *name, const char *value,
                      struct error *err);

#endif
