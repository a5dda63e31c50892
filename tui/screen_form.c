/* The integration form: keys, the dirty guard, saving, testing the draft. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "tui/dialog.h"
#include "tui/menu.h"
#include "tui/registry.h"
#include "tui/screen_form_view.h"

enum { CHOICES_MAX = 16, SENTENCE_MAX = 512 };
enum tag { TAG_CHOICE, TAG_UNSAVED, TAG_CONFLICT, TAG_VALUE };
enum answer {
    ANSWER_KEEP,
    ANSWER_SAVE,
    ANSWER_DISCARD,
    ANSWER_MERGE,
    ANSWER_RELOAD,
    ANSWER_OVERWRITE
};

struct form_screen {
    struct integration_form form;
    struct form_view view;
    int value_y, value_x; /* of the focused value at the last drawing */
};

static const enum key_context form_contexts[] = {KEYS_FORM, KEYS_END};

static const struct setting *focused(const struct form_screen *p)
{
    return integration_form_row(p->view.focus);
}

/* --- life ------------------------------------------------------------------------------------ */

/* What is required and not there, such as a secret that did not follow a new address. */
static int first_missing(const struct integration_form *form)
{
    for (int i = 0; i < integration_form_row_count(); i++) {
        const struct setting *row = integration_form_row(i);
        if (row->required && integration_form_visible(form, i) &&
            !setting_is_set(row, &form->draft))
            return i;
    }
    return FORM_NO_ROW;
}

static bool form_open(struct screen *s, const char *arg, struct error *err)
{
    struct form_screen *p = s->state;
    if (!integration_form_open(&p->form, &s->session->app, arg, err))
        return false;
    form_view_init(&p->view, &p->form);
    int missing = first_missing(&p->form);
    if (missing != FORM_NO_ROW)
        p->view.focus = missing;
    s->session->form = &p->form;
    return true;
}

static void form_close(struct screen *s)
{
    struct form_screen *p = s->state;
    if (s->session->form == &p->form)
        s->session->form = NULL;
    form_view_release(&p->view);
    integration_form_release(&p->form);
}

/* --- drawing --------------------------------------------------------------------------------- */

static void form_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    struct form_screen *p = s->state;
    p->view.now_s = session_now_s(s->session);
    form_view_draw(&p->view, w, area, &p->value_y, &p->value_x);
}

static void form_heading(struct screen *s, char *out, size_t size)
{
    const struct form_screen *p = s->state;
    const char *name = p->form.is_new ? p->form.draft.name : p->form.before.name;
    snprintf(out, size, "%s%s%s", p->form.is_new ? "New integration" : "Edit integration",
             name ? " · " : "", name ? name : "");
}

static void form_badge(struct screen *s, char *out, size_t size)
{
    struct form_screen *p = s->state;
    size_t changes = form_view_changes(&p->view);
    if (changes > 0)
        snprintf(out, size, "%zu unsaved change%s", changes, changes == 1 ? "" : "s");
}

static void form_hint(struct screen *s, char *out, size_t size)
{
    const struct setting *row = focused(s->state);
    snprintf(out, size, "%s: %s", row->label, row->help);
}

static bool form_typing(const struct screen *s)
{
    const struct form_screen *p = s->state;
    return form_view_is_text(&p->view);
}

static bool form_works(const struct screen *s, enum action action)
{
    struct form_screen *p = s->state;
    const enum setting_kind kind = focused(p)->kind;
    if (action == ACTION_REVEAL)
        return !secret_line_is_empty(&p->view.typed);
    if (action == ACTION_ENTER)
        return kind == KIND_CHOICE || kind == KIND_PARAMS;
    if (action == ACTION_TOGGLE)
        return kind == KIND_BOOL || kind == KIND_CHOICE;
    return true;
}

/* --- moving ---------------------------------------------------------------------------------- */

static void go_to(struct screen *s, int row)
{
    struct form_screen *p = s->state;
    if (row != FORM_NO_ROW)
        form_view_focus(&p->view, row, session_now_s(s->session));
}

static void take(struct screen *s)
{
    struct form_screen *p = s->state;
    form_view_take(&p->view, session_now_s(s->session));
}

/* --- questions ------------------------------------------------------------------------------- */

static void ask_choice(struct screen *s)
{
    struct form_screen *p = s->state;
    const struct setting *row = focused(p);
    struct menu_entry entries[CHOICES_MAX] = {0};
    size_t count = 0;
    int now = integration_form_choice(&p->form, p->view.focus);
    while (count < CHOICES_MAX && row->choices[count].value) {
        entries[count] =
            (struct menu_entry){.label = row->choices[count].label, .value = (int)count};
        count++;
    }
    struct popup *menu =
        menu_new(TAG_CHOICE, row->label, entries, count, now == FORM_NO_ROW ? 0 : (size_t)now);
    screen_popup(s, popup_at(menu, p->value_y + 1, p->value_x));
}

static void ask_unsaved(struct screen *s)
{
    static const struct dialog_button buttons[] = {{"Keep editing", 0, ANSWER_KEEP},
                                                   {"Save", 's', ANSWER_SAVE},
                                                   {"Discard", 'D', ANSWER_DISCARD}};
    const struct form_screen *p = s->state;
    const size_t changes = integration_form_changes(&p->form);
    char *labels = integration_form_change_labels(&p->form);
    char *text = mem_printf("%zu field%s changed in %s:\n%s", changes, changes == 1 ? "" : "s",
                            integration_form_name(&p->form), labels);
    screen_popup(s, dialog_new(&(struct dialog_spec){.tag = TAG_UNSAVED,
                                                     .title = "Unsaved changes",
                                                     .text = text,
                                                     .buttons = buttons,
                                                     .button_count = ARRAY_LEN(buttons)}));
    free(text);
    free(labels);
}

static void ask_conflict(struct screen *s)
{
    const struct form_screen *p = s->state;
    static const struct dialog_button buttons[] = {{"Back", 0, ANSWER_KEEP},
                                                   {"Merge", 'm', ANSWER_MERGE},
                                                   {"Theirs", 'T', ANSWER_RELOAD},
                                                   {"Mine", 'M', ANSWER_OVERWRITE}};
    char *text = mem_printf("%s was changed by somebody else while you edited it.\n"
                            "Merge takes their changes into the fields that you left alone. "
                            "Theirs drops your changes, Mine overwrites theirs.",
                            integration_form_name(&p->form));
    screen_popup(s, dialog_new(&(struct dialog_spec){.tag = TAG_CONFLICT,
                                                     .title = "Changed by somebody else",
                                                     .text = text,
                                                     .buttons = buttons,
                                                     .button_count = ARRAY_LEN(buttons)}));
    free(text);
}

static void show_value(struct screen *s)
{
    static const struct dialog_button buttons[] = {{"Close", 0, ANSWER_KEEP}};
    struct form_screen *p = s->state;
    char *text = form_view_long_text(&p->view);
    if (text)
        screen_popup(s, dialog_new(&(struct dialog_spec){.tag = TAG_VALUE,
                                                         .title = focused(p)->label,
                                                         .text = text,
                                                         .buttons = buttons,
                                                         .button_count = ARRAY_LEN(buttons)}));
    else
        session_say(s->session, ROLE_TEXT, "%s",
                    focused(p)->kind == KIND_SECRET
                        ? "A secret is never shown; ^R shows what is being typed."
                        : "The field shows its whole value.");
    free(text);
}

/* --- doing ----------------------------------------------------------------------------------- */

/* "Password, Timeout"; the caller frees. */
static char *join(const struct text_list *list)
{
    struct strbuf text;
    strbuf_init(&text, SENTENCE_MAX);
    for (size_t i = 0; i < list->count; i++)
        strbuf_addf(&text, "%s%s", i ? ", " : "", list->items[i]);
    return strbuf_detach(&text);
}

static void say_saved(struct screen *s, const struct text_list *dropped)
{
    const struct form_screen *p = s->state;
    if (dropped->count == 0) {
        session_say(s->session, ROLE_OK, "● Saved %s.", integration_form_name(&p->form));
        return;
    }
    char *labels = join(dropped);
    session_say(s->session, ROLE_WARN, "▲ Saved %s. Enter again for the new address: %s.",
                integration_form_name(&p->form), labels);
    free(labels);
}

static struct reaction save(struct screen *s, bool overwrite)
{
    struct form_screen *p = s->state;
    const struct form_save options = {session_now_s(s->session), overwrite};
    struct text_list dropped = {0};
    struct error err = {0};
    take(s);
    bool ok = integration_form_save(&p->form, &options, &dropped, &err);
    session_changed(s->session);
    if (ok)
        say_saved(s, &dropped);
    text_list_release(&dropped);
    if (ok)
        return react_close();
    if (err.kind == ERR_BUSY && !overwrite && !p->form.is_new) {
        ask_conflict(s);
        return react_stay();
    }
    go_to(s, form_layout_first_error(&p->form));
    session_say_error(s->session, &err);
    return react_stay();
}

static struct reaction test(struct screen *s)
{
    struct form_screen *p = s->state;
    struct integration draft = {0};
    int bad = FORM_NO_ROW;
    take(s);
    bool ok = integration_form_for_test(&p->form, &draft, &bad);
    integration_release(&draft);
    if (ok)
        return react_open("test", "draft");
    go_to(s, bad);
    session_say(s->session, ROLE_BAD, "■ Nothing was sent: %s has to be right first.",
                integration_form_row(bad)->label);
    return react_stay();
}

static struct reaction reload(struct screen *s)
{
    struct form_screen *p = s->state;
    char id[UUID_LEN + 1];
    struct error err = {0};
    memcpy(id, p->form.draft.id, sizeof id);
    form_close(s);
    if (form_open(s, id, &err))
        return react_stay();
    session_say_error(s->session, &err);
    return react_close();
}

static struct reaction merge(struct screen *s)
{
    struct form_screen *p = s->state;
    struct text_list both = {0};
    struct error err = {0};
    if (!integration_form_merge(&p->form, &both, &err)) {
        session_say_error(s->session, &err);
        return react_stay();
    }
    char *labels = join(&both);
    if (both.count > 0)
        session_say(s->session, ROLE_WARN, "▲ Changed by both, yours is kept: %s.", labels);
    else
        session_say(s->session, ROLE_OK, "● Their changes are in; save to keep yours as well.");
    free(labels);
    text_list_release(&both);
    form_view_refresh(&p->view);
    return react_stay();
}

static bool form_may_close(struct screen *s)
{
    struct form_screen *p = s->state;
    take(s);
    if (integration_form_changes(&p->form) == 0)
        return true;
    ask_unsaved(s);
    return false;
}

static struct reaction enter(struct screen *s)
{
    struct form_screen *p = s->state;
    switch (focused(p)->kind) {
    case KIND_CHOICE:
        ask_choice(s);
        return react_stay();
    case KIND_BOOL:
        integration_form_turn(&p->form, p->view.focus, 1);
        form_view_refresh(&p->view);
        return react_stay();
    case KIND_PARAMS:
        form_view_refresh(&p->view); /* for when it comes back */
        return react_open("params", focused(p)->name);
    default:
        go_to(s, form_layout_step(&p->form, p->view.focus, 1));
        return react_stay();
    }
}

static struct reaction turn(struct form_screen *p, int step)
{
    integration_form_turn(&p->form, p->view.focus, step);
    form_view_refresh(&p->view);
    return react_stay();
}

static struct reaction reset(struct form_screen *p)
{
    form_view_forget(&p->view);
    integration_form_reset(&p->form, p->view.focus);
    return react_stay();
}

static struct reaction act(struct screen *s, enum action action)
{
    struct form_screen *p = s->state;
    switch (action) {
    case ACTION_SAVE:
        return save(s, false);
    case ACTION_TEST:
        return test(s);
    case ACTION_NEXT:
    case ACTION_PREVIOUS:
        go_to(s, form_layout_step(&p->form, p->view.focus, action == ACTION_NEXT ? 1 : -1));
        return react_stay();
    case ACTION_SECTION_NEXT:
    case ACTION_SECTION_PREVIOUS:
        go_to(s, form_view_step_section(&p->view, action == ACTION_SECTION_NEXT ? 1 : -1));
        return react_stay();
    case ACTION_ENTER:
        return enter(s);
    case ACTION_TOGGLE:
    case ACTION_RIGHT:
        return turn(p, 1);
    case ACTION_LEFT:
        return turn(p, -1);
    case ACTION_RESET:
        return reset(p);
    case ACTION_REVEAL:
        p->view.typed.reveal = !p->view.typed.reveal && !secret_line_is_empty(&p->view.typed);
        return react_stay();
    case ACTION_FULL_VALUE:
        show_value(s);
        return react_stay();
    case ACTION_BACK:
        return form_may_close(s) ? react_close() : react_stay();
    default:
        return react_stay();
    }
}

/* Arrows that move in a text, and turn a choice. */
static bool is_sideways(enum action action)
{
    return action == ACTION_LEFT || action == ACTION_RIGHT;
}

static struct reaction form_key(struct screen *s, const struct key_event *event)
{
    struct form_screen *p = s->state;
    const bool edits = event->action == ACTION_NONE || is_sideways(event->action);
    if (form_view_is_text(&p->view) && edits) {
        form_view_key(&p->view, event->key);
        return react_stay();
    }
    return act(s, event->action);
}

static void form_paste(struct screen *s, const char *text)
{
    struct form_screen *p = s->state;
    bool newline = false;
    if (!form_view_is_text(&p->view))
        session_say(s->session, ROLE_WARN, "▲ Pasted text was dropped: there is no field here.");
    else if (!form_view_paste(&p->view, text, &newline))
        session_say(s->session, ROLE_WARN, "▲ A secret may have %d bytes at most.", SECRET_MAX);
    else if (newline)
        session_say(s->session, ROLE_TEXT, "Trailing newline removed.");
}

static struct reaction form_answered(struct screen *s, struct popup *popup)
{
    struct form_screen *p = s->state;
    if (popup->tag == TAG_CHOICE) {
        integration_form_choose(&p->form, p->view.focus, menu_value(popup));
        form_view_refresh(&p->view);
        return react_stay();
    }
    switch ((enum answer)dialog_value(popup)) {
    case ANSWER_SAVE:
        return save(s, false);
    case ANSWER_OVERWRITE:
        return save(s, true);
    case ANSWER_MERGE:
        return merge(s);
    case ANSWER_RELOAD:
        return reload(s);
    case ANSWER_DISCARD:
        return react_close();
    case ANSWER_KEEP:
        break;
    }
    return react_stay();
}

const struct screen_ops screen_form = {
    .id = "form",
    .title = "Integration",
    .kind = SCREEN_FULL,
    .state_size = sizeof(struct form_screen),
    .contexts = form_contexts,
    .open = form_open,
    .close = form_close,
    .draw = form_draw,
    .heading = form_heading,
    .badge = form_badge,
    .hint = form_hint,
    .key = form_key,
    .works = form_works,
    .answered = form_answered,
    .paste = form_paste,
    .typing = form_typing,
    .may_close = form_may_close,
};
