/* What every screen knows. */
#include "tui/everywhere.h"

#include <stdio.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/config/preferences.h"
#include "tui/dialog.h"
#include "tui/look.h"
#include "tui/menu.h"
#include "tui/palette.h"
#include "tui/terminal.h"

enum { TAG_QUIT = -1, TAG_COPY = -2, TAG_PALETTE = -3 }; /* below those of screens */

static const enum key_context everywhere[] = {KEYS_GLOBAL, KEYS_END};

/* --- leaving --------------------------------------------------------------------------------- */

static void ask_quit(struct everywhere *e)
{
    static const struct dialog_button buttons[] = {{"Stay", 0, 0}, {"Quit", 'Q', 1}};
    const struct dialog_spec spec = {
        .tag = TAG_QUIT,
        .title = "Quit",
        .text = "Work is under way and would be cancelled; nothing of it is kept.",
        .buttons = buttons,
        .button_count = ARRAY_LEN(buttons),
    };
    screen_popup(e->stack->top, dialog_new(&spec));
}

bool everywhere_keeps_page(struct everywhere *e, const struct reaction *r)
{
    const struct stack *stack = e->stack;
    const bool ends = r->kind == REACT_CLOSE && !stack->top->below && !stack->wanted;
    if (!ends || !session_job_running(e->session))
        return false;
    if (!stack->top->popup)
        ask_quit(e);
    return true;
}

bool everywhere_is_moot(const struct everywhere *e, const struct popup *popup)
{
    return popup->tag == TAG_QUIT && !session_job_running(e->session);
}

static void quit(struct everywhere *e)
{
    if (e->stack->top->below)
        stack_close_top(e->stack);
    else if (!stack_may_close_top(e->stack))
        return;
    else if (session_job_running(e->session))
        ask_quit(e);
    else
        e->leaving = true;
}

static void suspend(struct everywhere *e)
{
    if (!terminal_can_suspend()) {
        session_say(e->session, ROLE_WARN, "▲ There is no shell to suspend to.");
        return;
    }
    terminal_suspend();
}

static void keep_preferences(struct session *s)
{
    struct error err = {0};
    if (!preferences_save(s->preferences, &err))
        session_say_error(s, &err);
}

/* The other way round, and so for the next time. */
static void toggle_mouse(struct session *s)
{
    const bool on = !s->preferences->mouse;
    if (!terminal_set_mouse(on)) {
        session_say(s, ROLE_WARN, "▲ This terminal reports no mouse.");
        return;
    }
    s->preferences->mouse = on;
    session_say(s, ROLE_OK, "%s",
                on ? "● Mouse on: wheel and click. Hold Shift to select text; m switches it off."
                   : "● Mouse off: it is the terminal's, to select text.");
    keep_preferences(s);
}

static void take_theme(struct session *s, int theme)
{
    s->preferences->theme = theme;
    look_apply(s);
    session_say(s, ROLE_OK, "● Theme %s.", preferred_theme_text(theme));
    keep_preferences(s);
}

/* --- help, palette, copying ------------------------------------------------------------------ */

/* "Integrations|9,2,1," for the help: whose keys, and their contexts. */
static void open_help(struct everywhere *e)
{
    char arg[SCREEN_ARG_MAX];
    const enum key_context *contexts = screen_contexts(e->stack->top);
    if (*contexts == KEYS_HELP)
        return;
    int len = snprintf(arg, sizeof arg, "%s|", key_context_title(*contexts));
    for (; *contexts != KEYS_END && len > 0 && (size_t)len < sizeof arg; contexts++)
        len += snprintf(arg + len, sizeof arg - (size_t)len, "%d,", (int)*contexts);
    stack_open(e->stack, "help", arg);
}

static void collect_copies(struct screen *s)
{
    copy_list_release(&s->copies);
    if (s->ops->copies)
        s->ops->copies(s, &s->copies);
}

static void copy_one(struct screen *s, size_t index)
{
    screen_popup(s, copy_popup(&s->copies.items[index]));
}

static void copy(struct screen *s)
{
    collect_copies(s);
    if (s->copies.count == 0)
        session_say(s->session, ROLE_WARN, "▲ There is nothing to copy here.");
    else if (s->copies.count == 1)
        copy_one(s, 0);
    else
        screen_popup(s, copy_menu(TAG_COPY, &s->copies));
}

static void open_palette(struct screen *s)
{
    if (s->popup)
        return;
    collect_copies(s);
    screen_popup(s, palette_new(TAG_PALETTE, s));
}

static void open_once(struct everywhere *e, const char *screen)
{
    if (strcmp(e->stack->top->ops->id, screen) != 0)
        stack_open(e->stack, screen, "");
}

/* --- actions --------------------------------------------------------------------------------- */

bool everywhere_first(enum action action)
{
    return action == ACTION_HELP || action == ACTION_REDRAW || action == ACTION_SUSPEND ||
           action == ACTION_PALETTE;
}

enum action everywhere_action(const struct screen *s, int key, bool typing)
{
    const enum action action = key_action(everywhere, key, typing);
    const bool works = everywhere_first(action) && (action != ACTION_PALETTE || !s->popup);
    return works ? action : ACTION_NONE;
}

void everywhere_act(struct everywhere *e, enum action action)
{
    switch (action) {
    case ACTION_PAGE_1:
    case ACTION_PAGE_2:
    case ACTION_PAGE_3:
    case ACTION_PAGE_4:
    case ACTION_PAGE_5:
        stack_open_page(e->stack, (int)action - ACTION_PAGE_1 + 1);
        break;
    case ACTION_PAGE_NEXT:
        stack_turn_page(e->stack, 1);
        break;
    case ACTION_PAGE_PREVIOUS:
        stack_turn_page(e->stack, -1);
        break;
    case ACTION_HELP:
        open_help(e);
        break;
    case ACTION_PALETTE:
        open_palette(e->stack->top);
        break;
    case ACTION_COPY:
        copy(e->stack->top);
        break;
    case ACTION_SETTINGS:
        open_once(e, "settings");
        break;
    case ACTION_AUDIT:
        open_once(e, "audit");
        break;
    case ACTION_UNDO:
        if (session_may_change(e->session))
            undo_last(e->session);
        break;
    case ACTION_BACK:
        stack_close_top(e->stack);
        break;
    case ACTION_QUIT:
        quit(e);
        break;
    case ACTION_REDRAW:
        clearok(curscr, TRUE);
        break;
    case ACTION_SUSPEND:
        suspend(e);
        break;
    case ACTION_MOUSE:
        toggle_mouse(e->session);
        break;
    default:
        break;
    }
}

static void take_choice(const struct palette_choice *choice, struct everywhere_next *next)
{
    *next = (struct everywhere_next){.event = choice->event,
                                     .everywhere = choice->everywhere,
                                     .page = choice->page,
                                     .of = choice->of};
    snprintf(next->what, sizeof next->what, "%s", choice->what);
}

void everywhere_answered(struct everywhere *e, struct screen *s, const struct popup *popup,
                         struct everywhere_next *next)
{
    switch (popup->tag) {
    case TAG_QUIT:
        e->leaving = true;
        break;
    case TAG_COPY:
        copy_one(s, (size_t)menu_value(popup));
        break;
    case TAG_PALETTE: {
        const struct palette_choice choice = palette_choice(popup);
        if (choice.copy >= 0)
            copy_one(s, (size_t)choice.copy);
        else if (choice.theme >= 0)
            take_theme(e->session, choice.theme);
        else
            take_choice(&choice, next);
        break;
    }
    default:
        break;
    }
}

/* The page is there, with what stood selected when it was left: which row is meant is not known. */
static void say_select(struct everywhere *e, const struct everywhere_next *next)
{
    const struct screen *s = e->stack->top;
    char key[16];
    key_label(key_find(s->ops->contexts, next->event.action), key);
    if (s->ops->works && !s->ops->works(s, next->event.action))
        session_say(e->session, ROLE_WARN, "▲ %s needs %s, and there is none.", next->what,
                    next->of);
    else
        session_say(e->session, ROLE_TEXT, "Select %s, then press %s: %s.", next->of, key,
                    next->what);
}

bool everywhere_reach(struct everywhere *e, const struct everywhere_next *next)
{
    if (next->page == 0)
        return true;
    stack_open_page(e->stack, next->page);
    if (e->stack->top->popup || e->stack->top->ops->page != next->page)
        return false;
    if (next->of)
        say_select(e, next);
    return !next->of;
}
