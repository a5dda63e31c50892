/* Choosing row by row between what was typed here and what somebody else saved. */
#include "forms/merge_form.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "forms/form_layout.h"

enum { VALUE_MAX = 1024 };

/* Rows that both changed, or those that only one did. */
static void add_rows(struct merge_form *m, bool both)
{
    for (size_t i = 0; i < form_layout_count; i++) {
        const int row = form_layout_row(i);
        const bool refused = m->form->rows[row].refused != NULL;
        const bool theirs = integration_form_differ(row, &m->form->before, &m->theirs);
        const bool mine = integration_form_changed(m->form, row);
        const bool differ = refused || integration_form_differ(row, &m->form->draft, &m->theirs);
        if (!theirs || !differ || mine != both)
            continue;
        struct merge_row *r = list_add(&m->rows, &m->count, sizeof *r);
        *r = (struct merge_row){
            .row = row, .mine_changed = mine, .theirs_changed = theirs, .take_theirs = !mine};
    }
}

bool merge_form_open(struct merge_form *m, struct integration_form *form, struct error *err)
{
    const struct integration *theirs = config_find(&form->app->config, form->draft.id);
    if (!theirs)
        return error_set(err, ERR_NOT_FOUND, "This integration was removed meanwhile.");
    *m = (struct merge_form){.form = form};
    integration_copy(&m->theirs, theirs);
    add_rows(m, true);
    add_rows(m, false);
    return true;
}

void merge_form_release(struct merge_form *m)
{
    integration_release(&m->theirs);
    free(m->rows);
    *m = (struct merge_form){0};
}

/* Names and values; of secret ones only that they are. */
static char *params_text(const struct param_list *list)
{
    struct strbuf out;
    if (list->count == 0)
        return mem_strdup("none");
    strbuf_init(&out, VALUE_MAX);
    for (size_t i = 0; i < list->count; i++) {
        const struct param *p = &list->items[i];
        strbuf_addf(&out, "%s%s=%s", i ? ", " : "", p->key,
                    p->secret  ? "(secret)"
                    : p->value ? p->value
                               : "");
    }
    return strbuf_detach(&out);
}

char *merge_form_text(const struct merge_form *m, size_t index, bool theirs)
{
    const struct merge_row *r = &m->rows[index];
    const struct setting *s = integration_form_row(r->row);
    const struct integration *from = theirs ? &m->theirs : &m->form->draft;
    if (s->kind == KIND_SECRET) {
        const bool changed = theirs ? r->theirs_changed : r->mine_changed;
        const bool set = setting_secret(s, from) != NULL;
        return mem_strdup(!set ? "(not set)" : changed ? "(a new one)" : "(as it was)");
    }
    if (s->kind == KIND_PARAMS)
        return params_text(setting_params_of(s, from));
    if (!theirs && m->form->rows[r->row].refused)
        return mem_strdup(m->form->rows[r->row].refused);
    char *value = setting_get(s, from);
    for (const struct choice *c = s->kind == KIND_CHOICE ? s->choices : NULL; c && c->value; c++) {
        if (strcmp(c->value, value) == 0)
            mem_replace(&value, c->label);
    }
    if (!*value)
        mem_replace(&value, "(empty)");
    return value;
}

size_t merge_form_conflicts(const struct merge_form *m)
{
    size_t count = 0;
    for (size_t i = 0; i < m->count; i++)
        count += m->rows[i].mine_changed;
    return count;
}

void merge_form_apply(struct merge_form *m, struct text_list *dropped)
{
    struct integration_form *form = m->form;
    struct integration typed = {0};
    integration_copy(&typed, &form->draft);
    for (size_t i = 0; i < m->count; i++) {
        if (m->rows[i].take_theirs)
            integration_form_take(form, m->rows[i].row, &m->theirs);
    }
    /* A secret typed here was meant for the address that stood here. */
    integration_drop_moved_secrets(&typed, &form->draft, dropped);
    integration_release(&typed);
    integration_release(&form->before);
    integration_copy(&form->before, &m->theirs);
    form->is_new = false;
}
