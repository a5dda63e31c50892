/* Writes what a run counted, and reads the latest results and the history of a check. */
#include "core/store/runs.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "core/store/db.h"

#define SELECT_CHECKS                                                                              \
    "SELECT c.check_id, c.run_id, r.started_ms, c.evaluated, c.failing, c.new, c.resolved,"        \
    " c.unknown, c.error, c.kept, c.time_ms FROM run_checks c JOIN runs r ON r.id = c.run_id "

static const char select_latest[] =
    SELECT_CHECKS "WHERE (c.check_id, c.run_id) IN"
                  " (SELECT l.check_id, max(l.run_id) FROM run_checks l GROUP BY l.check_id)";
static const char select_history[] =
    SELECT_CHECKS "WHERE c.check_id = :check ORDER BY c.run_id DESC LIMIT :limit";

#define SELECT_RUN "SELECT id, started_ms, time_ms, users, day FROM runs "

static void read_check(const struct stmt *st, struct run_check *out)
{
    *out = (struct run_check){
        .check_id = mem_strdup(stmt_text(st, 0)),
        .run_id = stmt_int(st, 1),
        .started_ms = stmt_int(st, 2),
        .evaluated = stmt_int(st, 3),
        .failing = stmt_int(st, 4),
        .fresh = stmt_int(st, 5),
        .resolved = stmt_int(st, 6),
        .unknown = stmt_int(st, 7),
        .error = mem_strdup(stmt_text(st, 8)),
        .kept = stmt_int(st, 9),
        .time_ms = stmt_int(st, 10),
    };
}

static bool read_checks(struct stmt *st, struct run_check_list *out, struct error *err)
{
    enum step step;

    while ((step = stmt_step(st, err)) == STEP_ROW)
        read_check(st, list_add(&out->items, &out->count, sizeof *out->items));
    stmt_reset(st);
    if (step == STEP_FAILED)
        run_check_list_release(out);
    return step == STEP_DONE;
}

void run_check_list_release(struct run_check_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].check_id);
        free(list->items[i].error);
    }
    free(list->items);
    *list = (struct run_check_list){0};
}

/* The run that the statement finds; id 0 = none. */
static bool read_run(struct stmt *st, struct run *out, struct error *err)
{
    enum step step = st ? stmt_step(st, err) : STEP_FAILED;

    *out = (struct run){0};
    if (step == STEP_ROW)
        *out = (struct run){.id = stmt_int(st, 0),
                            .started_ms = stmt_int(st, 1),
                            .time_ms = stmt_int(st, 2),
                            .users = stmt_int(st, 3),
                            .day = stmt_int(st, 4)};
    if (st)
        stmt_reset(st);
    return step != STEP_FAILED;
}

bool runs_last(struct store *s, struct run *out, struct error *err)
{
    return read_run(db_prepare(store_db(s), SELECT_RUN "ORDER BY id DESC LIMIT 1", err), out, err);
}

bool runs_last_daily(struct store *s, struct run *out, struct error *err)
{
    return read_run(
        db_prepare(store_db(s),
                   SELECT_RUN "WHERE id = (SELECT max(id) FROM runs WHERE kind = 'daily')", err),
        out, err);
}

bool runs_daily_exists(struct store *s, int64_t day, bool *exists, struct error *err)
{
    struct stmt *st = db_prepare(
        store_db(s), "SELECT 1 FROM runs WHERE kind = 'daily' AND day = :day LIMIT 1", err);
    if (!st)
        return false;
    stmt_bind_int(st, ":day", day);
    enum step step = stmt_step(st, err);
    stmt_reset(st);
    *exists = step == STEP_ROW;
    return step != STEP_FAILED;
}

/* Binds the id of the run, when the statement is there. */
static struct stmt *of_run(struct stmt *st, int64_t id)
{
    if (st)
        stmt_bind_int(st, ":run", id);
    return st;
}

bool runs_find(struct store *s, int64_t id, struct run *out, struct run_check_list *checks,
               struct error *err)
{
    struct db *db = store_db(s);

    *checks = (struct run_check_list){0};
    if (!read_run(of_run(db_prepare(db, SELECT_RUN "WHERE id = :run", err), id), out, err))
        return false;
    if (out->id == 0)
        return error_set(err, ERR_NOT_FOUND, "there is no run %lld any more", (long long)id);
    struct stmt *st = of_run(db_prepare(db, SELECT_CHECKS "WHERE c.run_id = :run", err), id);
    return st && read_checks(st, checks, err);
}

bool runs_latest(struct store *s, struct run_check_list *out, struct error *err)
{
    struct stmt *st = db_prepare(store_db(s), select_latest, err);

    *out = (struct run_check_list){0};
    return st && read_checks(st, out, err);
}

bool runs_history(struct store *s, const char *check_id, int64_t limit, struct run_check_list *out,
                  struct error *err)
{
    struct stmt *st = db_prepare(store_db(s), select_history, err);

    *out = (struct run_check_list){0};
    if (!st)
        return false;
    stmt_bind_text(st, ":check", check_id);
    stmt_bind_int(st, ":limit", limit > 0 ? limit : -1);
    return read_checks(st, out, err);
}

bool runs_add(struct store *s, const char *kind, const struct run *run, int64_t *id,
              struct error *err)
{
    struct stmt *st = db_prepare(store_db(s),
                                 "INSERT INTO runs (kind, started_ms, time_ms, users, day)"
                                 " VALUES (:kind, :started, :time, :users, :day)",
                                 err);

    if (!st)
        return false;
    stmt_bind_text(st, ":kind", kind);
    stmt_bind_int(st, ":started", run->started_ms);
    stmt_bind_int(st, ":time", run->time_ms);
    stmt_bind_int(st, ":users", run->users);
    stmt_bind_int(st, ":day", run->day);
    if (!stmt_run(st, err))
        return false;
    *id = db_last_id(store_db(s));
    return true;
}

bool runs_add_check(struct store *s, const struct run_check *check, struct error *err)
{
    struct stmt *st = db_prepare(store_db(s),
                                 "INSERT INTO run_checks (run_id, check_id, evaluated, failing,"
                                 " new, resolved, unknown, error, kept, time_ms) VALUES (:run,"
                                 " :check, :evaluated, :failing, :new, :resolved, :unknown,"
                                 " :error, :kept, :time)",
                                 err);

    if (!st)
        return false;
    stmt_bind_int(st, ":run", check->run_id);
    stmt_bind_text(st, ":check", check->check_id);
    stmt_bind_int(st, ":evaluated", check->evaluated);
    stmt_bind_int(st, ":failing", check->failing);
    stmt_bind_int(st, ":new", check->fresh);
    stmt_bind_int(st, ":resolved", check->resolved);
    stmt_bind_int(st, ":unknown", check->unknown);
    stmt_bind_text(st, ":error", check->error);
    stmt_bind_int(st, ":kept", check->kept);
    stmt_bind_int(st, ":time", check->time_ms);
    return stmt_run(st, err);
}
