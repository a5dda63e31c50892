/* Integrations as the store sees them: what came of the last send, holds, removal. */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/store/outbox_rows.h"
#include "core/store/store_private.h"

void integration_facts_release(struct integration_facts *f)
{
    free(f->last_reason);
    free(f->hold_reason);
    *f = (struct integration_facts){0};
}

#define FACTS                                                                                      \
    "SELECT integration_id, last_at, last_status, last_ok, last_reason, last_ok_at, hold_reason,"  \
    " hold_since, gone FROM integration_state"

static void facts_read(const struct stmt *st, struct integration_facts *f)
{
    f->last_at = stmt_int(st, 1);
    f->last_status = (int)stmt_int(st, 2);
    f->last_ok = stmt_int(st, 3) != 0;
    f->last_reason = mem_strdup(stmt_text(st, 4));
    f->last_ok_at = stmt_int(st, 5);
    f->on_hold = !stmt_is_null(st, 6);
    f->hold_reason = mem_strdup(stmt_text(st, 6));
    f->hold_since = stmt_int(st, 7);
    f->gone = stmt_int(st, 8) != 0;
}

bool outbox_facts(struct store *s, const char *integration_id, struct integration_facts *out,
                  struct error *err)
{
    struct integration_facts facts = {0};
    struct stmt *st = db_prepare(s->db, FACTS " WHERE integration_id = :integration_id", err);
    if (!st)
        return false;
    stmt_bind_text(st, ":integration_id", integration_id);
    enum step step = stmt_step(st, err);
    if (step == STEP_ROW)
        facts_read(st, &facts);
    stmt_reset(st);
    if (step == STEP_FAILED || !outbox_count(s, integration_id, INT64_MAX, &facts.counts, err)) {
        integration_facts_release(&facts);
        return false;
    }
    *out = facts;
    return true;
}

bool outbox_facts_all(struct store *s, const char *const *ids, size_t count, bool failures,
                      struct integration_facts *out, struct error *err)
{
    const struct facts_table table = {ids, out, count};
    struct stmt *st = db_prepare(s->db, FACTS, err);
    enum step step;
    if (!st)
        return false;
    while ((step = stmt_step(st, err)) == STEP_ROW) {
        struct integration_facts *facts = facts_of(&table, stmt_text(st, 0));
        if (facts)
            facts_read(st, facts);
    }
    stmt_reset(st);
    return step == STEP_DONE && counts_each(s, &table, failures, err);
}

bool facts_record(struct store *s, const char *integration_id, const struct attempt_result *r,
                  struct error *err)
{
    struct stmt *st = db_prepare(
        s->db,
        "INSERT INTO integration_state (integration_id, last_at, last_status, last_ok, last_reason,"
        " last_ok_at, gone)"
        " VALUES (:integration_id, :now, :status, :ok, :reason, :ok_at, :gone)"
        " ON CONFLICT (integration_id) DO UPDATE SET last_at = excluded.last_at,"
        " last_status = excluded.last_status, last_ok = excluded.last_ok,"
        " last_reason = excluded.last_reason,"
        " last_ok_at = CASE WHEN excluded.last_ok = 1 THEN excluded.last_ok_at"
        "  ELSE integration_state.last_ok_at END,"
        " gone = CASE WHEN excluded.last_ok = 1 THEN 0"
        "  WHEN excluded.gone = 1 THEN 1 ELSE integration_state.gone END",
        err);
    if (!st)
        return false;
    bool ok = r->state == DELIVERY_DELIVERED;
    bool gone = r->attempt.outcome && strcmp(r->attempt.outcome, "gone") == 0;
    stmt_bind_text(st, ":integration_id", integration_id);
    stmt_bind_int(st, ":now", r->now);
    stmt_bind_int(st, ":status", r->attempt.status);
    stmt_bind_int(st, ":ok", ok);
    stmt_bind_text(st, ":reason", r->reason ? r->reason : "");
    stmt_bind_int(st, ":ok_at", ok ? r->now : 0);
    stmt_bind_int(st, ":gone", gone);
    return stmt_run(st, err);
}

/* --- holds --------------------------------------------------------------------------------------
 */

const char hold_disabled_reason[] = "integration is disabled";

/* The bound on due_at is always met; it leads to the index of what waits, where history is not. */
bool hold_apply(struct store *s, struct error *err)
{
    struct stmt *st = db_prepare(s->db,
                                 "UPDATE deliveries SET state = 'held', due_at = 0, reason ="
                                 "  (SELECT i.hold_reason FROM integration_state i"
                                 "   WHERE i.integration_id = deliveries.integration_id)"
                                 " WHERE state = 'pending' AND due_at >= 0 AND integration_id IN"
                                 "  (SELECT i.integration_id FROM integration_state i"
                                 "   WHERE i.hold_reason IS NOT NULL)",
                                 err);
    return st && stmt_run(st, err);
}

static bool begin_hold(struct store *s, const char *integration_id, const char *reason,
                       const char *print, int64_t now, struct error *err)
{
    struct stmt *st =
        db_prepare(s->db,
                   "INSERT INTO integration_state (integration_id, hold_reason, hold_print,"
                   " hold_since) VALUES (:integration_id, :reason, :print, :now)"
                   " ON CONFLICT (integration_id) DO UPDATE"
                   " SET hold_reason = excluded.hold_reason, hold_print = excluded.hold_print,"
                   " hold_since = excluded.hold_since"
                   " WHERE integration_state.hold_reason IS NULL",
                   err);
    if (!st)
        return false;
    stmt_bind_text(st, ":integration_id", integration_id);
    stmt_bind_text(st, ":reason", reason);
    stmt_bind_text(st, ":print", print);
    stmt_bind_int(st, ":now", now);
    return stmt_run(st, err) && hold_apply(s, err);
}

bool outbox_hold_access(struct store *s, const char *integration_id, const char *reason,
                        const char *print, int64_t now, struct error *err)
{
    bool own;
    return change_begin(s, &own, err) &&
           change_end(s, own, begin_hold(s, integration_id, reason, print, now, err), err);
}

bool outbox_hold(struct store *s, const char *integration_id, const char *reason, int64_t now,
                 struct error *err)
{
    return outbox_hold_access(s, integration_id, reason, "", now, err);
}

bool outbox_each_refused(struct store *s,
                         void (*tell)(void *ctx, const char *integration_id, const char *print),
                         void *ctx, struct error *err)
{
    struct stmt *st = db_prepare(s->db,
                                 "SELECT integration_id, hold_print FROM integration_state"
                                 " WHERE hold_reason IS NOT NULL AND hold_print <> ''",
                                 err);
    if (!st)
        return false;
    enum step step;
    while ((step = stmt_step(st, err)) == STEP_ROW)
        tell(ctx, stmt_text(st, 0), stmt_text(st, 1));
    stmt_reset(st);
    return step == STEP_DONE;
}

/* Runs a statement about one integration; `now` is bound where the statement asks for it. */
static bool run_for(struct store *s, const char *sql, const char *integration_id,
                    const int64_t *now, struct error *err)
{
    struct stmt *st = db_prepare(s->db, sql, err);
    if (!st)
        return false;
    stmt_bind_text(st, ":integration_id", integration_id);
    if (now)
        stmt_bind_int(st, ":now", *now);
    return stmt_run(st, err);
}

static bool end_hold(struct store *s, const char *integration_id, int64_t now, struct error *err)
{
    return run_for(s,
                   "UPDATE integration_state SET hold_reason = NULL, hold_since = 0"
                   " WHERE integration_id = :integration_id AND hold_reason IS NOT NULL",
                   integration_id, NULL, err) &&
           run_for(s,
                   "UPDATE deliveries SET state = 'pending', due_at = :now, aged_from = :now,"
                   " reason = ''"
                   " WHERE integration_id = :integration_id AND kind = 'finding'"
                   " AND state = 'held'",
                   integration_id, &now, err);
}

bool outbox_release(struct store *s, const char *integration_id, int64_t now, struct error *err)
{
    bool own;
    return change_begin(s, &own, err) &&
           change_end(s, own, end_hold(s, integration_id, now, err), err);
}

/* Those with deliveries that are held are found by leaps through the index, however many wait. */
static const char disabled_sql[] =
    "WITH RECURSIVE waiting (id) AS ("
    "  SELECT min(integration_id) FROM deliveries WHERE state = 'held'"
    "  UNION ALL"
    "  SELECT (SELECT min(d.integration_id) FROM deliveries d"
    "          WHERE d.state = 'held' AND d.integration_id > w.id)"
    "  FROM waiting w WHERE w.id IS NOT NULL)"
    " SELECT integration_id FROM integration_state WHERE hold_reason = :reason"
    " UNION"
    " SELECT w.id FROM waiting w WHERE w.id IS NOT NULL AND w.id NOT IN"
    "  (SELECT i.integration_id FROM integration_state i WHERE i.hold_reason IS NOT NULL)";

bool outbox_each_disabled(struct store *s, void (*tell)(void *ctx, const char *integration_id),
                          void *ctx, struct error *err)
{
    struct stmt *st = db_prepare(s->db, disabled_sql, err);
    if (!st)
        return false;
    stmt_bind_text(st, ":reason", hold_disabled_reason);
    enum step step;
    while ((step = stmt_step(st, err)) == STEP_ROW)
        tell(ctx, stmt_text(st, 0));
    stmt_reset(st);
    return step == STEP_DONE;
}

/* --- changed or removed -------------------------------------------------------------------------
 */

bool outbox_forget_facts(struct store *s, const char *integration_id, struct error *err)
{
    return run_for(s,
                   "UPDATE integration_state SET last_at = 0, last_status = 0, last_ok = 0,"
                   " last_reason = '', last_ok_at = 0, gone = 0"
                   " WHERE integration_id = :integration_id",
                   integration_id, NULL, err);
}

/* One statement for each state that waits, so that each is led to the index of its own. */
static const char *const end_waiting[] = {
    "UPDATE deliveries SET state = 'failed', reason = 'integration removed', due_at = 0,"
    " finished_at = :now"
    " WHERE state = 'pending' AND integration_id = :integration_id AND due_at >= 0",
    "UPDATE deliveries SET state = 'failed', reason = 'integration removed', due_at = 0,"
    " finished_at = :now"
    " WHERE state = 'in_flight' AND kind = 'finding' AND integration_id = :integration_id",
    "UPDATE deliveries SET state = 'failed', reason = 'integration removed', due_at = 0,"
    " finished_at = :now"
    " WHERE state = 'held' AND integration_id = :integration_id",
};

static bool end_all(struct store *s, const char *integration_id, int64_t now, struct error *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < ARRAY_LEN(end_waiting); i++)
        ok = run_for(s, end_waiting[i], integration_id, &now, err);
    return ok && run_for(s, "DELETE FROM integration_state WHERE integration_id = :integration_id",
                         integration_id, NULL, err);
}

bool outbox_end_integration(struct store *s, const char *integration_id, int64_t now,
                            struct error *err)
{
    bool own;
    return change_begin(s, &own, err) &&
           change_end(s, own, end_all(s, integration_id, now, err), err);
}

static const char wait_again[] =
    "UPDATE deliveries SET state = 'pending', reason = '', finished_at = 0, due_at = :now,"
    " aged_from = :now"
    " WHERE finished_at > 0 AND finished_at >= :removed AND integration_id = :integration_id"
    " AND kind = 'finding' AND state = 'failed' AND reason = 'integration removed'";

/* The newest that has ended stands for the last that did: that is what there is an index for. */
static const char facts_again[] =
    "INSERT INTO integration_state (integration_id, last_at, last_status, last_ok, last_reason,"
    " last_ok_at, gone)"
    " SELECT integration_id, finished_at, status, CASE state WHEN 'delivered' THEN 1 ELSE 0 END,"
    "  reason, CASE state WHEN 'delivered' THEN finished_at ELSE 0 END,"
    "  CASE status WHEN 410 THEN 1 ELSE 0 END"
    " FROM deliveries WHERE integration_id = :integration_id AND finished_at > 0"
    " ORDER BY created_at DESC, id DESC LIMIT 1"
    " ON CONFLICT (integration_id) DO NOTHING";

static bool restore(struct store *s, const char *integration_id, int64_t removed, int64_t now,
                    struct error *err)
{
    struct stmt *st = db_prepare(s->db, wait_again, err);
    if (!st)
        return false;
    stmt_bind_text(st, ":integration_id", integration_id);
    stmt_bind_int(st, ":removed", removed);
    stmt_bind_int(st, ":now", now);
    return stmt_run(st, err) && run_for(s, facts_again, integration_id, NULL, err);
}

bool outbox_restore_integration(struct store *s, const char *integration_id, int64_t removed,
                                int64_t now, struct error *err)
{
    bool own;
    return change_begin(s, &own, err) &&
           change_end(s, own, restore(s, integration_id, removed, now, err), err);
}
