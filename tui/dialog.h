/*
 * Questions: a sentence and buttons. The first button is the safe one; it has the focus, and Esc
 * means it. A dangerous one may demand that a name be typed first.
 */
#ifndef CHECKHOOK_TUI_DIALOG_H
#define CHECKHOOK_TUI_DIALOG_H

#include "tui/popup.h"

struct dialog_button {
    const char *label; /* "Keep editing" */
    int key;           /* presses it: 's', 'D'; KEY_NONE. The first one always has Esc */
    int value;         /* what dialog_value gives */
};

struct dialog_spec {
    int tag;
    const char *title;
    const char *note; /* a line below the buttons; NULL */
    const char *text; /* lines broken at '\n', long ones wrapped */
    const struct dialog_button *buttons;
    size_t button_count;   /* 1 … 4 */
    const char *type_this; /* NULL, or what must be typed before any but the first can be pressed */
    const char *type_label; /* in front of that field */
};

struct popup *dialog_new(const struct dialog_spec *spec);

/* Esc and the first button end the dialog as cancelled, so `answered` is called for others only. */
int dialog_value(const struct popup *dialog);

#endif
