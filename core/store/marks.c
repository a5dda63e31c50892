/* Bytes in pages by uid, found by bisection. */
#include "core/store/marks.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

enum { PAGE_BITS = 16, PAGE_BYTES = 1 << PAGE_BITS };

struct marks_page {
    int64_t number;
    unsigned char bytes[PAGE_BYTES];
};

/* The first page that is not below it. */
static size_t find_page(const struct marks *m, int64_t number)
{
    size_t low = 0, high = m->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (m->pages[middle]->number < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void insert_page(struct marks *m, size_t at, int64_t number)
{
    struct marks_page *page = mem_zalloc(sizeof *page);
    page->number = number;
    list_add(&m->pages, &m->count, sizeof *m->pages);
    memmove(m->pages + at + 1, m->pages + at, (m->count - 1 - at) * sizeof *m->pages);
    m->pages[at] = page;
}

void marks_release(struct marks *m)
{
    for (size_t i = 0; i < m->count; i++)
        free(m->pages[i]);
    free(m->pages);
    *m = (struct marks){0};
}

unsigned char *marks_at(struct marks *m, int64_t uid)
{
    const int64_t number = uid >> PAGE_BITS;
    if (m->last >= m->count || m->pages[m->last]->number != number) {
        m->last = find_page(m, number);
        if (m->last == m->count || m->pages[m->last]->number != number)
            insert_page(m, m->last, number);
    }
    return &m->pages[m->last]->bytes[uid & (PAGE_BYTES - 1)];
}
