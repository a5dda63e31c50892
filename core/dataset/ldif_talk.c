/* Reads what ldapsearch says about its search, so that a part is not taken for the whole. */
#include "core/dataset/ldif_talk.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"
#include "core/dataset/columns.h"

static bool begins(const char *text, size_t len, const char *with)
{
    size_t with_len = strlen(with);
    return len >= with_len && memcmp(text, with, with_len) == 0;
}

bool ldif_split(const char *line, struct ldif_parts *out)
{
    const char *colon = strchr(line, ':');
    if (!colon || colon == line)
        return false;
    out->name = line;
    out->name_len = strcspn(line, ";:");
    out->options_len = (size_t)(colon - line) - out->name_len;
    out->kind = colon[1] == ':' ? LDIF_BASE64 : colon[1] == '<' ? LDIF_URL : LDIF_PLAIN;
    out->value = colon + (out->kind == LDIF_PLAIN ? 1 : 2);
    out->value += strspn(out->value, " ");
    return true;
}

bool ldif_is_named(const struct ldif_parts *p, const char *name)
{
    return strlen(name) == p->name_len && strncasecmp(p->name, name, p->name_len) == 0;
}

static void take_asked(struct ldif_talk *t, const char *names, ldif_find *find, const void *ctx)
{
    t->search = (struct ldif_search){.stated = true};
    while (*(names += strspn(names, " "))) {
        const struct ldif_parts p = {.name = names, .name_len = strcspn(names, " ")};
        size_t name = find(ctx, p.name, p.name_len);
        t->search.all |= ldif_is_named(&p, "ALL") || ldif_is_named(&p, "*");
        t->search.operational |= ldif_is_named(&p, "+");
        if (name != SIZE_MAX)
            t->search.named |= UINT64_C(1) << name;
        names += p.name_len;
    }
}

/* The cookie of a page is empty where it is the last one. */
static void take_cookie(struct ldif_talk *t, const char *text)
{
    static const char mark[] = "cookie=";
    const char *cookie = strstr(text, mark);
    t->more_pages = cookie && cookie[sizeof mark - 1] != '\0';
}

void ldif_talk_comment(struct ldif_talk *t, const char *text, size_t len, ldif_find *find,
                       const void *ctx)
{
    static const char asked[] = "# requesting: ", pages[] = "# pagedresults: ";
    t->headed |= begins(text, len, "# LDAPv");
    t->ended |= begins(text, len, "# search result");
    if (!begins(text, len, asked) && !begins(text, len, pages))
        return;
    char *copy = mem_strndup(text, len);
    if (begins(text, len, asked))
        take_asked(t, copy + sizeof asked - 1, find, ctx);
    else
        take_cookie(t, copy);
    free(copy);
}

/* Entries are missing: wrong for a whole data set, and to be expected where one is merged. */
static bool refuse_missing(struct ldif_talk *t, int64_t line, const char *what, struct error *err)
{
    if (t->output->merge) {
        format_note(t->output, "%s: %s; users who are not in it keep what they had",
                    t->output->name, what);
        return true;
    }
    error_set(err, ERR_INVALID,
              "%s, so that users are missing; have the server give all of them in pages "
              "(ldapsearch -E pr=500/noprompt), or add what is here with --merge",
              what);
    return format_error_at(err, t->output->name, line);
}

static bool take_result(struct ldif_talk *t, const char *result, int64_t line, struct error *err)
{
    t->ended = true;
    if (strcmp(result, "0") == 0 || strncmp(result, "0 ", 2) == 0)
        return true;
    char *quoted = column_quote(result);
    char *what = mem_printf("the search ended with 'result: %s'", quoted);
    bool ok = refuse_missing(t, line, what, err);
    free(what);
    free(quoted);
    return ok;
}

bool ldif_talk_has(const struct ldif_parts *p)
{
    static const char *const names[] = {"search",    "result", "control", "pagedresults",
                                        "matcheddn", "text",   "ref"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (ldif_is_named(p, names[i]))
            return true;
    return false;
}

bool ldif_talk_is_prompt(const char *line)
{
    return begins(line, strlen(line), "Press [size] Enter");
}

bool ldif_talk_line(struct ldif_talk *t, const struct ldif_parts *p, int64_t line,
                    struct error *err)
{
    if (ldif_is_named(p, "result"))
        return take_result(t, p->value, line, err);
    if (ldif_is_named(p, "pagedresults"))
        take_cookie(t, p->value);
    return true;
}

bool ldif_talk_finish(struct ldif_talk *t, int64_t last_line, struct error *err)
{
    if (t->more_pages)
        return refuse_missing(t, last_line, "the last page of the search is not here", err);
    if (t->headed && !t->ended)
        return refuse_missing(t, last_line, "the file ends before the search does", err);
    return true;
}
