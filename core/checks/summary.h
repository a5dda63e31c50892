/*
 * What a list of checks shows: catalogue, configuration and the latest results side by side.
 */
#ifndef CHECKHOOK_CORE_CHECKS_SUMMARY_H
#define CHECKHOOK_CORE_CHECKS_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/checks/catalogue.h"
#include "core/store/runs.h"
#include "core/store/store.h"

enum check_state {
    CHECK_PASS,
    CHECK_FAIL,
    CHECK_STALE,
    CHECK_ERROR,
    CHECK_OFF,
    CHECK_NOT_EVALUATED,
    CHECK_NEVER_RUN
};

struct check_summary {
    const struct check *check;
    bool enabled;
    enum severity severity;
    enum check_state state;
    int64_t evaluated, failing, fresh, unknown;
    int64_t kept;        /* fail as last known; the data does not say */
    int64_t last_run;    /* Unix seconds; 0 = never */
    int64_t time_ms;     /* that it took; -1 = not known */
    const char *error;   /* NULL */
    size_t integrations; /* ticked */
};
struct check_summary_list {
    struct check_summary *items;
    size_t count;
    struct run_check_list latest; /* owns the texts */
};

/* "pass", "fail", "stale", "error", "off", "n/a", "never run" */
const char *check_state_text(enum check_state state);

bool check_summaries(struct store *s, const struct config *config,
                     const struct catalogue *catalogue, struct check_summary_list *out,
                     struct error *err);
void check_summary_list_release(struct check_summary_list *list);

#endif
