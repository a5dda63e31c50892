/* Settings: the schedule, the tenant and how the console looks, saved at once; and facts about the
 * installation. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/actions.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "tui/copy.h"
#include "tui/editor.h"
#include "tui/look.h"
#include "tui/menu.h"
#include "tui/registry.h"
#include "tui/settings_draw.h"
#include "tui/settings_lines.h"
#include "tui/undo.h"

enum { TAG_CHOICE = 1, TEXT_CHARS = 64, MENU_MAX = 8 };

struct settings {
    struct fact_list facts;
    struct settings_lines lines;
    struct settings_view view;
    char complaint[sizeof((struct error *)0)->text]; /* about what is being typed; "" */
};

static const enum key_context settings_contexts[] = {KEYS_SETTINGS, KEYS_LIST, KEYS_GLOBAL,
                                                     KEYS_END};
static const enum key_context typing_contexts[] = {KEYS_PROMPT, KEYS_END};

static const struct settings_line *focused(const struct settings *p)
{
    return &p->lines.items[p->view.focus];
}

static bool is_console(const struct settings_line *line)
{
    return line->scope == SCOPE_CONSOLE;
}

static void *base_of(struct session *s, const struct settings_line *line)
{
    return is_console(line) ? (void *)s->preferences : (void *)&s->app.config.general;
}

static bool is_setting(const struct settings_line *line)
{
    return line->kind == LINE_SETTING;
}

/* --- reading ------------------------------------------------------------------------------- */

static bool read_facts(struct screen *s, struct error *err)
{
    struct settings *p = s->state;
    (void)err;
    fact_list_release(&p->facts);
    about_facts(&s->session->app, &p->facts);
    fact_add(&p->facts, FACTS_VERSIONS, "ncurses", curses_version() + strlen("ncurses "), NULL);
    settings_lines_make(&p->lines, &p->facts);
    return true;
}

static bool settings_open(struct screen *s, const char *arg, struct error *err)
{
    struct settings *p = s->state;
    (void)arg;
    screen_stale(s);
    read_facts(s, err);
    p->view.focus = settings_lines_first(&p->lines);
    return true;
}

static void stop_editing(struct settings *p)
{
    editor_free(p->view.editor);
    p->view.editor = NULL;
    p->complaint[0] = '\0';
}

static void settings_close(struct screen *s)
{
    struct settings *p = s->state;
    stop_editing(p);
    fact_list_release(&p->facts);
}

static struct reaction settings_tick(struct screen *s)
{
    return screen_reread(s, read_facts);
}

/* --- saving -------------------------------------------------------------------------------- */

static void say_saved(struct screen *s, const struct settings_line *line)
{
    char *text = settings_value_text(line->row, base_of(s->session, line));
    session_say(s->session, ROLE_OK, "● %s is %s.", line->row->label, *text ? text : "empty");
    free(text);
}

static bool save_general(struct session *s, const struct setting *row, const char *text,
                         struct error *err)
{
    if (!action_begin(&s->app, err))
        return false;
    if (setting_set(row, &s->app.config.general, text, err))
        return action_commit(&s->app, session_now_s(s), err);
    action_abort(&s->app);
    return false;
}

static bool save_console(struct session *s, const struct setting *row, const char *text,
                         struct error *err)
{
    if (!setting_set(row, s->preferences, text, err))
        return false;
    look_apply(s);
    return preferences_save(s->preferences, err) || error_wrap(err, "not kept for the next time");
}

/* True when it was saved. */
static bool save(struct screen *s, const char *text)
{
    struct settings *p = s->state;
    const struct settings_line *line = focused(p);
    struct error err = {0};
    if (!is_console(line) && !session_may_change(s->session))
        return false;
    const bool ok = is_console(line) ? save_console(s->session, line->row, text, &err)
                                     : save_general(s->session, line->row, text, &err);
    if (!ok) {
        session_say_error(s->session, &err);
        return false;
    }
    say_saved(s, line);
    if (!is_console(line)) {
        session_changed(s->session);
        undo_push(s->session, "%s changed", line->row->label);
    }
    return true;
}

/* --- changing ------------------------------------------------------------------------------ */

static void turn_over(struct screen *s)
{
    const struct settings_line *line = focused(s->state);
    char *text = setting_get(line->row, base_of(s->session, line));
    save(s, strcmp(text, "true") == 0 ? "false" : "true");
    free(text);
}

static size_t choice_now(const struct setting *row, const void *base)
{
    char *text = setting_get(row, base);
    size_t i = 0;
    while (row->choices[i].value && strcmp(row->choices[i].value, text) != 0)
        i++;
    free(text);
    return row->choices[i].value ? i : 0;
}

static void open_choices(struct screen *s)
{
    struct settings *p = s->state;
    const struct settings_line *line = focused(p);
    struct menu_entry entries[MENU_MAX] = {0};
    size_t count = 0;
    for (; count < MENU_MAX && line->row->choices[count].value; count++)
        entries[count] =
            (struct menu_entry){.label = line->row->choices[count].label, .value = (int)count};
    struct popup *menu = menu_new(TAG_CHOICE, line->row->label, entries, count,
                                  choice_now(line->row, base_of(s->session, line)));
    screen_popup(s, popup_at(menu, p->view.focus_y, p->view.focus_x));
}

static void next_choice(struct screen *s)
{
    const struct settings_line *line = focused(s->state);
    const size_t next = choice_now(line->row, base_of(s->session, line)) + 1;
    const struct choice *choices = line->row->choices;
    save(s, choices[next].value ? choices[next].value : choices[0].value);
}

static void start_editing(struct screen *s)
{
    struct settings *p = s->state;
    const struct settings_line *line = focused(p);
    if (!is_console(line) && !session_may_change(s->session))
        return;
    char *text = setting_get(line->row, base_of(s->session, line));
    p->view.editor = editor_new(text, TEXT_CHARS, false);
    free(text);
}

static void change(struct screen *s)
{
    const struct settings_line *line = focused(s->state);
    if (!is_setting(line))
        session_say(s->session, ROLE_TEXT, "· This is only to be looked at; y copies it.");
    else if (line->row->kind == KIND_BOOL)
        turn_over(s);
    else if (line->row->kind == KIND_CHOICE)
        open_choices(s);
    else
        start_editing(s);
}

static void toggle(struct screen *s)
{
    const struct settings_line *line = focused(s->state);
    if (is_setting(line) && line->row->kind == KIND_CHOICE)
        next_choice(s);
    else
        change(s);
}

static void reset(struct screen *s)
{
    if (is_setting(focused(s->state)))
        save(s, "");
}

/* What is typed stays where it will not do. */
static void take_typed(struct screen *s)
{
    struct settings *p = s->state;
    struct error err = {0};
    char *typed = editor_text(p->view.editor), *text = text_trim(typed);
    if (!setting_check(focused(p)->row, text, &err))
        snprintf(p->complaint, sizeof p->complaint, "%s", err.text);
    else if (save(s, text))
        stop_editing(p);
    free(text);
    free(typed);
}

/* --- keys ---------------------------------------------------------------------------------- */

static struct reaction key_while_typing(struct screen *s, const struct key_event *event)
{
    struct settings *p = s->state;
    if (event->action == ACTION_ENTER)
        take_typed(s);
    else if (event->action == ACTION_BACK)
        stop_editing(p);
    else if (editor_key(p->view.editor, event->key))
        p->complaint[0] = '\0';
    return react_stay();
}

static bool move_focus(struct settings *p, enum action action)
{
    const struct settings_lines *l = &p->lines;
    int *focus = &p->view.focus;
    switch (action) {
    case ACTION_UP:
        *focus = settings_lines_up(l, *focus);
        return true;
    case ACTION_DOWN:
        *focus = settings_lines_down(l, *focus);
        return true;
    case ACTION_LEFT:
    case ACTION_RIGHT:
        *focus = settings_lines_beside(l, *focus, action == ACTION_RIGHT);
        return true;
    case ACTION_PAGE_UP:
    case ACTION_PAGE_DOWN:
        for (int i = 1; i < p->view.page; i++)
            *focus = action == ACTION_PAGE_UP ? settings_lines_up(l, *focus)
                                              : settings_lines_down(l, *focus);
        return true;
    case ACTION_FIRST:
        *focus = settings_lines_first(l);
        return true;
    case ACTION_LAST:
        *focus = settings_lines_last(l);
        return true;
    default:
        return false;
    }
}

static void step_focus(struct settings *p, int step)
{
    int i = p->view.focus;
    do
        i = (i + step + p->lines.count) % p->lines.count;
    while (!settings_line_takes_focus(&p->lines.items[i]));
    p->view.focus = i;
}

static struct reaction settings_key(struct screen *s, const struct key_event *event)
{
    struct settings *p = s->state;
    if (p->view.editor)
        return key_while_typing(s, event);
    if (move_focus(p, event->action))
        return react_stay();
    switch (event->action) {
    case ACTION_ENTER:
        change(s);
        return react_stay();
    case ACTION_TOGGLE:
        toggle(s);
        return react_stay();
    case ACTION_RESET:
        reset(s);
        return react_stay();
    case ACTION_NEXT:
    case ACTION_PREVIOUS:
        step_focus(p, event->action == ACTION_NEXT ? 1 : -1);
        return react_stay();
    default:
        return react_ignore();
    }
}

static bool settings_works(const struct screen *s, enum action action)
{
    const struct settings_line *line = focused(s->state);
    const bool mine = is_setting(line) && (is_console(line) || s->session->may_write);
    switch (action) {
    case ACTION_ENTER:
    case ACTION_RESET:
        return mine;
    case ACTION_TOGGLE:
        return mine && (line->row->kind == KIND_BOOL || line->row->kind == KIND_CHOICE);
    default:
        return true;
    }
}

static struct reaction settings_answered(struct screen *s, struct popup *popup)
{
    const struct settings_line *line = focused(s->state);
    if (popup->tag == TAG_CHOICE)
        save(s, line->row->choices[menu_value(popup)].value);
    return react_stay();
}

static void settings_paste(struct screen *s, const char *text)
{
    struct settings *p = s->state;
    if (p->view.editor)
        editor_paste(p->view.editor, text);
    else
        session_say(s->session, ROLE_WARN, "▲ Press Enter on a setting first, then paste.");
}

static bool settings_typing(const struct screen *s)
{
    return ((const struct settings *)s->state)->view.editor != NULL;
}

static void settings_copies(struct screen *s, struct copy_list *out)
{
    const struct settings_line *line = focused(s->state);
    if (!is_setting(line)) {
        copy_offer(out, line->fact->name, line->fact->value);
        return;
    }
    char *text = setting_get(line->row, base_of(s->session, line));
    copy_offer(out, line->row->label, text);
    free(text);
}

/* --- drawing ------------------------------------------------------------------------------- */

static void settings_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    struct settings *p = s->state;
    settings_lines_place(&p->lines, area->cols, frame_has_pane(s->session, area));
    settings_draw_lines(&p->view, &p->lines, s->session, w, area);
}

static void settings_badge(struct screen *s, char *out, size_t size)
{
    if (!s->session->may_write)
        snprintf(out, size, "read-only");
}

static void settings_hint(struct screen *s, char *out, size_t size)
{
    const struct settings *p = s->state;
    const struct settings_line *line = focused(p);
    if (p->complaint[0])
        snprintf(out, size, "■ %s: %s.", line->row->label, p->complaint);
    else if (is_setting(line) && !is_console(line) && !s->session->may_write)
        snprintf(out, size, "Read-only: %s.", s->session->read_only);
    else if (is_setting(line))
        snprintf(out, size, "%s: %s", line->row->label, line->row->help);
    else
        snprintf(out, size, "%s: %s%s%s", line->fact->name, line->fact->value,
                 line->fact->note ? " · " : "", line->fact->note ? line->fact->note : "");
}

const struct screen_ops screen_settings = {
    .id = "settings",
    .title = "Settings",
    .kind = SCREEN_FULL,
    .state_size = sizeof(struct settings),
    .contexts = settings_contexts,
    .open = settings_open,
    .close = settings_close,
    .draw = settings_draw,
    .badge = settings_badge,
    .hint = settings_hint,
    .key = settings_key,
    .works = settings_works,
    .answered = settings_answered,
    .tick = settings_tick,
    .paste = settings_paste,
    .copies = settings_copies,
    .typing = settings_typing,
    .typing_contexts = typing_contexts,
};
