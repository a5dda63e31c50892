/* Attempts: what each one met, and where its delivery goes from there. */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/store/outbox_rows.h"
#include "core/store/store_private.h"

/* The delivery that an attempt belongs to, as it stands. */
struct target {
    char *integration_id;
    int n; /* of this attempt */
};

void attempt_release(struct attempt *a)
{
    free(a->outcome);
    free(a->reason);
    free(a->peer);
    free(a->method);
    free(a->url);
    free(a->request_headers);
    free(a->response_headers);
    free(a->response_body);
    *a = (struct attempt){0};
}

void attempt_list_release(struct attempt_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        attempt_release(&list->items[i]);
    free(list->items);
    *list = (struct attempt_list){0};
}

static bool finishes(enum delivery_state state)
{
    return state == DELIVERY_DELIVERED || state == DELIVERY_FAILED;
}

static int64_t took_ms(const struct attempt *a)
{
    return a->total_us < 0 ? -1 : (a->total_us + 500) / 1000;
}

static bool find_target(struct store *s, int64_t id, struct target *out, struct error *err)
{
    struct stmt *st = db_prepare(s->db,
                                 "SELECT integration_id, attempts FROM deliveries"
                                 " WHERE id = :id",
                                 err);
    if (!st)
        return false;
    stmt_bind_int(st, ":id", id);
    enum step step = stmt_step(st, err);
    if (step == STEP_ROW) {
        out->integration_id = mem_strdup(stmt_text(st, 0));
        out->n = (int)stmt_int(st, 1) + 1;
    }
    stmt_reset(st);
    if (step == STEP_DONE) {
        char text[DELIVERY_ID_MAX];
        delivery_id_text(id, text);
        error_set(err, ERR_NOT_FOUND, "there is no delivery %s", text);
    }
    return step == STEP_ROW;
}

/* From the third place on, in the order of the statement. */
static void bind_answer(struct stmt *st, const struct attempt *a)
{
    int place = 3;
    stmt_bind_int_at(st, place++, a->started_ms);
    stmt_bind_text_at(st, place++, a->outcome ? a->outcome : "");
    stmt_bind_int_at(st, place++, a->status);
    stmt_bind_text_at(st, place++, a->reason ? a->reason : "");
    stmt_bind_text_at(st, place++, a->peer);
    stmt_bind_int_at(st, place++, a->resolve_us);
    stmt_bind_int_at(st, place++, a->connect_us);
    stmt_bind_int_at(st, place++, a->tls_us);
    stmt_bind_int_at(st, place++, a->first_byte_us);
    stmt_bind_int_at(st, place++, a->total_us);
    stmt_bind_text_at(st, place++, a->method);
    stmt_bind_text_at(st, place++, a->url);
    stmt_bind_text_at(st, place++, a->request_headers);
    stmt_bind_text_at(st, place++, a->response_headers);
    if (a->response_body)
        stmt_bind_blob_at(st, place, a->response_body, a->response_len);
    stmt_bind_int_at(st, place + 1, a->response_cut);
}

static bool insert_attempt(struct store *s, const struct attempt *a, int n, struct error *err)
{
    struct stmt *st = db_prepare(
        s->db,
        "INSERT INTO attempts (delivery_id, n, started_ms, outcome, status, reason, peer,"
        " resolve_us, connect_us, tls_us, first_byte_us, total_us, method, url, request_headers,"
        " response_headers, response_body, response_cut)"
        " VALUES (:delivery_id, :n, :started_ms, :outcome, :status, :reason, :peer,"
        " :resolve_us, :connect_us, :tls_us, :first_byte_us, :total_us, :method, :url,"
        " :request_headers, :response_headers, :response_body, :response_cut)",
        err);
    if (!st)
        return false;
    stmt_bind_int_at(st, 1, a->delivery_id);
    stmt_bind_int_at(st, 2, n);
    bind_answer(st, a);
    return stmt_run(st, err);
}

/* One that was ended meanwhile is only told of the attempt. */
static bool count_attempt(struct store *s, const struct attempt_result *r, int n, struct error *err)
{
    struct stmt *st = db_prepare(s->db,
                                 "UPDATE deliveries SET attempts = :n, status = :status,"
                                 " took_ms = :took_ms WHERE id = :id",
                                 err);
    if (!st)
        return false;
    stmt_bind_int(st, ":id", r->attempt.delivery_id);
    stmt_bind_int(st, ":n", n);
    stmt_bind_int(st, ":status", r->attempt.status);
    stmt_bind_int(st, ":took_ms", took_ms(&r->attempt));
    return stmt_run(st, err);
}

/* *moved is false where it was ended meanwhile, or has other attempts than the caller knows. */
static bool move_delivery(struct store *s, const struct attempt_result *r, int n, bool *moved,
                          struct error *err)
{
    struct stmt *st = db_prepare(
        s->db,
        "UPDATE deliveries SET attempts = :n, status = :status, took_ms = :took_ms,"
        " state = :state, reason = :reason, due_at = :due_at,"
        " finished_at = :finished_at, lease_until = 0"
        " WHERE id = :id AND attempts = :n - 1 AND (finished_at = 0 OR :finished_at > 0)",
        err);
    if (!st)
        return false;
    stmt_bind_int(st, ":id", r->attempt.delivery_id);
    stmt_bind_int(st, ":n", n);
    stmt_bind_int(st, ":status", r->attempt.status);
    stmt_bind_int(st, ":took_ms", took_ms(&r->attempt));
    stmt_bind_text(st, ":state", delivery_state_text(r->state));
    stmt_bind_text(st, ":reason", r->reason ? r->reason : "");
    stmt_bind_int(st, ":due_at", r->state == DELIVERY_PENDING ? r->due_at : 0);
    stmt_bind_int(st, ":finished_at", finishes(r->state) ? r->now : 0);
    if (!stmt_run(st, err))
        return false;
    *moved = db_changes(s->db) > 0;
    return true;
}
/* With what the store itself says of the delivery. */
static bool record_looking(struct store *s, const struct attempt_result *r, bool tell,
                           struct error *err)
{
    struct target target = {0};
    bool moved = false;
    if (!find_target(s, r->attempt.delivery_id, &target, err))
        return false;
    bool ok = insert_attempt(s, &r->attempt, target.n, err) &&
              move_delivery(s, r, target.n, &moved, err) &&
              (moved || count_attempt(s, r, target.n, err)) &&
              (!moved || !tell || r->state == DELIVERY_PENDING ||
               facts_record(s, target.integration_id, r, err));
    free(target.integration_id);
    return ok;
}

/* The worker knows what the store would say, nearly always. */
static bool record(struct store *s, const struct attempt_result *r, bool tell, struct error *err)
{
    bool moved = false;
    if (!r->integration_id)
        return record_looking(s, r, tell, err);
    if (!move_delivery(s, r, r->attempt.n, &moved, err))
        return false;
    if (!moved)
        return record_looking(s, r, tell, err);
    return insert_attempt(s, &r->attempt, r->attempt.n, err) &&
           (!tell || r->state == DELIVERY_PENDING || facts_record(s, r->integration_id, r, err));
}

/* A delivery that is gone (somebody edited the database) must not keep the results of others from
 * being committed. */
static bool record_or_skip(struct store *s, const struct attempt_result *r, bool tell,
                           struct error *err)
{
    struct error why = {0};
    if (record(s, r, tell, &why) || (why.kind == ERR_NOT_FOUND && r->integration_id))
        return true;
    *err = why;
    return false;
}

/* One success tells the same of an integration as many in a row: only the last of each is told. */
static bool is_last_success(const struct attempt_result *const *results, size_t count, size_t i)
{
    if (results[i]->state != DELIVERY_DELIVERED || !results[i]->integration_id)
        return true;
    for (size_t j = i + 1; j < count; j++)
        if (results[j]->state == DELIVERY_DELIVERED && results[j]->integration_id &&
            strcmp(results[i]->integration_id, results[j]->integration_id) == 0)
            return false;
    return true;
}

static bool record_all(struct store *s, const struct attempt_result *const *results, size_t count,
                       struct error *err)
{
    bool ok = true, pending = false;
    for (size_t i = 0; ok && i < count; i++) {
        ok = record_or_skip(s, results[i], is_last_success(results, count, i), err);
        pending = pending || results[i]->state == DELIVERY_PENDING;
    }
    return ok && (!pending || hold_apply(s, err));
}

bool outbox_record_all(struct store *s, const struct attempt_result *const *results, size_t count,
                       struct error *err)
{
    bool own;
    return change_begin(s, &own, err) &&
           change_end(s, own, record_all(s, results, count, err), err);
}

bool outbox_record(struct store *s, const struct attempt_result *r, struct error *err)
{
    return outbox_record_all(s, &r, 1, err);
}

static void attempt_read(const struct stmt *st, struct attempt *out)
{
    size_t len = 0;
    const void *body = stmt_blob(st, 16, &len);
    *out = (struct attempt){
        .delivery_id = stmt_int(st, 0),
        .n = (int)stmt_int(st, 1),
        .started_ms = stmt_int(st, 2),
        .outcome = mem_strdup(stmt_text(st, 3)),
        .status = (int)stmt_int(st, 4),
        .reason = mem_strdup(stmt_text(st, 5)),
        .peer = mem_strdup(stmt_text(st, 6)),
        .resolve_us = stmt_int(st, 7),
        .connect_us = stmt_int(st, 8),
        .tls_us = stmt_int(st, 9),
        .first_byte_us = stmt_int(st, 10),
        .total_us = stmt_int(st, 11),
        .method = mem_strdup(stmt_text(st, 12)),
        .url = mem_strdup(stmt_text(st, 13)),
        .request_headers = mem_strdup(stmt_text(st, 14)),
        .response_headers = mem_strdup(stmt_text(st, 15)),
        .response_body = body ? mem_dup(body, len) : NULL,
        .response_len = len,
        .response_cut = stmt_int(st, 17) != 0,
    };
}

#define ATTEMPT_COLUMNS                                                                            \
    "SELECT delivery_id, n, started_ms, outcome, status, reason, peer, resolve_us, connect_us,"    \
    " tls_us, first_byte_us, total_us, method, url, "

static bool read_attempts(struct store *s, const char *sql, int64_t delivery_id,
                          struct attempt_list *out, struct error *err)
{
    struct attempt_list list = {0};
    struct stmt *st = db_prepare(s->db, sql, err);
    if (!st)
        return false;
    stmt_bind_int(st, ":id", delivery_id);
    enum step step;
    while ((step = stmt_step(st, err)) == STEP_ROW)
        attempt_read(st, list_add(&list.items, &list.count, sizeof *list.items));
    if (step == STEP_FAILED) {
        attempt_list_release(&list);
        return false;
    }
    *out = list;
    return true;
}

bool outbox_attempts(struct store *s, int64_t delivery_id, struct attempt_list *out,
                     struct error *err)
{
    return read_attempts(s,
                         ATTEMPT_COLUMNS "request_headers, response_headers, response_body,"
                                         " response_cut"
                                         " FROM attempts WHERE delivery_id = :id ORDER BY n",
                         delivery_id, out, err);
}

#define OF_THE_LAST(column) "CASE WHEN n = last THEN " column " END"

bool outbox_attempts_brief(struct store *s, int64_t delivery_id, struct attempt_list *out,
                           struct error *err)
{
    return read_attempts(
        s,
        ATTEMPT_COLUMNS
            OF_THE_LAST("request_headers") ", " OF_THE_LAST("response_headers") ", " OF_THE_LAST(
                "response_body") ", response_cut"
                                 " FROM attempts CROSS JOIN (SELECT max(n) AS last FROM attempts"
                                 "   WHERE delivery_id = :id)"
                                 " WHERE delivery_id = :id ORDER BY n",
        delivery_id, out, err);
}
