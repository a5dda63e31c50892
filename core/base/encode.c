/* Encodes bytes for URLs, forms and headers. */
#include "core/base/encode.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

static bool is_unreserved(unsigned char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           (c && strchr("-._~", c));
}

static void encode(struct strbuf *out, const char *s, const char *blank)
{
    static const char digits[] = "0123456789ABCDEF";

    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;

        if (is_unreserved(c))
            strbuf_addc(out, *s);
        else if (c == ' ')
            strbuf_adds(out, blank);
        else
            strbuf_add(out, (const char[]){'%', digits[c >> 4], digits[c & 15]}, 3);
    }
}

void base64_add(struct strbuf *out, const void *bytes, size_t len)
{
    size_t size = sodium_base64_ENCODED_LEN(len, sodium_base64_VARIANT_ORIGINAL);
    char *text = mem_alloc(size);

    sodium_bin2base64(text, size, bytes, len, sodium_base64_VARIANT_ORIGINAL);
    strbuf_adds(out, text);
    /* Credentials pass here. */
    sodium_memzero(text, size);
    free(text);
}

bool base64_decode(const char *text, uint8_t *out, size_t cap, size_t *len)
{
    *len = 0;
    return sodium_base642bin(out, cap, text, strlen(text), NULL, len, NULL,
                             sodium_base64_VARIANT_ORIGINAL) == 0;
}

void percent_add(struct strbuf *out, const char *s)
{
    encode(out, s, "%20");
}

void form_add(struct strbuf *out, const char *s)
{
    encode(out, s, "+");
}
