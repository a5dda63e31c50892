/* Breaks long lines of shell commands where the shell allows it. */
#include "tui/shell_fold.h"

#include <stdbool.h>
#include <string.h>
#include <wchar.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"

enum { FOLDED_MAX = 1 << 30, END_COLS = 2 /* for what closes a line: a quote and a backslash */ };

enum place { PLAIN, QUOTED, COMMENT };

struct fold {
    struct strbuf out;
    int cols, x;
    enum place place;
};

/* A whole "…" with what is substituted in it; what is not closed ends with the text. */
static size_t double_quoted(const char *at)
{
    int depth = 0;
    for (size_t i = 1; at[i]; i++) {
        if (at[i] == '\\' && at[i + 1])
            i++;
        else if (at[i] == '$' && at[i + 1] == '(')
            depth++;
        else if (at[i] == ')' && depth > 0)
            depth--;
        else if (at[i] == '"' && depth == 0)
            return i + 1;
    }
    return strlen(at);
}

static int columns(const char *text, size_t len)
{
    int cols = 0;
    for (size_t i = 0; i < len;) {
        uint32_t code = 0;
        const size_t used = utf8_decode(text + i, len - i, &code);
        const int width = used ? wcwidth((wchar_t)code) : 1;
        cols += width > 0 ? width : 0;
        i += used ? used : 1;
    }
    return cols;
}

/* What must not be torn apart. */
static size_t unit(const struct fold *f, const char *at)
{
    uint32_t code = 0;
    if (f->place == COMMENT && *at != ' ')
        return strcspn(at, " \n");
    if (f->place == PLAIN && *at == '"')
        return double_quoted(at);
    if (f->place == PLAIN && *at == '\\' && at[1])
        return 2;
    if (f->place == PLAIN && !strchr(" '\n", *at))
        return strcspn(at, " '\"\\\n");
    const size_t len = utf8_decode(at, strlen(at), &code);
    return len ? len : 1;
}

static void break_line(struct fold *f)
{
    static const char *const breaks[] = {[PLAIN] = "\\\n", [QUOTED] = "'\\\n'", [COMMENT] = "\n# "};
    strbuf_adds(&f->out, breaks[f->place]);
    f->x = f->place == QUOTED ? 1 : f->place == COMMENT ? 2 : 0;
}

/* A quote that closes and a line end find room behind it, and are never pushed on alone. */
static bool fits(const struct fold *f, const char *at, size_t len)
{
    const bool closes = f->place == QUOTED && *at == '\'';
    return *at == '\n' || closes || f->x == 0 ||
           f->x + columns(at, len) <= f->cols - (f->place == COMMENT ? 0 : END_COLS);
}

static void follow(struct fold *f, const char *at, size_t len)
{
    if (f->place != QUOTED && *at == '\n')
        f->place = PLAIN;
    else if (*at == '\'' && f->place != COMMENT)
        f->place = f->place == PLAIN ? QUOTED : PLAIN;
    else if (*at == '#' && f->place == PLAIN && f->x == 0)
        f->place = COMMENT;
    f->x = at[len - 1] == '\n' ? 0 : f->x + columns(at, len);
}

char *shell_fold(const char *text, int cols)
{
    struct fold f = {.cols = cols};
    if (strstr(text, "<<"))
        return mem_strdup(text);
    strbuf_init(&f.out, FOLDED_MAX);
    while (*text) {
        const size_t len = unit(&f, text);
        if (!fits(&f, text, len))
            break_line(&f);
        strbuf_add(&f.out, text, len);
        follow(&f, text, len);
        text += len;
    }
    return strbuf_detach(&f.out);
}
