/*
 * The command palette: everything that can be done here, on the other pages and everywhere, made
 * from the key table, found by typing, run by Enter, and shown with the keys that do it without the
 * palette. What cannot be done now is shown with the reason; what would do nothing is left out.
 */
#ifndef CHECKHOOK_TUI_PALETTE_H
#define CHECKHOOK_TUI_PALETTE_H

#include "tui/screen.h"

/* Over this screen, which has no popup and has collected its copies. */
struct popup *palette_new(int tag, struct screen *s);

/* What was chosen. */
struct palette_choice {
    struct key_event event; /* to be given as if the key had been pressed */
    bool everywhere;        /* its action is known everywhere, whatever stands there */
    int page;               /* on this page; 0 = here */
    const char *of;         /* what has to be selected on that page first; static; NULL = nothing */
    const char *what;       /* what it is called; lent by the palette */
    int copy;               /* instead of it: the index of an offer to copy; -1 */
    int theme;              /* or a theme (enum preferred_theme); -1 */
};
struct palette_choice palette_choice(const struct popup *palette);

/* How well `text` answers to what was typed, 0 best; -1 = not at all. Regardless of case: what
 * begins so, then a word that does, then what holds every word, then every letter in order. */
int palette_match(const char *text, const char *typed);

#endif
