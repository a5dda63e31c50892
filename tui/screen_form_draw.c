/* The rows of the integration form on their pad, and its sections beside or above them. */
#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "tui/screen_form_view.h"

enum {
    WIDE = 100,
    SIDE_COLS = 24, /* section list and its rule */
    LABEL_X = 1,
    NUMBER_COLS = 9,
    NOTE_ROWS_MAX = 3,
    NARROW = 80,
};

/* Behind the widest label of a field, "Authorization endpoint *"; lists have longer ones. */
enum { VALUE_X = LABEL_X + 25 };

static const struct {
    const char *mark;
    enum role role;
} marks[] = {
    [SECTION_IS_OPEN] = {"·", ROLE_TEXT},
    [SECTION_IS_READY] = {"●", ROLE_OK},
    [SECTION_IS_FAULTY] = {"■", ROLE_BAD},
};

/* --- where things stand ------------------------------------------------------------------------
 */

/* An error or else a warning, with its sign; NULL. The caller frees. */
static char *note_text(const struct form_view *v, int row)
{
    const char *error = integration_form_error(v->form, row);
    const char *warning = integration_form_warning(v->form, row);
    if (error)
        return mem_printf("■ %s", error);
    return warning ? mem_printf("▲ %s", warning) : NULL;
}

static int note_rows(const struct form_view *v, int row)
{
    char *note = note_text(v, row);
    int rows = note ? draw_wrapped_rows(v->cols - VALUE_X - 1, note) : 0;
    free(note);
    return rows < NOTE_ROWS_MAX ? rows : NOTE_ROWS_MAX;
}

void form_draw_place(struct form_view *v)
{
    int y = 0, section = -1;
    for (int i = 0; i < SECTION_COUNT; i++)
        v->section_y[i] = -2;
    for (int i = 0; i < integration_form_row_count(); i++) {
        const struct setting *s = integration_form_row(i);
        v->places[i] = (struct form_place){.y = y};
        if (!integration_form_visible(v->form, i))
            continue;
        if ((int)s->section != section) {
            y += v->airy && section >= 0;
            section = (int)s->section;
            v->section_y[section] = y++;
        }
        v->places[i] = (struct form_place){.y = y, .rows = 1 + note_rows(v, i)};
        y += v->places[i].rows;
    }
    v->rows = y;
}

int form_draw_value_x(int row)
{
    const struct setting *s = integration_form_row(row);
    const int least = LABEL_X + draw_width(s->label) + 1;
    return s->kind == KIND_PARAMS && least > VALUE_X ? least : VALUE_X;
}

int form_draw_value_cols(const struct form_view *v, int row)
{
    const int most = v->cols - form_draw_value_x(row) - 1;
    int cols = integration_form_row(row)->kind == KIND_INT ? NUMBER_COLS : most;
    cols = cols < most ? cols : most;
    return cols > 3 ? cols : 3;
}

/* --- rows --------------------------------------------------------------------------------------
 */

/* The unit of a number, or what Enter does. */
static const char *after_value(const struct setting *s, bool focus)
{
    if (s->unit)
        return s->unit;
    if (focus && s->kind == KIND_CHOICE)
        return "Enter to choose";
    return focus && s->kind == KIND_PARAMS ? "Enter to edit" : "";
}

static void draw_value(const struct form_view *v, int row, const char *text)
{
    const struct setting *s = integration_form_row(row);
    const bool focus = row == v->focus;
    const enum role role = focus ? ROLE_FOCUS : ROLE_TEXT;
    const int y = v->places[row].y;
    const int cols = form_draw_value_cols(v, row);
    int used = 0, x = form_draw_value_x(row);
    switch (s->kind) {
    case KIND_TEXT:
    case KIND_URL:
    case KIND_INT:
    case KIND_SECRET:
        draw_field(v->pad, y, x, cols, focus, text);
        used = cols;
        break;
    case KIND_CHOICE:
        used = draw_textf(v->pad, y, x, cols, role, "‹ %s ▼ ›", text) + 2;
        break;
    case KIND_BOOL:
        used = draw_textf(v->pad, y, x, cols, role, "[%c] %s",
                          integration_form_is_on(v->form, row) ? 'x' : ' ', text);
        break;
    case KIND_PARAMS:
        used = draw_text(v->pad, y, x, cols, role, text) + 2;
        break;
    }
    x += used + 1;
    draw_text(v->pad, y, x, v->cols - x, ROLE_DIM, after_value(s, focus));
}

static void draw_row(const struct form_view *v, int row)
{
    const struct setting *s = integration_form_row(row);
    const struct form_place *place = &v->places[row];
    char *text = integration_form_text(v->form, row), *note = note_text(v, row);
    draw_textf(v->pad, place->y, LABEL_X, form_draw_value_x(row) - LABEL_X - 1,
               row == v->focus ? ROLE_ACCENT : ROLE_TEXT, "%s%s", s->label,
               s->required ? " *" : "");
    draw_value(v, row, text);
    if (note) {
        const struct area below = {place->y + 1, VALUE_X, place->rows - 1, v->cols - VALUE_X - 1};
        draw_wrapped(v->pad, &below, integration_form_error(v->form, row) ? ROLE_BAD : ROLE_WARN,
                     note);
    }
    free(text);
    free(note);
}

static void draw_title(const struct form_view *v, enum setting_section section)
{
    char *why = integration_form_why(v->form, section);
    int x = draw_text(v->pad, v->section_y[section], 0, v->cols, ROLE_HEADING,
                      setting_section_title(section));
    if (why)
        draw_text(v->pad, v->section_y[section], x + 2, v->cols - x - 2, ROLE_DIM, why);
    free(why);
}

void form_draw_rows(struct form_view *v)
{
    for (int i = 0; i < SECTION_COUNT; i++)
        draw_title(v, (enum setting_section)i);
    for (int i = 0; i < integration_form_row_count(); i++) {
        if (v->places[i].rows > 0)
            draw_row(v, i);
    }
}

/* --- sections ----------------------------------------------------------------------------------
 */

static bool has_focus(const struct form_view *v, int section)
{
    return (int)integration_form_row(v->focus)->section == section;
}

static struct area draw_side(const struct form_view *v, WINDOW *w, const struct area *area)
{
    static const char *const keys[] = {"PgUp/Dn section", "Tab     next field",
                                       "^U      reset field", "F6      full value"};
    int y = area->y + 1;
    draw_text(w, y++, 1, SIDE_COLS - 3, ROLE_HEADING, "SECTIONS");
    for (int i = 0; i < SECTION_COUNT; i++) {
        const struct section_status status =
            integration_form_section(v->form, (enum setting_section)i);
        const int row = ++y;
        const enum role role = has_focus(v, i) ? ROLE_HEADING : ROLE_TEXT;
        draw_text(w, row, 0, 1, ROLE_ACCENT, has_focus(v, i) ? "►" : " ");
        draw_text(w, row, 2, 1, marks[status.state].role, marks[status.state].mark);
        draw_text(w, row, 4, SIDE_COLS - 6, role, setting_section_title((enum setting_section)i));
        if (status.errors > 0)
            draw_textf(w, row, 18, 5, ROLE_BAD, "%zu err", status.errors);
    }
    y += 2;
    for (size_t i = 0; i < ARRAY_LEN(keys) && y + (int)i < area->y + area->rows; i++)
        draw_text(w, y + (int)i, 1, SIDE_COLS - 3, ROLE_DIM, keys[i]);
    draw_upright(w, area->y, SIDE_COLS - 1, area->rows);
    return (struct area){area->y, area->x + SIDE_COLS + 1, area->rows, area->cols - SIDE_COLS - 1};
}

static struct area draw_tabs(const struct form_view *v, WINDOW *w, const struct area *area)
{
    const bool narrow = area->cols < NARROW;
    int x = area->x + 1;
    for (int i = 0; i < SECTION_COUNT; i++) {
        const struct section_status status =
            integration_form_section(v->form, (enum setting_section)i);
        const int left = area->cols - x;
        if (has_focus(v, i))
            x += draw_text(w, area->y, x, left, ROLE_ACCENT, "► ");
        x += draw_text(w, area->y, x, left, marks[status.state].role, marks[status.state].mark);
        x += draw_textf(w, area->y, x, area->cols - x, has_focus(v, i) ? ROLE_HEADING : ROLE_TEXT,
                        " %s", setting_section_title((enum setting_section)i));
        if (status.errors > 0 && narrow)
            x += draw_textf(w, area->y, x, area->cols - x, ROLE_BAD, " %zu", status.errors);
        else if (status.errors > 0)
            x += draw_textf(w, area->y, x, area->cols - x, ROLE_BAD, " (%zu %s)", status.errors,
                            status.errors == 1 ? "error" : "errors");
        x += narrow ? 1 : 3;
    }
    draw_rule(w, area->y + 1, area->x, area->cols);
    return (struct area){area->y + 2, area->x + 1, area->rows - 2, area->cols - 1};
}

struct area form_draw_sections(const struct form_view *v, WINDOW *w, const struct area *area)
{
    return area->cols >= WIDE ? draw_side(v, w, area) : draw_tabs(v, w, area);
}

void form_draw_more(const struct form_view *v, WINDOW *w, const struct area *pane, int shown)
{
    const int y = pane->y + pane->rows - 1, end = v->top + shown;
    char text[64] = "";
    int section = -1;
    for (int i = SECTION_COUNT - 1; i >= 0; i--) {
        if (v->section_y[i] >= end)
            section = i;
    }
    if (section >= 0)
        snprintf(text, sizeof text, "▼ %s below",
                 setting_section_title((enum setting_section)section));
    else if (end < v->rows)
        snprintf(text, sizeof text, "▼ more below");
    if (v->top > 0)
        draw_textf(w, y, pane->x, pane->cols, ROLE_DIM, "%s more above", theme_ascii() ? "^" : "▲");
    draw_right(w, y, pane->x + pane->cols / 2, pane->cols - pane->cols / 2 - 1, ROLE_DIM, text);
}
