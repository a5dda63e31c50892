/* Gives settings from text, as commands and forms do, and collects what is wrong. */
#include "core/config/assign.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/config/ignore.h"

static const char settings_prefix[] = "settings.";

static const struct setting *find_row(const struct assign *a, const char *name)
{
    const struct setting *row = setting_find(integration_settings, integration_setting_count, name);
    const char *nearest;

    if (row)
        return row;
    nearest = setting_nearest(integration_settings, integration_setting_count, name);
    if (nearest)
        problem_add(a->problems, NULL, "there is no setting '%s'; did you mean '%s'?", name,
                    nearest);
    else
        problem_add(a->problems, NULL, "there is no setting '%s'", name);
    return NULL;
}

static const struct setting *find_list(const struct assign *a, const char *name)
{
    const struct setting *row = find_row(a, name);

    if (row && row->kind != KIND_PARAMS) {
        problem_add(a->problems, row, "this is not a list of parameters");
        return NULL;
    }
    return row;
}

static bool is_reference(const char *text)
{
    enum secret_form form = secret_form(text);

    return form == SECRET_ENV || form == SECRET_FILE;
}

static void refuse_clear(const struct assign *a, const struct setting *row, const char *what)
{
    problem_add(a->problems, row,
                "a secret is not taken in clear from the command line; write %s=@FILE, %s=@- or "
                "%s=env:NAME",
                what, what, what);
}

static void refuse_param(const struct assign *a, const struct setting *row, enum param_place place,
                         const char *key, const char *why)
{
    problem_add(a->problems, row, "%s parameter '%s': %s", param_place_text(place), key, why);
}

static bool param_fits(const struct assign *a, const struct setting *row, enum param_place place,
                       const char *key, const char *value)
{
    bool oauth = row->section == SECTION_AUTH;
    struct error why = {0};

    if (param_validate(place, key, value, oauth, (enum body_format)a->in->format, &why))
        return true;
    refuse_param(a, row, place, key, why.text);
    return false;
}

/* Seals under `name`. A value that cannot be a secret is a problem: *stored stays NULL. */
static bool seal(const struct assign *a, const struct setting *row, const char *name,
                 const char *clear, size_t len, char **stored, struct error *err)
{
    struct error why = {0};

    if (memchr(clear, '\n', len) || memchr(clear, '\r', len)) {
        problem_add(a->problems, row, "a secret must not hold a line break");
        return true;
    }
    if (secret_seal(a->keyring, a->may_create_key, a->in->id, name, clear, len, a->now_s, stored,
                    &why))
        return true;
    if (why.kind != ERR_INVALID)
        return error_set(err, why.kind, "%s", why.text);
    problem_add(a->problems, row, "%s", why.text);
    return true;
}

void assign_setting(struct assign *a, const char *name, const char *value)
{
    const struct setting *row = find_row(a, name);
    struct error why = {0};

    if (!row)
        return;
    if (*value)
        text_list_add(&a->given, name);
    if (row->kind == KIND_SECRET && *value && !is_reference(value))
        refuse_clear(a, row, name);
    else if (!setting_set(row, a->in, value, &why))
        problem_add(a->problems, row, "%s", why.text);
}

bool assign_secret(struct assign *a, const char *name, const char *clear, size_t len,
                   struct error *err)
{
    const struct setting *row = find_row(a, name);
    char *stored = NULL;
    bool ok;

    if (!row)
        return true;
    text_list_add(&a->given, name);
    if (row->kind != KIND_SECRET) {
        problem_add(a->problems, row, "this is not a secret; write %s=VALUE", name);
        return true;
    }
    ok = seal(a, row, name, clear, len, &stored, err);
    if (stored)
        mem_replace(setting_secret_slot(row, a->in), stored);
    free(stored);
    return ok;
}

void assign_param(struct assign *a, const char *list, const char *spec, bool secret)
{
    const struct setting *row = find_list(a, list);
    struct param_spec p = {0};
    struct error why = {0};

    if (!row)
        return;
    if (!param_spec_parse(spec, &p, &why)) {
        problem_add(a->problems, row, "'%s': %s", spec, why.text);
    } else if (!p.value) {
        problem_add(a->problems, row, "'%s': write PLACE:KEY=VALUE, as in header:X-Team=security",
                    spec);
    } else if (secret && !is_reference(p.value)) {
        char *what = mem_printf("%s:%s", param_place_text(p.place), p.key);

        refuse_clear(a, row, what);
        free(what);
    } else if (param_fits(a, row, p.place, p.key, secret ? NULL : p.value)) {
        text_list_add(&a->given, list);
        param_set(setting_params(row, a->in), p.place, p.key, p.value, secret);
    }
    param_spec_release(&p);
}

bool assign_secret_param(struct assign *a, const char *list, enum param_place place,
                         const char *key, const char *clear, size_t len, struct error *err)
{
    const struct setting *row = find_list(a, list);
    struct secret opened = {0};
    struct error why = {0};
    char *name, *stored = NULL;
    bool ok = true;

    if (!row)
        return true;
    name = secret_param_name(list, place, key);
    if (!secret_set(&opened, clear, len, &why))
        refuse_param(a, row, place, key, why.text);
    else if (param_fits(a, row, place, key, opened.text))
        ok = seal(a, row, name, clear, len, &stored, err);
    if (stored) {
        text_list_add(&a->given, list);
        param_set(setting_params(row, a->in), place, key, stored, true);
    }
    secret_release(&opened);
    free(stored);
    free(name);
    return ok;
}

void assign_param_remove(struct assign *a, const char *list, const char *spec)
{
    const struct setting *row = find_list(a, list);
    struct param_spec p = {0};
    struct error why = {0};

    if (!row)
        return;
    if (!param_spec_parse(spec, &p, &why))
        problem_add(a->problems, row, "'%s': %s", spec, why.text);
    else if (!param_remove(setting_params(row, a->in), p.place, p.key))
        refuse_param(a, row, p.place, p.key, "there is none of this name");
    param_spec_release(&p);
}

void assign_end(struct assign *a)
{
    for (size_t i = 0; i < a->given.count && a->in->auth.type != AUTH_UNSET; i++) {
        const struct setting *row =
            setting_find(integration_settings, integration_setting_count, a->given.items[i]);

        if (!setting_applies(row, a->in))
            problem_add(a->problems, row, "does not apply to the authorization type %s",
                        auth_type_label((enum auth_type)a->in->auth.type));
    }
    text_list_release(&a->given);
}

bool param_spec_parse(const char *text, struct param_spec *out, struct error *err)
{
    const char *colon = strchr(text, ':');
    const char *key = colon ? colon + 1 : "";
    const char *equals = strchr(key, '=');
    char *place = mem_strndup(text, colon ? (size_t)(colon - text) : 0);
    bool ok = param_place_parse(place, &out->place) && *key && equals != key;

    free(place);
    if (!ok)
        return error_set(err, ERR_INVALID,
                         "write PLACE:KEY=VALUE, where PLACE is header, query or body");
    out->key = equals ? mem_strndup(key, (size_t)(equals - key)) : mem_strdup(key);
    out->value = equals ? mem_strdup(equals + 1) : NULL;
    return true;
}

void param_spec_release(struct param_spec *spec)
{
    free(spec->key);
    free(spec->value);
    *spec = (struct param_spec){0};
}

/* --- checks ------------------------------------------------------------------------------- */

static bool set_enabled(struct check_config *check, const char *rest, const char *value,
                        struct error *err)
{
    (void)rest;
    if (*value && strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
        return error_set(err, ERR_INVALID, "enabled: write true or false");
    check->enabled = *value ? strcmp(value, "true") == 0 : -1;
    return true;
}

static bool set_severity(struct check_config *check, const char *rest, const char *value,
                         struct error *err)
{
    enum severity severity = SEVERITY_UNSET;

    (void)rest;
    if (*value && !severity_parse(value, &severity))
        return error_set(err, ERR_INVALID, "severity: write critical, moderate or low");
    check->severity = (int)severity;
    return true;
}

typedef bool change_ignore(struct text_list *list, const char *entry, struct error *err);

static bool change_each(struct text_list *list, const char *line, change_ignore *change,
                        struct error *err)
{
    struct text_list entries = {0};
    bool ok = true;

    ignore_split(line, &entries);
    for (size_t i = 0; ok && i < entries.count; i++)
        ok = change(list, entries.items[i], err) || error_wrap(err, "ignore");
    text_list_release(&entries);
    return ok;
}

static bool set_ignore(struct check_config *check, const char *rest, const char *value,
                       struct error *err)
{
    struct text_list list = {0};
    bool ok = change_each(&list, value, ignore_add, err);

    (void)rest;
    if (ok) {
        text_list_release(&check->ignore);
        check->ignore = list;
    } else {
        text_list_release(&list);
    }
    return ok;
}

static bool add_ignored(struct check_config *check, const char *rest, const char *value,
                        struct error *err)
{
    (void)rest;
    return change_each(&check->ignore, value, ignore_add, err);
}

static bool remove_ignored(struct check_config *check, const char *rest, const char *value,
                           struct error *err)
{
    (void)rest;
    return change_each(&check->ignore, value, ignore_remove, err);
}

static bool set_value(struct check_config *check, const char *rest, const char *value,
                      struct error *err)
{
    int64_t number;

    if (!check_value_name_valid(rest))
        return error_set(err, ERR_INVALID, "settings.%s: a name is written with a-z, 0-9 and _",
                         rest);
    if (!*value) {
        check_value_remove(check, rest);
        return true;
    }
    if (!text_to_int(value, 0, CHECK_VALUE_MAX, &number))
        return error_set(err, ERR_INVALID, "settings.%s: write a whole number from 0 to %d", rest,
                         CHECK_VALUE_MAX);
    check_value_set(check, rest, number);
    return true;
}

const struct check_setting check_settings[] = {
    {"enabled", "Whether runs evaluate the check: true or false.", set_enabled},
    {"severity", "What events say of it: critical, moderate or low.", set_severity},
    {"ignore",
     "Who is never reported: login, @DOMAIN, department:NAME, type:TYPE, separated by commas.",
     set_ignore},
    {"ignore+", "Entries that are added to that list.", add_ignored},
    {"ignore-", "Entries that are taken away from it.", remove_ignored},
    {"settings.NAME", "A number that the check's rule uses, such as settings.days.", set_value},
    {0},
};

bool check_config_set(struct check_config *check, const char *name, const char *value,
                      struct error *err)
{
    const size_t prefix = strlen(settings_prefix);
    bool tunes = strncmp(name, settings_prefix, prefix) == 0;

    for (const struct check_setting *s = check_settings; s->name; s++) {
        bool matches =
            tunes ? strncmp(s->name, settings_prefix, prefix) == 0 : strcmp(s->name, name) == 0;

        if (matches)
            return s->set(check, tunes ? name + prefix : "", value, err);
    }
    return error_set(err, ERR_INVALID,
                     "a check has no setting '%s'; there are enabled, severity, ignore and "
                     "settings.NAME",
                     name);
}
