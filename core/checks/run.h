/*
 * One run: evaluate every check over every user, compare with the open findings, write findings,
 * events and deliveries in one transaction (DESIGN 5).
 */
#ifndef CHECKHOOK_CORE_CHECKS_RUN_H
#define CHECKHOOK_CORE_CHECKS_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/actor.h"
#include "core/base/job.h"
#include "core/checks/catalogue.h"
#include "core/checks/notify.h"
#include "core/store/store.h"

struct run_options {
    struct store *store;
    const struct config *config;
    const struct catalogue *catalogue;
    const char *const *ids; /* checks to run; NULL = all that are on */
    size_t id_count;
    const char *kind; /* "now", "daily", "command" */
    int64_t day;      /* of a daily run: the UTC day since 1970 that it was scheduled for */
    int64_t now_ms;   /* the moment of the evaluation and of `published` */
    bool dry_run;     /* store nothing */
    const struct actor *actor; /* who runs them, for the audit; NULL = it does not tell */
};

enum run_state { RUN_WAITING, RUN_RUNNING, RUN_PASS, RUN_FAIL, RUN_STALE, RUN_ERROR, RUN_SKIPPED };

/* One line of the progress screen and of the result. */
struct run_line {
    const struct check *check;
    enum run_state state;
    int64_t evaluated, failing, fresh, resolved, unknown;
    int64_t kept;                  /* open findings kept because today's data does not say */
    int64_t done, total;           /* users looked at, while it runs */
    int64_t time_ms;               /* spent on it; -1 = not known */
    int64_t ended_ms;              /* Unix ms when it was known what came of it; 0 = not yet */
    char error[256];               /* RUN_ERROR, or "" */
    struct text_list fresh_logins; /* whom the event names; unless it is a dry run the first ones */
};
enum { RUN_LOGINS_MAX = 100 };

struct run_result {
    int64_t run_id; /* 0 for a dry run */
    int64_t time_ms;
    int64_t users;
    struct run_line *lines; /* all checks asked for; switched off ones only as RUN_SKIPPED */
    size_t line_count;
    int64_t events, deliveries;
    struct told_list told; /* whom it tells, or a dry run would tell; known when it is done */
};

/*
 * Starts. ERR_INVALID: an id that is unknown (names the nearest) or switched off. What options
 * point to must live as long as the job. The result grows while the job is stepped; it is lent
 * until job_free. Nothing is visible to others before the job is done.
 */
struct job *run_job_new(const struct run_options *options, struct error *err);
const struct run_result *run_job_result(const struct job *job);

/* It is known what came of it: neither waiting nor running, and not skipped. */
bool run_line_ended(const struct run_line *line);

/* A source lacks what it needs: nobody newly fails, only who is gone or outside is resolved, and
 * the other findings are stale. */
bool run_line_lacks(const struct run_line *line);

/* Done, but a source lacks what it needs, or no user could be asked: to find nobody failing there
 * is no pass. */
bool run_line_not_evaluated(const struct run_line *line);

/* "waiting", "running", "pass", "fail", "stale", "error", "skipped", and back. */
const char *run_state_text(enum run_state state);
bool run_state_parse(const char *text, enum run_state *state);

/* The same for what came of it: "pass", "fail", "stale", "error", "n/a" (not evaluated), "skipped",
 * "waiting", "running". */
const char *run_line_text(const struct run_line *line);

/* Users for whom a check cannot be answered now; the texts are valid during the call. */
typedef bool run_user_sink(void *ctx, int64_t uid, const char *source, const char *id,
                           const char *login, struct error *err);
bool run_each_unknown(const struct run_options *options, const char *check_id, run_user_sink *sink,
                      void *ctx, struct error *err);

/* The checks that cannot be answered for one user now, and why: "source lacks last sign-in", a
 * fault of the check. Of those that are on; takes some milliseconds, whatever the number of users.
 */
typedef bool run_unknown_sink(void *ctx, const struct check *check, const char *reason,
                              struct error *err);
bool run_each_unknown_of(const struct run_options *options, int64_t uid, run_unknown_sink *sink,
                         void *ctx, struct error *err);

#endif
