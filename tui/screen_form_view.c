/* The integration form on libform: fields put up, typed into, taken down. */
#include "tui/screen_form_view.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "tui/editor.h"
#include "tui/keytable.h"
#include "tui/mouse.h"

enum { FIELD_CHARS = 4200, FIRST_COLS = 78, AIRY_ROWS = 26, BEGINNING_ROWS = 5 };

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
    FIELD *field =
        mem_check(new_field(1, place->value_cols - 2, place->y, place->value_x + 1, 0, 0));
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
    theme_erase(v->pad);
    v->fields = mem_zalloc(((size_t)integration_form_row_count() + 1) * sizeof *v->fields);
    for (int i = 0; i < integration_form_row_count(); i++) {
        if (v->places[i].shown && is_typed(integration_form_row(i)))
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

static void make_ready(struct form_view *v)
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
    free(v->unpasted);
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
    mem_replace(&v->unpasted, NULL);
    v->stale = true;
}

void form_view_focus(struct form_view *v, int row, int64_t now_s)
{
    form_view_take(v, now_s);
    v->focus = row;
}

int form_view_step_section(const struct form_view *v, int step)
{
    int section = (int)form_layout_of(v->focus)->section;
    const int here = form_layout_first(v->form, (enum form_section)section);
    if (step < 0 && v->focus != here)
        return here;
    int next = FORM_NO_ROW;
    for (section += step; next == FORM_NO_ROW && section >= 0 && section < FORM_SECTION_COUNT;
         section += step)
        next = form_layout_first(v->form, (enum form_section)section);
    return next == FORM_NO_ROW ? v->focus : next;
}

bool form_view_key(struct form_view *v, int key)
{
    if (form_view_is_secret(v))
        return secret_line_key(&v->typed, key);
    make_ready(v);
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

/* Into the focused field, as if it was typed. */
static void type_text(struct form_view *v, const char *text)
{
    size_t left = strlen(text);
    while (left > 0) {
        uint32_t code = 0;
        size_t len = utf8_decode(text, left, &code);
        len = len ? len : 1;
        form_driver_w(v->libform, OK, (wchar_t)code);
        text += len;
        left -= len;
    }
}

bool form_view_paste(struct form_view *v, const char *text, bool *newline_removed)
{
    *newline_removed = false;
    if (form_view_is_secret(v))
        return secret_line_paste(&v->typed, text, newline_removed);
    char *line = clean(v, text);
    make_ready(v);
    free(v->unpasted);
    v->unpasted = field_text(v);
    type_text(v, line);
    free(line);
    return true;
}

bool form_view_unpaste(struct form_view *v)
{
    if (form_view_is_secret(v))
        return secret_line_unpaste(&v->typed);
    if (!v->unpasted || !focused(v)->field)
        return false;
    make_ready(v);
    form_driver(v->libform, REQ_CLR_FIELD);
    type_text(v, v->unpasted);
    mem_replace(&v->unpasted, NULL);
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
    if (text && draw_width(text) > focused(v)->value_cols - 2)
        return text;
    free(text);
    return NULL;
}

/* --- scrolling -------------------------------------------------------------------------------- */

static void scroll_to_focus(struct form_view *v, int shown)
{
    const struct form_place *place = focused(v);
    const int note_end = place->note_y + place->note_rows;
    int first = place->y, last = note_end > place->y + 1 ? note_end : place->y + 1;
    for (int i = 0; i < FORM_SECTION_COUNT; i++) {
        if (i != FORM_PARAMETERS && v->section_y[i] == first - 1)
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

/* A section of which only the beginning would be seen waits below, unless the focus is in it or
 * every row counts. */
static int whole_sections(const struct form_view *v, int shown)
{
    for (int i = FORM_SECTION_COUNT - 1; i > 0 && v->airy && shown < v->rows; i--) {
        const int y = v->section_y[i];
        if (i == FORM_PARAMETERS || y <= v->top || y >= v->top + shown)
            continue;
        const bool enough = v->top + shown - y >= BEGINNING_ROWS;
        return enough || focused(v)->y > y ? shown : y - v->top;
    }
    return shown;
}

/* --- the mouse ------------------------------------------------------------------------------- */

static bool pick_row(void *ctx, size_t row)
{
    struct form_view *v = ctx;
    if ((int)row != v->focus)
        form_view_focus(v, (int)row, v->now_s);
    return true;
}

enum { CHOICES_MAX = 16 };

static bool pick_choice(void *ctx, size_t which)
{
    struct form_view *v = ctx;
    pick_row(v, which / CHOICES_MAX);
    integration_form_choose(v->form, v->focus, (int)(which % CHOICES_MAX));
    form_view_refresh(v);
    return true;
}

/* What a press on the value does beside giving it the focus. */
static int press_key(int row)
{
    const enum setting_kind kind = integration_form_row(row)->kind;
    if (kind == KIND_BOOL)
        return ' ';
    return kind == KIND_CHOICE || kind == KIND_PARAMS ? KEY_RETURN : KEY_NONE;
}

static void add_targets(struct form_view *v, WINDOW *w, const struct area *pane, int shown)
{
    for (int i = 0; i < integration_form_row_count(); i++) {
        const struct form_place *p = &v->places[i];
        const struct setting *s = integration_form_row(i);
        if (!p->shown || p->y < v->top || p->y >= v->top + shown)
            continue;
        const int y = pane->y + p->y - v->top, x = pane->x;
        mouse_target(w, y, x + p->label_x, p->value_x - p->label_x, pick_row, v, (size_t)i,
                     KEY_NONE);
        if (!p->radio)
            mouse_target(w, y, x + p->value_x, p->value_cols, pick_row, v, (size_t)i, press_key(i));
        for (int c = 0; p->radio && s->choices[c].value; c++)
            mouse_target(w, y, x + form_draw_radio_x(v, i, c), draw_width(s->choices[c].label) + 4,
                         pick_choice, v, (size_t)(i * CHOICES_MAX + c), KEY_NONE);
    }
}

/* --- drawing --------------------------------------------------------------------------------- */

/* Where the cursor stands in a row that is no text. */
static int cursor_x(const struct form_view *v)
{
    const struct form_place *p = focused(v);
    const int now = p->radio ? integration_form_choice(v->form, v->focus) : FORM_NO_ROW;
    if (form_view_is_secret(v) || focused_row(v)->kind == KIND_BOOL)
        return 1;
    return now == FORM_NO_ROW ? 0 : form_draw_radio_x(v, v->focus, now) + 1 - p->value_x;
}

/* The focused row is drawn over the copy, so that a key needs no new form. */
static void draw_focus(struct form_view *v, WINDOW *w, int y, int x)
{
    if (form_view_is_secret(v) && !secret_line_is_empty(&v->typed)) {
        secret_line_draw(&v->typed, w, y, x, focused(v)->value_cols);
    } else if (focused(v)->field) {
        const int inner = focused(v)->value_cols - 2, hidden = v->libform->begincol;
        char *text = form_view_long_text(v);
        const bool more = text && draw_width(text) > hidden + inner;
        draw_text(w, y, x + inner + 1, 1, more ? ROLE_ACCENT : ROLE_TEXT, more ? "›" : "]");
        if (text && hidden > 0)
            draw_text(w, y, x, 1, ROLE_ACCENT, "‹");
        free(text);
        pos_form_cursor(v->libform);
        int column = getcurx(v->pad), most = x + focused(v)->value_cols - 2;
        column += x - focused(v)->value_x;
        wmove(w, y, column < most ? column : most);
    } else {
        wmove(w, y, x + cursor_x(v));
    }
}

void form_view_draw(struct form_view *v, WINDOW *w, const struct area *area, int *y, int *x)
{
    struct area pane = form_draw_sections(v, w, area);
    bool airy = area->rows >= AIRY_ROWS - 4 && pane.cols < area->cols;
    if (pane.cols != v->cols || airy != v->airy) {
        v->cols = pane.cols;
        v->airy = airy;
        v->stale = true;
    }
    make_ready(v);
    int shown = v->rows > pane.rows ? pane.rows - 1 : v->rows;
    if (shown < 1 || pane.cols < 1)
        return;
    scroll_to_focus(v, shown);
    shown = whole_sections(v, shown);
    copywin(v->pad, w, v->top, 0, pane.y, pane.x, pane.y + shown - 1, pane.x + pane.cols - 1,
            FALSE);
    draw_defuse(w, &(struct area){pane.y, pane.x, shown, pane.cols});
    if (shown < v->rows)
        form_draw_more(v, w, &pane, shown);
    add_targets(v, w, &pane, shown);
    *y = pane.y + focused(v)->y - v->top;
    *x = pane.x + focused(v)->value_x;
    draw_focus(v, w, *y, *x);
}
