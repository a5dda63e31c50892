/* The command palette. */
#include "tui/palette.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/config/preferences.h"
#include "tui/editor.h"
#include "tui/mouse.h"
#include "tui/registry.h"
#include "tui/terminal.h"

enum {
    COLS_WANTED = 72,
    MARGIN = 2,
    TYPED_MAX = 60,
    PAGES_MAX = 5,
    ROWS_AROUND = 8,
    ROWS_MOST = 14,
    LETTERS = 3,
    WORST = 4
};

struct entry {
    char *text;          /* "Test Connectivity" */
    char *label;         /* "F5 ^T"; of another page "3 F2 ^S" */
    const char *page;    /* the title of that page; "" */
    const char *refused; /* why it cannot be chosen; NULL = it can */
    struct palette_choice choice;
};

struct palette {
    struct popup base;
    struct editor *line;
    struct entry *entries;
    size_t count;
    size_t *shown; /* the entries that answer to what was typed, best first */
    size_t shown_count, selected, top;
    int page;
};

static const enum key_context palette_contexts[] = {KEYS_PALETTE, KEYS_END};
static const enum key_context everywhere[] = {KEYS_GLOBAL, KEYS_END};

static struct palette *palette_of(struct popup *p)
{
    return (struct palette *)p;
}

/* --- entries --------------------------------------------------------------------------------- */

static struct entry *add(struct palette *p, const struct key_row *row, const char *format,
                         const char *what)
{
    struct entry *entry = list_add(&p->entries, &p->count, sizeof *entry);
    *entry = (struct entry){
        .text = *format ? mem_printf("%s%s", format, what) : mem_strdup(what),
        .label = mem_strdup(row ? row->label : ""),
        .page = "",
        .choice = {.event = {row ? row->keys[0] : KEY_NONE, row ? row->action : ACTION_NONE},
                   .everywhere = row && row->context == KEYS_GLOBAL,
                   .copy = -1,
                   .theme = -1},
    };
    return entry;
}

static bool has_action(const struct palette *p, enum action action)
{
    for (size_t i = 0; i < p->count; i++) {
        if (p->entries[i].choice.event.action == action)
            return true;
    }
    return false;
}

/* Moving is not looked for by name. */
static bool moves(enum action action)
{
    return action >= ACTION_UP && action <= ACTION_LAST;
}

/* "Redeliver: Send again (asks) …"; the caption alone, or not at all, where that says the same. */
static struct entry *add_key(struct palette *p, const struct key_row *row)
{
    if (!row->caption || text_contains_nocase(row->help, row->caption))
        return add(p, row, "", row->help);
    char *before = mem_printf("%s: ", row->caption);
    struct entry *entry = add(p, row, before, row->help);
    free(before);
    return entry;
}

/* Shown, but not to be chosen: who may not write, and what needs something that is not there. Where
 * neither is known, what does nothing is left out. */
static bool refused(const struct screen *s, const struct key_need *need, bool works,
                    const char **reason)
{
    *reason = need->changes ? session_no_change(s->session) : NULL;
    *reason = *reason || works ? *reason : need->idle;
    return *reason || !works;
}

static void add_context(struct palette *p, const struct screen *s, enum key_context context)
{
    for (size_t i = 0; i < key_table_count; i++) {
        const struct key_row *row = &key_table[i];
        const char *reason;
        if (row->context != context || !row->help || moves(row->action) ||
            has_action(p, row->action))
            continue;
        const struct key_need need = key_need(context, row->action);
        const bool works = !s->ops->works || s->ops->works(s, row->action);
        if (!refused(s, &need, works, &reason) || reason)
            add_key(p, row)->refused = reason;
    }
}

static void add_contexts(struct palette *p, const struct screen *s, const enum key_context *c)
{
    for (; *c != KEYS_END; c++) {
        if (*c != KEYS_GLOBAL)
            add_context(p, s, *c);
    }
}

/* Below this screen the page says so itself. Where it is not open, nothing is unsaved on it. */
static bool works_there(const struct screen *s, const struct screen_ops *page, enum action action)
{
    while (s->below)
        s = s->below;
    if (s->ops == page)
        return !page->works || page->works(s, action);
    return action != ACTION_SAVE && action != ACTION_UNDO;
}

static void add_of_page(struct palette *p, const struct screen *s, const struct screen_ops *page,
                        const struct key_row *row)
{
    const char *reason;
    const struct key_need need = key_need(row->context, row->action);
    refused(s, &need, works_there(s, page, row->action), &reason);
    struct entry *entry = add_key(p, row);
    free(entry->label);
    entry->label = mem_printf("%d %s", page->page, row->label);
    entry->page = page->title;
    entry->refused = reason;
    entry->choice.page = page->page;
    entry->choice.of = need.of;
}

static bool is_everywhere(enum action action)
{
    return key_find(everywhere, action) && action != ACTION_COPY && action != ACTION_UNDO;
}

static void add_other_pages(struct palette *p, const struct screen *s)
{
    for (int number = 1; number <= PAGES_MAX; number++) {
        const struct screen_ops *page = registry_page(number);
        if (!page || page == s->ops)
            continue;
        for (size_t i = 0; i < key_table_count; i++) {
            const struct key_row *row = &key_table[i];
            if (row->context == page->contexts[0] && row->help && !moves(row->action) &&
                !is_everywhere(row->action))
                add_of_page(p, s, page, row);
        }
    }
}

static void add_pages(struct palette *p, const struct screen *s)
{
    struct frame_page pages[PAGES_MAX];
    const size_t count = registry_pages(pages, PAGES_MAX);
    for (size_t i = 0; i < count; i++) {
        const enum action action = (enum action)(ACTION_PAGE_1 + pages[i].number - 1);
        if (s->ops->page != pages[i].number)
            add(p, key_find(everywhere, action), "Page ", pages[i].title);
    }
}

static void add_copies(struct palette *p, const struct copy_list *copies)
{
    const struct key_row *row = key_find(everywhere, ACTION_COPY);
    for (size_t i = 0; i < copies->count; i++)
        add(p, row, "Copy ", copies->items[i].what)->choice.copy = (int)i;
}

static void add_themes(struct palette *p, const struct session *s)
{
    for (int theme = PREFER_AUTO; theme <= PREFER_CONTRAST; theme++) {
        if (theme != s->preferences->theme)
            add(p, NULL, "Theme ", preferred_theme_text(theme))->choice.theme = theme;
    }
}

static bool works_everywhere(const struct screen *s, enum action action)
{
    if (action == ACTION_SUSPEND)
        return terminal_can_suspend();
    if (action == ACTION_BACK)
        return s->below != NULL;
    return action != ACTION_PALETTE && action != ACTION_UNDO && action != ACTION_COPY;
}

/* Pages, copies and what would be undone have names of their own here. */
static void add_everywhere(struct palette *p, const struct screen *s)
{
    const char *undo = undo_caption(s->session);
    if (undo && !has_action(p, ACTION_UNDO))
        add(p, key_find(everywhere, ACTION_UNDO), "Undo: ", undo);
    for (size_t i = 0; i < key_table_count; i++) {
        const struct key_row *row = &key_table[i];
        const bool page = row->action >= ACTION_PAGE_1 && row->action <= ACTION_PAGE_5;
        if (row->context == KEYS_GLOBAL && row->help && !page && !has_action(p, row->action) &&
            works_everywhere(s, row->action))
            add(p, row, "", row->help);
    }
}

/* --- finding --------------------------------------------------------------------------------- */

static bool begins(const char *text, const char *typed)
{
    return strncasecmp(text, typed, strlen(typed)) == 0;
}

static bool has_word(const char *text, const char *typed)
{
    for (const char *at = text; *at; at++) {
        if ((at == text || at[-1] == ' ') && begins(at, typed))
            return true;
    }
    return false;
}

static bool has_all_words(const char *text, const char *typed)
{
    while (*typed) {
        char *word = mem_strndup(typed, strcspn(typed, " "));
        const bool has = text_contains_nocase(text, word);
        typed += strlen(word);
        typed += strspn(typed, " ");
        free(word);
        if (!has)
            return false;
    }
    return true;
}

static bool has_letters(const char *text, const char *typed)
{
    for (; *text && *typed; text++) {
        if (tolower((unsigned char)*text) == tolower((unsigned char)*typed))
            typed++;
    }
    return *typed == '\0';
}

int palette_match(const char *text, const char *typed)
{
    if (begins(text, typed))
        return 0;
    if (has_word(text, typed))
        return 1;
    if (has_all_words(text, typed))
        return 2;
    return has_letters(text, typed) ? LETTERS : -1;
}

/* "save matrix": as well as its first word fits, where the others are the page. */
static int match_with_page(const struct entry *entry, const char *typed)
{
    char *name = mem_printf("%s %s", entry->text, entry->page);
    char *first = mem_strndup(typed, strcspn(typed, " "));
    const bool has = *entry->page && has_all_words(name, typed);
    const int rank = has ? palette_match(entry->text, first) : -1;
    free(first);
    free(name);
    return rank >= LETTERS || (has && rank < 0) ? LETTERS - 1 : rank;
}

/* A key is looked for by its name as well, which nothing else begins with. */
static int match(const struct entry *entry, const char *typed)
{
    const int by_text = palette_match(entry->text, typed);
    if (by_text >= 0 && by_text < LETTERS)
        return by_text;
    const int by_page = match_with_page(entry, typed);
    if (by_page >= 0)
        return by_page;
    return by_text < 0 && has_word(entry->label, typed) ? WORST : by_text;
}

static void find(struct palette *p)
{
    char *typed = editor_text(p->line);
    p->shown_count = p->selected = p->top = 0;
    for (int rank = 0; rank <= WORST; rank++) {
        if (rank == LETTERS && p->shown_count > 0)
            continue; /* only letters, where words were found: noise */
        for (size_t i = 0; i < p->count; i++) {
            if (match(&p->entries[i], typed) == rank)
                p->shown[p->shown_count++] = i;
        }
    }
    free(typed);
}

/* --- the box --------------------------------------------------------------------------------- */

static void palette_measure(struct popup *base, int *rows, int *cols)
{
    const struct palette *p = palette_of(base);
    const int room = LINES - ROWS_AROUND, most = room < ROWS_MOST ? room : ROWS_MOST;
    *rows = 2 + ((int)p->count < most ? (int)p->count : most);
    *cols = COLS_WANTED;
}

static void keep_in_view(struct palette *p, int page)
{
    p->page = page > 0 ? page : 1;
    if (p->selected < p->top)
        p->top = p->selected;
    if (p->selected >= p->top + (size_t)p->page)
        p->top = p->selected - (size_t)p->page + 1;
}

/* Its page and its keys at the right end; returns the columns that are left for its name. */
static int draw_entry_end(const struct entry *entry, WINDOW *w, const struct area *area, int y,
                          bool here)
{
    const int label = draw_width(entry->label), page = draw_width(entry->page);
    const int right = area->cols - MARGIN - label;
    draw_text(w, y, area->x + right, label, here ? ROLE_SELECTED : ROLE_ACCENT, entry->label);
    if (page == 0)
        return right - MARGIN - 2;
    draw_text(w, y, area->x + right - page - 2, page, here ? ROLE_SELECTED : ROLE_DIM, entry->page);
    return right - MARGIN - page - 2 - 2;
}

static void draw_entry(const struct palette *p, WINDOW *w, const struct area *area, size_t at,
                       int y)
{
    const struct entry *entry = &p->entries[p->shown[at]];
    const bool here = at == p->selected;
    const enum role role = here ? ROLE_SELECTED : entry->refused ? ROLE_DIM : ROLE_TEXT;
    const int x = area->x + MARGIN;
    if (here)
        draw_fill(w, y, area->x, area->cols, ROLE_SELECTED);
    draw_text(w, y, area->x, 1, role, here ? "►" : " ");
    const int cols = draw_entry_end(entry, w, area, y, here);
    const int reason = entry->refused ? draw_width(entry->refused) + 2 : 0;
    const int used = draw_text(w, y, x, cols - reason, role, entry->text);
    if (entry->refused)
        draw_text(w, y, x + used + 2, reason - 2, role, entry->refused);
}

static bool pick(void *ctx, size_t at)
{
    ((struct palette *)ctx)->selected = at;
    return true;
}

static void palette_draw(struct popup *base, WINDOW *w, const struct area *area)
{
    struct palette *p = palette_of(base);
    const struct area list = {area->y + 2, area->x, area->rows - 2, area->cols};
    keep_in_view(p, list.rows);
    for (int i = 0; i < list.rows && p->top + (size_t)i < p->shown_count; i++) {
        const size_t at = p->top + (size_t)i;
        draw_entry(p, w, &list, at, list.y + i);
        mouse_target(w, list.y + i, list.x, list.cols, pick, p, at, KEY_RETURN);
    }
    if (p->shown_count == 0)
        draw_text(w, list.y, list.x + MARGIN, list.cols - MARGIN, ROLE_DIM,
                  "Nothing is called so.");
    draw_more(w, &list, p->top > 0, p->top + (size_t)list.rows < p->shown_count);
    draw_text(w, area->y, area->x, 1, ROLE_ACCENT, ":");
    editor_draw(p->line, w, area->y, area->x + MARGIN, area->cols - 2 * MARGIN);
}

static void palette_footer(struct popup *base, char *out, size_t size)
{
    const struct palette *p = palette_of(base);
    snprintf(out, size, "%zu of %zu", p->shown_count, p->count);
}

/* --- keys ------------------------------------------------------------------------------------ */

static void move_by(struct palette *p, int rows)
{
    const long at = (long)p->selected + rows, last = (long)p->shown_count - 1;
    p->selected = at < 0 || last < 0 ? 0 : at > last ? (size_t)last : (size_t)at;
}

static void edit(struct palette *p, int key)
{
    if (editor_key(p->line, key))
        find(p);
}

static bool may_run(const struct palette *p)
{
    return p->shown_count > 0 && !p->entries[p->shown[p->selected]].refused;
}

static enum popup_result palette_key(struct popup *base, const struct key_event *event)
{
    struct palette *p = palette_of(base);
    switch (event->action) {
    case ACTION_UP:
        move_by(p, -1);
        break;
    case ACTION_DOWN:
        move_by(p, 1);
        break;
    case ACTION_PAGE_UP:
        move_by(p, -p->page);
        break;
    case ACTION_PAGE_DOWN:
        move_by(p, p->page);
        break;
    case ACTION_ENTER:
        return may_run(p) ? POPUP_DONE : POPUP_STAYS;
    case ACTION_BACK:
        return POPUP_CANCELLED;
    default:
        edit(p, event->key);
        break;
    }
    return POPUP_STAYS;
}

static void palette_paste(struct popup *base, const char *text)
{
    editor_paste(palette_of(base)->line, text);
    find(palette_of(base));
}

static bool palette_typing(const struct popup *base)
{
    return base != NULL;
}

static void palette_free(struct popup *base)
{
    struct palette *p = palette_of(base);
    for (size_t i = 0; i < p->count; i++) {
        free(p->entries[i].text);
        free(p->entries[i].label);
    }
    free(p->entries);
    free(p->shown);
    editor_free(p->line);
    free(p);
}

static const struct popup_ops palette_ops = {
    .contexts = palette_contexts,
    .measure = palette_measure,
    .draw = palette_draw,
    .key = palette_key,
    .paste = palette_paste,
    .typing = palette_typing,
    .footer = palette_footer,
    .free = palette_free,
};

struct popup *palette_new(int tag, struct screen *s)
{
    struct palette *p = mem_zalloc(sizeof *p);
    popup_init(&p->base, &palette_ops, tag, "Commands");
    p->line = editor_new("", TYPED_MAX, false);
    add_contexts(p, s, screen_contexts(s));
    add_contexts(p, s, s->ops->contexts); /* others, while one types a filter */
    add_copies(p, &s->copies);
    add_pages(p, s);
    add_everywhere(p, s);
    add_other_pages(p, s);
    add_themes(p, s->session);
    p->shown = mem_zalloc((p->count + 1) * sizeof *p->shown);
    find(p);
    return &p->base;
}

struct palette_choice palette_choice(const struct popup *palette)
{
    const struct palette *p = (const struct palette *)palette;
    const struct entry *entry = &p->entries[p->shown[p->selected]];
    struct palette_choice choice = entry->choice;
    choice.what = entry->text;
    return choice;
}
