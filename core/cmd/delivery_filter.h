/* The options that choose deliveries, read for every command that has them. */
#ifndef CHECKHOOK_CORE_CMD_DELIVERY_FILTER_H
#define CHECKHOOK_CORE_CMD_DELIVERY_FILTER_H

#include "core/base/random.h"
#include "core/cmd/command.h"
#include "core/store/outbox.h"

struct chosen_deliveries {
    struct delivery_filter filter; /* lends from here and from cmd */
    char integration_id[UUID_LEN + 1];
};

/* Rows for the tables of options: --integration, --check, --since, --until. */
#define DELIVERY_FILTER_OPTIONS                                                                    \
    {"integration", "NAME", "of this one; a removed one by name or id"},                           \
        {"check", "ID", "of this check; tests are WebhookTest"},                                   \
        {"since", "TIME", "created then or later: 2026-11-24, 2h, …"},                             \
    {                                                                                              \
        "until", "TIME", "created before then"                                                     \
    }

/* Reads whichever of --state, --integration, --check, --since, --until, --text, --open and
 * --limit were given.
 * `out` must not be moved afterwards. */
bool delivery_filter_read(struct cmd *cmd, int64_t now, struct chosen_deliveries *out,
                          struct error *err);

/* "d_1f2e" */
bool delivery_id_read(const char *text, int64_t *id, struct error *err);

#endif
