/* Walks users and open findings side by side and tells what changed. */
#include "core/checks/diff.h"

static bool next(struct diff *d, struct error *err)
{
    bool found = false;

    if (!d->ops->next(d->ctx, &d->at, &found, err))
        return false;
    if (!found)
        d->at = (struct open_finding){.uid = INT64_MAX};
    return true;
}

static bool tell(struct diff *d, enum change_kind kind, int64_t uid, struct error *err)
{
    const struct change change = {kind, uid, kind == CHANGE_NEW ? 0 : d->at.id};

    d->fresh += kind == CHANGE_NEW;
    d->resolved += kind == CHANGE_RESOLVED;
    return d->ops->change(d->ctx, &change, err);
}

/* The user has an open finding. */
static bool compare(struct diff *d, enum verdict verdict, struct error *err)
{
    d->kept += verdict == VERDICT_UNKNOWN;
    if (verdict == VERDICT_PASS || verdict == VERDICT_OUTSIDE)
        return tell(d, CHANGE_RESOLVED, 0, err);
    if (verdict == VERDICT_UNKNOWN && !d->at.stale)
        return tell(d, CHANGE_STALE, 0, err);
    if (verdict == VERDICT_FAIL && d->at.stale)
        return tell(d, CHANGE_AGAIN, 0, err);
    return true;
}

/* Users up to there did not come. */
static bool resolve_before(struct diff *d, int64_t uid, struct error *err)
{
    while (d->at.uid < uid)
        if (!tell(d, CHANGE_RESOLVED, 0, err) || !next(d, err))
            return false;
    return true;
}

bool diff_begin(struct diff *d, const struct diff_ops *ops, void *ctx, struct error *err)
{
    *d = (struct diff){.ops = ops, .ctx = ctx};
    return next(d, err);
}

bool diff_user(struct diff *d, int64_t uid, enum verdict verdict, struct error *err)
{
    if (!resolve_before(d, uid, err))
        return false;
    if (d->at.uid == uid)
        return compare(d, verdict, err) && next(d, err);
    return verdict != VERDICT_FAIL || tell(d, CHANGE_NEW, uid, err);
}

bool diff_end(struct diff *d, struct error *err)
{
    return resolve_before(d, INT64_MAX, err);
}
