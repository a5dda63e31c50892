/*
 * Memory that never fails: out of memory aborts the program here and nowhere else. The outbox is
 * durable, so a restart resumes. Everything returned is freed with free().
 */
#ifndef CHECKHOOK_CORE_BASE_MEM_H
#define CHECKHOOK_CORE_BASE_MEM_H

#include <stddef.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

void *mem_alloc(size_t size);              /* not cleared */
void *mem_zalloc(size_t size);             /* cleared */
void *mem_realloc(void *old, size_t size); /* size > 0 */
void *mem_dup(const void *data, size_t size);
char *mem_strdup(const char *s); /* NULL gives NULL */
char *mem_strndup(const char *s, size_t len);
char *mem_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Frees *slot and puts a copy of s (or NULL) there. s may point into *slot. */
void mem_replace(char **slot, const char *s);

/* For what a library returned: aborts on NULL, else gives it back. */
void *mem_check(void *pointer);

/*
 * Adds one cleared item to a list { items, count }, counts it and returns it:
 *
 *     struct x *x = list_add(&list->items, &list->count, sizeof *x);
 *
 * The room grows in powers of two and is not written down, so that a list must be grown by
 * list_add alone: never add to items that were allocated otherwise. Adding moves the items.
 */
void *list_add(void *items_slot, size_t *count, size_t item_size);

/* Closes the gap of item `index`; the caller has released its contents. */
void list_remove(void *items, size_t *count, size_t item_size, size_t index);

#endif
