/* Chooses the checks of a run and compiles them. */
#include "core/checks/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/checks/compile.h"
#include "core/store/runs.h"

static bool has_line(const struct plan *plan, const struct check *check)
{
    for (size_t i = 0; i < plan->line_count; i++)
        if (plan->lines[i].check == check)
            return true;
    return false;
}

static void add_line(struct plan *plan, const struct check *check, bool enabled)
{
    struct run_line *line = list_add(&plan->lines, &plan->line_count, sizeof *line);

    *line = (struct run_line){.check = check, .state = enabled ? RUN_WAITING : RUN_SKIPPED};
}

static bool add_named(struct plan *plan, const struct run_options *options, const char *id,
                      struct error *err)
{
    const struct check *check = catalogue_find(options->catalogue, id);
    const char *near = check ? NULL : catalogue_nearest(options->catalogue, id);

    if (!check)
        return error_set(err, ERR_INVALID, "there is no check '%s'%s%s%s: see checkhook check list",
                         id, near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
    if (!check_enabled(check, options->config))
        return error_set(err, ERR_INVALID,
                         "the check '%s' is switched off: checkhook check set %s enabled=true "
                         "switches it on",
                         id, id);
    if (!has_line(plan, check))
        add_line(plan, check, true);
    return true;
}

static bool add_lines(struct plan *plan, const struct run_options *options, struct error *err)
{
    const struct catalogue *c = options->catalogue;

    for (size_t i = 0; options->ids && i < options->id_count; i++)
        if (!add_named(plan, options, options->ids[i], err))
            return false;
    for (size_t i = 0; !options->ids && i < c->count; i++)
        add_line(plan, &c->items[i], check_enabled(&c->items[i], options->config));
    return true;
}

static void add_question(struct plan *plan, const struct run_options *options, size_t line)
{
    struct question question = {0};
    struct error err = {0};

    plan->question_of[line] = PLAN_NO_QUESTION;
    if (plan->lines[line].state == RUN_SKIPPED)
        return;
    if (!check_compile(plan->lines[line].check, options->config, line, options->now_ms / 1000,
                       &question, &err)) {
        line_set_error(&plan->lines[line], err.text);
        question_release(&question);
        return;
    }
    plan->question_of[line] = (int)plan->question_count;
    plan->line_of[plan->question_count] = line;
    *(struct question *)list_add(&plan->questions, &plan->question_count, sizeof *plan->questions) =
        question;
}

bool plan_make(struct plan *plan, const struct run_options *options, struct error *err)
{
    if (!add_lines(plan, options, err)) {
        plan_release(plan);
        return false;
    }
    plan->question_of = mem_zalloc((plan->line_count + 1) * sizeof *plan->question_of);
    plan->line_of = mem_zalloc((plan->line_count + 1) * sizeof *plan->line_of);
    for (size_t i = 0; i < plan->line_count; i++)
        add_question(plan, options, i);
    return true;
}

void plan_release(struct plan *plan)
{
    for (size_t i = 0; i < plan->line_count; i++)
        text_list_release(&plan->lines[i].fresh_logins);
    free(plan->lines);
    free(plan->question_of);
    free(plan->line_of);
    for (size_t i = 0; i < plan->question_count; i++)
        question_release(&plan->questions[i]);
    free(plan->questions);
    *plan = (struct plan){0};
}

void plan_reset(struct plan *plan)
{
    for (size_t i = 0; i < plan->line_count; i++) {
        struct run_line *line = &plan->lines[i];
        if (plan->question_of[i] == PLAN_NO_QUESTION)
            continue;
        text_list_release(&line->fresh_logins);
        *line = (struct run_line){.check = line->check, .state = RUN_WAITING};
    }
}

void line_set_error(struct run_line *line, const char *text)
{
    size_t len = strnlen(text, sizeof line->error - 1);

    while (!utf8_valid(text, len))
        len--;
    memcpy(line->error, text, len);
    line->error[len] = '\0';
    line->state = RUN_ERROR;
}

void line_set_fault(struct run_line *line, const char *fault)
{
    char text[512];

    snprintf(text, sizeof text, "%s:%d: %s", line->check->file, line->check->line, fault);
    line_set_error(line, text);
    line->evaluated = line->failing = line->unknown = 0;
}

void line_set_lacking(struct run_line *line, const char *label)
{
    char text[128];

    snprintf(text, sizeof text, RUN_NOT_EVALUATED "source lacks %s", label);
    line_set_error(line, text);
}

void line_set_tally(struct run_line *line, const struct tally *tally, int64_t users)
{
    line->evaluated = tally->failing + tally->passing;
    line->failing = tally->failing;
    line->unknown = tally->unknown;
    line->total = users;
    line->done = tally->looked_at;
    if (line->done > 0)
        line->state = RUN_RUNNING;
}
