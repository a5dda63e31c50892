/* Runs: what each evaluation of the checks counted. */
#ifndef CHECKHOOK_CORE_STORE_RUNS_H
#define CHECKHOOK_CORE_STORE_RUNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/store/store.h"

struct run_check {
    char *check_id;
    int64_t run_id, started_ms;                           /* of the run */
    int64_t evaluated, failing, fresh, resolved, unknown; /* fresh = newly failing */
    int64_t kept;    /* open findings of users for whom the data does not say */
    int64_t time_ms; /* spent on it; -1 = not known */
    char *error; /* NULL = it was evaluated; else why not ("not evaluated: source lacks roles") */
};
struct run_check_list {
    struct run_check *items;
    size_t count;
};
void run_check_list_release(struct run_check_list *list);

struct run {
    int64_t id;
    int64_t started_ms, time_ms;
    int64_t users;
    int64_t day; /* the UTC day (since 1970) that a daily run was scheduled for; 0 = no daily run */
};

/* The last finished run; id 0 = none yet. */
bool runs_last(struct store *s, struct run *out, struct error *err);
/* The last daily one, and whether there was one for that day. */
bool runs_last_daily(struct store *s, struct run *out, struct error *err);
bool runs_daily_exists(struct store *s, int64_t day, bool *exists, struct error *err);

/* One of them and its checks. ERR_NOT_FOUND. `checks` is zeroed or released before. */
bool runs_find(struct store *s, int64_t id, struct run *out, struct run_check_list *checks,
               struct error *err);

/* The latest result of every check that ever ran, in no order. */
bool runs_latest(struct store *s, struct run_check_list *out, struct error *err);

/* History of one check, newest first. */
bool runs_history(struct store *s, const char *check_id, int64_t limit, struct run_check_list *out,
                  struct error *err);

/* Begins the error of a check that no data set has the data for. */
#define RUN_NOT_EVALUATED "not evaluated: "

/* --- for the run that writes them, in its transaction ----------------------------------------- */

/* Gives the id of the run. kind: "now", "daily", "command". */
bool runs_add(struct store *s, const char *kind, const struct run *run, int64_t *id,
              struct error *err);
bool runs_add_check(struct store *s, const struct run_check *check, struct error *err);

#endif
