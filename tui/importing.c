/* Starts, follows and ends an import as the work of the session. */
#include "tui/importing.h"

#include <stdio.h>

#include "tui/import_about.h"

/* "4 users read, 1 of them new: okta has 10", "4 users imported into okta" */
static void users_text(const struct import_result *r, char *out, size_t size)
{
    const int64_t count = r->merged ? r->told : r->users;
    const char *users = count == 1 ? "user" : "users";
    if (r->merged)
        snprintf(out, size, "%lld %s read, %lld new: %s has %lld", (long long)count, users,
                 (long long)r->new_users, r->source, (long long)r->now.users);
    else
        snprintf(out, size, "%lld %s imported into %s", (long long)count, users, r->source);
}

static void tell_end(struct session *s)
{
    const struct import_result *r = importing_result(s);
    char left_out[64] = "", users[256];
    if (s->job_state == JOB_FAILED) {
        session_say(s, ROLE_BAD, "■ Nothing was imported: %.400s", s->job_error.text);
        return;
    }
    s->import_untold = import_about_remarks(r);
    users_text(r, users, sizeof users);
    if (r->rejected.total > 0)
        snprintf(left_out, sizeof left_out, ", %lld %s left out", (long long)r->rejected.total,
                 r->rejected.total == 1 ? "row" : "rows");
    session_say(s, r->rejected.total > 0 ? ROLE_WARN : ROLE_OK,
                "%s %s%s. R on page 2 runs the checks.", r->rejected.total > 0 ? "▲" : "●", users,
                left_out);
}

bool importing_start(struct session *s, const struct importing_plan *plan, struct error *err)
{
    const struct import_options options = {
        .store = s->app.store,
        .paths = &plan->path,
        .path_count = 1,
        .format = plan->format,
        .source = plan->source,
        .merge = plan->merge,
        .skip_bad = plan->skip_bad,
        .now = session_now_s(s),
        .actor = &s->app.actor,
        .apart = true,
    };
    struct job *job = import_job_new(&options, err);
    if (!job || !session_start_job(s, job, NULL, err))
        return false;
    s->job_is_import = true;
    s->job_ended = tell_end;
    s->import_untold = false;
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

const struct import_result *importing_take_remarks(struct session *s)
{
    if (!s->import_untold || importing_goes_on(s))
        return NULL;
    s->import_untold = false;
    return importing_result(s);
}

void importing_cancel(struct session *s)
{
    if (!importing_goes_on(s))
        return;
    session_end_job(s);
    session_say(s, ROLE_WARN, "▲ The import was cancelled; the data is as it was.");
}
