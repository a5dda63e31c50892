/*
 * Facts about this installation, for the settings page and `checkhook config show`: who delivers,
 * which libraries, and where everything lies.
 */
#ifndef CHECKHOOK_CORE_ABOUT_H
#define CHECKHOOK_CORE_ABOUT_H

#include <stddef.h>

#include "core/app.h"

enum fact_group { FACTS_DELIVERY, FACTS_VERSIONS, FACTS_FILES, FACT_GROUPS };

struct fact {
    enum fact_group group;
    const char *name;
    char *value;
    char *note; /* owner and mode of a file, for example; NULL */
};

struct fact_list {
    struct fact *items;
    size_t count;
};
void fact_list_release(struct fact_list *list); /* accepts a zeroed struct */

/* "Delivery", "Versions", "Files". */
const char *fact_group_title(enum fact_group group);

/* Adds them group by group. What cannot be found out is said as such. */
void about_facts(const struct app *app, struct fact_list *out);

/* One more, at the end of its group; the value is copied. */
void fact_add(struct fact_list *list, enum fact_group group, const char *name, const char *value,
              const char *note);

#endif
