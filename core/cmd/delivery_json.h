/* One delivery as every command writes it (DESIGN 8). */
#ifndef CHECKHOOK_CORE_CMD_DELIVERY_JSON_H
#define CHECKHOOK_CORE_CMD_DELIVERY_JSON_H

#include <cjson/cJSON.h>

#include "core/store/outbox.h"

/* The members of a listing; "attempts" is their number. The caller owns it. */
cJSON *delivery_json(const struct delivery *d);

#endif
