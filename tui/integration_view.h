/*
 * What page 1 shows beside its rows: the summary line, the pane of the selected integration where
 * there is room for one, and the first steps while there is no integration.
 */
#ifndef CHECKHOOK_TUI_INTEGRATION_VIEW_H
#define CHECKHOOK_TUI_INTEGRATION_VIEW_H

#include "tui/draw.h"
#include "tui/integration_rows.h"
#include "tui/keytable.h"
#include "tui/session.h"

/* "6 integrations   ● 2 ok   ▲ 1 warn …", or "2 of 6 marked   …"; closer together and without words
 * where it must be. */
void integration_summary_draw(const struct integration_rows *rows, size_t marked, WINDOW *w, int y,
                              int x, int cols);

/* Columns of the pane and the rule before it, or 0 where there is no room for one. */
int integration_pane_cols(const struct session *s, const struct area *area);
void integration_pane_draw(const struct session *s, struct integration_row *row, WINDOW *w,
                           const struct area *area);

/* --- first steps ----------------------------------------------------------------------------- */

enum { FIRST_STEPS = 3 };

/* What the choice does: ACTION_NEW, ACTION_IMPORT, ACTION_DEMO. */
enum action first_step_action(int choice);
/* Leaves the cursor on the choice. */
void first_steps_draw(WINDOW *w, const struct area *area, int choice);

#endif
