/*
 * Tries an administrator's expressions before any run does: against empty tables of the data sets,
 * under the same restrictions as an evaluation.
 */
#ifndef CHECKHOOK_CORE_STORE_PROBE_H
#define CHECKHOOK_CORE_STORE_PROBE_H

#include <stdbool.h>

#include "core/base/error.h"

struct probe;

struct probe *probe_new(struct error *err);
void probe_free(struct probe *p); /* NULL is fine */

/*
 * May the expression be asked of a user `u`? Its parentheses balance. ERR_INVALID: what is wrong
 * with it, in the words of the engine ("no such column: u.x").
 */
bool probe_expression(struct probe *p, const char *sql, struct error *err);

#endif
