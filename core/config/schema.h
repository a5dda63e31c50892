/*
 * The schema: one row per setting, read by everyone.
 *
 * File format, form, `checkhook integration set`, validation, --help and the manual all come from
 * these rows. Adding a setting is one member in model.h and one row in schema.c.
 */
#ifndef CHECKHOOK_CORE_CONFIG_SCHEMA_H
#define CHECKHOOK_CORE_CONFIG_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/config/model.h"

enum setting_kind {
    KIND_TEXT,   /* char *, one line */
    KIND_URL,    /* char *, see url.h */
    KIND_BOOL,   /* bool */
    KIND_INT,    /* int64_t */
    KIND_CHOICE, /* int, an index into choices */
    KIND_SECRET, /* char *, stored secret text */
    KIND_PARAMS, /* struct param_list */
};

/* Sections of the form, in order. */
enum setting_section {
    SECTION_GENERAL,
    SECTION_AUTH,
    SECTION_INVOCATION,
    SECTION_ADVANCED,
    SECTION_COUNT
};

struct choice {
    const char *value; /* in file and command */
    const char *label; /* on screens */
    int number;        /* what is stored */
};

#define APPLIES(auth)  (1u << (auth))
#define APPLIES_ALWAYS 0u

struct setting {
    const char *name;  /* "auth.username", as in file, command and tests */
    const char *label; /* "User name" */
    const char *help;  /* one sentence for the message line and the manual */
    enum setting_kind kind;
    enum setting_section section;
    size_t offset;        /* in struct integration, or struct general */
    const char *fallback; /* the default in text form; NULL = empty */
    int64_t min, max;     /* numbers: range; texts: length in characters (0, 0 = no limit) */
    const char *unit;     /* "s", "h", "KiB"; NULL */
    const struct choice *choices; /* ends with value NULL */
    unsigned applies;             /* bit mask of APPLIES(auth type); APPLIES_ALWAYS */
    bool required;                /* must be set where it applies */
    const char *sent_to;          /* secrets and lists: the setting whose URL receives it; NULL */
    bool (*check)(const char *value, struct error *err); /* a further rule; NULL */
};

/* Rows of an integration, in the order of file and form; and of the top level. */
extern const struct setting integration_settings[];
extern const size_t integration_setting_count;
extern const struct setting general_settings[];
extern const size_t general_setting_count;

/* Title of a section: "General", "Authorization", "Invocation", "Advanced". */
const char *setting_section_title(enum setting_section section);

/* NULL where there is no such setting. */
const struct setting *setting_find(const struct setting *rows, size_t count, const char *name);

/* For "unknown setting 'x'": the nearest name, or NULL. */
const char *setting_nearest(const struct setting *rows, size_t count, const char *name);

/* Does it apply under the integration's present authorization type? */
bool setting_applies(const struct setting *row, const struct integration *in);

/*
 * The value as text ("true", "30", "api_key", …); a secret gives its stored text. KIND_PARAMS
 * gives "". The caller frees.
 */
char *setting_get(const struct setting *row, const void *base);

/*
 * Sets from text after checking kind, range, length, choice, control characters and `check`;
 * NULL or "" goes back to the default. A secret takes only stored forms (sealed:, env:, file:).
 * The error is one sentence without the setting's name in front ("write true or false").
 */
bool setting_set(const struct setting *row, void *base, const char *text, struct error *err);

/* "none, basic, api_key or oauth", of a KIND_CHOICE row. The caller frees. */
char *setting_choices_text(const struct setting *row);

void setting_reset(const struct setting *row, void *base);
bool setting_is_default(const struct setting *row, const void *base);
bool setting_is_set(const struct setting *row,
                    const void *base); /* secrets: stored; texts: not empty */

/* The checks of setting_set alone: nothing is stored. */
bool setting_check(const struct setting *row, const char *text, struct error *err);

/* Frees what the row owns in base. */
void setting_release(const struct setting *row, void *base);
/* base is a byte copy of another: gives it a copy of its own of what the row owns. */
void setting_own(const struct setting *row, void *base);

/* The stored text of a KIND_SECRET row. */
const char *setting_secret(const struct setting *row, const void *base);

/* The member of a KIND_SECRET row. */
char **setting_secret_slot(const struct setting *row, void *base);

/* The list of a KIND_PARAMS row. */
struct param_list *setting_params(const struct setting *row, void *base);
const struct param_list *setting_params_of(const struct setting *row, const void *base);

#endif
