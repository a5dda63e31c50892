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

static struct popup *menu_of(int tag, const char *title, struct menu_entry *entries, size_t count,
                             const enum key_context *contexts)
{
    for (size_t i = 0; i < count; i++)
        entries[i].key = key_of(contexts, (enum action)entries[i].value);
    return menu_new(tag, title, entries, count, 0);
}

struct popup *ask_action(int tag, const struct integration_row *row,
                         const struct action_choice *choice)
{
    char failed[48] = "";
    const char *locked = choice->locked;
    if (choice->failed > 0)
        snprintf(failed, sizeof failed, "■ %lld failed", (long long)choice->failed);
    struct menu_entry entries[] = {
        {.label = "Test Connectivity", .value = ACTION_TEST},
        {.label = "Send sample notification", .value = ACTION_SAMPLE},
        {.label = "Preview request", .value = ACTION_PREVIEW},
        {.label = "Edit…", .value = ACTION_EDIT, .disabled = locked},
        {.label = "View deliveries", .value = ACTION_DELIVERIES, .note = failed[0] ? failed : NULL},
        {.label = "Assign checks…",
         .value = ACTION_ASSIGN,
         .disabled = locked               ? locked
                     : choice->any_checks ? NULL
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
    return menu_of(tag, row->name, entries, ARRAY_LEN(entries), choice->contexts);
}

struct popup *ask_marked(int tag, size_t count, bool enable, const struct action_choice *choice)
{
    struct menu_entry entries[] = {
        {.label = enable ? "Enable all of them" : "Disable all of them",
         .value = ACTION_ENABLE,
         .disabled = choice->locked},
        {.label = "Delete all of them…",
         .value = ACTION_DELETE,
         .disabled = choice->locked,
         .divide = true,
         .danger = true},
    };
    char title[COUNT_MAX];
    snprintf(title, sizeof title, "%zu marked", count);
    return menu_of(tag, title, entries, ARRAY_LEN(entries), choice->contexts);
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

/* What goes with them. */
struct losses {
    size_t count;
    const char *name; /* of the last one */
    int64_t checks, waiting;
};

static void count_losses(struct losses *out, const struct integration_rows *rows,
                         const struct text_list *ids)
{
    for (size_t i = 0; i < ids->count; i++) {
        const size_t index = integration_rows_find(rows, ids->items[i]);
        if (index == rows->count)
            continue;
        const struct integration_status *s = &rows->items[index].status;
        out->count++;
        out->name = rows->items[index].name;
        out->checks += (int64_t)s->checks;
        out->waiting += s->facts.counts.waiting + s->facts.counts.held;
    }
}

static struct popup *delete_dialog(int tag, const char *text, const char *type_this,
                                   const char *label)
{
    static const struct dialog_button buttons[] = {{"Cancel", KEY_NONE, 0}, {"Delete", 'D', 1}};
    const struct dialog_spec spec = {
        .tag = tag,
        .title = "Delete integration",
        .text = text,
        .buttons = buttons,
        .button_count = ARRAY_LEN(buttons),
        .type_this = type_this,
        .type_label = label,
    };
    return dialog_new(&spec);
}

struct popup *ask_delete(int tag, const struct integration_rows *rows, const struct text_list *ids)
{
    struct losses lost = {0};
    char checks[COUNT_MAX], deliveries[COUNT_MAX], word[COUNT_MAX], label[COUNT_MAX + 16];
    count_losses(&lost, rows, ids);
    if (lost.count == 0)
        return NULL;
    const bool one = lost.count == 1;
    count_text(lost.checks, one ? "check" : "tick", one ? "checks" : "ticks", checks);
    count_text(lost.waiting, "delivery", "deliveries", deliveries);
    snprintf(word, sizeof word, "delete %zu", lost.count);
    snprintf(label, sizeof label, "Type %s to do so:", word);
    char *who = one ? mem_strdup(lost.name) : mem_printf("These %zu integrations", lost.count);
    char *text = mem_printf("%s %s %s and %s\n%s waiting.%s", who, one ? "is used by" : "have",
                            checks, one ? "has" : "", deliveries,
                            lost.waiting > 1    ? " They will be dropped."
                            : lost.waiting == 1 ? " It will be dropped."
                                                : "");
    struct popup *popup =
        delete_dialog(tag, text, one ? lost.name : word, one ? "Type the name to delete:" : label);
    free(text);
    free(who);
    return popup;
}

struct popup *ask_demo(int tag)
{
    static const struct dialog_button buttons[] = {{"Cancel", KEY_NONE, 0}, {"Start", 's', 1}};
    const struct dialog_spec spec = {
        .tag = tag,
        .title = "Demo endpoint",
        .text = "checkhook's own receiver is started on this host, and an integration is made for "
                "it. It ends with this console; no data leaves the host.",
        .buttons = buttons,
        .button_count = ARRAY_LEN(buttons),
    };
    return dialog_new(&spec);
}

static void describe_incoming(const struct incoming *item, struct checkmenu_entry *entry,
                              char *note, size_t size)
{
    const char *fate = incoming_fate_text(item->fate);
    if (item->fate == INCOMING_BAD)
        snprintf(note, size, "■ %.60s", item->why);
    else if (item->missing.count > 0 && item->fate != INCOMING_SAME)
        snprintf(note, size, "▲ %s, %zu %s missing", fate, item->missing.count,
                 item->missing.count == 1 ? "secret" : "secrets");
    else
        snprintf(note, size, "%s", fate);
    entry->id = item->in.id;
    entry->label = item->in.name ? item->in.name : "(no name)";
    entry->note = note;
    entry->note_role = item->fate == INCOMING_BAD ? ROLE_BAD
                       : item->missing.count > 0  ? ROLE_WARN
                                                  : ROLE_TEXT;
    entry->ticked = item->fate == INCOMING_NEW;
}

struct popup *ask_incoming(int tag, const char *path, const struct incoming_list *list)
{
    enum { NOTE_MAX = 80 };
    struct checkmenu_entry *entries = mem_zalloc(list->count * sizeof *entries);
    char(*notes)[NOTE_MAX] = mem_zalloc(list->count * sizeof *notes);
    for (size_t i = 0; i < list->count; i++)
        describe_incoming(&list->items[i], &entries[i], notes[i], sizeof notes[i]);
    const char *slash = strrchr(path, '/');
    char *title = mem_printf("Import from %s", slash && slash[1] ? slash + 1 : path);
    struct popup *popup = checkmenu_new(tag, title, entries, list->count);
    free(title);
    free(notes);
    free(entries);
    return popup;
}
