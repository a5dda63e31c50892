/* Turns a check and its settings into a question with bound parameters. */
#include "core/checks/compile.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"
#include "core/checks/expression.h"
#include "core/checks/tuning.h"
#include "core/config/ignore.h"

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

/* --- ignored users ------------------------------------------------------------------------------
 */

/* From the last '@' on; all of it where there is none, which no domain in the list is. */
#define DOMAIN_OF(column)                                                                          \
    "lower(substr(" column ", length(rtrim(" column ", replace(" column ", '@', '')))))"

static const struct ignored {
    enum ignore_kind kind;
    const char *expression; /* in lower case */
} ignored[] = {
    {IGNORE_LOGIN, "lower(u.login)"},      {IGNORE_DOMAIN, DOMAIN_OF("u.login")},
    {IGNORE_DOMAIN, DOMAIN_OF("u.email")}, {IGNORE_DEPARTMENT, "lower(u.department)"},
    {IGNORE_TYPE, "u.user_type"},
};

/* As SQL's lower() sees it: ASCII letters alone. */
static char *lower_ascii(const char *text)
{
    char *lower = mem_strdup(text);

    for (char *c = lower; *c; c++)
        if ((unsigned char)*c < 0x80)
            *c = (char)tolower(*c);
    return lower;
}

/* SQL's lower() leaves other letters alone: they are looked for as they were written, all small and
 * all capital. */
static void add_forms(struct text_list *forms, const char *value)
{
    char *spellings[] = {mem_strdup(value), text_lower(value), text_upper(value)};

    for (size_t i = 0; i < ARRAY_LEN(spellings); i++) {
        char *form = lower_ascii(spellings[i]);
        if (i == 0 || strcmp(form, forms->items[forms->count - 1]) != 0)
            text_list_add(forms, form);
        free(form);
        free(spellings[i]);
    }
}

static void add_literal(struct strbuf *sql, const char *text)
{
    strbuf_addc(sql, '\'');
    for (; *text; text++) {
        if (*text == '\'')
            strbuf_addc(sql, '\'');
        strbuf_addc(sql, *text);
    }
    strbuf_addc(sql, '\'');
}

/* " OR expression IN (…)", where the list has entries of the kind. */
static void add_ignored(struct strbuf *sql, const struct ignored *row, const struct text_list *list)
{
    struct text_list forms = {0};

    for (size_t i = 0; i < list->count; i++) {
        const char *value;
        if (ignore_read(list->items[i], &value) == row->kind)
            add_forms(&forms, value);
    }
    for (size_t i = 0; i < forms.count; i++) {
        if (i == 0)
            strbuf_addf(sql, " OR %s IN (", row->expression);
        strbuf_adds(sql, i > 0 ? ", " : "");
        add_literal(sql, forms.items[i]);
    }
    strbuf_adds(sql, forms.count > 0 ? ")" : "");
    text_list_release(&forms);
}

/* Who is ignored stands outside: not counted, never new, and an open finding is resolved. */
static void leave_out(struct question *q, const struct text_list *list)
{
    struct strbuf sql;

    if (list->count == 0)
        return;
    strbuf_init(&sql, (size_t)3 * 1024 * 1024);
    strbuf_adds(&sql, "CASE WHEN FALSE");
    for (size_t i = 0; i < ARRAY_LEN(ignored); i++)
        add_ignored(&sql, &ignored[i], list);
    strbuf_addf(&sql, " THEN FALSE ELSE (%s) END", q->applies.sql ? q->applies.sql : "TRUE");
    free(q->applies.sql);
    q->applies.sql = strbuf_detach(&sql);
}

/* --- all of it ----------------------------------------------------------------------------------
 */

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
