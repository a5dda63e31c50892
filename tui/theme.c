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

static const struct look plain_8[ROLE_COUNT] = {
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

static const struct look mono[ROLE_COUNT] = {
    [ROLE_TITLE] = {-1, -1, A_REVERSE},   [ROLE_HEADING] = {-1, -1, A_BOLD},
    [ROLE_ACCENT] = {-1, -1, A_BOLD},     [ROLE_WARN] = {-1, -1, A_BOLD},
    [ROLE_BAD] = {-1, -1, A_BOLD},        [ROLE_SELECTED] = {-1, -1, A_REVERSE},
    [ROLE_FIELD] = {-1, -1, A_UNDERLINE}, [ROLE_FOCUS] = {-1, -1, A_REVERSE},
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
    bool ascii;
} theme;

static const struct look *choose_looks(const struct theme_choice *choice)
{
    if (!choice->colour || COLORS < 8)
        return mono;
    if (COLORS < 256)
        return plain_8;
    return choice->light ? light_256 : dark_256;
}

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

void theme_start(const struct theme_choice *choice)
{
    if (choice->colour && has_colors()) {
        start_color();
        use_default_colors();
    }
    const struct look *looks = choose_looks(choice);
    theme.ascii = choice->ascii;
    for (int role = 0; role < ROLE_COUNT; role++) {
        theme.attrs[role] = looks[role].attrs;
        theme.pairs[role] = 0;
        if (looks != mono && (looks[role].fg >= 0 || looks[role].bg >= 0)) {
            theme.pairs[role] = (short)(role + 1);
            init_pair(theme.pairs[role], looks[role].fg, looks[role].bg);
        }
    }
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
    wattr_set(w, A_NORMAL, 0, NULL);
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
