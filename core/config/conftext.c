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
    DEPTH_MAX = 100, /* far below where libconfig's parser says "memory exhausted" */
};

struct scan {
    const char *text, *p, *end;
    const char *file;
    const char *name; /* the last name seen in code: the setting that a value belongs to */
    size_t name_len;
    int depth;           /* of groups, lists and arrays */
    const char *untaken; /* what stands between it and p goes to `out` as it is */
    struct strbuf out;
};

/* What is wrong stands at p. */
static bool fail(const struct scan *s, struct error *err, const char *why)
{
    int line = 1;

    for (const char *p = s->text; p < s->p; p++)
        line += *p == '\n';
    if (!s->name)
        return error_set(err, ERR_CONFIG, "%s:%d: %s", s->file, line, why);
    return error_set(err, ERR_CONFIG, "%s:%d: setting '%.*s': %s", s->file, line, (int)s->name_len,
                     s->name, why);
}

static bool starts_with(const struct scan *s, const char *prefix)
{
    size_t len = strlen(prefix);

    return (size_t)(s->end - s->p) >= len && memcmp(s->p, prefix, len) == 0;
}

static void take_skipped(struct scan *s)
{
    strbuf_add(&s->out, s->untaken, (size_t)(s->p - s->untaken));
    s->untaken = s->p;
}

static void skip_until(struct scan *s, const char *stop)
{
    while (s->p < s->end && !starts_with(s, stop))
        s->p++;
    if (s->p < s->end)
        s->p += strlen(stop);
}

static bool skip_string(struct scan *s, struct error *err)
{
    for (s->p++; s->p < s->end && *s->p != '"'; s->p++) {
        if (*s->p != '\\')
            continue;
        if (starts_with(s, "\\x00"))
            return fail(s, err, "a text cannot hold \\x00");
        s->p += s->p + 1 < s->end;
    }
    s->p += s->p < s->end;
    return true;
}

static bool is_word_letter(char c)
{
    return isalnum((unsigned char)c) || c == '-' || c == '_' || c == '*' || c == '.';
}

static size_t word_length(const struct scan *s)
{
    const char *p = s->p;

    while (p < s->end && is_word_letter(*p))
        p++;
    return (size_t)(p - s->p);
}

static bool all_of(const char *s, size_t len, int (*is)(int))
{
    for (size_t i = 0; i < len; i++) {
        if (!is((unsigned char)s[i]))
            return false;
    }
    return len > 0;
}

static bool skip_number(struct scan *s, struct error *err)
{
    size_t len = word_length(s);
    const char *word = s->p;
    bool is_hex = len > 2 && word[0] == '0' && (word[1] == 'x' || word[1] == 'X') &&
                  all_of(word + 2, len - 2, isxdigit);
    bool is_decimal = all_of(word, len, isdigit);

    if (is_hex && len - 2 > MOST_HEX_DIGITS)
        return fail(s, err, "the number is too long");
    s->p += len;
    if ((is_hex && len - 2 > SAFE_HEX_DIGITS) || (is_decimal && len > SAFE_DECIMAL_DIGITS)) {
        take_skipped(s);
        strbuf_addc(&s->out, 'L');
    }
    return true;
}

static bool is_truth(const char *word, size_t len)
{
    return (len == 4 && strncasecmp(word, "true", 4) == 0) ||
           (len == 5 && strncasecmp(word, "false", 5) == 0);
}

/* A name is remembered, true and false are not. */
static void skip_word(struct scan *s)
{
    const size_t len = word_length(s);

    if (!is_truth(s->p, len)) {
        s->name = s->p;
        s->name_len = len < NAME_SHOWN_MAX ? len : NAME_SHOWN_MAX;
    }
    s->p += len;
}

static bool skip_mark(struct scan *s, struct error *err)
{
    if (strchr("{([", *s->p) && ++s->depth > DEPTH_MAX)
        return fail(s, err, "groups and lists are nested too deeply");
    if (strchr("})]", *s->p))
        s->depth--;
    s->p++;
    return true;
}

static bool skip_token(struct scan *s, struct error *err)
{
    if (*s->p == '"')
        return skip_string(s, err);
    if (isdigit((unsigned char)*s->p))
        return skip_number(s, err);
    if (*s->p == '@') {
        s->name = NULL;
        return fail(s, err, "@include is not allowed here; put the settings into this file");
    }
    if (*s->p == '#' || starts_with(s, "//"))
        skip_until(s, "\n");
    else if (starts_with(s, "/*"))
        skip_until(s, "*/");
    else if (isalpha((unsigned char)*s->p))
        skip_word(s);
    else
        return skip_mark(s, err);
    return true;
}

/* The first byte that is not text; NULL where all is well. */
static const char *bad_byte(const char *text, size_t len)
{
    size_t step;
    uint32_t code;

    for (size_t i = 0; i < len; i += step) {
        step = 1;
        code = (unsigned char)text[i];
        if (code >= 0x80)
            step = utf8_decode(text + i, len - i, &code);
        if (step == 0 || code == 0)
            return text + i;
    }
    return NULL;
}

char *conf_text_prepare(const char *text, size_t len, const char *file, struct error *err)
{
    struct scan s = {.text = text, .p = text, .end = text + len, .untaken = text, .file = file};
    const char *bad = bad_byte(text, len);
    bool ok = true;

    if (bad) {
        s.p = bad;
        fail(&s, err, "a byte here is not UTF-8 text");
        return NULL;
    }
    strbuf_init(&s.out, (size_t)2 * CONF_TEXT_MAX);
    strbuf_reserve(&s.out, len);
    while (ok && s.p < s.end)
        ok = skip_token(&s, err);
    take_skipped(&s);
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
