/* Rules that need more than one setting, every fault collected. */
#include "core/config/validate.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/base/url.h"
#include "core/config/secret.h"

enum { PARAMS_PER_PLACE_MAX = 100, PLACE_COUNT = PLACE_BODY + 1 };

static bool has_problem(const struct problem_list *problems, const struct setting *row)
{
    for (size_t i = 0; i < problems->count; i++) {
        if (problems->items[i].row == row)
            return true;
    }
    return false;
}

static const struct setting *row_of(const char *name)
{
    return setting_find(integration_settings, integration_setting_count, name);
}

/* A parameter of the token request that stands for a setting: it replaces ours (DESIGN 6). */
static bool param_replaces(const struct setting *row, const struct integration *in)
{
    const char *leaf = strrchr(row->name, '.');
    const struct param_list *params = &in->auth.params;

    if (in->auth.type != AUTH_OAUTH || !leaf || strncmp(leaf, ".client_", strlen(".client_")) != 0)
        return false;
    if (param_find(params, PLACE_HEADER, "Authorization"))
        return true;
    return param_find(params, PLACE_BODY, leaf + 1) || param_find(params, PLACE_QUERY, leaf + 1);
}

static bool is_needed(const struct setting *row, const struct integration *in)
{
    if (!row->required || !setting_applies(row, in) || param_replaces(row, in))
        return false;
    return strcmp(row->name, "auth.client_secret") != 0 || in->auth.client_auth != CLIENT_AUTH_NONE;
}

static bool param_missing(const struct param_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct param *p = &list->items[i];

        if (p->secret && (!p->value || !*p->value))
            return true;
    }
    return false;
}

static void check_value(const struct setting *row, const struct integration *in,
                        struct problem_list *problems)
{
    char *text = setting_get(row, in);
    struct error err = {0};

    if (!setting_check(row, text, &err))
        problem_add(problems, row, "%s", err.text);
    free(text);
}

static void check_name(const struct integration *in, const struct integration_list *others,
                       struct problem_list *problems)
{
    for (size_t i = 0; others && i < others->count; i++) {
        const struct integration *other = &others->items[i];

        if (strcmp(other->id, in->id) != 0 && other->name &&
            text_equal_nocase(other->name, in->name)) {
            problem_add(problems, row_of("name"), "another integration is already named '%s'",
                        other->name);
            return;
        }
    }
}

static bool secret_param_ok(const struct param *p, enum validate_mode mode, struct error *err)
{
    enum secret_form form = secret_form(p->value);

    if (form == SECRET_BAD)
        return error_set(err, ERR_INVALID,
                         "a secret stands here sealed, or as env:NAME or file:/PATH");
    return form != SECRET_UNSET || mode != VALIDATE_NEW ||
           error_set(err, ERR_INVALID, "the secret must not be empty");
}

static bool param_ok(const struct param_list *list, size_t index, bool oauth,
                     enum body_format format, enum validate_mode mode, struct error *err)
{
    const struct param *p = &list->items[index];
    const char *value = p->secret ? NULL : p->value ? p->value : "";

    if (!param_validate(p->place, p->key, value, oauth, format, err))
        return false;
    if (param_find(list, p->place, p->key) != p)
        return error_set(err, ERR_INVALID, "it is there twice");
    return !p->secret || secret_param_ok(p, mode, err);
}

static void check_params(const struct setting *row, const struct integration *in,
                         enum validate_mode mode, struct problem_list *problems)
{
    const struct param_list *list = setting_params_of(row, in);
    bool oauth = row->section == SECTION_AUTH;
    size_t counts[PLACE_COUNT] = {0};
    struct error err = {0};

    for (size_t i = 0; i < list->count; i++) {
        const struct param *p = &list->items[i];
        const char *place = param_place_text(p->place);

        if (!param_ok(list, i, oauth, (enum body_format)in->format, mode, &err))
            problem_add(problems, row, "%s parameter '%s': %s", place, p->key, err.text);
        if (++counts[p->place] == PARAMS_PER_PLACE_MAX + 1)
            problem_add(problems, row, "more than %d %s parameters", PARAMS_PER_PLACE_MAX, place);
    }
}

static void add_missing(struct problem_list *problems, const struct setting *row)
{
    char *choices;

    if (row->kind != KIND_CHOICE) {
        problem_add(problems, row, "must not be empty");
        return;
    }
    choices = setting_choices_text(row);
    problem_add(problems, row, "choose one: %s", choices);
    free(choices);
}

static void check_row(const struct setting *row, const struct integration *in,
                      enum validate_mode mode, struct problem_list *problems)
{
    bool may_be_missing = row->kind == KIND_SECRET && mode != VALIDATE_NEW;

    if (has_problem(problems, row) || !setting_applies(row, in))
        return;
    if (row->kind == KIND_PARAMS)
        check_params(row, in, mode, problems);
    else if (setting_is_set(row, in) && mode != VALIDATE_READ)
        check_value(row, in, problems);
    else if (!setting_is_set(row, in) && !may_be_missing && is_needed(row, in))
        add_missing(problems, row);
}

static void drop_secret(const struct setting *row, const struct integration *before,
                        struct integration *after, struct text_list *dropped)
{
    const char *old = setting_secret(row, before), *present = setting_secret(row, after);

    if (!old || !present || strcmp(old, present) != 0)
        return;
    setting_reset(row, after);
    if (dropped)
        text_list_add(dropped, row->label);
}

/* By its text, so that a reference does not slip through under another key. */
static bool holds_secret(const struct param_list *list, const char *stored)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct param *p = &list->items[i];

        if (p->secret && p->value && strcmp(p->value, stored) == 0)
            return true;
    }
    return false;
}

static void drop_param_secrets(const struct setting *row, const struct integration *before,
                               struct integration *after, struct text_list *dropped)
{
    const struct param_list *old_list = setting_params_of(row, before);
    struct param_list *list = setting_params(row, after);

    for (size_t i = 0; i < list->count; i++) {
        struct param *p = &list->items[i];
        char *label;

        if (!p->secret || !p->value || !holds_secret(old_list, p->value))
            continue;
        mem_replace(&p->value, NULL);
        label = mem_printf("%s parameter %s", param_place_text(p->place), p->key);
        if (dropped)
            text_list_add(dropped, label);
        free(label);
    }
}

static bool was_moved(const char *sent_to, const struct integration *before,
                      const struct integration *after)
{
    const struct setting *row = row_of(sent_to);
    char *old = setting_get(row, before), *present = setting_get(row, after);
    bool moved = *old && strcmp(old, present) != 0 && !url_same_origin(old, present);

    free(old);
    free(present);
    return moved;
}

static size_t secret_count(const struct integration *in)
{
    size_t count = 0;

    for (size_t i = 0; i < integration_setting_count; i++) {
        const struct setting *row = &integration_settings[i];

        if (row->kind == KIND_SECRET)
            count += setting_is_set(row, in);
        for (size_t j = 0; row->kind == KIND_PARAMS && j < setting_params_of(row, in)->count; j++)
            count += setting_params_of(row, in)->items[j].value != NULL;
    }
    return count;
}

void problem_add(struct problem_list *list, const struct setting *row, const char *format, ...)
{
    struct problem *added = list_add(&list->items, &list->count, sizeof *added);
    va_list args;

    added->row = row;
    added->text = mem_zalloc(sizeof((struct error *)0)->text);
    va_start(args, format);
    vsnprintf(added->text, sizeof((struct error *)0)->text, format, args);
    va_end(args);
}

void problem_list_release(struct problem_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].text);
    free(list->items);
    *list = (struct problem_list){0};
}

bool integration_validate(const struct integration *in, const struct integration_list *others,
                          enum validate_mode mode, struct problem_list *problems)
{
    size_t before = problems->count;

    for (size_t i = 0; i < integration_setting_count; i++)
        check_row(&integration_settings[i], in, mode, problems);
    if (in->name && !has_problem(problems, row_of("name")))
        check_name(in, others, problems);
    return problems->count == before;
}

bool integration_secret_missing(const struct integration *in, const struct setting **row)
{
    for (size_t i = 0; i < integration_setting_count; i++) {
        const struct setting *r = &integration_settings[i];
        bool missing = r->kind == KIND_SECRET && is_needed(r, in) && !setting_is_set(r, in);
        bool lacks_param = r->kind == KIND_PARAMS && setting_applies(r, in) &&
                           param_missing(setting_params_of(r, in));

        if (row && (missing || lacks_param))
            *row = missing ? r : NULL;
        if (missing || lacks_param)
            return true;
    }
    return false;
}

bool integration_url_is_plain(const struct integration *in)
{
    return in->url && strncasecmp(in->url, "http:", strlen("http:")) == 0;
}

bool integration_drop_moved_secrets(const struct integration *before, struct integration *after,
                                    struct text_list *dropped)
{
    size_t had = secret_count(after);

    for (size_t i = 0; i < integration_setting_count; i++) {
        const struct setting *row = &integration_settings[i];

        if (!row->sent_to || !was_moved(row->sent_to, before, after))
            continue;
        if (row->kind == KIND_PARAMS)
            drop_param_secrets(row, before, after, dropped);
        else
            drop_secret(row, before, after, dropped);
    }
    return secret_count(after) < had;
}
