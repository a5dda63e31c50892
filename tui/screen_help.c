/* The help: every key, made from the key table, searched by typing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "tui/editor.h"
#include "tui/registry.h"

enum { CONTEXTS_MAX = 8, SEARCH_MAX = 60, SECTIONS_MAX = KEYS_CONTEXT_COUNT + 2 };
enum { COLS_MOST = 100, ROWS_AROUND = 8, COLS_AROUND = 10, COLUMNS = 2, TWO_COLUMNS_FROM = 60 };
enum { TEXT_X = 2, LABEL_COLS = 15, LABEL_COLS_NARROW = 13, NARROW = 80, GAP = 4 };

/* Some rows of the table under one title, in the column where they belong. */
struct section {
    const char *title;
    enum key_context context;
    int column;
    bool brief; /* only what the key bar shows as well */
};

struct help_line {
    const char *title; /* a heading, or NULL */
    const char *label; /* "F2 ^S"; NULL where a text goes on, and for headings */
    char *text;        /* owned */
};

struct column {
    struct help_line *lines;
    size_t count;
};

struct help {
    enum key_context contexts[CONTEXTS_MAX];
    enum key_context other; /* the page that Tab turned to; KEYS_END = where help was asked */
    struct editor *line;
    char *search; /* what stands in it */
    int top, most, page;
};

static const enum key_context help_contexts[] = {KEYS_HELP, KEYS_END};

/* --- sections -------------------------------------------------------------------------------- */

static bool has_context(const struct help *h, enum key_context context)
{
    for (size_t i = 0; h->contexts[i] != KEYS_END; i++) {
        if (h->contexts[i] == context)
            return true;
    }
    return false;
}

static void add(struct section *sections, size_t *count, struct section section)
{
    if (*count < SECTIONS_MAX)
        sections[(*count)++] = section;
}

/* Where help was asked: what works there at the left, what works everywhere at the right. */
static size_t sections_here(const struct help *h, struct section *out)
{
    size_t count = 0;
    for (size_t i = 0; h->contexts[i] != KEYS_END; i++) {
        const enum key_context context = h->contexts[i];
        if (context != KEYS_GLOBAL)
            add(out, &count,
                (struct section){i == 0 ? "This page" : key_context_title(context), context, 0,
                                 false});
    }
    add(out, &count, (struct section){key_context_title(KEYS_GLOBAL), KEYS_GLOBAL, 1, false});
    if (!has_context(h, KEYS_FORM))
        add(out, &count, (struct section){key_context_title(KEYS_FORM), KEYS_FORM, 1, true});
    return count;
}

/* What is searched: all there is, where help was asked first. */
static size_t sections_all(const struct help *h, struct section *out)
{
    size_t count = 0;
    for (size_t i = 0; h->contexts[i] != KEYS_END; i++)
        add(out, &count,
            (struct section){key_context_title(h->contexts[i]), h->contexts[i], 0, false});
    for (enum key_context c = KEYS_GLOBAL; c < KEYS_CONTEXT_COUNT; c++) {
        if (!has_context(h, c))
            add(out, &count, (struct section){key_context_title(c), c, 1, false});
    }
    return count;
}

static size_t sections_of(const struct help *h, struct section *out)
{
    if (*h->search)
        return sections_all(h, out);
    if (h->other == KEYS_END)
        return sections_here(h, out);
    out[0] = (struct section){key_context_title(h->other), h->other, 0, false};
    return 1;
}

static bool matches(const struct help *h, const struct section *section, const struct key_row *row)
{
    return row->context == section->context && row->help && (!section->brief || row->caption) &&
           (text_contains_nocase(row->help, h->search) ||
            text_contains_nocase(row->label, h->search));
}

/* --- lines ----------------------------------------------------------------------------------- */

static struct help_line *add_line(struct column *c)
{
    return list_add(&c->lines, &c->count, sizeof *c->lines);
}

/* A text that is too long for its column goes on below: nothing is cut. */
static void add_row(struct column *c, const struct key_row *row, int cols)
{
    const char *rest = row->help, *label = row->label;
    do {
        struct help_line *line = add_line(c);
        line->label = label;
        line->text = draw_wrapped_line(&rest, cols);
        label = NULL;
    } while (*rest);
}

static void add_section(const struct help *h, const struct section *section, struct column *c,
                        int cols, const char **title)
{
    for (size_t i = 0; i < key_table_count; i++) {
        if (!matches(h, section, &key_table[i]))
            continue;
        if (*title != section->title) {
            if (c->count > 0)
                add_line(c);
            add_line(c)->title = *title = section->title;
        }
        add_row(c, &key_table[i], cols);
    }
}

static void column_release(struct column *c)
{
    for (size_t i = 0; i < c->count; i++)
        free(c->lines[i].text);
    free(c->lines);
    *c = (struct column){0};
}

/* Where the columns stand, and how wide their texts are. */
struct layout {
    int columns, label_cols, text_cols[COLUMNS], x[COLUMNS];
};

static struct layout layout_of(int cols)
{
    struct layout l = {.columns = cols >= TWO_COLUMNS_FROM ? 2 : 1,
                       .label_cols = cols >= NARROW ? LABEL_COLS : LABEL_COLS_NARROW,
                       .x = {TEXT_X, (cols + 2 * TEXT_X + 2) / 2}};
    const int end = l.columns == 2 ? l.x[1] - GAP : cols;
    l.text_cols[0] = end - l.x[0] - 1 - l.label_cols;
    l.text_cols[1] = cols - l.x[1] - 1 - l.label_cols;
    return l;
}

static void collect(const struct help *h, const struct layout *l, struct column out[COLUMNS])
{
    struct section sections[SECTIONS_MAX];
    const char *titles[COLUMNS] = {0};
    const size_t count = sections_of(h, sections);
    for (size_t i = 0; i < count; i++) {
        const int column = l->columns == 2 ? sections[i].column : 0;
        add_section(h, &sections[i], &out[column], l->text_cols[column], &titles[column]);
    }
}

/* --- the box --------------------------------------------------------------------------------- */

static bool help_open(struct screen *s, const char *arg, struct error *err)
{
    struct help *h = s->state;
    const char *at = strchr(arg, '|');
    size_t count = 0;
    (void)err;
    h->line = editor_new("", SEARCH_MAX, false);
    h->search = mem_strdup("");
    s->title = mem_printf("Help · %.*s", at ? (int)(at - arg) : 0, arg);
    while (at && at[1] && count < CONTEXTS_MAX - 1) {
        h->contexts[count++] = (enum key_context)strtol(at + 1, NULL, 10);
        at = strchr(at + 1, ',');
    }
    return true;
}

static void help_close(struct screen *s)
{
    struct help *h = s->state;
    editor_free(h->line);
    free(h->search);
}

static void draw_line(WINDOW *w, int y, int x, const struct layout *l, int text_cols,
                      const struct help_line *line)
{
    if (line->title)
        draw_text(w, y, x, l->label_cols + text_cols, ROLE_HEADING, line->title);
    if (line->label)
        draw_text(w, y, x + 1, l->label_cols - 1, ROLE_ACCENT, line->label);
    if (line->text)
        draw_text(w, y, x + 1 + l->label_cols, text_cols, ROLE_TEXT, line->text);
}

static void draw_column(const struct help *h, WINDOW *w, const struct area *area,
                        const struct layout *l, int column, const struct column *c)
{
    for (int i = 0; i < h->page && c->lines && (size_t)(h->top + i) < c->count; i++)
        draw_line(w, area->y + 1 + i, area->x + l->x[column], l, l->text_cols[column],
                  &c->lines[h->top + i]);
}

static void draw_search(const struct help *h, WINDOW *w, const struct area *area)
{
    if (*h->search) {
        draw_text(w, area->y, area->x + TEXT_X, 1, ROLE_ACCENT, "/");
        editor_draw(h->line, w, area->y, area->x + TEXT_X + 2, area->cols - 2 * TEXT_X - 2);
    } else {
        wmove(w, area->y, area->x + TEXT_X);
    }
}

static void help_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    struct help *h = s->state;
    const struct layout l = layout_of(area->cols);
    struct column columns[COLUMNS] = {0};
    collect(h, &l, columns);
    const size_t longest =
        columns[0].count > columns[1].count ? columns[0].count : columns[1].count;
    h->page = area->rows - 1;
    h->most = (int)longest > h->page ? (int)longest - h->page : 0;
    h->top = h->top > h->most ? h->most : h->top;
    for (int i = 0; i < COLUMNS; i++) {
        draw_column(h, w, area, &l, i, &columns[i]);
        column_release(&columns[i]);
    }
    if (longest == 0)
        draw_text(w, area->y + 2, area->x + TEXT_X, area->cols - 4, ROLE_TEXT, "No key does that.");
    if (h->top < h->most)
        draw_right(w, area->y + area->rows - 1, area->x, area->cols, ROLE_ACCENT, " ▼ more");
    draw_search(h, w, area);
}

static void help_measure(struct screen *s, int *rows, int *cols)
{
    (void)s;
    *rows = LINES - ROWS_AROUND;
    *cols = COLS - COLS_AROUND < COLS_MOST ? COLS - COLS_AROUND : COLS_MOST;
}

static void help_footer(struct screen *s, char *out, size_t size)
{
    (void)s;
    snprintf(out, size, "type to search keys · Esc closes · full guide: man checkhook");
}

/* --- keys ------------------------------------------------------------------------------------ */

static void scroll_to(struct help *h, int row)
{
    h->top = row < 0 ? 0 : row > h->most ? h->most : row;
}

static void take_search(struct help *h)
{
    free(h->search);
    h->search = editor_text(h->line);
    h->top = 0;
}

static void forget_search(struct help *h)
{
    editor_free(h->line);
    h->line = editor_new("", SEARCH_MAX, false);
    take_search(h);
}

static bool has_rows(enum key_context context)
{
    const enum key_context contexts[] = {context, KEYS_END};
    for (size_t i = 0; i < key_table_count; i++) {
        if (key_table[i].context == *contexts && key_table[i].help)
            return true;
    }
    return false;
}

/* Round all contexts that have keys, and where help was asked. */
static void turn(struct screen *s, int step)
{
    struct help *h = s->state;
    int at = (int)h->other;
    do {
        at = (at + step + KEYS_CONTEXT_COUNT) % KEYS_CONTEXT_COUNT;
    } while (at != KEYS_END && !has_rows((enum key_context)at));
    h->other = (enum key_context)at;
    forget_search(h);
    free(s->title);
    s->title =
        mem_printf("Help · %s", key_context_title(at == KEYS_END ? h->contexts[0] : h->other));
}

static struct reaction help_key(struct screen *s, const struct key_event *event)
{
    struct help *h = s->state;
    switch (event->action) {
    case ACTION_UP:
        scroll_to(h, h->top - 1);
        return react_stay();
    case ACTION_DOWN:
        scroll_to(h, h->top + 1);
        return react_stay();
    case ACTION_PAGE_UP:
        scroll_to(h, h->top - h->page);
        return react_stay();
    case ACTION_PAGE_DOWN:
        scroll_to(h, h->top + h->page);
        return react_stay();
    case ACTION_NEXT:
        turn(s, 1);
        return react_stay();
    case ACTION_PREVIOUS:
        turn(s, -1);
        return react_stay();
    case ACTION_BACK:
        if (!*h->search)
            return react_close();
        forget_search(h);
        return react_stay();
    default:
        if (event->key == '/' && !*h->search) /* as a search begins on every page */
            return react_stay();
        if (!editor_key(h->line, event->key))
            return react_ignore();
        take_search(h);
        return react_stay();
    }
}

static void help_paste(struct screen *s, const char *text)
{
    struct help *h = s->state;
    editor_paste(h->line, text);
    take_search(h);
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
    .paste = help_paste,
    .typing = help_typing,
};
