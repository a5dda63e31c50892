/* Draws random bytes, numbers and ids. */
#include "core/base/random.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* RFC 9562, section 5.4: x is any digit, y one of 8, 9, a and b. */
static const char uuid_shape[] = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
static const char digits[] = "0123456789abcdef";

static bool fits(char shape, char c)
{
    if (shape == 'x')
        return c && strchr(digits, c);
    if (shape == 'y')
        return c && strchr("89ab", c);
    return c == shape;
}

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
        if (!fits(uuid_shape[i], text[i]))
            return false;
    }
    return text[UUID_LEN] == '\0';
}
