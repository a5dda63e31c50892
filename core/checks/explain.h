/*
 * Why a user fails: the values of a check's explain clauses as they are kept with a finding, and as
 * people read them.
 */
#ifndef CHECKHOOK_CORE_CHECKS_EXPLAIN_H
#define CHECKHOOK_CORE_CHECKS_EXPLAIN_H

#include "core/checks/catalogue.h"
#include "core/store/evaluate.h"

/* A JSON object whose members are texts; what is not known is left out, times are RFC 3339. The
 * caller frees. */
char *explain_make(const struct check *check, const struct described *user);

/* {"role":"Owner","last_login":"…"} as "role Owner" and "last login 2026-09-15"; `out` is added to.
 */
void explain_list(const char *explain, struct text_list *out);
/* The same in one line, "role Owner, last login 2026-09-15"; the caller frees. */
char *explain_text(const char *explain);

#endif
