/*
 * The list of integrations as a listing shows it.
 */
#ifndef CHECKHOOK_TUI_INTEGRATION_TABLE_H
#define CHECKHOOK_TUI_INTEGRATION_TABLE_H

#include "tui/integration_rows.h"
#include "tui/listing.h"
#include "tui/session.h"

/* What integration_listing is given as its ctx. */
struct integration_table {
    struct integration_rows rows; /* sorted by name */
    const struct session *session;
};

extern const struct listing_ops integration_listing;

#endif
