/* What the integration form asks. */
#include "tui/screen_form_ask.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "tui/dialog.h"
#include "tui/draft_text.h"
#include "tui/menu.h"

enum { CHOICES_MAX = 16, SENTENCE_MAX = 512 };

static struct popup *question(const char *title, const char *text, const char *note,
                              const struct dialog_button *buttons, size_t count)
{
    return dialog_new(&(struct dialog_spec){.tag = FORM_TAG_QUESTION,
                                            .title = title,
                                            .text = text,
                                            .note = note,
                                            .buttons = buttons,
                                            .button_count = count});
}

struct popup *form_ask_choice(const struct integration_form *form, int row)
{
    const struct setting *s = integration_form_row(row);
    struct menu_entry entries[CHOICES_MAX] = {0};
    size_t count = 0;
    const int now = integration_form_choice(form, row);
    while (count < CHOICES_MAX && s->choices[count].value) {
        entries[count] = (struct menu_entry){.label = s->choices[count].label, .value = (int)count};
        count++;
    }
    return menu_new(FORM_TAG_CHOICE, s->label, entries, count,
                    now == FORM_NO_ROW ? 0 : (size_t)now);
}

struct popup *form_ask_unsaved(const struct integration_form *form)
{
    static const struct dialog_button buttons[] = {
        {"Keep editing", 0, FORM_KEEP}, {"Save", 's', FORM_SAVE}, {"Discard", 'D', FORM_DISCARD}};
    const size_t changes = integration_form_changes(form);
    char *labels = integration_form_change_labels(form);
    char *text = mem_printf("%zu field%s changed in %s:\n%s", changes, changes == 1 ? "" : "s",
                            integration_form_name(form), labels);
    struct popup *popup =
        question("Unsaved changes", text, "A draft is kept for 7 days if the connection drops.",
                 buttons, ARRAY_LEN(buttons));
    free(text);
    free(labels);
    return popup;
}

struct popup *form_ask_draft(const struct draft *draft, int64_t now_s)
{
    static const struct dialog_button buttons[] = {{"Later", 0, FORM_KEEP},
                                                   {"Continue", 'c', FORM_CONTINUE_DRAFT},
                                                   {"Discard", 'D', FORM_DISCARD_DRAFT}};
    char when[32];
    draft_when(draft, now_s, when, sizeof when);
    char *title = mem_printf("Draft of %s found", when), *fields = draft_fields(draft);
    char *text =
        mem_printf("The connection dropped while %s was edited.\n%s", draft_name(draft), fields);
    struct popup *popup = question(title, text, "Kept 7 days; secrets have to be entered again.",
                                   buttons, ARRAY_LEN(buttons));
    free(title);
    free(fields);
    free(text);
    return popup;
}

bool form_may_fill_in(struct session *s, const struct integration_form *form)
{
    if (form->draft.auth.type == AUTH_OAUTH)
        return true;
    session_say(s, ROLE_WARN,
                "▲ F8 fills in OAuth for a provider: choose OAuth client credentials here first.");
    return false;
}

struct popup *form_ask_preset(void)
{
    struct menu_entry entries[CHOICES_MAX] = {0};
    for (size_t i = 0; i < preset_count && i < CHOICES_MAX; i++)
        entries[i] = (struct menu_entry){.label = presets[i].name, .value = (int)i};
    return menu_new(FORM_TAG_PRESET, "Fill in for", entries,
                    preset_count < CHOICES_MAX ? preset_count : CHOICES_MAX, 0);
}

struct popup *form_ask_fill_in(const struct preset *preset, const struct text_list *replaced)
{
    static const struct dialog_button buttons[] = {{"Keep mine", 0, FORM_KEEP},
                                                   {"Fill in", 'f', FORM_FILL_IN}};
    char *what = form_join(replaced);
    char *text = mem_printf("%s: this replaces what is filled in now:\n%s", preset->name, what);
    struct popup *popup = question("Fill in for a provider", text, "^U brings back a field.",
                                   buttons, ARRAY_LEN(buttons));
    free(what);
    free(text);
    return popup;
}

struct popup *form_show_value(const char *label, const char *text)
{
    static const struct dialog_button buttons[] = {{"Close", 0, FORM_KEEP}};
    return question(label, text, NULL, buttons, ARRAY_LEN(buttons));
}

char *form_join(const struct text_list *list)
{
    struct strbuf text;
    strbuf_init(&text, SENTENCE_MAX);
    for (size_t i = 0; i < list->count; i++)
        strbuf_addf(&text, "%s%s", i ? ", " : "", list->items[i]);
    return strbuf_detach(&text);
}
