/*
 * The checks × integrations matrix as data: what is saved, what would be saved, and the way back.
 * Rows and columns are numbers here; whoever shows it knows which check and integration they are.
 */
#ifndef CHECKHOOK_TUI_MATRIX_H
#define CHECKHOOK_TUI_MATRIX_H

#include <stdbool.h>
#include <stddef.h>

enum matrix_cell {
    MATRIX_OFF,
    MATRIX_ON,
    MATRIX_ADDED,   /* on, and not saved yet */
    MATRIX_REMOVED, /* off, and not saved yet */
};

/* Cells that one action turned over; undone together. */
struct matrix_step {
    size_t *cells;
    size_t count;
};

struct matrix {
    size_t rows, columns;
    bool *was, *now; /* row by row */
    struct matrix_step *steps;
    size_t step_count;
};

/* All off and saved. */
void matrix_init(struct matrix *m, size_t rows, size_t columns);
void matrix_release(struct matrix *m); /* accepts a zeroed struct */

/* What is saved of a cell, which then has nothing unsaved. */
void matrix_put(struct matrix *m, size_t row, size_t column, bool on);

enum matrix_cell matrix_cell(const struct matrix *m, size_t row, size_t column);
bool matrix_is_on(const struct matrix *m, size_t row, size_t column);

/* Turns one over. */
void matrix_toggle(struct matrix *m, size_t row, size_t column);

/* Turns all of these on, or all off where all are on: one step. The cells are row × every number
 * in columns, or every number in rows × column. */
void matrix_toggle_row(struct matrix *m, size_t row, const size_t *columns, size_t count);
void matrix_toggle_column(struct matrix *m, size_t column, const size_t *rows, size_t count);

/* Takes the last step back; false where there is none. */
bool matrix_undo(struct matrix *m);

/* What is not saved yet. */
size_t matrix_added(const struct matrix *m);
size_t matrix_removed(const struct matrix *m);

/* How many of a column are on. */
size_t matrix_column_count(const struct matrix *m, size_t column);

#endif
