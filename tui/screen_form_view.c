/* The integration form on libform: fields put up, typed into, taken down. */
#include "tui/screen_form_view.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "tui/editor.h"
#include "tui/keytable.h"

enum { FIELD_CHARS = 4200, FIRST_COLS = 78, AIRY_ROWS = 26 };

static const struct form_place *focused(const struct form_view *v)
{
    return &v->places[v->focus];
}

static const struct setting *focused_row(const struct form_view *v)
{
    return integration_form_row(v->focus);
}

static bool is_typed(const struct setting *s)
{
    return s->kind == KIND_TEXT || s->kind == KIND_URL || s->kind == KIND_INT;
}

/* What stands in the focused field now; NULL where it is none. The caller frees. */
static char *field_text(struct form_view *v)
{
    if (!v->libform || !focused(v)->field)
        return mem_strdup(v->live);
    form_driver(v->libform, REQ_VALIDATION);
    return editor_buffer_text(focused(v)->field);
}

/* --- up and down ----------------------------------------------------------------------------- */

static void take_down(struct form_view *v)
{
    if (v->libform) {
        unpost_form(v->libform);
        free_form(v->libform);
    }
    for (size_t i = 0; v->fields && v->fields[i]; i++)
        free_field(v->fields[i]);
    free(v->fields);
    if (v->pad)
        delwin(v->pad);
    v->fields = NULL;
    v->libform = NULL;
    v->pad = NULL;
    for (int i = 0; v->places && i < integration_form_row_count(); i++)
        v->places[i].field = NULL;
}

static FIELD *make_field(struct form_view *v, int row)
{
    const struct form_place *place = &v->places[row];
    const attr_t attr = theme_attr(row == v->focus ? ROLE_FOCUS : ROLE_FIELD);
    FIELD *field = mem_check(
        new_field(1, form_draw_value_cols(v, row) - 2, place->y, form_draw_value_x(row) + 1, 0, 0));
    char *text =
        row == v->focus && v->live ? mem_strdup(v->live) : integration_form_text(v->form, row);
    field_opts_off(field, O_STATIC | O_AUTOSKIP | O_BLANK);
    set_max_field(field, FIELD_CHARS);
    set_field_back(field, attr);
    set_field_fore(field, attr);
    set_field_buffer(field, 0, text);
    free(text);
    return field;
}

/* The rows were drawn over it with what the form has; what is typed just now may be more. */
static void show_focused(const struct form_view *v)
{
    FIELD *field = focused(v)->field;
    char *text = editor_buffer_text(field);
    set_current_field(v->libform, field);
    set_field_buffer(field, 0, text);
    form_driver(v->libform, REQ_END_LINE);
    free(text);
}

static void put_up(struct form_view *v)
{
    size_t count = 0;
    form_draw_place(v);
    v->pad = mem_check(newpad(v->rows, v->cols));
    v->fields = mem_zalloc(((size_t)integration_form_row_count() + 1) * sizeof *v->fields);
    for (int i = 0; i < integration_form_row_count(); i++) {
        if (v->places[i].rows > 0 && is_typed(integration_form_row(i)))
            v->places[i].field = v->fields[count++] = make_field(v, i);
    }
    v->libform = mem_check(new_form(v->fields));
    set_form_win(v->libform, v->pad);
    set_form_sub(v->libform, v->pad);
    post_form(v->libform); /* erases the pad */
    form_draw_rows(v);
    if (focused(v)->field)
        show_focused(v);
    mem_replace(&v->live, NULL);
    v->stale = false;
}

void form_view_ready(struct form_view *v)
{
    if (!v->stale && v->libform)
        return;
    if (v->libform && focused(v)->field && !v->live)
        v->live = field_text(v);
    take_down(v);
    put_up(v);
}

/* --- life ------------------------------------------------------------------------------------ */

void form_view_init(struct form_view *v, struct integration_form *form)
{
    *v = (struct form_view){.form = form, .cols = FIRST_COLS, .stale = true};
    v->places = mem_zalloc((size_t)integration_form_row_count() * sizeof *v->places);
}

void form_view_release(struct form_view *v)
{
    take_down(v);
    secret_line_release(&v->typed);
    free(v->places);
    free(v->live);
    *v = (struct form_view){0};
}

void form_view_refresh(struct form_view *v)
{
    v->stale = true;
}

/* --- typing ---------------------------------------------------------------------------------- */

bool form_view_is_text(const struct form_view *v)
{
    return is_typed(focused_row(v)) || form_view_is_secret(v);
}

bool form_view_is_secret(const struct form_view *v)
{
    return focused_row(v)->kind == KIND_SECRET;
}

void form_view_take(struct form_view *v, int64_t now_s)
{
    if (form_view_is_secret(v) && !secret_line_is_empty(&v->typed)) {
        integration_form_set_secret(v->form, v->focus, v->typed.text.text, v->typed.text.len, now_s,
                                    NULL);
    } else if (is_typed(focused_row(v))) {
        char *text = field_text(v), *had = integration_form_text(v->form, v->focus);
        if (text && strcmp(text, had) != 0)
            integration_form_set(v->form, v->focus, text);
        free(text);
        free(had);
    }
    form_view_forget(v);
}

void form_view_forget(struct form_view *v)
{
    secret_line_release(&v->typed);
    take_down(v);
    mem_replace(&v->live, NULL);
    v->stale = true;
}

void form_view_focus(struct form_view *v, int row, int64_t now_s)
{
    form_view_take(v, now_s);
    v->focus = row;
}

int form_view_step(const struct form_view *v, int step)
{
    const int count = integration_form_row_count();
    int row = v->focus;
    do
        row = (row + step + count) % count;
    while (!integration_form_visible(v->form, row));
    return row;
}

/* The first visible row of a section; FORM_NO_ROW. */
static int first_of(const struct form_view *v, int section)
{
    for (int i = 0; i < integration_form_row_count(); i++) {
        if ((int)integration_form_row(i)->section == section &&
            integration_form_visible(v->form, i))
            return i;
    }
    return FORM_NO_ROW;
}

int form_view_step_section(const struct form_view *v, int step)
{
    int section = (int)focused_row(v)->section;
    int here = first_of(v, section);
    if (step < 0 && v->focus != here)
        return here;
    int next = first_of(v, section + step);
    return next == FORM_NO_ROW ? v->focus : next;
}

bool form_view_key(struct form_view *v, int key)
{
    if (form_view_is_secret(v))
        return secret_line_key(&v->typed, key);
    form_view_ready(v);
    if (!focused(v)->field)
        return false;
    if (key == KEY_CTL('w')) {
        editor_delete_word(v->libform);
        return true;
    }
    if (editor_may_type(key)) {
        form_driver_w(v->libform, OK, (wchar_t)key);
        return true;
    }
    int request = editor_request(key);
    if (request)
        form_driver(v->libform, request);
    return request != 0;
}

/* Blanks around a URL or number come from copying, not from the user. */
static char *clean(const struct form_view *v, const char *text)
{
    char *line = editor_clean_paste(text, NULL);
    if (focused_row(v)->kind == KIND_TEXT)
        return line;
    char *trimmed = text_trim(line);
    free(line);
    return trimmed;
}

bool form_view_paste(struct form_view *v, const char *text, bool *newline_removed)
{
    *newline_removed = false;
    if (form_view_is_secret(v))
        return secret_line_paste(&v->typed, text, newline_removed);
    char *line = clean(v, text);
    size_t left = strlen(line);
    form_view_ready(v);
    for (const char *at = line; left > 0;) {
        uint32_t code = 0;
        size_t len = utf8_decode(at, left, &code);
        len = len ? len : 1;
        form_driver_w(v->libform, OK, (wchar_t)code);
        at += len;
        left -= len;
    }
    free(line);
    return true;
}

size_t form_view_changes(struct form_view *v)
{
    size_t changes = integration_form_changes(v->form);
    if (integration_form_changed(v->form, v->focus))
        return changes;
    if (form_view_is_secret(v))
        return changes + !secret_line_is_empty(&v->typed);
    if (!is_typed(focused_row(v)))
        return changes;
    char *text = field_text(v), *had = integration_form_text(v->form, v->focus);
    changes += text && strcmp(text, had) != 0;
    free(text);
    free(had);
    return changes;
}

char *form_view_long_text(struct form_view *v)
{
    if (!form_view_is_text(v) || form_view_is_secret(v))
        return NULL;
    char *text = field_text(v);
    if (text && draw_width(text) > form_draw_value_cols(v, v->focus) - 2)
        return text;
    free(text);
    return NULL;
}

/* --- drawing --------------------------------------------------------------------------------- */

static void scroll_to_focus(struct form_view *v, int shown)
{
    const struct form_place *place = focused(v);
    int first = place->y, last = place->y + place->rows;
    for (int i = 0; i < SECTION_COUNT; i++) {
        if (v->section_y[i] == first - 1)
            first--;
    }
    if (last > v->top + shown)
        v->top = last - shown;
    if (first < v->top)
        v->top = first;
    if (v->top > v->rows - shown)
        v->top = v->rows - shown;
    if (v->top < 0)
        v->top = 0;
}

/* The focused row is drawn over the copy, so that a key needs no new form. */
static void draw_focus(struct form_view *v, WINDOW *w, int y, int x)
{
    if (form_view_is_secret(v) && !secret_line_is_empty(&v->typed)) {
        secret_line_draw(&v->typed, w, y, x, form_draw_value_cols(v, v->focus));
    } else if (focused(v)->field) {
        const int inner = form_draw_value_cols(v, v->focus) - 2, hidden = v->libform->begincol;
        char *text = form_view_long_text(v);
        const bool more = text && draw_width(text) > hidden + inner;
        draw_text(w, y, x + inner + 1, 1, more ? ROLE_ACCENT : ROLE_TEXT, more ? "›" : "]");
        if (text && hidden > 0)
            draw_text(w, y, x, 1, ROLE_ACCENT, "‹");
        free(text);
        pos_form_cursor(v->libform);
        int column = getcurx(v->pad), most = x + form_draw_value_cols(v, v->focus) - 2;
        column += x - form_draw_value_x(v->focus);
        wmove(w, y, column < most ? column : most);
    } else {
        wmove(w, y, x + (form_view_is_secret(v) ? 1 : 0));
    }
}

void form_view_draw(struct form_view *v, WINDOW *w, const struct area *area, int *y, int *x)
{
    const struct area pane = form_draw_sections(v, w, area);
    bool airy = area->rows >= AIRY_ROWS - 4 && pane.cols < area->cols;
    if (pane.cols != v->cols || airy != v->airy) {
        v->cols = pane.cols;
        v->airy = airy;
        v->stale = true;
    }
    form_view_ready(v);
    int shown = v->rows > pane.rows ? pane.rows - 1 : v->rows;
    if (shown < 1 || pane.cols < 1)
        return;
    scroll_to_focus(v, shown);
    copywin(v->pad, w, v->top, 0, pane.y, pane.x, pane.y + shown - 1, pane.x + pane.cols - 1,
            FALSE);
    draw_defuse(w, &(struct area){pane.y, pane.x, shown, pane.cols});
    if (shown < v->rows)
        form_draw_more(v, w, &pane, shown);
    *y = pane.y + focused(v)->y - v->top;
    *x = pane.x + form_draw_value_x(v->focus);
    draw_focus(v, w, *y, *x);
}
