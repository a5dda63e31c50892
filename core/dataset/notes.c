/* Keeps the first sentences and counts the rest. */
#include "core/dataset/notes.h"

#include <stdlib.h>

#include "core/base/mem.h"

void notes_add(struct notes *n, const char *text)
{
    n->total++;
    if (n->count < NOTES_KEPT)
        n->items[n->count++] = mem_strdup(text);
}

void notes_release(struct notes *n)
{
    for (size_t i = 0; i < n->count; i++)
        free(n->items[i]);
    *n = (struct notes){0};
}
