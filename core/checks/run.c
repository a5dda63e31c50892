/* The job of one run: evaluate, compare, then write everything in one transaction. */
#include "core/checks/run.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/file.h"
#include "core/base/mem.h"
#include "core/checks/compare.h"
#include "core/checks/notify.h"
#include "core/checks/plan.h"
#include "core/checks/run_audit.h"
#include "core/store/datasets.h"
#include "core/store/runs.h"

enum { ATTEMPTS_MAX = 5, WRITER_WAIT_MS = 600000 };

enum phase { PHASE_EVALUATE, PHASE_DESCRIBE, PHASE_WRITE, PHASE_DONE };

struct run_job {
    struct job job; /* first */
    struct run_options options;
    struct run_result result; /* lends the lines of the plan */
    struct plan plan;
    struct evaluation *evaluation;
    struct comparison *comparisons; /* of each line */
    char *folder;                   /* of the working file */
    struct spool_file file;
    enum phase phase;
    size_t line_at;              /* PHASE_DESCRIBE */
    int64_t last_run;            /* when the evaluation began */
    int attempts;                /* at a state that stood still */
    int64_t waits_ms;            /* monotonic: another process writes since then; 0 = none does */
    const struct config *config; /* with what others have saved up to the write */
    struct config saved;         /* backs it when that is not what the options have */
    int64_t started_ms;          /* monotonic */
};

static const char *const phase_texts[] = {
    [PHASE_EVALUATE] = "checking users",
    [PHASE_DESCRIBE] = "looking at who newly fails",
    [PHASE_WRITE] = "writing the results",
    [PHASE_DONE] = "done",
};

/* --- evaluate --------------------------------------------------------------------------------- */

static bool is_evaluated(const struct run_job *j, size_t line)
{
    return j->plan.question_of[line] != PLAN_NO_QUESTION && j->plan.lines[line].state != RUN_ERROR;
}

static bool begin_question(void *ctx, size_t question, struct error *err)
{
    struct run_job *j = ctx;
    const size_t line = j->plan.line_of[question];

    return comparison_begin(&j->comparisons[line], j->options.store, j->plan.lines[line].check->id,
                            &j->file, err);
}

/* Compared at once, since nobody could keep all verdicts of very many users. */
static bool take_row(void *ctx, const struct verdict_row *row, struct error *err)
{
    struct run_job *j = ctx;

    for (size_t i = 0; i < row->count; i++)
        if (!comparison_user(&j->comparisons[j->plan.line_of[row->questions[i]]], row->uid,
                             (enum verdict)row->verdicts[i], err))
            return false;
    return true;
}

static bool open_evaluation(struct run_job *j, struct error *err)
{
    const struct verdict_sink sink = {begin_question, take_row, j};
    struct run last;

    if (!runs_last(j->options.store, &last, err))
        return false;
    j->last_run = last.id;
    j->evaluation = evaluation_open(j->options.store, j->plan.questions, j->plan.question_count,
                                    QUESTION_LIMIT_MS, err);
    if (!j->evaluation)
        return false;
    evaluation_tell(j->evaluation, &sink);
    j->result.users = (int64_t)evaluation_users(j->evaluation);
    return true;
}

/* What is known of a line while it is evaluated. */
static void update_line(struct run_job *j, size_t line)
{
    struct run_line *l = &j->plan.lines[line];
    size_t question = (size_t)j->plan.question_of[line];
    const char *fault = evaluation_fault(j->evaluation, question);
    struct tally tally = evaluation_tally(j->evaluation, question);

    l->time_ms = tally.time_ms;
    if (fault) {
        line_set_fault(l, fault);
        return;
    }
    line_set_tally(l, &tally, j->result.users);
}

static void update_lines(struct run_job *j)
{
    for (size_t i = 0; i < j->plan.line_count; i++)
        if (is_evaluated(j, i))
            update_line(j, i);
}

/* A source that lacks what a check needs says nothing about its users: not "0 failing". */
static void note_lacking(struct run_job *j)
{
    for (size_t i = 0; i < j->plan.line_count; i++) {
        if (!is_evaluated(j, i))
            continue;
        const char *label = evaluation_lacking(j->evaluation, (size_t)j->plan.question_of[i]);
        if (label)
            line_set_lacking(&j->plan.lines[i], label);
    }
}

/* Where the sources lack what a check needs, everybody's answer is unknown: findings become stale,
 * and those of users who are gone or outside end all the same. */
static bool is_compared(const struct run_job *j, size_t line)
{
    return is_evaluated(j, line) || run_line_lacks(&j->plan.lines[line]);
}

/* Of what could not be asked nothing is known, and nothing changes. */
static bool end_comparisons(struct run_job *j, struct error *err)
{
    for (size_t i = 0; i < j->plan.line_count; i++) {
        if (!is_compared(j, i))
            comparison_release(&j->comparisons[i]);
        else if (!comparison_end(&j->comparisons[i], err))
            return false;
    }
    return true;
}

static bool step_evaluate(struct run_job *j, int budget_ms, struct error *err)
{
    bool done = false;

    if (!j->evaluation && !open_evaluation(j, err))
        return false;
    if (!evaluation_step(j->evaluation, budget_ms, &done, err))
        return false;
    update_lines(j);
    if (!done)
        return true;
    note_lacking(j);
    j->line_at = 0;
    j->phase = PHASE_DESCRIBE;
    return end_comparisons(j, err);
}

/* --- describe --------------------------------------------------------------------------------- */

static void finish_line(struct run_line *line, const struct comparison *c)
{
    line->fresh = c->diff.fresh;
    line->resolved = c->diff.resolved;
    line->done = line->total;
    text_list_release(&line->fresh_logins);
    text_list_copy(&line->fresh_logins, &c->logins);
    if (run_line_lacks(line))
        return;
    line->kept = c->diff.kept;
    line->state = line->failing > 0 ? RUN_FAIL : line->kept > 0 ? RUN_STALE : RUN_PASS;
}

static bool describe_line(struct run_job *j, int64_t until_ms, struct error *err)
{
    struct comparison *c = &j->comparisons[j->line_at];
    struct run_line *line = &j->plan.lines[j->line_at];
    const int64_t started_ms = clock_monotonic_ms();
    bool done = !is_compared(j, j->line_at);

    if (!done) {
        const size_t question = (size_t)j->plan.question_of[j->line_at];
        if (!comparison_describe(c, j->evaluation, question, line->check, until_ms, &done, err))
            return false;
        line->time_ms += clock_monotonic_ms() - started_ms;
        const char *fault = evaluation_fault(j->evaluation, question);
        if (fault)
            line_set_fault(line, fault);
        else if (done)
            finish_line(line, c);
    }
    j->line_at += done;
    return true;
}

static bool step_describe(struct run_job *j, int budget_ms, struct error *err)
{
    int64_t until_ms = clock_monotonic_ms() + budget_ms;

    while (j->line_at < j->plan.line_count && clock_monotonic_ms() <= until_ms)
        if (!describe_line(j, until_ms, err))
            return false;
    if (j->line_at == j->plan.line_count)
        j->phase = PHASE_WRITE;
    return true;
}

/* --- write ------------------------------------------------------------------------------------ */

static bool write_findings(struct run_job *j, size_t index, struct error *err)
{
    const struct run_line *line = &j->plan.lines[index];
    const struct comparison *c = &j->comparisons[index];
    const int64_t now_s = j->options.now_ms / 1000;

    return !is_compared(j, index) ||
           comparison_write(c, j->options.store, line->check, j->result.run_id, now_s, err);
}

static bool write_line(struct run_job *j, size_t index, struct error *err)
{
    const struct run_line *line = &j->plan.lines[index];
    struct run_check row = {
        .check_id = line->check->id,
        .run_id = j->result.run_id,
        .evaluated = line->evaluated,
        .failing = line->failing,
        .fresh = line->fresh,
        .resolved = line->resolved,
        .unknown = line->unknown,
        .kept = line->kept,
        .time_ms = line->time_ms,
    };

    if (line->state == RUN_SKIPPED)
        return true;
    if (line->state == RUN_ERROR)
        row = (struct run_check){.check_id = line->check->id,
                                 .run_id = j->result.run_id,
                                 .resolved = line->resolved,
                                 .unknown = line->unknown,
                                 .time_ms = line->time_ms,
                                 .error = j->plan.lines[index].error};
    return runs_add_check(j->options.store, &row, err) && write_findings(j, index, err);
}

static bool notify_line(struct run_job *j, size_t index, struct error *err)
{
    const struct check *check = j->plan.lines[index].check;
    struct comparison_feed feed;
    struct notice notice = {
        .store = j->options.store,
        .config = j->config,
        .subject = {check, check_severity(check, j->config), j->options.now_ms},
        .feed = &feed.feed,
        .count = (size_t)j->plan.lines[index].fresh,
        .run_id = j->result.run_id,
        .dry_run = j->options.dry_run,
        .told = &j->result.told,
    };

    comparison_feed_init(&feed, &j->comparisons[index]);
    const bool ok = notify_integrations(&notice, &j->result.events, &j->result.deliveries, err);
    comparison_feed_release(&feed);
    return ok;
}

/* A tick that another process saved while the checks ran counts for what they found. A file that
 * cannot be used now leaves the configuration as it was, here as everywhere. */
static void follow_config(struct run_job *j)
{
    struct error ignored = {0};

    config_release(&j->saved);
    j->saved = (struct config){.lock_fd = -1};
    j->config = j->options.config;
    if (j->config->path && config_changed(j->config) &&
        config_load(&j->saved, j->config->path, &ignored))
        j->config = &j->saved;
}

static bool write_run(struct run_job *j, struct error *err)
{
    struct run run = {
        .started_ms = j->options.now_ms,
        .time_ms = clock_monotonic_ms() - j->started_ms,
        .users = j->result.users,
        .day = j->options.day,
    };
    const int64_t fresh = run_fresh(&j->result);
    bool many = false;

    follow_config(j);
    j->result.time_ms = run.time_ms;
    j->result.events = 0;
    j->result.deliveries = 0;
    told_list_release(&j->result.told);
    if (!j->options.dry_run &&
        !runs_add(j->options.store, j->options.kind, &run, &j->result.run_id, err))
        return false;
    if (!j->options.dry_run && !findings_begin_many(j->options.store, fresh, &many, err))
        return false;
    for (size_t i = 0; i < j->plan.line_count; i++)
        if ((!j->options.dry_run && !write_line(j, i, err)) || !notify_line(j, i, err))
            return false;
    if (!findings_end_many(j->options.store, many, err))
        return false;
    return j->options.dry_run || !j->options.actor || run_write_audit(&j->options, &j->result, err);
}

/* Whether data sets or findings are others than those that were evaluated and compared. */
static bool look_again(struct run_job *j, bool *changed, struct error *err)
{
    struct run last;
    int64_t stamp;

    if (!datasets_stamp(j->options.store, &stamp, err) || !runs_last(j->options.store, &last, err))
        return false;
    *changed = stamp != evaluation_stamp(j->evaluation) || last.id != j->last_run;
    return true;
}

static void forget_comparisons(struct run_job *j)
{
    for (size_t i = 0; i < j->plan.line_count; i++)
        comparison_release(&j->comparisons[i]);
    spool_file_clear(&j->file);
}

static bool start_over(struct run_job *j, struct error *err)
{
    if (++j->attempts == ATTEMPTS_MAX)
        return error_set(err, ERR_BUSY,
                         "the data sets changed during each of %d evaluations; run the checks again"
                         " when the imports are done",
                         ATTEMPTS_MAX);
    plan_reset(&j->plan);
    forget_comparisons(j);
    evaluation_close(j->evaluation);
    j->evaluation = NULL;
    j->phase = PHASE_EVALUATE;
    return true;
}

/* *begun is false while another process writes: then this step has waited for as long as it may. */
static bool begin_write(struct run_job *j, int budget_ms, bool *begun, struct error *err)
{
    struct error why = {0};
    int64_t now_ms = clock_monotonic_ms();

    *begun = store_begin_within(j->options.store, budget_ms, &why);
    if (*begun) {
        j->waits_ms = 0;
        return true;
    }
    if (j->waits_ms == 0)
        j->waits_ms = now_ms;
    if (why.kind == ERR_BUSY && now_ms - j->waits_ms < WRITER_WAIT_MS)
        return true;
    *err = why;
    return false;
}

static bool write_all(struct run_job *j, int budget_ms, struct error *err)
{
    bool begun = false, changed = false, ok;

    if (!begin_write(j, budget_ms, &begun, err))
        return false;
    if (!begun)
        return true;
    ok = look_again(j, &changed, err) && (changed || write_run(j, err));
    if (ok && !changed) {
        j->phase = PHASE_DONE;
        ok = store_commit(j->options.store, err);
        /* Its view of the database ends, on which the log has to stay. */
        evaluation_close(j->evaluation);
        j->evaluation = NULL;
        return ok;
    }
    store_rollback(j->options.store);
    j->result.run_id = 0;
    return ok && start_over(j, err);
}

static bool step_write(struct run_job *j, int budget_ms, struct error *err)
{
    const bool bulk = run_fresh(&j->result) >= FINDINGS_MANY;
    struct error ignored = {0};

    if (j->options.dry_run) {
        j->phase = PHASE_DONE;
        return write_run(j, err);
    }
    if (bulk && !store_set_bulk(j->options.store, true, err))
        return false;
    const bool ok = write_all(j, budget_ms, err);
    if (bulk)
        store_set_bulk(j->options.store, false, &ignored);
    return ok;
}

/* --- the job ---------------------------------------------------------------------------------- */

static void note_ends(struct run_job *j)
{
    for (size_t i = 0; i < j->plan.line_count; i++) {
        struct run_line *line = &j->plan.lines[i];
        if (line->ended_ms == 0 && run_line_ended(line))
            line->ended_ms = clock_now_ms();
    }
}

static enum job_state step(struct job *job, int budget_ms, struct error *err)
{
    struct run_job *j = (struct run_job *)job;
    bool ok = true;

    if (j->phase == PHASE_EVALUATE)
        ok = step_evaluate(j, budget_ms, err);
    else if (j->phase == PHASE_DESCRIBE)
        ok = step_describe(j, budget_ms, err);
    else if (j->phase == PHASE_WRITE)
        ok = step_write(j, budget_ms, err);
    note_ends(j);
    if (!ok)
        return JOB_FAILED;
    return j->phase == PHASE_DONE ? JOB_DONE : JOB_RUNNING;
}

static void progress(const struct job *job, struct job_progress *out)
{
    const struct run_job *j = (const struct run_job *)job;
    int64_t looked_at = 0, lines = 0;

    for (size_t i = 0; i < j->plan.line_count; i++) {
        if (!is_evaluated(j, i))
            continue;
        looked_at += j->plan.lines[i].done;
        lines++;
    }
    out->total = j->result.users;
    out->done = lines > 0 ? looked_at / lines : out->total;
    snprintf(out->what, sizeof out->what, "%s",
             j->waits_ms > 0 ? "waiting for another one that writes" : phase_texts[j->phase]);
}

static void release(struct job *job)
{
    struct run_job *j = (struct run_job *)job;

    forget_comparisons(j);
    free(j->comparisons);
    spool_file_release(&j->file);
    free(j->folder);
    evaluation_close(j->evaluation);
    plan_release(&j->plan);
    told_list_release(&j->result.told);
    config_release(&j->saved);
    free(j);
}

static const struct job_ops ops = {step, progress, release};

/* --- public ----------------------------------------------------------------------------------- */

struct job *run_job_new(const struct run_options *options, struct error *err)
{
    struct run_job *j = mem_zalloc(sizeof *j);

    j->job.ops = &ops;
    j->options = *options;
    j->config = options->config;
    j->saved.lock_fd = -1;
    j->started_ms = clock_monotonic_ms();
    if (!plan_make(&j->plan, options, err)) {
        free(j);
        return NULL;
    }
    j->comparisons = mem_zalloc((j->plan.line_count + 1) * sizeof *j->comparisons);
    for (size_t i = 0; i < j->plan.line_count; i++)
        j->comparisons[i].logins_max = options->dry_run ? SIZE_MAX : RUN_LOGINS_MAX;
    j->folder = path_folder(store_path(options->store));
    spool_file_init(&j->file, j->folder);
    j->result.lines = j->plan.lines;
    j->result.line_count = j->plan.line_count;
    return &j->job;
}

const struct run_result *run_job_result(const struct job *job)
{
    return &((const struct run_job *)job)->result;
}
