/* Starts, follows and ends an import as the work of the session. */
#include "tui/importing.h"

#include "core/base/clock.h"

static void tell_end(struct session *s)
{
    const struct import_result *r = importing_result(s);
    if (s->job_state == JOB_FAILED)
        session_say(s, ROLE_BAD, "■ Nothing was imported: %.400s", s->job_error.text);
    else
        session_say(s, ROLE_OK, "● %lld %s imported into %s. R on page 2 runs the checks.",
                    (long long)r->users, r->users == 1 ? "user" : "users", r->source);
}

bool importing_start(struct session *s, const struct importing_plan *plan, struct error *err)
{
    const struct import_options options = {
        .store = s->app.store,
        .paths = &plan->path,
        .path_count = 1,
        .format = plan->format,
        .source = plan->source,
        .now = session_now_s(s),
        .actor = &s->app.actor,
        .apart = true,
    };
    struct job *job = import_job_new(&options, err);
    if (!job || !session_start_job(s, job, NULL, err))
        return false;
    s->job_is_import = true;
    s->job_ended = tell_end;
    s->import_began_ms = clock_monotonic_ms();
    return true;
}

bool importing_goes_on(const struct session *s)
{
    return s->job_is_import && session_job_running(s);
}

const struct import_result *importing_result(const struct session *s)
{
    return s->job_is_import && s->job ? import_job_result(s->job) : NULL;
}

int64_t importing_rate(const struct session *s)
{
    const struct import_result *r = importing_result(s);
    const int64_t took_ms = clock_monotonic_ms() - s->import_began_ms;
    return r && took_ms > 0 ? r->users * 1000 / took_ms : 0;
}

void importing_cancel(struct session *s)
{
    if (!importing_goes_on(s))
        return;
    session_end_job(s);
    session_say(s, ROLE_WARN, "▲ The import was cancelled; the data is as it was.");
}
