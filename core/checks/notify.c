/* Writes the events of a check and one delivery for each integration and part. */
#include "core/checks/notify.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/random.h"
#include "core/base/strbuf.h"
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

/* --- users ------------------------------------------------------------------------------------ */

/* A walk over all users of a notice. */
struct walk {
    const struct notice *notice;
    size_t at;
};

static bool walk_begin(struct walk *w, const struct notice *n, struct error *err)
{
    *w = (struct walk){.notice = n};
    return !n->feed || n->feed->rewind(n->feed->ctx, err);
}

static bool walk_next(struct walk *w, struct event_user *out, struct error *err)
{
    const struct notice *n = w->notice;

    if (n->feed)
        return n->feed->next(n->feed->ctx, out, err);
    *out = n->users[w->at++];
    return true;
}

/* The users of one part, whose texts lie one behind the other. */
struct named {
    struct event_user *users;
    size_t *places;
    struct strbuf texts;
};

static void named_release(struct named *named)
{
    free(named->users);
    free(named->places);
    strbuf_release(&named->texts);
}

static void name(struct named *named, size_t i, const struct event_user *user)
{
    named->places[2 * i] = named->texts.len;
    strbuf_add(&named->texts, user->login, strlen(user->login) + 1);
    named->places[2 * i + 1] = named->texts.len;
    strbuf_add(&named->texts, user->explain, strlen(user->explain) + 1);
}

static bool name_next(struct named *named, struct walk *w, size_t count, struct error *err)
{
    struct event_user user;

    named->users = mem_realloc(named->users, (count + 1) * sizeof *named->users);
    named->places = mem_realloc(named->places, (2 * count + 1) * sizeof *named->places);
    strbuf_clear(&named->texts);
    for (size_t i = 0; i < count; i++) {
        if (!walk_next(w, &user, err))
            return false;
        name(named, i, &user);
    }
    for (size_t i = 0; i < count; i++)
        named->users[i] = (struct event_user){named->texts.text + named->places[2 * i],
                                              named->texts.text + named->places[2 * i + 1]};
    return true;
}

/* --- events ----------------------------------------------------------------------------------- */

static bool add_event(const struct notice *n, struct parts *parts, size_t part,
                      const struct event_user *users, size_t count, struct error *err)
{
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
        .detail = event_detail(&n->subject, parts->ids[part], users, count),
        .explain = event_explain(users, count),
    };
    bool ok = outbox_add_event(n->store, &event, err);
    free(event.detail);
    free(event.explain);
    return ok;
}

/* One part at a time is in memory. */
static bool add_events(const struct notice *n, struct parts *parts, struct error *err)
{
    struct named named = {0};
    struct walk walk;
    size_t first = 0;
    bool ok = walk_begin(&walk, n, err);

    strbuf_init(&named.texts, SIZE_MAX);
    for (size_t i = 0; ok && i < parts->count; first = parts->ends[i++]) {
        const size_t count = parts->ends[i] - first;
        ok =
            name_next(&named, &walk, count, err) && add_event(n, parts, i, named.users, count, err);
    }
    named_release(&named);
    return ok;
}

/* Where the parts end that the integration takes. */
static bool divide(const struct notice *n, const struct integration *in, struct parts *parts,
                   struct error *err)
{
    struct event_splitter splitter;
    struct event_user user;
    struct walk walk;

    event_splitter_init(&splitter, &n->subject, n->config, in);
    if (!walk_begin(&walk, n, err))
        return false;
    for (size_t i = 0; i < n->count; i++) {
        if (!walk_next(&walk, &user, err))
            return false;
        if (event_splitter_add(&splitter, &user))
            *(size_t *)list_add(&parts->ends, &parts->count, sizeof *parts->ends) = i;
    }
    *(size_t *)list_add(&parts->ends, &parts->count, sizeof *parts->ends) = n->count;
    return true;
}

/* The parts that the integration takes; their events are written when nobody took them before. */
static struct parts *parts_for(const struct notice *n, const struct integration *in,
                               struct parts_list *list, int64_t *events, struct error *err)
{
    struct parts parts = {0};

    if (!divide(n, in, &parts, err)) {
        free(parts.ends);
        return NULL;
    }
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
    return n->dry_run || add_events(n, added, err) ? added : NULL;
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
