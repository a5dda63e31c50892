/* The list of files and the line above it. */
#include "tui/import_pick.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tui/editor.h"
#include "tui/when.h"

enum { LIST_BELOW = 3, PATH_CHARS = 4000, MARGIN = 2, LABEL = 9, COUNT_GAP = 2 };

enum column { COLUMN_NAME, COLUMN_SIZE, COLUMN_CHANGED };

static const struct list_column columns[] = {
    [COLUMN_NAME] = {.title = "NAME", .width = 30, .grow = 1},
    [COLUMN_SIZE] = {.title = "SIZE", .width = 8, .right = true, .drop = 1},
    [COLUMN_CHANGED] = {.title = "CHANGED", .width = 8, .right = true, .drop = 2},
};

/* What the cells of one drawing need. */
struct drawing {
    const struct picker *picker;
    int64_t now_s;
};

void import_pick_init(struct import_pick *p)
{
    *p = (struct import_pick){0};
    list_init(&p->list, columns, ARRAY_LEN(columns));
    p->line = editor_new("", PATH_CHARS, false);
    p->text = mem_strdup("");
}

void import_pick_release(struct import_pick *p)
{
    picker_release(&p->picker);
    editor_free(p->line);
    free(p->text);
    *p = (struct import_pick){0};
}

static void narrow(struct import_pick *p)
{
    picker_narrow(&p->picker, picker_is_path(p->text) ? "" : p->text);
    list_set_count(&p->list, p->picker.shown_count);
    list_select(&p->list, 0);
}

static void clear_text(struct import_pick *p)
{
    editor_free(p->line);
    p->line = editor_new("", PATH_CHARS, false);
    mem_replace(&p->text, "");
    narrow(p);
}

static void follow_text(struct import_pick *p)
{
    char *now = editor_text(p->line);
    const bool same = strcmp(now, p->text) == 0;
    free(p->text);
    p->text = now;
    if (!same)
        narrow(p);
}

bool import_pick_open(struct import_pick *p, const char *folder, struct error *err)
{
    char *path = p->picker.folder ? picker_resolve(&p->picker, folder, NULL) : mem_strdup(folder);
    const bool ok = picker_read(&p->picker, path, err);
    free(path);
    if (ok)
        clear_text(p);
    return ok;
}

char *import_pick_path(const struct import_pick *p)
{
    return picker_is_path(p->text) ? picker_resolve(&p->picker, p->text, getenv("HOME"))
                                   : picker_entry_path(&p->picker, p->list.selected);
}

char *import_pick_folder(const struct import_pick *p)
{
    const struct picker_entry *entry = picker_entry(&p->picker, p->list.selected);
    const bool up = entry && strcmp(entry->name, "..") == 0 && !picker_is_path(p->text);
    char *path = import_pick_path(p);
    if (path && picker_is_folder(path) && !up)
        return path;
    free(path);
    return mem_strdup(p->picker.folder);
}

static enum pick_result leave(struct import_pick *p)
{
    if (!*p->text)
        return PICK_LEAVE;
    clear_text(p);
    return PICK_TOOK;
}

enum pick_result import_pick_key(struct import_pick *p, const struct key_event *event)
{
    switch (event->action) {
    case ACTION_ENTER:
        return PICK_CHOSEN;
    case ACTION_BACK:
        return leave(p);
    case ACTION_PREVIOUS:
        return PICK_UP;
    case ACTION_TOGGLE:
        p->picker.hidden = !p->picker.hidden;
        narrow(p);
        return PICK_TOOK;
    default:
        break;
    }
    if (list_move(&p->list, event->action))
        return PICK_TOOK;
    if (!editor_key(p->line, event->key))
        return PICK_IGNORED;
    follow_text(p);
    return PICK_TOOK;
}

void import_pick_paste(struct import_pick *p, const char *text)
{
    editor_paste(p->line, text);
    follow_text(p);
}

static void cell(void *ctx, size_t row, size_t column, struct list_cell *out)
{
    const struct drawing *d = ctx;
    const struct picker_entry *entry = picker_entry(d->picker, row);
    char when[WHEN_MAX];
    switch ((enum column)column) {
    case COLUMN_NAME:
        snprintf(out->text, sizeof out->text, "%s%s", entry->name, entry->folder ? "/" : "");
        break;
    case COLUMN_SIZE:
        if (!entry->folder)
            picker_size_text(entry->size, out->text, sizeof out->text);
        break;
    case COLUMN_CHANGED:
        when_minute(entry->changed_at, d->now_s, when);
        if (!entry->folder)
            snprintf(out->text, sizeof out->text, "%s", when);
        break;
    }
    out->role = entry->folder ? ROLE_HEADING : ROLE_TEXT;
}

void import_pick_draw(struct import_pick *p, WINDOW *w, const struct area *area, int64_t now_s)
{
    const struct area body = {area->y + LIST_BELOW, area->x, area->rows - LIST_BELOW, area->cols};
    const int x = area->x + MARGIN, cols = area->cols - 2 * MARGIN;
    struct drawing drawing = {&p->picker, now_s};
    char count[64] = "a path";
    if (!picker_is_path(p->text))
        snprintf(count, sizeof count, "%zu of %zu%s", p->picker.shown_count, p->picker.count,
                 p->picker.cut ? "+" : "");
    list_draw(&p->list, w, &body, true, cell, &drawing);
    if (p->picker.shown_count == 0)
        draw_text(w, body.y + 1, x, cols, ROLE_TEXT, "No file here has such a name.");
    draw_text(w, area->y, x, cols, ROLE_TEXT, "Folder");
    draw_text(w, area->y, x + LABEL, cols - LABEL, ROLE_TEXT, p->picker.folder);
    draw_text(w, area->y + 1, x, cols, ROLE_TEXT, "File");
    draw_right(w, area->y + 1, x, cols, ROLE_DIM, count);
    editor_draw(p->line, w, area->y + 1, x + LABEL, cols - LABEL - draw_width(count) - COUNT_GAP);
}
