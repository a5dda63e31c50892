/* Finds the users for whom one check cannot be answered now, and the checks of one user. */
#include <stdio.h>

#include "core/checks/plan.h"
#include "core/checks/run.h"
#include "core/store/evaluate.h"

enum { WHOLE_SLICE_MS = 1000, ONE_USER_LIMIT_MS = 200, REASON_MAX = 256 };

static bool each_unknown(struct evaluation *e, run_user_sink *sink, void *ctx, struct error *err)
{
    struct described user;

    for (size_t i = 0; i < evaluation_users(e); i++) {
        if (evaluation_verdict(e, 0, i) != VERDICT_UNKNOWN)
            continue;
        if (!evaluation_describe(e, 0, i, &user, err) ||
            !sink(ctx, evaluation_uid(e, i), user.source, user.id, user.login, err))
            return false;
    }
    return true;
}

bool run_each_unknown(const struct run_options *options, const char *check_id, run_user_sink *sink,
                      void *ctx, struct error *err)
{
    struct run_options one = *options;
    struct plan plan = {0};
    struct evaluation *e = NULL;
    bool done = false, ok;

    one.ids = &check_id;
    one.id_count = 1;
    if (!plan_make(&plan, &one, err))
        return false;
    ok = plan.question_count > 0 || error_set(err, ERR_INVALID, "%s", plan.lines[0].error);
    if (ok)
        e = evaluation_open(options->store, plan.questions, 1, QUESTION_LIMIT_MS, err);
    ok = ok && e;
    while (ok && !done)
        ok = evaluation_step(e, WHOLE_SLICE_MS, &done, err);
    if (ok && evaluation_fault(e, 0))
        ok = error_set(err, ERR_INVALID, "%s:%d: %s", plan.lines[0].check->file,
                       plan.lines[0].check->line, evaluation_fault(e, 0));
    ok = ok && each_unknown(e, sink, ctx, err);
    evaluation_close(e);
    plan_release(&plan);
    return ok;
}

static void reason_text(const struct evaluation *e, size_t question, char out[REASON_MAX])
{
    const char *fault = evaluation_fault(e, question), *lacking = evaluation_lacking(e, question);

    if (fault)
        snprintf(out, REASON_MAX, "%s", fault);
    else if (lacking)
        snprintf(out, REASON_MAX, "source lacks %s", lacking);
    else
        snprintf(out, REASON_MAX,
                 "not all that is asked is known, of this user or of others in the data set");
}

static bool each_unknown_check(const struct plan *plan, const struct evaluation *e,
                               run_unknown_sink *sink, void *ctx, struct error *err)
{
    char reason[REASON_MAX];

    for (size_t i = 0; i < plan->line_count; i++) {
        const int question = plan->question_of[i];
        if (question == PLAN_NO_QUESTION || evaluation_users(e) == 0 ||
            evaluation_verdict(e, (size_t)question, 0) != VERDICT_UNKNOWN)
            continue;
        reason_text(e, (size_t)question, reason);
        if (!sink(ctx, plan->lines[i].check, reason, err))
            return false;
    }
    return true;
}

bool run_each_unknown_of(const struct run_options *options, int64_t uid, run_unknown_sink *sink,
                         void *ctx, struct error *err)
{
    struct plan plan = {0};
    struct evaluation *e = NULL;
    bool done = false, ok;

    if (!plan_make(&plan, options, err))
        return false;
    e = evaluation_open_user(options->store, plan.questions, plan.question_count, uid,
                             ONE_USER_LIMIT_MS, err);
    ok = e != NULL;
    while (ok && !done)
        ok = evaluation_step(e, WHOLE_SLICE_MS, &done, err);
    ok = ok && each_unknown_check(&plan, e, sink, ctx, err);
    evaluation_close(e);
    plan_release(&plan);
    return ok;
}
