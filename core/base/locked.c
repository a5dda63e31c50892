/* A pool of locked memory for secrets. */
#include "core/base/locked.h"

#include <sodium.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "core/base/mem.h"

enum { SLOTS = 64, SLOT_BYTES = 512 };

static struct {
    char *slots; /* NULL = not made yet */
    bool taken[SLOTS];
} pool;

static void *take_slot(void)
{
    if (!pool.slots)
        pool.slots = mem_check(sodium_allocarray(SLOTS, SLOT_BYTES));
    for (size_t i = 0; i < SLOTS; i++)
        if (!pool.taken[i]) {
            pool.taken[i] = true;
            return pool.slots + i * SLOT_BYTES;
        }
    return NULL;
}

void *locked_alloc(size_t size)
{
    if (sodium_init() <
        0) /* which its allocation needs; no more than a look after the first time */
        abort();
    void *slot = size <= SLOT_BYTES ? take_slot() : NULL;
    return slot ? slot : mem_check(sodium_malloc(size));
}

static bool is_slot(const void *memory)
{
    uintptr_t at = (uintptr_t)memory, first = (uintptr_t)pool.slots;
    return pool.slots && at >= first && at < first + (uintptr_t)SLOTS * SLOT_BYTES;
}

void locked_free(void *memory)
{
    if (!is_slot(memory)) {
        sodium_free(memory); /* wipes */
        return;
    }
    sodium_memzero(memory, SLOT_BYTES);
    pool.taken[(size_t)((char *)memory - pool.slots) / SLOT_BYTES] = false;
}
