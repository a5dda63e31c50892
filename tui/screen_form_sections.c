/* The sections of the integration form: a list beside its rows, or one line of tabs above them. */
#include <stdio.h>

#include "core/base/mem.h"
#include "tui/keytable.h"
#include "tui/mouse.h"
#include "tui/screen_form_view.h"

enum {
    WIDE = 100,
    NARROW = 80,
    SIDE_COLS = 24, /* section list and its rule */
    SIDE_LEFT = 1,
    SIDE_RIGHT = 21, /* where counts end */
};

static const struct {
    const char *mark;
    enum role role;
} marks[] = {
    [SECTION_IS_OPEN] = {"·", ROLE_TEXT},
    [SECTION_IS_READY] = {"●", ROLE_OK},
    [SECTION_IS_FAULTY] = {"■", ROLE_BAD},
};

static bool has_focus(const struct form_view *v, enum form_section section)
{
    return form_layout_of(v->focus)->section == section;
}

static bool is_there(const struct form_view *v, enum form_section section)
{
    return form_layout_first(v->form, section) != FORM_NO_ROW;
}

static bool pick_section(void *ctx, size_t section)
{
    struct form_view *v = ctx;
    form_view_focus(v, form_layout_first(v->form, (enum form_section)section), v->now_s);
    return true;
}

/* --- beside ---------------------------------------------------------------------------------- */

static void draw_section(struct form_view *v, WINDOW *w, int y, enum form_section section)
{
    const struct section_status status = form_section_status(v->form, section);
    const bool focus = has_focus(v, section);
    char count[32] = "";
    if (status.errors > 0)
        snprintf(count, sizeof count, "%zu err", status.errors);
    else if (status.count > 0)
        snprintf(count, sizeof count, "%zu", status.count);
    draw_text(w, y, SIDE_LEFT, 1, ROLE_ACCENT, focus ? "►" : " ");
    draw_text(w, y, SIDE_LEFT + 2, 1, marks[status.state].role, marks[status.state].mark);
    draw_text(w, y, SIDE_LEFT + 4, SIDE_RIGHT - SIDE_LEFT - 4, focus ? ROLE_HEADING : ROLE_TEXT,
              form_section_title(v->form, section));
    draw_right(w, y, SIDE_RIGHT - draw_width(count), draw_width(count),
               status.errors > 0 ? ROLE_BAD : ROLE_DIM, count);
    mouse_target(w, y, SIDE_LEFT, SIDE_RIGHT - SIDE_LEFT, pick_section, v, section, KEY_NONE);
}

static struct area draw_side(struct form_view *v, WINDOW *w, const struct area *area)
{
    static const char *const keys[] = {"PgUp/Dn section", "Tab   next field", "^U    reset field",
                                       "F6    full value"};
    int y = area->y + 1;
    draw_text(w, y, 2, SIDE_COLS - 4, ROLE_HEADING, "SECTIONS");
    y += 2;
    for (int i = 0; i < FORM_SECTION_COUNT; i++) {
        if (is_there(v, (enum form_section)i))
            draw_section(v, w, y++, (enum form_section)i);
    }
    y++;
    for (size_t i = 0; i < ARRAY_LEN(keys) && y + (int)i < area->y + area->rows; i++)
        draw_text(w, y + (int)i, 2, SIDE_COLS - 4, ROLE_DIM, keys[i]);
    draw_upright(w, area->y, SIDE_COLS - 1, area->rows);
    return (struct area){area->y + 1, area->x + SIDE_COLS + 1, area->rows - 1,
                         area->cols - SIDE_COLS - 1};
}

/* --- above ----------------------------------------------------------------------------------- */

static int draw_tab(struct form_view *v, WINDOW *w, int y, int x, int cols,
                    enum form_section section)
{
    const struct section_status status = form_section_status(v->form, section);
    const bool focus = has_focus(v, section), narrow = cols < NARROW;
    const int from = x;
    if (focus)
        x += draw_text(w, y, x, cols - x, ROLE_ACCENT, "► ");
    x += draw_text(w, y, x, cols - x, marks[status.state].role, marks[status.state].mark);
    x += draw_textf(w, y, x, cols - x, focus ? ROLE_HEADING : ROLE_TEXT, " %s",
                    form_section_title(v->form, section));
    if (status.errors > 0 && narrow)
        x += draw_textf(w, y, x, cols - x, ROLE_BAD, " %zu", status.errors);
    else if (status.errors > 0)
        x += draw_textf(w, y, x, cols - x, ROLE_BAD, " (%zu %s)", status.errors,
                        status.errors == 1 ? "error" : "errors");
    mouse_target(w, y, from, x - from, pick_section, v, section, KEY_NONE);
    return x + (narrow ? 1 : 3);
}

static struct area draw_tabs(struct form_view *v, WINDOW *w, const struct area *area)
{
    int x = area->x + 1;
    for (int i = 0; i < FORM_SECTION_COUNT; i++) {
        if (is_there(v, (enum form_section)i))
            x = draw_tab(v, w, area->y, x, area->cols, (enum form_section)i);
    }
    draw_rule(w, area->y + 1, area->x, area->cols);
    return (struct area){area->y + 2, area->x + 1, area->rows - 2, area->cols - 1};
}

struct area form_draw_sections(struct form_view *v, WINDOW *w, const struct area *area)
{
    return area->cols >= WIDE ? draw_side(v, w, area) : draw_tabs(v, w, area);
}

void form_draw_more(const struct form_view *v, WINDOW *w, const struct area *pane, int shown)
{
    const int y = pane->y + pane->rows - 1, end = v->top + shown;
    char text[64] = "";
    int section = FORM_SECTION_COUNT;
    for (int i = FORM_SECTION_COUNT - 1; i >= 0; i--) {
        if (v->section_y[i] >= end)
            section = i;
    }
    if (section < FORM_SECTION_COUNT)
        snprintf(text, sizeof text, "▼ %s below",
                 form_section_title(v->form, (enum form_section)section));
    else if (end < v->rows)
        snprintf(text, sizeof text, "▼ more below");
    if (v->top > 0)
        draw_textf(w, y, pane->x, pane->cols, ROLE_DIM, "%s more above", theme_ascii() ? "^" : "▲");
    draw_right(w, y, pane->x + pane->cols / 2, pane->cols - pane->cols / 2 - 1, ROLE_DIM, text);
}
