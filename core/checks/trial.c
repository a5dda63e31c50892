/* Evaluates checks for their answers alone. */
#include "core/checks/trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/base/spool.h"
#include "core/base/strbuf.h"
#include "core/checks/compile.h"
#include "core/checks/explain.h"
#include "core/store/evaluate.h"

enum { NO_QUESTION = -1 };

enum named_text { SOURCE, USER_ID, LOGIN, EXPLAIN, TEXTS };

struct trial_job {
    struct job job; /* first */
    struct trial_options options;
    struct trial_result result;
    char *folder; /* of the working file */
    struct spool_file file;
    struct spool *named; /* of each line, every user as TEXTS texts */
    int *question_of;    /* line -> question; NO_QUESTION: it could not be compiled */
    struct question *questions;
    size_t question_count;
    struct evaluation *evaluation;
    bool evaluated;
    size_t line_at, user_at; /* whom to look at next, when all is evaluated */
};

/* --- questions ---------------------------------------------------------------------------------
 */

static void add_line(struct trial_job *j, const struct check *check)
{
    struct trial_line *line = list_add(&j->result.lines, &j->result.count, sizeof *line);
    struct question question = {0};
    struct error err = {0};

    line->check = check;
    j->question_of[j->result.count - 1] = NO_QUESTION;
    if (!check_compile(check, j->options.config, j->question_count, j->options.now_s, &question,
                       &err)) {
        line->error = mem_strdup(err.text);
        question_release(&question);
        return;
    }
    j->question_of[j->result.count - 1] = (int)j->question_count;
    *(struct question *)list_add(&j->questions, &j->question_count, sizeof *j->questions) =
        question;
}

static void add_lines(struct trial_job *j)
{
    const struct catalogue *c = j->options.catalogue;

    j->question_of = mem_zalloc((c->count + 1) * sizeof *j->question_of);
    for (size_t i = 0; i < c->count; i++)
        if (!c->items[i].fault &&
            (!j->options.only || strcmp(j->options.only, c->items[i].id) == 0))
            add_line(j, &c->items[i]);
    j->named = mem_zalloc((j->result.count + 1) * sizeof *j->named);
    for (size_t i = 0; i < j->result.count; i++)
        spool_init(&j->named[i], &j->file);
}

/* --- answers -----------------------------------------------------------------------------------
 */

static void take_answer(struct trial_job *j, size_t index)
{
    struct trial_line *line = &j->result.lines[index];
    const size_t question = (size_t)j->question_of[index];
    const char *fault = evaluation_fault(j->evaluation, question);
    const char *lacks = evaluation_lacking(j->evaluation, question);
    const struct tally tally = evaluation_tally(j->evaluation, question);

    line->time_ms = tally.time_ms;
    if (fault) {
        line->error = mem_printf("%s:%d: %s", line->check->file, line->check->line, fault);
        return;
    }
    line->failing = tally.failing;
    line->passing = tally.passing;
    line->unknown = tally.unknown;
    line->outside = j->result.users - tally.failing - tally.passing - tally.unknown;
    line->lacks = mem_strdup(lacks);
}

static bool keep_user(struct spool *named, const struct described *user, const char *explain,
                      struct error *err)
{
    return spool_add_text(named, user->source, err) && spool_add_text(named, user->id, err) &&
           spool_add_text(named, user->login, err) && spool_add_text(named, explain, err);
}

static bool name_user(struct trial_job *j, size_t question, struct error *err)
{
    struct trial_line *line = &j->result.lines[j->line_at];
    struct described user;

    if (!evaluation_describe(j->evaluation, question, j->user_at, &user, err))
        return false;
    const char *fault = evaluation_fault(j->evaluation, question);
    if (fault)
        line->error = mem_printf("%s:%d: %s", line->check->file, line->check->line, fault);
    char *explain = explain_make(line->check, &user);
    const bool ok = keep_user(&j->named[j->line_at], &user, explain, err);
    line->named += ok;
    free(explain);
    return ok;
}

/* Looks at the next user of the line at hand. */
static bool look_at_user(struct trial_job *j, struct error *err)
{
    const struct trial_line *line = &j->result.lines[j->line_at];
    const int question = j->question_of[j->line_at];
    const bool enough = j->options.users_named > 0 && line->named == j->options.users_named;

    if (question == NO_QUESTION || line->error || enough ||
        j->user_at == evaluation_users(j->evaluation)) {
        j->line_at++;
        j->user_at = 0;
        return true;
    }
    if (evaluation_verdict(j->evaluation, (size_t)question, j->user_at) == VERDICT_FAIL &&
        !name_user(j, (size_t)question, err))
        return false;
    j->user_at++;
    return true;
}

/* Looks at users of one line until its end, or until there is no more time. */
static bool look_at_users(struct trial_job *j, int64_t until_ms, struct error *err)
{
    const size_t line = j->line_at;
    const int64_t started_ms = clock_monotonic_ms();
    bool ok = true;

    for (size_t looked = 0; ok && j->line_at == line; looked++) {
        ok = look_at_user(j, err);
        if (looked % 64 == 0 && clock_monotonic_ms() >= until_ms)
            break;
    }
    j->result.lines[line].time_ms += clock_monotonic_ms() - started_ms;
    return ok;
}

/* --- the job -----------------------------------------------------------------------------------
 */

static bool evaluate(struct trial_job *j, int budget_ms, struct error *err)
{
    if (!j->evaluation)
        j->evaluation = evaluation_open(j->options.store, j->questions, j->question_count,
                                        QUESTION_LIMIT_MS, err);
    if (!j->evaluation || !evaluation_step(j->evaluation, budget_ms, &j->evaluated, err))
        return false;
    j->result.users = (int64_t)evaluation_users(j->evaluation);
    for (size_t i = 0; j->evaluated && i < j->result.count; i++)
        if (j->question_of[i] != NO_QUESTION)
            take_answer(j, i);
    return true;
}

static enum job_state step(struct job *job, int budget_ms, struct error *err)
{
    struct trial_job *j = (struct trial_job *)job;
    const int64_t until_ms = clock_monotonic_ms() + budget_ms;

    if (!j->evaluated)
        return evaluate(j, budget_ms, err) ? JOB_RUNNING : JOB_FAILED;
    while (j->line_at < j->result.count) {
        if (!look_at_users(j, until_ms, err))
            return JOB_FAILED;
        if (clock_monotonic_ms() >= until_ms)
            return JOB_RUNNING;
    }
    return JOB_DONE;
}

static void progress(const struct job *job, struct job_progress *out)
{
    const struct trial_job *j = (const struct trial_job *)job;

    out->total = j->result.users;
    for (size_t i = 0; j->evaluation && i < j->question_count; i++)
        out->done += evaluation_tally(j->evaluation, i).looked_at;
    if (j->question_count > 0)
        out->done /= (int64_t)j->question_count;
    snprintf(out->what, sizeof out->what, "checking users");
}

static void release(struct job *job)
{
    struct trial_job *j = (struct trial_job *)job;

    evaluation_close(j->evaluation);
    for (size_t i = 0; i < j->question_count; i++)
        question_release(&j->questions[i]);
    free(j->questions);
    free(j->question_of);
    for (size_t i = 0; i < j->result.count; i++) {
        spool_release(&j->named[i]);
        free(j->result.lines[i].error);
        free(j->result.lines[i].lacks);
    }
    free(j->named);
    free(j->result.lines);
    spool_file_release(&j->file);
    free(j->folder);
    free(j);
}

static const struct job_ops ops = {step, progress, release};

struct job *trial_job_new(const struct trial_options *options)
{
    struct trial_job *j = mem_zalloc(sizeof *j);

    j->job.ops = &ops;
    j->options = *options;
    j->folder = path_folder(store_path(options->store));
    spool_file_init(&j->file, j->folder);
    add_lines(j);
    return &j->job;
}

const struct trial_result *trial_job_result(const struct job *job)
{
    return &((const struct trial_job *)job)->result;
}

/* The texts lie one behind the other in one buffer, which may move while it grows. */
static bool read_user(struct spool_reader *r, struct strbuf *texts, struct trial_user *out,
                      struct error *err)
{
    size_t places[TEXTS];

    strbuf_clear(texts);
    for (size_t i = 0; i < TEXTS; i++) {
        places[i] = texts->len;
        if (!spool_read_text(r, texts, err))
            return false;
    }
    *out = (struct trial_user){texts->text + places[SOURCE], texts->text + places[USER_ID],
                               texts->text + places[LOGIN], texts->text + places[EXPLAIN]};
    return true;
}

bool trial_job_each_user(const struct job *job, size_t line, trial_user_sink *sink, void *ctx,
                         struct error *err)
{
    const struct trial_job *j = (const struct trial_job *)job;
    struct spool_reader reader = {0};
    struct strbuf texts;
    struct trial_user user;
    bool ok = true;

    strbuf_init(&texts, SIZE_MAX);
    spool_read_from_start(&reader, &j->named[line]);
    while (ok && !spool_at_end(&reader))
        ok = read_user(&reader, &texts, &user, err) && sink(ctx, &user, err);
    spool_reader_release(&reader);
    strbuf_release(&texts);
    return ok;
}
