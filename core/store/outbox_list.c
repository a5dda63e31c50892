/* Looking at the outbox: lists, one delivery, counts. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"
#include "core/store/outbox_rows.h"
#include "core/store/store_private.h"

enum { SQL_MAX = 4096 };

/* Prepares a text that was put together; few different ones come up. */
static struct stmt *prepare_text(struct store *s, struct strbuf *sql, struct error *err)
{
    struct stmt *st = db_prepare(s->db, sql->text, err);
    strbuf_release(sql);
    return st;
}

static struct stmt *prepare_list(struct store *s, const struct delivery_filter *f,
                                 struct error *err)
{
    struct strbuf sql;
    strbuf_init(&sql, SQL_MAX);
    strbuf_adds(&sql, "SELECT " DELIVERY_COLUMNS " FROM deliveries WHERE created_at >= :since");
    if (f->state >= 0)
        strbuf_adds(&sql, " AND state = :state");
    if (f->integration_id)
        strbuf_adds(&sql, " AND integration_id = :integration_id");
    if (f->check_id)
        strbuf_adds(&sql, " AND check_id = :check_id");
    strbuf_adds(&sql, " ORDER BY id DESC LIMIT :limit");
    struct stmt *st = prepare_text(s, &sql, err);
    if (!st)
        return NULL;
    stmt_bind_int(st, ":since", f->since);
    if (f->state >= 0)
        stmt_bind_text(st, ":state", delivery_state_text((enum delivery_state)f->state));
    if (f->integration_id)
        stmt_bind_text(st, ":integration_id", f->integration_id);
    if (f->check_id)
        stmt_bind_text(st, ":check_id", f->check_id);
    /* With a text to look for, how many rows it takes is known only on the way. */
    stmt_bind_int(st, ":limit", f->limit > 0 && !f->text ? f->limit : INT64_MAX);
    return st;
}

static bool has_text(const struct delivery *d, const char *text)
{
    char id[DELIVERY_ID_MAX];
    delivery_id_text(d->id, id);
    return !text || text_contains_nocase(id, text) ||
           text_contains_nocase(d->integration_name, text) ||
           text_contains_nocase(d->check_id, text) || text_contains_nocase(d->reason, text);
}

static bool is_full(const struct delivery_list *list, int64_t limit)
{
    return limit > 0 && (int64_t)list->count >= limit;
}

bool outbox_list(struct store *s, const struct delivery_filter *f, struct delivery_list *out,
                 struct error *err)
{
    struct delivery_list list = {0};
    struct stmt *st = prepare_list(s, f, err);
    if (!st)
        return false;
    enum step step = STEP_DONE;
    while (!is_full(&list, f->limit) && (step = stmt_step(st, err)) == STEP_ROW) {
        struct delivery d = {0};
        delivery_read(st, &d);
        if (has_text(&d, f->text))
            *(struct delivery *)list_add(&list.items, &list.count, sizeof d) = d;
        else
            delivery_release(&d);
    }
    stmt_reset(st);
    if (step == STEP_FAILED) {
        delivery_list_release(&list);
        return false;
    }
    *out = list;
    return true;
}

bool outbox_delivery(struct store *s, int64_t id, struct delivery *out, struct error *err)
{
    struct stmt *st =
        db_prepare(s->db, "SELECT " DELIVERY_COLUMNS " FROM deliveries WHERE id = :id", err);
    if (!st)
        return false;
    stmt_bind_int(st, ":id", id);
    enum step step = stmt_step(st, err);
    if (step == STEP_ROW)
        delivery_read(st, out);
    stmt_reset(st);
    if (step == STEP_DONE) {
        char text[DELIVERY_ID_MAX];
        delivery_id_text(id, text);
        error_set(err, ERR_NOT_FOUND, "there is no delivery %s", text);
    }
    return step == STEP_ROW;
}

/* What is counted, each with a condition that leads to its own index. The bound on due_at is always
 * met, and + keeps an index of the whole history away. */
#define OF_ONE " AND integration_id = :integration_id"
static const struct counter {
    size_t slot;
    const char *condition, *of_one; /* of one integration */
} counters[] = {
    {offsetof(struct outbox_counts, waiting), "state = 'pending' AND due_at >= 0", OF_ONE},
    {offsetof(struct outbox_counts, waiting), "state = 'in_flight' AND kind = 'finding'", OF_ONE},
    {offsetof(struct outbox_counts, retrying), "state = 'pending' AND attempts > 0 AND due_at >= 0",
     OF_ONE},
    {offsetof(struct outbox_counts, held), "state = 'held'", OF_ONE},
    {offsetof(struct outbox_counts, failed), "state = 'failed' AND kind = 'finding'", OF_ONE},
    {offsetof(struct outbox_counts, delivered),
     "state = 'delivered' AND kind = 'finding' AND finished_at > 0 AND finished_at >= :since",
     " AND +integration_id = :integration_id"},
};

static bool count_one(struct store *s, const struct counter *c, const char *integration_id,
                      int64_t since, int64_t *sum, struct error *err)
{
    struct strbuf sql;
    strbuf_init(&sql, SQL_MAX);
    strbuf_addf(&sql, "SELECT count(*) FROM deliveries WHERE %s%s", c->condition,
                integration_id ? c->of_one : "");
    struct stmt *st = prepare_text(s, &sql, err);
    if (!st)
        return false;
    if (integration_id)
        stmt_bind_text(st, ":integration_id", integration_id);
    if (c->slot == offsetof(struct outbox_counts, delivered))
        stmt_bind_int(st, ":since", since);
    bool ok = stmt_step(st, err) == STEP_ROW;
    if (ok)
        *sum += stmt_int(st, 0);
    stmt_reset(st);
    return ok;
}

bool outbox_count(struct store *s, const char *integration_id, int64_t since,
                  struct outbox_counts *out, struct error *err)
{
    struct outbox_counts counts = {0};
    for (size_t i = 0; i < ARRAY_LEN(counters); i++) {
        int64_t *sum = (int64_t *)(void *)((char *)&counts + counters[i].slot);
        if (!count_one(s, &counters[i], integration_id, since, sum, err))
            return false;
    }
    *out = counts;
    return true;
}
