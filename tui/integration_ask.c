/* The popups of the list of integrations. */
#include "tui/integration_ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tui/checkmenu.h"
#include "tui/dialog.h"
#include "tui/menu.h"
#include "tui/prompt.h"

enum { NAME_CHARS = 64, COUNT_MAX = 40 };

static const char *const read_only = "(read-only)";

static int key_of(const enum key_context *contexts, enum action action)
{
    const struct key_row *row = key_find(contexts, action);
    return row ? row->keys[0] : KEY_NONE;
}

/* "no check", "1 check", "3 checks". */
static void count_text(int64_t count, const char *one, const char *many, char out[COUNT_MAX])
{
    if (count == 0)
        snprintf(out, COUNT_MAX, "no %s", one);
    else
        snprintf(out, COUNT_MAX, "%lld %s", (long long)count, count == 1 ? one : many);
}

struct popup *ask_action(int tag, const struct integration_row *row, bool may_write,
                         bool any_checks, const enum key_context *contexts)
{
    char failed[48] = "";
    const int64_t count = row->status.facts.counts.failed;
    const char *locked = may_write ? NULL : read_only;
    if (count > 0)
        snprintf(failed, sizeof failed, "■ %lld failed", (long long)count);
    struct menu_entry entries[] = {
        {.label = "Test Connectivity", .value = ACTION_TEST},
        {.label = "Send sample notification", .value = ACTION_SAMPLE},
        {.label = "Edit…", .value = ACTION_EDIT, .disabled = locked},
        {.label = "View deliveries", .value = ACTION_DELIVERIES, .note = failed[0] ? failed : NULL},
        {.label = "Assign checks…",
         .value = ACTION_ASSIGN,
         .disabled = locked       ? locked
                     : any_checks ? NULL
                                  : "(there are no checks)"},
        {.label = row->enabled ? "Disable" : "Enable",
         .value = ACTION_ENABLE,
         .disabled = locked,
         .divide = true},
        {.label = "Duplicate…", .value = ACTION_DUPLICATE, .disabled = locked},
        {.label = "Copy endpoint URL", .value = ACTION_COPY},
        {.label = "Delete…",
         .value = ACTION_DELETE,
         .disabled = locked,
         .divide = true,
         .danger = true},
    };
    for (size_t i = 0; i < ARRAY_LEN(entries); i++)
        entries[i].key = key_of(contexts, (enum action)entries[i].value);
    return menu_new(tag, row->name, entries, ARRAY_LEN(entries), 0);
}

struct popup *ask_checks(int tag, const struct integration_row *row, const struct app *app)
{
    const size_t count = app->catalogue.count;
    struct checkmenu_entry *entries = mem_zalloc((count ? count : 1) * sizeof *entries);
    for (size_t i = 0; i < count; i++) {
        const struct check *check = &app->catalogue.items[i];
        bool on = check_enabled(check, &app->config);
        entries[i] = (struct checkmenu_entry){
            .id = check->id,
            .label = check->title ? check->title : check->id,
            .note = on ? severity_text(check_severity(check, &app->config)) : "○ off",
            .ticked = config_is_ticked(&app->config, check->id, row->id),
        };
    }
    char *title = mem_printf("Checks for: %s", row->name);
    struct popup *popup = checkmenu_new(tag, title, entries, count);
    free(title);
    free(entries);
    return popup;
}

struct popup *ask_copy_name(int tag, const struct integration_row *row)
{
    char *name = mem_printf("%s copy", row->name);
    const struct prompt_spec spec = {
        .tag = tag,
        .title = "Duplicate",
        .label = "Display name",
        .text = name,
        .max = NAME_CHARS,
        .explain = "Same settings and secrets, but no checks.",
    };
    struct popup *popup = prompt_new(&spec);
    free(name);
    return popup;
}

struct popup *ask_delete(int tag, const struct integration_row *row)
{
    static const struct dialog_button buttons[] = {{"Cancel", KEY_NONE, 0}, {"Delete", 'D', 1}};
    const struct outbox_counts *counts = &row->status.facts.counts;
    const int64_t waiting = counts->waiting + counts->held;
    char checks[COUNT_MAX], deliveries[COUNT_MAX];
    count_text((int64_t)row->status.checks, "check", "checks", checks);
    count_text(waiting, "delivery", "deliveries", deliveries);
    char *text = mem_printf("%s is used by %s and has\n%s waiting.%s", row->name, checks,
                            deliveries, waiting > 0 ? " They will not be sent." : "");
    const struct dialog_spec spec = {
        .tag = tag,
        .title = "Delete integration",
        .text = text,
        .buttons = buttons,
        .button_count = ARRAY_LEN(buttons),
        .type_this = row->name,
        .type_label = "Type the name to delete:",
    };
    struct popup *popup = dialog_new(&spec);
    free(text);
    return popup;
}
