/* The one way to take deliveries for sending, and to give them back unsent. */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/store/outbox_rows.h"
#include "core/store/store_private.h"

enum { LOST_TEST_S = 3600 }; /* a test in flight for longer was lost with its program */

struct queue {
    char *integration_id;
    int64_t due_at; /* of its first delivery */
    size_t in_flight;
};

struct queue_list {
    struct queue *items;
    size_t count;
};

/* A due delivery; turn 0 goes first. */
struct candidate {
    int64_t id, due_at;
    size_t turn;
};

struct candidate_list {
    struct candidate *items;
    size_t count;
};

/* Integrations that have pending deliveries, found by leaps through the index however long the
 * queues are, each with its earliest due time and how many it has in flight. */
static const char queues_sql[] =
    "WITH RECURSIVE queue (id) AS ("
    "  SELECT min(integration_id) FROM deliveries WHERE state = 'pending'"
    "  UNION ALL"
    "  SELECT (SELECT min(d.integration_id) FROM deliveries d"
    "          WHERE d.state = 'pending' AND d.integration_id > q.id)"
    "  FROM queue q WHERE q.id IS NOT NULL)"
    " SELECT q.id,"
    "  (SELECT min(d.due_at) FROM deliveries d"
    "   WHERE d.state = 'pending' AND d.integration_id = q.id),"
    "  (SELECT count(*) FROM deliveries d"
    "   WHERE d.state = 'in_flight' AND d.kind = 'finding' AND d.integration_id = q.id)"
    " FROM queue q WHERE q.id IS NOT NULL";

static void queue_list_release(struct queue_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].integration_id);
    free(list->items);
    *list = (struct queue_list){0};
}

static bool read_queues(struct store *s, struct queue_list *out, struct error *err)
{
    struct stmt *st = db_prepare(s->db, queues_sql, err);
    if (!st)
        return false;
    enum step step;
    while ((step = stmt_step(st, err)) == STEP_ROW) {
        struct queue *q = list_add(&out->items, &out->count, sizeof *q);
        q->integration_id = mem_strdup(stmt_text(st, 0));
        q->due_at = stmt_int(st, 1);
        q->in_flight = (size_t)stmt_int(st, 2);
    }
    return step == STEP_DONE;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t room_of(const struct claim_room *room, const char *integration_id)
{
    return room && room->room ? room->room(room->ctx, integration_id) : SIZE_MAX;
}

static bool add_candidates(struct store *s, const struct claim *claim, const struct queue *q,
                           struct candidate_list *out, struct error *err)
{
    struct stmt *st = db_prepare(s->db,
                                 "SELECT id, due_at FROM deliveries"
                                 " WHERE state = 'pending' AND integration_id = :integration_id"
                                 " AND due_at <= :due_by ORDER BY due_at, id LIMIT :room",
                                 err);
    if (!st)
        return false;
    stmt_bind_text(st, ":integration_id", q->integration_id);
    stmt_bind_int(st, ":due_by", claim->due_by);
    size_t room = smaller(claim->limit, room_of(&claim->room, q->integration_id));
    stmt_bind_int(st, ":room", (int64_t)room);
    enum step step;
    for (size_t turn = q->in_flight; (step = stmt_step(st, err)) == STEP_ROW; turn++) {
        struct candidate *c = list_add(&out->items, &out->count, sizeof *c);
        *c = (struct candidate){.id = stmt_int(st, 0), .due_at = stmt_int(st, 1), .turn = turn};
    }
    return step == STEP_DONE;
}

static int compare_int(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int compare_candidates(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;
    int by_turn = compare_int((int64_t)a->turn, (int64_t)b->turn);
    int by_due = compare_int(a->due_at, b->due_at);
    return by_turn ? by_turn : by_due ? by_due : compare_int(a->id, b->id);
}

static bool find_candidates(struct store *s, const struct claim *claim, struct candidate_list *out,
                            struct error *err)
{
    struct queue_list queues = {0};
    bool ok = read_queues(s, &queues, err);
    for (size_t i = 0; ok && i < queues.count; i++)
        if (queues.items[i].due_at <= claim->due_by)
            ok = add_candidates(s, claim, &queues.items[i], out, err);
    queue_list_release(&queues);
    if (out->count > 0)
        qsort(out->items, out->count, sizeof *out->items, compare_candidates);
    out->count = smaller(out->count, claim->limit);
    return ok;
}

static bool mark(struct store *s, int64_t id, int64_t lease_until, struct error *err)
{
    struct stmt *st = db_prepare(s->db,
                                 "UPDATE deliveries SET state = 'in_flight', lease_until = :lease"
                                 " WHERE id = :id",
                                 err);
    if (!st)
        return false;
    stmt_bind_int(st, ":lease", lease_until);
    stmt_bind_int(st, ":id", id);
    return stmt_run(st, err);
}

static bool take(struct store *s, int64_t id, int64_t lease_until, struct delivery_list *out,
                 struct error *err)
{
    struct delivery d = {0};
    if (!outbox_delivery(s, id, &d, err))
        return false;
    d.state = DELIVERY_IN_FLIGHT;
    *(struct delivery *)list_add(&out->items, &out->count, sizeof d) = d;
    return mark(s, id, lease_until, err);
}

static bool take_due(struct store *s, const struct claim *claim, struct delivery_list *out,
                     struct error *err)
{
    struct candidate_list due = {0};
    bool ok = find_candidates(s, claim, &due, err);
    for (size_t i = 0; ok && i < due.count; i++)
        ok = take(s, due.items[i].id, claim->lease_until, out, err);
    free(due.items);
    return ok;
}

bool outbox_claim_due(struct store *s, const struct claim *claim, struct delivery_list *out,
                      struct error *err)
{
    struct delivery_list list = {0};
    bool own;
    if (!change_begin(s, &own, err))
        return false;
    if (!change_end(s, own, take_due(s, claim, &list, err), err)) {
        delivery_list_release(&list);
        return false;
    }
    *out = list;
    return true;
}

static bool return_in_flight(struct store *s, int64_t now, struct error *err)
{
    struct stmt *st = db_prepare(s->db,
                                 "UPDATE deliveries SET state = 'pending', due_at = :now"
                                 " WHERE state = 'in_flight' AND kind = 'finding'",
                                 err);
    if (!st)
        return false;
    stmt_bind_int(st, ":now", now);
    return stmt_run(st, err);
}

static bool end_lost_tests(struct store *s, int64_t now, struct error *err)
{
    struct stmt *st = db_prepare(s->db,
                                 "UPDATE deliveries SET state = 'failed', finished_at = :now,"
                                 " reason = 'the test was interrupted'"
                                 " WHERE state = 'in_flight' AND kind = 'test'"
                                 " AND created_at < :before",
                                 err);
    if (!st)
        return false;
    stmt_bind_int(st, ":now", now);
    stmt_bind_int(st, ":before", now - LOST_TEST_S);
    return stmt_run(st, err);
}

bool outbox_recover(struct store *s, int64_t now, struct error *err)
{
    bool own;
    return change_begin(s, &own, err) &&
           change_end(s, own,
                      return_in_flight(s, now, err) && end_lost_tests(s, now, err) &&
                          hold_apply(s, err),
                      err);
}

static bool return_one(struct store *s, int64_t id, int64_t now, struct error *err)
{
    struct stmt *st = db_prepare(s->db,
                                 "UPDATE deliveries SET state = 'pending', due_at = :now"
                                 " WHERE id = :id AND state = 'in_flight'",
                                 err);
    if (!st)
        return false;
    stmt_bind_int(st, ":id", id);
    stmt_bind_int(st, ":now", now);
    return stmt_run(st, err) && hold_apply(s, err);
}

bool outbox_give_back(struct store *s, int64_t id, int64_t now, struct error *err)
{
    bool own;
    return change_begin(s, &own, err) && change_end(s, own, return_one(s, id, now, err), err);
}

bool outbox_next_due(struct store *s, const struct claim_room *room, int64_t *due_at,
                     struct error *err)
{
    struct queue_list queues = {0};
    bool ok = read_queues(s, &queues, err);
    int64_t first = 0;
    for (size_t i = 0; i < queues.count; i++) {
        const struct queue *q = &queues.items[i];
        if ((first == 0 || q->due_at < first) && room_of(room, q->integration_id) > 0)
            first = q->due_at;
    }
    queue_list_release(&queues);
    if (ok)
        *due_at = first;
    return ok;
}
