/* The rows of the integration form on their pad: where each stands, and how it looks. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "tui/mouse.h"
#include "tui/screen_form_view.h"

enum {
    LABEL_X = 1,
    LINE_GAP = 4, /* between settings that share a line */
    NOTE_GAP = 3,
    NOTE_ROWS_MAX = 3,
    WIDE_PANE = 75,  /* room for hints that only repeat the key bar */
    CHOICE_COLS = 6, /* around the text: "‹ … ▼ ›" */
    FLAG_COLS = 4,
};

/* Behind the widest label of a field, "Authorization Type *"; lists have longer ones. */
enum { VALUE_X = LABEL_X + 21 };

/* --- texts ----------------------------------------------------------------------------------- */

/* An error or else a warning, with its sign; NULL. The caller frees. */
static char *note_text(const struct form_view *v, int row)
{
    const char *error = integration_form_error(v->form, row);
    const char *warning = integration_form_warning(v->form, row);
    const struct setting *s = integration_form_row(row);
    const bool shared = form_layout_of(row)->beside;
    if (!error && !warning)
        return NULL;
    return mem_printf("%s %s%s%s", error ? "■" : "▲", shared ? s->label : "", shared ? ": " : "",
                      error ? error : warning);
}

static char *label_text(int row)
{
    const struct setting *s = integration_form_row(row);
    return mem_printf("%s%s", s->label, s->required ? " *" : "");
}

/* What stands behind the value; "" for nothing. */
static const char *after_value(const struct form_view *v, int row)
{
    const struct setting *s = integration_form_row(row);
    const struct form_layout *l = form_layout_of(row);
    if (s->unit)
        return s->unit;
    if (l->note)
        return l->wide_note && v->cols < WIDE_PANE ? "" : l->note;
    return "";
}

static int after_cols(const struct form_view *v, int row)
{
    const char *after = after_value(v, row);
    if (!*after)
        return 0;
    return draw_width(after) + (integration_form_row(row)->unit ? 1 : NOTE_GAP);
}

/* --- where things stand ---------------------------------------------------------------------- */

static int radio_cols(int row)
{
    const struct setting *s = integration_form_row(row);
    int cols = 0;
    for (const struct choice *c = s->choices; c->value; c++)
        cols += (cols ? NOTE_GAP : 0) + FLAG_COLS + draw_width(c->label);
    return cols;
}

static int number_cols(const struct setting *s)
{
    char most[24];
    /* Brackets, and the cursor behind the last digit. */
    return snprintf(most, sizeof most, "%" PRId64, s->max) + 3;
}

static int value_cols(const struct form_view *v, int row)
{
    const struct setting *s = integration_form_row(row);
    char *text = integration_form_text(v->form, row);
    const int width = draw_width(text);
    free(text);
    switch (s->kind) {
    case KIND_INT:
        return width > number_cols(s) - 3 ? width + 3 : number_cols(s);
    case KIND_CHOICE:
        return width + CHOICE_COLS;
    case KIND_BOOL:
        return width + FLAG_COLS;
    case KIND_PARAMS:
        return width;
    default:
        return v->cols;
    }
}

static int line_end(const struct form_view *v, int row)
{
    return v->places[row].value_x + v->places[row].value_cols + after_cols(v, row);
}

/* On the line of the row before it; false where there is no room. */
static bool place_beside(struct form_view *v, int row, int before)
{
    struct form_place *p = &v->places[row];
    char *label = label_text(row);
    const int label_x = line_end(v, before) + LINE_GAP, value_x = label_x + draw_width(label) + 1;
    const int cols = value_cols(v, row);
    free(label);
    if (value_x + cols + after_cols(v, row) > v->cols)
        return false;
    *p = (struct form_place){.shown = true,
                             .y = v->places[before].y,
                             .label_x = label_x,
                             .value_x = value_x,
                             .value_cols = cols};
    return true;
}

static void place_alone(struct form_view *v, int row, int y)
{
    const struct setting *s = integration_form_row(row);
    char *label = label_text(row);
    const int least = LABEL_X + draw_width(label) + 1;
    const int x = s->kind == KIND_PARAMS && least > VALUE_X ? least : VALUE_X;
    int cols = value_cols(v, row), most = v->cols - x - 1;
    const bool radio = form_layout_of(row)->radio && radio_cols(row) <= most + 1;
    free(label);
    cols = radio ? radio_cols(row) : cols < most ? cols : most;
    v->places[row] = (struct form_place){.shown = true,
                                         .radio = radio,
                                         .y = y,
                                         .label_x = LABEL_X,
                                         .value_x = x,
                                         .value_cols = cols > 3 ? cols : 3};
}

/* Below the lines of `from` … the row itself; returns the next free y. */
static int place_note(struct form_view *v, int row, int y)
{
    char *note = note_text(v, row);
    const int rows = note ? draw_wrapped_rows(v->cols - VALUE_X - 1, note) : 0;
    v->places[row].note_y = y;
    v->places[row].note_rows = rows < NOTE_ROWS_MAX ? rows : NOTE_ROWS_MAX;
    free(note);
    return y + v->places[row].note_rows;
}

/* Puts the heading of a section that begins here. */
static int place_heading(struct form_view *v, enum form_section section, int y)
{
    y += v->airy && y > 0;
    v->section_y[section] = y;
    return y + 1;
}

void form_draw_place(struct form_view *v)
{
    int y = 0, before = FORM_NO_ROW;
    enum form_section open = FORM_SECTION_COUNT;
    for (int i = 0; i < FORM_SECTION_COUNT; i++)
        v->section_y[i] = FORM_NOT_PLACED;
    for (size_t i = 0; i < form_layout_count; i++) {
        const int row = form_layout_row(i);
        const struct form_layout *l = &form_layout[i];
        v->places[row] = (struct form_place){.y = y};
        if (!integration_form_visible(v->form, row))
            continue;
        if (l->section != open && l->section != FORM_PARAMETERS) {
            open = l->section;
            y = place_heading(v, open, y);
        }
        if (l->section == FORM_PARAMETERS)
            v->section_y[FORM_PARAMETERS] = y;
        if (!l->beside || before == FORM_NO_ROW || !place_beside(v, row, before))
            place_alone(v, row, y++);
        y = place_note(v, row, y);
        before = row;
    }
    v->rows = y;
}

/* --- rows ------------------------------------------------------------------------------------ */

int form_draw_radio_x(const struct form_view *v, int row, int choice)
{
    const struct setting *s = integration_form_row(row);
    int x = v->places[row].value_x;
    for (int i = 0; i < choice; i++)
        x += FLAG_COLS + draw_width(s->choices[i].label) + NOTE_GAP;
    return x;
}

static void draw_radio(const struct form_view *v, int row)
{
    const struct setting *s = integration_form_row(row);
    const int now = integration_form_choice(v->form, row), y = v->places[row].y;
    for (int i = 0; s->choices[i].value; i++) {
        const enum role role = row == v->focus && i == now ? ROLE_FOCUS : ROLE_TEXT;
        draw_textf(v->pad, y, form_draw_radio_x(v, row, i), v->cols, role, "(%s) %s",
                   i == now ? "•" : " ", s->choices[i].label);
    }
}

static void draw_value(const struct form_view *v, int row, const char *text)
{
    const struct setting *s = integration_form_row(row);
    const struct form_place *p = &v->places[row];
    const bool focus = row == v->focus;
    const enum role role = focus ? ROLE_FOCUS : ROLE_TEXT;
    switch (s->kind) {
    case KIND_TEXT:
    case KIND_URL:
    case KIND_INT:
    case KIND_SECRET:
        draw_field(v->pad, p->y, p->value_x, p->value_cols, focus, text);
        break;
    case KIND_CHOICE:
        if (p->radio)
            draw_radio(v, row);
        else
            draw_textf(v->pad, p->y, p->value_x, p->value_cols, role, "‹ %s ▼ ›", text);
        break;
    case KIND_BOOL:
        draw_textf(v->pad, p->y, p->value_x, p->value_cols, role, "[%c] %s",
                   integration_form_is_on(v->form, row) ? 'x' : ' ', text);
        break;
    case KIND_PARAMS:
        draw_text(v->pad, p->y, p->value_x, p->value_cols, role, text);
        break;
    }
    const int x = p->value_x + p->value_cols + (s->unit ? 1 : NOTE_GAP);
    draw_text(v->pad, p->y, x, v->cols - x, ROLE_DIM, after_value(v, row));
}

static void draw_row(const struct form_view *v, int row)
{
    const struct form_place *p = &v->places[row];
    char *text = integration_form_text(v->form, row), *note = note_text(v, row);
    char *label = label_text(row);
    draw_text(v->pad, p->y, p->label_x, p->value_x - p->label_x - 1,
              row == v->focus ? ROLE_ACCENT : ROLE_TEXT, label);
    draw_value(v, row, text);
    if (note) {
        const struct area below = {p->note_y, VALUE_X, p->note_rows, v->cols - VALUE_X - 1};
        draw_wrapped(v->pad, &below, integration_form_error(v->form, row) ? ROLE_BAD : ROLE_WARN,
                     note);
    }
    free(text);
    free(note);
    free(label);
}

static void draw_title(const struct form_view *v, enum form_section section)
{
    char *why = form_section_why(v->form, section);
    const int y = v->section_y[section];
    const int used =
        draw_text(v->pad, y, 0, v->cols, ROLE_HEADING, form_section_title(v->form, section));
    if (why)
        draw_text(v->pad, y, used + 2, v->cols - used - 2, ROLE_DIM, why);
    free(why);
}

void form_draw_rows(struct form_view *v)
{
    for (int i = 0; i < FORM_SECTION_COUNT; i++) {
        if (v->section_y[i] != FORM_NOT_PLACED && i != FORM_PARAMETERS)
            draw_title(v, (enum form_section)i);
    }
    for (int i = 0; i < integration_form_row_count(); i++) {
        if (v->places[i].shown)
            draw_row(v, i);
    }
}
