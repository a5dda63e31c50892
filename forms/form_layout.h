/*
 * How the integration form is laid out: the order of its rows, the section each stands in, and
 * which of them share a line. A setting of the schema is one row here (a test walks both).
 *
 * Rows are numbered as in integration_settings; places count in the order of the form.
 */
#ifndef CHECKHOOK_FORMS_FORM_LAYOUT_H
#define CHECKHOOK_FORMS_FORM_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "forms/integration_form.h"

enum form_section {
    FORM_GENERAL,
    FORM_AUTH, /* there only for authorization types that ask for something */
    FORM_INVOCATION,
    FORM_PARAMETERS, /* in the list of sections only: its row stands among those of Invocation */
    FORM_ADVANCED,
    FORM_SECTION_COUNT,
};

struct form_layout {
    const char *name; /* of the setting */
    enum form_section section;
    const char *note; /* behind the value; NULL */
    bool beside;      /* on the line of the row before it, where there is room */
    bool radio;       /* all choices at once, where there is room */
    bool wide_note;   /* the note is for wide terminals only */
};

extern const struct form_layout form_layout[];
extern const size_t form_layout_count;

int form_layout_row(size_t place); /* the row that stands there */
size_t form_layout_place(int row);
const struct form_layout *form_layout_of(int row);

/* The visible row after (step 1) or before (-1) this one, around the ends. */
int form_layout_step(const struct integration_form *form, int row, int step);
/* The first visible row of a section; FORM_NO_ROW where it has none. */
int form_layout_first(const struct integration_form *form, enum form_section section);
/* The first visible row with an error, or FORM_NO_ROW. */
int form_layout_first_error(const struct integration_form *form);

/* --- sections -------------------------------------------------------------------------------- */

enum section_state {
    SECTION_IS_OPEN,   /* nothing has to be there, or something required is missing still */
    SECTION_IS_READY,  /* everything required is there */
    SECTION_IS_FAULTY, /* see errors */
};

struct section_status {
    enum section_state state;
    size_t errors;
    size_t count; /* FORM_PARAMETERS: of parameters */
};

struct section_status form_section_status(const struct integration_form *form,
                                          enum form_section section);

/* "General"; of the authorization "Basic", "API key", "OAuth". */
const char *form_section_title(const struct integration_form *form, enum form_section section);

/* "shown because Authorization Type is Basic", or NULL; the caller frees. */
char *form_section_why(const struct integration_form *form, enum form_section section);

#endif
