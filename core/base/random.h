/* Random bytes and ids, from libsodium. */
#ifndef CHECKHOOK_CORE_BASE_RANDOM_H
#define CHECKHOOK_CORE_BASE_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { UUID_LEN = 36 };

void random_bytes(void *out, size_t len);
uint64_t random_below(uint64_t limit); /* 0 … limit-1, uniform; 0 for limit 0 */

/* A lower-case UUID v4 (RFC 9562), terminated. */
void uuid_make(char out[UUID_LEN + 1]);
bool uuid_valid(const char *text); /* lower-case v4 */

#endif
