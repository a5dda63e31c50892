/* Which rows of a list are shown, and in which order. */
#include "tui/listing.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "tui/checkmenu.h"

/* --- which rows ------------------------------------------------------------------------------ */

static bool fits(const struct listing *l, size_t row, const char *text)
{
    for (size_t c = 0; c < l->ops->column_count; c++) {
        struct list_cell cell = {.role = ROLE_TEXT};
        l->ops->cell(l->ctx, row, c, &cell);
        if (text_contains_nocase(cell.text, text))
            return true;
    }
    return false;
}

static int compare_texts(const struct listing *l, size_t a, size_t b)
{
    struct list_cell first = {.role = ROLE_TEXT}, second = {.role = ROLE_TEXT};
    l->ops->cell(l->ctx, a, l->sort_column, &first);
    l->ops->cell(l->ctx, b, l->sort_column, &second);
    return strcasecmp(first.text, second.text);
}

static int compare_rows(const void *left, const void *right, void *ctx)
{
    const struct listing *l = ctx;
    const size_t a = *(const size_t *)left, b = *(const size_t *)right;
    int order = l->sort_column == LISTING_UNSORTED ? (a < b ? -1 : a > b)
                : l->ops->compare                  ? l->ops->compare(l->ctx, a, b, l->sort_column)
                                                   : compare_texts(l, a, b);
    if (l->reverse)
        order = -order;
    if (order != 0)
        return order;
    return a < b ? -1 : a > b;
}

/* Fills order anew, and selects the row of that id where it is shown. */
static void arrange(struct listing *l, const char *id)
{
    const char *text = filter_text(&l->filter);
    size_t shown = 0;
    l->order = mem_realloc(l->order, (l->total + 1) * sizeof *l->order);
    for (size_t row = 0; row < l->total; row++) {
        if (!*text || fits(l, row, text))
            l->order[shown++] = row;
    }
    qsort_r(l->order, shown, sizeof *l->order, compare_rows, l);
    list_set_count(&l->list, shown);
    if (id)
        listing_select(l, id);
}

/* The same rows arranged in another way. */
static void rearrange(struct listing *l)
{
    const long row = listing_row(l);
    char *id = row == LISTING_NO_ROW ? NULL : mem_strdup(l->ops->id(l->ctx, (size_t)row));
    arrange(l, id);
    free(id);
}

static void forget_gone_marks(struct listing *l)
{
    struct text_list kept = {0};
    for (size_t row = 0; row < l->total && l->marks.count > 0; row++) {
        if (listing_is_marked(l, row))
            text_list_add(&kept, l->ops->id(l->ctx, row));
    }
    text_list_release(&l->marks);
    l->marks = kept;
}

static bool line_marked(void *ctx, size_t line)
{
    const struct listing *l = ctx;
    return listing_is_marked(l, l->order[line]);
}

static void line_cell(void *ctx, size_t line, size_t column, struct list_cell *out)
{
    const struct listing *l = ctx;
    l->ops->cell(l->ctx, l->order[line], column, out);
}

void listing_init(struct listing *l, const struct listing_ops *ops, void *ctx)
{
    *l = (struct listing){.ops = ops, .ctx = ctx, .sort_column = ops->sort_column};
    list_init(&l->list, ops->columns, ops->column_count);
    l->list.marked = line_marked;
}

/* --- as this user wants it ------------------------------------------------------------------- */

enum { COLUMN_ID_MAX = 32 };

static void column_id(const struct listing *l, size_t column, char out[COLUMN_ID_MAX])
{
    const struct list_column *c = &l->ops->columns[column];
    snprintf(out, COLUMN_ID_MAX, "%s", c->id ? c->id : c->title);
    for (char *p = out; *p && !c->id; p++)
        *p = (char)tolower((unsigned char)*p);
}

void listing_remember(struct listing *l, struct preferences *preferences)
{
    const struct list_preference *kept = preferences_list(preferences, l->ops->name);
    l->preferences = preferences;
    if (!kept)
        return;
    for (size_t c = 0; c < l->ops->column_count; c++) {
        char id[COLUMN_ID_MAX];
        column_id(l, c, id);
        if (kept->sort && strcmp(kept->sort, id) == 0) {
            l->sort_column = c;
            l->reverse = kept->reverse;
        }
        if (l->ops->columns[c].drop > 0 && text_list_has(&kept->hidden, id))
            l->list.hidden |= 1U << c;
    }
}

/* A list that cannot be kept as it was left is no reason to stop anybody. */
static void keep(const struct listing *l)
{
    struct error ignored = {0};
    struct list_preference *kept = preferences_list_make(l->preferences, l->ops->name);
    char id[COLUMN_ID_MAX];
    if (l->sort_column < l->ops->column_count)
        column_id(l, l->sort_column, id);
    mem_replace(&kept->sort, l->sort_column < l->ops->column_count ? id : NULL);
    kept->reverse = l->reverse;
    text_list_release(&kept->hidden);
    for (size_t c = 0; c < l->ops->column_count; c++) {
        column_id(l, c, id);
        if (l->list.hidden & 1U << c)
            text_list_add(&kept->hidden, id);
    }
    (void)!preferences_save(l->preferences, &ignored);
}

void listing_release(struct listing *l)
{
    if (l->rearranged && l->preferences)
        keep(l);
    filter_release(&l->filter);
    text_list_release(&l->marks);
    free(l->order);
    *l = (struct listing){0};
}

void listing_set_count(struct listing *l, size_t rows, const char *selected_id)
{
    l->total = rows;
    forget_gone_marks(l);
    arrange(l, selected_id);
}

void listing_select(struct listing *l, const char *id)
{
    for (size_t line = 0; line < l->list.count; line++) {
        if (strcmp(l->ops->id(l->ctx, l->order[line]), id) == 0)
            list_select(&l->list, line);
    }
}

long listing_row(const struct listing *l)
{
    return l->list.count > 0 ? (long)l->order[l->list.selected] : LISTING_NO_ROW;
}

bool listing_is_marked(const struct listing *l, size_t row)
{
    return l->marks.count > 0 && text_list_has(&l->marks, l->ops->id(l->ctx, row));
}

void listing_forget_marks(struct listing *l)
{
    text_list_release(&l->marks);
}

void listing_chosen(const struct listing *l, struct text_list *out)
{
    const long row = listing_row(l);
    for (size_t i = 0; i < l->total && l->marks.count > 0; i++) {
        if (listing_is_marked(l, i))
            text_list_add(out, l->ops->id(l->ctx, i));
    }
    if (out->count == 0 && row != LISTING_NO_ROW)
        text_list_add(out, l->ops->id(l->ctx, (size_t)row));
}

/* --- keys ------------------------------------------------------------------------------------ */

/* Marks it and goes on, so that several in a row are one key each. */
static void mark(struct listing *l)
{
    const long row = listing_row(l);
    if (row == LISTING_NO_ROW)
        return;
    const char *id = l->ops->id(l->ctx, (size_t)row);
    if (!text_list_remove(&l->marks, id))
        text_list_add(&l->marks, id);
    list_move(&l->list, ACTION_DOWN);
}

/* After the last column the rows stand as they are, where they did so at first. */
static size_t column_after(const struct listing *l, size_t column)
{
    if (column + 1 < l->ops->column_count)
        return column + 1;
    return column != LISTING_UNSORTED && l->ops->sort_column == LISTING_UNSORTED ? LISTING_UNSORTED
                                                                                 : 0;
}

static void sort_by_next(struct listing *l)
{
    do
        l->sort_column = column_after(l, l->sort_column);
    while (l->list.hidden & 1U << l->sort_column);
    l->reverse = false;
    l->rearranged = true;
    rearrange(l);
}

bool listing_key(struct listing *l, const struct key_event *event)
{
    const enum filter_result filtered = filter_key(&l->filter, event);
    if (filtered == FILTER_CHANGED)
        rearrange(l);
    if (filtered != FILTER_IGNORED || list_move(&l->list, event->action))
        return true;
    switch (event->action) {
    case ACTION_MARK:
        mark(l);
        return true;
    case ACTION_SORT:
        sort_by_next(l);
        return true;
    case ACTION_SORT_REVERSE:
        l->reverse = !l->reverse;
        l->rearranged = true;
        rearrange(l);
        return true;
    case ACTION_BACK:
        if (l->marks.count == 0)
            return false;
        text_list_release(&l->marks);
        return true;
    default:
        return false;
    }
}

bool listing_paste(struct listing *l, const char *text)
{
    if (!filter_paste(&l->filter, text))
        return false;
    rearrange(l);
    return true;
}

bool listing_typing(const struct listing *l)
{
    return filter_typing(&l->filter);
}

bool listing_works(const struct listing *l, enum action action)
{
    switch (action) {
    case ACTION_FILTER:
    case ACTION_SORT:
    case ACTION_SORT_REVERSE:
    case ACTION_COLUMNS:
    case ACTION_MARK:
    case ACTION_UP:
    case ACTION_DOWN:
        return l->total > 0;
    default:
        return true;
    }
}

/* --- columns --------------------------------------------------------------------------------- */

struct popup *listing_ask_columns(const struct listing *l, int tag)
{
    struct checkmenu_entry entries[LIST_COLUMNS_MAX];
    const size_t count = l->ops->column_count;
    for (size_t c = 0; c < count; c++) {
        const bool fixed = l->ops->columns[c].drop == 0;
        const bool no_room = l->list.no_room & 1U << c;
        entries[c] = (struct checkmenu_entry){
            .id = l->ops->columns[c].title,
            .label = l->ops->columns[c].title,
            .note = fixed     ? "always"
                    : no_room ? "no room here"
                              : NULL,
            .note_role = no_room ? ROLE_WARN : ROLE_DIM,
            .ticked = !(l->list.hidden & 1U << c),
            .fixed = fixed,
        };
    }
    return checkmenu_new(tag, "Columns", entries, count);
}

void listing_take_columns(struct listing *l, const struct popup *popup)
{
    l->list.hidden = 0;
    l->rearranged = true;
    for (size_t c = 0; c < l->ops->column_count; c++) {
        if (!checkmenu_is_ticked(popup, c) && l->ops->columns[c].drop > 0)
            l->list.hidden |= 1U << c;
    }
}

/* --- drawing --------------------------------------------------------------------------------- */

void listing_order_text(const struct listing *l, char *out, size_t size)
{
    if (l->sort_column == LISTING_UNSORTED && !l->reverse) {
        out[0] = '\0';
        return;
    }
    const bool own = l->sort_column == LISTING_UNSORTED;
    int len = snprintf(out, size, "sort: %s %s",
                       own ? "as listed" : l->ops->columns[l->sort_column].title,
                       theme_ascii() ? l->reverse ? "v" : "^"
                       : l->reverse  ? "▼"
                                     : "▲");
    for (int i = 0; i < len && (size_t)i < size; i++)
        out[i] = (char)tolower((unsigned char)out[i]);
}

void listing_draw_place(const struct listing *l, WINDOW *w, int y, int x, int cols)
{
    char place[64];
    list_place_text(&l->list, place, sizeof place);
    if (place[0])
        draw_gaps(w, y, x, cols, ROLE_DIM);
    draw_right(w, y, x, cols, ROLE_DIM, place);
}

void listing_draw(struct listing *l, WINDOW *w, const struct area *area, bool focus)
{
    list_draw(&l->list, w, area, focus, line_cell, l);
    if (l->list.count == 0 && l->total > 0)
        draw_textf(w, area->y + 1, area->x + 2, area->cols - 2, ROLE_TEXT,
                   "Nothing here holds '%s'. Esc shows all again.", filter_text(&l->filter));
}

int listing_draw_filter(struct listing *l, WINDOW *w, int y, int x, int cols)
{
    char count[64];
    snprintf(count, sizeof count, "%zu of %zu", l->list.count, l->total);
    return filter_draw(&l->filter, w, y, x, cols, count);
}
