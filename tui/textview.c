/* Text that is wrapped and scrolled. */
#include "tui/textview.h"

#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"

enum { LABEL_COLS = 11, TEXT_BYTES_MAX = 1 << 20 };

__attribute__((format(printf, 3, 0))) static struct textview_line *
add_line(struct textview *v, enum role role, const char *format, va_list args)
{
    struct strbuf text;
    strbuf_init(&text, TEXT_BYTES_MAX);
    strbuf_addv(&text, format, args);
    struct textview_line *line = list_add(&v->lines, &v->count, sizeof *line);
    line->role = role;
    line->text = strbuf_detach(&text);
    return line;
}

static int label_cols(const struct textview_line *line)
{
    return line->label ? LABEL_COLS : 0;
}

static int tail_cols(const struct textview_line *line)
{
    return line->tail ? draw_width(line->tail) + 2 : 0;
}

static int text_cols(const struct textview_line *line, int cols)
{
    return cols - label_cols(line) - tail_cols(line);
}

/* Its rows, drawn where there is a window. */
static int hang_line(const struct textview_line *line, WINDOW *w, const struct area *area)
{
    const char *text = line->text;
    const int hang = line->hang * 2 <= area->cols ? line->hang : 0;
    int row = 0;
    do {
        const int indent = row > 0 ? hang : 0;
        char *part = draw_wrapped_line(&text, area->cols - indent);
        if (w)
            draw_text(w, area->y + row, area->x + indent, area->cols - indent, line->role, part);
        free(part);
        row++;
    } while (*text);
    return row;
}

static int line_rows(const struct textview *v, const struct textview_line *line, int cols)
{
    if (v->dense && !line->label && !*line->text)
        return 0;
    if (v->cut)
        return 1;
    if (line->hang > 0)
        return hang_line(line, NULL, &(struct area){.cols = text_cols(line, cols)});
    int rows = draw_wrapped_rows(text_cols(line, cols), line->text);
    return rows > 0 ? rows : 1;
}

/* y may be above the window, which then shows the rest of it. */
static void draw_line(const struct textview *v, const struct textview_line *line, WINDOW *w, int y,
                      int cols)
{
    const struct area area = {y, label_cols(line), getmaxy(w) - y, text_cols(line, cols)};
    if (line->label)
        draw_text(w, y, 0, LABEL_COLS - 1, ROLE_HEADING, line->label);
    if (v->cut)
        draw_text(w, y, area.x, area.cols, line->role, line->text);
    else if (line->hang > 0)
        hang_line(line, w, &area);
    else
        draw_wrapped(w, &area, line->role, line->text);
    if (line->tail)
        draw_right(w, y, 0, cols, line->tail_role, line->tail);
}

void textview_clear(struct textview *v)
{
    for (size_t i = 0; i < v->count; i++) {
        free(v->lines[i].label);
        free(v->lines[i].text);
        free(v->lines[i].tail);
    }
    free(v->lines);
    v->lines = NULL;
    v->count = 0;
}

void textview_release(struct textview *v)
{
    textview_clear(v);
    *v = (struct textview){0};
}

void textview_add(struct textview *v, enum role role, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add_line(v, role, format, args);
    va_end(args);
}

void textview_blank(struct textview *v)
{
    textview_add(v, ROLE_TEXT, "%s", "");
}

void textview_pair(struct textview *v, const char *label, enum role role, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    struct textview_line *line = add_line(v, role, format, args);
    va_end(args);
    line->label = mem_strdup(label);
}

void textview_title(struct textview *v, const char *text, enum role tail_role, const char *tail)
{
    textview_add(v, ROLE_HEADING, "%s", text);
    struct textview_line *line = &v->lines[v->count - 1];
    line->tail = mem_strdup(tail);
    line->tail_role = tail_role;
}

void textview_hang(struct textview *v, int cols)
{
    v->lines[v->count - 1].hang = cols;
}

void textview_bytes(struct textview *v, enum role role, const char *bytes, size_t len)
{
    struct strbuf safe;
    strbuf_init(&safe, TEXT_BYTES_MAX);
    text_safe_add(&safe, bytes, len, true);
    const char *at = safe.text;
    while (*at) {
        size_t line = strcspn(at, "\n");
        textview_add(v, role, "%.*s", (int)line, at);
        at += line + (at[line] == '\n');
    }
    strbuf_release(&safe);
}

int textview_rows(const struct textview *v, int cols)
{
    int rows = 0;
    for (size_t i = 0; i < v->count; i++)
        rows += line_rows(v, &v->lines[i], cols);
    return rows;
}

void textview_draw(struct textview *v, WINDOW *w, const struct area *area)
{
    const int cols = area->cols - 1;
    WINDOW *part =
        cols > 0 && area->rows > 0 ? derwin(w, area->rows, cols, area->y, area->x) : NULL;
    if (!part)
        return;
    const int rows = textview_rows(v, cols);
    const int most = rows > area->rows ? rows - area->rows : 0;
    v->page = area->rows;
    v->top = v->top > most ? most : v->top;
    int y = -v->top;
    for (size_t i = 0; i < v->count && y < area->rows; i++) {
        const int need = line_rows(v, &v->lines[i], cols);
        if (need > 0 && y + need > 0)
            draw_line(v, &v->lines[i], part, y, cols);
        y += need;
    }
    delwin(part);
    const struct area inside = {area->y, area->x, area->rows, cols};
    draw_more(w, &inside, v->top > 0, v->top < most);
    wmove(w, area->y, area->x);
}

static void scroll_by(struct textview *v, int rows)
{
    v->top = v->top + rows < 0 ? 0 : v->top + rows;
}

bool textview_move(struct textview *v, enum action action)
{
    const int page = v->page > 1 ? v->page - 1 : 1;
    switch (action) {
    case ACTION_UP:
        scroll_by(v, -1);
        return true;
    case ACTION_DOWN:
        scroll_by(v, 1);
        return true;
    case ACTION_PAGE_UP:
        scroll_by(v, -page);
        return true;
    case ACTION_PAGE_DOWN:
        scroll_by(v, page);
        return true;
    case ACTION_FIRST:
        v->top = 0;
        return true;
    case ACTION_LAST:
        v->top = INT_MAX / 2; /* drawing brings it back */
        return true;
    default:
        return false;
    }
}
