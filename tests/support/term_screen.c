/* Reads the screen of the terminal emulator. */
#include "tests/support/term.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/fail.h"
#include "tests/support/term_private.h"

void term_bytes_add(struct term_bytes *bytes, const char *data, size_t len)
{
    if (bytes->len + len + 1 > bytes->size) {
        bytes->size = (bytes->len + len + 1) * 2;
        bytes->data = realloc(bytes->data, bytes->size);
        if (!bytes->data)
            support_die("out of memory");
    }
    memcpy(bytes->data + bytes->len, data, len);
    bytes->len += len;
    bytes->data[bytes->len] = '\0';
}

static size_t put_utf8(char *out, uint32_t c)
{
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t len = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;

    if (len == 1) {
        out[0] = (char)c;
        return 1;
    }
    for (size_t i = len - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (c & 0x3f));
        c >>= 6;
    }
    out[0] = (char)(lead[len] | c);
    return len;
}

static int colour_number(const VTermColor *colour)
{
    if (VTERM_COLOR_IS_DEFAULT_FG(colour) || VTERM_COLOR_IS_DEFAULT_BG(colour))
        return -1;
    if (VTERM_COLOR_IS_INDEXED(colour))
        return colour->indexed.idx;
    return 0x1000000 | colour->rgb.red << 16 | colour->rgb.green << 8 | colour->rgb.blue;
}

struct term_cell term_cell(const struct term *term, int row, int col)
{
    struct term_cell result = {.text = " "};
    VTermScreenCell cell;
    size_t len = 0;

    vterm_screen_get_cell(term->screen, (VTermPos){.row = row, .col = col}, &cell);
    result.bold = cell.attrs.bold;
    result.underline = cell.attrs.underline != 0;
    result.reverse = cell.attrs.reverse;
    result.blink = cell.attrs.blink;
    result.italic = cell.attrs.italic;
    result.fg = colour_number(&cell.fg);
    result.bg = colour_number(&cell.bg);
    if (cell.chars[0] == (uint32_t)-1) {
        result.text[0] = '\0';
    } else if (cell.chars[0] != 0) {
        for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i] != 0; i++)
            len += put_utf8(result.text + len, cell.chars[i]);
        result.text[len] = '\0';
    }
    return result;
}

char *term_row_text(const struct term *term, int row)
{
    struct term_bytes text = {0};

    term_bytes_add(&text, "", 0);
    for (int col = 0; col < term->cols && row < term->rows; col++) {
        struct term_cell cell = term_cell(term, row, col);

        term_bytes_add(&text, cell.text, strlen(cell.text));
    }
    while (text.len > 0 && text.data[text.len - 1] == ' ')
        text.data[--text.len] = '\0';
    return text.data;
}

char *term_screen(const struct term *term)
{
    struct term_bytes text = {0};

    term_bytes_add(&text, "", 0);
    for (int row = 0; row < term->rows; row++) {
        char *line = term_row_text(term, row);

        term_bytes_add(&text, line, strlen(line));
        term_bytes_add(&text, "\n", 1);
        free(line);
    }
    return text.data;
}

/* The column at which the byte OFFSET of a row's text stands. */
static int column_of(const struct term *term, int row, size_t offset)
{
    size_t len = 0;
    int col = 0;

    while (col < term->cols && len < offset)
        len += strlen(term_cell(term, row, col++).text);
    while (col < term->cols && term_cell(term, row, col).text[0] == '\0')
        col++;
    return col;
}

bool term_find(const struct term *term, const char *text, int *row, int *col)
{
    for (int r = 0; r < term->rows; r++) {
        char *line = term_row_text(term, r);
        const char *at = strstr(line, text);

        if (at && row)
            *row = r;
        if (at && col)
            *col = column_of(term, r, (size_t)(at - line));
        free(line);
        if (at)
            return true;
    }
    return false;
}

bool term_cursor(const struct term *term, int *row, int *col)
{
    VTermPos position;

    vterm_state_get_cursorpos(vterm_obtain_state(term->vt), &position);
    if (row)
        *row = position.row;
    if (col)
        *col = position.col;
    return term->cursor_visible;
}

bool term_in_alternate_screen(const struct term *term)
{
    return term->alternate;
}

const char *term_output(const struct term *term, size_t *len)
{
    if (len)
        *len = term->output.len;
    return term->output.data;
}

void term_dump(const struct term *term)
{
    int row, col;
    bool visible = term_cursor(term, &row, &col);

    fprintf(stderr, "+--- %dx%d, cursor at row %d, column %d%s\n", term->cols, term->rows, row, col,
            visible ? "" : ", hidden");
    for (int r = 0; r < term->rows; r++) {
        char *line = term_row_text(term, r);

        fprintf(stderr, "|%s\n", line);
        free(line);
    }
    fprintf(stderr, "+---\n");
}
