/*
 * What this installation sets for a check, held against what the check has and takes: the rule that
 * commands, console and runs share.
 */
#ifndef CHECKHOOK_CORE_CHECKS_TUNING_H
#define CHECKHOOK_CORE_CHECKS_TUNING_H

#include <stdbool.h>

#include "core/checks/catalogue.h"

/*
 * Sets one thing from text as check_config_set does ("enabled", "severity", "ignore", "ignore+",
 * "ignore-", "settings.NAME"; empty goes back to the catalogue's), if the check has such a setting
 * and takes that number. ERR_INVALID: one sentence that begins with the name; `own` is as it was.
 */
bool tuning_set(const struct check *check, struct check_config *own, const char *name,
                const char *value, struct error *err);

/* Takes back what tuning_set can set; where the check is gone (NULL), ticks as well. */
void tuning_reset(const struct check *check, struct check_config *own);

/* Can anything be set for it, ticks included? Not for what stands for a definition without an id
 * that can be read. ERR_INVALID: why. */
bool tuning_possible(const char *check_id, struct error *err);

/* Is all that is set for it something that the check has and takes? ERR_INVALID: the first that is
 * not. own NULL = nothing is set. */
bool tuning_fits(const struct check *check, const struct check_config *own, struct error *err);

/*
 * Can it name anybody with what is set for it? ERR_INVALID: which two numbers leave no room; the
 * check is evaluated all the same.
 */
bool tuning_can_fail(const struct check *check, const struct config *config, struct error *why);

/* One thing as it is set, in the words of tuning_set: "severity" "low", "settings.days" "60". */
struct tuned {
    char *name, *value;
    bool fallback; /* as the catalogue says */
};
/* All that can be set but the list `ignore`, and numbers that the check has no more. */
struct tuned_list {
    struct tuned *items;
    size_t count;
};
void tuned_read(struct tuned_list *out, const struct check *check, const struct config *config);
void tuned_release(struct tuned_list *list);
const struct tuned *tuned_find(const struct tuned_list *list, const char *name); /* or NULL */

#endif
