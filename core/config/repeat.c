/* Finds texts that stand twice, by sorting them. */
#include "core/config/repeat.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

static int compare(const void *a, const void *b)
{
    const struct place *x = a, *y = b;
    const int order = strcmp(x->text, y->text);

    return order ? order : (x->index > y->index) - (x->index < y->index);
}

static int compare_text(const void *text, const void *place)
{
    return strcmp(text, ((const struct place *)place)->text);
}

void places_init(struct places *p, size_t most)
{
    *p = (struct places){mem_alloc((most + 1) * sizeof *p->items), 0};
}

void places_add(struct places *p, const char *text)
{
    p->items[p->count] = (struct place){text, p->count};
    p->count++;
}

void places_sort(struct places *p)
{
    qsort(p->items, p->count, sizeof *p->items, compare);
}

void places_release(struct places *p)
{
    free(p->items);
    *p = (struct places){0};
}

bool places_has(const struct places *p, const char *text)
{
    return p->count > 0 && bsearch(text, p->items, p->count, sizeof *p->items, compare_text);
}

bool places_repeat(const struct places *p, size_t *index, size_t *earlier)
{
    bool found = false;

    for (size_t i = 1; i < p->count; i++) {
        const struct place *before = &p->items[i - 1], *here = &p->items[i];

        if (strcmp(before->text, here->text) == 0 && (!found || here->index < *index)) {
            *index = here->index;
            *earlier = before->index;
            found = true;
        }
    }
    return found;
}
