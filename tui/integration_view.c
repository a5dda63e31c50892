/* Summary line, pane and first steps of page 1. */
#include "tui/integration_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tui/frame.h"
#include "tui/sign.h"
#include "tui/when.h"

/* --- the summary line ------------------------------------------------------------------------ */

enum { PART_MAX = 64, PARTS_MAX = STATUS_KINDS + 1 };

struct part {
    char text[PART_MAX];
    enum role role;
};

struct summary {
    struct part parts[PARTS_MAX];
    size_t count;
};

static void add_part(struct summary *s, enum role role, const char *text)
{
    struct part *p = &s->parts[s->count++];
    snprintf(p->text, sizeof p->text, "%s", text);
    p->role = role;
}

static void make_summary(struct summary *s, const struct integration_rows *rows, size_t marked,
                         bool words)
{
    char text[PART_MAX];
    if (marked > 0)
        snprintf(text, sizeof text, "%zu of %zu marked", marked, rows->count);
    else
        snprintf(text, sizeof text, "%zu %s", rows->count,
                 rows->count == 1 ? "integration" : "integrations");
    add_part(s, marked > 0 ? ROLE_ACCENT : ROLE_TEXT, text);
    for (int i = 0; i < STATUS_KINDS; i++) {
        const struct sign sign = sign_of_status((enum status)i);
        snprintf(text, sizeof text, "%s %zu%s%s", sign.mark, rows->of_status[i], words ? " " : "",
                 words ? status_text((enum status)i) : "");
        if (rows->of_status[i] > 0)
            add_part(s, sign.role, text);
    }
}

static int summary_cols(const struct summary *s, int gap)
{
    int cols = 0;
    for (size_t i = 0; i < s->count; i++)
        cols += draw_width(s->parts[i].text) + (i ? gap : 0);
    return cols;
}

void integration_summary_draw(const struct integration_rows *rows, size_t marked, WINDOW *w, int y,
                              int x, int cols)
{
    static const struct {
        int gap;
        bool words;
    } ways[] = {{3, true}, {2, true}, {2, false}, {1, false}};
    struct summary s = {0};
    size_t way = 0;
    for (; way < ARRAY_LEN(ways); way++) {
        s.count = 0;
        make_summary(&s, rows, marked, ways[way].words);
        if (summary_cols(&s, ways[way].gap) <= cols || way + 1 == ARRAY_LEN(ways))
            break;
    }
    const int end = x + cols;
    for (size_t i = 0; i < s.count; i++) {
        if (i + 1 < s.count)
            draw_gaps(w, y, x, draw_width(s.parts[i].text) + ways[way].gap, s.parts[i].role);
        x += draw_text(w, y, x, end - x, s.parts[i].role, s.parts[i].text) + ways[way].gap;
    }
}

/* --- the pane -------------------------------------------------------------------------------- */

enum { PANE_FROM_COLS = 131, PANE_COLS = 38, LARGE_FROM_COLS = 160, LARGE_PANE_COLS = 56 };
enum { LABEL_COLS = 12, NAMES_MAX = 8 };

int integration_pane_cols(const struct session *s, const struct area *area)
{
    if (area->cols < PANE_FROM_COLS || !frame_has_pane(s, area))
        return 0;
    return area->cols >= LARGE_FROM_COLS ? LARGE_PANE_COLS : PANE_COLS;
}

/* A row further down each time; `left` is what remains of the pane. */
static void line(WINDOW *w, struct area *left, const char *label, enum role role, const char *text)
{
    if (left->rows < 1)
        return;
    struct area value = {left->y, left->x + LABEL_COLS, left->rows, left->cols - LABEL_COLS};
    draw_text(w, left->y, left->x, LABEL_COLS - 1, ROLE_HEADING, label);
    int used = draw_wrapped(w, &value, role, text);
    used = used < 1 ? 1 : used;
    left->y += used;
    left->rows -= used;
}

static void skip(struct area *left)
{
    left->y++;
    left->rows--;
}

/* And a blank row after it. */
static void paragraph(WINDOW *w, struct area *left, enum role role, const char *text)
{
    const int used = left->rows > 0 ? draw_wrapped(w, left, role, text) : 0;
    left->y += used + 1;
    left->rows -= used + 1;
}

static void draw_settings(const struct integration *in, WINDOW *w, struct area *left)
{
    if (in->description && in->description[0])
        paragraph(w, left, ROLE_TEXT, in->description);
    char *target = mem_printf("%s %s", http_method_text((enum http_method)in->method),
                              in->format == FORMAT_ENVELOPE ? "event envelope" : "notification");
    line(w, left, "Sends", ROLE_TEXT, target);
    line(w, left, "Auth", ROLE_TEXT, auth_type_label((enum auth_type)in->auth.type));
    free(target);
}

static void draw_deliveries(const struct session *s, struct integration_row *row, WINDOW *w,
                            struct area *left)
{
    const int64_t failed = integration_row_failed(row, s->app.store);
    const struct outbox_counts *c = &row->status.facts.counts;
    char last[64], counts[96];
    integration_row_last(row, session_now_s(s), last, sizeof last);
    snprintf(counts, sizeof counts, "%lld waiting · %lld held", (long long)c->waiting,
             (long long)c->held);
    line(w, left, "Last", ROLE_TEXT, last);
    line(w, left, "Deliveries", ROLE_TEXT, counts);
    if (failed > 0) {
        snprintf(counts, sizeof counts, "■ %lld failed", (long long)failed);
        line(w, left, "", ROLE_BAD, counts);
    }
}

static void draw_checks(const struct app *app, const struct integration_row *row, WINDOW *w,
                        struct area *left)
{
    size_t shown = 0;
    char heading[48];
    snprintf(heading, sizeof heading, "Checks (%zu)", row->status.checks);
    draw_text(w, left->y, left->x, left->cols, ROLE_HEADING, heading);
    skip(left);
    for (size_t i = 0; i < app->catalogue.count && left->rows > 0; i++) {
        const struct check *check = &app->catalogue.items[i];
        if (!config_is_ticked(&app->config, check->id, row->id))
            continue;
        if (++shown > NAMES_MAX) {
            draw_textf(w, left->y, left->x, left->cols, ROLE_TEXT, "… %zu more",
                       row->status.checks - NAMES_MAX);
            skip(left);
            return;
        }
        draw_text(w, left->y, left->x, left->cols, ROLE_TEXT,
                  check->title ? check->title : check->id);
        skip(left);
    }
    if (shown == 0)
        line(w, left, "none", ROLE_TEXT, "a assigns checks");
}

void integration_pane_draw(const struct session *s, struct integration_row *row, WINDOW *w,
                           const struct area *area)
{
    const struct integration *in = config_find(&s->app.config, row->id);
    const struct sign sign = sign_of_status(row->status.status);
    struct area left = {area->y, area->x + 2, area->rows, area->cols - 3};
    draw_upright(w, area->y, area->x, area->rows);
    const int cols = draw_width(sign.text);
    draw_text(w, left.y, left.x, left.cols - cols - 2, ROLE_HEADING, row->name);
    draw_right(w, left.y, left.x, left.cols, sign.role, sign.text);
    left.y += 2;
    left.rows -= 2;
    if (in)
        draw_settings(in, w, &left);
    line(w, &left, "Endpoint", ROLE_TEXT, integration_row_url(row));
    skip(&left);
    draw_deliveries(s, row, w, &left);
    skip(&left);
    if (row->status.reason)
        paragraph(w, &left, sign.role, row->status.reason);
    if (left.rows > 1)
        draw_checks(&s->app, row, w, &left);
}

/* --- first steps ----------------------------------------------------------------------------- */

struct step {
    char key;
    const char *what, *explain;
    enum action action;
};

static const struct step steps[FIRST_STEPS] = {
    {'n', "Create your first integration", "name, auth, URL: about two minutes", ACTION_NEW},
    {'i', "Import from a file", "previewed before anything is saved", ACTION_IMPORT},
    {'d', "Try a built-in demo endpoint", "runs on this host, no data leaves it", ACTION_DEMO},
};

static const char *const then[] = {
    "1  Test Connectivity            (t on the new row)",
    "2  Choose which checks notify it (page 3, Matrix)",
    "3  Run Checks Now               (R on page 2)",
};

enum { ROOMY_ROWS = 16, ROOMY_COLS = 100, MIDDLE_COLS = 80, TEXT_INDENT = 5 };

enum action first_step_action(int choice)
{
    return steps[choice].action;
}

void first_steps_draw(WINDOW *w, const struct area *area, int choice)
{
    const bool roomy = area->rows >= ROOMY_ROWS;
    const int x = area->x + (area->cols >= ROOMY_COLS ? 18 : area->cols >= MIDDLE_COLS ? 8 : 1);
    const int cols = area->x + area->cols - x - 1;
    int y = area->y + (area->rows >= ROOMY_ROWS + 4 ? 2 : roomy ? 1 : 0);
    draw_text(w, y++, x, cols, ROLE_HEADING, "No integrations yet");
    draw_text(w, y++, x, cols, ROLE_TEXT,
              "An integration is one HTTPS endpoint that receives check results.");
    y += roomy ? 2 : 0;
    const int first_y = y;
    for (int i = 0; i < FIRST_STEPS; i++) {
        const enum role role = i == choice ? ROLE_ACCENT : ROLE_TEXT;
        draw_textf(w, y++, x, cols, role, "%s %c  %s", i == choice ? "►" : " ", steps[i].key,
                   steps[i].what);
        draw_text(w, y++, x + TEXT_INDENT, cols - TEXT_INDENT, ROLE_TEXT, steps[i].explain);
    }
    y += roomy ? 1 : 0;
    if (roomy)
        draw_text(w, y++, x, cols, ROLE_HEADING, "Then");
    for (size_t i = 0; i < ARRAY_LEN(then) && y < area->y + area->rows; i++)
        draw_text(w, y++, x + 2, cols - 2, ROLE_TEXT, then[i]);
    wmove(w, first_y + 2 * choice, x);
}
