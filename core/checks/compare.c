/* Compares answers with findings, describes who is new, and writes the difference. */
#include "core/checks/compare.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/text.h"

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

static bool ends_in_at(const char *name)
{
    size_t len = strlen(name);

    return len > 3 && strcmp(name + len - 3, "_at") == 0;
}

/* Times are known by their name, of the column or of the key: …_at. */
static void add_value(cJSON *object, const struct check_explain *explain, const char *value)
{
    char time[TIME_TEXT_MAX];
    int64_t seconds;

    if (!value)
        return;
    if ((ends_in_at(explain->key) || ends_in_at(explain->expression)) &&
        text_to_int(value, INT64_MIN, INT64_MAX, &seconds)) {
        time_format(seconds, time);
        value = time;
    }
    json_add_text(object, explain->key, value);
}

static void add_described(struct comparison *c, const struct check *check,
                          const struct described *user)
{
    cJSON *object = mem_check(cJSON_CreateObject());

    for (size_t i = 0; i < check->explain_count; i++)
        add_value(object, &check->explains[i], user->values[i]);
    char *explain = json_compact(object);
    text_list_add(&c->logins, user->login);
    text_list_add(&c->explains, explain);
    free(explain);
    cJSON_Delete(object);
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

bool comparison_write(const struct comparison *c, struct store *s,
                      const struct evaluation *evaluation, const struct check *check,
                      int64_t run_id, int64_t now_s, struct error *err)
{
    bool ok = true;

    for (size_t i = 0, fresh = 0; ok && i < c->diff.count; i++) {
        const struct change *change = &c->diff.items[i];
        if (change->kind == CHANGE_NEW) {
            struct new_finding f = {
                .check_id = check->id,
                .uid = evaluation_uid(evaluation, change->user),
                .run_id = run_id,
                .now = now_s,
                .explain = c->explains.items[fresh++],
            };
            ok = findings_add(s, &f, err);
        } else if (change->kind == CHANGE_RESOLVED) {
            ok = findings_resolve(s, change->finding_id, run_id, now_s, err);
        } else {
            ok =
                findings_set_stale(s, change->finding_id, change->kind == CHANGE_STALE, now_s, err);
        }
    }
    return ok;
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
    *c = (struct comparison){0};
}
