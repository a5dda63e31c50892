/* A parameter list in a few words. */
#ifndef CHECKHOOK_FORMS_SUMMARY_H
#define CHECKHOOK_FORMS_SUMMARY_H

#include <stdbool.h>

#include "core/config/model.h"

/* "2 headers, 1 body", with `keys` "2: scope, audience"; "none". The caller frees. */
char *summary_of_params(const struct param_list *list, bool keys);

#endif
