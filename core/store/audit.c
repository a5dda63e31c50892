/* The audit's table: rows are added, read newest first, and never changed. */
#include "core/store/audit.h"

#include <inttypes.h>

#include "core/store/store_private.h"

#define COLUMNS "id, at, who, came_from, through, what, subject_id, subject, before, after"

static const char insert[] =
    "INSERT INTO audit (at, who, came_from, through, what, subject_id, subject, before, after)"
    " VALUES (:at, :who, :came_from, :through, :what, :subject_id, :subject, :before, :after)";

static const char read_many[] = "SELECT " COLUMNS " FROM audit WHERE id < :before_id"
                                " AND at >= :since ORDER BY id DESC LIMIT :limit";

static const char read_one[] = "SELECT " COLUMNS " FROM audit WHERE id = :id";

static const char *or_empty(const char *text, const char *empty)
{
    return text ? text : empty;
}

static bool add(struct store *s, const struct actor *actor, const struct audit_row *row,
                struct error *err)
{
    struct stmt *st = db_prepare(s->db, insert, err);
    if (!st)
        return false;
    stmt_bind_int(st, ":at", row->at);
    stmt_bind_text(st, ":who", actor->who);
    stmt_bind_text(st, ":came_from", actor->from);
    stmt_bind_text(st, ":through", through_text(actor->through));
    stmt_bind_text(st, ":what", row->what);
    stmt_bind_text(st, ":subject_id", or_empty(row->subject_id, ""));
    stmt_bind_text(st, ":subject", or_empty(row->subject, ""));
    stmt_bind_text(st, ":before", or_empty(row->before, "{}"));
    stmt_bind_text(st, ":after", or_empty(row->after, "{}"));
    return stmt_run(st, err);
}

static void read_row(const struct stmt *st, struct audit_row *row)
{
    *row = (struct audit_row){
        .id = stmt_int(st, 0),
        .at = stmt_int(st, 1),
        .who = stmt_text(st, 2),
        .from = stmt_text(st, 3),
        .through = stmt_text(st, 4),
        .what = stmt_text(st, 5),
        .subject_id = stmt_text(st, 6),
        .subject = stmt_text(st, 7),
        .before = stmt_text(st, 8),
        .after = stmt_text(st, 9),
    };
}

/* Hands over all rows; *count says how many. */
static bool hand_over(struct stmt *st, audit_sink *sink, void *ctx, int64_t *count,
                      struct error *err)
{
    enum step step = STEP_DONE;
    bool going = true;
    *count = 0;
    while (going && (step = stmt_step(st, err)) == STEP_ROW) {
        struct audit_row row;
        read_row(st, &row);
        going = sink(ctx, &row, err);
        (*count)++;
    }
    stmt_reset(st);
    return going && step != STEP_FAILED;
}

bool audit_add(struct store *s, const struct actor *actor, const struct audit_row *row,
               struct error *err)
{
    bool own;
    return change_begin(s, &own, err) && change_end(s, own, add(s, actor, row, err), err);
}

bool audit_each(struct store *s, const struct audit_query *query, audit_sink *sink, void *ctx,
                struct error *err)
{
    int64_t count;
    struct stmt *st = db_prepare(s->db, read_many, err);
    if (!st)
        return false;
    stmt_bind_int(st, ":before_id", query->before_id > 0 ? query->before_id : INT64_MAX);
    stmt_bind_int(st, ":since", query->since);
    stmt_bind_int(st, ":limit", query->limit > 0 ? query->limit : -1);
    return hand_over(st, sink, ctx, &count, err);
}

bool audit_one(struct store *s, int64_t id, audit_sink *sink, void *ctx, struct error *err)
{
    int64_t count;
    struct stmt *st = db_prepare(s->db, read_one, err);
    if (!st)
        return false;
    stmt_bind_int(st, ":id", id);
    return hand_over(st, sink, ctx, &count, err) &&
           (count > 0 || error_set(err, ERR_NOT_FOUND, "there is no audit entry %" PRId64, id));
}
