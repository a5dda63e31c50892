/* Knows files that hold no users by their first bytes. */
#include "core/dataset/foreign.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"

#define WEB_PAGE                                                                                   \
    "is a web page, perhaps the sign-in page of the source; save the answer of its API instead"

static const struct {
    const char *bytes; /* letters in any case */
    size_t len;
    const char *advice;
} kinds[] = {
    {"\x1f\x8b", 2, "is compressed by gzip; unpack it first (gunzip)"},
    {"BZh", 3, "is compressed by bzip2; unpack it first (bunzip2)"},
    {"\3757zXZ", 5, "is compressed by xz; unpack it first (unxz)"},
    {"\x28\xb5\x2f\xfd", 4, "is compressed by zstd; unpack it first (unzstd)"},
    {"PK\x03\x04", 4, "is a ZIP archive or a spreadsheet; unpack it, or save the sheet as CSV"},
    {"\xd0\xcf\x11\xe0", 4, "is a document of an office program; save the sheet as CSV"},
    {"%PDF-", 5, "is a PDF document; export the users as CSV or JSON"},
    {"SQLite format 3", 15, "is an SQLite database; export the users as CSV or JSON"},
    {"\xff\xfe", 2, "is UTF-16; save it as UTF-8"},
    {"\xfe\xff", 2, "is UTF-16; save it as UTF-8"},
    {"<!DOCTYPE html", 14, WEB_PAGE},
    {"<html", 5, WEB_PAGE},
    {"<?xml", 5, "is XML, which no format reads; export the users as CSV or JSON"},
};

static size_t skip_blanks(const char *head, size_t len, size_t at)
{
    while (at < len && (head[at] == ' ' || (head[at] >= '\t' && head[at] <= '\r')))
        at++;
    return at;
}

/* A list, or an object that goes on over lines: no lines of objects. */
static bool is_json_answer(const char *head, size_t len)
{
    const size_t at = skip_blanks(head, len, 0);
    if (at == len || head[at] == '[')
        return at < len;
    const size_t next = skip_blanks(head, len, at + 1);
    return head[at] == '{' && next < len && head[next] == '"' &&
           memchr(head + at, '\n', next - at) != NULL;
}

const char *foreign_advice(const char *head, size_t len)
{
    if (is_json_answer(head, len))
        return "is JSON, but of no source that is recognised; say with --format which it is of";
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (len >= kinds[i].len && strncasecmp(head, kinds[i].bytes, kinds[i].len) == 0)
            return kinds[i].advice;
    return NULL;
}
