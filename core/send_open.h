/*
 * Sending the users who fail a check already to integrations that were ticked after those users
 * were found: ticking alone sends nothing (DESIGN 5).
 */
#ifndef CHECKHOOK_CORE_SEND_OPEN_H
#define CHECKHOOK_CORE_SEND_OPEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/app.h"

struct sent_open {
    size_t users;
    int64_t events, deliveries;
};

/*
 * An event of its own, or its parts, that names everybody with an open finding of the check, also
 * those for whom today's data does not say; and its deliveries to these integrations (ids), which
 * must be ticked for the check (ERR_INVALID). One transaction; wakes the worker. Where nobody
 * fails nothing is sent.
 */
bool action_send_open(struct app *app, const char *check_id, const struct text_list *ids,
                      int64_t now_ms, struct sent_open *out, struct error *err);

#endif
