/* The table of screens. */
#include "tui/registry.h"

#include <string.h>

#include "core/base/mem.h"

static const struct screen_ops *const screens[] = {
    &screen_integrations, &screen_form,     &screen_params,   &screen_test,     &screen_checks,
    &screen_run,          &screen_check,    &screen_tune,     &screen_findings, &screen_matrix,
    &screen_deliveries,   &screen_delivery, &screen_users,    &screen_user,     &screen_sources,
    &screen_import,       &screen_bring,    &screen_settings, &screen_audit,    &screen_audit_entry,
    &screen_help,         &screen_drafts,   &screen_merge,    &screen_preview,
};

const struct screen_ops *registry_find(const char *id)
{
    for (size_t i = 0; i < ARRAY_LEN(screens); i++) {
        if (strcmp(screens[i]->id, id) == 0)
            return screens[i];
    }
    return NULL;
}

const struct screen_ops *registry_page(int number)
{
    for (size_t i = 0; i < ARRAY_LEN(screens); i++) {
        if (screens[i]->kind == SCREEN_PAGE && screens[i]->page == number)
            return screens[i];
    }
    return NULL;
}

size_t registry_pages(struct frame_page *out, size_t max)
{
    size_t count = 0;
    for (int number = 1; number <= 5 && count < max; number++) {
        const struct screen_ops *ops = registry_page(number);
        if (ops)
            out[count++] = (struct frame_page){number, ops->title};
    }
    return count;
}
