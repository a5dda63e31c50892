/* One line that can be edited: a libform field on a pad of its own. */
#include "tui/editor.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"
#include "tui/keytable.h"

enum { PASTE_MAX = 64 * 1024, FIELD_COLS = 40 };

static const struct {
    int key, request;
} requests[] = {
    {KEY_FN(KEY_LEFT), REQ_PREV_CHAR},     {KEY_FN(KEY_RIGHT), REQ_NEXT_CHAR},
    {KEY_FN(KEY_HOME), REQ_BEG_LINE},      {KEY_FN(KEY_END), REQ_END_LINE},
    {KEY_FN(KEY_BACKSPACE), REQ_DEL_PREV}, {KEY_FN(KEY_DC), REQ_DEL_CHAR},
    {KEY_CTL('a'), REQ_BEG_LINE},          {KEY_CTL('e'), REQ_END_LINE},
    {KEY_CTL('b'), REQ_PREV_CHAR},         {KEY_CTL('f'), REQ_NEXT_CHAR},
    {KEY_CTL('d'), REQ_DEL_CHAR},          {KEY_CTL('k'), REQ_CLR_EOL},
    {KEY_CTL('u'), REQ_CLR_FIELD},
};

struct editor {
    FIELD *fields[2];
    FORM *form;
    WINDOW *pad;
    int cols; /* of the field */
    size_t max;
    bool secret;
};

static void take_down(struct editor *e)
{
    if (e->form) {
        unpost_form(e->form);
        free_form(e->form);
    }
    if (e->fields[0])
        free_field(e->fields[0]);
    if (e->pad)
        delwin(e->pad);
    e->form = NULL;
    e->fields[0] = NULL;
    e->pad = NULL;
}

static void put_up(struct editor *e, const char *text, int cols)
{
    e->cols = cols;
    e->fields[0] = new_field(1, cols, 0, 0, 0, 0);
    field_opts_off(e->fields[0], O_STATIC | O_AUTOSKIP | O_BLANK | O_PASSOK);
    set_max_field(e->fields[0], (int)e->max);
    set_field_buffer(e->fields[0], 0, text);
    e->form = new_form(e->fields);
    e->pad = newpad(1, cols + 1);
    theme_erase(e->pad);
    set_form_win(e->form, e->pad);
    set_form_sub(e->form, e->pad);
    post_form(e->form);
    form_driver(e->form, REQ_END_LINE);
}

/* The character left of the cursor; 0 at the beginning. */
static wchar_t before_cursor(const FORM *form)
{
    cchar_t cell;
    wchar_t text[CCHARW_MAX + 1] = {0};
    attr_t attrs;
    short pair;
    const int column = form->curcol;
    if (column == 0 || mvwin_wch(form->w, 0, column - 1, &cell) == ERR)
        return 0;
    wmove(form->w, 0, column);
    return getcchar(&cell, text, &attrs, &pair, NULL) == ERR ? 0 : text[0];
}

static void draw_dots(struct editor *e, WINDOW *w, int y, int x, int cols)
{
    char *text = editor_text(e);
    int count = (int)utf8_count(text);
    count = count < cols ? count : cols - 1;
    for (int i = 0; i < count; i++)
        draw_text(w, y, x + i, 1, ROLE_FOCUS, "•");
    wmove(w, y, x + count);
    free(text);
}

int editor_request(int key)
{
    for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
        if (requests[i].key == key)
            return requests[i].request;
    }
    return 0;
}

/* Done here, because the library's own request moves the cursor off a blank that stays. */
void editor_delete_word(FORM *form)
{
    while (before_cursor(form) == L' ')
        form_driver(form, REQ_DEL_PREV);
    while (before_cursor(form) != 0 && before_cursor(form) != L' ')
        form_driver(form, REQ_DEL_PREV);
}

bool editor_may_type(int key)
{
    return key_is_text(key);
}

char *editor_clean_paste(const char *text, bool *dropped)
{
    struct strbuf out;
    strbuf_init(&out, PASTE_MAX);
    size_t left = strlen(text);
    while (left > 0 && (text[left - 1] == '\n' || text[left - 1] == '\r'))
        left--;
    bool lost = text[left] != '\0';
    while (left > 0) {
        uint32_t code = 0;
        size_t len = utf8_decode(text, left, &code);
        if (len > 0 && (code == '\n' || code == '\r' || code == '\t'))
            strbuf_addc(&out, ' ');
        else if (len > 0 && editor_may_type((int)code))
            strbuf_add(&out, text, len);
        else
            lost = true;
        len = len ? len : 1;
        text += len;
        left -= len;
    }
    if (dropped)
        *dropped = lost;
    return strbuf_detach(&out);
}

char *editor_buffer_text(const FIELD *field)
{
    const char *padded = field_buffer(field, 0);
    size_t len = padded ? strlen(padded) : 0;
    while (len > 0 && padded[len - 1] == ' ')
        len--;
    return mem_strndup(padded ? padded : "", len);
}

struct editor *editor_new(const char *text, size_t max, bool secret)
{
    struct editor *e = mem_zalloc(sizeof *e);
    e->max = max;
    e->secret = secret;
    put_up(e, text ? text : "", FIELD_COLS);
    return e;
}

void editor_free(struct editor *e)
{
    if (!e)
        return;
    if (e->secret)
        set_field_buffer(e->fields[0], 0, "");
    take_down(e);
    free(e);
}

bool editor_key(struct editor *e, int key)
{
    if (key == KEY_CTL('w')) {
        editor_delete_word(e->form);
        return true;
    }
    if (editor_may_type(key)) {
        form_driver_w(e->form, OK, (wchar_t)key);
        return true;
    }
    int request = editor_request(key);
    if (request)
        form_driver(e->form, request);
    return request != 0;
}

void editor_paste(struct editor *e, const char *text)
{
    char *clean = editor_clean_paste(text, NULL);
    size_t left = strlen(clean);
    for (const char *at = clean; left > 0;) {
        uint32_t code = 0;
        size_t len = utf8_decode(at, left, &code);
        len = len ? len : 1;
        form_driver_w(e->form, OK, (wchar_t)code);
        at += len;
        left -= len;
    }
    free(clean);
}

char *editor_text(const struct editor *e)
{
    form_driver(e->form, REQ_VALIDATION);
    return editor_buffer_text(e->fields[0]);
}

void editor_draw(struct editor *e, WINDOW *w, int y, int x, int cols)
{
    int inner = cols - 2;
    if (inner < 1 || y < 0 || y >= getmaxy(w) || x < 0 || x + cols > getmaxx(w))
        return;
    if (inner != e->cols) {
        char *text = editor_text(e);
        take_down(e);
        put_up(e, text, inner);
        free(text);
    }
    draw_field(w, y, x, cols, true, "");
    if (e->secret) {
        draw_dots(e, w, y, x + 1, inner);
        return;
    }
    set_field_back(e->fields[0], theme_attr(ROLE_FOCUS));
    set_field_fore(e->fields[0], theme_attr(ROLE_FOCUS));
    pos_form_cursor(e->form);
    int column = getcurx(e->pad);
    copywin(e->pad, w, 0, 0, y, x + 1, y, x + inner, FALSE);
    draw_defuse(w, &(struct area){y, x + 1, 1, inner});
    wmove(w, y, x + 1 + (column < inner ? column : inner - 1));
}
