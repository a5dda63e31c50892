/* A model of runs: verdicts, findings and messages, without SQL. */
#include "tests/support/runmodel.h"

#include <inttypes.h>

enum { DAY = 86400, LOGINS_MAX = 1000 };

const char *const model_source_names[MODEL_SOURCES] = {"duo", "entra", "okta"};
const char *const model_check_ids[MODEL_CHECKS] = {"admin", "no-mfa", "old", "own"};
const char *const model_hook_names[MODEL_HOOKS] = {"Alpha", "Beta", "Gamma"};

enum answer { OUTSIDE, PASSES, FAILS, UNKNOWN };

/* --- users ----------------------------------------------------------------------------------- */

static void merge_value(int *value, int added)
{
    if (added != MODEL_UNKNOWN)
        *value = added;
}

void model_merge_user(struct model_user *user, const struct model_user *added)
{
    if (!added->here)
        return;
    if (!user->here) {
        *user = *added;
        return;
    }
    merge_value(&user->enabled, added->enabled);
    merge_value(&user->mfa, added->mfa);
    merge_value(&user->admin, added->admin);
    if (added->last_login != MODEL_UNKNOWN)
        user->last_login = added->last_login;
}

/* --- verdicts -------------------------------------------------------------------------------- */

static int not3(int a)
{
    return a == MODEL_UNKNOWN ? a : !a;
}

static int and3(int a, int b)
{
    if (a == 0 || b == 0)
        return 0;
    return a == 1 && b == 1 ? 1 : MODEL_UNKNOWN;
}

static int is_old(const struct model_user *u, int64_t days, int64_t now)
{
    if (u->last_login == MODEL_UNKNOWN)
        return MODEL_UNKNOWN;
    return u->last_login != MODEL_NEVER && u->last_login < now - days * DAY;
}

static int fails(const struct model *m, enum model_check check, const struct model_user *u,
                 int64_t now)
{
    switch (check) {
    case MODEL_ADMIN:
        return u->admin;
    case MODEL_NO_MFA:
        return not3(u->mfa);
    case MODEL_OLD:
        return is_old(u, m->days, now);
    default:
        return and3(u->admin, not3(u->mfa));
    }
}

static enum answer ask(const struct model *m, enum model_check check, size_t source, size_t user,
                       int64_t now)
{
    const struct model_user *u = &m->users[source][user];
    int applies = check == MODEL_ADMIN || check == MODEL_NO_MFA ? u->enabled : 1;
    if (!u->here || m->ignored[check][user] || applies == 0)
        return OUTSIDE;
    int answer = applies == 1 ? fails(m, check, u, now) : MODEL_UNKNOWN;
    return answer == MODEL_UNKNOWN ? UNKNOWN : answer == 1 ? FAILS : PASSES;
}

/* Nobody who may sign in has what the check needs, and nobody could be asked. */
static bool is_lacking(const struct model *m, enum model_check check, int64_t evaluated)
{
    bool anybody = false, met = check == MODEL_NO_MFA || check == MODEL_OWN;
    for (size_t s = 0; s < MODEL_SOURCES; s++)
        for (size_t i = 0; i < MODEL_USERS; i++) {
            const struct model_user *u = &m->users[s][i];
            if (!u->here || u->enabled == 0)
                continue;
            anybody = true;
            met = met || (check == MODEL_ADMIN ? u->admin != MODEL_UNKNOWN
                                               : u->last_login != MODEL_UNKNOWN);
        }
    return anybody && !met && evaluated == 0;
}

/* --- one run --------------------------------------------------------------------------------- */

static void count(struct model_line *line, enum answer answer)
{
    line->evaluated += answer == PASSES || answer == FAILS;
    line->failing += answer == FAILS;
    line->unknown += answer == UNKNOWN;
}

static void change(struct model *m, struct model_line *line, struct model_finding *f,
                   enum answer answer, const struct model_finding *fresh)
{
    const bool ends = f->open && (answer == PASSES || answer == OUTSIDE);
    const bool begins = !f->open && answer == FAILS;
    line->resolved += ends;
    line->fresh += begins;
    line->kept += f->open && answer == UNKNOWN;
    if (fresh->run == 0)
        return;
    m->resolved += ends;
    if (begins)
        *f = *fresh;
    else if (ends)
        *f = (struct model_finding){0};
    else if (f->open)
        f->stale = answer == UNKNOWN;
}

static void compare(struct model *m, enum model_check check, int64_t now, int64_t run_id,
                    struct model_line *line)
{
    const struct model_finding fresh = {.open = true, .since = now, .run = run_id};
    for (size_t i = 0; i < MODEL_USERS; i++)
        for (size_t s = 0; s < MODEL_SOURCES; s++) {
            int64_t before = line->fresh;
            change(m, line, &m->findings[check][s][i], ask(m, check, s, i, now), &fresh);
            if (line->fresh > before)
                strbuf_addf(&line->logins, "u%zu ", i);
        }
}

/* What is lacking ends no finding but those of users who are gone or outside; the others are stale.
 */
static void lack(struct model *m, enum model_check check, int64_t now, bool dry,
                 struct model_line *line)
{
    for (size_t s = 0; s < MODEL_SOURCES; s++)
        for (size_t i = 0; i < MODEL_USERS; i++) {
            struct model_finding *f = &m->findings[check][s][i];
            const bool ends = f->open && ask(m, check, s, i, now) == OUTSIDE;
            line->resolved += ends;
            if (dry)
                continue;
            m->resolved += ends;
            f->stale = f->open;
            if (ends)
                *f = (struct model_finding){0};
        }
}

static int64_t hooks_of(const struct model *m, enum model_check check)
{
    int64_t told = 0;
    for (size_t h = 0; h < MODEL_HOOKS; h++)
        told += m->hook_here[h] && m->ticked[check][h];
    return told;
}

static void run_check(struct model *m, enum model_check check, int64_t now, int64_t run_id,
                      struct model_line *line)
{
    for (size_t s = 0; s < MODEL_SOURCES; s++)
        for (size_t i = 0; i < MODEL_USERS; i++)
            count(line, ask(m, check, s, i, now));
    line->error = is_lacking(m, check, line->evaluated);
    if (!line->error) {
        compare(m, check, now, run_id, line);
        return;
    }
    lack(m, check, now, run_id == 0, line);
    line->evaluated = line->failing = 0;
}

static bool is_broken(const struct model *m, int64_t users)
{
    return m->fault == MODEL_WRONG || (m->fault == MODEL_BREAKS && users > 0);
}

void model_run(struct model *m, const bool asked[MODEL_CHECKS], int64_t now, int64_t run_id,
               struct model_run *out)
{
    *out = (struct model_run){0};
    for (size_t s = 0; s < MODEL_SOURCES; s++)
        for (size_t i = 0; i < MODEL_USERS; i++)
            out->users += m->users[s][i].here;
    for (enum model_check c = 0; c < MODEL_CHECKS; c++) {
        struct model_line *line = &out->lines[c];
        strbuf_init(&line->logins, LOGINS_MAX);
        line->asked = asked[c] && m->on[c];
        if (!line->asked)
            continue;
        if (c == MODEL_OWN && is_broken(m, out->users))
            line->error = true;
        else
            run_check(m, c, now, run_id, line);
        int64_t told = line->fresh > 0 ? hooks_of(m, c) : 0;
        out->deliveries += told;
        out->events += told > 0;
    }
}

void model_run_release(struct model_run *run)
{
    for (size_t c = 0; c < MODEL_CHECKS; c++)
        strbuf_release(&run->lines[c].logins);
}

/* --- as text --------------------------------------------------------------------------------- */

void model_add_open(struct strbuf *out, const struct model *m)
{
    for (size_t c = 0; c < MODEL_CHECKS; c++)
        for (size_t s = 0; s < MODEL_SOURCES; s++)
            for (size_t i = 0; i < MODEL_USERS; i++) {
                const struct model_finding *f = &m->findings[c][s][i];
                if (f->open)
                    strbuf_addf(out, "%s %s u%zu u%zu since %" PRId64 " run %" PRId64 " stale %d\n",
                                model_check_ids[c], model_source_names[s], i, i, f->since, f->run,
                                f->stale);
            }
    strbuf_addf(out, "resolved %" PRId64 "\n", m->resolved);
}

void model_add_counts(struct strbuf *out, const struct model_run *run)
{
    for (size_t c = 0; c < MODEL_CHECKS; c++) {
        const struct model_line *l = &run->lines[c];
        if (l->asked)
            strbuf_addf(out,
                        "%s evaluated %" PRId64 " failing %" PRId64 " new %" PRId64
                        " resolved %" PRId64 " unknown %" PRId64 " kept %" PRId64 " error %d\n",
                        model_check_ids[c], l->evaluated, l->failing, l->fresh, l->resolved,
                        l->unknown, l->kept, l->error);
    }
}

void model_add_sent(struct strbuf *out, const struct model *m, const struct model_run *run)
{
    for (size_t c = 0; c < MODEL_CHECKS; c++)
        for (size_t h = 0; run->lines[c].fresh > 0 && h < MODEL_HOOKS; h++)
            if (m->hook_here[h] && m->ticked[c][h])
                strbuf_addf(out, "%s to %s %s: %s\n", model_check_ids[c], model_hook_names[h],
                            m->hook_enabled[h] ? "pending" : "held", run->lines[c].logins.text);
}
