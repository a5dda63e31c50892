/* Walks users and open findings side by side and notes what changed. */
#include "core/checks/diff.h"

#include <stdlib.h>

#include "core/base/mem.h"

static void add(struct diff *out, enum change_kind kind, size_t user, int64_t finding_id)
{
    struct change *change = list_add(&out->items, &out->count, sizeof *change);

    *change = (struct change){kind, user, finding_id};
    out->fresh += kind == CHANGE_NEW;
    out->resolved += kind == CHANGE_RESOLVED;
}

/* A user who has an open finding. */
static void compare(struct diff *out, enum verdict verdict, const struct open_finding *f)
{
    out->kept += verdict == VERDICT_UNKNOWN;
    if (verdict == VERDICT_PASS || verdict == VERDICT_OUTSIDE)
        add(out, CHANGE_RESOLVED, 0, f->id);
    else if (verdict == VERDICT_UNKNOWN && !f->stale)
        add(out, CHANGE_STALE, 0, f->id);
    else if (verdict == VERDICT_FAIL && f->stale)
        add(out, CHANGE_AGAIN, 0, f->id);
}

void diff_make(const struct diff_input *in, struct diff *out)
{
    const struct open_finding *f = in->open->items;
    const struct open_finding *end = f ? f + in->open->count : NULL;

    *out = (struct diff){0};
    for (size_t user = 0; user < in->users; user++) {
        int64_t uid = in->uid(in->ctx, user);
        enum verdict verdict = in->verdict(in->ctx, user);

        for (; f < end && f->uid < uid; f++)
            add(out, CHANGE_RESOLVED, 0, f->id);
        if (f < end && f->uid == uid)
            compare(out, verdict, f++);
        else if (verdict == VERDICT_FAIL)
            add(out, CHANGE_NEW, user, 0);
    }
    for (; f < end; f++)
        add(out, CHANGE_RESOLVED, 0, f->id);
}

void diff_release(struct diff *diff)
{
    free(diff->items);
    *diff = (struct diff){0};
}
