/* Turns a check and its settings into a question with bound parameters. */
#include "core/checks/compile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/checks/expression.h"
#include "core/checks/ignored.h"
#include "core/checks/tuning.h"

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

/* That somebody is known never to have signed in is worth telling where the date of the last
 * sign-in is asked for. */
static const char *explain_sql(const struct check_explain *explain)
{
    static const char last_login[] = "u.last_login_at";
    static const char or_never[] = "COALESCE(CAST(u.last_login_at AS TEXT),"
                                   " CASE WHEN u.last_login_known = 1 THEN 'never' END)";

    return strcmp(explain->expression, last_login) == 0 ? or_never : explain->expression;
}

/* Who is ignored stands outside: not counted, never new, and an open finding is resolved. The
 * clause comes first, because it leaves out most users at less cost. */
static void leave_out(struct question *q, const struct text_list *list)
{
    if (list->count == 0)
        return;
    char *ignored = ignored_condition(list);
    char *sql = mem_printf("(%s) AND NOT %s", q->applies.sql ? q->applies.sql : "TRUE", ignored);

    free(q->applies.sql);
    q->applies.sql = sql;
    free(ignored);
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
    if (!tuning_fits(check, own, err))
        return error_wrap(err, "%s", config->path ? config->path : "the configuration");
    snprintf(c.prefix, sizeof c.prefix, "c%zu", number);
    for (size_t i = 0; i < check->number_count; i++)
        c.names[i] = check->numbers[i].name;
    out->explains = mem_zalloc((check->explain_count + 1) * sizeof *out->explains);
    out->explain_count = check->explain_count;
    for (size_t i = 0; ok && i < check->explain_count; i++)
        ok = compile_clause(&c, explain_sql(&check->explains[i]), &out->explains[i], err);
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
