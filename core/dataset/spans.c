/* Joins the places that pages cover. */
#include "core/dataset/spans.h"

#include <stdlib.h>

#include "core/base/mem.h"

void spans_release(struct spans *s)
{
    free(s->items);
    *s = (struct spans){0};
}

void spans_add(struct spans *s, int64_t first, int64_t count)
{
    if (first < 1 || count < 1 || count > INT64_MAX - first)
        return;
    struct span added = {first, first + count - 1};
    size_t i = 0;
    while (i < s->count) {
        const struct span *item = &s->items[i];
        if (item->last < added.first - 1 || item->first > added.last + 1) {
            i++;
            continue;
        }
        added.first = item->first < added.first ? item->first : added.first;
        added.last = item->last > added.last ? item->last : added.last;
        list_remove(s->items, &s->count, sizeof *s->items, i);
    }
    list_add(&s->items, &s->count, sizeof *s->items);
    for (i = s->count - 1; i > 0 && s->items[i - 1].first > added.first; i--)
        s->items[i] = s->items[i - 1];
    s->items[i] = added;
}

int64_t spans_end(const struct spans *s)
{
    return s->count ? s->items[s->count - 1].last : 0;
}

int64_t spans_hole(const struct spans *s)
{
    return s->count && s->items[0].first == 1 ? s->items[0].last + 1 : 1;
}
