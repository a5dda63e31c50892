/*
 * Two people changed the same integration: the rows in which their version differs, and for each
 * row which of the two is to stay.
 */
#ifndef CHECKHOOK_FORMS_MERGE_FORM_H
#define CHECKHOOK_FORMS_MERGE_FORM_H

#include "forms/integration_form.h"

struct merge_row {
    int row;
    bool mine_changed, theirs_changed; /* since editing began */
    bool take_theirs;                  /* the choice; at first theirs where only they changed it */
};

struct merge_form {
    struct integration_form *form; /* lent */
    struct integration theirs;     /* as it is saved now */
    struct merge_row *rows;        /* in the order of the form: those that both changed first */
    size_t count;
};

/* ERR_NOT_FOUND: the integration was removed meanwhile. `m` is zeroed or released before. */
bool merge_form_open(struct merge_form *m, struct integration_form *form, struct error *err);
void merge_form_release(struct merge_form *m); /* accepts a zeroed struct */

/* A value as it can be shown: never a secret, "changed" and the like instead. The caller frees. */
char *merge_form_text(const struct merge_form *m, size_t index, bool theirs);

/* How many rows both changed. */
size_t merge_form_conflicts(const struct merge_form *m);

/*
 * The form goes on from their version with the chosen values; nothing is saved yet. Secrets that
 * were typed for an address which is no longer there are discarded: their labels go to `dropped`.
 */
void merge_form_apply(struct merge_form *m, struct text_list *dropped);

#endif
