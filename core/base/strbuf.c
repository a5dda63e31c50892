/* Grows strings up to a limit that is set when they are made. */
#include "core/base/strbuf.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

enum { SMALLEST = 32 };

/* What an empty buffer points to, so that making and detaching one allocates nothing. */
static char empty_text[1];

static void reserve(struct strbuf *sb, size_t len)
{
    size_t cap = sb->cap ? sb->cap : SMALLEST;

    if (len < sb->cap)
        return;
    while (cap <= len)
        cap = cap > SIZE_MAX / 2 ? SIZE_MAX : cap * 2;
    if (cap - 1 > sb->max)
        cap = sb->max + 1;
    sb->text = mem_realloc(sb->cap ? sb->text : NULL, cap);
    sb->cap = cap;
    sb->text[sb->len] = '\0';
}

/* How many of len bytes may still be added; marks the overflow. */
static size_t admit(struct strbuf *sb, size_t len)
{
    size_t room = sb->overflow ? 0 : sb->max - sb->len;

    if (len <= room)
        return len;
    sb->overflow = true;
    return room;
}

void strbuf_init(struct strbuf *sb, size_t max)
{
    *sb = (struct strbuf){.text = empty_text, .max = max < SIZE_MAX ? max : SIZE_MAX - 1};
}

void strbuf_release(struct strbuf *sb)
{
    if (sb->cap)
        free(sb->text);
    strbuf_init(sb, sb->max);
}

void strbuf_clear(struct strbuf *sb)
{
    sb->len = 0;
    sb->overflow = false;
    if (sb->cap)
        sb->text[0] = '\0';
}

char *strbuf_detach(struct strbuf *sb)
{
    char *text = sb->cap ? sb->text : mem_strdup("");

    strbuf_init(sb, sb->max);
    return text;
}

void strbuf_reserve(struct strbuf *sb, size_t len)
{
    reserve(sb, len < sb->max ? len : sb->max);
}

void strbuf_add(struct strbuf *sb, const void *bytes, size_t len)
{
    len = admit(sb, len);
    if (len == 0)
        return;
    reserve(sb, sb->len + len);
    memcpy(sb->text + sb->len, bytes, len);
    sb->len += len;
    sb->text[sb->len] = '\0';
}

void strbuf_adds(struct strbuf *sb, const char *s)
{
    strbuf_add(sb, s, strlen(s));
}

void strbuf_addc(struct strbuf *sb, char c)
{
    strbuf_add(sb, &c, 1);
}

void strbuf_addf(struct strbuf *sb, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    strbuf_addv(sb, format, args);
    va_end(args);
}

void strbuf_addv(struct strbuf *sb, const char *format, va_list args)
{
    va_list again;
    int wanted;
    size_t len, room = sb->cap > 0 ? sb->cap - sb->len : 0;

    va_copy(again, args);
    wanted = vsnprintf(room > 0 ? sb->text + sb->len : NULL, room, format, again);
    va_end(again);
    len = admit(sb, wanted > 0 ? (size_t)wanted : 0);
    if (len >= room) { /* it did not fit: once more, where it does */
        reserve(sb, sb->len + len);
        if (len > 0)
            vsnprintf(sb->text + sb->len, len + 1, format, args);
    }
    sb->len += len;
    if (sb->cap > 0)
        sb->text[sb->len] = '\0';
}
