#ifndef CHECKHOOK_TESTS_SUPPORT_RUNTWIN_H
#define CHECKHOOK_TESTS_SUPPORT_RUNTWIN_H

#include "core/checks/run.h"
#include "tests/support/campaign.h"
#include "tests/support/checkbed.h"
#include "tests/support/runmodel.h"

/*
 * The product and the model of its runs side by side: whatever the dice change is done to both, and
 * what the product has stored is compared with what the model says. A difference fails the test
 * and names the seed and the step.
 */
struct runtwin {
    uint64_t seed;
    int step;          /* of the sequence, for complaints; the caller's, as is: */
    const char *doing; /* what it does there */
    struct dice dice;
    struct model model;
    struct checkbed bed;
    struct store *other; /* a second connection, as of another process */
    int64_t now;
};

enum { RUNTWIN_TEXT_MAX = 1 << 16 };

/* Without users, all checks on, all integrations there and enabled, nothing ticked. */
void runtwin_init(struct runtwin *t, uint64_t seed);
void runtwin_release(struct runtwin *t);

/* True once in N times; a number below COUNT. */
bool runtwin_one_in(struct runtwin *t, int64_t n);
size_t runtwin_pick(struct runtwin *t, size_t count);

/* --- changes, each of something that the dice choose; some do nothing where there is nothing */

void runtwin_load_source(struct runtwin *t);
void runtwin_merge_source(struct runtwin *t);
void runtwin_remove_source(struct runtwin *t);
void runtwin_change_check(struct runtwin *t); /* on or off, its days, whom it ignores */
void runtwin_change_hooks(struct runtwin *t); /* an integration, or a tick of it */
void runtwin_change_own_check(struct runtwin *t);

/* --- comparison */

void runtwin_complain(const struct runtwin *t, const char *what, const char *is,
                      const char *expected);
void runtwin_expect_number(const struct runtwin *t, const char *what, int64_t is, int64_t expected);

/* What is open, and how much was resolved. */
void runtwin_expect_open(const struct runtwin *t);

/* What a run wrote besides, and what its job said of it. The model is as it was during the run. */
void runtwin_expect_counts(const struct runtwin *t, const struct model_run *run, int64_t run_id);
void runtwin_expect_sent(const struct runtwin *t, const struct model_run *run, int64_t run_id);
void runtwin_expect_result(const struct runtwin *t, const struct run_result *result,
                           const struct model_run *run);

/* Rows of all tables that a run adds to. */
int64_t runtwin_count_rows(const struct runtwin *t);

#endif
