/*
 * The lines of the settings page: settings that can be changed and facts that can be looked at,
 * under their titles, and where each stands at a given size. Drawing is in screen_settings.c.
 */
#ifndef CHECKHOOK_TUI_SETTINGS_LINES_H
#define CHECKHOOK_TUI_SETTINGS_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "core/about.h"
#include "core/config/schema.h"
#include "tui/draw.h"

enum settings_scope { SCOPE_GENERAL, SCOPE_CONSOLE };

enum line_kind { LINE_TITLE, LINE_SETTING, LINE_FACT };

struct settings_line {
    enum line_kind kind;
    const char *title; /* LINE_TITLE */
    const char *aside; /* LINE_TITLE: what is said beside it; NULL */
    enum settings_scope scope;
    const struct setting *row; /* LINE_SETTING */
    const struct fact *fact;   /* LINE_FACT; lent */
    int block;                 /* 0 settings, 1 beside them, 2 below */
    int y, x, cols;            /* of its place; see settings_lines_place */
};

enum { SETTINGS_LINES_MAX = 48, SETTINGS_NO_LINE = -1 };

struct settings_lines {
    struct settings_line items[SETTINGS_LINES_MAX];
    int count;
    int rows;    /* of all blocks, after placing */
    int rule_x;  /* the rule between the blocks; 0 = they stand one below the other */
    int rule_to; /* its last row */
};

/* All settings of both tables, and the facts. */
void settings_lines_make(struct settings_lines *l, const struct fact_list *facts);

/* Places them for so many columns; beside: settings and facts stand side by side. */
void settings_lines_place(struct settings_lines *l, int cols, bool beside);

bool settings_line_takes_focus(const struct settings_line *line);

/* The line that the focus goes to from `from`, in that direction; `from` where there is none. */
int settings_lines_down(const struct settings_lines *l, int from);
int settings_lines_up(const struct settings_lines *l, int from);
int settings_lines_beside(const struct settings_lines *l, int from, bool right);
int settings_lines_first(const struct settings_lines *l);
int settings_lines_last(const struct settings_lines *l);

#endif
