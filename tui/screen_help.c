/* The help: every key of what was in focus, made from the key table, searched by typing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"
#include "tui/registry.h"

enum { KEY_COLS = 13, COLUMN_COLS = 44, CONTEXTS_MAX = 8, SEARCH_MAX = 60, LINES_MAX = 200 };

struct help_line {
    const char *title;         /* a heading, or NULL */
    const struct key_row *row; /* NULL: a heading or an empty line */
};

struct help {
    enum key_context contexts[CONTEXTS_MAX];
    struct strbuf search;
    struct help_line lines[LINES_MAX];
    int count, top, page;
};

static const enum key_context help_contexts[] = {KEYS_HELP, KEYS_END};

static bool matches(const struct help *h, const struct key_row *row)
{
    return row->help && (h->search.len == 0 || text_contains_nocase(row->help, h->search.text) ||
                         text_contains_nocase(row->label, h->search.text));
}

static void add_line(struct help *h, const char *title, const struct key_row *row)
{
    if (h->count < LINES_MAX)
        h->lines[h->count++] = (struct help_line){title, row};
}

static void add_context(struct help *h, enum key_context context, const char *title)
{
    int before = h->count;
    for (size_t i = 0; i < key_table_count; i++) {
        if (key_table[i].context != context || !matches(h, &key_table[i]))
            continue;
        if (h->count == before) {
            if (before > 0)
                add_line(h, NULL, NULL);
            add_line(h, title, NULL);
        }
        add_line(h, NULL, &key_table[i]);
    }
}

static void collect(struct help *h)
{
    h->count = 0;
    for (size_t i = 0; h->contexts[i] != KEYS_END; i++) {
        bool page = i == 0 && h->contexts[i] != KEYS_GLOBAL;
        add_context(h, h->contexts[i], page ? "This page" : key_context_title(h->contexts[i]));
    }
}

static bool help_has(const struct help *h, enum key_context context)
{
    for (size_t i = 0; h->contexts[i] != KEYS_END; i++) {
        if (h->contexts[i] == context)
            return true;
    }
    return false;
}

static bool help_open(struct screen *s, const char *arg, struct error *err)
{
    struct help *h = s->state;
    const char *at = strchr(arg, '|');
    size_t count = 0;
    (void)err;
    strbuf_init(&h->search, SEARCH_MAX);
    s->title = mem_printf("Help · %.*s", at ? (int)(at - arg) : 0, arg);
    while (at && at[1] && count < CONTEXTS_MAX - 2) {
        h->contexts[count++] = (enum key_context)strtol(at + 1, NULL, 10);
        at = strchr(at + 1, ',');
    }
    if (!help_has(h, KEYS_GLOBAL))
        h->contexts[count] = KEYS_GLOBAL;
    collect(h);
    return true;
}

static void help_close(struct screen *s)
{
    strbuf_release(&((struct help *)s->state)->search);
}

static void draw_line(WINDOW *w, int y, int x, int cols, const struct help_line *line)
{
    if (line->title)
        draw_text(w, y, x, cols, ROLE_HEADING, line->title);
    if (!line->row)
        return;
    draw_text(w, y, x + 1, KEY_COLS - 1, ROLE_ACCENT, line->row->label);
    draw_text(w, y, x + 1 + KEY_COLS, cols - KEY_COLS - 1, ROLE_TEXT, line->row->help);
}

/* Two columns side by side, the second going on where the first ends; scrolled row by row. */
static void help_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    struct help *h = s->state;
    int columns = area->cols >= 2 * 34 ? 2 : 1;
    int width = (area->cols - 2) / columns;
    int split = columns == 2 ? (h->count + 1) / 2 : h->count;
    while (columns == 2 && split < h->count && split > 1 && !h->lines[split].title)
        split++;
    h->page = area->rows - 1;
    int longest = split > h->count - split ? split : h->count - split;
    int most = longest > h->page ? longest - h->page : 0;
    h->top = h->top > most ? most : h->top;
    for (int i = 0; i < h->page && h->top + i < longest; i++) {
        int left = h->top + i, right = split + h->top + i;
        if (left < split)
            draw_line(w, area->y + 1 + i, area->x + 2, width - 2, &h->lines[left]);
        if (right < h->count && columns == 2)
            draw_line(w, area->y + 1 + i, area->x + 2 + width, width - 2, &h->lines[right]);
    }
    if (h->count == 0)
        draw_text(w, area->y + 1, area->x + 2, area->cols - 4, ROLE_TEXT, "No key does that.");
    if (h->top < most)
        draw_right(w, area->y + area->rows - 1, area->x, area->cols - 1, ROLE_DIM, "▼ more");
    int used =
        draw_textf(w, area->y, area->x + 2, area->cols - 4, ROLE_FIELD, "/ %s", h->search.text);
    wmove(w, area->y, area->x + 2 + used);
}

static void help_measure(struct screen *s, int *rows, int *cols)
{
    (void)s;
    *rows = LINES - 8;
    *cols = COLS - 10 < 2 * COLUMN_COLS ? COLS - 10 : 2 * COLUMN_COLS;
}

static void help_footer(struct screen *s, char *out, size_t size)
{
    (void)s;
    snprintf(out, size, "type to search keys · Esc closes");
}

static void erase_last(struct strbuf *text)
{
    while (text->len > 0 && ((unsigned char)text->text[text->len - 1] & 0xC0) == 0x80)
        text->text[--text->len] = '\0';
    if (text->len > 0)
        text->text[--text->len] = '\0';
}

static bool edit_search(struct help *h, int key)
{
    char bytes[4];
    if (key == KEY_FN(KEY_BACKSPACE))
        erase_last(&h->search);
    else if (key == KEY_CTL('u'))
        strbuf_clear(&h->search);
    else if (key_is_text(key))
        strbuf_add(&h->search, bytes, utf8_encode((uint32_t)key, bytes));
    else
        return false;
    h->top = 0;
    collect(h);
    return true;
}

static void scroll_by(struct help *h, int rows)
{
    h->top = h->top + rows < 0 ? 0 : h->top + rows;
}

static struct reaction help_key(struct screen *s, const struct key_event *event)
{
    struct help *h = s->state;
    switch (event->action) {
    case ACTION_UP:
        scroll_by(h, -1);
        return react_stay();
    case ACTION_DOWN:
        scroll_by(h, 1);
        return react_stay();
    case ACTION_PAGE_UP:
        scroll_by(h, -h->page);
        return react_stay();
    case ACTION_PAGE_DOWN:
        scroll_by(h, h->page);
        return react_stay();
    case ACTION_BACK:
        if (h->search.len == 0)
            return react_close();
        edit_search(h, KEY_CTL('u'));
        return react_stay();
    default:
        return edit_search(h, event->key) ? react_stay() : react_ignore();
    }
}

static bool help_typing(const struct screen *s)
{
    return s != NULL;
}

const struct screen_ops screen_help = {
    .id = "help",
    .title = "Help",
    .kind = SCREEN_OVER,
    .state_size = sizeof(struct help),
    .contexts = help_contexts,
    .open = help_open,
    .close = help_close,
    .draw = help_draw,
    .measure = help_measure,
    .footer = help_footer,
    .key = help_key,
    .typing = help_typing,
};
