/* Writes the events of a check and one delivery for each integration and part. */
#include "core/checks/notify.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/random.h"
#include "core/store/outbox.h"

/* A division of the users into events, shared by all integrations that take this one. */
struct parts {
    size_t *ends;
    size_t count;
    char (*ids)[UUID_LEN + 1];
};

struct parts_list {
    struct parts *items;
    size_t count;
};

static void parts_list_release(struct parts_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].ends);
        free(list->items[i].ids);
    }
    free(list->items);
}

static bool add_event(const struct notice *n, struct parts *parts, size_t part, struct error *err)
{
    size_t first = part > 0 ? parts->ends[part - 1] : 0;
    size_t count = parts->ends[part] - first;
    char envelope_id[UUID_LEN + 1];

    uuid_make(parts->ids[part]);
    uuid_make(envelope_id);
    struct event event = {
        .id = parts->ids[part],
        .envelope_id = envelope_id,
        .kind = KIND_FINDING,
        .check_id = n->subject.check->id,
        .run_id = n->run_id,
        .published_ms = n->subject.published_ms,
        .detail = event_detail(&n->subject, parts->ids[part], n->users + first, count),
        .explain = event_explain(n->users + first, count),
    };
    bool ok = outbox_add_event(n->store, &event, err);
    free(event.detail);
    free(event.explain);
    return ok;
}

/* The parts that the integration takes; their events are written when nobody took them before. */
static struct parts *parts_for(const struct notice *n, const struct integration *in,
                               struct parts_list *list, int64_t *events, struct error *err)
{
    struct parts parts = {0};

    parts.count = event_split(&n->subject, n->config, in, n->users, n->count, &parts.ends);
    for (size_t i = 0; i < list->count; i++) {
        struct parts *known = &list->items[i];
        if (known->count == parts.count &&
            memcmp(known->ends, parts.ends, parts.count * sizeof *parts.ends) == 0) {
            free(parts.ends);
            return known;
        }
    }
    parts.ids = mem_zalloc(parts.count * sizeof *parts.ids);
    struct parts *added = list_add(&list->items, &list->count, sizeof *added);
    *added = parts;
    *events += (int64_t)parts.count;
    for (size_t i = 0; !n->dry_run && i < parts.count; i++)
        if (!add_event(n, added, i, err))
            return NULL;
    return added;
}

/* Why deliveries of the integration wait; *held is NULL where they are sent; the caller frees. */
static bool read_hold(const struct notice *n, const struct integration *in, char **held,
                      struct error *err)
{
    struct integration_facts facts = {0};
    bool ok = outbox_facts(n->store, in->id, &facts, err);

    *held = NULL;
    if (!in->enabled)
        *held = mem_strdup(hold_disabled_reason);
    else if (ok && facts.on_hold)
        *held = mem_strdup(facts.hold_reason);
    integration_facts_release(&facts);
    return ok;
}

static bool add_deliveries(const struct notice *n, const struct integration *in,
                           const struct parts *parts, const char *held, struct error *err)
{
    bool ok = true;

    for (size_t i = 0; ok && i < parts->count; i++) {
        struct new_delivery delivery = {
            .event_id = parts->ids[i],
            .check_id = n->subject.check->id,
            .integration_id = in->id,
            .integration_name = in->name,
            .kind = KIND_FINDING,
            .now = n->subject.published_ms / 1000,
            .held_reason = held,
        };
        int64_t id;
        ok = outbox_add_delivery(n->store, &delivery, &id, err);
    }
    return ok;
}

static void note_told(const struct notice *n, const struct integration *in,
                      const struct parts *parts, const char *held)
{
    if (n->told)
        *(struct told *)list_add(&n->told->items, &n->told->count, sizeof *n->told->items) =
            (struct told){.check = n->subject.check,
                          .integration = mem_strdup(in->name),
                          .users = n->count,
                          .events = (int64_t)parts->count,
                          .held = mem_strdup(held)};
}

static bool tell(const struct notice *n, const struct integration *in, const struct parts *parts,
                 struct error *err)
{
    char *held;
    bool ok =
        read_hold(n, in, &held, err) && (n->dry_run || add_deliveries(n, in, parts, held, err));

    if (ok)
        note_told(n, in, parts, held);
    free(held);
    return ok;
}

void told_list_release(struct told_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].integration);
        free(list->items[i].held);
    }
    free(list->items);
    *list = (struct told_list){0};
}

bool notify_integrations(const struct notice *notice, int64_t *events, int64_t *deliveries,
                         struct error *err)
{
    const struct check_config *own = config_check(notice->config, notice->subject.check->id);
    struct parts_list list = {0};
    bool ok = true;

    for (size_t i = 0; ok && own && notice->count > 0 && i < own->integrations.count; i++) {
        const char *id = own->integrations.items[i];
        const struct integration *in = config_find(notice->config, id);
        if (!in || (notice->only && !text_list_has(notice->only, id)))
            continue;
        const struct parts *parts = parts_for(notice, in, &list, events, err);
        ok = parts && tell(notice, in, parts, err);
        *deliveries += parts ? (int64_t)parts->count : 0;
    }
    parts_list_release(&list);
    return ok;
}
