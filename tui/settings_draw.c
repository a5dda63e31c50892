/* Settings with their values, facts beside and below them. */
#include "tui/settings_draw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/mem.h"
#include "tui/keytable.h"
#include "tui/mouse.h"

enum {
    LABEL_COLS = 21,
    FACT_COLS = 13, /* of a name beside, and of one below */
    FILE_COLS = 18,
    NUMBER_COLS = 8,
    FIELD_COLS = 40,
    NOTE_MAX = 96,
    HOUR_S = 3600,
    MINUTE_S = 60,
    DAY_S = 86400
};

/* Where to draw, and what is known there. */
struct pen {
    struct settings_view *view;
    const struct session *session;
    WINDOW *w;
    const struct area *area;
    bool focus; /* the line at hand has it */
    int y, x, right;
};

char *settings_value_text(const struct setting *row, const void *base)
{
    char *text = setting_get(row, base);
    const char *label = NULL;
    if (row->kind == KIND_BOOL)
        label = strcmp(text, "true") == 0 ? "on" : "off";
    for (const struct choice *c = row->choices; c && c->value && !label; c++) {
        if (strcmp(c->value, text) == 0)
            label = c->label;
    }
    if (label)
        mem_replace(&text, label);
    return text;
}

/* --- notes ---------------------------------------------------------------------------------- */

/* "UTC, which is 08:00 CEST here" */
static void schedule_note(const struct session *s, char out[NOTE_MAX])
{
    const struct general *g = &s->app.config.general;
    const int64_t now = session_now_s(s);
    const time_t at =
        (time_t)(now - now % DAY_S + g->schedule_hour * HOUR_S + g->schedule_minute * MINUTE_S);
    struct tm local;
    char here[32];
    localtime_r(&at, &local);
    strftime(here, sizeof here, "%H:%M %Z", &local);
    if (local.tm_gmtoff == 0)
        snprintf(out, NOTE_MAX, "UTC, as the clock here");
    else
        snprintf(out, NOTE_MAX, "UTC, which is %s here", here);
}

static void theme_note(const struct session *s, char out[NOTE_MAX])
{
    static const char *const names[THEME_COUNT] = {
        [THEME_MONO] = "without colour",
        [THEME_DARK] = "dark",
        [THEME_LIGHT] = "light",
        [THEME_CONTRAST] = "high contrast",
    };
    if (s->preferences->theme == PREFER_AUTO)
        snprintf(out, NOTE_MAX, "%s now", names[theme_shown()]);
}

static void ascii_note(const struct session *s, char out[NOTE_MAX])
{
    if (theme_ascii() && !s->preferences->ascii)
        snprintf(out, NOTE_MAX, "on now, as %s",
                 s->accessible ? "accessible mode wants" : "this terminal needs");
}

static void accessible_note(const struct session *s, char out[NOTE_MAX])
{
    if (s->accessible && !s->preferences->accessible)
        snprintf(out, NOTE_MAX, "on now, by option");
}

static const struct {
    const char *name;
    void (*write)(const struct session *s, char out[NOTE_MAX]);
} notes[] = {
    {"schedule.hour", schedule_note},
    {"theme", theme_note},
    {"ascii", ascii_note},
    {"accessible", accessible_note},
};

/* What stands behind the value. */
static void note_of(const struct session *s, const struct setting *row, char out[NOTE_MAX])
{
    snprintf(out, NOTE_MAX, "%s", row->unit ? row->unit : "");
    for (size_t i = 0; i < ARRAY_LEN(notes); i++) {
        if (strcmp(notes[i].name, row->name) == 0)
            notes[i].write(s, out);
    }
}

/* --- lines ---------------------------------------------------------------------------------- */

static void draw_title(const struct pen *pen, const struct settings_line *line)
{
    const int used =
        draw_text(pen->w, pen->y, pen->x, pen->right - pen->x, ROLE_HEADING, line->title);
    const int x = pen->x + used + 2;
    if (line->aside)
        draw_text(pen->w, pen->y, x, pen->right - x, ROLE_DIM, line->aside);
}

static int field_cols(const struct pen *pen, const struct setting *row, int x)
{
    const int wanted = row->kind == KIND_INT ? NUMBER_COLS : FIELD_COLS;
    return x + wanted > pen->right ? pen->right - x : wanted;
}

/* Gives the columns used. */
static int draw_value(const struct pen *pen, const struct setting *row, const char *text, int x)
{
    const enum role role = pen->focus ? ROLE_FOCUS : ROLE_TEXT;
    const int most = pen->right - x, cols = field_cols(pen, row, x);
    switch (row->kind) {
    case KIND_BOOL:
        return draw_textf(pen->w, pen->y, x, most, role, "[%c] %s",
                          strcmp(text, "on") == 0 ? 'x' : ' ', text);
    case KIND_CHOICE:
        return draw_textf(pen->w, pen->y, x, most, role, "‹ %s ▼ ›", text);
    default:
        draw_field(pen->w, pen->y, x, cols, pen->focus, text);
        return cols;
    }
}

static bool may_set(const struct pen *pen, const struct settings_line *line)
{
    return line->scope == SCOPE_CONSOLE || pen->session->may_write;
}

static const void *base_of(const struct session *s, const struct settings_line *line)
{
    return line->scope == SCOPE_CONSOLE ? (const void *)s->preferences
                                        : (const void *)&s->app.config.general;
}

static void draw_setting(const struct pen *pen, const struct settings_line *line)
{
    const int x = pen->x + LABEL_COLS;
    char note[NOTE_MAX];
    char *text = settings_value_text(line->row, base_of(pen->session, line));
    draw_text(pen->w, pen->y, pen->x + 1, LABEL_COLS - 2, ROLE_TEXT, line->row->label);
    int used;
    if (may_set(pen, line))
        used = draw_value(pen, line->row, text, x);
    else
        used = draw_text(pen->w, pen->y, x, pen->right - x, pen->focus ? ROLE_SELECTED : ROLE_TEXT,
                         *text ? text : "-");
    note_of(pen->session, line->row, note);
    draw_text(pen->w, pen->y, x + used + 2, pen->right - x - used - 2, ROLE_DIM, note);
    free(text);
}

static int label_cols(const struct settings_line *line)
{
    if (line->kind == LINE_SETTING)
        return LABEL_COLS;
    return line->fact->group == FACTS_FILES ? FILE_COLS : FACT_COLS;
}

static void draw_fact(const struct pen *pen, const struct settings_line *line)
{
    const struct fact *fact = line->fact;
    const int name = label_cols(line), x = pen->x + name;
    const int note = fact->note ? draw_width(fact->note) + 2 : 0;
    const int used = draw_text(pen->w, pen->y, x, pen->right - x - note,
                               pen->focus ? ROLE_SELECTED : ROLE_TEXT, fact->value);
    draw_text(pen->w, pen->y, pen->x + 1, name - 2, ROLE_TEXT, fact->name);
    if (fact->note && x + used + note <= pen->right)
        draw_right(pen->w, pen->y, pen->right - note, note, ROLE_DIM, fact->note);
}

static void draw_marker(const struct pen *pen)
{
    if (pen->focus)
        draw_text(pen->w, pen->y, pen->x - 2, 1, ROLE_ACCENT, "►");
}

static void draw_line(const struct pen *pen, const struct settings_line *line)
{
    draw_marker(pen);
    if (line->kind == LINE_TITLE)
        draw_title(pen, line);
    else if (line->kind == LINE_FACT)
        draw_fact(pen, line);
    else
        draw_setting(pen, line);
}

/* --- all ------------------------------------------------------------------------------------ */

/* One row stays above the focus where there is one, so that its title is seen. */
static void follow_focus(struct settings_view *v, const struct settings_lines *lines)
{
    const int y = lines->items[v->focus].y;
    const int most = lines->rows > v->page ? lines->rows - v->page : 0;
    if (y - 1 < v->top)
        v->top = y - 1;
    if (y >= v->top + v->page)
        v->top = y - v->page + 1;
    v->top = v->top > most ? most : v->top;
    v->top = v->top < 0 ? 0 : v->top;
}

static bool pick(void *ctx, size_t line)
{
    struct settings_view *v = ctx;
    const bool was = v->focus == (int)line;
    v->focus = (int)line;
    return was;
}

static void draw_rule_between(const struct settings_view *v, const struct settings_lines *lines,
                              WINDOW *w, const struct area *area)
{
    const int to = lines->rule_to - v->top;
    if (lines->rule_x > 0)
        draw_upright(w, area->y, area->x + lines->rule_x, to < area->rows ? to : area->rows);
}

void settings_draw_lines(struct settings_view *v, const struct settings_lines *lines,
                         const struct session *s, WINDOW *w, const struct area *area)
{
    const struct area body = {area->y + 1, area->x, area->rows - 1, area->cols - 1};
    v->page = body.rows;
    follow_focus(v, lines);
    draw_rule_between(v, lines, w, &body);
    for (int i = 0; i < lines->count; i++) {
        const struct settings_line *line = &lines->items[i];
        const int y = line->y - v->top;
        if (y < 0 || y >= body.rows)
            continue;
        const int right = body.x + line->x + line->cols, edge = body.x + body.cols;
        const struct pen pen = {v,
                                s,
                                w,
                                &body,
                                i == v->focus,
                                body.y + y,
                                body.x + line->x,
                                right < edge ? right : edge};
        draw_line(&pen, line);
        if (settings_line_takes_focus(line) && !v->editor)
            mouse_target(w, pen.y, pen.x, line->cols, pick, v, (size_t)i, KEY_RETURN);
        if (pen.focus) {
            v->focus_y = pen.y;
            v->focus_x = pen.x + label_cols(line);
            v->focus_cols = line->row ? field_cols(&pen, line->row, v->focus_x) : 0;
        }
    }
    draw_more(w, &body, v->top > 0, v->top + body.rows < lines->rows);
    wmove(w, v->focus_y, v->focus_x);
    if (v->editor)
        editor_draw(v->editor, w, v->focus_y, v->focus_x, v->focus_cols);
}
