#ifndef CHECKHOOK_TESTS_SUPPORT_TERM_DELIVERIES_H
#define CHECKHOOK_TESTS_SUPPORT_TERM_DELIVERIES_H

#include "tests/support/receiver.h"
#include "tests/support/term_console.h"

/* What tests of page 4 of the console share: a home with deliveries, and the page opened on it. */

/* One user, fern@example.com, who fails no-mfa. */
void deliveries_import_user(const struct product *p);

/* An integration without authorization that calls that path of the receiver, ticked for no-mfa. */
void deliveries_add_ticked(const struct product *p, const char *name, struct receiver *receiver,
                           const char *path);

/* Both, for "Billing events" and /hook, and a run: one delivery, which ended with that `status` of
 * the command and printed `text`, "1 delivered"; NULL = anything. */
void deliveries_make_one(const struct product *p, struct receiver *receiver, int status,
                         const char *text);

/* The console on page 4. */
struct term *deliveries_open(const struct product *p, int rows, int cols);

/* The same with four deliveries: Billing events calls /hook, whose delivery arrived; Chat alerts,
 * Data lake and Elastic call /bad, which answers 400. 30x100. */
struct term *deliveries_open_failed(const struct product *p, struct receiver *receiver);

#endif
