/*
 * The form of a parameter list: invocation or OAuth HTTP parameters of a draft. Every change is
 * checked and goes straight into the draft's list; secret values are sealed at once.
 */
#ifndef CHECKHOOK_FORMS_PARAM_FORM_H
#define CHECKHOOK_FORMS_PARAM_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/app.h"
#include "core/config/schema.h"

struct param_form {
    struct app *app; /* lent, as is the draft */
    struct integration *draft;
    const struct setting *setting; /* the row of the list */
};

void param_form_init(struct param_form *form, struct app *app, struct integration *draft,
                     const struct setting *setting);

struct param_list *param_form_list(const struct param_form *form);

/* What was entered for one parameter. `value` is lent. */
struct param_entry {
    enum param_place place;
    const char *key;
    const char *value; /* NULL for a secret that stays as it is */
    bool secret;
};

/*
 * Adds a parameter (index -1), or changes the one at `index`. A stored secret that keeps its value
 * is bound anew when its place or key changes; a secret that becomes plain needs a new value.
 * ERR_INVALID: a rule of param_validate, or place and key that are there already.
 */
bool param_form_put(struct param_form *form, int index, const struct param_entry *entry,
                    int64_t now_s, struct error *err);

void param_form_remove(struct param_form *form, size_t index);

/* What a list shows as the value: the text, or where the secret is. The caller frees. */
char *param_form_value(const struct param *param);

/* "2 headers, 1 body", "none"; the caller frees. */
char *param_summary(const struct param_list *list);
bool param_lists_equal(const struct param_list *a, const struct param_list *b);

#endif
