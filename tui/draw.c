/* Text into windows: made safe, cut to its columns, in its role. */
#include "tui/draw.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"

enum { LINE_MAX_BYTES = 1 << 16 };

/* Columns from x to the right edge, at most cols; 0 where nothing can be drawn. */
static int columns_at(WINDOW *w, int y, int x, int cols)
{
    int rows_max = getmaxy(w), cols_max = getmaxx(w);
    if (y < 0 || y >= rows_max || x < 0 || x >= cols_max || cols <= 0)
        return 0;
    return cols < cols_max - x ? cols : cols_max - x;
}

static void repeat(WINDOW *w, int y, int x, int cols, const char *sign)
{
    cols = columns_at(w, y, x, cols);
    char *shown = theme_text(sign);
    for (int i = 0; i < cols; i++)
        mvwaddstr(w, y, x + i, shown);
    free(shown);
}

/* Where to break `text` so that it fits: its length in bytes, at least one character. */
static size_t line_break(const char *text, int cols)
{
    size_t blank = 0, pos = 0;
    struct strbuf line;
    strbuf_init(&line, LINE_MAX_BYTES);
    while (text[pos] && text[pos] != '\n') {
        uint32_t code;
        size_t len = utf8_decode(text + pos, strlen(text + pos), &code);
        len = len ? len : 1;
        strbuf_add(&line, text + pos, len);
        if (text_width(line.text) > (size_t)cols)
            break;
        if (text[pos] == ' ')
            blank = pos;
        pos += len;
    }
    strbuf_release(&line);
    if (text[pos] == '\0' || text[pos] == '\n')
        return pos;
    if (blank > 0)
        return blank;
    return pos > 0 ? pos : 1;
}

/* The next line of a text; moves *text behind it. The caller frees. */
int draw_text(WINDOW *w, int y, int x, int cols, enum role role, const char *text)
{
    cols = columns_at(w, y, x, cols);
    if (cols == 0 || !text)
        return 0;
    char *shown = theme_text(text);
    struct strbuf cut;
    strbuf_init(&cut, LINE_MAX_BYTES);
    text_cut_add(&cut, shown, (size_t)cols, theme_ellipsis());
    theme_on(w, role);
    mvwaddstr(w, y, x, cut.text);
    theme_off(w);
    int used = (int)text_width(cut.text);
    strbuf_release(&cut);
    free(shown);
    return used;
}

int draw_textf(WINDOW *w, int y, int x, int cols, enum role role, const char *format, ...)
{
    struct strbuf text;
    strbuf_init(&text, LINE_MAX_BYTES);
    va_list args;
    va_start(args, format);
    strbuf_addv(&text, format, args);
    va_end(args);
    int used = draw_text(w, y, x, cols, role, text.text);
    strbuf_release(&text);
    return used;
}

void draw_right(WINDOW *w, int y, int x, int cols, enum role role, const char *text)
{
    int width = draw_width(text);
    if (width >= cols)
        draw_text(w, y, x, cols, role, text);
    else
        draw_text(w, y, x + cols - width, width, role, text);
}

void draw_fill(WINDOW *w, int y, int x, int cols, enum role role)
{
    theme_on(w, role);
    repeat(w, y, x, cols, " ");
    theme_off(w);
}

void draw_gaps(WINDOW *w, int y, int x, int cols, enum role role)
{
    if (!theme_shows_on_blanks(role))
        draw_fill(w, y, x, cols, role);
}

void draw_rule(WINDOW *w, int y, int x, int cols)
{
    theme_off(w);
    repeat(w, y, x, cols, "─");
}

void draw_upright(WINDOW *w, int y, int x, int rows)
{
    for (int i = 0; i < rows; i++)
        draw_text(w, y + i, x, 1, ROLE_TEXT, "│");
}

void draw_box(WINDOW *w, const char *title, const char *footer)
{
    int rows = getmaxy(w), cols = getmaxx(w);
    draw_rule(w, 0, 1, cols - 2);
    draw_rule(w, rows - 1, 1, cols - 2);
    draw_upright(w, 1, 0, rows - 2);
    draw_upright(w, 1, cols - 1, rows - 2);
    draw_text(w, 0, 0, 1, ROLE_TEXT, "┌");
    draw_text(w, 0, cols - 1, 1, ROLE_TEXT, "┐");
    draw_text(w, rows - 1, 0, 1, ROLE_TEXT, "└");
    draw_text(w, rows - 1, cols - 1, 1, ROLE_TEXT, "┘");
    if (title && *title)
        draw_textf(w, 0, 2, cols - 4, ROLE_HEADING, " %s ", title);
    if (footer && *footer)
        draw_textf(w, rows - 1, 2, cols - 4, ROLE_TEXT, " %s ", footer);
}

void draw_divider(WINDOW *w, int y)
{
    int cols = getmaxx(w);
    draw_rule(w, y, 1, cols - 2);
    draw_text(w, y, 0, 1, ROLE_TEXT, "├");
    draw_text(w, y, cols - 1, 1, ROLE_TEXT, "┤");
}

void draw_notch(WINDOW *w, int y)
{
    const int cols = getmaxx(w);
    draw_text(w, y, 0, 2, ROLE_TEXT, "├─");
    draw_text(w, y, cols - 2, 2, ROLE_TEXT, "─┤");
}

void draw_more(WINDOW *w, const struct area *area, bool above, bool below)
{
    int x = area->x + area->cols;
    if (above)
        draw_text(w, area->y, x, 1, ROLE_ACCENT, theme_ascii() ? "^" : "▲"); /* no warning */
    if (below)
        draw_text(w, area->y + area->rows - 1, x, 1, ROLE_ACCENT, "▼");
}

int draw_gauge(WINDOW *w, int y, int x, int cols, int percent)
{
    const int halves = percent * cols * 2 / 100;
    struct strbuf bar;
    strbuf_init(&bar, (size_t)cols * sizeof "█");
    for (int i = 0; i < cols; i++) {
        const bool full = halves >= 2 * i + 2, half = halves == 2 * i + 1;
        strbuf_adds(&bar, theme_ascii() ? (full   ? "="
                                           : half ? "-"
                                                  : ".")
                          : full        ? "█"
                          : half        ? "▌"
                                        : "░");
    }
    draw_text(w, y, x, cols, ROLE_TEXT, bar.text);
    strbuf_release(&bar);
    return cols;
}

void draw_field(WINDOW *w, int y, int x, int cols, bool focus, const char *text)
{
    enum role role = focus ? ROLE_FOCUS : ROLE_FIELD;
    if (cols < 3)
        return;
    draw_text(w, y, x, 1, ROLE_TEXT, "[");
    draw_fill(w, y, x + 1, cols - 2, role);
    if (draw_width(text) > cols - 2) {
        char *shown = theme_text(text);
        struct strbuf cut;
        strbuf_init(&cut, LINE_MAX_BYTES);
        text_cut_add(&cut, shown, (size_t)(cols - 2), "");
        draw_text(w, y, x + 1, cols - 2, role, cut.text);
        strbuf_release(&cut);
        free(shown);
        draw_text(w, y, x + cols - 1, 1, ROLE_ACCENT, "›");
        return;
    }
    draw_text(w, y, x + 1, cols - 2, role, text);
    draw_text(w, y, x + cols - 1, 1, ROLE_TEXT, "]");
}

int draw_wrapped(WINDOW *w, const struct area *area, enum role role, const char *text)
{
    int row = 0;
    while (*text && row < area->rows && area->cols > 0) {
        char *line = draw_wrapped_line(&text, area->cols);
        draw_text(w, area->y + row, area->x, area->cols, role, line);
        free(line);
        row++;
    }
    return row;
}

char *draw_wrapped_line(const char **text, int cols)
{
    size_t len = line_break(*text, cols);
    char *line = mem_strndup(*text, len);
    *text += len;
    if (**text == '\n' || **text == ' ')
        (*text)++;
    return line;
}

int draw_wrapped_rows(int cols, const char *text)
{
    int rows = 0;
    while (*text && cols > 0) {
        free(draw_wrapped_line(&text, cols));
        rows++;
    }
    return rows;
}

int draw_width(const char *text)
{
    char *shown = theme_text(text);
    int width = (int)text_width(shown);
    free(shown);
    return width;
}

/* True when the cell had to be changed. */
static bool defuse(wchar_t text[CCHARW_MAX + 1])
{
    bool changed = false;
    size_t kept = 0;
    for (size_t i = 0; text[i]; i++) {
        const bool unsafe = text_is_unsafe((uint32_t)text[i]);
        changed |= unsafe;
        if (!unsafe)
            text[kept++] = text[i];
        else if (i == 0)
            text[kept++] = L'?';
    }
    text[kept] = L'\0';
    return changed;
}

static void defuse_cell(WINDOW *w, int y, int x)
{
    cchar_t cell;
    wchar_t text[CCHARW_MAX + 1] = {0};
    attr_t attrs;
    short pair;
    if (mvwin_wch(w, y, x, &cell) == ERR || getcchar(&cell, text, &attrs, &pair, NULL) == ERR ||
        !defuse(text))
        return;
    setcchar(&cell, text, attrs ^ A_REVERSE, pair, NULL);
    mvwadd_wch(w, y, x, &cell);
}

void draw_defuse(WINDOW *w, const struct area *area)
{
    for (int row = 0; row < area->rows; row++) {
        for (int col = 0; col < area->cols; col++)
            defuse_cell(w, area->y + row, area->x + col);
    }
}
