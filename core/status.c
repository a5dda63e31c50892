/* The state of an integration, decided from what is configured and what was sent. */
#include "core/status.h"

#include <stdio.h>
#include <stdlib.h>
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
    mem_replace(&out->reason, reason && *reason ? reason : NULL);
}

/* Why, since when, and when it last worked. */
static void decide_held(struct integration_status *out, enum status status, const char *reason)
{
    char since[TIME_TEXT_MAX], worked[TIME_TEXT_MAX];
    const struct integration_facts *f = &out->facts;
    time_format_plain(f->hold_since, since);
    time_format_plain(f->last_ok_at, worked);
    out->status = status;
    free(out->reason);
    out->reason = mem_printf("on hold: %.400s; since %s; last success %s", reason, since, worked);
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
    else if (out->secret_fault)
        decide(out, STATUS_FAILING, out->secret_fault);
    else if (f->gone || (f->last_at > 0 && !f->last_ok))
        decide(out, STATUS_FAILING, f->last_reason);
    else if (integration_secret_missing(in, &row))
        decide(out, STATUS_WARN, "secret missing: enter it again");
    else if (f->counts.retrying > 0)
        decide(out, STATUS_WARN, "a delivery waits for a retry");
    else if (f->last_at == 0)
        decide(out, STATUS_UNTESTED, NULL);
    else
        decide(out, STATUS_OK, NULL);
}

static void decide_with_secrets(struct app *app, const struct integration *in,
                                struct integration_status *out)
{
    struct error why = {0};
    if (in->enabled && !integration_secrets_open(app->keyring, in, &why))
        mem_replace(&out->secret_fault, why.text);
    status_decide(in, out);
}

bool integration_status(struct app *app, const struct integration *in,
                        struct integration_status *out, struct error *err)
{
    memset(out, 0, sizeof *out);
    if (app->store && !outbox_facts(app->store, in->id, &out->facts, err))
        return false;
    out->checks = config_tick_count(&app->config, in->id);
    decide_with_secrets(app, in, out);
    return true;
}

/* --- all at once ----------------------------------------------------------------------------- */

/* An integration by its id, and where it stands in the configuration. */
struct place {
    const char *id;
    size_t index;
};

static int compare_places(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    return strcmp(x->id, y->id);
}

static struct place *sorted_places(const struct integration_list *list)
{
    struct place *places = mem_alloc((list->count + 1) * sizeof *places);
    for (size_t i = 0; i < list->count; i++)
        places[i] = (struct place){list->items[i].id, i};
    qsort(places, list->count, sizeof *places, compare_places);
    return places;
}

static void count_ticks(const struct app *app, const struct place *places,
                        struct integration_status *out)
{
    const struct check_config_list *checks = &app->config.checks;
    for (size_t c = 0; c < checks->count; c++) {
        const struct text_list *ids = &checks->items[c].integrations;
        for (size_t i = 0; i < ids->count; i++) {
            const struct place wanted = {ids->items[i], 0};
            const struct place *found = bsearch(&wanted, places, app->config.integrations.count,
                                                sizeof *places, compare_places);
            if (found)
                out[found->index].checks++;
        }
    }
}

static bool read_facts(struct app *app, const struct place *places, bool failures,
                       struct integration_status *out, struct error *err)
{
    const size_t count = app->config.integrations.count;
    const char **ids = mem_alloc((count + 1) * sizeof *ids);
    struct integration_facts *facts = mem_zalloc((count + 1) * sizeof *facts);
    for (size_t i = 0; i < count; i++)
        ids[i] = places[i].id;
    const bool ok = !app->store || outbox_facts_all(app->store, ids, count, failures, facts, err);
    for (size_t i = 0; i < count; i++)
        out[places[i].index].facts = facts[i];
    free(facts);
    free(ids);
    return ok;
}

bool integration_status_all(struct app *app, bool failures, struct integration_status *out,
                            struct error *err)
{
    const struct integration_list *list = &app->config.integrations;
    struct place *places = sorted_places(list);
    const bool ok = read_facts(app, places, failures, out, err);
    count_ticks(app, places, out);
    free(places);
    for (size_t i = 0; ok && i < list->count; i++)
        decide_with_secrets(app, &list->items[i], &out[i]);
    return ok;
}

void integration_status_release(struct integration_status *status)
{
    mem_replace(&status->reason, NULL);
    mem_replace(&status->secret_fault, NULL);
    integration_facts_release(&status->facts);
}
