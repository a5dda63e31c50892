/* Roles to attributes, and signs to letters. */
#include "tui/theme.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"

struct look {
    short fg, bg; /* -1 = the terminal's own */
    attr_t attrs;
};

enum { TEXT_MAX_BYTES = 1 << 20 };

static const struct look dark_256[ROLE_COUNT] = {
    [ROLE_TEXT] = {-1, -1, 0},         [ROLE_TITLE] = {-1, -1, A_REVERSE},
    [ROLE_HEADING] = {-1, -1, A_BOLD}, [ROLE_ACCENT] = {75, -1, 0},
    [ROLE_OK] = {77, -1, 0},           [ROLE_WARN] = {214, -1, 0},
    [ROLE_BAD] = {203, -1, 0},         [ROLE_SELECTED] = {231, 24, 0},
    [ROLE_FIELD] = {-1, 236, 0},       [ROLE_FOCUS] = {231, 24, 0},
    [ROLE_DIM] = {247, -1, 0},
};

static const struct look light_256[ROLE_COUNT] = {
    [ROLE_TEXT] = {-1, -1, 0},         [ROLE_TITLE] = {-1, -1, A_REVERSE},
    [ROLE_HEADING] = {-1, -1, A_BOLD}, [ROLE_ACCENT] = {25, -1, 0},
    [ROLE_OK] = {28, -1, 0},           [ROLE_WARN] = {130, -1, A_BOLD},
    [ROLE_BAD] = {160, -1, 0},         [ROLE_SELECTED] = {231, 24, 0},
    [ROLE_FIELD] = {-1, 254, 0},       [ROLE_FOCUS] = {231, 24, 0},
    [ROLE_DIM] = {240, -1, 0},
};

/* White on black by theme_start; every colour has at least 7:1 there (WCAG 2, AAA). */
static const struct look contrast_256[ROLE_COUNT] = {
    [ROLE_TEXT] = {-1, -1, 0},
    [ROLE_TITLE] = {16, 231, A_BOLD},
    [ROLE_HEADING] = {-1, -1, A_BOLD | A_UNDERLINE},
    [ROLE_ACCENT] = {51, -1, A_BOLD},
    [ROLE_OK] = {46, -1, A_BOLD},
    [ROLE_WARN] = {226, -1, A_BOLD},
    [ROLE_BAD] = {210, -1, A_BOLD},
    [ROLE_SELECTED] = {16, 226, A_BOLD},
    [ROLE_FIELD] = {-1, -1, A_UNDERLINE},
    [ROLE_FOCUS] = {16, 226, A_BOLD},
    [ROLE_DIM] = {-1, -1, 0},
};

static const struct look dark_8[ROLE_COUNT] = {
    [ROLE_TEXT] = {-1, -1, 0},
    [ROLE_TITLE] = {-1, -1, A_REVERSE},
    [ROLE_HEADING] = {-1, -1, A_BOLD},
    [ROLE_ACCENT] = {COLOR_CYAN, -1, 0},
    [ROLE_OK] = {COLOR_GREEN, -1, 0},
    [ROLE_WARN] = {COLOR_YELLOW, -1, 0},
    [ROLE_BAD] = {COLOR_RED, -1, 0},
    [ROLE_SELECTED] = {-1, -1, A_REVERSE},
    [ROLE_FIELD] = {-1, -1, A_UNDERLINE},
    [ROLE_FOCUS] = {-1, -1, A_REVERSE},
    [ROLE_DIM] = {-1, -1, 0},
};

static const struct look light_8[ROLE_COUNT] = {
    [ROLE_TEXT] = {-1, -1, 0},
    [ROLE_TITLE] = {-1, -1, A_REVERSE},
    [ROLE_HEADING] = {-1, -1, A_BOLD},
    [ROLE_ACCENT] = {COLOR_CYAN, -1, A_BOLD},
    [ROLE_OK] = {COLOR_GREEN, -1, A_BOLD},
    [ROLE_WARN] = {COLOR_YELLOW, -1, A_BOLD},
    [ROLE_BAD] = {COLOR_RED, -1, 0},
    [ROLE_SELECTED] = {-1, -1, A_REVERSE},
    [ROLE_FIELD] = {-1, -1, A_UNDERLINE},
    [ROLE_FOCUS] = {-1, -1, A_REVERSE},
    [ROLE_DIM] = {-1, -1, 0},
};

static const struct look contrast_8[ROLE_COUNT] = {
    [ROLE_TEXT] = {-1, -1, A_BOLD},
    [ROLE_TITLE] = {COLOR_BLACK, COLOR_WHITE, 0},
    [ROLE_HEADING] = {-1, -1, A_BOLD | A_UNDERLINE},
    [ROLE_ACCENT] = {COLOR_CYAN, -1, A_BOLD},
    [ROLE_OK] = {COLOR_GREEN, -1, A_BOLD},
    [ROLE_WARN] = {COLOR_YELLOW, -1, A_BOLD},
    [ROLE_BAD] = {COLOR_WHITE, COLOR_RED, A_BOLD},
    [ROLE_SELECTED] = {COLOR_BLACK, COLOR_YELLOW, 0},
    [ROLE_FIELD] = {-1, -1, A_BOLD | A_UNDERLINE},
    [ROLE_FOCUS] = {COLOR_BLACK, COLOR_YELLOW, 0},
    [ROLE_DIM] = {-1, -1, A_BOLD},
};

static const struct look mono[ROLE_COUNT] = {
    [ROLE_TEXT] = {-1, -1, 0},
    [ROLE_TITLE] = {-1, -1, A_REVERSE},
    [ROLE_HEADING] = {-1, -1, A_BOLD},
    [ROLE_ACCENT] = {-1, -1, A_BOLD},
    [ROLE_OK] = {-1, -1, 0},
    [ROLE_WARN] = {-1, -1, A_BOLD},
    [ROLE_BAD] = {-1, -1, A_BOLD},
    [ROLE_SELECTED] = {-1, -1, A_REVERSE},
    [ROLE_FIELD] = {-1, -1, A_UNDERLINE},
    [ROLE_FOCUS] = {-1, -1, A_REVERSE},
    [ROLE_DIM] = {-1, -1, 0},
};

/* What one theme is made of; ground: what stands behind everything, -1 = the terminal's own. */
static const struct theme_table {
    const struct look *of_256, *of_8;
    short ink_256, ground_256, ink_8, ground_8;
} tables[THEME_COUNT] = {
    [THEME_MONO] = {mono, mono, -1, -1, -1, -1},
    [THEME_DARK] = {dark_256, dark_8, -1, -1, -1, -1},
    [THEME_LIGHT] = {light_256, light_8, -1, -1, -1, -1},
    [THEME_CONTRAST] = {contrast_256, contrast_8, 231, 16, COLOR_WHITE, COLOR_BLACK},
};

/* Our signs and their letters; all of them are in the WGL4 set that every font has. */
static const struct {
    uint32_t code;
    const char *ascii;
} signs[] = {
    {0x25CF, "o"},  {0x25B2, "!"}, {0x25A0, "#"},   {0x25CB, "-"}, {0x25CA, "?"}, {0x00BB, ">"},
    {0x25BA, ">"},  {0x25BC, "v"}, {0x2026, "..."}, {0x203A, ">"}, {0x2039, "<"}, {0x00B7, "-"},
    {0x2022, "*"},  {0x00D7, "x"}, {0x2588, "#"},   {0x258C, "="}, {0x2591, "."}, {0x2500, "-"},
    {0x2502, "|"},  {0x250C, "+"}, {0x2510, "+"},   {0x2514, "+"}, {0x2518, "+"}, {0x251C, "+"},
    {0x2524, "+"},  {0x252C, "+"}, {0x2534, "+"},   {0x253C, "+"}, {0x2190, "<"}, {0x2191, "^"},
    {0x2192, "->"}, {0x2193, "v"},
};

static struct {
    attr_t attrs[ROLE_COUNT];
    short pairs[ROLE_COUNT];
    bool shows_on_blanks[ROLE_COUNT];
    enum theme_name name;
    bool ascii;
    bool colour; /* curses was told */
} theme;

static const char *sign_ascii(uint32_t code)
{
    for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
        if (signs[i].code == code)
            return signs[i].ascii;
    }
    return NULL;
}

static char *to_ascii_signs(const char *text)
{
    struct strbuf out;
    strbuf_init(&out, TEXT_MAX_BYTES);
    for (size_t left = strlen(text); left > 0;) {
        uint32_t code = 0;
        size_t len = utf8_decode(text, left, &code);
        const char *letter = len > 1 ? sign_ascii(code) : NULL;
        if (len == 0)
            len = 1;
        if (letter)
            strbuf_adds(&out, letter);
        else
            strbuf_add(&out, text, len);
        text += len;
        left -= len;
    }
    return strbuf_detach(&out);
}

/* Only once colours are wanted: curses then says so to the terminal. */
static bool start_colour(void)
{
    if (!theme.colour && has_colors())
        theme.colour = start_color() == OK && use_default_colors() == OK;
    return theme.colour && COLORS >= 8;
}

/* Plain text that looks as the terminal's own has a pair as well: what leads back to it from a
 * colour is then the colour alone, and not a reset of everything besides. */
static void take_looks(const struct look *looks, bool plain_pair)
{
    for (int role = 0; role < ROLE_COUNT; role++) {
        const bool coloured = looks[role].fg >= 0 || looks[role].bg >= 0;
        theme.attrs[role] = looks[role].attrs;
        theme.pairs[role] = 0;
        theme.shows_on_blanks[role] =
            looks[role].bg >= 0 || (looks[role].attrs & (A_REVERSE | A_UNDERLINE));
        if (coloured || (role == ROLE_TEXT && plain_pair)) {
            theme.pairs[role] = (short)(role + 1);
            init_pair(theme.pairs[role], looks[role].fg, looks[role].bg);
        }
    }
}

static bool says_light(const char *colorfgbg)
{
    const char *last = colorfgbg ? strrchr(colorfgbg, ';') : NULL;
    return last && (strcmp(last, ";7") == 0 || strcmp(last, ";15") == 0);
}

/* --- public -------------------------------------------------------------------------------- */

enum theme_name theme_choose(enum preferred_theme preferred, const char *no_color,
                             const char *colorfgbg)
{
    static const enum theme_name named[] = {
        [PREFER_DARK] = THEME_DARK,
        [PREFER_LIGHT] = THEME_LIGHT,
        [PREFER_MONO] = THEME_MONO,
        [PREFER_CONTRAST] = THEME_CONTRAST,
    };
    if (preferred != PREFER_AUTO)
        return named[preferred];
    if (no_color && *no_color)
        return THEME_MONO;
    return says_light(colorfgbg) ? THEME_LIGHT : THEME_DARK;
}

void theme_start(const struct theme_choice *choice)
{
    const bool colour = choice->name != THEME_MONO && start_colour();
    const struct theme_table *table = &tables[colour ? choice->name : THEME_MONO];
    const bool many = colour && COLORS >= 256;
    theme.name = colour ? choice->name : THEME_MONO;
    theme.ascii = choice->ascii;
    if (theme.colour)
        assume_default_colors(many ? table->ink_256 : table->ink_8,
                              many ? table->ground_256 : table->ground_8);
    take_looks(many ? table->of_256 : table->of_8, colour && table->ground_256 < 0);
}

enum theme_name theme_shown(void)
{
    return theme.name;
}

attr_t theme_attr(enum role role)
{
    return theme.attrs[role] | (attr_t)COLOR_PAIR(theme.pairs[role]);
}

short theme_pair(enum role role)
{
    return theme.pairs[role];
}

void theme_on(WINDOW *w, enum role role)
{
    wattr_set(w, theme.attrs[role], theme.pairs[role], NULL);
}

void theme_off(WINDOW *w)
{
    wattr_set(w, A_NORMAL, theme.pairs[ROLE_TEXT], NULL);
}

void theme_erase(WINDOW *w)
{
    cchar_t blank;
    setcchar(&blank, L" ", A_NORMAL, theme.pairs[ROLE_TEXT], NULL);
    wbkgrndset(w, &blank);
    theme_off(w);
    werase(w);
}

bool theme_shows_on_blanks(enum role role)
{
    return theme.shows_on_blanks[role];
}

bool theme_ascii(void)
{
    return theme.ascii;
}

char *theme_text(const char *text)
{
    char *safe = text_safe(text);
    if (!theme.ascii)
        return safe;
    char *plain = to_ascii_signs(safe);
    free(safe);
    return plain;
}

const char *theme_ellipsis(void)
{
    return theme.ascii ? "..." : "…";
}
