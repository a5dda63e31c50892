/* Draws the matrix and moves in it. */
#include "tui/matrix_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "tui/sign.h"

enum {
    SIGN_X = 2,
    NAME_X = 4,
    NAME_COLS = 22,
    NAME_COLS_MORE = 28,
    CELLS_X = 28,
    WIDE = 100, /* from so many columns on cells have … */
    WIDE_CELL = 11,
    CELL = 8,
    COUNT_COLS = 15, /* "‹ 13-18 of 120 ›" */
    HEAD_ROWS = 4,
    FOOT_ROWS = 2,
    LEGEND_FROM = 15, /* rows */
    LINE_BYTES = 256,
};

/* --- axes ------------------------------------------------------------------------------------- */

static void axis_clamp(struct matrix_axis *a)
{
    if (a->at >= a->count)
        a->at = a->count > 0 ? a->count - 1 : 0;
}

static void axis_move(struct matrix_axis *a, long by)
{
    const long to = (long)a->at + by;
    a->at = to < 0 ? 0 : (size_t)to;
    axis_clamp(a);
}

static void axis_scroll(struct matrix_axis *a, size_t page)
{
    a->page = page > 0 ? page : 1;
    if (a->at < a->first)
        a->first = a->at;
    if (a->at >= a->first + a->page)
        a->first = a->at - a->page + 1;
    if (a->count <= a->page)
        a->first = 0;
    else if (a->first > a->count - a->page)
        a->first = a->count - a->page;
}

/* Shows those of `total` that `holds`, or all where none does. */
static void axis_filter(struct matrix_axis *a, size_t total, const struct matrix_view *v,
                        const char *text,
                        bool (*holds)(const struct matrix_view *, size_t, const char *))
{
    const size_t was = a->at < a->count ? a->shown[a->at] : 0;
    a->shown = mem_realloc(a->shown, (total + 1) * sizeof *a->shown);
    a->count = 0;
    for (size_t i = 0; i < total; i++) {
        if (holds(v, i, text))
            a->shown[a->count++] = i;
    }
    for (size_t i = 0; a->count == 0 && i < total; i++)
        a->shown[i] = i;
    a->count = a->count > 0 ? a->count : total;
    a->at = 0;
    for (size_t i = 0; i < a->count; i++) {
        if (a->shown[i] == was)
            a->at = i;
    }
}

static bool check_holds(const struct matrix_view *v, size_t row, const char *text)
{
    const struct check *check = v->checks.items[row].check;
    return text_contains_nocase(check->title, text) || text_contains_nocase(check->id, text);
}

static bool hook_holds(const struct matrix_view *v, size_t column, const char *text)
{
    return text_contains_nocase(v->hooks.items[column].name, text);
}

void matrix_view_release(struct matrix_view *v)
{
    check_summary_list_release(&v->checks);
    integration_rows_release(&v->hooks);
    matrix_release(&v->matrix);
    free(v->rows.shown);
    free(v->columns.shown);
    *v = (struct matrix_view){0};
}

void matrix_view_filter(struct matrix_view *v, const char *text)
{
    axis_filter(&v->rows, v->checks.count, v, text, check_holds);
    axis_filter(&v->columns, v->hooks.count, v, text, hook_holds);
}

const struct check_summary *matrix_view_check(const struct matrix_view *v)
{
    return v->rows.count > 0 ? &v->checks.items[v->rows.shown[v->rows.at]] : NULL;
}

const struct integration_row *matrix_view_hook(const struct matrix_view *v)
{
    return v->columns.count > 0 ? &v->hooks.items[v->columns.shown[v->columns.at]] : NULL;
}

bool matrix_view_move(struct matrix_view *v, enum action action)
{
    const struct {
        enum action action;
        struct matrix_axis *axis;
        long by;
    } moves[] = {
        {ACTION_UP, &v->rows, -1},
        {ACTION_DOWN, &v->rows, 1},
        {ACTION_LEFT, &v->columns, -1},
        {ACTION_RIGHT, &v->columns, 1},
        {ACTION_PAGE_UP, &v->rows, -(long)v->rows.page},
        {ACTION_PAGE_DOWN, &v->rows, (long)v->rows.page},
        {ACTION_FIRST, &v->columns, -(long)v->columns.count},
        {ACTION_LAST, &v->columns, (long)v->columns.count},
    };
    for (size_t i = 0; i < ARRAY_LEN(moves); i++) {
        if (moves[i].action == action) {
            axis_move(moves[i].axis, moves[i].by);
            return true;
        }
    }
    return false;
}

/* --- drawing ---------------------------------------------------------------------------------- */

struct grid {
    const struct matrix_view *view;
    WINDOW *w;
    const struct area *area;
    int cell;   /* columns of one */
    int names;  /* columns of the names of checks */
    int height; /* rows of one */
};

static int column_x(const struct grid *g, size_t index)
{
    const int cells_x = g->area->x + CELLS_X + g->names - NAME_COLS;
    return cells_x + (int)(index - g->view->columns.first) * g->cell;
}

static size_t last_shown(const struct matrix_axis *a)
{
    return a->first + a->page < a->count ? a->first + a->page : a->count;
}

/* As many words as fit in the first line, the rest in the second. */
static void split_name(const char *name, int cols, char first[LINE_BYTES], char second[LINE_BYTES])
{
    const char *rest = name;
    snprintf(first, LINE_BYTES, "%s", name);
    second[0] = '\0';
    if (draw_width(name) <= cols && !strchr(name, ' '))
        return;
    for (const char *at = strchr(name, ' '); at; at = strchr(at + 1, ' ')) {
        char words[LINE_BYTES];
        snprintf(words, sizeof words, "%.*s", (int)(at - name), name);
        if (rest != name && draw_width(words) > cols)
            break;
        memcpy(first, words, sizeof words);
        rest = at + 1;
    }
    if (rest != name)
        snprintf(second, LINE_BYTES, "%s", rest);
}

/* Behind a column that another one follows. */
static void draw_column_gaps(const struct grid *g, int y, int x, enum role sign)
{
    draw_gaps(g->w, y, x, g->cell, ROLE_HEADING);
    draw_gaps(g->w, y + 1, x, g->cell, ROLE_HEADING);
    draw_gaps(g->w, y + 2, x, g->cell, sign);
}

static void draw_column_head(const struct grid *g, size_t index)
{
    const struct integration_row *hook = &g->view->hooks.items[g->view->columns.shown[index]];
    const struct sign sign = sign_of_status(hook->status.status);
    const enum role role = index == g->view->columns.at ? ROLE_ACCENT : ROLE_HEADING;
    const int x = column_x(g, index), y = g->area->y, cols = g->cell - 1;
    char first[LINE_BYTES], second[LINE_BYTES];
    split_name(hook->name, cols, first, second);
    if (index + 1 < last_shown(&g->view->columns))
        draw_column_gaps(g, y, x, sign.role);
    draw_text(g->w, y, x, cols, role, first);
    draw_text(g->w, y + 1, x, cols, role, second);
    draw_text(g->w, y + 2, x, cols, sign.role, sign.mark);
}

/* "6 of 6", "‹ 3-8 of 12 ›" */
static void draw_part(const struct grid *g)
{
    const struct matrix_axis *a = &g->view->columns;
    char text[LINE_BYTES];
    const size_t last = a->first + a->page;
    if (a->count <= a->page)
        snprintf(text, sizeof text, "%zu of %zu", a->count, g->view->hooks.count);
    else
        snprintf(text, sizeof text, "%s %zu-%zu of %zu %s", a->first > 0 ? "‹" : " ", a->first + 1,
                 last, a->count, last < a->count ? "›" : " ");
    const int x = g->area->x + g->area->cols - 1 - draw_width(text);
    const int names_end = a->count > 0 ? column_x(g, last_shown(a) - 1) + g->cell : 0;
    draw_text(g->w, g->area->y + (x > names_end ? 1 : 2), x, draw_width(text), ROLE_DIM, text);
}

static void draw_cell(const struct grid *g, int y, size_t row, size_t index)
{
    static const struct {
        const char *text;
        enum role role;
    } looks[] = {
        [MATRIX_OFF] = {"[ ]", ROLE_TEXT},
        [MATRIX_ON] = {"[x]", ROLE_TEXT},
        [MATRIX_ADDED] = {"[+]", ROLE_OK},
        [MATRIX_REMOVED] = {"[-]", ROLE_WARN},
    };
    const struct matrix_view *v = g->view;
    const enum matrix_cell cell =
        matrix_cell(&v->matrix, v->rows.shown[row], v->columns.shown[index]);
    const bool here = row == v->rows.at && index == v->columns.at;
    draw_text(g->w, y, column_x(g, index), 3, here ? ROLE_SELECTED : looks[cell].role,
              looks[cell].text);
}

static void draw_row(const struct grid *g, int y, size_t row)
{
    const struct matrix_view *v = g->view;
    const struct check_summary *check = &v->checks.items[v->rows.shown[row]];
    const struct sign sign = sign_of_check(check->state);
    const bool here = row == v->rows.at;
    if (here)
        draw_text(g->w, y, g->area->x, 1, ROLE_TEXT, "►");
    draw_text(g->w, y, g->area->x + SIGN_X, 1, sign.role, sign.mark);
    draw_text(g->w, y, g->area->x + NAME_X, g->names, here ? ROLE_HEADING : ROLE_TEXT,
              check->check->title);
    for (size_t i = v->columns.first; i < last_shown(&v->columns); i++)
        draw_cell(g, y, row, i);
}

static bool shows_failing(const struct matrix_view *v)
{
    for (size_t i = v->columns.first; i < last_shown(&v->columns); i++) {
        if (v->hooks.items[v->columns.shown[i]].status.status == STATUS_FAILING)
            return true;
    }
    return false;
}

/* Of the signs that there are. */
static void draw_legend(const struct grid *g, int y)
{
    const struct matrix *m = &g->view->matrix;
    const bool unsaved = matrix_added(m) + matrix_removed(m) > 0, failing = shows_failing(g->view);
    draw_textf(g->w, y, g->area->x + 2, g->area->cols - 3, ROLE_DIM, "%s%s%s",
               unsaved ? "[+] added   [-] removed   both unsaved" : "",
               unsaved && failing ? "      " : "",
               failing ? "■ failing hooks still queue deliveries" : "");
}

static void draw_foot(const struct grid *g, int y)
{
    const struct matrix_view *v = g->view;
    const int cols = g->area->cols, x = g->area->x;
    draw_rule(g->w, y, x, cols);
    draw_text(g->w, y + 1, x + 2, CELLS_X - 3, ROLE_TEXT, "subscribed checks");
    for (size_t i = v->columns.first; i < last_shown(&v->columns); i++)
        draw_textf(g->w, y + 1, column_x(g, i) - 1, g->cell, ROLE_TEXT, "%*zu", 3,
                   matrix_column_count(&v->matrix, v->columns.shown[i]));
    if (g->area->rows >= LEGEND_FROM)
        draw_legend(g, y + 2);
}

static void draw_head(const struct grid *g)
{
    const struct matrix_view *v = g->view;
    draw_gaps(g->w, g->area->y, g->area->x, CELLS_X, ROLE_HEADING);
    draw_text(g->w, g->area->y, g->area->x + 2, CELLS_X - 3, ROLE_HEADING, "CHECK  \\  WEBHOOK");
    for (size_t i = v->columns.first; i < last_shown(&v->columns); i++)
        draw_column_head(g, i);
    draw_part(g);
    draw_rule(g->w, g->area->y + HEAD_ROWS - 1, g->area->x, g->area->cols);
}

/* How many of both fit; one blank row between checks where there is room for all of them. */
static void lay_out(struct matrix_view *v, struct grid *g)
{
    const int cells = g->area->cols - CELLS_X;
    const int legend = g->area->rows >= LEGEND_FROM;
    const int body = g->area->rows - HEAD_ROWS - FOOT_ROWS - legend;
    g->cell = g->area->cols >= WIDE ? WIDE_CELL : CELL;
    int across = cells / g->cell;
    if (across < (int)v->columns.count)
        across = (cells - COUNT_COLS) / g->cell;
    /* What is left over goes to the names. */
    const int spare = cells - (int)v->columns.count * g->cell - COUNT_COLS;
    const int more = spare < NAME_COLS_MORE ? spare : NAME_COLS_MORE;
    g->names = NAME_COLS + (g->area->cols >= WIDE && more > 0 ? more : 0);
    g->height = (int)v->rows.count * 2 <= body ? 2 : 1;
    axis_scroll(&v->columns, (size_t)(across > 0 ? across : 1));
    axis_scroll(&v->rows, (size_t)(body / g->height > 0 ? body / g->height : 1));
}

void matrix_view_draw(struct matrix_view *v, WINDOW *w, const struct area *area)
{
    struct grid g = {.view = v, .w = w, .area = area};
    lay_out(v, &g);
    draw_head(&g);
    int y = area->y + HEAD_ROWS, cursor_y = y;
    for (size_t row = v->rows.first; row < last_shown(&v->rows); row++, y += g.height) {
        draw_row(&g, y, row);
        if (row == v->rows.at)
            cursor_y = y;
    }
    draw_foot(&g, y);
    wmove(w, cursor_y, column_x(&g, v->columns.at) + 1);
}
