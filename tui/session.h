/*
 * What an open console has and lends to its screens: the application, the transport, the worker
 * while nobody else is, the job under way, and the message line.
 */
#ifndef CHECKHOOK_TUI_SESSION_H
#define CHECKHOOK_TUI_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/app.h"
#include "core/base/job.h"
#include "core/config/preferences.h"
#include "core/deliver/handover.h"
#include "core/deliver/transport.h"
#include "core/deliver/worker.h"
#include "core/store/lock.h"
#include "tui/asked.h"
#include "tui/theme.h"

struct integration_form;
struct undo;
struct console_options;

/* When the run that is shown began, and how long such a run took before; see running.h. */
struct run_clock {
    int64_t began_ms;    /* Unix ms; 0 = not yet */
    int64_t expected_ms; /* for expected_users; 0 = not known */
    int64_t expected_users;
};

enum { SESSION_FAILED_MOST = 1000 }; /* failures are counted no further */

struct session {
    struct app app;
    struct transport *transport;
    struct worker *worker; /* NULL while somebody else delivers */
    struct worker_lock lock;
    char holder[WORKER_ROLE_MAX]; /* the role of whoever delivers instead; "" = nobody does */

    int64_t now_ms;      /* wall clock, read once for each turn of the loop */
    uint64_t generation; /* grows when configuration or store changed: screens read again */
    int64_t failed;      /* open failures, for the badge of page 4; no more than are counted */

    char message[512]; /* result of the last action; "" = none */
    enum role message_role;

    /* Asked while an action waits for another process that writes; false gives up, and it must draw
     * nothing that reads the store. NULL = it gives up soon. */
    store_wait *waiting;
    void *waiting_ctx;

    struct job *job; /* long work; it goes on whatever screen is shown */
    enum job_state job_state;
    struct error job_error; /* of JOB_FAILED */
    void *job_data;         /* freed with the job */

    void (*job_ended)(struct session *s); /* tells how; NULL = somebody looks */
    bool job_is_import;                   /* it writes: nobody else can meanwhile; importing.h */
    bool import_untold;                   /* it left out rows, and nobody looked at them */

    bool job_is_run;             /* of the checks */
    struct asked asked;          /* the run that goes on in the service instead; see running.h */
    struct text_list run_checks; /* of the run here, or of the next one; empty = all that are on */
    struct run_clock run_clock;

    struct undo *undo;         /* what `u` takes back; lent by the loop, see undo.h */
    size_t saved, drafts_kept; /* changes and drafts of this console, said when it is left */

    struct demo *demo; /* the endpoint to try things out with; owned; NULL */

    struct integration_form *form; /* of the open form screen, lent to those over it; NULL */

    bool hurry; /* set by a screen that has more to do at once; the loop then does not sleep */

    char host[64], user[64];
    bool may_write;
    char read_only[512];             /* why not, a sentence; "" = this user may change things */
    struct preferences *preferences; /* owned; never NULL while open */
    const struct console_options *options; /* lent */
    int first_theme;                       /* preferred at the start: an option goes before it */
    bool accessible;                       /* by option or preference; see session_accessible */

    /* private to session.c */
    int64_t tick_by_ms;     /* monotonic; 0 = no screen waits */
    char config_fault[512]; /* as it was said; "" = none */
    int64_t store_version, checked_ms;
    struct handover handover;
    int64_t away_until_ms; /* monotonic: until then the worker lock is for those who asked */
    bool recorded;         /* an attempt, since the store was looked at */
};

bool session_open(struct session *s, const char *home, struct error *err);
void session_close(struct session *s); /* accepts a zeroed struct */

int64_t session_now_s(const struct session *s);

/* Looks now who delivers (else once a second), and does so itself when nobody does. True when that
 * has changed. */
bool session_find_holder(struct session *s);

/* Does the service deliver, as of the last look? */
bool session_has_service(const struct session *s);

/* May this user change anything? If not, it says why on the message line: an action asks this
 * first. */
bool session_may_change(struct session *s);
/* For a menu entry that changes something: why it is disabled; NULL = it is not. */
const char *session_no_change(const struct session *s);

/* For screen readers: one pane (frame_has_pane), no spinner, and progress that changes by tens. */
bool session_accessible(const struct session *s);
/* 0 … 100 as it is shown. */
int session_percent(const struct session *s, int64_t done, int64_t total);

/* Puts a sentence on the message line; it stays until the next key. */
void session_say(struct session *s, enum role role, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void session_say_error(struct session *s, const struct error *err);

/* One turn: works for the worker and the job, notices changes. True when a repaint is due. */
bool session_step(struct session *s);
/* Until when the loop may sleep; -1 = for ever. */
int session_timeout_ms(struct session *s);
/* The screen wants its tick by then, also when nothing happens. */
void session_tick_within(struct session *s, int ms);
/* After an action of this console changed configuration or store: reads again at once. */
void session_changed(struct session *s);

/*
 * Starts long work; one at a time (ERR_BUSY). The session owns `job` and `data` (free()d after the
 * job) from here on, also on failure. When it has ended, job stays for screens to read until the
 * next one starts.
 */
bool session_start_job(struct session *s, struct job *job, void *data, struct error *err);
bool session_job_running(const struct session *s);
/* Cancels and frees; what it did is rolled back. */
void session_end_job(struct session *s);

#endif
