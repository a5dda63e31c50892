/* Breaks JSON into lines by its brackets and commas alone. */
#include "core/base/json_lines.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"

enum { INDENT = 2, OUT_MAX = 64 << 20 };

struct layout {
    struct strbuf out;
    int depth;
    bool in_text, escaped; /* within quotes; after a backslash */
    char before;           /* the last one that is no blank */
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void new_line(struct layout *l)
{
    strbuf_addc(&l->out, '\n');
    for (int i = 0; i < l->depth * INDENT; i++)
        strbuf_addc(&l->out, ' ');
}

static void add_in_text(struct layout *l, char c)
{
    strbuf_addc(&l->out, c);
    if (c == '"' && !l->escaped)
        l->in_text = false;
    l->escaped = c == '\\' && !l->escaped;
}

static void add_mark(struct layout *l, char c)
{
    const bool opened = l->before == '{' || l->before == '[';
    if (c == '}' || c == ']') {
        l->depth--;
        if (!opened)
            new_line(l);
    } else if (opened) {
        new_line(l);
    }
    strbuf_addc(&l->out, c);
    if (c == ':')
        strbuf_addc(&l->out, ' ');
    if (c == ',')
        new_line(l);
    l->depth += c == '{' || c == '[';
    l->in_text = c == '"';
    l->before = c;
}

/* What a strict reader takes in place of it. */
static char *without_controls(const char *bytes, size_t len)
{
    char *copy = mem_dup(bytes, len);
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)copy[i] < ' ' && !is_blank(copy[i]))
            copy[i] = '?';
    }
    return copy;
}

static bool is_json(const char *bytes, size_t len)
{
    struct error not_json = {0};
    char *copy = without_controls(bytes, len);
    cJSON *json = json_parse(copy, len, &not_json);
    free(copy);
    const bool is = json != NULL;
    cJSON_Delete(json);
    return is;
}

char *json_lines(const char *bytes, size_t len, size_t *out_len)
{
    struct layout l = {0};
    if (len == 0 || !is_json(bytes, len))
        return NULL;
    strbuf_init(&l.out, OUT_MAX);
    for (size_t i = 0; i < len; i++) {
        if (l.in_text)
            add_in_text(&l, bytes[i]);
        else if (!is_blank(bytes[i]))
            add_mark(&l, bytes[i]);
    }
    *out_len = l.out.len;
    return strbuf_detach(&l.out);
}
