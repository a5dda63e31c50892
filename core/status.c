/* The state of an integration, decided from what is configured and what was sent. */
#include "core/status.h"

#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/config/secret_check.h"
#include "core/config/validate.h"

static const char *const words[] = {
    [STATUS_OK] = "ok",   [STATUS_WARN] = "warn",         [STATUS_FAILING] = "failing",
    [STATUS_OFF] = "off", [STATUS_UNTESTED] = "untested",
};

const char *status_text(enum status status)
{
    return words[status];
}

static void decide(struct integration_status *out, enum status status, const char *reason)
{
    out->status = status;
    snprintf(out->reason, sizeof out->reason, "%s", reason ? reason : "");
}

/* Why, since when, and when it last worked. */
static void decide_held(struct integration_status *out, enum status status, const char *reason)
{
    char since[TIME_TEXT_MAX], worked[TIME_TEXT_MAX];
    const struct integration_facts *f = &out->facts;
    time_format_plain(f->hold_since, since);
    time_format_plain(f->last_ok_at, worked);
    out->status = status;
    snprintf(out->reason, sizeof out->reason, "on hold: %.400s; since %s; last success %s", reason,
             since, worked);
}

void status_decide(const struct integration *in, struct integration_status *out)
{
    const struct integration_facts *f = &out->facts;
    const struct setting *row = NULL;
    if (!in->enabled && f->on_hold)
        decide_held(out, STATUS_OFF, hold_disabled_reason);
    else if (!in->enabled)
        decide(out, STATUS_OFF, hold_disabled_reason);
    else if (f->on_hold)
        decide_held(out, STATUS_FAILING, f->hold_reason);
    else if (out->secret_fault[0])
        decide(out, STATUS_FAILING, out->secret_fault);
    else if (f->gone || (f->last_at > 0 && !f->last_ok))
        decide(out, STATUS_FAILING, f->last_reason);
    else if (integration_secret_missing(in, &row))
        decide(out, STATUS_WARN, "secret missing: enter it again");
    else if (f->counts.retrying > 0)
        decide(out, STATUS_WARN, "a delivery waits for its next attempt");
    else if (f->last_at == 0)
        decide(out, STATUS_UNTESTED, "");
    else
        decide(out, STATUS_OK, "");
}

bool integration_status(struct app *app, const struct integration *in,
                        struct integration_status *out, struct error *err)
{
    memset(out, 0, sizeof *out);
    if (app->store && !outbox_facts(app->store, in->id, &out->facts, err))
        return false;
    out->checks = config_tick_count(&app->config, in->id);
    struct error why = {0};
    if (in->enabled && !integration_secrets_open(app->keyring, in, &why))
        snprintf(out->secret_fault, sizeof out->secret_fault, "%s", why.text);
    status_decide(in, out);
    return true;
}

void integration_status_release(struct integration_status *status)
{
    integration_facts_release(&status->facts);
}
