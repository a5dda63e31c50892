/*
 * The matrix on the screen: checks down, integrations across, the part of both that fits.
 */
#ifndef CHECKHOOK_TUI_MATRIX_VIEW_H
#define CHECKHOOK_TUI_MATRIX_VIEW_H

#include "core/checks/summary.h"
#include "tui/draw.h"
#include "tui/integration_rows.h"
#include "tui/keytable.h"
#include "tui/matrix.h"

/* An axis of it: the numbers that a filter leaves, where the cursor is, and what is in sight. */
struct matrix_axis {
    size_t *shown;
    size_t count;
    size_t at, first; /* indexes into shown */
    size_t page;      /* in sight at the last drawing */
};

struct matrix_view {
    struct check_summary_list checks; /* the rows of the matrix */
    struct integration_rows hooks;    /* its columns */
    struct matrix matrix;
    struct matrix_axis rows, columns;
};

void matrix_view_release(struct matrix_view *v); /* accepts a zeroed struct */

/* Shows only what holds the text: checks by title or id, integrations by name. An axis on which
 * nothing holds it is shown whole. */
void matrix_view_filter(struct matrix_view *v, const char *text);

/* The check and the integration under the cursor; NULL where there is none. */
const struct check_summary *matrix_view_check(const struct matrix_view *v);
const struct integration_row *matrix_view_hook(const struct matrix_view *v);

/* Takes moving; true when it was. */
bool matrix_view_move(struct matrix_view *v, enum action action);

/* Leaves the cursor in the cell. */
void matrix_view_draw(struct matrix_view *v, WINDOW *w, const struct area *area);

#endif
