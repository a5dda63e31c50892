/* Takes apart what was typed to find users. */
#include "core/store/people_query.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"

enum { TERMS = 3, TEXT_MAX = 4096 };

static const char *const term_names[TERMS] = {"source:", "failing:", "role:"};

/* The term that begins here; TERMS where none does. */
static size_t term_at(const char *at)
{
    size_t i = 0;
    while (i < TERMS && strncmp(at, term_names[i], strlen(term_names[i])) != 0)
        i++;
    return i;
}

/* Reads the value of a term and returns where it ends. */
static const char *read_value(const char *at, char **value)
{
    const bool quoted = *at == '"';
    at += quoted;
    const size_t len = strcspn(at, quoted ? "\"" : " ");
    free(*value);
    *value = len > 0 ? mem_strndup(at, len) : NULL;
    at += len;
    return quoted && *at == '"' ? at + 1 : at;
}

static void drop_empty_text(struct people_query *q)
{
    if (*q->text)
        return;
    free(q->text);
    q->text = NULL;
}

void people_query_parse(struct people_query *q, const char *typed)
{
    struct people_query fresh = {0};
    char **const values[TERMS] = {&fresh.source, &fresh.check, &fresh.role};
    struct strbuf rest;
    strbuf_init(&rest, TEXT_MAX);
    for (const char *at = typed; *at;) {
        const size_t term = at == typed || at[-1] == ' ' ? term_at(at) : TERMS;
        if (term == TERMS)
            strbuf_addc(&rest, *at++);
        else
            at = read_value(at + strlen(term_names[term]), values[term]);
    }
    fresh.text = text_trim(rest.text);
    strbuf_release(&rest);
    drop_empty_text(&fresh);
    people_query_release(q);
    *q = fresh;
}

void people_query_release(struct people_query *q)
{
    free(q->text);
    free(q->source);
    free(q->check);
    free(q->role);
    *q = (struct people_query){0};
}

struct people_filter people_query_filter(const struct people_query *q)
{
    return (struct people_filter){
        .text = q->text, .source = q->source, .check = q->check, .role = q->role};
}
