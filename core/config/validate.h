/*
 * Rules that need more than one setting, and the collection of everything that is wrong at once.
 */
#ifndef CHECKHOOK_CORE_CONFIG_VALIDATE_H
#define CHECKHOOK_CORE_CONFIG_VALIDATE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"
#include "core/config/model.h"
#include "core/config/schema.h"

struct problem {
    const struct setting *row; /* NULL: the whole */
    char *text;                /* a sentence without the setting's name in front */
};

struct problem_list {
    struct problem *items;
    size_t count;
};

void problem_add(struct problem_list *list, const struct setting *row, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void problem_list_release(struct problem_list *list);

enum validate_mode {
    VALIDATE_READ,   /* as the next one; each value was checked when it was set */
    VALIDATE_STORED, /* a missing secret is allowed: it is shown as "secret missing" */
    VALIDATE_NEW,    /* secrets that apply must be there too */
};

/*
 * Everything wrong with `in` among `others` (names are unique regardless of case; `in` itself is
 * recognised by its id): required settings, ranges, URLs, parameters. Appends to problems;
 * true when nothing was added. A setting that has a problem already gets no second one.
 */
bool integration_validate(const struct integration *in, const struct integration_list *others,
                          enum validate_mode mode, struct problem_list *problems);

/*
 * One parameter of a list: header names are HTTP tokens (RFC 9110, 5.6.2) and not on the strip
 * list; no CR, LF, NUL anywhere; header values printable; lengths as in domain.md section 5
 * (key and value at most 512); header Authorization and X-Checkhook-Event-Id refused among
 * invocation parameters; body keys that `format` itself uses refused there. `oauth`: the list is
 * auth.params. `value` may be NULL (a secret that stays as it is).
 */
bool param_validate(enum param_place place, const char *key, const char *value, bool oauth,
                    enum body_format format, struct error *err);

/* A header name that a user may set: a token that is not on the strip list (domain.md 6.2). */
bool header_name_allowed(const char *name, struct error *err);

/* True when a secret that applies is not set; *row (may be NULL) becomes the first such row,
 * NULL for a parameter. */
bool integration_secret_missing(const struct integration *in, const struct setting **row);

/* True for an http:// address: shown with a visible warning wherever it is shown. */
bool integration_url_is_plain(const struct integration *in);

/*
 * A destination that was re-pointed must not collect the old secrets: where the origin of `url` or
 * `auth.endpoint` differs between before and after, every stored secret that is sent there and is
 * still the same text as before is dropped from `after`. Appends the labels of what was dropped
 * ("Password", "header parameter X-Key") to dropped; true when any was.
 */
bool integration_drop_moved_secrets(const struct integration *before, struct integration *after,
                                    struct text_list *dropped);

#endif
