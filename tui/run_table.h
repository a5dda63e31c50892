/*
 * The checks of a run as a list shows them: sign, check, state, users, result, time.
 */
#ifndef CHECKHOOK_TUI_RUN_TABLE_H
#define CHECKHOOK_TUI_RUN_TABLE_H

#include "core/checks/run.h"
#include "tui/list.h"

/* Suits the width; call it before each drawing. */
void run_table_layout(struct list *list, int cols);

/* Fills a cell; for list_draw, in a function that knows the line. */
void run_table_cell(const struct run_line *line, size_t column, struct list_cell *out);

/* Why it was not evaluated, without saying so again, nor where the check stands; "" where it was.
 */
const char *run_line_reason(const struct run_line *line);

#endif
