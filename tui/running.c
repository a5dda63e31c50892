/* Follows a run of the checks, wherever it takes place. */
#include "tui/running.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/audit.h"
#include "core/checks/progress.h"
#include "core/checks/recall.h"
#include "core/store/runs.h"

static const char lost_text[] = "the service ended during the run; nothing of it was kept";

/* --- starting -------------------------------------------------------------------------------- */

static bool is_in(const struct text_list *checks, const char *id)
{
    return checks->count == 0 || text_list_has(checks, id);
}

/* By what these checks took the last time, for as many users. */
static void read_expected(struct session *s, const struct text_list *checks)
{
    struct run_check_list latest = {0};
    struct error ignored = {0};
    struct run last = {0};
    s->run_clock = (struct run_clock){0};
    if (!runs_last(s->app.store, &last, &ignored) || !runs_latest(s->app.store, &latest, &ignored))
        return;
    s->run_clock.expected_users = last.users;
    for (size_t i = 0; i < latest.count; i++)
        if (latest.items[i].time_ms > 0 && is_in(checks, latest.items[i].check_id))
            s->run_clock.expected_ms += latest.items[i].time_ms;
    if (s->run_clock.expected_ms < last.time_ms && checks->count == 0)
        s->run_clock.expected_ms = last.time_ms;
    run_check_list_release(&latest);
}

/* Shown instead of a run of our own that has ended. */
static bool take_up(struct session *s, int64_t id, struct error *err)
{
    struct text_list checks = {0};
    if (!asked_take_up(&s->asked, &s->app, id, err))
        return false;
    run_checks_split(s->asked.request.checks, &checks);
    read_expected(s, &checks);
    text_list_release(&checks);
    session_end_job(s);
    return true;
}

static bool add_request(struct session *s, const struct run_ask *ask, int64_t *id,
                        struct error *err)
{
    const struct audit_note note = {.what = "checks run asked for", .subject = ask->checks};
    if (!store_begin(s->app.store, err))
        return false;
    if (run_requests_add(s->app.store, ask, id, err) && audit_note(&s->app, &note, err))
        return store_commit(s->app.store, err);
    store_rollback(s->app.store);
    return false;
}

static bool ask_service(struct session *s, struct error *err)
{
    char by[sizeof s->user + sizeof s->host + 8];
    char *checks = run_checks_join(&s->run_checks);
    const struct run_ask ask = {by, checks, session_now_s(s)};
    int64_t id = 0;
    snprintf(by, sizeof by, "%s on %s", s->user, s->host);
    const bool ok = add_request(s, &ask, &id, err);
    free(checks);
    if (!ok)
        return false;
    worker_wake(s->app.paths.wake_file);
    return take_up(s, id, err);
}

/* One that no service is there for any more is not to be run later by the next one. */
static bool give_up_lost(struct session *s, struct error *err)
{
    const struct run_request_end end = {.state = REQUEST_FAILED, .why = lost_text};
    int64_t id = 0;
    return run_requests_open(s->app.store, &id, err) &&
           (id == 0 || run_requests_end(s->app.store, id, &end, err));
}

static bool start_here(struct session *s, struct error *err)
{
    const struct run_options options = {
        .store = s->app.store,
        .config = &s->app.config,
        .catalogue = &s->app.catalogue,
        .ids = s->run_checks.count ? (const char *const *)s->run_checks.items : NULL,
        .id_count = s->run_checks.count,
        .kind = "now",
        .actor = &s->app.actor,
        .now_ms = s->now_ms,
    };
    if (!give_up_lost(s, err))
        return false;
    struct job *job = run_job_new(&options, err);
    if (!job || !session_start_job(s, job, NULL, err))
        return false;
    asked_release(&s->asked);
    read_expected(s, &s->run_checks);
    s->run_clock.began_ms = s->now_ms;
    s->job_is_run = true;
    return true;
}

/* --- public ---------------------------------------------------------------------------------- */

void running_choose(struct session *s, const struct text_list *ids)
{
    if (s->job_is_run && session_job_running(s)) /* which lends the present ones */
        return;
    text_list_release(&s->run_checks);
    text_list_copy(&s->run_checks, ids);
}

bool running_start(struct session *s, struct error *err)
{
    if (session_job_running(s))
        return error_set(err, ERR_BUSY, "Something is running already; wait for its end.");
    if (!s->may_write)
        return error_set(err, ERR_IO, "Read-only: %s.", s->read_only);
    session_find_holder(s);
    return session_has_service(s) ? ask_service(s, err) : start_here(s, err);
}

bool running_join(struct session *s, struct error *err)
{
    int64_t id = 0;
    session_find_holder(s);
    if (running_goes_on(s) || session_job_running(s) || !session_has_service(s))
        return true;
    return run_requests_open(s->app.store, &id, err) && (id == 0 || take_up(s, id, err));
}

bool running_cancel(struct session *s, struct error *err)
{
    if (s->job_is_run) {
        session_end_job(s);
        return true;
    }
    if (!asked_is_open(&s->asked))
        return true;
    if (!run_requests_cancel(s->app.store, s->asked.request.id, err))
        return false;
    worker_wake(s->app.paths.wake_file);
    asked_follow(&s->asked, &s->app);
    return true;
}

enum running_state running_state(const struct session *s)
{
    static const enum running_state of_job[] = {
        [JOB_RUNNING] = RUNNING_HERE,
        [JOB_DONE] = RUNNING_DONE,
        [JOB_FAILED] = RUNNING_FAILED,
    };
    if (s->job_is_run)
        return of_job[s->job_state];
    if (s->asked.request.id == 0)
        return RUNNING_NONE;
    switch (s->asked.request.state) {
    case REQUEST_DONE:
        return RUNNING_DONE;
    case REQUEST_FAILED:
        return RUNNING_FAILED;
    case REQUEST_CANCELLED:
        return RUNNING_CANCELLED;
    case REQUEST_WAITING:
    case REQUEST_RUNNING:
        break;
    }
    return session_has_service(s) ? RUNNING_IN_SERVICE : RUNNING_LOST;
}

bool running_goes_on(const struct session *s)
{
    const enum running_state state = running_state(s);
    return state == RUNNING_HERE || state == RUNNING_IN_SERVICE;
}

const struct run_result *running_result(const struct session *s)
{
    if (s->job_is_run)
        return run_job_result(s->job);
    return s->asked.request.id > 0 ? &s->asked.result : NULL;
}

int64_t running_deliveries(const struct session *s)
{
    return s->job_is_run ? run_job_result(s->job)->deliveries : s->asked.request.deliveries;
}

const char *running_fault(const struct session *s)
{
    const char *why = s->asked.request.error;
    if (s->job_is_run)
        return s->job_error.text;
    if (running_state(s) == RUNNING_LOST)
        return lost_text;
    return why ? why : "";
}

void running_progress(const struct session *s, struct job_progress *out)
{
    if (s->job_is_run) {
        job_progress(s->job, out);
        return;
    }
    *out = s->asked.request.progress;
    if (!out->what[0])
        snprintf(out->what, sizeof out->what, "waiting for the service");
}

void running_pill(const struct session *s, char *out, size_t size)
{
    out[0] = '\0';
    if (!running_goes_on(s))
        return;
    const struct run_progress p = run_progress(running_result(s));
    snprintf(out, size, "» %zu/%zu %s", p.ended, p.checks, p.checks == 1 ? "check" : "checks");
}

int64_t running_elapsed_ms(const struct session *s)
{
    const int64_t began_ms =
        s->job_is_run ? s->run_clock.began_ms : s->asked.request.begun_at * 1000;
    return began_ms > 0 && s->now_ms > began_ms ? s->now_ms - began_ms : 0;
}

int64_t running_expected_ms(const struct session *s)
{
    const struct run_result *r = running_result(s);
    const struct run_clock *c = &s->run_clock;
    if (!r || r->users == 0 || c->expected_users == 0)
        return 0;
    return c->expected_ms * r->users / c->expected_users;
}
