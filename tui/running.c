/* Follows a run of the checks, wherever it takes place. */
#include "tui/running.h"

#include <stdio.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/checks/recall.h"
#include "tui/session.h"

static const char lost_text[] = "the service ended during the run; nothing of it was kept";

static bool service_lives(const struct session *s)
{
    return strcmp(s->holder, "service") == 0;
}

/* --- in the service -------------------------------------------------------------------------- */

/* What there is to show of the request as it stands. */
static void read_result(struct session *s)
{
    struct running *r = &s->running;
    struct error err = {0};
    if (r->recalled)
        return;
    run_recalled_release(&r->result);
    if (r->request.state == REQUEST_DONE &&
        run_recall(s->app.store, &s->app.catalogue, r->request.run_id, &r->result, &err)) {
        r->recalled = true;
        return;
    }
    const struct job_progress *p = &r->request.progress;
    run_foresee(&s->app.catalogue, &s->app.config, p->done, p->total, &r->result);
}

static void explain(struct session *s)
{
    struct running *r = &s->running;
    const char *why = run_request_is_open(&r->request) ? lost_text : r->request.error;
    snprintf(r->fault, sizeof r->fault, "%s", why ? why : "");
}

static bool read_request(struct session *s, int64_t id, struct error *err)
{
    struct running *r = &s->running;
    struct run_request now = {0};
    if (!run_requests_find(s->app.store, id, &now, err))
        return false;
    run_request_release(&r->request);
    r->request = now;
    read_result(s);
    explain(s);
    return true;
}

static bool take_up(struct session *s, int64_t id, struct error *err)
{
    session_end_job(s);
    running_forget(s);
    return read_request(s, id, err);
}

static bool ask_service(struct session *s, struct error *err)
{
    char by[sizeof s->user + sizeof s->host + 8];
    int64_t id = 0;
    snprintf(by, sizeof by, "%s on %s", s->user, s->host);
    if (!run_requests_add(s->app.store, by, session_now_s(s), &id, err))
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

/* --- here ------------------------------------------------------------------------------------ */

static bool start_here(struct session *s, struct error *err)
{
    const struct run_options options = {
        .store = s->app.store,
        .config = &s->app.config,
        .catalogue = &s->app.catalogue,
        .kind = "now",
        .now_ms = s->now_ms,
    };
    if (!give_up_lost(s, err))
        return false;
    struct job *job = run_job_new(&options, err);
    if (!job || !session_start_job(s, job, NULL, err))
        return false;
    running_forget(s);
    s->running.here = true;
    return true;
}

/* --- public ---------------------------------------------------------------------------------- */

bool running_start(struct session *s, struct error *err)
{
    if (session_job_running(s))
        return error_set(err, ERR_BUSY, "Something is running already; wait for its end.");
    session_find_holder(s);
    return service_lives(s) ? ask_service(s, err) : start_here(s, err);
}

bool running_join(struct session *s, struct error *err)
{
    int64_t id = 0;
    session_find_holder(s);
    if (running_goes_on(s) || session_job_running(s) || !service_lives(s))
        return true;
    return run_requests_open(s->app.store, &id, err) && (id == 0 || take_up(s, id, err));
}

bool running_follow(struct session *s)
{
    struct error ignored = {0}; /* pruned, or read at the next look */
    if (s->running.request.id == 0 || !run_request_is_open(&s->running.request))
        return false;
    return read_request(s, s->running.request.id, &ignored);
}

bool running_cancel(struct session *s, struct error *err)
{
    const int64_t id = s->running.request.id;
    if (s->running.here) {
        session_end_job(s);
        return true;
    }
    if (id == 0 || !run_requests_cancel(s->app.store, id, err))
        return id == 0;
    worker_wake(s->app.paths.wake_file);
    return read_request(s, id, err);
}

enum running_state running_state(const struct session *s)
{
    static const enum running_state of_job[] = {
        [JOB_RUNNING] = RUNNING_HERE,
        [JOB_DONE] = RUNNING_DONE,
        [JOB_FAILED] = RUNNING_FAILED,
    };
    if (s->running.here)
        return of_job[s->job_state];
    if (s->running.request.id == 0)
        return RUNNING_NONE;
    switch (s->running.request.state) {
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
    return service_lives(s) ? RUNNING_IN_SERVICE : RUNNING_LOST;
}

bool running_goes_on(const struct session *s)
{
    const enum running_state state = running_state(s);
    return state == RUNNING_HERE || state == RUNNING_IN_SERVICE;
}

const struct run_result *running_result(const struct session *s)
{
    if (s->running.here)
        return run_job_result(s->job);
    return s->running.request.id > 0 ? &s->running.result : NULL;
}

int64_t running_deliveries(const struct session *s)
{
    return s->running.here ? run_job_result(s->job)->deliveries : s->running.request.deliveries;
}

const char *running_fault(const struct session *s)
{
    return s->running.here ? s->job_error.text : s->running.fault;
}

void running_progress(const struct session *s, struct job_progress *out)
{
    if (s->running.here) {
        job_progress(s->job, out);
        return;
    }
    *out = s->running.request.progress;
    if (!out->what[0])
        snprintf(out->what, sizeof out->what, "waiting for the service");
}

void running_forget(struct session *s)
{
    run_request_release(&s->running.request);
    run_recalled_release(&s->running.result);
    s->running = (struct running){0};
}
