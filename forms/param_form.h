/*
 * A list of HTTP parameters being edited: the draft's own list, which the integration form saves or
 * forgets with all the rest.
 */
#ifndef CHECKHOOK_FORMS_PARAM_FORM_H
#define CHECKHOOK_FORMS_PARAM_FORM_H

#include "forms/integration_form.h"

struct param_form {
    struct integration_form *form; /* lent */
    int row;                       /* of KIND_PARAMS */
};

/* One parameter as the editor gives it. */
struct param_entry {
    enum param_place place;
    const char *key;
    /* In clear. NULL: a secret stays what it was, also under a new place or key. */
    const char *value;
    size_t value_len;
    bool secret;
};

enum { PARAM_NEW = -1 };

size_t param_form_count(const struct param_form *list);
const struct param *param_form_item(const struct param_form *list, size_t index);

/* What the list shows for a value: the text itself, or "(stored 2026-09-02)". The caller frees. */
char *param_form_value(const struct param_form *list, size_t index);

/*
 * Puts an entry in the place of item `index`, or adds it (PARAM_NEW). A secret is sealed at once,
 * bound to place and key; one that stays is bound anew where these changed. ERR_INVALID: one
 * sentence says what will not do; the list is as it was.
 */
bool param_form_put(const struct param_form *list, int index, const struct param_entry *entry,
                    int64_t now_s, struct error *err);

/* Takes one away; `out` is zeroed, owns it from here on, and can be put back. */
void param_form_take_out(const struct param_form *list, size_t index, struct param *out);
/* Brings it back to its place; false where a parameter of its name was added meanwhile. `p` is
 * empty then on success. */
bool param_form_put_back(const struct param_form *list, size_t index, struct param *p);
void param_form_forget(struct param *p); /* frees it; accepts a zeroed struct */

#endif
