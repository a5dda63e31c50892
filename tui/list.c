/* Rows in columns: which columns fit, which rows show, and the selection. */
#include "tui/list.h"

#include <stdio.h>

#include "core/base/mem.h"
#include "tui/mouse.h"

enum { MARGIN = 2, DEFAULT_GAP = 2 };

struct layout {
    bool shown[LIST_COLUMNS_MAX];
    int x[LIST_COLUMNS_MAX], width[LIST_COLUMNS_MAX];
};

static int gap_of(const struct list_column *c)
{
    return c->gap ? c->gap : DEFAULT_GAP;
}

static int columns_needed(const struct list *l, const struct layout *lay)
{
    int need = MARGIN;
    bool first = true;
    for (size_t i = 0; i < l->column_count; i++) {
        if (!lay->shown[i])
            continue;
        need += l->columns[i].width + (first ? 0 : gap_of(&l->columns[i]));
        first = false;
    }
    return need;
}

/* Hides the shown column that is the first to go; false when none may. */
static bool drop_one(const struct list *l, struct layout *lay)
{
    size_t worst = l->column_count;
    for (size_t i = 0; i < l->column_count; i++) {
        bool worse = worst == l->column_count || l->columns[i].drop > l->columns[worst].drop;
        if (lay->shown[i] && l->columns[i].drop > 0 && worse)
            worst = i;
    }
    if (worst == l->column_count)
        return false;
    lay->shown[worst] = false;
    return true;
}

/* The shown column that takes what is left and can; column_count when none. */
static size_t growing(const struct list *l, const struct layout *lay)
{
    size_t best = l->column_count;
    for (size_t i = 0; i < l->column_count; i++) {
        const struct list_column *c = &l->columns[i];
        const bool can = lay->shown[i] && c->grow > 0 && (c->most == 0 || lay->width[i] < c->most);
        if (can && (best == l->column_count || c->grow > l->columns[best].grow))
            best = i;
    }
    return best;
}

/* Where there is too little it is taken from the first of them. */
static void share_out(const struct list *l, struct layout *lay, int extra)
{
    const size_t first = growing(l, lay);
    if (extra < 0 && first < l->column_count)
        lay->width[first] += extra;
    for (size_t i = growing(l, lay); extra > 0 && i < l->column_count; i = growing(l, lay)) {
        const int most = l->columns[i].most;
        const int taken = most > 0 && most - lay->width[i] < extra ? most - lay->width[i] : extra;
        lay->width[i] += taken;
        extra -= taken;
        if (most == 0)
            break;
    }
}

static void lay_out(const struct list *l, int cols, struct layout *lay)
{
    *lay = (struct layout){0};
    for (size_t i = 0; i < l->column_count; i++)
        lay->shown[i] = !(l->hidden & 1U << i);
    bool fits = columns_needed(l, lay) <= cols;
    while (!fits && drop_one(l, lay))
        fits = columns_needed(l, lay) <= cols;
    for (size_t i = 0; i < l->column_count; i++)
        lay->width[i] = l->columns[i].width;
    share_out(l, lay, cols - columns_needed(l, lay));
    int x = MARGIN;
    bool first = true;
    for (size_t i = 0; i < l->column_count; i++) {
        if (!lay->shown[i])
            continue;
        x += first ? 0 : gap_of(&l->columns[i]);
        first = false;
        lay->x[i] = x;
        if (lay->width[i] < 0)
            lay->width[i] = 0;
        x += lay->width[i];
    }
}

/* What the drawing of one list needs everywhere. */
struct painter {
    const struct list *list;
    struct layout layout;
    WINDOW *w;
    const struct area *area;
    bool focus;
};

static void draw_cell(const struct painter *p, int y, size_t column, enum role role,
                      const char *text)
{
    int x = p->area->x + p->layout.x[column], cols = p->layout.width[column];
    if (p->list->columns[column].right)
        draw_right(p->w, y, x, cols, role, text);
    else
        draw_text(p->w, y, x, cols, role, text);
}

static void draw_titles(const struct painter *p)
{
    int end = MARGIN; /* where the last one begins, or ends at the right */
    for (size_t c = 0; c < p->list->column_count; c++) {
        if (p->layout.shown[c])
            end = p->layout.x[c] + (p->list->columns[c].right ? p->layout.width[c] : 0);
    }
    draw_gaps(p->w, p->area->y, p->area->x + MARGIN, end - MARGIN, ROLE_HEADING);
    for (size_t c = 0; c < p->list->column_count; c++) {
        if (p->layout.shown[c])
            draw_cell(p, p->area->y, c, ROLE_HEADING, p->list->columns[c].title);
    }
}

static bool hides_above(const struct list *l)
{
    return l->top > 0;
}

static bool hides_below(const struct list *l)
{
    return l->page > 0 && l->top + (size_t)l->page < l->count;
}

/* Where a row that is not selected has nothing in front. */
static const char *edge_mark(const struct list *l, size_t row)
{
    if (row == l->top && hides_above(l))
        return "▲";
    return row + 1 == l->top + (size_t)l->page && hides_below(l) ? "▼" : NULL;
}

static void draw_row(const struct painter *p, int y, size_t row, list_cell_fn *cell, void *ctx)
{
    bool here = row == p->list->selected, bar = here && p->focus;
    if (bar)
        draw_fill(p->w, y, p->area->x, p->area->cols, ROLE_SELECTED);
    if (here)
        draw_text(p->w, y, p->area->x, 1, bar ? ROLE_SELECTED : ROLE_TEXT, "►");
    else if (edge_mark(p->list, row))
        draw_text(p->w, y, p->area->x, 1, ROLE_ACCENT, edge_mark(p->list, row));
    if (p->list->marked && p->list->marked(ctx, row))
        draw_text(p->w, y, p->area->x + 1, 1, bar ? ROLE_SELECTED : ROLE_ACCENT, "•");
    for (size_t c = 0; c < p->list->column_count; c++) {
        if (!p->layout.shown[c])
            continue;
        struct list_cell out = {.role = ROLE_TEXT};
        cell(ctx, row, c, &out);
        draw_cell(p, y, c, bar ? ROLE_SELECTED : out.role, out.text);
    }
}

static void scroll_to_selection(struct list *l)
{
    size_t page = l->page > 0 ? (size_t)l->page : 1;
    if (l->selected < l->top)
        l->top = l->selected;
    if (l->selected >= l->top + page)
        l->top = l->selected - page + 1;
    if (l->count <= page)
        l->top = 0;
    else if (l->top > l->count - page)
        l->top = l->count - page;
}

static void note_no_room(struct list *l, const struct layout *lay)
{
    l->no_room = 0;
    for (size_t i = 0; i < l->column_count; i++)
        if (!lay->shown[i] && !(l->hidden & 1U << i))
            l->no_room |= 1U << i;
}

static void find_selection(struct list *l)
{
    scroll_to_selection(l);
    l->selected_y = l->first_y + (int)(l->selected - l->top);
}

static void move_by(struct list *l, long rows)
{
    long to = (long)l->selected + rows;
    long last = l->count > 0 ? (long)l->count - 1 : 0;
    list_select(l, (size_t)(to < 0 ? 0 : to > last ? last : to));
}

void list_init(struct list *l, const struct list_column *columns, size_t column_count)
{
    *l = (struct list){.columns = columns, .column_count = column_count};
}

void list_set_count(struct list *l, size_t count)
{
    l->count = count;
    list_select(l, l->selected);
}

void list_select(struct list *l, size_t row)
{
    if (row >= l->count)
        row = l->count > 0 ? l->count - 1 : 0;
    l->selected = row;
    if (l->page > 0) /* keys that come faster than they are shown */
        find_selection(l);
}

void list_place_text(const struct list *l, char *out, size_t size)
{
    const size_t page = l->page > 0 ? (size_t)l->page : 0;
    const size_t last = l->top + page < l->count ? l->top + page : l->count;
    out[0] = '\0';
    if (hides_above(l) || hides_below(l))
        snprintf(out, size, "%zu-%zu of %zu", l->top + 1, last, l->count);
}

static bool pick(void *ctx, size_t row)
{
    struct list *l = ctx;
    const bool was = l->selected == row;
    list_select(l, row);
    return was;
}

void list_draw(struct list *l, WINDOW *w, const struct area *area, bool focus, list_cell_fn *cell,
               void *ctx)
{
    struct painter p = {.list = l, .w = w, .area = area, .focus = focus};
    lay_out(l, area->cols, &p.layout);
    note_no_room(l, &p.layout);
    draw_titles(&p);
    l->page = area->rows - 1;
    l->first_y = area->y + 1;
    find_selection(l);
    for (int i = 0; i < l->page && l->top + (size_t)i < l->count; i++) {
        const int y = area->y + 1 + i;
        draw_row(&p, y, l->top + (size_t)i, cell, ctx);
        if (focus)
            mouse_target(w, y, area->x, area->cols, pick, l, l->top + (size_t)i, KEY_RETURN);
    }
    if (focus)
        wmove(w, l->selected_y, area->x);
}

bool list_move(struct list *l, enum action action)
{
    long page = l->page > 1 ? l->page - 1 : 1;
    switch (action) {
    case ACTION_UP:
        move_by(l, -1);
        return true;
    case ACTION_DOWN:
        move_by(l, 1);
        return true;
    case ACTION_PAGE_UP:
        move_by(l, -page);
        return true;
    case ACTION_PAGE_DOWN:
        move_by(l, page);
        return true;
    case ACTION_FIRST:
        list_select(l, 0);
        return true;
    case ACTION_LAST:
        list_select(l, l->count > 0 ? l->count - 1 : 0);
        return true;
    default:
        return false;
    }
}
