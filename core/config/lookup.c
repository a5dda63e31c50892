/* Rows of the schema found by name, and where they apply. */
#include <string.h>

#include "core/base/text.h"
#include "core/config/schema.h"

static const char *const section_titles[SECTION_COUNT] = {
    [SECTION_GENERAL] = "General",
    [SECTION_AUTH] = "Authorization",
    [SECTION_INVOCATION] = "Invocation",
    [SECTION_ADVANCED] = "Advanced",
};

/* A name that was cut short is nearly right. */
static size_t distance_to(const char *name, const char *target)
{
    size_t len = strlen(name), far = text_distance(name, target);

    return far > 1 && len > 2 && strncmp(name, target, len) == 0 ? 1 : far;
}

/* "username" is meant for "auth.username". */
static size_t distance_to_row(const struct setting *row, const char *name)
{
    const char *dot = strrchr(row->name, '.');
    size_t whole = distance_to(name, row->name);
    size_t leaf = dot && !strchr(name, '.') ? distance_to(name, dot + 1) : whole;

    return leaf < whole ? leaf : whole;
}

const char *setting_section_title(enum setting_section section)
{
    return section_titles[section];
}

const struct setting *setting_find(const struct setting *rows, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    }
    return NULL;
}

const char *setting_nearest(const struct setting *rows, size_t count, const char *name)
{
    size_t len = strlen(name), best = len / 4 + 1;
    const char *nearest = NULL;

    for (size_t i = 0; i < count; i++) {
        size_t far = distance_to_row(&rows[i], name);

        if (far < best || (far == best && !nearest)) {
            best = far;
            nearest = rows[i].name;
        }
    }
    return nearest;
}

bool setting_applies(const struct setting *row, const struct integration *in)
{
    return row->applies == APPLIES_ALWAYS || (row->applies & APPLIES((unsigned)in->auth.type));
}
