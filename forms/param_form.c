/* Parameters put into the draft's lists, checked and sealed. */
#include "forms/param_form.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/config/secret.h"

static const struct setting *row_of(const struct param_form *list)
{
    return integration_form_row(list->row);
}

static struct param_list *items_of(const struct param_form *list)
{
    return setting_params(row_of(list), &list->form->draft);
}

static bool is_oauth(const struct param_form *list)
{
    return row_of(list)->section == SECTION_AUTH;
}

size_t param_form_count(const struct param_form *list)
{
    return items_of(list)->count;
}

const struct param *param_form_item(const struct param_form *list, size_t index)
{
    return &items_of(list)->items[index];
}

char *param_form_value(const struct param_form *list, size_t index)
{
    const struct param *p = param_form_item(list, index);
    if (!p->secret)
        return mem_strdup(p->value ? p->value : "");
    char *what = secret_describe(p->value);
    char *text = mem_printf("(%s)", what);
    free(what);
    return text;
}

/* The place and key are free, and what is given may stand there. */
static bool check(const struct param_form *list, const struct param *old,
                  const struct param_entry *entry, struct error *err)
{
    const struct param *same = param_find(items_of(list), entry->place, entry->key);
    const char *value = entry->value ? entry->value : entry->secret ? NULL : "";
    const enum body_format format = (enum body_format)list->form->draft.format;
    if (!param_validate(entry->place, entry->key, value, is_oauth(list), format, err))
        return false;
    if (same && same != old)
        return error_set(err, ERR_INVALID, "there is a %s parameter '%s' already",
                         param_place_text(entry->place), same->key);
    if (entry->value && memchr(entry->value, '\0', entry->value_len))
        return error_set(err, ERR_INVALID, "the value must not hold control characters");
    if (!entry->value && !entry->secret)
        return error_set(err, ERR_INVALID, "a stored secret is never shown: enter a value");
    return true;
}

/* A stored secret under its new name; one whose name is the same keeps its text byte for byte. */
static bool keep_secret(const struct param_form *list, const struct param *old, const char *name,
                        int64_t now_s, char **stored, struct error *err)
{
    const char *id = list->form->draft.id;
    char *old_name = secret_param_name(row_of(list)->name, old->place, old->key);
    bool ok = true;
    if (strcmp(name, old_name) == 0)
        *stored = mem_strdup(old->value);
    else
        ok = secret_rebind(list->form->app->keyring, id, old_name, old->value, id, name, now_s,
                           stored, err);
    free(old_name);
    return ok;
}

/* What goes into the file for a secret: sealed now, or what was there, bound to its new name. */
static bool make_secret(const struct param_form *list, const struct param *old,
                        const struct param_entry *entry, int64_t now_s, char **stored,
                        struct error *err)
{
    struct app *app = list->form->app;
    const char *id = list->form->draft.id;
    char *name = secret_param_name(row_of(list)->name, entry->place, entry->key);
    bool ok = true;
    if (entry->value) {
        ok = secret_seal(app->keyring, app_may_make_key(app), id, name, entry->value,
                         entry->value_len, now_s, stored, err);
    } else if (!old || !old->secret) {
        ok = error_set(err, ERR_INVALID, "a secret must not be empty");
    } else if (old->value) {
        ok = keep_secret(list, old, name, now_s, stored, err);
    }
    free(name);
    return ok;
}

static void put_item(struct param *p, const struct param_entry *entry, char *value)
{
    p->place = entry->place;
    p->secret = entry->secret;
    mem_replace(&p->key, entry->key);
    free(p->value);
    p->value = value;
}

bool param_form_put(const struct param_form *list, int index, const struct param_entry *entry,
                    int64_t now_s, struct error *err)
{
    struct param_list *items = items_of(list);
    struct param *old = index == PARAM_NEW ? NULL : &items->items[index];
    char *value = NULL;
    if (!check(list, old, entry, err))
        return false;
    if (!entry->secret)
        value = mem_strndup(entry->value, entry->value_len);
    else if (!make_secret(list, old, entry, now_s, &value, err))
        return false;
    put_item(old ? old : list_add(&items->items, &items->count, sizeof *items->items), entry,
             value);
    mem_replace(&list->form->rows[list->row].error, NULL);
    return true;
}

void param_form_take_out(const struct param_form *list, size_t index, struct param *out)
{
    struct param_list *items = items_of(list);
    *out = items->items[index];
    list_remove(items->items, &items->count, sizeof *items->items, index);
    mem_replace(&list->form->rows[list->row].error, NULL);
}

bool param_form_put_back(const struct param_form *list, size_t index, struct param *p)
{
    struct param_list *items = items_of(list);
    if (!p->key || param_find(items, p->place, p->key))
        return false;
    list_add(&items->items, &items->count, sizeof *items->items);
    size_t at = items->count - 1;
    for (; at > index; at--)
        items->items[at] = items->items[at - 1];
    items->items[at] = *p;
    *p = (struct param){0};
    return true;
}

void param_form_forget(struct param *p)
{
    free(p->key);
    free(p->value);
    *p = (struct param){0};
}
