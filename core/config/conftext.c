/* Guards libconfig against text that it would misread, and quotes text for it. */
#include "core/config/conftext.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "core/base/text.h"

enum {
    SAFE_DECIMAL_DIGITS = 9, /* always fits 32 bits */
    SAFE_HEX_DIGITS = 7,
    MOST_HEX_DIGITS = 16,
    NAME_SHOWN_MAX = 64,
};

struct scan {
    const char *p, *end;
    const char *file;
    int line;
    const char *name; /* the last name seen in code: the setting that a value belongs to */
    size_t name_len;
    struct strbuf out;
};

static bool fail(const struct scan *s, struct error *err, const char *why)
{
    if (!s->name)
        return error_set(err, ERR_CONFIG, "%s:%d: %s", s->file, s->line, why);
    return error_set(err, ERR_CONFIG, "%s:%d: setting '%.*s': %s", s->file, s->line,
                     (int)s->name_len, s->name, why);
}

static bool starts_with(const struct scan *s, const char *prefix)
{
    size_t len = strlen(prefix);

    return (size_t)(s->end - s->p) >= len && memcmp(s->p, prefix, len) == 0;
}

/* Copies n bytes and counts their lines. */
static void take(struct scan *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        s->line += s->p[i] == '\n';
    strbuf_add(&s->out, s->p, n);
    s->p += n;
}

static void take_until(struct scan *s, const char *stop)
{
    while (s->p < s->end && !starts_with(s, stop))
        take(s, 1);
    if (s->p < s->end)
        take(s, strlen(stop));
}

static bool take_string(struct scan *s, struct error *err)
{
    take(s, 1);
    while (s->p < s->end && *s->p != '"') {
        if (starts_with(s, "\\x00"))
            return fail(s, err, "a text cannot hold \\x00");
        take(s, *s->p == '\\' && s->p + 1 < s->end ? 2 : 1);
    }
    if (s->p < s->end)
        take(s, 1);
    return true;
}

static size_t word_length(const struct scan *s)
{
    size_t n = 0;

    while (s->p + n < s->end && (isalnum((unsigned char)s->p[n]) || strchr("-_*.", s->p[n])))
        n++;
    return n;
}

static bool all_of(const char *s, size_t len, int (*is)(int))
{
    for (size_t i = 0; i < len; i++) {
        if (!is((unsigned char)s[i]))
            return false;
    }
    return len > 0;
}

static bool take_number(struct scan *s, struct error *err)
{
    size_t len = word_length(s);
    const char *word = s->p;
    bool is_hex = len > 2 && word[0] == '0' && (word[1] == 'x' || word[1] == 'X') &&
                  all_of(word + 2, len - 2, isxdigit);
    bool is_decimal = all_of(word, len, isdigit);

    if (is_hex && len - 2 > MOST_HEX_DIGITS)
        return fail(s, err, "the number is too long");
    take(s, len);
    if ((is_hex && len - 2 > SAFE_HEX_DIGITS) || (is_decimal && len > SAFE_DECIMAL_DIGITS))
        strbuf_addc(&s->out, 'L');
    return true;
}

static void take_name(struct scan *s)
{
    size_t len = word_length(s);

    s->name = s->p;
    s->name_len = len < NAME_SHOWN_MAX ? len : NAME_SHOWN_MAX;
    take(s, len);
}

static bool is_truth(const struct scan *s)
{
    size_t len = word_length(s);

    return (len == 4 && strncasecmp(s->p, "true", 4) == 0) ||
           (len == 5 && strncasecmp(s->p, "false", 5) == 0);
}

static bool take_token(struct scan *s, struct error *err)
{
    if (*s->p == '"')
        return take_string(s, err);
    if (isdigit((unsigned char)*s->p))
        return take_number(s, err);
    if (*s->p == '@') {
        s->name = NULL;
        return fail(s, err, "@include is not allowed here; put the settings into this file");
    }
    if (*s->p == '#' || starts_with(s, "//"))
        take_until(s, "\n");
    else if (starts_with(s, "/*"))
        take_until(s, "*/");
    else if (isalpha((unsigned char)*s->p) && !is_truth(s))
        take_name(s);
    else
        take(s, isalpha((unsigned char)*s->p) ? word_length(s) : 1);
    return true;
}

/* The line of the first byte that is not text; 0 where all is well. */
static int bad_line(const char *text, size_t len)
{
    int line = 1;
    size_t step;
    uint32_t code;

    for (size_t i = 0; i < len; i += step) {
        step = utf8_decode(text + i, len - i, &code);
        if (step == 0 || code == 0)
            return line;
        line += code == '\n';
    }
    return 0;
}

char *conf_text_prepare(const char *text, size_t len, const char *file, struct error *err)
{
    struct scan s = {.p = text, .end = text + len, .file = file, .line = bad_line(text, len)};
    bool ok = true;

    if (s.line > 0) {
        fail(&s, err, "a byte here is not UTF-8 text");
        return NULL;
    }
    s.line = 1;
    strbuf_init(&s.out, (size_t)2 * CONF_TEXT_MAX);
    while (ok && s.p < s.end)
        ok = take_token(&s, err);
    if (ok)
        return strbuf_detach(&s.out);
    strbuf_release(&s.out);
    return NULL;
}

void conf_text_quote(struct strbuf *out, const char *s)
{
    static const char plain[] = "\\\"\n\r\t\f", letters[] = "\\\"nrtf";

    strbuf_addc(out, '"');
    for (; *s; s++) {
        const char *found = strchr(plain, *s);

        if (found)
            strbuf_addf(out, "\\%c", letters[found - plain]);
        else if ((unsigned char)*s < 0x20 || *s == 0x7f)
            strbuf_addf(out, "\\x%02x", (unsigned)(unsigned char)*s);
        else
            strbuf_addc(out, *s);
    }
    strbuf_addc(out, '"');
}
