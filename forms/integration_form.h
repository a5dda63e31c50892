/*
 * The integration form: an editing session over the rows of the schema. No curses; the screen draws
 * what stands here.
 *
 * Rows are numbered as in integration_settings. A value that was refused is kept beside the draft,
 * so that it stands in its field with the reason under it, and nothing is saved or tested before it
 * is mended. Values of other authorization types are hidden, never erased. Secrets are sealed as
 * soon as they are entered: the draft never holds one in clear.
 */
#ifndef CHECKHOOK_FORMS_INTEGRATION_FORM_H
#define CHECKHOOK_FORMS_INTEGRATION_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/app.h"
#include "core/base/error.h"
#include "core/config/model.h"
#include "core/config/preset.h"
#include "core/config/schema.h"
#include "core/config/validate.h"

struct form_row {
    char *refused; /* what was typed and does not do; NULL = the draft holds the value */
    char *error;   /* why, a sentence without the label in front; NULL = nothing wrong */
};

struct integration_form {
    struct app *app;           /* lent; must outlive the form */
    struct integration before; /* as it was when editing began; of a new one, the defaults */
    struct integration draft;
    bool is_new;
    const struct setting *wanted; /* where a screen over the form wants the focus; NULL */
    bool merged;                  /* what somebody else saved was taken in just now: to be saved */
    struct form_row *rows;        /* integration_setting_count of them */
};

enum { FORM_NO_ROW = -1 };

/* id: of the integration to edit; "" = a new one. ERR_NOT_FOUND: it was removed. `form` is zeroed
 * or released before. */
bool integration_form_open(struct integration_form *form, struct app *app, const char *id,
                           struct error *err);
void integration_form_release(struct integration_form *form); /* accepts a zeroed struct */

/* --- one row -------------------------------------------------------------------------------- */

const struct setting *integration_form_row(int row);
int integration_form_row_count(void);
int integration_form_find(const char *name); /* FORM_NO_ROW where there is no such setting */

/* Does it apply under the present authorization type? */
bool integration_form_visible(const struct integration_form *form, int row);

/* What stands in the field: a text or number (also a refused one), the label of a choice, "enabled"
 * or "disabled", "(stored 2026-09-02; type or paste to replace)", "2 headers, 1 body". The caller
 * frees. */
char *integration_form_text(const struct integration_form *form, int row);

const char *integration_form_error(const struct integration_form *form, int row); /* NULL */

/* A sentence that is no error: an address without encryption. NULL where there is nothing. */
const char *integration_form_warning(const struct integration_form *form, int row);

/* True for a stored secret that saving will discard, because the address that it is sent to was
 * changed. */
bool integration_form_will_drop(const struct integration_form *form, int row);

/* Texts, URLs and numbers; URLs are trimmed. False: refused, see the row's error. */
bool integration_form_set(struct integration_form *form, int row, const char *text);

/* Steps through a choice, or turns a flag over; other rows stay as they are. */
void integration_form_turn(struct integration_form *form, int row, int step);

/* The value of a flag. */
bool integration_form_is_on(const struct integration_form *form, int row);

/* The choice of that index in setting.choices; the present one, FORM_NO_ROW while there is none. */
void integration_form_choose(struct integration_form *form, int row, int choice);
int integration_form_choice(const struct integration_form *form, int row);

/*
 * Seals what was entered for a secret; nothing is trimmed but one newline at the end, which
 * *newline_removed tells (may be NULL). False: refused (the row's error), or the key cannot be used
 * (the row's error as well: the reason is the same sentence).
 */
bool integration_form_set_secret(struct integration_form *form, int row, const char *clear,
                                 size_t len, int64_t now_s, bool *newline_removed);

/* Fills in what a provider wants (core/config/preset.h); gaps stand in their fields as errors. */
void integration_form_apply_preset(struct integration_form *form, const struct preset *preset);

/* Back to what it was when editing began. */
void integration_form_reset(struct integration_form *form, int row);

/* --- the whole ------------------------------------------------------------------------------ */

bool integration_form_changed(const struct integration_form *form, int row);
size_t integration_form_changes(const struct integration_form *form);
/* "Endpoint URL, Timeout"; the caller frees. */
char *integration_form_change_labels(const struct integration_form *form);

/* "Billing events"; of one without a name "New integration". Lent until the draft changes. */
const char *integration_form_name(const struct integration_form *form);

/* Every row at once. The first row with an error, or FORM_NO_ROW. */
int integration_form_validate(struct integration_form *form, enum validate_mode mode);

/*
 * What a test of the draft sends: a copy without the secrets that must not follow the new address.
 * Everything but name and description has to be right: else false, and *bad_row is the first row
 * with an error. `out` is zeroed or released before.
 */
bool integration_form_for_test(struct integration_form *form, struct integration *out,
                               int *bad_row);

struct form_save {
    int64_t now_s;
    bool overwrite; /* also when somebody else changed it meanwhile */
};

/*
 * Saves through action_save_integration; then editing goes on from there. dropped gets the labels
 * of secrets that did not follow a new address. ERR_INVALID: see the rows' errors;
 * ERR_CONFLICT: changed by somebody else, merge or overwrite; ERR_NOT_FOUND: removed.
 */
bool integration_form_save(struct integration_form *form, const struct form_save *options,
                           struct text_list *dropped, struct error *err);

/* One row of two versions: do they differ there? */
bool integration_form_differ(int row, const struct integration *a, const struct integration *b);

/* Takes one row from another version into the draft; what was refused there is forgotten. */
void integration_form_take(struct integration_form *form, int row, const struct integration *from);

#endif
