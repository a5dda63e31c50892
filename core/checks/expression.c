/* Reads an SQL expression token by token, refuses what may not be in it, renames its parameters. */
#include "core/checks/expression.h"

#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "core/base/strbuf.h"

struct reader {
    const char *at; /* what is not read yet */
    const char *prefix;
    const char *const *names;
    size_t count;
    int depth; /* open parentheses */
    uint32_t used;
    struct strbuf out;
};

struct refusal {
    const char *token, *why;
};

static const struct refusal refusals[] = {
    {";", "';' is not allowed: write one expression"},
    {"--", "comments are not allowed ('--'): write a blank between two minus signs"},
    {"/*", "comments are not allowed ('/*')"},
    {"?", "'?' is not allowed: write a setting as :name"},
    {"@", "'@' is not allowed: write a setting as :name"},
    {"$", "'$' is not allowed: write a setting as :name"},
    {"#", "'#' is not allowed"},
    {"[", "'[' is not allowed: quote a name as \"name\""},
    {"]", "']' is not allowed: quote a name as \"name\""},
    {"`", "'`' is not allowed: quote a name as \"name\""},
    {"\\", "a backslash is not allowed outside a text"},
};

static bool in_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

static size_t word_length(const char *s)
{
    size_t len = 0;

    while (in_word(s[len]))
        len++;
    return len;
}

static void take(struct reader *r, size_t len)
{
    strbuf_add(&r->out, r->at, len);
    r->at += len;
}

/* A text in quotes; a doubled quote inside stands for one. */
static bool take_quoted(struct reader *r, struct error *err)
{
    char quote = *r->at;
    const char *end = r->at;

    do {
        end = strchr(end + 1, quote);
        if (!end)
            return error_set(err, ERR_INVALID, "a text that begins with %c does not end", quote);
        if (end[1] != quote)
            break;
        end++;
    } while (true);
    take(r, (size_t)(end - r->at) + 1);
    return true;
}

static bool fail_unknown(const struct reader *r, const char *name, size_t len, struct error *err)
{
    struct strbuf known;

    strbuf_init(&known, 400);
    for (size_t i = 0; i < r->count; i++)
        strbuf_addf(&known, ":%s, ", r->names[i]);
    error_set(err, ERR_INVALID, "':%.*s' is not a setting of this check; there is %s:now", (int)len,
              name, known.text);
    strbuf_release(&known);
    return false;
}

static bool take_parameter(struct reader *r, struct error *err)
{
    const char *name = r->at + 1;
    size_t len = word_length(name);

    if (len == 0)
        return error_set(err, ERR_INVALID, "':' must be followed by the name of a setting");
    /* SQLite takes ":name(…)" for one name, up to the ')' and whatever quotes are in it. */
    if (name[len] == '(')
        return error_set(err, ERR_INVALID, "':%.*s' is a number, which no '(' can follow", (int)len,
                         name);
    if (len == 3 && strncmp(name, "now", 3) == 0) {
        r->used |= 1;
        take(r, len + 1);
        return true;
    }
    for (size_t i = 0; i < r->count; i++) {
        if (strlen(r->names[i]) == len && strncmp(r->names[i], name, len) == 0) {
            r->used |= UINT32_C(2) << i;
            strbuf_addf(&r->out, ":%s_%s", r->prefix, r->names[i]);
            r->at += len + 1;
            return true;
        }
    }
    return fail_unknown(r, name, len, err);
}

static bool take_parenthesis(struct reader *r, struct error *err)
{
    r->depth += *r->at == '(' ? 1 : -1;
    if (r->depth < 0)
        return error_set(err, ERR_INVALID, "a ')' closes nothing");
    take(r, 1);
    return true;
}

static bool take_token(struct reader *r, struct error *err)
{
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
        if (strncmp(r->at, refusals[i].token, strlen(refusals[i].token)) == 0)
            return error_set(err, ERR_INVALID, "%s", refusals[i].why);
    if (*r->at == '\'' || *r->at == '"')
        return take_quoted(r, err);
    if (*r->at == '(' || *r->at == ')')
        return take_parenthesis(r, err);
    if (*r->at == ':')
        return take_parameter(r, err);
    size_t len = word_length(r->at);
    take(r, len > 0 ? len : 1);
    return true;
}

char *expression_rewrite(const char *sql, const char *prefix, const char *const *names,
                         size_t count, uint32_t *used, struct error *err)
{
    struct reader r = {.at = sql, .prefix = prefix, .names = names, .count = count};
    bool ok = true;

    assert(count <= EXPRESSION_NAMES_MAX);
    if (sql[strspn(sql, " \t\r\n")] == '\0') {
        error_set(err, ERR_INVALID, "the expression is empty");
        return NULL;
    }
    if (strlen(sql) > EXPRESSION_LENGTH_MAX) {
        error_set(err, ERR_INVALID, "the expression is longer than %d bytes",
                  EXPRESSION_LENGTH_MAX);
        return NULL;
    }
    strbuf_init(&r.out, (size_t)64 * EXPRESSION_LENGTH_MAX);
    while (ok && *r.at)
        ok = take_token(&r, err);
    if (ok && r.depth > 0)
        ok = error_set(err, ERR_INVALID, "a '(' is not closed");
    if (ok) {
        *used = r.used;
        return strbuf_detach(&r.out);
    }
    strbuf_release(&r.out);
    return NULL;
}
