/*
 * The questions of the integration form. Their answers come back to it by tag.
 */
#ifndef CHECKHOOK_TUI_SCREEN_FORM_ASK_H
#define CHECKHOOK_TUI_SCREEN_FORM_ASK_H

#include "core/config/draft.h"
#include "forms/integration_form.h"
#include "tui/popup.h"
#include "tui/session.h"

enum form_tag { FORM_TAG_CHOICE, FORM_TAG_QUESTION, FORM_TAG_PRESET };

enum form_answer {
    FORM_KEEP, /* the safe answer of all questions */
    FORM_SAVE,
    FORM_DISCARD,
    FORM_CONTINUE_DRAFT,
    FORM_DISCARD_DRAFT,
    FORM_FILL_IN, /* the preset that was chosen */
};

/* All choices of a row; menu_value is their index. */
struct popup *form_ask_choice(const struct integration_form *form, int row);

/* Leaving with changes: keep editing, save, discard. */
struct popup *form_ask_unsaved(const struct integration_form *form);

/* A draft of this integration was kept: later, continue, discard. */
struct popup *form_ask_draft(const struct draft *draft, int64_t now_s);

/* A preset is for OAuth; where the draft has another authorization, it is said what to choose. */
bool form_may_fill_in(struct session *s, const struct integration_form *form);
/* Providers; menu_value is the index in presets. */
struct popup *form_ask_preset(void);
/* What the preset would replace. */
struct popup *form_ask_fill_in(const struct preset *preset, const struct text_list *replaced);

/* The whole value, wrapped. */
struct popup *form_show_value(const char *label, const char *text);

/* "Password, Timeout"; the caller frees. */
char *form_join(const struct text_list *list);

#endif
