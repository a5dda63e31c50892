/* Draws what past runs counted with letters. */
#include "core/checks/chart.h"

#include <inttypes.h>
#include <stdlib.h>

#include "core/base/mem.h"

enum { LEVELS = 2 * CHART_ROWS, DIGITS = 9 };

static int64_t value_of(const struct run_check *run, enum chart_of what)
{
    if (what == CHART_UNKNOWN)
        return run->unknown;
    return run->error ? CHART_UNTOLD : run->failing;
}

void chart_make(struct chart *c, const struct run_check_list *runs, size_t runs_max,
                enum chart_of what)
{
    *c = (struct chart){.last = CHART_UNTOLD};
    c->count = runs->count < runs_max ? runs->count : runs_max;
    c->values = mem_zalloc((c->count + 1) * sizeof *c->values);
    for (size_t i = 0; i < c->count; i++) {
        const int64_t value = value_of(&runs->items[c->count - 1 - i], what);
        c->values[i] = value;
        c->most = value > c->most ? value : c->most;
        c->last = value;
    }
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

/* Nobody is 0; the most is `levels`; somebody is never 0. */
static int level_of(const struct chart *c, int64_t value, int levels)
{
    if (value <= 0)
        return 0;
    return (int)((value * levels + c->most - 1) / c->most);
}

static const char *block(int level, bool bottom)
{
    const int part = bottom ? level : level - LEVELS / CHART_ROWS;

    if (part <= 0)
        return bottom ? "_" : " ";
    return part == 1 ? "▄" : "█";
}

void chart_add_row(struct strbuf *out, const struct chart *c, int row, bool ascii)
{
    for (size_t i = 0; i < c->count; i++) {
        const int64_t value = c->values[i];
        const bool bottom = ascii || row == CHART_ROWS - 1;
        if (value == CHART_UNTOLD)
            strbuf_adds(out, ascii ? "x" : bottom ? "×" : " ");
        else if (ascii)
            strbuf_addf(out, "%d", level_of(c, value, DIGITS));
        else
            strbuf_adds(out, block(level_of(c, value, LEVELS), bottom));
    }
}

char *chart_legend(const struct chart *c)
{
    char *now =
        c->last == CHART_UNTOLD ? mem_strdup("not told now") : mem_printf("now %" PRId64, c->last);
    char *legend =
        c->last == c->most ? mem_strdup(now) : mem_printf("%s, most %" PRId64, now, c->most);

    free(now);
    return legend;
}
