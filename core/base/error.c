/* Makes the sentences that tell the user what went wrong. */
#include "core/base/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/base/text.h"

enum { TEXT_SIZE = sizeof(((struct error *)0)->text) };

/* What an administrator can do about a system error. */
struct advice {
    int number;
    const char *text;
};

static const struct advice advices[] = {
    {EACCES, "; give this user that right, or run as one who has it"},
    {EPERM, "; give this user that right, or run as one who has it"},
    {EROFS, "; mount it writable, or choose another folder with --home"},
    {ENOSPC, "; free some space and try again"},
    {EDQUOT, "; free some space and try again"},
};

/* Drops the first bytes of a character whose rest did not fit. */
static void cut_at_character(char *text, size_t len)
{
    size_t start = len;
    uint32_t code;

    while (start > 0 && len - start < 3 && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
        start--;
    if (start > 0)
        start--;
    if (utf8_decode(text + start, len - start, &code) == 0)
        text[start] = '\0';
}

static void format_text(char out[TEXT_SIZE], const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

static void format_text(char out[TEXT_SIZE], const char *format, va_list args)
{
    int wanted = vsnprintf(out, TEXT_SIZE, format, args);

    if (wanted < 0)
        out[0] = '\0';
    else if (wanted >= TEXT_SIZE)
        cut_at_character(out, TEXT_SIZE - 1);
}

static void join_text(char out[TEXT_SIZE], const char *before, const char *after)
{
    if (snprintf(out, TEXT_SIZE, "%s: %s", before, after) >= TEXT_SIZE)
        cut_at_character(out, TEXT_SIZE - 1);
}

bool error_set(struct error *err, enum error_kind kind, const char *format, ...)
{
    /* The arguments may point into err->text. */
    char text[TEXT_SIZE];
    va_list args;

    va_start(args, format);
    format_text(text, format, args);
    va_end(args);
    err->kind = kind;
    memcpy(err->text, text, sizeof text);
    return false;
}

bool error_wrap(struct error *err, const char *format, ...)
{
    char context[TEXT_SIZE], text[TEXT_SIZE];
    va_list args;

    va_start(args, format);
    format_text(context, format, args);
    va_end(args);
    join_text(text, context, err->text);
    memcpy(err->text, text, sizeof text);
    return false;
}

static const char *advice_of(int number)
{
    for (size_t i = 0; i < sizeof advices / sizeof advices[0]; i++)
        if (advices[i].number == number)
            return advices[i].text;
    return "";
}

bool error_errno(struct error *err, enum error_kind kind, const char *format, ...)
{
    int number = errno;
    char context[TEXT_SIZE], reason[TEXT_SIZE];
    va_list args;

    va_start(args, format);
    format_text(context, format, args);
    va_end(args);
    snprintf(reason, sizeof reason, "%s%s", strerror(number), advice_of(number));
    err->kind = kind;
    join_text(err->text, context, reason);
    return false;
}
