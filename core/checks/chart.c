/* Draws what past runs counted with letters. */
#include "core/checks/chart.h"

#include <inttypes.h>
#include <stdlib.h>

#include "core/base/mem.h"

enum { ROWS = 2, LEVELS = 2 * ROWS, DIGITS = 9, LABEL_MAX = 64 };

static int64_t value_of(const struct run_check *run, enum chart_of what)
{
    if (what == CHART_UNKNOWN)
        return run->unknown;
    return run->error ? CHART_UNTOLD : run->failing;
}

void chart_make(struct chart *c, const struct run_check_list *runs, size_t runs_max,
                enum chart_of what)
{
    *c = (struct chart){.least = CHART_UNTOLD, .last = CHART_UNTOLD};
    c->count = runs->count < runs_max ? runs->count : runs_max;
    c->values = mem_zalloc((c->count + 1) * sizeof *c->values);
    for (size_t i = 0; i < c->count; i++) {
        const int64_t value = value_of(&runs->items[c->count - 1 - i], what);
        c->values[i] = value;
        if (value != CHART_UNTOLD && (value < c->least || c->least == CHART_UNTOLD))
            c->least = value;
        c->most = value > c->most ? value : c->most;
        c->last = value;
    }
    if (c->least == CHART_UNTOLD)
        c->least = 0;
}

void chart_release(struct chart *c)
{
    free(c->values);
    *c = (struct chart){0};
}

bool chart_worth(const struct chart *c, enum chart_of what)
{
    size_t told = 0;

    for (size_t i = 0; i < c->count; i++)
        told += c->values[i] != CHART_UNTOLD;
    return told > 1 && (what == CHART_FAILING || c->most > 0);
}

/* Nobody is 0, somebody never is; only the most is `levels`. */
static int level_of(const struct chart *c, int64_t value, int levels)
{
    if (value <= 0)
        return 0;

    const int level = (int)(value * levels / c->most);

    return level > 0 ? level : 1;
}

static const char *block(int level, bool bottom)
{
    const int part = bottom ? level : level - LEVELS / ROWS;

    if (part <= 0)
        return bottom ? "_" : " ";
    return part == 1 ? "▄" : "█";
}

int chart_rows(const struct chart *c, bool ascii)
{
    return ascii || c->least == c->most ? 1 : ROWS;
}

void chart_add_row(struct strbuf *out, const struct chart *c, int row, bool ascii)
{
    const bool bottom = row == chart_rows(c, ascii) - 1;

    for (size_t i = 0; i < c->count; i++) {
        const int64_t value = c->values[i];
        if (value == CHART_UNTOLD)
            strbuf_adds(out, ascii ? "x" : bottom ? "×" : " ");
        else if (ascii)
            strbuf_addf(out, "%d", level_of(c, value, DIGITS));
        else
            strbuf_adds(out, block(level_of(c, value, LEVELS), bottom));
    }
}

char *chart_label(const struct chart *c, int row, bool ascii)
{
    const bool bottom = row == chart_rows(c, ascii) - 1, top = row == 0;
    struct strbuf out;

    strbuf_init(&out, LABEL_MAX);
    if (bottom && c->last == CHART_UNTOLD)
        strbuf_adds(&out, "now not told");
    else if (bottom)
        strbuf_addf(&out, "now %" PRId64, c->last);
    if (top && c->least != c->most)
        strbuf_addf(&out, "%s%" PRId64 " to %" PRId64, out.len > 0 ? ", " : "", c->least, c->most);
    return strbuf_detach(&out);
}
