/* One user as text. */
#include "tui/user_about.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/checks/catalogue.h"
#include "core/checks/explain.h"
#include "core/checks/run.h"
#include "tui/count.h"
#include "tui/sign.h"
#include "tui/when.h"

enum { DAY_S = 86400, LIST_BYTES = 1024, SENT_MAX = 6 };

/* What the sinks of one finding share. */
struct about {
    struct textview *out;
    struct session *session;
    struct error *err;
    size_t findings;
    struct textview sent; /* told below the findings */
};

const char *user_role(const char *type, int is_admin)
{
    if (type && strcmp(type, "member") != 0)
        return type;
    return is_admin < 0 ? "n/a" : is_admin > 0 ? "admin" : "user";
}

const char *user_mfa(const struct person *p)
{
    return p->mfa_enrolled < 0 ? "n/a" : p->mfa_enrolled > 0 ? "yes" : "no";
}

/* "today 14:02", "2 days ago" */
static void ago_text(int64_t at, int64_t now_s, char *out, size_t size)
{
    char clock[WHEN_MAX];
    const int64_t ago = now_s - at;
    when_minute(at, now_s, clock);
    if (strchr(clock, ':'))
        snprintf(out, size, "today %s", clock);
    else if (ago < 2 * DAY_S)
        snprintf(out, size, "1 day ago");
    else
        snprintf(out, size, "%lld days ago", (long long)(ago / DAY_S));
}

void user_seen(const struct person *p, int64_t now_s, char *out, size_t size)
{
    if (!p->last_login_known)
        snprintf(out, size, "n/a");
    else if (p->last_login_at == 0)
        snprintf(out, size, "never");
    else
        ago_text(p->last_login_at, now_s, out, size);
}

/* --- what is known ---------------------------------------------------------------------------- */

static bool join(void *ctx, const char *text, struct error *err)
{
    struct strbuf *out = ctx;
    (void)err;
    strbuf_addf(out, "%s%s", out->len > 0 ? "; " : "", text ? text : "");
    return true;
}

static void add_optional(struct textview *out, const char *label, const char *text)
{
    if (text && *text)
        textview_pair(out, label, ROLE_TEXT, "%s", text);
}

static bool add_lists(struct about *a, const struct person *p)
{
    struct store *store = a->session->app.store;
    struct strbuf factors, roles;
    strbuf_init(&factors, LIST_BYTES);
    strbuf_init(&roles, LIST_BYTES);
    const bool ok = person_factors(store, p->uid, join, &factors, a->err) &&
                    person_roles(store, p->uid, join, &roles, a->err);
    if (factors.len > 0)
        textview_pair(a->out, "MFA", ROLE_TEXT, "%s", factors.text);
    else
        textview_pair(a->out, "MFA", ROLE_TEXT, "%s",
                      p->mfa_enrolled > 0   ? "enrolled"
                      : p->mfa_enrolled < 0 ? "the source does not say"
                                            : "not enrolled");
    add_optional(a->out, "Roles", roles.text);
    strbuf_release(&factors);
    strbuf_release(&roles);
    return ok;
}

static bool add_facts(struct about *a, const struct person *p)
{
    const int64_t now = session_now_s(a->session);
    char seen[64];
    textview_pair(a->out, "Login", ROLE_TEXT, "%s", p->login);
    add_optional(a->out, "Mail", p->email);
    textview_pair(a->out, "Role", ROLE_TEXT, "%s", user_role(p->type, p->is_admin));
    if (!add_lists(a, p))
        return false;
    if (p->password_changed_at > 0)
        textview_pair(a->out, "Password", ROLE_TEXT, "%lld days old",
                      (long long)((now - p->password_changed_at) / DAY_S));
    user_seen(p, now, seen, sizeof seen);
    textview_pair(a->out, "Last seen", ROLE_TEXT, "%s", seen);
    add_optional(a->out, "Department", p->department);
    add_optional(a->out, "Manager", p->manager);
    textview_pair(a->out, "Status", ROLE_TEXT, "%s%s", p->status,
                  p->enabled == 0 ? ", disabled" : "");
    textview_pair(a->out, "Source", ROLE_TEXT, "%s/%s", p->source, p->id);
    return true;
}

/* --- findings --------------------------------------------------------------------------------- */

static bool add_sent(void *ctx, const struct delivery *d, struct error *err)
{
    struct about *a = ctx;
    char when[WHEN_MAX];
    (void)err;
    when_minute(d->finished_at > 0 ? d->finished_at : d->created_at, session_now_s(a->session),
                when);
    const bool failed = d->state == DELIVERY_FAILED, sent = d->state == DELIVERY_DELIVERED;
    char how[64];
    if (sent)
        snprintf(how, sizeof how, "● %d  %s", d->status, when);
    else
        snprintf(how, sizeof how, "%s %s  %s", failed ? "■" : "▲", delivery_state_text(d->state),
                 when);
    textview_title(&a->sent, d->integration_name,
                   sent     ? ROLE_OK
                   : failed ? ROLE_BAD
                            : ROLE_WARN,
                   how);
    return true;
}

/* "user type member" and "last login 2026-06-01" below one another. */
static void add_reason(struct textview *out, const char *explain)
{
    struct text_list reasons = {0};
    explain_list(explain, &reasons);
    for (size_t i = 0; i < reasons.count; i++)
        textview_add(out, ROLE_DIM, "  %s", reasons.items[i]);
    text_list_release(&reasons);
}

static bool add_finding(void *ctx, const struct finding *f, struct error *err)
{
    struct about *a = ctx;
    const struct app *app = &a->session->app;
    const struct check *check = catalogue_find(&app->catalogue, f->check_id);
    char age[16];
    time_age(session_now_s(a->session) - f->since, age);
    a->findings++;
    textview_title(
        a->out, check ? check->title : f->check_id, f->stale ? ROLE_WARN : ROLE_TEXT,
        f->stale ? "▲ stale"
                 : severity_text(check ? check_severity(check, &app->config) : SEVERITY_UNSET));
    textview_add(a->out, ROLE_DIM, "  failing for %s", age);
    add_reason(a->out, f->explain);
    return person_deliveries(app->store, f, SENT_MAX, add_sent, a, err);
}

/* The lines of the one go to the end of the other. */
static void append(struct textview *to, struct textview *from)
{
    for (size_t i = 0; i < from->count; i++)
        *(struct textview_line *)list_add(&to->lines, &to->count, sizeof *to->lines) =
            from->lines[i];
    from->count = 0;
}

static bool add_findings(struct about *a, const struct person *p)
{
    textview_blank(a->out);
    textview_add(a->out, ROLE_HEADING, "Findings (%lld)", (long long)p->findings);
    if (!findings_of_user(a->session->app.store, p->source, p->id, add_finding, a, a->err))
        return false;
    if (a->findings == 0)
        textview_add(a->out, ROLE_TEXT, "none open");
    if (a->sent.count == 0)
        return true;
    textview_blank(a->out);
    textview_add(a->out, ROLE_HEADING, "Sent to");
    append(a->out, &a->sent);
    return true;
}

static bool add_unknown(void *ctx, const struct check *check, const char *reason, struct error *err)
{
    struct textview *out = ctx;
    (void)err;
    textview_title(out, check->title, ROLE_WARN, "◊ not known");
    textview_add(out, ROLE_DIM, "  %s", reason);
    return true;
}

static bool add_unknowns(struct about *a, const struct person *p)
{
    const struct app *app = &a->session->app;
    const struct run_options options = {.store = app->store,
                                        .config = &app->config,
                                        .catalogue = &app->catalogue,
                                        .kind = "now",
                                        .now_ms = a->session->now_ms,
                                        .dry_run = true};
    struct textview unknown = {0};
    const bool ok = run_each_unknown_of(&options, p->uid, add_unknown, &unknown, a->err);
    if (ok && unknown.count > 0) {
        textview_blank(a->out);
        textview_add(a->out, ROLE_HEADING, "Cannot be answered");
        append(a->out, &unknown);
    }
    textview_release(&unknown);
    return ok;
}

bool user_about(struct textview *out, struct session *session, const struct person *p, bool whole,
                struct error *err)
{
    struct about a = {.out = out, .session = session, .err = err};
    textview_clear(out);
    textview_title(out, p->name ? p->name : p->login, ROLE_TEXT, "");
    textview_blank(out);
    const bool ok = add_facts(&a, p) && add_findings(&a, p) && (!whole || add_unknowns(&a, p));
    textview_release(&a.sent);
    return ok;
}

void user_source_text(const struct dataset *d, int64_t now_s, char *out, size_t size)
{
    const bool named = strcmp(d->source, d->format) != 0;
    char when[WHEN_MAX], users[COUNT_TEXT_MAX];
    when_minute(d->loaded_at, now_s, when);
    count_text(d->users, users);
    snprintf(out, size, "From %s%s%s%s, imported %s%s, %s %s. i imports it anew.", d->source,
             named ? " (" : "", named ? d->format : "", named ? ")" : "",
             strchr(when, ':') ? "today " : "", when, users, d->users == 1 ? "user" : "users");
}
