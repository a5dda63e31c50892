/*
 * The list of checks as a listing shows it.
 */
#ifndef CHECKHOOK_TUI_CHECK_TABLE_H
#define CHECKHOOK_TUI_CHECK_TABLE_H

#include "core/checks/summary.h"
#include "tui/listing.h"
#include "tui/session.h"

/* What check_listing is given as its ctx. */
struct check_table {
    struct check_summary_list rows; /* in the order of the catalogue, which never changes here */
    const struct session *session;
};

extern const struct listing_ops check_listing;

#endif
