/* Draws random bytes, numbers and ids. */
#include "core/base/random.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static const char uuid_shape[] = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";

void random_bytes(void *out, size_t len)
{
    static bool ready;

    if (!ready && sodium_init() < 0)
        abort();
    ready = true;
    randombytes_buf(out, len);
}

uint64_t random_below(uint64_t limit)
{
    uint64_t value, uneven;

    if (limit == 0)
        return 0;
    /* The lowest 2^64 mod limit values would make some results likelier than others. */
    uneven = (UINT64_MAX - limit + 1) % limit;
    do
        random_bytes(&value, sizeof value);
    while (value < uneven);
    return value % limit;
}

void uuid_make(char out[UUID_LEN + 1])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t nibbles[UUID_LEN];

    random_bytes(nibbles, sizeof nibbles);
    for (size_t i = 0; i <= UUID_LEN; i++) {
        if (uuid_shape[i] == 'x')
            out[i] = digits[nibbles[i] & 15];
        else if (uuid_shape[i] == 'y')
            out[i] = digits[8 | (nibbles[i] & 3)];
        else
            out[i] = uuid_shape[i];
    }
}

bool uuid_valid(const char *text)
{
    for (size_t i = 0; i < UUID_LEN; i++) {
        const char one[] = {uuid_shape[i], '\0'};
        const char *allowed = uuid_shape[i] == 'x'   ? "0123456789abcdef"
                              : uuid_shape[i] == 'y' ? "89ab"
                                                     : one;

        if (!text[i] || !strchr(allowed, text[i]))
            return false;
    }
    return text[UUID_LEN] == '\0';
}
