/*
 * Run Checks Now as the console shows it: a job of its own, or a run that the service carries out
 * on request, so that leaving the console does not stop it. One at a time.
 */
#ifndef CHECKHOOK_TUI_RUNNING_H
#define CHECKHOOK_TUI_RUNNING_H

#include "core/checks/run.h"
#include "tui/session.h"

enum running_state {
    RUNNING_NONE,
    RUNNING_HERE,       /* goes on, as the session's job */
    RUNNING_IN_SERVICE, /* goes on, or waits there for another run */
    RUNNING_LOST,       /* the service ended in the middle of it */
    RUNNING_DONE,
    RUNNING_FAILED,
    RUNNING_CANCELLED
};

/* Which checks the next run is for (ids); empty = all that are on. */
void running_choose(struct session *s, const struct text_list *ids);

/* Asks the service where one lives, else starts it here. */
bool running_start(struct session *s, struct error *err);

/* Takes up what somebody asked the service for, so that every console sees it. */
bool running_join(struct session *s, struct error *err);

/* The end is near: nothing of it is kept. No-op on one that has ended. */
bool running_cancel(struct session *s, struct error *err);

enum running_state running_state(const struct session *s);
bool running_goes_on(const struct session *s);

/* Lent until the next call that may change it; NULL where there is nothing to show. */
const struct run_result *running_result(const struct session *s);
int64_t running_deliveries(const struct session *s);
const char *running_fault(const struct session *s); /* "" unless it failed or was lost */

/* Of one that goes on. */
void running_progress(const struct session *s, struct job_progress *out);
/* "» 5/8 checks", for the row of pages; "" where none goes on. */
void running_pill(const struct session *s, char *out, size_t size);

/* Since it began; 0 = it waits. How long it may take by what it took before; 0 = not known. */
int64_t running_elapsed_ms(const struct session *s);
int64_t running_expected_ms(const struct session *s);

#endif
