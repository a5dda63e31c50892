/* The editing session of a parameter list. */
#include "forms/param_form.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/config/secret.h"
#include "core/config/validate.h"

enum { SUMMARY_MAX = 200 };

void param_form_init(struct param_form *form, struct app *app, struct integration *draft,
                     const struct setting *setting)
{
    *form = (struct param_form){.app = app, .draft = draft, .setting = setting};
}

struct param_list *param_form_list(const struct param_form *form)
{
    return setting_params(form->setting, form->draft);
}

static bool is_oauth(const struct param_form *form)
{
    return form->setting->section == SECTION_AUTH;
}

/* Another parameter of the same place and key. */
static bool is_taken(const struct param_form *form, int index, const struct param_entry *entry)
{
    const struct param_list *list = param_form_list(form);
    const struct param *found = param_find(list, entry->place, entry->key);
    return found && (index < 0 || found != &list->items[index]);
}

static bool check(const struct param_form *form, int index, const struct param_entry *entry,
                  struct error *err)
{
    if (!param_validate(entry->place, entry->key, entry->value, is_oauth(form),
                        (enum body_format)form->draft->format, err))
        return false;
    if (is_taken(form, index, entry))
        return error_set(err, ERR_INVALID, "there is a %s parameter '%s' already",
                         param_place_text(entry->place), entry->key);
    return true;
}

static bool seal(struct param_form *form, const struct param_entry *entry, const char *name,
                 int64_t now_s, char **value, struct error *err)
{
    size_t len = strlen(entry->value);
    if (len == 0)
        return error_set(err, ERR_INVALID, "a secret has at least one character");
    return paths_make(&form->app->paths, err) &&
           secret_seal(form->app->keyring, app_may_make_key(form->app), form->draft->id, name,
                       entry->value, len, now_s, value, err);
}

/* The secret that is there already, under the place and key that it has now. */
static bool keep_secret(struct param_form *form, int index, const char *name, int64_t now_s,
                        char **value, struct error *err)
{
    const struct param *old = index >= 0 ? &param_form_list(form)->items[index] : NULL;
    if (!old || !old->secret || !old->value)
        return error_set(err, ERR_INVALID, "type or paste the secret");
    char *old_name = secret_param_name(form->setting->name, old->place, old->key);
    bool ok = true;
    if (strcmp(old_name, name) == 0)
        *value = mem_strdup(old->value);
    else
        ok = secret_rebind(form->app->keyring, form->draft->id, old_name, old->value,
                           form->draft->id, name, now_s, value, err);
    free(old_name);
    return ok;
}

static bool stored_value(struct param_form *form, int index, const struct param_entry *entry,
                         int64_t now_s, char **value, struct error *err)
{
    if (!entry->secret) {
        if (!entry->value)
            return error_set(err, ERR_INVALID,
                             "enter the value again: a stored secret is never shown");
        *value = mem_strdup(entry->value);
        return true;
    }
    char *name = secret_param_name(form->setting->name, entry->place, entry->key);
    bool ok = entry->value ? seal(form, entry, name, now_s, value, err)
                           : keep_secret(form, index, name, now_s, value, err);
    free(name);
    return ok;
}

bool param_form_put(struct param_form *form, int index, const struct param_entry *entry,
                    int64_t now_s, struct error *err)
{
    char *value = NULL;
    if (!check(form, index, entry, err) || !stored_value(form, index, entry, now_s, &value, err))
        return false;
    struct param_list *list = param_form_list(form);
    struct param *p =
        index >= 0 ? &list->items[index] : list_add(&list->items, &list->count, sizeof *p);
    p->place = entry->place;
    p->secret = entry->secret;
    mem_replace(&p->key, entry->key);
    free(p->value);
    p->value = value;
    return true;
}

void param_form_remove(struct param_form *form, size_t index)
{
    struct param_list *list = param_form_list(form);
    free(list->items[index].key);
    free(list->items[index].value);
    list_remove(list->items, &list->count, sizeof *list->items, index);
}

char *param_form_value(const struct param *param)
{
    if (!param->secret)
        return mem_strdup(param->value ? param->value : "");
    char *where = secret_describe(param->value);
    char *text = mem_printf("(%s)", where);
    free(where);
    return text;
}

char *param_summary(const struct param_list *list)
{
    static const char *const words[][2] = {[PLACE_HEADER] = {"header", "headers"},
                                           [PLACE_QUERY] = {"query", "query"},
                                           [PLACE_BODY] = {"body", "body"}};
    size_t counts[ARRAY_LEN(words)] = {0};
    struct strbuf out;
    strbuf_init(&out, SUMMARY_MAX);
    for (size_t i = 0; i < list->count; i++)
        counts[list->items[i].place]++;
    for (size_t place = 0; place < ARRAY_LEN(words); place++)
        if (counts[place] > 0)
            strbuf_addf(&out, "%s%zu %s", out.len ? ", " : "", counts[place],
                        words[place][counts[place] > 1]);
    if (out.len == 0)
        strbuf_adds(&out, "none");
    return strbuf_detach(&out);
}

static bool same_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

bool param_lists_equal(const struct param_list *a, const struct param_list *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct param *x = &a->items[i], *y = &b->items[i];
        if (x->place != y->place || x->secret != y->secret || !same_text(x->key, y->key) ||
            !same_text(x->value, y->value))
            return false;
    }
    return true;
}
