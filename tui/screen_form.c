/* The integration form: keys, the dirty guard, saving, testing the draft, drafts that are kept. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tui/dialog.h"
#include "tui/draft_keep.h"
#include "tui/menu.h"
#include "tui/registry.h"
#include "tui/screen_form_ask.h"
#include "tui/screen_form_view.h"

struct form_screen {
    struct integration_form form;
    struct form_view view;
    struct draft found;          /* of this integration; empty id = none */
    const struct preset *preset; /* that is asked about */
    bool settled;                /* saved or discarded: no draft is to be kept */
    int value_y, value_x;        /* of the focused value at the last drawing */
};

static const enum key_context form_contexts[] = {KEYS_FORM, KEYS_END};

/* Before the id: open the draft that was kept of it. Behind it may stand "@SETTING", the first
 * focus. */
static const char draft_prefix[] = "draft:";

static const struct setting *focused(const struct form_screen *p)
{
    return integration_form_row(p->view.focus);
}

static const char *drafts_of(const struct screen *s)
{
    return s->session->app.paths.console_file;
}

/* --- life ------------------------------------------------------------------------------------ */

/* What is required and not there, such as a secret that did not follow a new address. */
static int first_missing(const struct integration_form *form)
{
    for (size_t i = 0; i < form_layout_count; i++) {
        const int row = form_layout_row(i);
        const struct setting *s = integration_form_row(row);
        if (s->required && integration_form_visible(form, row) && !setting_is_set(s, &form->draft))
            return row;
    }
    return FORM_NO_ROW;
}

static void begin(struct screen *s)
{
    struct form_screen *p = s->state;
    form_view_init(&p->view, &p->form);
    const int missing = first_missing(&p->form);
    p->view.focus = missing == FORM_NO_ROW ? form_layout_row(0) : missing;
    s->session->form = &p->form;
}

static bool form_open(struct screen *s, const char *arg, struct error *err)
{
    struct form_screen *p = s->state;
    const size_t prefix = strlen(draft_prefix);
    const bool continues = strncmp(arg, draft_prefix, prefix) == 0;
    char *id = mem_strndup(arg, strcspn(arg, "@"));
    const char *at = strchr(arg, '@');
    const bool ok = continues ? draft_continue(s->session, &p->form, id + prefix, err)
                              : integration_form_open(&p->form, &s->session->app, id, err);
    free(id);
    if (!ok)
        return false;
    begin(s);
    if (at && integration_form_find(at + 1) != FORM_NO_ROW)
        p->view.focus = integration_form_find(at + 1);
    if (!continues && !p->form.is_new && draft_find(s->session, p->form.draft.id, &p->found))
        screen_popup(s, form_ask_draft(&p->found, session_now_s(s->session)));
    return true;
}

static void close_form(struct screen *s)
{
    struct form_screen *p = s->state;
    if (s->session->form == &p->form)
        s->session->form = NULL;
    form_view_release(&p->view);
    integration_form_release(&p->form);
    draft_release(&p->found);
}

static void form_close(struct screen *s)
{
    struct form_screen *p = s->state;
    if (!p->settled && p->view.places) {
        form_view_take(&p->view, session_now_s(s->session));
        draft_keep(s->session, &p->form);
    }
    close_form(s);
}

/* Nothing of it is wanted any more: neither here nor in a draft. */
static struct reaction settle(struct screen *s)
{
    struct form_screen *p = s->state;
    p->settled = true;
    draft_remove(drafts_of(s), p->form.draft.id);
    return react_close();
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
    const struct form_screen *p = s->state;
    const enum setting_kind kind = focused(p)->kind;
    switch (action) {
    case ACTION_REVEAL:
        return !secret_line_is_empty(&p->view.typed);
    case ACTION_ENTER:
        return kind == KIND_CHOICE || kind == KIND_PARAMS;
    case ACTION_TOGGLE:
        return kind == KIND_BOOL || kind == KIND_CHOICE;
    case ACTION_PRESET:
        return p->form.draft.auth.type == AUTH_OAUTH;
    default:
        return true;
    }
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

static void step(struct screen *s, int by)
{
    struct form_screen *p = s->state;
    go_to(s, form_layout_step(&p->form, p->view.focus, by));
}

/* --- doing ----------------------------------------------------------------------------------- */

static void say_saved(struct screen *s, const struct text_list *dropped)
{
    const struct form_screen *p = s->state;
    const char *name = integration_form_name(&p->form);
    char *labels = form_join(dropped);
    if (dropped->count == 0)
        session_say(s->session, ROLE_OK, "● Saved %s.", name);
    else
        session_say(s->session, ROLE_WARN, "▲ Saved %s. Enter again for the new address: %s.", name,
                    labels);
    undo_push(s->session, "%s edited", name);
    free(labels);
}

static struct reaction save(struct screen *s)
{
    struct form_screen *p = s->state;
    const struct form_save options = {.now_s = session_now_s(s->session)};
    struct text_list dropped = {0};
    struct error err = {0};
    take(s);
    const bool ok = integration_form_save(&p->form, &options, &dropped, &err);
    session_changed(s->session);
    if (ok)
        say_saved(s, &dropped);
    text_list_release(&dropped);
    if (ok)
        return settle(s);
    if (err.kind == ERR_CONFLICT) {
        form_view_refresh(&p->view);
        return react_open("merge", "");
    }
    go_to(s, form_layout_first_error(&p->form));
    session_say_error(s->session, &err);
    return react_stay();
}

/* A test or a preview of what stands here, once it can be sent at all. */
static struct reaction look(struct screen *s, const char *screen)
{
    struct form_screen *p = s->state;
    struct integration draft = {0};
    int bad = FORM_NO_ROW;
    take(s);
    const bool ok = integration_form_for_test(&p->form, &draft, &bad);
    integration_release(&draft);
    if (ok)
        return react_open(screen, "draft");
    go_to(s, bad);
    session_say(s->session, ROLE_BAD, "■ Nothing was sent: %s has to be right first.",
                integration_form_row(bad)->label);
    return react_stay();
}

static void fill_in(struct screen *s, const struct preset *preset)
{
    struct form_screen *p = s->state;
    integration_form_apply_preset(&p->form, preset);
    form_view_refresh(&p->view);
    go_to(s, integration_form_find("auth.endpoint"));
    session_say(s->session, ROLE_OK, "● %s", preset->advice);
}

static void choose_preset(struct screen *s, const struct preset *preset)
{
    struct form_screen *p = s->state;
    struct text_list replaced = {0};
    take(s);
    p->preset = preset;
    if (preset_overwrites(preset, &p->form.draft, &replaced))
        screen_popup(s, form_ask_fill_in(preset, &replaced));
    else
        fill_in(s, preset);
    text_list_release(&replaced);
}

static struct reaction continue_draft(struct screen *s)
{
    struct form_screen *p = s->state;
    char arg[SCREEN_ARG_MAX];
    snprintf(arg, sizeof arg, "%s%s", draft_prefix, p->found.id);
    p->settled = true;
    return react_switch("form", arg);
}

static bool form_may_close(struct screen *s)
{
    struct form_screen *p = s->state;
    take(s);
    if (integration_form_changes(&p->form) == 0)
        return true;
    screen_popup(s, form_ask_unsaved(&p->form));
    return false;
}

static void show_value(struct screen *s)
{
    struct form_screen *p = s->state;
    char *text = form_view_long_text(&p->view);
    if (text)
        screen_popup(s, form_show_value(focused(p)->label, text));
    else
        session_say(s->session, ROLE_TEXT, "%s",
                    focused(p)->kind == KIND_SECRET
                        ? "A secret is never shown; ^R shows what is being typed."
                        : "The field shows its whole value.");
    free(text);
}

static void turn(struct form_screen *p, int by)
{
    integration_form_turn(&p->form, p->view.focus, by);
    form_view_refresh(&p->view);
}

static struct reaction enter(struct screen *s)
{
    struct form_screen *p = s->state;
    switch (focused(p)->kind) {
    case KIND_CHOICE:
        screen_popup(
            s, popup_at(form_ask_choice(&p->form, p->view.focus), p->value_y + 1, p->value_x));
        break;
    case KIND_BOOL:
        turn(p, 1);
        break;
    case KIND_PARAMS:
        form_view_refresh(&p->view); /* for when it comes back */
        return react_open("params", focused(p)->name);
    default:
        step(s, 1);
        break;
    }
    return react_stay();
}

static void reset(struct form_screen *p)
{
    form_view_forget(&p->view);
    integration_form_reset(&p->form, p->view.focus);
}

static void undo_paste(struct screen *s)
{
    struct form_screen *p = s->state;
    if (form_view_is_text(&p->view) && !form_view_unpaste(&p->view))
        session_say(s->session, ROLE_TEXT, "Nothing was pasted here; ^U resets the field.");
}

/* --- keys ------------------------------------------------------------------------------------ */

/* What changes the focused value, or the focus. */
static void edit(struct screen *s, enum action action)
{
    struct form_screen *p = s->state;
    switch (action) {
    case ACTION_NEXT:
    case ACTION_PREVIOUS:
        step(s, action == ACTION_NEXT ? 1 : -1);
        break;
    case ACTION_SECTION_NEXT:
    case ACTION_SECTION_PREVIOUS:
        go_to(s, form_view_step_section(&p->view, action == ACTION_SECTION_NEXT ? 1 : -1));
        break;
    case ACTION_TOGGLE:
    case ACTION_RIGHT:
    case ACTION_LEFT:
        turn(p, action == ACTION_LEFT ? -1 : 1);
        break;
    case ACTION_RESET:
        reset(p);
        break;
    case ACTION_UNDO:
        undo_paste(s);
        break;
    case ACTION_REVEAL:
        p->view.typed.reveal = !p->view.typed.reveal && !secret_line_is_empty(&p->view.typed);
        break;
    default:
        break;
    }
}

static struct reaction act(struct screen *s, enum action action)
{
    struct form_screen *p = s->state;
    switch (action) {
    case ACTION_SAVE:
        return save(s);
    case ACTION_TEST:
        return look(s, "test");
    case ACTION_PREVIEW:
        return look(s, "preview");
    case ACTION_ENTER:
        return enter(s);
    case ACTION_PRESET:
        if (form_may_fill_in(s->session, &p->form))
            screen_popup(s, form_ask_preset());
        else
            go_to(s, integration_form_find("auth.type"));
        return react_stay();
    case ACTION_FULL_VALUE:
        show_value(s);
        return react_stay();
    case ACTION_BACK:
        return form_may_close(s) ? react_close() : react_stay();
    default:
        edit(s, action);
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
    if (popup->tag == FORM_TAG_CHOICE) {
        integration_form_choose(&p->form, p->view.focus, menu_value(popup));
        form_view_refresh(&p->view);
        return react_stay();
    }
    if (popup->tag == FORM_TAG_PRESET) {
        choose_preset(s, &presets[menu_value(popup)]);
        return react_stay();
    }
    switch ((enum form_answer)dialog_value(popup)) {
    case FORM_SAVE:
        return save(s);
    case FORM_DISCARD:
        return settle(s);
    case FORM_CONTINUE_DRAFT:
        return continue_draft(s);
    case FORM_DISCARD_DRAFT:
        draft_remove(drafts_of(s), p->found.id);
        break;
    case FORM_FILL_IN:
        fill_in(s, p->preset);
        break;
    case FORM_KEEP:
        break;
    }
    return react_stay();
}

/* What screens over the form left for it: a place to go to, or a choice between two versions,
 * which is saved as it stands then. */
static struct reaction form_tick(struct screen *s)
{
    struct form_screen *p = s->state;
    const struct setting *wanted = p->form.wanted;
    p->form.wanted = NULL;
    if (wanted) {
        go_to(s, integration_form_find(wanted->name));
        return react_stay();
    }
    if (!p->form.merged)
        return react_ignore();
    p->form.merged = false;
    form_view_refresh(&p->view);
    return save(s);
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
    .tick = form_tick,
};
