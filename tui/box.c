/* Boxes: one window and one panel each, made anew when their size changes. */
#include "tui/box.h"

enum { ROWS_BELOW = 2, ROWS_ABOVE = 3, ROWS_ABOVE_LOW = 1, ROWS_NOT_LOW = 24, BORDER = 2 };

static int clamp(int value, int least, int most)
{
    if (value > most)
        value = most;
    return value < least ? least : value;
}

struct place {
    int rows, cols, y, x;
};

/* Made anew when the size is another, because the automatic adjustment of ncurses loses windows
 * when the terminal shrinks and grows again. */
static void fit(WINDOW **window, PANEL **panel, const struct place *p)
{
    if (*window && (getmaxy(*window) != p->rows || getmaxx(*window) != p->cols)) {
        del_panel(*panel);
        delwin(*window);
        *window = NULL;
    }
    if (!*window) {
        *window = newwin(p->rows, p->cols, p->y, p->x);
        *panel = new_panel(*window);
    } else if (getbegy(*window) != p->y || getbegx(*window) != p->x) {
        move_panel(*panel, p->y, p->x);
    }
    theme_erase(*window);
    top_panel(*panel);
}

static struct place with_margin(const struct place *p, int screen_cols)
{
    struct place wide = *p;
    if (wide.x > 0) {
        wide.x--;
        wide.cols++;
    }
    if (wide.x + wide.cols < screen_cols)
        wide.cols++;
    return wide;
}

/* Nothing stands beside the text, so that the mouse selects whole rows of it and no lines. */
static struct area open_box(struct box *b, const struct box_spec *spec, int rows)
{
    const int cols = getmaxx(b->window);
    draw_rule(b->window, 0, 0, cols);
    draw_rule(b->window, rows - 1, 0, cols);
    draw_textf(b->window, 0, 2, cols - 4, ROLE_HEADING, " %s ", spec->title);
    if (spec->footer && *spec->footer)
        draw_textf(b->window, rows - 1, 2, cols - 4, ROLE_TEXT, " %s ", spec->footer);
    return (struct area){1, 0, rows - BORDER, cols};
}

struct area box_place(struct box *b, const struct box_spec *spec)
{
    int inner = spec->open_sides ? spec->screen_cols : spec->cols;
    int title = draw_width(spec->title) + 4;
    if (inner < title)
        inner = title;
    int top = spec->screen_rows < ROWS_NOT_LOW ? ROWS_ABOVE_LOW : ROWS_ABOVE;
    int bottom = spec->screen_rows - ROWS_BELOW;
    int rows = clamp(spec->rows + BORDER, 3, bottom - top);
    int cols = clamp(inner + BORDER, 4, spec->screen_cols);
    int y = spec->anchor_y >= 0 ? spec->anchor_y : (spec->screen_rows - rows) / 2;
    int x = spec->anchor_x >= 0 ? spec->anchor_x : (spec->screen_cols - cols) / 2;
    const struct place place = {rows, cols, clamp(y, top, bottom - rows),
                                clamp(x, 0, spec->screen_cols - cols)};
    const struct place wide = with_margin(&place, spec->screen_cols);
    fit(&b->margin, &b->margin_panel, &wide);
    fit(&b->window, &b->panel, &place);
    if (spec->open_sides)
        return open_box(b, spec, rows);
    draw_box(b->window, spec->title, spec->footer);
    return (struct area){1, 1, rows - BORDER, cols - BORDER};
}

void box_release(struct box *b)
{
    if (b->panel)
        del_panel(b->panel);
    if (b->margin_panel)
        del_panel(b->margin_panel);
    if (b->window)
        delwin(b->window);
    if (b->margin)
        delwin(b->margin);
    *b = (struct box){0};
}
