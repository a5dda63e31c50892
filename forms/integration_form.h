/*
 * The form of an integration: an editing session over the rows of core/config/schema.h. What is
 * asked, shown, wrong and changed is decided here; drawing it is the screen's.
 *
 * The draft has its id from the beginning, so that a secret is sealed the moment it is entered:
 * no clear secret is ever kept in the form.
 */
#ifndef CHECKHOOK_FORMS_INTEGRATION_FORM_H
#define CHECKHOOK_FORMS_INTEGRATION_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/actions.h"
#include "core/config/schema.h"

struct form_field {
    const struct setting *setting;
    char *error; /* a sentence; NULL = nothing wrong that is known */
};

struct integration_form {
    struct app *app; /* lent */
    bool is_new;
    struct integration before; /* as it was when the form opened; for a new one, the defaults */
    struct integration draft;
    struct form_field *fields; /* one for each row of the schema, in its order */
    size_t field_count;
};

/* id NULL = a new integration. ERR_NOT_FOUND: it was removed meanwhile. */
bool form_open(struct integration_form *form, struct app *app, const char *id, struct error *err);
void form_close(struct integration_form *form); /* accepts a zeroed struct */

/* Index of the field of a setting; it exists. */
size_t form_field_named(const struct integration_form *form, const char *name);

/* Does it belong to the chosen authorization type? Values of the others are kept while the form is
 * open. */
bool form_visible(const struct integration_form *form, size_t field);

/* "shown because Authorization Type is OAuth client credentials", or NULL where a section is always
 * the same. The caller frees. */
char *form_section_reason(const struct integration_form *form, enum setting_section section);

/* --- values ------------------------------------------------------------------------------- */

/*
 * What the field shows; the caller frees. Choices by their label; lists as a summary ("2 headers,
 * 1 body", "none"); secrets as where they are ("(stored 2026-09-02; type or paste to replace)"),
 * never themselves.
 */
char *form_text(const struct integration_form *form, size_t field);

/* Sets a text, URL or number; the error goes into the field. False when it is not valid: the
 * draft then keeps what it had, and the caller keeps what was typed. */
bool form_set_text(struct integration_form *form, size_t field, const char *text);

/* Chooses by the choice's value, or turns a switch. */
bool form_choose(struct integration_form *form, size_t field, const char *value);
void form_toggle(struct integration_form *form, size_t field);

/* Seals a secret that was typed or pasted. One newline at its end is dropped (*trimmed says so);
 * further line breaks are refused. */
bool form_set_secret(struct integration_form *form, size_t field, const char *clear, size_t len,
                     int64_t now_s, bool *trimmed);

/* Back to what it was when the form opened. */
void form_reset(struct integration_form *form, size_t field);

/* --- state -------------------------------------------------------------------------------- */

bool form_changed(const struct integration_form *form, size_t field);
size_t form_change_count(const struct integration_form *form);
/* "Display name, Timeout"; the caller frees. */
char *form_changes(const struct integration_form *form);

size_t form_error_count(const struct integration_form *form, enum setting_section section);
/* Index of the first field with an error; false when there is none. */
bool form_first_error(const struct integration_form *form, size_t *field);

/* Warns where the URL is http://; NULL else. Static. */
const char *form_warning(const struct integration_form *form);

/* --- saving ------------------------------------------------------------------------------- */

/* Checks everything; errors go into the fields. True when nothing is wrong. */
bool form_validate(struct integration_form *form);

enum form_saved {
    FORM_SAVED,
    FORM_INVALID,  /* errors stand in the fields */
    FORM_CONFLICT, /* somebody else saved it meanwhile: overwrite, or open it again */
    FORM_REFUSED,  /* err says why: removed, no right to write, key missing */
};

/* Saves through core/actions.h. dropped: labels of secrets that were discarded because their
 * receiver moved. */
enum form_saved form_save(struct integration_form *form, int64_t now_s, bool overwrite,
                          struct text_list *dropped, struct error *err);

#endif
