/*
 * How things look: roles to attributes, one table for each theme and 256 or 8 colours; and the
 * letters used where a terminal cannot show our signs.
 *
 * Nothing says anything by colour alone: every state has a sign and a word of its own.
 */
#ifndef CHECKHOOK_TUI_THEME_H
#define CHECKHOOK_TUI_THEME_H

#include <stdbool.h>

#include "core/config/preferences.h"

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

enum theme_name {
    THEME_MONO, /* attributes alone; also where the terminal has no colours */
    THEME_DARK,
    THEME_LIGHT,    /* dark letters on the terminal's light background */
    THEME_CONTRAST, /* on black, whatever the terminal has */
    THEME_COUNT,
};

struct theme_choice {
    enum theme_name name;
    bool ascii; /* only ASCII signs */
};

/*
 * What a preference means: automatic is mono under a NO_COLOR that is not empty, light where
 * COLORFGBG says so, else dark. A theme that was asked for by name wins over both. The texts are
 * those of the environment; NULL = not set.
 */
enum theme_name theme_choose(enum preferred_theme preferred, const char *no_color,
                             const char *colorfgbg);

/* After initscr, and again for another choice: then redraw all. Starts colour where it is wanted
 * and there is any. */
void theme_start(const struct theme_choice *choice);
/* The theme that is shown; THEME_MONO where the terminal has no colours. */
enum theme_name theme_shown(void);

attr_t theme_attr(enum role role); /* its colour pair included */
short theme_pair(enum role role);
void theme_on(WINDOW *w, enum role role); /* replaces the attributes that are on */
void theme_off(WINDOW *w);
void theme_erase(WINDOW *w); /* to plain blanks; every window before it is drawn */

/* Are its blanks other than plain ones? */
bool theme_shows_on_blanks(enum role role);

bool theme_ascii(void);

/* Our signs as this terminal can show them ("● ok" becomes "o ok"); outside text made safe. The
 * caller frees. */
char *theme_text(const char *text);
const char *theme_ellipsis(void); /* "…" or "..." */

#endif
