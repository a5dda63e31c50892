/* Answers questions over all users in passes of SQL on a read-only snapshot. */
#include "core/store/evaluate.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/store/datasets.h"
#include "core/store/db.h"
#include "core/store/evaluate_private.h"
#include "core/store/schema.h"
#include "core/store/store_private.h"

enum {
    ROWS_PER_LOOK = 64, /* at the clock */
    FIRST_ANSWER = 1,   /* column: after the uid */
    SNAPSHOT_TRIES = 5,
    CACHE_KB = 16384, /* who shares an address is looked for all over the users */
};

/* --- SQL -------------------------------------------------------------------------------------- */

struct stmt *evaluation_prepare(struct evaluation *e, struct strbuf *sql, struct error *err)
{
    struct stmt *st = NULL;

    if (sql->overflow)
        error_set(err, ERR_INVALID, "the expressions are too long for one statement");
    else
        st = db_prepare_once(e->db, sql->text, err);
    strbuf_release(sql);
    return st;
}

/* WHERE, because an aggregate outside a subquery would turn all users into one row and is refused
 * there. */
static bool try_question(struct evaluation *e, const struct question *q, struct error *err)
{
    struct strbuf sql;
    struct stmt *st;

    strbuf_init(&sql, EVALUATE_SQL_MAX);
    strbuf_adds(&sql, "SELECT u.uid FROM users u WHERE (");
    question_add_verdict(&sql, q);
    strbuf_adds(&sql, ") > 0");
    for (size_t i = 0; i < q->explain_count; i++)
        strbuf_addf(&sql, " AND (%s) IS NOT NULL", q->explains[i].sql);
    st = evaluation_prepare(e, &sql, err);
    if (!st && strcmp(err->text, "not authorized") == 0)
        error_set(err, ERR_INVALID, "it reads something else than the data sets");
    stmt_free(st);
    return st != NULL;
}

static struct stmt *prepare_pass(struct evaluation *e, const struct pass *pass, struct error *err)
{
    struct strbuf sql;
    struct stmt *st;

    strbuf_init(&sql, EVALUATE_SQL_MAX);
    strbuf_adds(&sql, "SELECT u.uid");
    for (size_t i = 0; i < pass->count; i++) {
        strbuf_adds(&sql, ", ");
        question_add_verdict(&sql, &e->questions[pass->questions[i]]);
    }
    strbuf_adds(&sql, " FROM users u");
    if (e->only)
        strbuf_addf(&sql, " WHERE u.uid = %" PRId64, e->only);
    strbuf_adds(&sql, " ORDER BY u.uid");
    st = evaluation_prepare(e, &sql, err);
    for (size_t i = 0; st && i < pass->count; i++) {
        const struct question *q = &e->questions[pass->questions[i]];
        question_bind(st, q, &q->applies);
        question_bind(st, q, &q->fails);
    }
    return st;
}

/* --- opening ---------------------------------------------------------------------------------- */

static void set_fault(struct evaluation *e, size_t question, const char *text)
{
    struct answer *a = &e->answers[question];

    free(a->bits);
    a->bits = NULL;
    memset(a->counts, 0, sizeof a->counts);
    a->looked_at = 0;
    mem_replace(&a->fault, text);
}

static struct pass *add_pass(struct evaluation *e)
{
    return list_add(&e->passes, &e->pass_count, sizeof *e->passes);
}

static void pass_take(struct pass *pass, size_t question)
{
    *(size_t *)list_add(&pass->questions, &pass->count, sizeof *pass->questions) = question;
}

/* The first pass is always there, since it also reads the uids. */
static void plan_passes(struct evaluation *e)
{
    e->verdicts = mem_zalloc(e->count + 1);
    add_pass(e);
    for (size_t i = 0; i < e->count; i++)
        if (!e->answers[i].fault)
            pass_take(e->questions[i].shared ? &e->passes[0] : add_pass(e), i);
}

static bool count_users(struct evaluation *e, struct error *err)
{
    struct stmt *st = db_prepare(e->db,
                                 e->only ? "SELECT count(u.uid) FROM users u WHERE u.uid = :only"
                                         : "SELECT count(u.uid) FROM users u",
                                 err);

    if (!st)
        return false;
    if (e->only)
        stmt_bind_int(st, ":only", e->only);
    if (stmt_step(st, err) != STEP_ROW)
        return false;
    e->users = (size_t)stmt_int(st, 0);
    stmt_reset(st);
    return true;
}

/* The stamp is the same before and after: then it is the snapshot's, too. */
static bool take_snapshot(struct evaluation *e, struct store *s, struct error *err)
{
    int64_t after;

    for (int i = 0; i < SNAPSHOT_TRIES; i++) {
        if (!datasets_stamp(s, &e->stamp, err) || !db_begin_read(e->db, err) ||
            !datasets_stamp(s, &after, err))
            return false;
        if (after == e->stamp)
            return true;
        db_rollback(e->db);
    }
    return error_set(err, ERR_BUSY,
                     "the data sets are changing; try again when the import is done");
}

bool evaluation_expired(void *ctx)
{
    const struct evaluation *e = ctx;
    const struct pass *pass = e->pass_at < e->pass_count ? &e->passes[e->pass_at] : NULL;

    return clock_monotonic_ms() - e->slice_started_ms + (pass ? pass->spent_ms : 0) > e->limit_ms;
}

static bool begin(struct evaluation *e, struct store *s, struct error *err)
{
    e->db = store_open_view(s, err);
    if (!e->db || !db_set_cache(e->db, CACHE_KB, err))
        return false;
    db_restrict(e->db, schema_data_tables);
    if (!take_snapshot(e, s, err) || !count_users(e, err))
        return false;
    for (size_t i = 0; i < e->count; i++) {
        struct error why = {0};
        if (!try_question(e, &e->questions[i], &why))
            set_fault(e, i, why.text);
    }
    plan_passes(e);
    return true;
}

/* --- passes ----------------------------------------------------------------------------------- */

static bool is_timed(const struct evaluation *e, const struct pass *pass)
{
    return pass->count == 1 && !e->questions[pass->questions[0]].shared;
}

static void end_statement(struct evaluation *e)
{
    if (e->db)
        db_set_deadline(e->db, NULL, NULL);
    stmt_free(e->st);
    e->st = NULL;
}

/* Ready for the answers of a pass. */
static bool start_answers(struct evaluation *e, size_t question, struct error *err)
{
    struct answer *a = &e->answers[question];

    free(a->bits);
    *a = (struct answer){0};
    if (!e->sink.row)
        a->bits = mem_zalloc(e->users / 4 + 1);
    e->sink_failed = e->sink.row && !e->sink.begin(e->sink.ctx, question, err);
    return !e->sink_failed;
}

static bool start_pass(struct evaluation *e, struct error *err)
{
    struct pass *pass = &e->passes[e->pass_at];

    e->st = prepare_pass(e, pass, err);
    for (size_t i = 0; e->st && i < pass->count; i++)
        if (!start_answers(e, pass->questions[i], err))
            return false;
    if (!e->sink.row && !e->uids)
        e->uids = mem_zalloc((e->users + 1) * sizeof *e->uids);
    pass->row = 0;
    return e->st != NULL;
}

static void keep_row(struct evaluation *e, const struct pass *pass, size_t user)
{
    if (e->pass_at == 0)
        e->uids[user] = stmt_int(e->st, 0);
    for (size_t i = 0; i < pass->count; i++) {
        uint8_t *bits = e->answers[pass->questions[i]].bits;
        bits[user / 4] = (uint8_t)(bits[user / 4] | (unsigned)e->verdicts[i] << user % 4 * 2);
    }
}

static bool tell_row(struct evaluation *e, const struct pass *pass, struct error *err)
{
    const struct verdict_row row = {.uid = stmt_int(e->st, 0),
                                    .questions = pass->questions,
                                    .verdicts = e->verdicts,
                                    .count = pass->count};

    e->sink_failed = !e->sink.row(e->sink.ctx, &row, err);
    return !e->sink_failed;
}

static bool take_row(struct evaluation *e, struct pass *pass, struct error *err)
{
    size_t user = pass->row++;

    assert(user < e->users);
    for (size_t i = 0; i < pass->count; i++) {
        struct answer *a = &e->answers[pass->questions[i]];
        const enum verdict verdict = question_verdict(e->st, FIRST_ANSWER + (int)i);
        e->verdicts[i] = (uint8_t)verdict;
        a->counts[verdict]++;
    }
    if (e->sink.row)
        return tell_row(e, pass, err);
    keep_row(e, pass, user);
    return true;
}

/* A shared pass that fails is taken apart, so that only the question at fault is lost. */
static bool fail_pass(struct evaluation *e, const struct error *why, struct error *err)
{
    struct pass failed = e->passes[e->pass_at];

    end_statement(e);
    if ((why->kind != ERR_INVALID && why->kind != ERR_CANCELLED) || failed.count == 0 ||
        e->sink_failed) {
        *err = *why;
        return false;
    }
    if (failed.count == 1) {
        char text[64];
        snprintf(text, sizeof text, "stopped after %d s", e->limit_ms / 1000);
        set_fault(e, failed.questions[0], why->kind == ERR_CANCELLED ? text : why->text);
    }
    for (size_t i = 0; failed.count > 1 && i < failed.count; i++)
        pass_take(add_pass(e), failed.questions[i]);
    e->passes[e->pass_at].count = 0;
    if (e->pass_at > 0)
        e->pass_at++;
    return true;
}

static void note_progress(struct evaluation *e, struct pass *pass)
{
    pass->spent_ms += clock_monotonic_ms() - e->slice_started_ms;
    for (size_t i = 0; i < pass->count; i++) {
        struct answer *a = &e->answers[pass->questions[i]];
        a->time_ms = pass->spent_ms / (int64_t)pass->count;
        a->looked_at = (int64_t)pass->row;
    }
}

/* Some rows of the pass at hand. False: the pass failed. */
static bool read_rows(struct evaluation *e, int64_t until_ms, struct error *err)
{
    struct pass *pass = &e->passes[e->pass_at];
    /* One row of an administrator's own question may be slow: whoever waits for keys wants them. */
    const size_t rows_per_look = is_timed(e, pass) ? 1 : ROWS_PER_LOOK;
    enum step step;

    db_set_deadline(e->db, is_timed(e, pass) ? evaluation_expired : NULL, e);
    do {
        step = stmt_step(e->st, err);
        if (step == STEP_ROW && !take_row(e, pass, err))
            step = STEP_FAILED;
    } while (step == STEP_ROW &&
             (pass->row % rows_per_look != 0 || clock_monotonic_ms() < until_ms));
    note_progress(e, pass);
    if (step == STEP_DONE) {
        end_statement(e);
        e->pass_at++;
    }
    return step != STEP_FAILED;
}

static bool work(struct evaluation *e, int64_t until_ms, struct error *err)
{
    struct error why = {0};

    if ((e->st || start_pass(e, &why)) && read_rows(e, until_ms, &why))
        return true;
    return fail_pass(e, &why, err);
}

/* --- public ----------------------------------------------------------------------------------- */

struct evaluation *evaluation_open(struct store *s, const struct question *questions, size_t count,
                                   int limit_ms, struct error *err)
{
    return evaluation_open_user(s, questions, count, 0, limit_ms, err);
}

struct evaluation *evaluation_open_user(struct store *s, const struct question *questions,
                                        size_t count, int64_t uid, int limit_ms, struct error *err)
{
    struct evaluation *e = mem_zalloc(sizeof *e);

    e->questions = questions;
    e->count = count;
    e->only = uid;
    e->limit_ms = limit_ms;
    e->answers = mem_zalloc((count + 1) * sizeof *e->answers);
    if (begin(e, s, err))
        return e;
    evaluation_close(e);
    return NULL;
}

void evaluation_close(struct evaluation *e)
{
    if (!e)
        return;
    end_statement(e);
    stmt_free(e->explain);
    if (e->db)
        db_rollback(e->db);
    db_close(e->db);
    for (size_t i = 0; i < e->count; i++) {
        free(e->answers[i].bits);
        free(e->answers[i].fault);
    }
    for (size_t i = 0; i < e->pass_count; i++)
        free(e->passes[i].questions);
    free(e->passes);
    free(e->answers);
    free(e->uids);
    free(e->verdicts);
    free(e->values);
    free(e);
}

void evaluation_tell(struct evaluation *e, const struct verdict_sink *sink)
{
    assert(!e->st && e->pass_at == 0);
    e->sink = *sink;
}

static bool is_done(const struct evaluation *e)
{
    return e->pass_at == e->pass_count && e->needs_known;
}

bool evaluation_step(struct evaluation *e, int budget_ms, bool *done, struct error *err)
{
    int64_t until_ms = clock_monotonic_ms() + budget_ms;
    bool ok = true;

    do {
        e->slice_started_ms = clock_monotonic_ms();
        if (e->pass_at < e->pass_count)
            ok = work(e, until_ms, err);
        else if (!e->needs_known)
            ok = evaluation_ask_needs(e, until_ms, err);
    } while (ok && !is_done(e) && clock_monotonic_ms() < until_ms);
    *done = is_done(e);
    return ok;
}
