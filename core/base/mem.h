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

/*
 * Makes room for one more item in a list { items, count }: grows in powers of two, clears the new
 * item and returns it; count is increased. `struct x *x = list_add(&l->items, &l->count, sizeof
 * *x)`.
 */
void *list_add(void *items_slot, size_t *count, size_t item_size);

/* Closes the gap of item `index`; the caller has released its contents. */
void list_remove(void *items, size_t *count, size_t item_size, size_t index);

#endif
