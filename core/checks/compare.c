/* Compares answers with findings, describes who is new, and writes the difference. */
#include "core/checks/compare.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/checks/explain.h"

/* What diff_make asks about users. */
struct answers {
    const struct evaluation *evaluation;
    size_t question;
};

static int64_t uid_of(const void *ctx, size_t user)
{
    const struct answers *a = ctx;

    return evaluation_uid(a->evaluation, user);
}

static enum verdict verdict_of(const void *ctx, size_t user)
{
    const struct answers *a = ctx;

    return evaluation_verdict(a->evaluation, a->question, user);
}

/* Users of one source follow one another. */
static const char *lend_source(struct comparison *c, const char *source)
{
    struct text_list *names = &c->source_names;

    for (size_t i = names->count; i-- > 0;)
        if (strcmp(names->items[i], source) == 0)
            return names->items[i];
    text_list_add(names, source);
    return names->items[names->count - 1];
}

static void add_described(struct comparison *c, const struct check *check,
                          const struct described *user)
{
    char *explain = explain_make(check, user);

    text_list_add(&c->logins, user->login);
    text_list_add(&c->explains, explain);
    text_list_add(&c->user_ids, user->id);
    *(const char **)list_add(&c->sources, &c->source_count, sizeof *c->sources) =
        lend_source(c, user->source);
    free(explain);
}

bool comparison_make(struct comparison *c, struct store *s, struct evaluation *evaluation,
                     size_t question, const struct check *check, struct error *err)
{
    struct open_finding_list open = {0};
    struct answers answers = {evaluation, question};
    bool ok = findings_open(s, check->id, &open, err);

    if (ok)
        diff_make(
            &(struct diff_input){
                .users = evaluation_users(evaluation),
                .uid = uid_of,
                .verdict = verdict_of,
                .ctx = &answers,
                .open = &open,
            },
            &c->diff);
    open_finding_list_release(&open);
    return ok;
}

bool comparison_describe(struct comparison *c, struct evaluation *evaluation, size_t question,
                         const struct check *check, int64_t until_ms, bool *done, struct error *err)
{
    struct described user;

    do {
        if (c->described == c->diff.count)
            break;
        const struct change *change = &c->diff.items[c->described++];
        if (change->kind != CHANGE_NEW)
            continue;
        if (!evaluation_describe(evaluation, question, change->user, &user, err))
            return false;
        add_described(c, check, &user);
    } while (clock_monotonic_ms() < until_ms);
    *done = c->described == c->diff.count;
    return true;
}

static bool write_new(const struct comparison *c, struct store *s, struct new_findings added,
                      struct error *err)
{
    struct new_finding *items = mem_zalloc((c->logins.count + 1) * sizeof *items);

    for (size_t i = 0; i < c->logins.count; i++)
        items[i] = (struct new_finding){c->sources[i], c->user_ids.items[i], c->logins.items[i],
                                        c->explains.items[i]};
    added.items = items;
    added.count = c->logins.count;
    bool ok = findings_add(s, &added, err);
    free(items);
    return ok;
}

static bool write_change(const struct change *change, struct store *s, int64_t run_id,
                         int64_t now_s, struct error *err)
{
    if (change->kind == CHANGE_NEW)
        return true;
    if (change->kind == CHANGE_RESOLVED)
        return findings_resolve(s, change->finding_id, run_id, now_s, err);
    return findings_set_stale(s, change->finding_id, change->kind == CHANGE_STALE, now_s, err);
}

bool comparison_write(const struct comparison *c, struct store *s, const struct check *check,
                      int64_t run_id, int64_t now_s, struct error *err)
{
    bool ok = true;

    for (size_t i = 0; ok && i < c->diff.count; i++)
        ok = write_change(&c->diff.items[i], s, run_id, now_s, err);
    return ok && write_new(c, s, (struct new_findings){check->id, run_id, now_s, NULL, 0}, err);
}

struct event_user *comparison_users(const struct comparison *c)
{
    struct event_user *users = mem_zalloc((c->logins.count + 1) * sizeof *users);

    for (size_t i = 0; i < c->logins.count; i++)
        users[i] = (struct event_user){c->logins.items[i], c->explains.items[i]};
    return users;
}

void comparison_release(struct comparison *c)
{
    diff_release(&c->diff);
    text_list_release(&c->logins);
    text_list_release(&c->explains);
    text_list_release(&c->user_ids);
    text_list_release(&c->source_names);
    free(c->sources);
    *c = (struct comparison){0};
}
