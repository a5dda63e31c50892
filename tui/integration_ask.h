/*
 * What the list of integrations asks: the action menu of a row, which checks it is ticked for, the
 * name of a copy, and whether it really is to be deleted.
 */
#ifndef CHECKHOOK_TUI_INTEGRATION_ASK_H
#define CHECKHOOK_TUI_INTEGRATION_ASK_H

#include "core/app.h"
#include "tui/integration_rows.h"
#include "tui/popup.h"

/* menu_value gives an enum action. `contexts`: where the keys of the actions are found. */
struct popup *ask_action(int tag, const struct integration_row *row, bool may_write,
                         bool any_checks, const enum key_context *contexts);
struct popup *ask_checks(int tag, const struct integration_row *row, const struct app *app);
struct popup *ask_copy_name(int tag, const struct integration_row *row);
struct popup *ask_delete(int tag, const struct integration_row *row);

#endif
