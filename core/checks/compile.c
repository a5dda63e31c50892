/* Turns a check and its settings into a question with bound parameters. */
#include "core/checks/compile.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/checks/expression.h"

struct compiler {
    const struct check *check;
    char prefix[24];
    const char *names[EXPRESSION_NAMES_MAX];
};

static bool compile_clause(const struct compiler *c, const char *sql, struct clause *out,
                           struct error *err)
{
    if (!sql)
        return true;
    out->sql =
        expression_rewrite(sql, c->prefix, c->names, c->check->number_count, &out->used, err);
    return out->sql != NULL;
}

/* As SQL's lower() sees them: ASCII letters alone. */
static void add_lower_text(struct strbuf *sql, const char *text)
{
    strbuf_addc(sql, '\'');
    for (; *text; text++) {
        if (*text == '\'')
            strbuf_addc(sql, '\'');
        strbuf_addc(sql, (unsigned char)*text < 0x80 ? (char)tolower(*text) : *text);
    }
    strbuf_addc(sql, '\'');
}

/* Who is ignored stands outside: not counted, never new, and an open finding is resolved. */
static void leave_out(struct question *q, const struct text_list *logins)
{
    struct strbuf sql;

    if (logins->count == 0)
        return;
    strbuf_init(&sql, (size_t)3 * 1024 * 1024);
    strbuf_adds(&sql, "CASE WHEN lower(u.login) IN (");
    for (size_t i = 0; i < logins->count; i++) {
        strbuf_adds(&sql, i > 0 ? ", " : "");
        add_lower_text(&sql, logins->items[i]);
    }
    strbuf_addf(&sql, ") THEN FALSE ELSE (%s) END", q->applies.sql ? q->applies.sql : "TRUE");
    free(q->applies.sql);
    q->applies.sql = strbuf_detach(&sql);
}

static void set_parameters(const struct compiler *c, const struct config *config, int64_t now_s,
                           struct question *q)
{
    const struct check *check = c->check;

    q->parameter_count = check->number_count + 1;
    q->parameters = mem_zalloc(q->parameter_count * sizeof *q->parameters);
    q->parameters[0] = (struct parameter){mem_strdup(":now"), now_s};
    for (size_t i = 0; i < check->number_count; i++)
        q->parameters[i + 1] =
            (struct parameter){mem_printf(":%s_%s", c->prefix, check->numbers[i].name),
                               check_number(check, config, i)};
}

static void set_needs(const struct check *check, struct question *q)
{
    q->needs = mem_zalloc((check->needs.count + 1) * sizeof *q->needs);
    q->need_count = check->needs.count;
    for (size_t i = 0; i < check->needs.count; i++)
        q->needs[i] = need_find(check->needs.items[i]);
}

bool check_compile(const struct check *check, const struct config *config, size_t number,
                   int64_t now_s, struct question *out, struct error *err)
{
    struct compiler c = {.check = check};
    const struct check_config *own = config_check(config, check->id);
    bool ok = true;

    if (check->fault)
        return error_set(err, ERR_INVALID, "%s", check->fault);
    snprintf(c.prefix, sizeof c.prefix, "c%zu", number);
    for (size_t i = 0; i < check->number_count; i++)
        c.names[i] = check->numbers[i].name;
    out->explains = mem_zalloc((check->explain_count + 1) * sizeof *out->explains);
    out->explain_count = check->explain_count;
    for (size_t i = 0; ok && i < check->explain_count; i++)
        ok = compile_clause(&c, check->explains[i].expression, &out->explains[i], err);
    if (!ok || !compile_clause(&c, check->applies, &out->applies, err) ||
        !compile_clause(&c, check->fails, &out->fails, err))
        return error_wrap(err, "%s:%d", check->file, check->line);
    if (own)
        leave_out(out, &own->ignore);
    set_parameters(&c, config, now_s, out);
    set_needs(check, out);
    out->shared = check->builtin;
    return true;
}
