/*
 * What can be set for a check, as rows: each with its value, what it is by default, and how it is
 * changed. Nothing is kept here: rows are read from catalogue and configuration, and a change is
 * made in the configuration.
 */
#ifndef CHECKHOOK_FORMS_CHECK_FORM_H
#define CHECKHOOK_FORMS_CHECK_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "core/checks/catalogue.h"
#include "core/config/config.h"

enum check_row_kind {
    CHECK_ROW_ENABLED,
    CHECK_ROW_SEVERITY,
    CHECK_ROW_NUMBER,
    CHECK_ROW_IGNORE, /* one entry of the list */
    CHECK_ROW_ADD,    /* the place of the next one */
};

struct check_row {
    enum check_row_kind kind;
    char *label;    /* "On", "Severity", "days", "Ignored" */
    char *name;     /* of tuning_set: "settings.days" */
    char *value;    /* as it is typed: "60", "low", "@example.com" */
    char *fallback; /* by default; "" where there is no such thing */
    char *note;     /* "0 to 1000000" */
};

struct check_form {
    struct check_row *rows;
    size_t count;
};

/* `f` is zeroed or released before. */
void check_form_read(struct check_form *f, const struct check *check, const struct config *config);
void check_form_release(struct check_form *f);

/* Is it something else than by default? An entry of the list always is. */
bool check_row_changed(const struct check_row *row);

/*
 * Sets the row from text in a change of the configuration (config_begin): an entry of the list is
 * replaced, or taken away where the text is empty; CHECK_ROW_ADD adds those of the text; the others
 * go back to the default where it is empty. ERR_INVALID: one sentence.
 */
bool check_row_set(const struct check_row *row, const struct check *check, struct config *config,
                   const char *text, struct error *err);

#endif
