/* The table of runs that consoles asked the service for. */
#include "core/store/run_requests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/store/store_private.h"

enum { ENDED_KEPT = 100 };

static const char *const state_words[] = {
    [REQUEST_WAITING] = "waiting", [REQUEST_RUNNING] = "running",     [REQUEST_DONE] = "done",
    [REQUEST_FAILED] = "failed",   [REQUEST_CANCELLED] = "cancelled",
};

static enum run_request_state state_of(const char *word)
{
    for (size_t i = 0; i < ARRAY_LEN(state_words); i++)
        if (strcmp(state_words[i], word) == 0)
            return (enum run_request_state)i;
    return REQUEST_FAILED;
}

static void read_request(const struct stmt *st, struct run_request *out)
{
    const char *what = stmt_text(st, 6);
    *out = (struct run_request){
        .id = stmt_int(st, 0),
        .asked_by = mem_strdup(stmt_text(st, 1)),
        .asked_at = stmt_int(st, 2),
        .state = state_of(stmt_text(st, 3)),
        .progress = {.done = stmt_int(st, 4), .total = stmt_int(st, 5)},
        .run_id = stmt_int(st, 7),
        .error = mem_strdup(stmt_text(st, 8)),
        .deliveries = stmt_int(st, 9),
        .checks = mem_strdup(stmt_text(st, 10)),
        .begun_at = stmt_int(st, 11),
        .lines = mem_strdup(stmt_text(st, 12)),
    };
    snprintf(out->progress.what, sizeof out->progress.what, "%s", what ? what : "");
}

/* Runs a statement whose only parameter, if any, is the id. */
static bool run_on(struct store *s, const char *sql, int64_t id, struct error *err)
{
    struct stmt *st = db_prepare(s->db, sql, err);
    if (!st)
        return false;
    stmt_bind_int(st, ":id", id);
    return stmt_run(st, err);
}

static bool read_number(struct stmt *st, int64_t *number, struct error *err)
{
    enum step step = st ? stmt_step(st, err) : STEP_FAILED;
    *number = step == STEP_ROW ? stmt_int(st, 0) : 0;
    if (st)
        stmt_reset(st);
    return step != STEP_FAILED;
}

void run_request_release(struct run_request *r)
{
    free(r->asked_by);
    free(r->checks);
    free(r->lines);
    free(r->error);
    *r = (struct run_request){0};
}

bool run_request_is_open(const struct run_request *r)
{
    return r->id > 0 && (r->state == REQUEST_WAITING || r->state == REQUEST_RUNNING);
}

/* --- who asks -------------------------------------------------------------------------------- */

static bool insert(struct store *s, const struct run_ask *ask, int64_t *id, struct error *err)
{
    struct stmt *st = db_prepare(s->db,
                                 "INSERT INTO run_requests (asked_by, asked_at, state, checks)"
                                 " VALUES (:by, :now, 'waiting', :checks)",
                                 err);
    if (!st)
        return false;
    stmt_bind_text(st, ":by", ask->asked_by);
    stmt_bind_text(st, ":checks", ask->checks);
    stmt_bind_int(st, ":now", ask->now);
    if (!stmt_run(st, err))
        return false;
    *id = db_last_id(s->db);
    return run_on(s, "DELETE FROM run_requests WHERE id <= :id", *id - ENDED_KEPT, err);
}

/* Nobody took it in time: it has ended. */
static bool end_old(struct store *s, int64_t now, struct error *err)
{
    struct stmt *st = db_prepare(s->db,
                                 "UPDATE run_requests SET state = 'failed',"
                                 " error = 'no service has run the checks within an hour'"
                                 " WHERE state = 'waiting' AND asked_at < :oldest",
                                 err);
    if (!st)
        return false;
    stmt_bind_int(st, ":oldest", now - RUN_REQUEST_WAITS_S);
    return stmt_run(st, err);
}

static bool share(struct store *s, const struct run_ask *ask, int64_t id, struct error *err)
{
    struct run_request open = {0};
    if (!run_requests_find(s, id, &open, err))
        return false;
    const bool same = strcmp(open.checks, ask->checks) == 0;
    if (!same)
        error_set(err, ERR_BUSY, "other checks are being run, as %s asked; wait for their end",
                  open.asked_by);
    run_request_release(&open);
    return same;
}

static bool add(struct store *s, const struct run_ask *ask, int64_t *id, struct error *err)
{
    if (!end_old(s, ask->now, err) || !run_requests_open(s, id, err))
        return false;
    return *id > 0 ? share(s, ask, *id, err) : insert(s, ask, id, err);
}

bool run_requests_add(struct store *s, const struct run_ask *ask, int64_t *id, struct error *err)
{
    bool own;
    return change_begin(s, &own, err) && change_end(s, own, add(s, ask, id, err), err);
}

bool run_requests_find(struct store *s, int64_t id, struct run_request *out, struct error *err)
{
    struct stmt *st = db_prepare(s->db,
                                 "SELECT id, asked_by, asked_at, state, done, total, what, run_id,"
                                 " error, deliveries, checks, begun_at, lines"
                                 " FROM run_requests WHERE id = :id",
                                 err);
    if (!st)
        return false;
    stmt_bind_int(st, ":id", id);
    enum step step = stmt_step(st, err);
    if (step == STEP_ROW)
        read_request(st, out);
    stmt_reset(st);
    if (step == STEP_DONE)
        error_set(err, ERR_NOT_FOUND, "this run was asked for too long ago to be known");
    return step == STEP_ROW;
}

bool run_requests_open(struct store *s, int64_t *id, struct error *err)
{
    return read_number(db_prepare(s->db,
                                  "SELECT id FROM run_requests"
                                  " WHERE state IN ('waiting', 'running') ORDER BY id LIMIT 1",
                                  err),
                       id, err);
}

bool run_requests_cancel(struct store *s, int64_t id, struct error *err)
{
    return run_on(s,
                  "UPDATE run_requests SET cancel = 1,"
                  " state = CASE state WHEN 'waiting' THEN 'cancelled' ELSE state END"
                  " WHERE id = :id AND state IN ('waiting', 'running')",
                  id, err);
}

/* --- the service ----------------------------------------------------------------------------- */

bool run_requests_recover(struct store *s, struct error *err)
{
    int64_t running = 0;
    return read_number(
               db_prepare(s->db, "SELECT id FROM run_requests WHERE state = 'running'", err),
               &running, err) &&
           (running == 0 || run_on(s,
                                   "UPDATE run_requests SET done = 0, total = 0, what = '',"
                                   " begun_at = 0, lines = '',"
                                   " state = CASE cancel WHEN 1 THEN 'cancelled' ELSE 'waiting' END"
                                   " WHERE id = :id",
                                   running, err));
}

static bool take(struct store *s, int64_t now, int64_t *id, struct error *err)
{
    struct stmt *st;
    if (!end_old(s, now, err))
        return false;
    st = db_prepare(s->db,
                    "UPDATE run_requests SET state = 'running', begun_at = :now"
                    " WHERE id = (SELECT min(id) FROM run_requests"
                    "  WHERE state = 'waiting') RETURNING id",
                    err);
    if (st)
        stmt_bind_int(st, ":now", now);
    return read_number(st, id, err);
}

bool run_requests_take(struct store *s, int64_t now, struct run_request *out, struct error *err)
{
    int64_t id = 0;
    /* The usual answer is that there is none: it costs no write. */
    if (!run_requests_open(s, &id, err))
        return false;
    if (id == 0)
        return true;
    return store_begin_within(s, 0, err) && change_end(s, true, take(s, now, &id, err), err) &&
           (id == 0 || run_requests_find(s, id, out, err));
}

static bool write_progress(struct store *s, int64_t id, const struct job_progress *progress,
                           const char *lines, bool *cancel, struct error *err)
{
    struct stmt *st = db_prepare(s->db,
                                 "UPDATE run_requests SET done = :done, total = :total,"
                                 " what = :what, lines = :lines WHERE id = :id RETURNING cancel",
                                 err);
    int64_t asked = 0;
    if (!st)
        return false;
    stmt_bind_int(st, ":done", progress->done);
    stmt_bind_int(st, ":total", progress->total);
    stmt_bind_text(st, ":what", progress->what);
    stmt_bind_text(st, ":lines", lines);
    stmt_bind_int(st, ":id", id);
    if (!read_number(st, &asked, err))
        return false;
    *cancel = asked != 0;
    return true;
}

bool run_requests_progress(struct store *s, int64_t id, const struct job_progress *progress,
                           const char *lines, bool *cancel, struct error *err)
{
    return store_begin_within(s, 0, err) &&
           change_end(s, true, write_progress(s, id, progress, lines, cancel, err), err);
}

bool run_requests_end(struct store *s, int64_t id, const struct run_request_end *end,
                      struct error *err)
{
    struct stmt *st = db_prepare(s->db,
                                 "UPDATE run_requests SET state = :state, run_id = :run,"
                                 " deliveries = :deliveries, error = :why WHERE id = :id",
                                 err);
    if (!st)
        return false;
    stmt_bind_text(st, ":state", state_words[end->state]);
    stmt_bind_int(st, ":run", end->run_id);
    stmt_bind_int(st, ":deliveries", end->deliveries);
    stmt_bind_text(st, ":why", end->why);
    stmt_bind_int(st, ":id", id);
    return stmt_run(st, err);
}
