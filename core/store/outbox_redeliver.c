/* Sends again what has ended: new deliveries of the same events. */
#include <stddef.h>

#include "core/base/strbuf.h"
#include "core/store/outbox_rows.h"
#include "core/store/store_private.h"

enum { SQL_MAX = 4096 };

static bool may_redeliver(const struct delivery *d, struct error *err)
{
    char id[DELIVERY_ID_MAX];
    delivery_id_text(d->id, id);
    if (d->kind == KIND_TEST)
        return error_set(err, ERR_INVALID, "%s is a test: test the integration again instead", id);
    if (d->finished_at == 0)
        return error_set(err, ERR_INVALID, "%s is not finished yet, it is %s: nothing to retry", id,
                         delivery_state_text(d->state));
    return true;
}

bool outbox_redeliver(struct store *s, int64_t id, int64_t now, const char *held_reason,
                      int64_t *new_id, struct error *err)
{
    struct delivery old = {0};
    if (!outbox_delivery(s, id, &old, err))
        return false;
    const struct new_delivery again = {
        .event_id = old.event_id,
        .check_id = old.check_id,
        .integration_id = old.integration_id,
        .integration_name = old.integration_name,
        .kind = old.kind,
        .now = now,
        .held_reason = held_reason,
        .redelivery_of = id,
    };
    bool ok = may_redeliver(&old, err) && outbox_add_delivery(s, &again, new_id, err);
    delivery_release(&old);
    return ok;
}

/* --- all that failed ------------------------------------------------------------------------- */

#define NOT_SENT_AGAIN                                                                             \
    " FROM deliveries d WHERE d.state = 'failed' AND d.kind = 'finding'"                           \
    " AND d.integration_id = :integration_id AND d.created_at + 0 >= :since AND d.created_at + 0 " \
    "< :until"                                                                                     \
    " AND NOT EXISTS (SELECT 1 FROM deliveries a"                                                  \
    "   WHERE a.redelivery_of > 0 AND a.redelivery_of = d.id)"

static struct stmt *prepare_failed(struct store *s, const char *begin, const struct redeliver *r,
                                   const char *end, struct error *err)
{
    struct strbuf sql;
    strbuf_init(&sql, SQL_MAX);
    strbuf_addf(&sql, "%s" NOT_SENT_AGAIN "%s%s", begin,
                r->check_id ? " AND d.check_id = :check_id" : "", end);
    struct stmt *st = db_prepare(s->db, sql.text, err);
    strbuf_release(&sql);
    if (!st)
        return NULL;
    stmt_bind_text(st, ":integration_id", r->integration_id);
    stmt_bind_int(st, ":since", r->since);
    stmt_bind_int(st, ":until", r->until > 0 ? r->until : INT64_MAX);
    if (r->check_id)
        stmt_bind_text(st, ":check_id", r->check_id);
    return st;
}

static bool redeliver_failed(struct store *s, const struct redeliver *r, redeliver_sink *sink,
                             void *ctx, struct error *err)
{
    struct stmt *st = prepare_failed(
        s,
        "INSERT INTO deliveries (kind, event_id, check_id, integration_id, integration_name, state,"
        " reason, created_at, due_at, aged_from, redelivery_of, body_key)"
        " SELECT d.kind, d.event_id, d.check_id, d.integration_id, d.integration_name, :state,"
        " :reason, :now, :due_at, :now, d.id, d.body_key",
        r, " ORDER BY d.id RETURNING redelivery_of, id", err);
    if (!st)
        return false;
    enum delivery_state state = r->held_reason ? DELIVERY_HELD : DELIVERY_PENDING;
    stmt_bind_text(st, ":state", delivery_state_text(state));
    stmt_bind_text(st, ":reason", r->held_reason ? r->held_reason : "");
    stmt_bind_int(st, ":now", r->now);
    stmt_bind_int(st, ":due_at", r->held_reason ? 0 : r->now);
    enum step step;
    while ((step = stmt_step(st, err)) == STEP_ROW)
        sink(ctx, stmt_int(st, 0), stmt_int(st, 1));
    return step == STEP_DONE && hold_apply(s, err);
}

bool outbox_redeliver_failed(struct store *s, const struct redeliver *r, redeliver_sink *sink,
                             void *ctx, struct error *err)
{
    bool own;
    return change_begin(s, &own, err) &&
           change_end(s, own, redeliver_failed(s, r, sink, ctx, err), err);
}

bool outbox_count_failed(struct store *s, const struct redeliver *r, int64_t *count,
                         struct error *err)
{
    struct stmt *st = prepare_failed(s, "SELECT count(*)", r, "", err);
    bool ok = st && stmt_step(st, err) == STEP_ROW;
    if (ok)
        *count = stmt_int(st, 0);
    if (st)
        stmt_reset(st);
    return ok;
}
