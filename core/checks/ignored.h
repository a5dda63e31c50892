/*
 * The list `ignore` of a check as SQL.
 */
#ifndef CHECKHOOK_CORE_CHECKS_IGNORED_H
#define CHECKHOOK_CORE_CHECKS_IGNORED_H

#include "core/config/model.h"

/*
 * True where the list (core/config/ignore.h) names user `u`, else false: what is not known of the
 * user names nobody. For one user it costs little more with a thousand entries than with one. The
 * caller frees.
 */
char *ignored_condition(const struct text_list *list);

#endif
