/* Allocates memory, or ends the program where there is none. */
#include "core/base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *mem_check(void *pointer)
{
    if (!pointer)
        abort();
    return pointer;
}

void *mem_alloc(size_t size)
{
    return mem_check(malloc(size ? size : 1));
}

void *mem_zalloc(size_t size)
{
    return mem_check(calloc(1, size ? size : 1));
}

void *mem_realloc(void *old, size_t size)
{
    return mem_check(realloc(old, size));
}

void *mem_dup(const void *data, size_t size)
{
    void *copy = mem_alloc(size);

    if (size > 0)
        memcpy(copy, data, size);
    return copy;
}

char *mem_strdup(const char *s)
{
    return s ? mem_check(strdup(s)) : NULL;
}

char *mem_strndup(const char *s, size_t len)
{
    return mem_check(strndup(s, len));
}

char *mem_printf(const char *format, ...)
{
    char *text = NULL;
    va_list args;

    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text = NULL;
    va_end(args);
    return mem_check(text);
}

void mem_replace(char **slot, const char *s)
{
    char *copy = mem_strdup(s);

    free(*slot);
    *slot = copy;
}

void *list_add(void *items_slot, size_t *count, size_t item_size)
{
    char *items;

    /* The slot is a pointer of the caller's own type: read and write it as bytes. */
    memcpy(&items, items_slot, sizeof items);
    if ((*count & (*count - 1)) == 0) {
        size_t room = *count ? *count * 2 : 1;

        items = mem_check(reallocarray(items, room, item_size));
        memcpy(items_slot, &items, sizeof items);
    }
    return memset(items + (*count)++ * item_size, 0, item_size);
}

void list_remove(void *items, size_t *count, size_t item_size, size_t index)
{
    char *gap = (char *)items + index * item_size;

    (*count)--;
    memmove(gap, gap + item_size, (*count - index) * item_size);
}
