/*
 * Memory for secrets: locked into RAM, left out of core dumps, wiped when it is given back. A
 * secret is opened for each request that needs it, so small ones come from a pool that is made once
 * (libsodium's own allocation takes pages of its own from the kernel, and guards them, each time).
 */
#ifndef CHECKHOOK_CORE_BASE_LOCKED_H
#define CHECKHOOK_CORE_BASE_LOCKED_H

#include <stddef.h>

/* Never NULL. */
void *locked_alloc(size_t size);
void locked_free(void *memory); /* NULL is fine */

#endif
