/* Finds the users for whom one check cannot be answered now. */
#include "core/checks/plan.h"
#include "core/checks/run.h"
#include "core/store/evaluate.h"

enum { WHOLE_SLICE_MS = 1000 };

static bool each_unknown(struct evaluation *e, run_user_sink *sink, void *ctx, struct error *err)
{
    struct described user;

    for (size_t i = 0; i < evaluation_users(e); i++) {
        if (evaluation_verdict(e, 0, i) != VERDICT_UNKNOWN)
            continue;
        if (!evaluation_describe(e, 0, i, &user, err) ||
            !sink(ctx, user.source, user.id, user.login, err))
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
