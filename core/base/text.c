/* Makes outside text safe to show, and measures and compares text. */
#include "core/base/text.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#include "core/base/mem.h"

enum { MARKS_MAX = 2, CODE_MAX = 0x10ffff, REPLACEMENT = 0xfffd, DISTANCE_MAX = 64 };

struct range {
    uint32_t first, last;
};

/* Sorted. Planes 4 to 13 are unassigned; 15 and 16 are private. */
static const struct range unsafe_ranges[] = {
    {0x0000, 0x001f},   {0x007f, 0x009f},   {0x00ad, 0x00ad},      {0x061c, 0x061c},
    {0x115f, 0x1160},   {0x17b4, 0x17b5},   {0x180e, 0x180e},      {0x200b, 0x200f},
    {0x2028, 0x202e},   {0x2060, 0x2069},   {0x206a, 0x206f},      {0x3164, 0x3164},
    {0xd800, 0xf8ff},   {0xfdd0, 0xfdef},   {0xfeff, 0xfeff},      {0xffa0, 0xffa0},
    {0xfff9, 0xfffb},   {0xfffe, 0xffff},   {0x1fffe, 0x1ffff},    {0x2fffe, 0x2ffff},
    {0x3fffe, 0xdffff}, {0xe0000, 0xeffff}, {0xf0000, UINT32_MAX},
};

/* One character as it is shown. */
struct glyph {
    char text[16];
    size_t len, width;
};

/* Walks over a text, glyph by glyph. */
struct walk {
    const char *at;
    size_t left;
    size_t marks; /* combining marks that stand on the last character */
};

/* The tables of C.UTF-8, or of the process where the system lacks them. */
static locale_t unicode(void)
{
    static locale_t tables;

    if (!tables)
        tables = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
    return tables ? tables : LC_GLOBAL_LOCALE;
}

/* Nearly all text is of these: they need no table. */
static bool is_plain(uint32_t code)
{
    return code >= 0x20 && code < 0x7f;
}

static int columns_of(uint32_t code)
{
    if (is_plain(code))
        return 1;
    locale_t before = uselocale(unicode());
    int columns = wcwidth((wchar_t)code);

    uselocale(before);
    return columns;
}

static uint32_t fold(uint32_t code)
{
    if (code < 0x80)
        return code >= 'A' && code <= 'Z' ? code + ('a' - 'A') : code;
    return (uint32_t)towlower_l((wint_t)code, unicode());
}

static void glyph_set(struct glyph *glyph, const char *bytes, size_t len, size_t width)
{
    memcpy(glyph->text, bytes, len);
    glyph->text[len] = '\0';
    glyph->len = len;
    glyph->width = width;
}

static void glyph_escape(struct glyph *glyph, char kind, unsigned value)
{
    glyph->len = (size_t)snprintf(glyph->text, sizeof glyph->text, "\\%c{%x}", kind, value);
    glyph->width = glyph->len;
}

static void show_character(struct walk *walk, uint32_t code, size_t len, struct glyph *glyph)
{
    int columns = text_is_unsafe(code) ? -1 : columns_of(code);
    bool mark = columns == 0;

    if (columns < 0 || (mark && walk->marks == MARKS_MAX)) {
        glyph_escape(glyph, 'u', code);
        walk->marks = mark ? MARKS_MAX : 0;
        return;
    }
    glyph_set(glyph, walk->at, len, (size_t)columns);
    walk->marks = mark ? walk->marks + 1 : 0;
}

/* A line has no character yet that a mark could stand on. */
static struct walk walk_start(const char *bytes, size_t len)
{
    return (struct walk){.at = bytes, .left = len, .marks = MARKS_MAX};
}

static bool walk_next(struct walk *walk, struct glyph *glyph)
{
    uint32_t code;
    size_t len;

    if (walk->left == 0)
        return false;
    len = utf8_decode(walk->at, walk->left, &code);
    if (len == 0) {
        len = 1;
        walk->marks = 0;
        glyph_escape(glyph, 'x', (unsigned char)*walk->at);
    } else {
        show_character(walk, code, len, glyph);
    }
    walk->at += len;
    walk->left -= len;
    return true;
}

/* The next character folded; a byte that is not UTF-8 is a number of its own. 0 at the end. */
static uint32_t next_folded(const char **s)
{
    uint32_t code;
    size_t len;

    if (!**s)
        return 0;
    len = utf8_decode(*s, strnlen(*s, 4), &code);
    if (len == 0) {
        code = CODE_MAX + 1 + (unsigned char)**s;
        (*s)++;
        return code;
    }
    *s += len;
    return fold(code);
}

/* True when s begins with the prefix; *rest is what follows it. */
static bool begins_nocase(const char *s, const char *prefix, const char **rest)
{
    while (*prefix) {
        if (next_folded(&s) != next_folded(&prefix))
            return false;
    }
    *rest = s;
    return true;
}

/* Length by the first byte and the smallest code of that length; 0 for no first byte. */
static size_t sequence_length(unsigned char first, uint32_t *bits, uint32_t *smallest)
{
    static const struct {
        unsigned char mask, lead;
        uint32_t smallest;
    } forms[] = {{0x80, 0x00, 0}, {0xe0, 0xc0, 0x80}, {0xf0, 0xe0, 0x800}, {0xf8, 0xf0, 0x10000}};

    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        if ((first & forms[i].mask) == forms[i].lead) {
            *bits = first & (unsigned char)~forms[i].mask;
            *smallest = forms[i].smallest;
            return i + 1;
        }
    }
    return 0;
}

size_t utf8_decode(const char *bytes, size_t len, uint32_t *code)
{
    uint32_t value = 0, smallest = 0;
    size_t need = len ? sequence_length((unsigned char)bytes[0], &value, &smallest) : 0;

    if (need == 0 || need > len)
        return 0;
    for (size_t i = 1; i < need; i++) {
        unsigned char next = (unsigned char)bytes[i];

        if ((next & 0xc0) != 0x80)
            return 0;
        value = value << 6 | (next & 0x3f);
    }
    if (value < smallest || value > CODE_MAX || (value >= 0xd800 && value <= 0xdfff))
        return 0;
    *code = value;
    return need;
}

size_t utf8_encode(uint32_t code, char out[4])
{
    static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t len;

    if (code > CODE_MAX || (code >= 0xd800 && code <= 0xdfff))
        code = REPLACEMENT;
    len = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = len; i-- > 1; code >>= 6)
        out[i] = (char)(0x80 | (code & 0x3f));
    out[0] = (char)(leads[len] | code);
    return len;
}

bool utf8_valid(const char *bytes, size_t len)
{
    uint32_t code;

    while (len > 0) {
        size_t step = utf8_decode(bytes, len, &code);

        if (step == 0)
            return false;
        bytes += step;
        len -= step;
    }
    return true;
}

size_t utf8_count(const char *s)
{
    size_t count = 0;

    while (next_folded(&s))
        count++;
    return count;
}

bool text_has_control(const char *s)
{
    size_t left = strlen(s);
    uint32_t code;

    while (left > 0) {
        size_t step = utf8_decode(s, left, &code);

        if (step == 0) {
            step = 1;
            code = (unsigned char)*s;
        }
        if (code < 0x20 || (code >= 0x7f && code <= 0x9f))
            return true;
        s += step;
        left -= step;
    }
    return false;
}

bool text_is_unsafe(uint32_t code)
{
    size_t low = 0, high = ARRAY_LEN(unsafe_ranges);

    if (is_plain(code))
        return false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (code > unsafe_ranges[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < ARRAY_LEN(unsafe_ranges) && code >= unsafe_ranges[low].first;
}

void text_safe_add(struct strbuf *out, const char *bytes, size_t len, bool keep_newlines)
{
    struct walk walk = walk_start(bytes, len);
    struct glyph glyph;

    while (walk.left > 0) {
        char c = *walk.at;

        if (keep_newlines && (c == '\n' || c == '\t')) {
            strbuf_addc(out, c == '\n' ? '\n' : ' ');
            walk = walk_start(walk.at + 1, walk.left - 1);
        } else {
            walk_next(&walk, &glyph);
            strbuf_add(out, glyph.text, glyph.len);
        }
    }
}

char *text_safe(const char *s)
{
    struct strbuf out;

    strbuf_init(&out, SIZE_MAX);
    text_safe_add(&out, s, strlen(s), false);
    return strbuf_detach(&out);
}

size_t text_width(const char *s)
{
    struct walk walk = walk_start(s, strlen(s));
    struct glyph glyph;
    size_t width = 0;

    while (walk_next(&walk, &glyph))
        width += glyph.width;
    return width;
}

void text_cut_add(struct strbuf *out, const char *s, size_t columns, const char *ellipsis)
{
    struct walk walk = walk_start(s, strlen(s));
    struct glyph glyph;
    size_t used = 0, limit = columns, tail = text_width(ellipsis);
    bool cut = text_width(s) > columns;

    if (cut)
        limit = tail <= columns ? columns - tail : columns;
    while (walk_next(&walk, &glyph) && used + glyph.width <= limit) {
        strbuf_add(out, glyph.text, glyph.len);
        used += glyph.width;
    }
    if (cut && tail <= columns)
        strbuf_adds(out, ellipsis);
}

bool text_equal_nocase(const char *a, const char *b)
{
    const char *rest;

    return begins_nocase(a, b, &rest) && *rest == '\0';
}

bool text_contains_nocase(const char *haystack, const char *needle)
{
    const char *rest;

    do {
        if (begins_nocase(haystack, needle, &rest))
            return true;
    } while (next_folded(&haystack));
    return false;
}

char *text_lower(const char *s)
{
    struct strbuf out;

    strbuf_init(&out, 4 * strlen(s) + 4);
    for (size_t left = strlen(s); left > 0;) {
        uint32_t code = 0;
        size_t len = utf8_decode(s, left, &code);
        char bytes[4];

        if (len > 0)
            strbuf_add(&out, bytes, utf8_encode(fold(code), bytes));
        else
            strbuf_add(&out, s, len = 1);
        s += len;
        left -= len;
    }
    return strbuf_detach(&out);
}

size_t text_distance(const char *a, const char *b)
{
    size_t row[DISTANCE_MAX + 1];
    size_t a_len = strlen(a), b_len = strlen(b);

    if (a_len > DISTANCE_MAX || b_len > DISTANCE_MAX)
        return a_len + b_len;
    for (size_t j = 0; j <= b_len; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_len; i++) {
        size_t diagonal = row[0];

        row[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            size_t above = row[j];
            size_t best = diagonal + (a[i - 1] != b[j - 1]);

            best = above + 1 < best ? above + 1 : best;
            row[j] = row[j - 1] + 1 < best ? row[j - 1] + 1 : best;
            diagonal = above;
        }
    }
    return row[b_len];
}

char *text_trim(const char *s)
{
    static const char blanks[] = " \t";
    size_t len;

    s += strspn(s, blanks);
    len = strlen(s);
    while (len > 0 && strchr(blanks, s[len - 1]))
        len--;
    return mem_strndup(s, len);
}

bool text_to_int(const char *s, int64_t min, int64_t max, int64_t *out)
{
    const char *digits = s + (*s == '-');
    long long value;

    if (!*digits || digits[strspn(digits, "0123456789")])
        return false;
    errno = 0;
    value = strtoll(s, NULL, 10);
    if (errno || value < min || value > max)
        return false;
    *out = value;
    return true;
}
