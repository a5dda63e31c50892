/* Reads one entry of a catalogue through a table of its settings. */
#include "core/checks/entry.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/checks/expression.h"
#include "core/store/needs.h"

enum { TITLE_MAX = 80, TEXTS_MAX = 32, TEXT_BYTES_MAX = 4096 };

struct field {
    const char *name;
    bool (*read)(struct check *check, const config_setting_t *value, struct error *err);
    bool required;
};

/* --- values ------------------------------------------------------------------------------------
 */

static bool read_text(const config_setting_t *value, char **out, struct error *err)
{
    const char *text = config_setting_get_string(value);

    if (!text)
        return error_set(err, ERR_INVALID, "write a text in quotes");
    if (text[strspn(text, " \t\r\n")] == '\0')
        return error_set(err, ERR_INVALID, "the text is empty");
    if (strlen(text) > TEXT_BYTES_MAX)
        return error_set(err, ERR_INVALID, "at most %d bytes", TEXT_BYTES_MAX);
    mem_replace(out, text);
    return true;
}

/* ( "a", "b" ), or "a" alone. */
static bool read_texts(const config_setting_t *value, struct text_list *out, struct error *err)
{
    int count = config_setting_is_aggregate(value) ? config_setting_length(value) : 1;
    char *text = NULL;
    bool ok = count <= TEXTS_MAX && !config_setting_is_group(value);

    if (!ok)
        return error_set(err, ERR_INVALID, "write a list of at most %d texts", TEXTS_MAX);
    for (int i = 0; ok && i < count; i++) {
        bool single = !config_setting_is_aggregate(value);
        ok = read_text(single ? value : config_setting_get_elem(value, (unsigned)i), &text, err);
        if (ok)
            text_list_add(out, text);
    }
    free(text);
    return ok;
}

static bool read_id(struct check *check, const config_setting_t *value, struct error *err)
{
    const char *text = config_setting_get_string(value);

    if (!text || !check_id_valid(text))
        return error_set(err, ERR_INVALID,
                         "write a lower-case letter, then letters, digits and '-', at most 64; "
                         "'true' and 'false' are no ids");
    mem_replace(&check->id, text);
    return true;
}

static bool read_title(struct check *check, const config_setting_t *value, struct error *err)
{
    if (!read_text(value, &check->title, err))
        return false;
    return strlen(check->title) <= TITLE_MAX ||
           error_set(err, ERR_INVALID, "at most %d bytes", TITLE_MAX);
}

static bool read_severity(struct check *check, const config_setting_t *value, struct error *err)
{
    const char *text = config_setting_get_string(value);

    return (text && severity_parse(text, &check->severity)) ||
           error_set(err, ERR_INVALID, "write critical, moderate or low");
}

static bool read_enabled(struct check *check, const config_setting_t *value, struct error *err)
{
    if (config_setting_type(value) != CONFIG_TYPE_BOOL)
        return error_set(err, ERR_INVALID, "write true or false");
    check->enabled = config_setting_get_bool(value);
    return true;
}

static bool read_description(struct check *check, const config_setting_t *value, struct error *err)
{
    return read_texts(value, &check->description, err);
}

static bool read_actions(struct check *check, const config_setting_t *value, struct error *err)
{
    return read_texts(value, &check->actions, err);
}

static bool read_needs(struct check *check, const config_setting_t *value, struct error *err)
{
    if (!read_texts(value, &check->needs, err))
        return false;
    for (size_t i = 0; i < check->needs.count; i++) {
        if (need_find(check->needs.items[i]))
            continue;
        struct strbuf known;
        strbuf_init(&known, 400);
        for (const struct need *n = needs; n->name; n++)
            strbuf_addf(&known, "%s%s", n == needs ? "" : ", ", n->name);
        error_set(err, ERR_INVALID, "'%s' is nothing that a source gives; write some of %s",
                  check->needs.items[i], known.text);
        strbuf_release(&known);
        return false;
    }
    return true;
}

static bool read_whole(const config_setting_t *value, int64_t *out, struct error *err)
{
    int type = config_setting_type(value);
    long long number = config_setting_get_int64(value);

    if (type != CONFIG_TYPE_INT && type != CONFIG_TYPE_INT64)
        return error_set(err, ERR_INVALID, "write a whole number");
    if (number < 0 || number > CHECK_VALUE_MAX)
        return error_set(err, ERR_INVALID, "write 0 to %d", CHECK_VALUE_MAX);
    *out = number;
    return true;
}

/* Whether there is such a setting is known when all are read. */
static bool read_above(struct check_number *n, const config_setting_t *value, struct error *err)
{
    const char *text = config_setting_get_string(value);

    if (!text || !check_value_name_valid(text) ||
        strcmp(text, config_setting_name(config_setting_parent(value))) == 0)
        return error_set(err, ERR_INVALID, "'above': write the name of another setting in quotes");
    mem_replace(&n->above, text);
    return true;
}

/* { default = 90; min = 1; max = 3650; above = "days"; } */
static bool read_limits(struct check_number *n, const config_setting_t *value, struct error *err)
{
    const struct {
        const char *name;
        int64_t *slot;
    } members[] = {{"default", &n->value}, {"min", &n->min}, {"max", &n->max}};
    int known = 0;

    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        const config_setting_t *member = config_setting_get_member(value, members[i].name);
        known += member != NULL;
        if (member && !read_whole(member, members[i].slot, err))
            return error_wrap(err, "'%s'", members[i].name);
    }
    const config_setting_t *above = config_setting_get_member(value, "above");
    if (above && !read_above(n, above, err))
        return false;
    if (known + (above != NULL) != config_setting_length(value) ||
        !config_setting_get_member(value, "default"))
        return error_set(err, ERR_INVALID,
                         "write { default = number; min = number; max = number; }");
    return (n->min <= n->value && n->value <= n->max) ||
           error_set(err, ERR_INVALID, "the default lies outside of min and max");
}

static bool read_number(struct check *check, const config_setting_t *value, struct error *err)
{
    const char *name = config_setting_name(value);
    struct check_number number = {.max = CHECK_VALUE_MAX};

    if (!check_value_name_valid(name) || strcmp(name, "now") == 0)
        return error_set(err, ERR_INVALID,
                         "'%s': a name is a lower-case letter, then letters, digits and '_'", name);
    if (config_setting_is_group(value) ? !read_limits(&number, value, err)
                                       : !read_whole(value, &number.value, err)) {
        free(number.above);
        return error_wrap(err, "'%s'", name);
    }
    number.name = mem_strdup(name);
    *(struct check_number *)list_add(&check->numbers, &check->number_count,
                                     sizeof *check->numbers) = number;
    return true;
}

static bool has_number(const struct check *check, const char *name)
{
    for (size_t i = 0; i < check->number_count; i++)
        if (strcmp(check->numbers[i].name, name) == 0)
            return true;
    return false;
}

static bool above_known(const struct check *check, struct error *err)
{
    for (size_t i = 0; i < check->number_count; i++) {
        const struct check_number *n = &check->numbers[i];
        if (n->above && !has_number(check, n->above))
            return error_set(err, ERR_INVALID, "'%s': 'above': there is no setting '%s'", n->name,
                             n->above);
    }
    return true;
}

static bool read_numbers(struct check *check, const config_setting_t *value, struct error *err)
{
    int count = config_setting_length(value);

    if (!config_setting_is_group(value) || count > EXPRESSION_NAMES_MAX)
        return error_set(err, ERR_INVALID, "write { name = number; }, at most %d of them",
                         EXPRESSION_NAMES_MAX);
    for (int i = 0; i < count; i++)
        if (!read_number(check, config_setting_get_elem(value, (unsigned)i), err))
            return false;
    return above_known(check, err);
}

static bool read_applies(struct check *check, const config_setting_t *value, struct error *err)
{
    return read_text(value, &check->applies, err);
}

static bool read_fails(struct check *check, const config_setting_t *value, struct error *err)
{
    return read_text(value, &check->fails, err);
}

static bool read_explain(struct check *check, const config_setting_t *value, struct error *err)
{
    int count = config_setting_length(value);

    if (!config_setting_is_group(value) || count > TEXTS_MAX)
        return error_set(err, ERR_INVALID, "write { name = \"expression\"; }, at most %d of them",
                         TEXTS_MAX);
    for (int i = 0; i < count; i++) {
        const config_setting_t *one = config_setting_get_elem(value, (unsigned)i);
        char *text = NULL;
        if (!read_text(one, &text, err))
            return error_wrap(err, "'%s'", config_setting_name(one));
        struct check_explain *e = list_add(&check->explains, &check->explain_count, sizeof *e);
        *e = (struct check_explain){mem_strdup(config_setting_name(one)), text};
    }
    return true;
}

static const struct field fields[] = {
    {"id", read_id, true},
    {"title", read_title, true},
    {"severity", read_severity, true},
    {"enabled", read_enabled, false},
    {"description", read_description, true},
    {"recommended_actions", read_actions, true},
    {"needs", read_needs, false},
    {"settings", read_numbers, false},
    {"applies", read_applies, false},
    {"fails", read_fails, true},
    {"explain", read_explain, false},
};

/* --- faults ------------------------------------------------------------------------------------
 */

static void set_fault(struct check *check, int line, const char *name, const char *why)
{
    if (!check->fault)
        check->fault = mem_printf("%s:%d: %s%s%s%s", check->file, line, name ? "setting '" : "",
                                  name ? name : "", name ? "': " : "", why);
}

/* What the expressions of an entry are tried with. */
struct trier {
    struct check *check;
    struct probe *probe; /* NULL = only read them */
    const char *names[EXPRESSION_NAMES_MAX];
};

static void try_expression(const struct trier *t, const config_setting_t *setting, const char *name,
                           const char *sql)
{
    struct error err = {0};
    uint32_t used;
    char *rewritten = expression_rewrite(sql, "x", t->names, t->check->number_count, &used, &err);

    if (!rewritten || (t->probe && !probe_expression(t->probe, rewritten, &err)))
        set_fault(t->check, setting ? entry_line(setting) : t->check->line, name, err.text);
    free(rewritten);
}

static void try_explains(const struct trier *t, const config_setting_t *group)
{
    for (size_t i = 0; i < t->check->explain_count; i++) {
        const struct check_explain *e = &t->check->explains[i];
        char *name = mem_printf("explain.%s", e->key);
        try_expression(t, config_setting_get_member(group, e->key), name, e->expression);
        free(name);
    }
}

static void try_expressions(struct check *check, const config_setting_t *entry, struct probe *probe)
{
    struct trier t = {.check = check, .probe = probe};

    for (size_t i = 0; i < check->number_count; i++)
        t.names[i] = check->numbers[i].name;
    if (check->applies)
        try_expression(&t, config_setting_get_member(entry, "applies"), "applies", check->applies);
    if (check->fails)
        try_expression(&t, config_setting_get_member(entry, "fails"), "fails", check->fails);
    if (check->explain_count > 0)
        try_explains(&t, config_setting_get_member(entry, "explain"));
}

static void read_field(struct check *check, const config_setting_t *value)
{
    const char *name = config_setting_name(value);
    struct error err = {0};
    const struct field *field = NULL;

    for (size_t i = 0; i < ARRAY_LEN(fields); i++)
        if (strcmp(fields[i].name, name) == 0)
            field = &fields[i];
    if (!field)
        error_set(&err, ERR_INVALID, "a check has no such setting");
    if (!field || !field->read(check, value, &err))
        set_fault(check, entry_line(value), name, err.text);
}

static void name_after_place(struct check *check)
{
    const char *slash = strrchr(check->file, '/');

    if (!check->id)
        check->id = mem_printf("%s:%d", slash ? slash + 1 : check->file, check->line);
    if (!check->title)
        check->title = mem_strdup(check->id);
    if (check->severity == SEVERITY_UNSET)
        check->severity = SEVERITY_LOW;
}

/* --- public ------------------------------------------------------------------------------------
 */

int entry_line(const config_setting_t *setting)
{
    return (int)config_setting_source_line(setting);
}

void entry_read(struct check *check, const config_setting_t *entry, const char *file,
                struct probe *probe)
{
    check->file = mem_strdup(file);
    check->line = entry_line(entry);
    check->enabled = true;
    if (config_setting_is_group(entry)) {
        for (int i = 0; i < config_setting_length(entry); i++)
            read_field(check, config_setting_get_elem(entry, (unsigned)i));
        for (size_t i = 0; i < ARRAY_LEN(fields); i++)
            if (fields[i].required && !config_setting_get_member(entry, fields[i].name))
                set_fault(check, check->line, fields[i].name, "it is missing");
        if (!check->fault)
            try_expressions(check, entry, probe);
    } else {
        set_fault(check, check->line, NULL, "a check is written as { id = \"…\"; … }");
    }
    name_after_place(check);
}

void entry_make_faulty(struct check *check, const char *file, int line, const char *why)
{
    check->file = mem_strdup(file);
    check->line = line;
    check->enabled = true;
    check->fault = mem_strdup(why);
    name_after_place(check);
}

void check_release(struct check *check)
{
    free(check->id);
    free(check->title);
    text_list_release(&check->description);
    text_list_release(&check->actions);
    text_list_release(&check->needs);
    for (size_t i = 0; i < check->number_count; i++) {
        free(check->numbers[i].name);
        free(check->numbers[i].above);
    }
    free(check->numbers);
    free(check->applies);
    free(check->fails);
    for (size_t i = 0; i < check->explain_count; i++) {
        free(check->explains[i].key);
        free(check->explains[i].expression);
    }
    free(check->explains);
    free(check->file);
    free(check->fault);
    *check = (struct check){0};
}
