/*
 * How things look: roles to attributes for 256 and 8 colours, light and dark, and no colour at
 * all; and the letters used where a terminal cannot show our signs.
 *
 * Nothing says anything by colour alone: every state has a sign and a word of its own.
 */
#ifndef CHECKHOOK_TUI_THEME_H
#define CHECKHOOK_TUI_THEME_H

#include <stdbool.h>

#ifndef NCURSES_WIDECHAR
#define NCURSES_WIDECHAR 1
#endif
#include <curses.h>

enum role {
    ROLE_TEXT,
    ROLE_TITLE,   /* the top row */
    ROLE_HEADING, /* column titles, section titles */
    ROLE_ACCENT,  /* keys, what is new */
    ROLE_OK,
    ROLE_WARN,
    ROLE_BAD,
    ROLE_SELECTED, /* the row under the cursor */
    ROLE_FIELD,    /* where one can type */
    ROLE_FOCUS,    /* the field that has the cursor */
    ROLE_DIM,      /* explanations; never data */
    ROLE_COUNT,
};

struct theme_choice {
    bool colour; /* false: NO_COLOR, or the terminal has none */
    bool light;  /* dark letters on a light background */
    bool ascii;  /* only ASCII signs */
};

/* After initscr; starts colour where it is wanted and there is any. */
void theme_start(const struct theme_choice *choice);

attr_t theme_attr(enum role role); /* its colour pair included */
short theme_pair(enum role role);
void theme_on(WINDOW *w, enum role role); /* replaces the attributes that are on */
void theme_off(WINDOW *w);

bool theme_ascii(void);

/* Our signs as this terminal can show them ("● ok" becomes "o ok"); outside text made safe. The
 * caller frees. */
char *theme_text(const char *text);
const char *theme_ellipsis(void); /* "…" or "..." */

#endif
