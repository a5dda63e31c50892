#ifndef CHECKHOOK_TESTS_SUPPORT_CHECKBED_H
#define CHECKHOOK_TESTS_SUPPORT_CHECKBED_H

#include "core/checks/catalogue.h"
#include "core/checks/run.h"
#include "core/store/store.h"
#include "tests/support/tmpdir.h"

/*
 * Checks, users and a store in a temporary folder. The moment of all evaluations is BED_NOW.
 * Whatever goes wrong here fails the running test.
 */
struct checkbed {
    struct tmpdir dir;
    struct store *store;
    struct config config;
    struct catalogue catalogue;
};

/* The text of a check in a catalogue file, titled "Title of ID", with these settings besides. */
#define CHECKBED_CHECK(id, severity, more)                                                         \
    "{ id = \"" id "\"; title = \"Title of " id "\"; severity = \"" severity "\";"                 \
    " description = \"Why.\"; recommended_actions = \"Do.\";" more " }"

enum { BED_NOW = 1700000000, BED_DAY = 86400 };

/*
 * builtin: the text of a catalogue file; NULL = the product's, found in the working directory as
 * `share`. own: the text of a file in checks.d; NULL = none.
 */
void checkbed_init(struct checkbed *bed, const char *builtin, const char *own);
void checkbed_release(struct checkbed *bed);

/*
 * Loads a data set; replaces the one of the same source. A line is a table and its columns:
 *
 *     user id=ann enabled=1 last_login_at=90d+1 last_login_known=1
 *     factor kind=sms strength=1 status=active
 *
 * login is the id unless it follows; status is unknown, flags that must be there are 0. Times are
 * ago: 90d = exactly 90 days before BED_NOW, 90d+1 one second more.
 */
void checkbed_load(struct checkbed *bed, const char *source, const char *text);

/* The same as a merge into the data set that is there. */
void checkbed_merge(struct checkbed *bed, const char *source, const char *text);

/* Removes a data set. */
void checkbed_remove(struct checkbed *bed, const char *source);

/* A job over all checks that are on. */
struct run_options checkbed_options(const struct checkbed *bed);
struct job *checkbed_start(const struct run_options *options);
void checkbed_finish(struct job *job); /* steps it to its end, which must be good */

/* Runs, and gives the job for its result; the caller frees. */
struct job *checkbed_run(const struct checkbed *bed);

const struct run_line *checkbed_line(const struct job *job, const char *check_id);

/* The newly failing of a check, "ann bob", in a text that lives until the next call. */
const char *checkbed_fresh(const struct job *job, const char *check_id);

/* One number from the store. */
long long checkbed_number(const struct checkbed *bed, const char *sql);

/* An enabled integration of that name, ticked for the check; lent until the next one. */
struct integration *checkbed_tick(struct checkbed *bed, const char *check_id, const char *name);

#endif
