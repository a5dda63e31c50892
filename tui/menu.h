/*
 * The action menu of a row, and short menus to choose one value, on ncurses' menu library: safe
 * entries first, groups divided by lines, the key that runs an entry at the right, disabled ones
 * with the reason.
 */
#ifndef CHECKHOOK_TUI_MENU_H
#define CHECKHOOK_TUI_MENU_H

#include "tui/popup.h"

struct menu_entry {
    const char *label;
    int value;            /* what menu_value gives: an action, or a number of the opener's */
    int key;              /* runs it while the menu is open; KEY_NONE = no key */
    const char *note;     /* after the label: "■ 3 failed"; NULL */
    const char *disabled; /* the reason; NULL = it can be chosen */
    bool divide;          /* a line above it */
    bool danger;          /* drawn as something that cannot be undone */
};

/* Texts are copied. `selected` is the entry under the cursor at first. */
struct popup *menu_new(int tag, const char *title, const struct menu_entry *entries, size_t count,
                       size_t selected);

int menu_value(const struct popup *menu);

#endif
