/*
 * What the list of integrations asks: the action menu of a row or of those that are marked, which
 * checks it is ticked for, the name of a copy, whether it really is to be deleted, and what of a
 * file is to be imported.
 */
#ifndef CHECKHOOK_TUI_INTEGRATION_ASK_H
#define CHECKHOOK_TUI_INTEGRATION_ASK_H

#include "core/app.h"
#include "core/incoming.h"
#include "tui/integration_rows.h"
#include "tui/popup.h"

/* What the action menu needs to know besides the row. */
struct action_choice {
    int64_t failed;                   /* deliveries that failed and were not sent again */
    const char *locked;               /* why nothing can be changed; NULL */
    bool any_checks;                  /* in the catalogue */
    const enum key_context *contexts; /* where the keys of the actions are found */
};

/* menu_value gives an enum action. */
struct popup *ask_action(int tag, const struct integration_row *row,
                         const struct action_choice *choice);
/* The same for all marked ones. */
struct popup *ask_marked(int tag, size_t count, bool enable, const struct action_choice *choice);

struct popup *ask_checks(int tag, const struct integration_row *row, const struct app *app);
struct popup *ask_copy_name(int tag, const struct integration_row *row);

/* How many checks and waiting deliveries go with those of these ids; one is deleted by its name,
 * several by a word and their number. */
struct popup *ask_delete(int tag, const struct integration_rows *rows, const struct text_list *ids);

/* Where there are integrations already, a key pressed by mistake makes none. */
struct popup *ask_demo(int tag);
/* Boxes of what was found, the new ones ticked. */
struct popup *ask_incoming(int tag, const char *path, const struct incoming_list *list);

#endif
