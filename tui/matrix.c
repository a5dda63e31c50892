/* Turns cells of the matrix over, and back. */
#include "tui/matrix.h"

#include <stdlib.h>

#include "core/base/mem.h"

static size_t cell_at(const struct matrix *m, size_t row, size_t column)
{
    return row * m->columns + column;
}

void matrix_init(struct matrix *m, size_t rows, size_t columns)
{
    *m = (struct matrix){.rows = rows, .columns = columns};
    m->was = mem_zalloc(rows * columns + 1);
    m->now = mem_zalloc(rows * columns + 1);
}

void matrix_release(struct matrix *m)
{
    for (size_t i = 0; i < m->step_count; i++)
        free(m->steps[i].cells);
    free(m->steps);
    free(m->was);
    free(m->now);
    *m = (struct matrix){0};
}

void matrix_put(struct matrix *m, size_t row, size_t column, bool on)
{
    m->was[cell_at(m, row, column)] = m->now[cell_at(m, row, column)] = on;
}

enum matrix_cell matrix_cell(const struct matrix *m, size_t row, size_t column)
{
    const bool was = m->was[cell_at(m, row, column)], now = m->now[cell_at(m, row, column)];
    if (was == now)
        return now ? MATRIX_ON : MATRIX_OFF;
    return now ? MATRIX_ADDED : MATRIX_REMOVED;
}

bool matrix_is_on(const struct matrix *m, size_t row, size_t column)
{
    return m->now[cell_at(m, row, column)];
}

/* Sets every one of the cells; only those that turn over are a part of the step. */
static void set_all(struct matrix *m, const size_t *cells, size_t count, bool on)
{
    struct matrix_step step = {.cells = mem_alloc((count + 1) * sizeof *step.cells)};
    for (size_t i = 0; i < count; i++) {
        if (m->now[cells[i]] != on)
            step.cells[step.count++] = cells[i];
        m->now[cells[i]] = on;
    }
    *(struct matrix_step *)list_add(&m->steps, &m->step_count, sizeof step) = step;
}

static bool all_on(const struct matrix *m, const size_t *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!m->now[cells[i]])
            return false;
    }
    return true;
}

static void toggle_all(struct matrix *m, const size_t *cells, size_t count)
{
    if (count > 0)
        set_all(m, cells, count, !all_on(m, cells, count));
}

void matrix_toggle(struct matrix *m, size_t row, size_t column)
{
    const size_t cell = cell_at(m, row, column);
    toggle_all(m, &cell, 1);
}

void matrix_toggle_row(struct matrix *m, size_t row, const size_t *columns, size_t count)
{
    size_t *cells = mem_alloc((count + 1) * sizeof *cells);
    for (size_t i = 0; i < count; i++)
        cells[i] = cell_at(m, row, columns[i]);
    toggle_all(m, cells, count);
    free(cells);
}

void matrix_toggle_column(struct matrix *m, size_t column, const size_t *rows, size_t count)
{
    size_t *cells = mem_alloc((count + 1) * sizeof *cells);
    for (size_t i = 0; i < count; i++)
        cells[i] = cell_at(m, rows[i], column);
    toggle_all(m, cells, count);
    free(cells);
}

bool matrix_undo(struct matrix *m)
{
    if (m->step_count == 0)
        return false;
    struct matrix_step *last = &m->steps[m->step_count - 1];
    for (size_t i = 0; i < last->count; i++)
        m->now[last->cells[i]] = !m->now[last->cells[i]];
    free(last->cells);
    list_remove(m->steps, &m->step_count, sizeof *m->steps, m->step_count - 1);
    return true;
}

static size_t count_cells(const struct matrix *m, bool was, bool now)
{
    size_t count = 0;
    for (size_t i = 0; i < m->rows * m->columns; i++)
        count += m->was[i] == was && m->now[i] == now;
    return count;
}

size_t matrix_added(const struct matrix *m)
{
    return count_cells(m, false, true);
}

size_t matrix_removed(const struct matrix *m)
{
    return count_cells(m, true, false);
}

size_t matrix_column_count(const struct matrix *m, size_t column)
{
    size_t count = 0;
    for (size_t row = 0; row < m->rows; row++)
        count += matrix_is_on(m, row, column);
    return count;
}
