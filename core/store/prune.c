/* The job that removes what is older than the retention. */
#include "core/store/prune.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/store/db.h"

enum { ROWS_PER_STEP = 500 };

/* A row that is to go. */
struct victim {
    int64_t id;
    char *event_id; /* of a delivery, else NULL */
};

struct victims {
    struct victim *items;
    size_t count;
};

struct prune_job {
    struct job job; /* first */
    struct store *store;
    int64_t before_s;
    size_t stage;
    struct prune_counts counts;
};

struct stage {
    const char *what;
    const char *find; /* the oldest :limit that ended before :before; gives id and event */
    bool (*remove)(struct prune_job *j, const struct victim *v, struct error *err);
};

/* --- removing one ---------------------------------------------------------------------------- */

static bool remove_by_id(struct prune_job *j, const char *sql, int64_t id, struct error *err)
{
    struct stmt *st = db_prepare(store_db(j->store), sql, err);
    if (!st)
        return false;
    stmt_bind_int(st, ":id", id);
    return stmt_run(st, err);
}

static bool is_event_used(struct prune_job *j, const char *event_id, bool *used, struct error *err)
{
    struct stmt *st = db_prepare(store_db(j->store),
                                 "SELECT 1 FROM deliveries WHERE event_id = :event LIMIT 1", err);
    if (!st)
        return false;
    stmt_bind_text(st, ":event", event_id);
    enum step step = stmt_step(st, err);
    stmt_reset(st);
    *used = step == STEP_ROW;
    return step != STEP_FAILED;
}

static bool remove_event(struct prune_job *j, const char *event_id, struct error *err)
{
    static const char *const statements[] = {
        "DELETE FROM event_bodies WHERE event_id = :event",
        "DELETE FROM events WHERE id = :event",
    };
    for (size_t i = 0; i < ARRAY_LEN(statements); i++) {
        struct stmt *st = db_prepare(store_db(j->store), statements[i], err);
        if (!st)
            return false;
        stmt_bind_text(st, ":event", event_id);
        if (!stmt_run(st, err))
            return false;
    }
    j->counts.events++;
    return true;
}

static bool remove_delivery(struct prune_job *j, const struct victim *v, struct error *err)
{
    bool used = true;
    j->counts.deliveries++;
    return remove_by_id(j, "DELETE FROM attempts WHERE delivery_id = :id", v->id, err) &&
           remove_by_id(j, "DELETE FROM deliveries WHERE id = :id", v->id, err) &&
           is_event_used(j, v->event_id, &used, err) && (used || remove_event(j, v->event_id, err));
}

static bool remove_finding(struct prune_job *j, const struct victim *v, struct error *err)
{
    j->counts.findings++;
    return remove_by_id(j, "DELETE FROM findings WHERE id = :id", v->id, err);
}

static bool remove_run(struct prune_job *j, const struct victim *v, struct error *err)
{
    j->counts.runs++;
    return remove_by_id(j, "DELETE FROM run_checks WHERE run_id = :id", v->id, err) &&
           remove_by_id(j, "DELETE FROM runs WHERE id = :id", v->id, err);
}

static bool remove_audit(struct prune_job *j, const struct victim *v, struct error *err)
{
    j->counts.audit++;
    return remove_by_id(j, "DELETE FROM audit WHERE id = :id", v->id, err);
}

/* The state is asked for as well as the time: a delivery that waits must not go even where its
 * times are wrong. */
static const struct stage stages[] = {
    {"deliveries",
     "SELECT id, event_id FROM deliveries WHERE finished_at > 0 AND finished_at < :before"
     " AND state IN ('delivered', 'failed') ORDER BY finished_at LIMIT :limit",
     remove_delivery},
    {"findings",
     "SELECT id, NULL FROM findings WHERE resolved_at IS NOT NULL AND resolved_at < :before"
     " ORDER BY resolved_at LIMIT :limit",
     remove_finding},
    {"runs",
     "SELECT id, NULL FROM runs r WHERE started_ms < :before * 1000"
     " AND id <> (SELECT max(id) FROM runs)"
     " AND id <> (SELECT coalesce(max(id), 0) FROM runs WHERE kind = 'daily')"
     " AND NOT EXISTS (SELECT 1 FROM run_checks c WHERE c.run_id = r.id AND c.run_id ="
     "  (SELECT max(l.run_id) FROM run_checks l WHERE l.check_id = c.check_id))"
     " ORDER BY started_ms LIMIT :limit",
     remove_run},
    {"audit entries", "SELECT id, NULL FROM audit WHERE at < :before ORDER BY at LIMIT :limit",
     remove_audit},
};

/* --- one step -------------------------------------------------------------------------------- */

static void victims_release(struct victims *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].event_id);
    free(list->items);
}

static bool find_victims(struct prune_job *j, struct victims *out, struct error *err)
{
    struct stmt *st = db_prepare(store_db(j->store), stages[j->stage].find, err);
    enum step step;
    if (!st)
        return false;
    stmt_bind_int(st, ":before", j->before_s);
    stmt_bind_int(st, ":limit", ROWS_PER_STEP);
    while ((step = stmt_step(st, err)) == STEP_ROW) {
        struct victim *v = list_add(&out->items, &out->count, sizeof *v);
        *v = (struct victim){stmt_int(st, 0), mem_strdup(stmt_text(st, 1))};
    }
    stmt_reset(st);
    return step == STEP_DONE;
}

/* As many as the time allows, at least one. */
static bool remove_some(struct prune_job *j, int64_t until_ms, struct error *err)
{
    struct victims list = {0};
    bool ok = find_victims(j, &list, err);
    if (ok && list.count == 0)
        j->stage++;
    for (size_t i = 0; ok && i < list.count && (i == 0 || clock_monotonic_ms() < until_ms); i++)
        ok = stages[j->stage].remove(j, &list.items[i], err);
    victims_release(&list);
    return ok;
}

static enum job_state step(struct job *job, int budget_ms, struct error *err)
{
    struct prune_job *j = (struct prune_job *)job;
    struct prune_counts before = j->counts;
    struct error why = {0};
    if (!store_begin_within(j->store, 0, &why)) {
        if (why.kind == ERR_BUSY)
            return JOB_RUNNING;
        *err = why;
        return JOB_FAILED;
    }
    if (!remove_some(j, clock_monotonic_ms() + budget_ms, err) || !store_commit(j->store, err)) {
        store_rollback(j->store);
        j->counts = before;
        return JOB_FAILED;
    }
    return j->stage < ARRAY_LEN(stages) ? JOB_RUNNING : JOB_DONE;
}

static void progress(const struct job *job, struct job_progress *out)
{
    const struct prune_job *j = (const struct prune_job *)job;
    out->done = j->counts.deliveries + j->counts.findings + j->counts.runs + j->counts.audit;
    snprintf(out->what, sizeof out->what, "removing old %s",
             stages[j->stage < ARRAY_LEN(stages) ? j->stage : 0].what);
}

static void release(struct job *job)
{
    free((struct prune_job *)job);
}

static const struct job_ops ops = {step, progress, release};

/* --- public ---------------------------------------------------------------------------------- */

struct job *prune_job_new(struct store *store, int64_t before_s)
{
    struct prune_job *j = mem_zalloc(sizeof *j);
    j->job.ops = &ops;
    j->store = store;
    j->before_s = before_s;
    return &j->job;
}

bool prune_counts_none(const struct prune_counts *counts)
{
    return counts->deliveries + counts->findings + counts->runs + counts->audit == 0;
}

const struct prune_counts *prune_job_counts(const struct job *job)
{
    return &((const struct prune_job *)job)->counts;
}
