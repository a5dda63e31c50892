/*
 * Whom a check never reports: entries of its list `ignore`, by kind.
 *
 *     fern                 the login
 *     @example.com         everybody whose login or e-mail address ends in exactly this domain
 *     department:Sales     everybody of the department
 *     type:guest           everybody of the type: member, guest, service, root or external
 *     login:a:b            a login that holds a colon or begins with '@'
 *
 * Upper and lower case are the same everywhere, character by character as text_lower has them; a
 * run and everything else that asks go by this one rule. What a source does not say of a user
 * ignores nobody. On one line, as commands and forms take them, entries are separated by commas,
 * and `\,` is a comma inside an entry.
 */
#ifndef CHECKHOOK_CORE_CONFIG_IGNORE_H
#define CHECKHOOK_CORE_CONFIG_IGNORE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"
#include "core/config/model.h"

enum ignore_kind { IGNORE_LOGIN, IGNORE_DOMAIN, IGNORE_DEPARTMENT, IGNORE_TYPE };
enum { IGNORE_KINDS = IGNORE_TYPE + 1, IGNORE_ENTRIES_MAX = 1000, IGNORE_BYTES_MAX = 256 };

/* What the entry names and, lent from it, the value: "@example.com" with its sign. The entry is a
 * valid one. */
enum ignore_kind ignore_read(const char *entry, const char **value);

/* "login", "domain", "department", "type" */
const char *ignore_kind_text(enum ignore_kind kind);

/* ERR_INVALID: one sentence about the entry. */
bool ignore_valid(const char *entry, struct error *err);

/*
 * Adds one entry, trimmed; one that is there already, whatever its case, is not added again.
 * ERR_INVALID: it is not valid, or there are too many.
 */
bool ignore_add(struct text_list *list, const char *entry, struct error *err);

/* Takes one away, whatever its case. ERR_INVALID: it is not there. */
bool ignore_remove(struct text_list *list, const char *entry, struct error *err);

/* The entries of a line, as they stand there; `out` is added to. */
void ignore_split(const char *line, struct text_list *out);
char *ignore_join(const struct text_list *list); /* the way back; the caller frees */

/* --- asking -------------------------------------------------------------------------------- */

/* What is known of a user; NULL = not known. */
struct ignore_user {
    const char *login, *email, *department, *type;
};

/* A list made ready for very many questions. */
struct ignore_set {
    struct text_list values[IGNORE_KINDS]; /* in lower case, sorted */
};
void ignore_set_init(struct ignore_set *set, const struct text_list *list);
void ignore_set_release(struct ignore_set *set); /* accepts a zeroed struct */
bool ignore_set_has(const struct ignore_set *set, const struct ignore_user *user);

#endif
