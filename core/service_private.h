/*
 * The inside of the service, shared by service.c, service_run.c and service_log.c.
 */
#ifndef CHECKHOOK_CORE_SERVICE_PRIVATE_H
#define CHECKHOOK_CORE_SERVICE_PRIVATE_H

#include "core/deliver/worker.h"
#include "core/schedule.h"
#include "core/service.h"
#include "core/store/prune.h"
#include "core/store/run_requests.h"

enum {
    SERVICE_SLICE_MS = 20,        /* of a job, between two polls */
    SERVICE_SLEEP_MS = 60 * 1000, /* the wall clock is looked at again */
    SERVICE_FINISH_MS = 3 * 1000, /* for attempts under way at the end */
    STORE_PAUSE_MS = 1000,        /* after a failure, doubled … */
    STORE_PAUSE_MOST_MS = 30 * 1000,
    DAILY_PAUSE_MS = 60 * 1000,
    DAILY_PAUSE_MOST_MS = 30 * 60 * 1000,
    PRUNE_PAUSE_MS = 30,             /* between two steps, so that others come to write */
    PRUNE_AGAIN_MS = 10 * 60 * 1000, /* after a failure */
    LOOK_AGAIN_MS = 1000,            /* at holds, when awake anyway */
    ASKED_FIRST_MS = 100,            /* until a run that was asked for is first reported */
    ASKED_PAUSE_MS = 1000,           /* between two reports of a run that was asked for */
};

/* The run that a console asked for: none while id is 0. */
struct service_asked {
    int64_t id;
    struct text_list checks; /* that it is for; empty = all */
    int64_t next_ms;         /* monotonic: when to look, to report, or to write its end again */
    bool pressing; /* and the service may not sleep for longer; else when it is awake anyway */
    bool cancel;
    bool ended; /* and that is not written yet */
    enum run_request_state state;
    int64_t run_id, deliveries;
    char why[sizeof((struct error *)0)->text];
};

/* Something that failed, is tried again after a growing pause, and is told when it changes. */
struct trouble {
    int64_t failures; /* in a row; 0 = all is well */
    int64_t again_ms; /* monotonic */
    char text[sizeof((struct error *)0)->text];
};

struct service {
    struct service_options options;
    struct worker *worker;
    struct actor actor; /* of what nobody asked for */
    struct trouble store, daily, history_trouble;

    char config_fault[sizeof((struct error *)0)->text]; /* told; "" = it can be used */
    bool config_news;                                   /* it was brought up to date */
    bool catalogue_wanted; /* it is to be read again when the run under way has ended */
    struct text_list held; /* integrations that were said to be on hold */
    int64_t look_at_ms;    /* monotonic, when to look again whether they still are */

    struct schedule_history history; /* as of history_day; read again when that changes */
    int64_t history_day;
    struct job *run; /* under way; NULL = none */
    struct service_run order;
    int64_t run_started_ms;
    struct service_asked asked;

    struct job *prune;
    bool prune_wanted;
    int64_t pruned_days; /* retention_days of the last one; 0 = none yet */
    int64_t prune_at_ms; /* monotonic, the next step or try */

    bool stopping;
    int64_t stop_by_ms; /* monotonic */
};

int64_t service_now_ms(const struct service *s);
int64_t service_monotonic_ms(const struct service *s);
struct schedule service_schedule(const struct service *s);

/* Notes a failure: logs it unless it was told already, and sets the pause. */
void trouble_note(struct service *s, struct trouble *t, const char *event, const struct error *err,
                  int64_t first_ms, int64_t most_ms);
/* It is not the time to try again yet. */
bool trouble_pauses(const struct service *s, const struct trouble *t);

/* --- service_run.c ---------------------------------------------------------------------------- */

/* The moment of the next daily run after one that is under way, in the past when it is due; false
 * when the store cannot be asked (then noted). */
bool service_next_daily_s(struct service *s, int64_t *at_s);
void service_start_daily(struct service *s);
void service_step_run(struct service *s);
void service_drop_run(struct service *s, const struct error *why); /* no-op where there is none */
void service_step_prune(struct service *s);
/* Keeps the old checks and logs where they cannot be read; logs those that cannot be evaluated. */
void service_load_catalogue(struct service *s, bool tell_faults);

/* --- service_asked.c -------------------------------------------------------------------------- */

void service_step_asked(struct service *s);

/* --- service_log.c ---------------------------------------------------------------------------- */

void service_log(struct service *s, struct log_line *line); /* hands it on and releases it */
void service_log_event(struct service *s, enum log_level level, const char *event,
                       const struct error *err); /* err NULL = no reason */
void service_log_attempt(struct service *s, const struct delivery *d,
                         const struct attempt_result *r);
void service_log_config(struct service *s, const char *event);
void service_log_run(struct service *s, const struct run_result *result);
void service_log_pruned(struct service *s, const struct prune_counts *counts);

/* Says which integrations are on hold; and which of those are not any more. */
void service_follow_holds(struct service *s);
void service_follow_releases(struct service *s);

#endif
