/* The editing session of an integration: draft, errors, changes, saving. */
#include "forms/integration_form.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"
#include "core/config/secret.h"
#include "core/config/validate.h"
#include "forms/param_form.h"

enum { SUMMARY_MAX = 4096 };

static const struct setting *row_of(const struct integration_form *form, size_t field)
{
    return form->fields[field].setting;
}

static void set_error(struct integration_form *form, size_t field, const char *text)
{
    mem_replace(&form->fields[field].error, text);
}

/* --- opening ------------------------------------------------------------------------------ */

bool form_open(struct integration_form *form, struct app *app, const char *id, struct error *err)
{
    const struct integration *found = id ? config_find(&app->config, id) : NULL;
    if (id && !found)
        return error_set(err, ERR_NOT_FOUND, "this integration was removed meanwhile");
    *form = (struct integration_form){.app = app, .is_new = !id};
    if (found)
        integration_copy(&form->before, found);
    else
        integration_init(&form->before);
    integration_copy(&form->draft, &form->before);
    for (size_t i = 0; i < integration_setting_count; i++) {
        struct form_field *f = list_add(&form->fields, &form->field_count, sizeof *f);
        f->setting = &integration_settings[i];
    }
    return true;
}

void form_close(struct integration_form *form)
{
    for (size_t i = 0; i < form->field_count; i++)
        free(form->fields[i].error);
    free(form->fields);
    integration_release(&form->before);
    integration_release(&form->draft);
    *form = (struct integration_form){0};
}

size_t form_field_named(const struct integration_form *form, const char *name)
{
    size_t i = 0;
    while (i + 1 < form->field_count && strcmp(row_of(form, i)->name, name) != 0)
        i++;
    return i;
}

bool form_visible(const struct integration_form *form, size_t field)
{
    return setting_applies(row_of(form, field), &form->draft);
}

char *form_section_reason(const struct integration_form *form, enum setting_section section)
{
    if (section != SECTION_AUTH || form->draft.auth.type == AUTH_UNSET ||
        form->draft.auth.type == AUTH_NONE)
        return NULL;
    size_t type = form_field_named(form, "auth.type");
    return mem_printf("shown because %s is %s", row_of(form, type)->label,
                      auth_type_label((enum auth_type)form->draft.auth.type));
}

/* --- values ------------------------------------------------------------------------------- */

static char *choice_text(const struct setting *row, const struct integration *in)
{
    char *value = setting_get(row, in);
    for (const struct choice *c = row->choices; c && c->value; c++)
        if (strcmp(c->value, value) == 0)
            mem_replace(&value, c->label);
    return value;
}

static char *secret_text(const struct setting *row, const struct integration *in)
{
    const char *stored = setting_secret(row, in);
    char *where = secret_describe(stored);
    char *text = stored ? mem_printf("(%s; type or paste to replace)", where)
                        : mem_printf("(%s; type or paste)", where);
    free(where);
    return text;
}

char *form_text(const struct integration_form *form, size_t field)
{
    const struct setting *row = row_of(form, field);
    switch (row->kind) {
    case KIND_CHOICE:
        return choice_text(row, &form->draft);
    case KIND_SECRET:
        return secret_text(row, &form->draft);
    case KIND_PARAMS:
        return param_summary(setting_params_of(row, &form->draft));
    case KIND_TEXT:
    case KIND_URL:
    case KIND_BOOL:
    case KIND_INT:
        break;
    }
    return setting_get(row, &form->draft);
}

bool form_set_text(struct integration_form *form, size_t field, const char *text)
{
    struct error err = {0};
    const struct setting *row = row_of(form, field);
    char *trimmed = text_trim(text);
    bool ok = setting_set(row, &form->draft, trimmed, &err);
    if (ok && row->required && trimmed[0] == '\0' && !row->fallback)
        ok = error_set(&err, ERR_INVALID, "this is required");
    set_error(form, field, ok ? NULL : err.text);
    free(trimmed);
    return ok;
}

bool form_choose(struct integration_form *form, size_t field, const char *value)
{
    struct error err = {0};
    bool ok = setting_set(row_of(form, field), &form->draft, value, &err);
    set_error(form, field, ok ? NULL : err.text);
    return ok;
}

void form_toggle(struct integration_form *form, size_t field)
{
    char *value = setting_get(row_of(form, field), &form->draft);
    form_choose(form, field, strcmp(value, "true") == 0 ? "false" : "true");
    free(value);
}

/* A key may be made while no value is sealed; the first secret of a form is such a moment. */
static bool may_make_key(const struct integration_form *form)
{
    return app_may_make_key(form->app);
}

static bool seal(struct integration_form *form, const struct setting *row, const char *clear,
                 size_t len, int64_t now_s, struct error *err)
{
    char *stored = NULL;
    if (memchr(clear, '\n', len) || memchr(clear, '\r', len))
        return error_set(err, ERR_INVALID, "a secret must not hold a line break");
    if (!paths_make(&form->app->paths, err) ||
        !secret_seal(form->app->keyring, may_make_key(form), form->draft.id, row->name, clear, len,
                     now_s, &stored, err))
        return false;
    bool ok = setting_set(row, &form->draft, stored, err);
    free(stored);
    return ok;
}

bool form_set_secret(struct integration_form *form, size_t field, const char *clear, size_t len,
                     int64_t now_s, bool *trimmed)
{
    struct error err = {0};
    *trimmed = len > 0 && clear[len - 1] == '\n';
    if (*trimmed)
        len--;
    bool ok = len > 0 ? seal(form, row_of(form, field), clear, len, now_s, &err)
                      : error_set(&err, ERR_INVALID, "a secret has at least one character");
    set_error(form, field, ok ? NULL : err.text);
    return ok;
}

void form_reset(struct integration_form *form, size_t field)
{
    const struct setting *row = row_of(form, field);
    struct error ignored = {0};
    set_error(form, field, NULL);
    if (row->kind == KIND_PARAMS) {
        struct param_list *list = setting_params(row, &form->draft);
        param_list_release(list);
        param_list_copy(list, setting_params_of(row, &form->before));
        return;
    }
    char *was = setting_get(row, &form->before);
    if (!setting_set(row, &form->draft, was, &ignored))
        setting_reset(row, &form->draft);
    free(was);
}

/* --- state -------------------------------------------------------------------------------- */

bool form_changed(const struct integration_form *form, size_t field)
{
    const struct setting *row = row_of(form, field);
    if (!form_visible(form, field))
        return false;
    if (row->kind == KIND_PARAMS)
        return !param_lists_equal(setting_params_of(row, &form->before),
                                  setting_params_of(row, &form->draft));
    char *was = setting_get(row, &form->before), *is = setting_get(row, &form->draft);
    bool changed = strcmp(was, is) != 0;
    free(was);
    free(is);
    return changed;
}

size_t form_change_count(const struct integration_form *form)
{
    size_t count = 0;
    for (size_t i = 0; i < form->field_count; i++)
        count += form_changed(form, i);
    return count;
}

char *form_changes(const struct integration_form *form)
{
    struct strbuf out;
    strbuf_init(&out, SUMMARY_MAX);
    for (size_t i = 0; i < form->field_count; i++)
        if (form_changed(form, i))
            strbuf_addf(&out, "%s%s", out.len ? ", " : "", row_of(form, i)->label);
    return strbuf_detach(&out);
}

size_t form_error_count(const struct integration_form *form, enum setting_section section)
{
    size_t count = 0;
    for (size_t i = 0; i < form->field_count; i++)
        count +=
            row_of(form, i)->section == section && form->fields[i].error && form_visible(form, i);
    return count;
}

bool form_first_error(const struct integration_form *form, size_t *field)
{
    for (size_t i = 0; i < form->field_count; i++) {
        if (form->fields[i].error && form_visible(form, i)) {
            *field = i;
            return true;
        }
    }
    return false;
}

const char *form_warning(const struct integration_form *form)
{
    return integration_url_is_plain(&form->draft)
               ? "http:// sends everything unencrypted; use https:// where you can"
               : NULL;
}

/* --- saving ------------------------------------------------------------------------------- */

/* Errors of fields whose typed text was refused stay; the draft does not know of them. */
static void take_problems(struct integration_form *form, const struct problem_list *problems)
{
    for (size_t p = 0; p < problems->count; p++) {
        const struct problem *problem = &problems->items[p];
        size_t field = problem->row ? form_field_named(form, problem->row->name) : 0;
        if (!form->fields[field].error)
            set_error(form, field, problem->text);
    }
}

static bool has_errors(const struct integration_form *form)
{
    size_t field;
    return form_first_error(form, &field);
}

bool form_validate(struct integration_form *form)
{
    struct problem_list problems = {0};
    const struct setting *row = NULL;
    bool complete = form->is_new || !integration_secret_missing(&form->before, &row);
    integration_validate(&form->draft, &form->app->config.integrations,
                         complete ? VALIDATE_NEW : VALIDATE_STORED, &problems);
    take_problems(form, &problems);
    problem_list_release(&problems);
    return !has_errors(form);
}

static enum form_saved why_not(struct integration_form *form, const struct problem_list *problems,
                               const struct error *err)
{
    take_problems(form, problems);
    if (problems->count > 0)
        return FORM_INVALID;
    return err->kind == ERR_BUSY ? FORM_CONFLICT : FORM_REFUSED;
}

enum form_saved form_save(struct integration_form *form, int64_t now_s, bool overwrite,
                          struct text_list *dropped, struct error *err)
{
    struct problem_list problems = {0};
    struct save_options options = {
        .before = form->is_new ? NULL : &form->before, .now_s = now_s, .overwrite = overwrite};
    if (has_errors(form)) {
        error_set(err, ERR_INVALID, "nothing was saved: mend what is marked");
        form_validate(form);
        return FORM_INVALID;
    }
    /* The action drops the secrets of a moved receiver, so it works on a copy: a draft that is
     * refused keeps what was entered. */
    struct integration copy = {0};
    integration_copy(&copy, &form->draft);
    bool saved = action_save_integration(form->app, &copy, &options, dropped, &problems, err);
    enum form_saved result = saved ? FORM_SAVED : why_not(form, &problems, err);
    if (saved) {
        integration_release(&form->draft);
        form->draft = copy;
        integration_release(&form->before);
        integration_copy(&form->before, &form->draft);
        form->is_new = false;
    } else {
        integration_release(&copy);
    }
    problem_list_release(&problems);
    return result;
}
