/* Counts failures row by row and what waits integration by integration, a little at a time. */
#include "core/store/outbox_tally.h"

#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/store/outbox_rows.h"
#include "core/store/store_private.h"

enum { FAILED_ROWS = 400 };
enum stage { STAGE_FAILED, STAGE_IN_FLIGHT, STAGE_PENDING, STAGE_HELD, STAGE_END };

static const struct window_filter everything = {0};

/* --- failures -------------------------------------------------------------------------------- */

static const char failed_sql[] =
    "SELECT pat, pid, kind, integration_id, EXISTS (SELECT 1 FROM deliveries a"
    "   WHERE a.redelivery_of > 0 AND a.redelivery_of = pid)"
    " FROM (SELECT * FROM (SELECT created_at AS pat, id AS pid, kind, integration_id"
    "   FROM deliveries WHERE state = 'failed' AND created_at = :at AND id > :id"
    "   ORDER BY id LIMIT :limit)"
    "  UNION ALL SELECT * FROM (SELECT created_at AS pat, id AS pid, kind, integration_id"
    "   FROM deliveries WHERE state = 'failed' AND created_at > :at"
    "   ORDER BY created_at, id LIMIT :limit)) ORDER BY pat, pid LIMIT :limit";

static void note_failed(struct outbox_tally *t, const struct stmt *st, const struct tally_of *of)
{
    const struct window_filter *f = of->filter ? of->filter : &everything;
    const char *integration_id = stmt_text(st, 3);
    t->from = (struct delivery_place){stmt_int(st, 0), stmt_int(st, 1)};
    if (!window_filter_has_integration(f, integration_id))
        return;
    if (strcmp(stmt_text(st, 2), delivery_kind_text(KIND_TEST)) == 0)
        t->next.tests++;
    else if (stmt_int(st, 4))
        t->next.sent_again++;
    else if (of->configured && !of->configured(of->ctx, integration_id))
        t->next.removed++;
    else
        t->next.failed++;
}

static bool count_failed(struct outbox_tally *t, struct store *s, const struct tally_of *of,
                         struct error *err)
{
    struct stmt *st = db_prepare(s->db, failed_sql, err);
    if (!st)
        return false;
    stmt_bind_int(st, ":at", t->from.at);
    stmt_bind_int(st, ":id", t->from.id);
    stmt_bind_int(st, ":limit", FAILED_ROWS);
    enum step step;
    int rows = 0;
    while ((step = stmt_step(st, err)) == STEP_ROW) {
        note_failed(t, st, of);
        rows++;
    }
    if (rows < FAILED_ROWS)
        t->stage = of->failed_only ? STAGE_END : STAGE_IN_FLIGHT;
    return step == STEP_DONE;
}

/* --- what waits ------------------------------------------------------------------------------ */

static bool count_in_flight(struct outbox_tally *t, struct store *s, const struct tally_of *of,
                            struct error *err)
{
    const struct window_filter *f = of->filter ? of->filter : &everything;
    struct stmt *st = db_prepare(s->db,
                                 "SELECT integration_id FROM deliveries"
                                 " WHERE state = 'in_flight' AND kind = 'finding'",
                                 err);
    enum step step = STEP_FAILED;
    while (st && (step = stmt_step(st, err)) == STEP_ROW)
        t->next.waiting += window_filter_has_integration(f, stmt_text(st, 0));
    t->stage = STAGE_PENDING;
    return step == STEP_DONE;
}

/* The next integration that has any; "" after the last one. */
static bool next_integration(struct outbox_tally *t, struct store *s, const struct tally_of *of,
                             struct error *err)
{
    const struct window_filter *f = of->filter ? of->filter : &everything;
    if (f->integration_count > 0) {
        const bool more = t->source < f->integration_count;
        snprintf(t->integration, sizeof t->integration, "%s",
                 more ? f->integration_ids[t->source] : "");
        t->source++;
        return true;
    }
    struct stmt *st =
        db_prepare(s->db,
                   t->stage == STAGE_HELD ? "SELECT min(integration_id) FROM deliveries"
                                            " WHERE state = 'held' AND integration_id > :after"
                                          : "SELECT min(integration_id) FROM deliveries"
                                            " WHERE state = 'pending' AND integration_id > :after",
                   err);
    if (!st)
        return false;
    stmt_bind_text(st, ":after", t->integration);
    const enum step step = stmt_step(st, err);
    const char *next = step == STEP_ROW ? stmt_text(st, 0) : NULL;
    char id[sizeof t->integration];
    snprintf(id, sizeof id, "%s", next ? next : "");
    stmt_reset(st);
    memcpy(t->integration, id, sizeof id);
    return step != STEP_FAILED;
}

static bool count_of_one(struct outbox_tally *t, struct store *s, int64_t *sum, struct error *err)
{
    struct stmt *st =
        db_prepare(s->db,
                   t->stage == STAGE_HELD
                       ? "SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE state = 'held'"
                         " AND integration_id = :of LIMIT :limit)"
                       : "SELECT count(*) FROM (SELECT 1 FROM deliveries WHERE state = 'pending'"
                         " AND due_at >= 0 AND integration_id = :of LIMIT :limit)",
                   err);
    if (!st)
        return false;
    stmt_bind_text(st, ":of", t->integration);
    stmt_bind_int(st, ":limit", TALLY_WAITING_MAX);
    const enum step step = stmt_step(st, err);
    const int64_t count = step == STEP_ROW ? stmt_int(st, 0) : 0;
    stmt_reset(st);
    *sum += count;
    t->next.more |= count >= TALLY_WAITING_MAX;
    return step != STEP_FAILED;
}

static bool count_waiting(struct outbox_tally *t, struct store *s, const struct tally_of *of,
                          struct error *err)
{
    if (!next_integration(t, s, of, err))
        return false;
    if (t->integration[0] == '\0') {
        t->stage++;
        t->source = 0;
        return true;
    }
    return count_of_one(t, s, t->stage == STAGE_HELD ? &t->next.held : &t->next.waiting, err);
}

/* --- public ---------------------------------------------------------------------------------- */

void outbox_tally_begin(struct outbox_tally *t)
{
    t->next = (struct delivery_tally){0};
    t->stage = STAGE_FAILED;
    t->source = 0;
    t->from = PLACE_BOTTOM;
    t->integration[0] = '\0';
    t->under_way = true;
}

static bool step_once(struct outbox_tally *t, struct store *s, const struct tally_of *of,
                      struct error *err)
{
    switch ((enum stage)t->stage) {
    case STAGE_FAILED:
        return count_failed(t, s, of, err);
    case STAGE_IN_FLIGHT:
        return count_in_flight(t, s, of, err);
    case STAGE_PENDING:
    case STAGE_HELD:
        return count_waiting(t, s, of, err);
    case STAGE_END:
        break;
    }
    t->shown = t->next;
    t->known = true;
    t->under_way = false;
    return true;
}

bool outbox_tally_step(struct outbox_tally *t, struct store *s, const struct tally_of *of,
                       int budget_ms, struct error *err)
{
    const int64_t until = clock_monotonic_ms() + budget_ms;
    const bool began = store_begin_read(s, err);
    bool ok = began;
    while (ok && t->under_way && clock_monotonic_ms() <= until)
        ok = step_once(t, s, of, err);
    if (began)
        store_rollback(s);
    t->under_way = t->under_way && ok;
    return ok;
}
