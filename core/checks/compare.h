/*
 * The comparison of one check's answers with its open findings, before anything is written: made
 * while the users are evaluated, and kept where any number of changes finds room.
 */
#ifndef CHECKHOOK_CORE_CHECKS_COMPARE_H
#define CHECKHOOK_CORE_CHECKS_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/spool.h"
#include "core/checks/diff.h"
#include "core/checks/notify.h"
#include "core/checks/run.h"

struct comparison {
    struct diff diff;
    struct store *store;
    const char *check_id;
    struct open_finding *open; /* a part of them, in their order */
    size_t open_at, open_count;
    bool open_ended;

    struct spool changed;   /* struct change of each finding that stays no longer as it is */
    struct spool fresh;     /* uids of the newly failing */
    struct spool described; /* who they are, in that order */
    struct spool_reader describing; /* of `fresh` */
    struct text_list logins;        /* of the first of them */
    size_t logins_max;
};

/* Begins, also a second time. `c` is zeroed or was begun before; the check's id, the store and the
 * file are lent until comparison_release. */
bool comparison_begin(struct comparison *c, struct store *s, const char *check_id,
                      struct spool_file *file, struct error *err);
/* Each user in the order of the uids. */
static inline bool comparison_user(struct comparison *c, int64_t uid, enum verdict verdict,
                                   struct error *err)
{
    return diff_is_idle(&c->diff, uid, verdict) || diff_user(&c->diff, uid, verdict, err);
}
bool comparison_end(struct comparison *c, struct error *err);

/* Finds out about the new ones who they are, until the time is over; *done when all are known. */
bool comparison_describe(struct comparison *c, struct evaluation *evaluation, size_t question,
                         const struct check *check, int64_t until_ms, bool *done,
                         struct error *err);

/* Writes findings; in a transaction over the same data sets. */
bool comparison_write(const struct comparison *c, struct store *s, const struct check *check,
                      int64_t run_id, int64_t now_s, struct error *err);

/* The new ones as the event names them, one after another, any number of times. */
struct comparison_feed {
    struct event_feed feed; /* give this away */
    const struct comparison *comparison;
    struct spool_reader reader;
    struct strbuf texts;
};
void comparison_feed_init(struct comparison_feed *f, const struct comparison *c);
void comparison_feed_release(struct comparison_feed *f);

void comparison_release(struct comparison *c); /* accepts a zeroed one */

#endif
