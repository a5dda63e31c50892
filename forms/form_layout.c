/* Order, sections and shared lines of the integration form. */
#include "forms/form_layout.h"

#include <string.h>

#include "core/base/mem.h"

static const char enter_edits[] = "Enter edit";

const struct form_layout form_layout[] = {
    {.name = "name", .section = FORM_GENERAL},
    {.name = "description", .section = FORM_GENERAL},
    {.name = "enabled", .section = FORM_GENERAL},
    {.name = "auth.type", .section = FORM_GENERAL, .note = "Enter to choose", .wide_note = true},

    {.name = "auth.username", .section = FORM_AUTH},
    {.name = "auth.password", .section = FORM_AUTH},
    {.name = "auth.key_name", .section = FORM_AUTH},
    {.name = "auth.key_value", .section = FORM_AUTH},
    {.name = "auth.endpoint", .section = FORM_AUTH},
    {.name = "auth.method", .section = FORM_AUTH, .note = "of the token request"},
    {.name = "auth.client_id", .section = FORM_AUTH},
    {.name = "auth.client_secret", .section = FORM_AUTH},
    {.name = "auth.params", .section = FORM_AUTH, .note = enter_edits},
    {.name = "auth.client_auth", .section = FORM_AUTH, .radio = true},

    {.name = "url", .section = FORM_INVOCATION},
    {.name = "method", .section = FORM_INVOCATION},
    {.name = "timeout_s", .section = FORM_INVOCATION, .beside = true},
    {.name = "retry.max_attempts", .section = FORM_INVOCATION, .beside = true},
    {.name = "params", .section = FORM_PARAMETERS, .note = enter_edits},
    {.name = "format", .section = FORM_INVOCATION},
    {.name = "explain", .section = FORM_INVOCATION},

    {.name = "retry.max_age_h", .section = FORM_ADVANCED},
    {.name = "rate_limit", .section = FORM_ADVANCED, .beside = true},
    {.name = "max_in_flight", .section = FORM_ADVANCED},
    {.name = "max_event_kb", .section = FORM_ADVANCED, .beside = true},
    {.name = "tls.verify", .section = FORM_ADVANCED},
    {.name = "tls.ca_file", .section = FORM_ADVANCED},
    {.name = "proxy", .section = FORM_ADVANCED},
};
const size_t form_layout_count = ARRAY_LEN(form_layout);

static const char *const titles[FORM_SECTION_COUNT] = {
    [FORM_GENERAL] = "General",       [FORM_AUTH] = "Authorization",
    [FORM_INVOCATION] = "Invocation", [FORM_PARAMETERS] = "Parameters",
    [FORM_ADVANCED] = "Advanced",
};

int form_layout_row(size_t place)
{
    return integration_form_find(form_layout[place].name);
}

size_t form_layout_place(int row)
{
    const char *name = integration_form_row(row)->name;
    size_t place = 0;
    while (place + 1 < form_layout_count && strcmp(form_layout[place].name, name) != 0)
        place++;
    return place;
}

const struct form_layout *form_layout_of(int row)
{
    return &form_layout[form_layout_place(row)];
}

int form_layout_step(const struct integration_form *form, int row, int step)
{
    size_t place = form_layout_place(row);
    do {
        place = (place + form_layout_count + (size_t)step) % form_layout_count;
        row = form_layout_row(place);
    } while (!integration_form_visible(form, row));
    return row;
}

int form_layout_first(const struct integration_form *form, enum form_section section)
{
    for (size_t i = 0; i < form_layout_count; i++) {
        const int row = form_layout_row(i);
        if (form_layout[i].section == section && integration_form_visible(form, row))
            return row;
    }
    return FORM_NO_ROW;
}

int form_layout_first_error(const struct integration_form *form)
{
    for (size_t i = 0; i < form_layout_count; i++) {
        const int row = form_layout_row(i);
        if (integration_form_visible(form, row) && integration_form_error(form, row))
            return row;
    }
    return FORM_NO_ROW;
}

/* --- sections -------------------------------------------------------------------------------- */

struct section_status form_section_status(const struct integration_form *form,
                                          enum form_section section)
{
    struct section_status status = {0};
    bool required = false, missing = false;
    for (size_t i = 0; i < form_layout_count; i++) {
        const int row = form_layout_row(i);
        const struct setting *s = integration_form_row(row);
        if (form_layout[i].section != section || !integration_form_visible(form, row))
            continue;
        status.errors += integration_form_error(form, row) != NULL;
        required = required || s->required;
        missing = missing || (s->required && !setting_is_set(s, &form->draft));
    }
    if (section == FORM_PARAMETERS)
        status.count = form->draft.params.count;
    if (status.errors > 0)
        status.state = SECTION_IS_FAULTY;
    else
        status.state = required && !missing ? SECTION_IS_READY : SECTION_IS_OPEN;
    return status;
}

const char *form_section_title(const struct integration_form *form, enum form_section section)
{
    const enum auth_type type = (enum auth_type)form->draft.auth.type;
    if (section != FORM_AUTH || type == AUTH_UNSET || type == AUTH_NONE)
        return titles[section];
    return type == AUTH_OAUTH ? "OAuth" : auth_type_label(type);
}

char *form_section_why(const struct integration_form *form, enum form_section section)
{
    const enum auth_type type = (enum auth_type)form->draft.auth.type;
    if (section != FORM_AUTH || type == AUTH_UNSET || type == AUTH_NONE)
        return NULL;
    return mem_printf("shown because Authorization Type is %s", auth_type_label(type));
}
