/* What a change of an integration means for the store. */
#include "core/effect.h"

#include "core/base/url.h"
#include "core/config/access.h"
#include "core/store/outbox.h"

struct effect effect_of(const struct integration *before, const struct integration *after)
{
    struct effect e = {.end = !after};
    if (!after)
        return e;
    e.forget = before && !url_same_origin(before->url, after->url);
    e.hold = !after->enabled && (!before || before->enabled);
    e.release = after->enabled && before && (!before->enabled || access_differs(before, after));
    return e;
}

bool effect_apply(struct store *store, const char *id, const struct effect *e, int64_t now_s,
                  struct error *err)
{
    return (!e->forget || outbox_forget_facts(store, id, err)) &&
           (!e->hold || outbox_hold(store, id, hold_disabled_reason, now_s, err)) &&
           (!e->release || outbox_release(store, id, now_s, err)) &&
           (!e->end || outbox_end_integration(store, id, now_s, err));
}
