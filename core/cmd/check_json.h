/* What `check list` and `check show` say of a check in JSON. */
#ifndef CHECKHOOK_CORE_CMD_CHECK_JSON_H
#define CHECKHOOK_CORE_CMD_CHECK_JSON_H

#include <cjson/cJSON.h>

#include "core/checks/summary.h"
#include "core/config/config.h"

/* The members that both have. */
void check_json_summary(cJSON *row, const struct config *config, const struct check_summary *s);

/* What is set for a check now, for the commands that change it; definition NULL = it is gone. */
cJSON *check_json_set(const struct config *config, const char *id, const struct check *definition);

/* The members of `check show` that come from definition and configuration. */
void check_json_definition(cJSON *out, const struct config *config, const struct check *check);

#endif
