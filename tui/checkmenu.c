/* Boxes to tick, drawn by ourselves because the menu library knows no third column. */
#include "tui/checkmenu.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "tui/filter.h"
#include "tui/mouse.h"

enum { MARK_COLS = 3, TICK_COLS = 4, TAIL_ROWS = 2, FEW = 12, RECEIVERS_COLS = 24 };

static const char buttons[] = "[ Apply  Enter ]  [ Cancel  Esc ]";

struct box_row {
    char *id, *label, *note;
    enum role note_role;
    bool ticked, was, fixed;
};

struct checkmenu {
    struct popup base;
    struct box_row *rows;
    size_t count;
    struct filter filter;
    size_t *shown; /* the rows that it lets through, in their order */
    size_t shown_count;
    size_t selected, top; /* of those shown; selected == shown_count: the extra box */
    char *extra;          /* its label; NULL = there is none */
    bool extra_ticked;
    int page;
};

static const enum key_context checkmenu_contexts[] = {KEYS_CHECKMENU, KEYS_END};

static struct checkmenu *checkmenu_of(struct popup *p)
{
    return (struct checkmenu *)p;
}

static const struct checkmenu *const_of(const struct popup *p)
{
    return (const struct checkmenu *)p;
}

static size_t count_ticked(const struct checkmenu *m, bool was)
{
    size_t ticked = 0;
    for (size_t i = 0; i < m->count; i++)
        ticked += was ? m->rows[i].was : m->rows[i].ticked;
    return ticked;
}

static size_t count_fresh(const struct checkmenu *m)
{
    size_t fresh = 0;
    for (size_t i = 0; i < m->count; i++)
        fresh += m->rows[i].ticked && !m->rows[i].was;
    return fresh;
}

/* Those that are shown. */
static void tick_all(struct checkmenu *m)
{
    bool tick = false;
    for (size_t i = 0; i < m->shown_count; i++)
        tick |= !m->rows[m->shown[i]].ticked;
    for (size_t i = 0; i < m->shown_count; i++)
        m->rows[m->shown[i]].ticked = m->rows[m->shown[i]].fixed ? m->rows[m->shown[i]].was : tick;
}

/* The selected one, which may be the extra box. */
static void toggle(struct checkmenu *m)
{
    if (m->selected < m->shown_count)
        m->rows[m->shown[m->selected]].ticked ^= !m->rows[m->shown[m->selected]].fixed;
    else if (m->extra && count_ticked(m, false) > 0)
        m->extra_ticked = !m->extra_ticked;
}

static int tail_rows(const struct checkmenu *m)
{
    return TAIL_ROWS + (m->extra != NULL);
}

static void move_to(struct checkmenu *m, long row)
{
    long last = (long)m->shown_count - !m->extra;
    if (last < 0)
        last = 0;
    m->selected = (size_t)(row < 0 ? 0 : row > last ? last : row);
}

static void show_fitting(struct checkmenu *m)
{
    m->shown_count = 0;
    for (size_t i = 0; i < m->count; i++)
        if (text_contains_nocase(m->rows[i].label, filter_text(&m->filter)) ||
            text_contains_nocase(m->rows[i].note, filter_text(&m->filter)))
            m->shown[m->shown_count++] = i;
    m->top = 0;
    move_to(m, 0);
}

static bool go(struct checkmenu *m, enum action action)
{
    const long at = (long)m->selected;
    switch (action) {
    case ACTION_UP:
        move_to(m, at - 1);
        return true;
    case ACTION_DOWN:
        move_to(m, at + 1);
        return true;
    case ACTION_PAGE_UP:
        move_to(m, at - m->page);
        return true;
    case ACTION_PAGE_DOWN:
        move_to(m, at + m->page);
        return true;
    case ACTION_FIRST:
        move_to(m, 0);
        return true;
    case ACTION_LAST:
        move_to(m, (long)m->shown_count);
        return true;
    default:
        return false;
    }
}

static void checkmenu_measure(struct popup *p, int *rows, int *cols)
{
    const struct checkmenu *m = checkmenu_of(p);
    *rows = (int)m->count + tail_rows(m) + (m->filter.line != NULL);
    *cols = draw_width(buttons) + 5;
    if (m->extra && *cols < MARK_COLS + TICK_COLS + draw_width(m->extra) + RECEIVERS_COLS)
        *cols = MARK_COLS + TICK_COLS + draw_width(m->extra) + RECEIVERS_COLS;
    for (size_t i = 0; i < m->count; i++) {
        int need = MARK_COLS + TICK_COLS + draw_width(m->rows[i].label) + 3 +
                   draw_width(m->rows[i].note) + 1;
        if (need > *cols)
            *cols = need;
    }
}

static void scroll_to_selection(struct checkmenu *m)
{
    size_t page = m->page > 0 ? (size_t)m->page : 1;
    const size_t last = m->shown_count > 0 ? m->shown_count - 1 : 0;
    const size_t at = m->selected < last ? m->selected : last;
    if (at < m->top)
        m->top = at;
    if (at >= m->top + page)
        m->top = at - page + 1;
}

static void draw_tick(WINDOW *w, const struct area *area, int y, bool bar, bool ticked)
{
    const enum role role = bar ? ROLE_SELECTED : ROLE_TEXT;
    if (bar)
        draw_fill(w, y, area->x, area->cols, ROLE_SELECTED);
    draw_text(w, y, area->x + 1, 1, role, bar ? "►" : " ");
    draw_text(w, y, area->x + MARK_COLS, 3, role, ticked ? "[x]" : "[ ]");
}

static void draw_row(const struct checkmenu *m, WINDOW *w, const struct area *area, int y, size_t i)
{
    const struct box_row *row = &m->rows[m->shown[i]];
    bool bar = i == m->selected;
    int note = draw_width(row->note);
    enum role role = bar ? ROLE_SELECTED : ROLE_TEXT;
    draw_tick(w, area, y, bar, row->ticked);
    draw_text(w, y, area->x + MARK_COLS + TICK_COLS, area->cols - MARK_COLS - TICK_COLS - note - 2,
              role, row->label);
    draw_text(w, y, area->x + area->cols - note - 1, note, bar ? ROLE_SELECTED : row->note_role,
              row->note);
}

static bool pick(void *ctx, size_t index)
{
    ((struct checkmenu *)ctx)->selected = index;
    return true;
}

/* The words of a button in the row of buttons can be pressed. */
static void button_target(WINDOW *w, int y, int x, const char *words, int key)
{
    const char *at = strstr(buttons, words);
    if (at)
        mouse_key(w, y, x + (int)(at - buttons), (int)strlen(words), key, false);
}

static void receivers_text(const struct checkmenu *m, char *out, size_t size)
{
    const size_t fresh = count_fresh(m), ticked = count_ticked(m, false);
    if (fresh > 0)
        snprintf(out, size, "to the %zu newly ticked", fresh);
    else if (ticked > 0)
        snprintf(out, size, "to the %zu ticked already", ticked);
    else
        snprintf(out, size, "(tick one first)");
}

static void draw_extra(const struct checkmenu *m, WINDOW *w, const struct area *area, int y)
{
    char receivers[RECEIVERS_COLS * 2];
    const bool bar = m->selected == m->shown_count, may = count_ticked(m, false) > 0;
    const enum role role = bar ? ROLE_SELECTED : may ? ROLE_TEXT : ROLE_DIM;
    int x = area->x + MARK_COLS + TICK_COLS;
    draw_tick(w, area, y, bar, m->extra_ticked && may);
    x += draw_text(w, y, x, area->x + area->cols - x, role, m->extra) + 1;
    receivers_text(m, receivers, sizeof receivers);
    draw_text(w, y, x, area->x + area->cols - x, role, receivers);
}

/* While it is typed the cursor is there. */
static void draw_filter(struct checkmenu *m, WINDOW *w, const struct area *area)
{
    char count[48];
    int y, x;
    getyx(w, y, x);
    snprintf(count, sizeof count, "%zu of %zu", m->shown_count, m->count);
    filter_draw(&m->filter, w, area->y, area->x + 1, area->cols - 2, count);
    if (!filter_typing(&m->filter))
        wmove(w, y, x);
}

static void checkmenu_draw(struct popup *p, WINDOW *w, const struct area *area)
{
    struct checkmenu *m = checkmenu_of(p);
    const int tail = area->y + area->rows - tail_rows(m);
    const int y = area->y + (m->filter.line != NULL);
    m->page = tail - y;
    scroll_to_selection(m);
    for (int i = 0; i < m->page && m->top + (size_t)i < m->shown_count; i++) {
        const size_t index = m->top + (size_t)i;
        draw_row(m, w, area, y + i, index);
        mouse_target(w, y + i, area->x, area->cols, pick, m, index, ' ');
    }
    const struct area list = {y, area->x, m->page, area->cols};
    draw_more(w, &list, m->top > 0, m->top + (size_t)m->page < m->shown_count);
    draw_divider(w, tail);
    if (m->extra) {
        draw_extra(m, w, area, tail + 1);
        mouse_target(w, tail + 1, area->x, area->cols, pick, m, m->shown_count, ' ');
    }
    draw_text(w, area->y + area->rows - 1, area->x + 3, area->cols - 4, ROLE_TEXT, buttons);
    button_target(w, area->y + area->rows - 1, area->x + 3, "[ Apply  Enter ]", KEY_RETURN);
    button_target(w, area->y + area->rows - 1, area->x + 3, "[ Cancel  Esc ]", KEY_ESC);
    const bool extra = m->selected == m->shown_count && m->extra;
    const int selected_y = extra ? tail + 1 : y + (int)(m->selected - m->top);
    wmove(w, selected_y, area->x + MARK_COLS + 1);
    draw_filter(m, w, area);
}

static enum popup_result checkmenu_key(struct popup *p, const struct key_event *event)
{
    struct checkmenu *m = checkmenu_of(p);
    const enum filter_result filtered = filter_key(&m->filter, event);
    if (filtered == FILTER_CHANGED)
        show_fitting(m);
    if (filtered != FILTER_IGNORED || go(m, event->action))
        return POPUP_STAYS;
    switch (event->action) {
    case ACTION_BACK:
        return POPUP_CANCELLED;
    case ACTION_ENTER:
        return POPUP_DONE;
    case ACTION_ALL:
        tick_all(m);
        break;
    case ACTION_TOGGLE:
        toggle(m);
        break;
    default:
        break;
    }
    return POPUP_STAYS;
}

static void checkmenu_footer(struct popup *p, char *out, size_t size)
{
    const struct checkmenu *m = checkmenu_of(p);
    int len = snprintf(out, size, "%zu of %zu", count_ticked(m, false), m->count);
    if (checkmenu_changed(p) && len > 0 && (size_t)len < size)
        snprintf(out + len, size - (size_t)len, " · was %zu · not saved", count_ticked(m, true));
}

static void checkmenu_free(struct popup *p)
{
    struct checkmenu *m = checkmenu_of(p);
    for (size_t i = 0; i < m->count; i++) {
        free(m->rows[i].id);
        free(m->rows[i].label);
        free(m->rows[i].note);
    }
    free(m->rows);
    free(m->shown);
    filter_release(&m->filter);
    free(m->extra);
    free(m);
}

static bool checkmenu_typing(const struct popup *p)
{
    return filter_typing(&const_of(p)->filter);
}

/* Few are seen at a glance; the key works all the same. */
static bool checkmenu_works(const struct popup *p, enum action action)
{
    return action != ACTION_FILTER || const_of(p)->count > FEW;
}

static void checkmenu_paste(struct popup *p, const char *text)
{
    struct checkmenu *m = checkmenu_of(p);
    if (filter_paste(&m->filter, text))
        show_fitting(m);
}

static const struct popup_ops checkmenu_ops = {
    .contexts = checkmenu_contexts,
    .measure = checkmenu_measure,
    .draw = checkmenu_draw,
    .key = checkmenu_key,
    .works = checkmenu_works,
    .typing = checkmenu_typing,
    .paste = checkmenu_paste,
    .footer = checkmenu_footer,
    .free = checkmenu_free,
};

struct popup *checkmenu_new(int tag, const char *title, const struct checkmenu_entry *entries,
                            size_t count)
{
    struct checkmenu *m = mem_zalloc(sizeof *m);
    popup_init(&m->base, &checkmenu_ops, tag, title);
    for (size_t i = 0; i < count; i++) {
        struct box_row *row = list_add(&m->rows, &m->count, sizeof *row);
        row->id = mem_strdup(entries[i].id);
        row->label = mem_strdup(entries[i].label);
        row->note = mem_strdup(entries[i].note ? entries[i].note : "");
        row->note_role = entries[i].note_role;
        row->ticked = row->was = entries[i].ticked;
        row->fixed = entries[i].fixed;
    }
    m->shown = mem_zalloc((count + 1) * sizeof *m->shown);
    show_fitting(m);
    return &m->base;
}

void checkmenu_add_extra(struct popup *menu, const char *label)
{
    mem_replace(&checkmenu_of(menu)->extra, label);
}

bool checkmenu_extra(const struct popup *menu)
{
    return const_of(menu)->extra_ticked && count_ticked(const_of(menu), false) > 0;
}

void checkmenu_ticked(const struct popup *menu, struct text_list *out)
{
    const struct checkmenu *m = const_of(menu);
    for (size_t i = 0; i < m->count; i++) {
        if (m->rows[i].ticked)
            text_list_add(out, m->rows[i].id);
    }
}

bool checkmenu_changed(const struct popup *menu)
{
    const struct checkmenu *m = const_of(menu);
    for (size_t i = 0; i < m->count; i++) {
        if (m->rows[i].ticked != m->rows[i].was)
            return true;
    }
    return false;
}

bool checkmenu_is_ticked(const struct popup *menu, size_t index)
{
    return index < const_of(menu)->count && const_of(menu)->rows[index].ticked;
}

bool checkmenu_was_ticked(const struct popup *menu, size_t index)
{
    return index < const_of(menu)->count && const_of(menu)->rows[index].was;
}
