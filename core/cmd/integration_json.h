/* An integration as JSON (DESIGN 8): its settings nested as in the file, and how it is doing. */
#ifndef CHECKHOOK_CORE_CMD_INTEGRATION_JSON_H
#define CHECKHOOK_CORE_CMD_INTEGRATION_JSON_H

#include <cjson/cJSON.h>

#include "core/status.h"

/* All settings that apply, dotted names as nested objects, secrets as {"set","since"}. */
void integration_settings_json(cJSON *out, struct integration *in);

/* id, name, …, state, reason, last, hold, checks, waiting, held, failed. Members that are there
 * already stay.
 */
void integration_summary_json(cJSON *out, const struct integration *in,
                              const struct integration_status *status);

#endif
