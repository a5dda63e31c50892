/*
 * SQL expressions of a check, tokenised once before SQLite sees them (DESIGN 5).
 *
 * Refused are `;`, comments, `?`, `@`, `$`, other signs that no expression needs, texts that do not
 * end and parentheses that do not balance. What is left can stand between our own parentheses and
 * never reach beyond them. Each `:name` is a setting of the check or `:now`; it becomes
 * `:PREFIX_name`, so that the settings of two checks never meet in one statement. `:now` stays.
 */
#ifndef CHECKHOOK_CORE_CHECKS_EXPRESSION_H
#define CHECKHOOK_CORE_CHECKS_EXPRESSION_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"

enum { EXPRESSION_NAMES_MAX = 16, EXPRESSION_LENGTH_MAX = 16384 };

/*
 * The expression with its names rewritten; the caller frees. Bit 0 of *used: it uses :now; bit
 * i + 1: it uses names[i]. NULL with ERR_INVALID, a clause that says what is wrong; *used is then
 * left alone. count <= EXPRESSION_NAMES_MAX.
 */
char *expression_rewrite(const char *sql, const char *prefix, const char *const *names,
                         size_t count, uint32_t *used, struct error *err);

#endif
