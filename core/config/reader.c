/* Reads the configuration by walking the schema: every fault names file, line and setting. */
#include "core/config/reader.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/random.h"
#include "core/base/text.h"
#include "core/config/conftext.h"
#include "core/config/reader_private.h"
#include "core/config/schema.h"
#include "core/config/validate.h"

enum { DIGITS_MAX = 24 }; /* of an int64_t, with its sign */

bool reader_fail(const struct reader *r, const config_setting_t *s, const char *path,
                 const char *format, ...)
{
    char why[sizeof r->err->text];
    va_list args;

    va_start(args, format);
    vsnprintf(why, sizeof why, format, args);
    va_end(args);
    return error_set(r->err, ERR_CONFIG, "%s:%u: setting '%s': %s", r->file,
                     config_setting_source_line(s), path, why);
}

static config_setting_t *member_at(const config_setting_t *s, int index)
{
    return config_setting_get_elem(s, (unsigned)index);
}

/* --- values ------------------------------------------------------------------------------- */

bool reader_text(const struct reader *r, const config_setting_t *s, const char *path,
                 const char **text)
{
    *text = config_setting_get_string(s);
    return *text || reader_fail(r, s, path, "write a text in quotes");
}

bool reader_bool(const struct reader *r, const config_setting_t *s, const char *path, bool *value)
{
    *value = config_setting_get_bool(s) == CONFIG_TRUE;
    return config_setting_type(s) == CONFIG_TYPE_BOOL ||
           reader_fail(r, s, path, "write true or false, without quotes");
}

bool reader_int(const struct reader *r, const config_setting_t *s, const char *path, int64_t *value)
{
    *value = config_setting_get_int64(s);
    return config_setting_type(s) == CONFIG_TYPE_INT ||
           config_setting_type(s) == CONFIG_TYPE_INT64 ||
           reader_fail(r, s, path, "write a whole number, without quotes");
}

bool reader_texts(const struct reader *r, const config_setting_t *s, const char *path,
                  struct text_list *list)
{
    const char *text;

    if (!config_setting_is_array(s) && !config_setting_is_list(s))
        return reader_fail(r, s, path, "write a list of texts: [ \"…\", \"…\" ]");
    for (int i = 0; i < config_setting_length(s); i++) {
        if (!reader_text(r, member_at(s, i), path, &text))
            return false;
        if (!text_list_has(list, text))
            text_list_add(list, text);
    }
    return true;
}

bool reader_each(const struct reader *r, const config_setting_t *group, const char *prefix,
                 read_member *read)
{
    bool ok = true;

    for (int i = 0; ok && i < config_setting_length(group); i++) {
        const config_setting_t *s = member_at(group, i);
        const char *name = config_setting_name(s);
        char *path = *prefix ? mem_printf("%s.%s", prefix, name) : NULL;

        ok = read(r, s, path ? path : name);
        free(path);
    }
    return ok;
}

/* --- parameters --------------------------------------------------------------------------- */

/* One parameter as it stands in the file. */
struct raw_param {
    const char *place, *key, *value;
    bool secret;
};

static bool read_param_member(const struct reader *r, const config_setting_t *s, const char *path)
{
    struct raw_param *raw = r->base;
    const char *name = config_setting_name(s);

    if (strcmp(name, "place") == 0)
        return reader_text(r, s, path, &raw->place);
    if (strcmp(name, "key") == 0)
        return reader_text(r, s, path, &raw->key);
    if (strcmp(name, "value") == 0)
        return reader_text(r, s, path, &raw->value);
    if (strcmp(name, "secret") == 0)
        return reader_bool(r, s, path, &raw->secret);
    return reader_fail(r, s, path, "unknown; a parameter has place, key, value and secret");
}

static bool read_param(const struct reader *r, const config_setting_t *s, const char *path,
                       struct param_list *list)
{
    struct raw_param raw = {0};
    struct reader inner = {.file = r->file, .err = r->err, .base = &raw};
    enum param_place place;

    if (!config_setting_is_group(s))
        return reader_fail(r, s, path,
                           "write each parameter as { place = …; key = …; value = …; }");
    if (!reader_each(&inner, s, path, read_param_member))
        return false;
    if (!raw.place || !param_place_parse(raw.place, &place))
        return reader_fail(r, s, path, "the place of a parameter is header, query or body");
    if (!raw.key)
        return reader_fail(r, s, path, "a parameter needs a key");
    if (param_find(list, place, raw.key))
        return reader_fail(r, s, path, "the %s parameter '%s' is there twice", raw.place, raw.key);
    if (raw.value && raw.secret && !*raw.value)
        raw.value = NULL;
    param_set(list, place, raw.key, raw.value, raw.secret);
    return true;
}

static bool read_params(const struct reader *r, const config_setting_t *s, const char *path,
                        struct param_list *list)
{
    if (!config_setting_is_list(s))
        return reader_fail(r, s, path, "write a list of parameters: ( { … }, { … } )");
    for (int i = 0; i < config_setting_length(s); i++) {
        if (!read_param(r, member_at(s, i), path, list))
            return false;
    }
    return true;
}

/* --- settings ----------------------------------------------------------------------------- */

/* The value of a scalar row as text: lent, or written into `digits`. False and an error where the
 * type is wrong. */
static bool scalar_text(const struct reader *r, const struct setting *row,
                        const config_setting_t *s, char digits[DIGITS_MAX], const char **text)
{
    int64_t number = 0;
    bool flag = false, ok;

    switch (row->kind) {
    case KIND_BOOL:
        ok = reader_bool(r, s, row->name, &flag);
        *text = flag ? "true" : "false";
        return ok;
    case KIND_INT:
        ok = reader_int(r, s, row->name, &number);
        snprintf(digits, DIGITS_MAX, "%" PRId64, number);
        *text = digits;
        return ok;
    default:
        return reader_text(r, s, row->name, text);
    }
}

static bool read_row(const struct reader *r, const struct setting *row, const config_setting_t *s)
{
    struct error why = {0};
    char digits[DIGITS_MAX];
    const char *text;

    if (row->kind == KIND_PARAMS)
        return read_params(r, s, row->name, setting_params(row, r->base));
    if (!scalar_text(r, row, s, digits, &text))
        return false;
    return setting_set(row, r->base, text, &why) || reader_fail(r, s, row->name, "%s", why.text);
}

static bool is_group_of_rows(const struct reader *r, const char *path)
{
    size_t len = strlen(path);

    for (size_t i = 0; i < r->count; i++) {
        if (strncmp(r->rows[i].name, path, len) == 0 && r->rows[i].name[len] == '.')
            return true;
    }
    return false;
}

static bool fail_unknown(const struct reader *r, const config_setting_t *s, const char *path)
{
    const char *nearest = setting_nearest(r->rows, r->count, path);

    if (nearest)
        return reader_fail(r, s, path, "there is no such setting; did you mean '%s'?", nearest);
    return reader_fail(r, s, path, "there is no such setting");
}

static bool read_setting(const struct reader *r, const config_setting_t *s, const char *path)
{
    const struct setting *row = setting_find(r->rows, r->count, path);

    if (row)
        return read_row(r, row, s);
    if (!is_group_of_rows(r, path))
        return fail_unknown(r, s, path);
    if (!config_setting_is_group(s))
        return reader_fail(r, s, path, "write a group: %s : { … }", path);
    return reader_each(r, s, path, read_setting);
}

/* --- integrations ------------------------------------------------------------------------- */

static bool read_integration_member(const struct reader *r, const config_setting_t *s,
                                    const char *path)
{
    struct integration *in = r->base;
    const char *id;

    if (strcmp(path, "id") != 0)
        return read_setting(r, s, path);
    if (!reader_text(r, s, path, &id))
        return false;
    if (!uuid_valid(id))
        return reader_fail(r, s, path, "write a UUID (version 4, lower case)");
    memcpy(in->id, id, sizeof in->id);
    return true;
}

/* The first fault of a whole integration, at the line of its setting where it has one. */
static bool report_problem(const struct reader *r, config_setting_t *group,
                           const struct problem *problem)
{
    const char *name = problem->row->name;
    const config_setting_t *s = config_setting_lookup(group, name);

    return reader_fail(r, s ? s : group, name, "%s", problem->text);
}

/* That ids and names stand once is seen when all are read. */
static bool validate(const struct reader *r, config_setting_t *group, const struct integration *in)
{
    struct problem_list problems = {0};
    bool ok = integration_validate(in, NULL, VALIDATE_READ, &problems);

    if (!ok)
        report_problem(r, group, &problems.items[0]);
    problem_list_release(&problems);
    return ok;
}

static bool read_integration(const struct reader *r, config_setting_t *s, struct integration *in)
{
    const config_setting_t *id = config_setting_get_member(s, "id");
    struct reader inner = {r->file, r->err, integration_settings, integration_setting_count, in};

    if (!id)
        return reader_fail(r, s, "id",
                           "every integration needs an id of its own, a UUID (version 4)");
    return reader_each(&inner, s, "", read_integration_member) && validate(r, s, in);
}

struct places reader_ids(const struct integration_list *list)
{
    struct places ids;

    places_init(&ids, list->count);
    for (size_t i = 0; i < list->count; i++)
        places_add(&ids, list->items[i].id);
    places_sort(&ids);
    return ids;
}

static bool check_ids(const struct reader *r, const config_setting_t *s,
                      const struct integration_list *list)
{
    struct places ids = reader_ids(list);
    size_t index = 0, earlier;
    bool twice = places_repeat(&ids, &index, &earlier);
    places_release(&ids);
    return !twice || reader_fail(r, config_setting_get_member(member_at(s, (int)index), "id"), "id",
                                 "another integration has the id %s", list->items[index].id);
}

static bool check_names(const struct reader *r, const config_setting_t *s,
                        const struct integration_list *list)
{
    struct places names;
    size_t index = 0, earlier = 0;

    places_init(&names, list->count);
    for (size_t i = 0; i < list->count; i++)
        places_add(&names, text_lower(list->items[i].name));
    places_sort(&names);
    bool twice = places_repeat(&names, &index, &earlier);
    for (size_t i = 0; i < names.count; i++)
        free((char *)(uintptr_t)names.items[i].text);
    places_release(&names);
    return !twice ||
           reader_fail(r, config_setting_get_member(member_at(s, (int)index), "name"), "name",
                       "another integration is already named '%s'", list->items[earlier].name);
}

static bool read_integrations(const struct reader *r, const config_setting_t *s,
                              struct integration_list *list)
{
    bool ok = true;

    if (!config_setting_is_list(s))
        return reader_fail(r, s, "integrations", "write a list of groups: ( { … }, { … } )");
    for (int i = 0; ok && i < config_setting_length(s); i++) {
        config_setting_t *group = member_at(s, i);
        struct integration in;

        if (!config_setting_is_group(group))
            return reader_fail(r, group, "integrations", "write each integration as { … }");
        integration_init_known(&in);
        ok = read_integration(r, group, &in);
        if (ok)
            *(struct integration *)list_add(&list->items, &list->count, sizeof in) = in;
        else
            integration_release(&in);
    }
    return ok && check_ids(r, s, list) && check_names(r, s, list);
}

/* --- the file ----------------------------------------------------------------------------- */

static bool read_top(const struct reader *r, const config_setting_t *s, const char *path)
{
    if (strcmp(path, "integrations") == 0 || strcmp(path, "checks") == 0)
        return true;
    return read_setting(r, s, path);
}

static bool read_root(const struct reader *r, const config_setting_t *root, struct config *config)
{
    const config_setting_t *integrations = config_setting_get_member(root, "integrations");
    const config_setting_t *checks = config_setting_get_member(root, "checks");

    if (!reader_each(r, root, "", read_top))
        return false;
    if (integrations && !read_integrations(r, integrations, &config->integrations))
        return false;
    return !checks || reader_checks(r, checks, config);
}

bool reader_parse(struct config *config, const char *file, const char *text, size_t len,
                  struct error *err)
{
    const struct reader r = {file, err, general_settings, general_setting_count, &config->general};
    char *prepared = conf_text_prepare(text, len, file, err);
    config_t parsed;
    bool ok;

    general_init(&config->general);
    if (!prepared)
        return false;
    config_init(&parsed);
    ok = config_read_string(&parsed, prepared) == CONFIG_TRUE;
    if (ok)
        ok = read_root(&r, config_root_setting(&parsed), config);
    else
        error_set(err, ERR_CONFIG, "%s:%d: %s", file, config_error_line(&parsed),
                  config_error_text(&parsed));
    config_destroy(&parsed);
    free(prepared);
    return ok;
}
