/* The lines of the settings page and their places. */
#include "tui/settings_lines.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/config/preferences.h"

enum { SETTINGS, BESIDE, BELOW, BLOCKS };
enum { MARGIN = 2, PANE_COLS = 35, GAP = 4, GROUP_ROWS_MAX = 5 };

/* The settings in the order of the page; a test finds every row of both tables here. */
static const struct group {
    const char *title, *aside;
    enum settings_scope scope;
    const char *names[GROUP_ROWS_MAX + 1];
} groups[] = {
    {"Daily run and retention",
     NULL,
     SCOPE_GENERAL,
     {"schedule.hour", "schedule.minute", "retention_days"}},
    {"Tenant", "in every event", SCOPE_GENERAL, {"tenant.id", "tenant.account", "tenant.region"}},
    {"Your console",
     "yours alone",
     SCOPE_CONSOLE,
     {"theme", "mouse", "escape_delay_ms", "ascii", "accessible"}},
};

static const struct setting *row_of(enum settings_scope scope, const char *name)
{
    if (scope == SCOPE_GENERAL)
        return setting_find(general_settings, general_setting_count, name);
    return setting_find(preference_settings, preference_setting_count, name);
}

static void add(struct settings_lines *l, struct settings_line line)
{
    if (l->count < SETTINGS_LINES_MAX)
        l->items[l->count++] = line;
}

static void add_settings(struct settings_lines *l, const struct group *group)
{
    add(l,
        (struct settings_line){.kind = LINE_TITLE, .title = group->title, .aside = group->aside});
    for (size_t i = 0; group->names[i]; i++)
        add(l, (struct settings_line){.kind = LINE_SETTING,
                                      .scope = group->scope,
                                      .row = row_of(group->scope, group->names[i])});
}

void settings_lines_make(struct settings_lines *l, const struct fact_list *facts)
{
    l->count = 0;
    for (size_t i = 0; i < ARRAY_LEN(groups); i++)
        add_settings(l, &groups[i]);
    for (size_t i = 0; i < facts->count; i++) {
        const struct fact *fact = &facts->items[i];
        const int block = fact->group == FACTS_FILES ? BELOW : BESIDE;
        if (i == 0 || facts->items[i - 1].group != fact->group)
            add(l, (struct settings_line){
                       .kind = LINE_TITLE, .title = fact_group_title(fact->group), .block = block});
        add(l, (struct settings_line){.kind = LINE_FACT, .fact = fact, .block = block});
    }
}

/* --- places --------------------------------------------------------------------------------- */

/* Stacks the lines of one block from row y on, a blank row above each title but the first; gives
 * the row after it. */
static int stack(struct settings_lines *l, int block, int y, int x, int cols)
{
    const int from = y;
    for (int i = 0; i < l->count; i++) {
        struct settings_line *line = &l->items[i];
        if (line->block != block)
            continue;
        y += line->kind == LINE_TITLE && y > from;
        line->y = y++;
        line->x = x;
        line->cols = cols;
    }
    return y;
}

void settings_lines_place(struct settings_lines *l, int cols, bool beside)
{
    const int left = cols - PANE_COLS - GAP;
    l->rule_x = beside ? left + 1 : 0;
    int y = stack(l, SETTINGS, 0, MARGIN, (beside ? left : cols) - MARGIN);
    if (beside) {
        const int end = stack(l, BESIDE, 0, left + GAP, PANE_COLS - 1);
        y = y > end ? y : end;
        l->rule_to = y;
    } else {
        y = stack(l, BESIDE, y + 1, MARGIN, cols - MARGIN);
    }
    l->rows = stack(l, BELOW, y + 1, MARGIN, cols - MARGIN);
}

/* --- focus ---------------------------------------------------------------------------------- */

bool settings_line_takes_focus(const struct settings_line *line)
{
    return line->kind != LINE_TITLE;
}

/* The nearest line in the direction of step, of the same column or of any; NO_LINE. */
static int nearest(const struct settings_lines *l, int from, int step, bool same_column)
{
    const struct settings_line *at = &l->items[from];
    int best = SETTINGS_NO_LINE;
    for (int i = 0; i < l->count; i++) {
        const struct settings_line *line = &l->items[i];
        const int away = (line->y - at->y) * step;
        if (!settings_line_takes_focus(line) || away <= 0 || (same_column && line->x != at->x))
            continue;
        if (best == SETTINGS_NO_LINE || away < (l->items[best].y - at->y) * step)
            best = i;
    }
    return best;
}

static int go(const struct settings_lines *l, int from, int step)
{
    int to = nearest(l, from, step, true);
    if (to == SETTINGS_NO_LINE)
        to = nearest(l, from, step, false);
    return to == SETTINGS_NO_LINE ? from : to;
}

int settings_lines_down(const struct settings_lines *l, int from)
{
    return go(l, from, 1);
}

int settings_lines_up(const struct settings_lines *l, int from)
{
    return go(l, from, -1);
}

int settings_lines_beside(const struct settings_lines *l, int from, bool right)
{
    const struct settings_line *at = &l->items[from];
    int best = from;
    for (int i = 0; i < l->count; i++) {
        const struct settings_line *line = &l->items[i];
        const bool there = right ? line->x > at->x : line->x < at->x;
        if (!settings_line_takes_focus(line) || !there)
            continue;
        if (best == from || abs(line->y - at->y) < abs(l->items[best].y - at->y))
            best = i;
    }
    return best;
}

int settings_lines_first(const struct settings_lines *l)
{
    int i = 0;
    while (i < l->count && !settings_line_takes_focus(&l->items[i]))
        i++;
    return i;
}

int settings_lines_last(const struct settings_lines *l)
{
    int i = l->count - 1;
    while (i > 0 && !settings_line_takes_focus(&l->items[i]))
        i--;
    return i;
}
