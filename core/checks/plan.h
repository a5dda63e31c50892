/*
 * What a run is going to ask: its lines, and a question for each line that can be evaluated.
 */
#ifndef CHECKHOOK_CORE_CHECKS_PLAN_H
#define CHECKHOOK_CORE_CHECKS_PLAN_H

#include "core/checks/run.h"
#include "core/store/evaluate.h"

enum { PLAN_NO_QUESTION = -1 };

struct plan {
    struct run_line *lines;
    int *question_of; /* line -> question, or PLAN_NO_QUESTION: switched off or faulty */
    size_t *line_of;  /* question -> line */
    size_t line_count;
    struct question *questions;
    size_t question_count;
};

/* ERR_INVALID: an id that is unknown or switched off. `plan` is zeroed before. */
bool plan_make(struct plan *plan, const struct run_options *options, struct error *err);
void plan_release(struct plan *plan);

/* All lines as they were before the run began. */
void plan_reset(struct plan *plan);

void line_set_error(struct run_line *line, const char *text);
/* The same of a fault in the definition, which it places; then nobody was counted. */
void line_set_fault(struct run_line *line, const char *fault);
/* What no source gives: "last sign-in". */
void line_set_lacking(struct run_line *line, const char *label);
/* What is known of it while it is evaluated. */
void line_set_tally(struct run_line *line, const struct tally *tally, int64_t users);

#endif
