/* Short menus on ncurses' menu library; lines, marks and colours drawn over it. */
#include "tui/menu.h"

#include <menu.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "tui/mouse.h"

enum { LINE_MAX_BYTES = 1024, MARGIN_COLS = 4, GAP_COLS = 2, KEYED_COLS = 36 };

struct line {
    char *text; /* as the library shows it; it does not copy names */
    int value, key;
    bool enabled, divider, danger;
};

struct menu_popup {
    struct popup base;
    struct line *lines;
    size_t count;
    int cols; /* of every text */
    MENU *menu;
    ITEM **items;
    WINDOW *pad;
    int rows; /* shown */
    int chosen;
};

static const enum key_context menu_contexts[] = {KEYS_MENU, KEYS_END};

static struct menu_popup *menu_of(struct popup *p)
{
    return (struct menu_popup *)p;
}

static int tail_width(const struct menu_entry *e)
{
    const char *note = e->disabled ? e->disabled : e->note;
    int cols = note ? draw_width(note) + GAP_COLS : 0;
    return cols + (e->key ? 1 + GAP_COLS : 0);
}

static void add_blanks(struct strbuf *out, int count)
{
    for (int i = 0; i < count; i++)
        strbuf_addc(out, ' ');
}

/* "   Label…  note      k", as wide as all the others. */
static char *line_text(const struct menu_entry *e, int cols)
{
    const char *note = e->disabled ? e->disabled : e->note;
    struct strbuf out;
    strbuf_init(&out, LINE_MAX_BYTES);
    add_blanks(&out, MARGIN_COLS - 1);
    strbuf_adds(&out, e->label);
    if (note) {
        add_blanks(&out, GAP_COLS);
        strbuf_adds(&out, note);
    }
    add_blanks(&out, cols - MARGIN_COLS - draw_width(e->label) - tail_width(e));
    if (e->key) {
        add_blanks(&out, GAP_COLS);
        strbuf_addc(&out, (char)e->key);
    }
    strbuf_addc(&out, ' ');
    char *shown = theme_text(out.text);
    strbuf_release(&out);
    return shown;
}

static struct line *add_line(struct menu_popup *m)
{
    return list_add(&m->lines, &m->count, sizeof *m->lines);
}

static void fill(struct menu_popup *m, const struct menu_entry *entries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int cols = MARGIN_COLS + draw_width(entries[i].label) + tail_width(&entries[i]);
        cols = entries[i].key && cols < KEYED_COLS ? KEYED_COLS : cols;
        m->cols = cols > m->cols ? cols : m->cols;
    }
    for (size_t i = 0; i < count; i++) {
        if (entries[i].divide)
            *add_line(m) = (struct line){.text = mem_strdup(" "), .divider = true};
        *add_line(m) = (struct line){
            .text = line_text(&entries[i], m->cols),
            .value = entries[i].value,
            .key = entries[i].key,
            .enabled = !entries[i].disabled,
            .danger = entries[i].danger,
        };
    }
}

static void make_menu(struct menu_popup *m)
{
    m->items = mem_zalloc((m->count + 1) * sizeof *m->items);
    for (size_t i = 0; i < m->count; i++) {
        m->items[i] = new_item(m->lines[i].text, NULL);
        if (!m->lines[i].enabled)
            item_opts_off(m->items[i], O_SELECTABLE);
    }
    m->menu = new_menu(m->items);
    menu_opts_off(m->menu, O_SHOWDESC | O_NONCYCLIC);
    set_menu_mark(m->menu, "");
    set_menu_fore(m->menu, theme_attr(ROLE_SELECTED));
    set_menu_back(m->menu, theme_attr(ROLE_TEXT));
    set_menu_grey(m->menu, theme_attr(ROLE_DIM));
}

static size_t current(const struct menu_popup *m)
{
    return (size_t)item_index(current_item(m->menu));
}

/* Shows `rows` lines: the library can only change that while the menu is not posted. */
static void post(struct menu_popup *m, int rows)
{
    const size_t at = current(m);
    unpost_menu(m->menu);
    if (m->pad)
        delwin(m->pad);
    m->rows = rows;
    m->pad = newpad(rows, m->cols);
    theme_erase(m->pad);
    set_menu_format(m->menu, rows, 1);
    set_current_item(m->menu, m->items[at]);
    set_menu_win(m->menu, m->pad);
    set_menu_sub(m->menu, m->pad);
    post_menu(m->menu);
}

static void go(struct menu_popup *m, int request)
{
    do {
        if (menu_driver(m->menu, request) != E_OK)
            return;
    } while (m->lines[current(m)].divider);
}

static enum popup_result choose(struct menu_popup *m, size_t index)
{
    if (!m->lines[index].enabled)
        return POPUP_STAYS;
    m->chosen = m->lines[index].value;
    return POPUP_DONE;
}

static void menu_measure(struct popup *p, int *rows, int *cols)
{
    *rows = (int)menu_of(p)->count;
    *cols = menu_of(p)->cols;
}

static void decorate(struct menu_popup *m, WINDOW *w, const struct area *area, size_t index, int y)
{
    const struct line *line = &m->lines[index];
    if (line->divider) {
        mvwchgat(w, y, area->x, area->cols, theme_attr(ROLE_TEXT), theme_pair(ROLE_TEXT), NULL);
        draw_notch(w, y);
    } else if (index == current(m))
        draw_text(w, y, area->x + 1, 1, ROLE_SELECTED, "►");
    else if (line->danger && line->enabled)
        mvwchgat(w, y, area->x, area->cols, theme_attr(ROLE_BAD), theme_pair(ROLE_BAD), NULL);
}

static bool pick(void *ctx, size_t index)
{
    struct menu_popup *m = ctx;
    set_current_item(m->menu, m->items[index]);
    return true;
}

static void menu_draw(struct popup *p, WINDOW *w, const struct area *area)
{
    struct menu_popup *m = menu_of(p);
    int rows = area->rows < (int)m->count ? area->rows : (int)m->count;
    int cols = area->cols < m->cols ? area->cols : m->cols;
    if (rows != m->rows)
        post(m, rows);
    copywin(m->pad, w, 0, 0, area->y, area->x, area->y + rows - 1, area->x + cols - 1, FALSE);
    int top = top_row(m->menu);
    for (int i = 0; i < rows; i++) {
        const size_t index = (size_t)(top + i);
        decorate(m, w, area, index, area->y + i);
        if (m->lines[index].enabled)
            mouse_target(w, area->y + i, area->x, cols, pick, m, index, KEY_RETURN);
    }
    draw_more(w, area, top > 0, top + rows < (int)m->count);
    wmove(w, area->y + (int)current(m) - top, area->x + 1);
}

static enum popup_result menu_key(struct popup *p, const struct key_event *event)
{
    static const int requests[ACTION_COUNT] = {
        [ACTION_UP] = REQ_UP_ITEM,
        [ACTION_DOWN] = REQ_DOWN_ITEM,
        [ACTION_FIRST] = REQ_FIRST_ITEM,
        [ACTION_LAST] = REQ_LAST_ITEM,
    };
    struct menu_popup *m = menu_of(p);
    for (size_t i = 0; i < m->count; i++) {
        if (m->lines[i].key && m->lines[i].key == event->key)
            return choose(m, i);
    }
    if (event->action == ACTION_BACK)
        return POPUP_CANCELLED;
    if (event->action == ACTION_ENTER)
        return choose(m, current(m));
    if (requests[event->action])
        go(m, requests[event->action]);
    return POPUP_STAYS;
}

static void menu_free(struct popup *p)
{
    struct menu_popup *m = menu_of(p);
    unpost_menu(m->menu);
    free_menu(m->menu);
    for (size_t i = 0; i < m->count; i++) {
        free_item(m->items[i]);
        free(m->lines[i].text);
    }
    if (m->pad)
        delwin(m->pad);
    free(m->items);
    free(m->lines);
    free(m);
}

static const struct popup_ops menu_ops = {
    .contexts = menu_contexts,
    .measure = menu_measure,
    .draw = menu_draw,
    .key = menu_key,
    .free = menu_free,
};

struct popup *menu_new(int tag, const char *title, const struct menu_entry *entries, size_t count,
                       size_t selected)
{
    struct menu_popup *m = mem_zalloc(sizeof *m);
    popup_init(&m->base, &menu_ops, tag, title);
    fill(m, entries, count);
    make_menu(m);
    post(m, (int)m->count);
    for (size_t i = 0; i < selected && i < count; i++)
        go(m, REQ_DOWN_ITEM);
    return &m->base;
}

int menu_value(const struct popup *menu)
{
    return ((const struct menu_popup *)menu)->chosen;
}
