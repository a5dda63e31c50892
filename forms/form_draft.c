/* Forms to drafts and back. */
#include "forms/form_draft.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

/* --- taking ---------------------------------------------------------------------------------- */

static void take_row(const struct integration_form *form, int row, struct draft *out)
{
    const struct setting *s = integration_form_row(row);
    if (s->kind == KIND_SECRET) {
        text_list_add(&out->secrets, s->name);
    } else if (s->kind == KIND_PARAMS) {
        draft_add_params(out, s->name, setting_params_of(s, &form->draft));
    } else {
        char *was = setting_get(s, &form->before), *is = setting_get(s, &form->draft);
        const char *refused = form->rows[row].refused;
        draft_add_value(out, s->name, was, refused ? refused : is);
        free(was);
        free(is);
    }
}

void form_draft_take(const struct integration_form *form, int64_t now_s, struct draft *out)
{
    const char *name = form->is_new ? form->draft.name : form->before.name;
    memcpy(out->id, form->draft.id, sizeof out->id);
    out->name = mem_strdup(name ? name : "");
    out->is_new = form->is_new;
    out->saved_s = now_s;
    for (int i = 0; i < integration_form_row_count(); i++) {
        if (integration_form_changed(form, i))
            take_row(form, i, out);
    }
}

/* --- putting back ---------------------------------------------------------------------------- */

void form_draft_notes_release(struct form_draft_notes *notes)
{
    text_list_release(&notes->secrets);
    text_list_release(&notes->overtaken);
}

static void put_value(struct integration_form *form, const struct draft_value *v,
                      struct form_draft_notes *notes)
{
    const int row = integration_form_find(v->setting);
    if (row == FORM_NO_ROW || integration_form_row(row)->kind == KIND_SECRET ||
        integration_form_row(row)->kind == KIND_PARAMS)
        return;
    char *now = setting_get(integration_form_row(row), &form->before);
    if (strcmp(now, v->was) != 0 && strcmp(now, v->is) != 0)
        text_list_add(&notes->overtaken, integration_form_row(row)->label);
    integration_form_set(form, row, v->is);
    free(now);
}

/* A secret that is stored under the same place and key stays; another one is missing. */
static void put_params(struct integration_form *form, const struct draft_params *l,
                       struct form_draft_notes *notes)
{
    const int row = integration_form_find(l->setting);
    if (row == FORM_NO_ROW || integration_form_row(row)->kind != KIND_PARAMS)
        return;
    const struct setting *s = integration_form_row(row);
    const struct param_list *stored = setting_params_of(s, &form->before);
    struct param_list *list = setting_params(s, &form->draft);
    param_list_release(list);
    for (size_t i = 0; i < l->params.count; i++) {
        const struct param *p = &l->params.items[i], *had = param_find(stored, p->place, p->key);
        const bool kept = p->secret && had && had->secret;
        param_set(list, p->place, p->key, kept ? had->value : p->value, p->secret);
        if (!p->secret || (kept && had->value))
            continue;
        char *label = mem_printf("%s %s", param_place_text(p->place), p->key);
        text_list_add(&notes->secrets, label);
        free(label);
    }
}

bool form_draft_open(struct integration_form *form, struct app *app, const struct draft *draft,
                     struct form_draft_notes *notes, struct error *err)
{
    const bool still_new = draft->is_new && !config_find(&app->config, draft->id);
    if (!integration_form_open(form, app, still_new ? "" : draft->id, err))
        return false;
    if (still_new) {
        memcpy(form->draft.id, draft->id, sizeof form->draft.id);
        memcpy(form->before.id, draft->id, sizeof form->before.id);
    }
    for (size_t i = 0; i < draft->value_count; i++)
        put_value(form, &draft->values[i], notes);
    for (size_t i = 0; i < draft->list_count; i++)
        put_params(form, &draft->lists[i], notes);
    for (size_t i = 0; i < draft->secrets.count; i++) {
        const int row = integration_form_find(draft->secrets.items[i]);
        if (row == FORM_NO_ROW || integration_form_row(row)->kind != KIND_SECRET)
            continue;
        const bool saved =
            draft->is_new && setting_secret(integration_form_row(row), &form->before);
        if (!saved)
            text_list_add(&notes->secrets, integration_form_row(row)->label);
    }
    return true;
}
