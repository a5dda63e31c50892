/* Writes whom a check ignores as SQL. */
#include "core/checks/ignored.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"
#include "core/config/ignore.h"

enum { SQL_MAX = 3 * 1024 * 1024, LENGTHS_FEW = 6 };

static const char *const address_columns[] = {"u.login", "u.email"};

/* In small letters, as folded() has those of the users. */
static void read_forms(const struct text_list *list, enum ignore_kind kind, struct text_list *forms)
{
    for (size_t i = 0; i < list->count; i++) {
        const char *value;
        if (ignore_read(list->items[i], &value) != kind)
            continue;
        char *form = text_lower(value);
        text_list_add(forms, form);
        free(form);
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

/* " IN (…)": those of so many letters; 0 = all. */
static void add_in(struct strbuf *sql, const struct text_list *forms, size_t letters)
{
    size_t count = 0;

    for (size_t i = 0; i < forms->count; i++) {
        if (letters > 0 && utf8_count(forms->items[i]) != letters)
            continue;
        strbuf_adds(sql, count++ == 0 ? " IN (" : ", ");
        add_literal(sql, forms->items[i]);
    }
    strbuf_addc(sql, ')');
}

static void add_kind(struct strbuf *sql, const struct text_list *list, enum ignore_kind kind,
                     const char *expression)
{
    struct text_list forms = {0};

    read_forms(list, kind, &forms);
    if (forms.count > 0) {
        strbuf_addf(sql, " OR %s", expression);
        add_in(sql, &forms, 0);
    }
    text_list_release(&forms);
}

/* How many letters they have: each number once, at most LENGTHS_FEW + 1 of them. */
static size_t distinct_lengths(const struct text_list *forms, size_t out[LENGTHS_FEW + 1])
{
    size_t count = 0;

    for (size_t i = 0; i < forms->count && count <= LENGTHS_FEW; i++) {
        const size_t letters = utf8_count(forms->items[i]);
        size_t at = 0;
        while (at < count && out[at] != letters)
            at++;
        if (at == count)
            out[count++] = letters;
    }
    return count;
}

/* The end of an address, as long as the domains of one length: folding changes letters, and not how
 * many there are. Domains begin with their '@', and no
 * other follows it. */
static void add_ends(struct strbuf *sql, const char *column, const struct text_list *forms,
                     size_t letters)
{
    strbuf_addf(sql, " OR folded(substr(%s, length(%s) - %zu))", column, column, letters - 1);
    add_in(sql, forms, letters);
}

/* From the last '@' on; all of it where there is none, which no domain is. It costs more than to
 * look at an end of known length, but only once however many lengths there are. */
static void add_after_last_at(struct strbuf *sql, const char *column, const struct text_list *forms)
{
    strbuf_addf(sql, " OR folded(substr(%s, length(rtrim(%s, replace(%s, '@', '')))))", column,
                column, column);
    add_in(sql, forms, 0);
}

static void add_domains(struct strbuf *sql, const struct text_list *list)
{
    struct text_list forms = {0};
    size_t lengths[LENGTHS_FEW + 1];

    read_forms(list, IGNORE_DOMAIN, &forms);
    const size_t count = distinct_lengths(&forms, lengths);
    for (size_t c = 0; count > 0 && c < ARRAY_LEN(address_columns); c++) {
        if (count > LENGTHS_FEW)
            add_after_last_at(sql, address_columns[c], &forms);
        for (size_t i = 0; count <= LENGTHS_FEW && i < count; i++)
            add_ends(sql, address_columns[c], &forms, lengths[i]);
    }
    text_list_release(&forms);
}

char *ignored_condition(const struct text_list *list)
{
    struct strbuf sql;

    strbuf_init(&sql, SQL_MAX);
    strbuf_adds(&sql, "COALESCE(FALSE");
    add_kind(&sql, list, IGNORE_TYPE, "u.user_type");
    add_kind(&sql, list, IGNORE_LOGIN, "folded(u.login)");
    add_kind(&sql, list, IGNORE_DEPARTMENT, "folded(u.department)");
    add_domains(&sql, list);
    strbuf_adds(&sql, ", FALSE)");
    return strbuf_detach(&sql);
}
