/*
 * The comparison of one check's answers with its open findings, before anything is written.
 */
#ifndef CHECKHOOK_CORE_CHECKS_COMPARE_H
#define CHECKHOOK_CORE_CHECKS_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/checks/diff.h"
#include "core/checks/event.h"
#include "core/checks/run.h"

struct comparison {
    struct diff diff;
    size_t described;          /* changes that were looked at */
    struct text_list logins;   /* of the new ones, in their order */
    struct text_list explains; /* JSON object of each */
    struct text_list user_ids;
    const char **sources; /* of each, lent by source_names */
    size_t source_count;
    struct text_list source_names; /* each once */
};

/* Compares; `c` is zeroed before. */
bool comparison_make(struct comparison *c, struct store *s, struct evaluation *evaluation,
                     size_t question, const struct check *check, struct error *err);

/* Finds out about the new ones who they are, until the time is over; *done when all are known. */
bool comparison_describe(struct comparison *c, struct evaluation *evaluation, size_t question,
                         const struct check *check, int64_t until_ms, bool *done,
                         struct error *err);

/* Writes findings; in a transaction over the same data sets. */
bool comparison_write(const struct comparison *c, struct store *s, const struct check *check,
                      int64_t run_id, int64_t now_s, struct error *err);

/* The new ones as the event names them; lent by `c`; the caller frees the array. */
struct event_user *comparison_users(const struct comparison *c);

void comparison_release(struct comparison *c);

#endif
