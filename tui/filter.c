/* The line that narrows a list. */
#include "tui/filter.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tui/editor.h"

enum { LINE_COLS = 30, LINE_LEAST_COLS = 8, MARK_COLS = 2, GAP = 3 };

void filter_release(struct filter *f)
{
    editor_free(f->line);
    free(f->text);
    *f = (struct filter){0};
}

const char *filter_text(const struct filter *f)
{
    return f->text ? f->text : "";
}

bool filter_typing(const struct filter *f)
{
    return f->typing;
}

static enum filter_result take_text(struct filter *f)
{
    char *now = editor_text(f->line);
    if (f->text && strcmp(now, f->text) == 0) { /* it may be lent */
        free(now);
        return FILTER_TOOK;
    }
    const bool same = strcmp(now, filter_text(f)) == 0;
    free(f->text);
    f->text = now;
    return same ? FILTER_TOOK : FILTER_CHANGED;
}

static enum filter_result drop(struct filter *f)
{
    const bool worked = *filter_text(f) != '\0';
    filter_release(f);
    return worked ? FILTER_CHANGED : FILTER_TOOK;
}

static enum filter_result begin(struct filter *f)
{
    if (!f->line)
        f->line = editor_new("", FILTER_MAX, false);
    f->typing = true;
    return FILTER_TOOK;
}

static bool moves(int key)
{
    static const int keys[] = {KEY_UP, KEY_DOWN, KEY_PPAGE, KEY_NPAGE};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
        if (key == KEY_FN(keys[i]))
            return true;
    }
    return false;
}

static enum filter_result type(struct filter *f, const struct key_event *event)
{
    if (moves(event->key))
        return FILTER_IGNORED;
    if (event->action == ACTION_BACK)
        return drop(f);
    if (event->action == ACTION_ENTER) {
        f->typing = false;
        return *filter_text(f) ? FILTER_TOOK : drop(f);
    }
    editor_key(f->line, event->key);
    return take_text(f);
}

enum filter_result filter_key(struct filter *f, const struct key_event *event)
{
    if (f->typing)
        return type(f, event);
    if (event->action == ACTION_FILTER)
        return begin(f);
    if (event->action == ACTION_BACK && f->line)
        return drop(f);
    return FILTER_IGNORED;
}

void filter_set(struct filter *f, const char *text)
{
    filter_release(f);
    if (!*text)
        return;
    f->line = editor_new(text, FILTER_MAX, false);
    f->text = mem_strdup(text);
}

bool filter_paste(struct filter *f, const char *text)
{
    if (!f->typing)
        return false;
    editor_paste(f->line, text);
    take_text(f);
    return true;
}

int filter_draw(struct filter *f, WINDOW *w, int y, int x, int cols, const char *count)
{
    if (!f->line)
        return 0;
    const int count_cols = draw_width(count);
    int line = cols - MARK_COLS - GAP - count_cols;
    line = line > LINE_COLS ? LINE_COLS : line < LINE_LEAST_COLS ? LINE_LEAST_COLS : line;
    draw_text(w, y, x, cols, ROLE_ACCENT, "/");
    if (!f->typing) {
        const int shown = draw_text(w, y, x + MARK_COLS, line, ROLE_TEXT, f->text);
        const int at = MARK_COLS + shown + GAP;
        return at + draw_text(w, y, x + at, cols - at, ROLE_DIM, count);
    }
    const int at = MARK_COLS + line + GAP;
    draw_text(w, y, x + at, cols - at, ROLE_DIM, count);
    editor_draw(f->line, w, y, x + MARK_COLS, line);
    return at + count_cols;
}
