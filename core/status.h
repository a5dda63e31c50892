/*
 * The state of an integration as every list shows it (DESIGN 7): configuration and store together.
 */
#ifndef CHECKHOOK_CORE_STATUS_H
#define CHECKHOOK_CORE_STATUS_H

#include <stdbool.h>

#include "core/app.h"
#include "core/store/outbox.h"

enum status { STATUS_OK, STATUS_WARN, STATUS_FAILING, STATUS_OFF, STATUS_UNTESTED };

struct integration_status {
    enum status status;
    char *reason;       /* why it is not ok ("on hold: …; since …; last success …"); NULL */
    char *secret_fault; /* why a stored secret cannot be opened; NULL */
    size_t checks;      /* ticked for */
    struct integration_facts facts;
};

const char *status_text(enum status status); /* "ok", "warn", "failing", "off", "untested" */

/* The decision alone: `off` disabled; `failing` on hold, a secret that cannot be opened, gone, or
 * the last finished delivery or test failed; `warn` a delivery waits for a retry or a secret is
 * missing; `untested` nothing sent since it was made or re-pointed; else `ok`. Fills status and
 * reason. */
void status_decide(const struct integration *in, struct integration_status *out);

/* Reads the facts and decides; the caller releases it. */
bool integration_status(struct app *app, const struct integration *in,
                        struct integration_status *out, struct error *err);
/* The same of all that are configured, in the order of the configuration, for much less than one by
 * one; with or without their failures, as outbox_facts_all. `out` has room for as many and is
 * zeroed; the caller releases each, also after a failure. */
bool integration_status_all(struct app *app, bool failures, struct integration_status *out,
                            struct error *err);
void integration_status_release(struct integration_status *status);

#endif
