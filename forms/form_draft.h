/*
 * A form kept as a draft, and a draft put back into a form. Secrets are left out: the draft only
 * names those that were typed.
 */
#ifndef CHECKHOOK_FORMS_FORM_DRAFT_H
#define CHECKHOOK_FORMS_FORM_DRAFT_H

#include "core/config/draft.h"
#include "forms/integration_form.h"

/* What was changed in the form, also values that were refused. `out` is zeroed. */
void form_draft_take(const struct integration_form *form, int64_t now_s, struct draft *out);

struct form_draft_notes {
    struct text_list secrets;   /* labels of secrets that have to be entered again */
    struct text_list overtaken; /* labels of rows that somebody else changed since */
};
void form_draft_notes_release(struct form_draft_notes *notes);

/*
 * Opens a form from a draft: of its integration as it is now, or a new one with the draft's id,
 * where nobody saved that meanwhile. ERR_NOT_FOUND: the integration was removed. `form` is zeroed
 * or released before, `notes` zeroed.
 */
bool form_draft_open(struct integration_form *form, struct app *app, const struct draft *draft,
                     struct form_draft_notes *notes, struct error *err);

#endif
