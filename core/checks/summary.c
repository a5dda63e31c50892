/* Puts catalogue, configuration and the latest results of each check side by side. */
#include "core/checks/summary.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/store/findings.h"

static const char *const state_texts[] = {
    [CHECK_PASS] = "pass",           [CHECK_FAIL] = "fail", [CHECK_STALE] = "stale",
    [CHECK_ERROR] = "error",         [CHECK_OFF] = "off",   [CHECK_NOT_EVALUATED] = "n/a",
    [CHECK_NEVER_RUN] = "never run",
};

static const struct run_check *find_latest(const struct run_check_list *list, const char *id)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->items[i].check_id, id) == 0)
            return &list->items[i];
    return NULL;
}

static enum check_state decide(const struct check_summary *s, const struct run_check *latest,
                               bool open)
{
    size_t prefix = strlen(RUN_NOT_EVALUATED);

    if (!s->enabled)
        return CHECK_OFF;
    if (s->check->fault)
        return CHECK_ERROR;
    if (!latest)
        return CHECK_NEVER_RUN;
    if (latest->error)
        return strncmp(latest->error, RUN_NOT_EVALUATED, prefix) == 0 ? CHECK_NOT_EVALUATED
                                                                      : CHECK_ERROR;
    if (latest->failing > 0)
        return CHECK_FAIL;
    if (open)
        return CHECK_STALE;
    return latest->evaluated > 0 ? CHECK_PASS : CHECK_NOT_EVALUATED;
}

static size_t count_integrations(const struct config *config, const char *check_id)
{
    const struct check_config *own = config_check(config, check_id);
    size_t count = 0;

    for (size_t i = 0; own && i < own->integrations.count; i++)
        count += config_find(config, own->integrations.items[i]) != NULL;
    return count;
}

static bool summarise(struct store *s, const struct config *config,
                      const struct run_check_list *list, struct check_summary *out,
                      struct error *err)
{
    const char *id = out->check->id;
    const struct run_check *latest = find_latest(list, id);
    bool open = false;

    out->time_ms = -1;
    out->enabled = check_enabled(out->check, config);
    out->severity = check_severity(out->check, config);
    out->integrations = count_integrations(config, id);
    out->error = out->check->fault;
    if (latest) {
        out->evaluated = latest->evaluated;
        out->failing = latest->failing;
        out->fresh = latest->fresh;
        out->unknown = latest->unknown;
        out->kept = latest->kept;
        out->time_ms = latest->time_ms;
        out->last_run = latest->started_ms / 1000;
        out->error = out->error ? out->error : latest->error;
        if (latest->failing == 0 && !findings_exist(s, id, &open, err))
            return false;
    }
    out->state = decide(out, latest, open);
    /* To find nobody failing where nobody was asked is no pass. */
    if (out->state == CHECK_NOT_EVALUATED && !out->error)
        out->error = RUN_NOT_EVALUATED "the data sets have no user that it can answer for";
    return true;
}

const char *check_state_text(enum check_state state)
{
    return state_texts[state];
}

bool check_summaries(struct store *s, const struct config *config,
                     const struct catalogue *catalogue, struct check_summary_list *out,
                     struct error *err)
{
    *out = (struct check_summary_list){0};
    if (!runs_latest(s, &out->latest, err))
        return false;
    for (size_t i = 0; i < catalogue->count; i++) {
        struct check_summary *summary = list_add(&out->items, &out->count, sizeof *summary);
        summary->check = &catalogue->items[i];
        if (!summarise(s, config, &out->latest, summary, err)) {
            check_summary_list_release(out);
            return false;
        }
    }
    return true;
}

void check_summary_list_release(struct check_summary_list *list)
{
    free(list->items);
    run_check_list_release(&list->latest);
    *list = (struct check_summary_list){0};
}
