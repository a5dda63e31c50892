/* The loop: waits, reads keys, lets things move on, repaints. */
#include "tui/loop.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "tui/copy.h"
#include "tui/dialog.h"
#include "tui/menu.h"
#include "tui/paint.h"
#include "tui/stack.h"
#include "tui/terminal.h"

enum { REPAINT_MS = 100, MINUTE_MS = 60000, SILENT_MS = 300 };
enum { TAG_QUIT = -1, TAG_COPY = -2 }; /* below those of screens */

struct loop {
    struct session *session;
    struct stack stack;
    bool leaving, dirty;
    bool told; /* that an action waits for another process */
    int64_t painted_ms, painted_minute;
    struct copy_list copies; /* of the copy menu */
};

static const enum key_context everywhere[] = {KEYS_GLOBAL, KEYS_END};

static void act_everywhere(struct loop *l, enum action action);

static void apply(struct loop *l, const struct reaction *r)
{
    stack_apply(&l->stack, r);
    l->dirty |= r->kind != REACT_IGNORE;
    l->leaving |= !l->stack.top;
    if (r->kind == REACT_ACT)
        act_everywhere(l, r->action);
}

/* --- what every screen knows --------------------------------------------------------------- */

static void ask_quit(struct loop *l)
{
    static const struct dialog_button buttons[] = {{"Stay", 0, 0}, {"Quit", 'Q', 1}};
    const struct dialog_spec spec = {
        .tag = TAG_QUIT,
        .title = "Quit",
        .text = "Work is under way and would be cancelled; nothing of it is kept.",
        .buttons = buttons,
        .button_count = ARRAY_LEN(buttons),
    };
    screen_popup(l->stack.top, dialog_new(&spec));
}

static void quit(struct loop *l)
{
    if (l->stack.top->below)
        stack_close_top(&l->stack);
    else if (!stack_may_close_top(&l->stack))
        return;
    else if (session_job_running(l->session))
        ask_quit(l);
    else
        l->leaving = true;
}

/* "Integrations|9,2,1," for the help: whose keys, and their contexts. */
static void open_help(struct loop *l)
{
    char arg[SCREEN_ARG_MAX];
    const enum key_context *contexts = screen_contexts(l->stack.top);
    if (*contexts == KEYS_HELP)
        return;
    int len = snprintf(arg, sizeof arg, "%s|", key_context_title(*contexts));
    for (; *contexts != KEYS_END && len > 0 && (size_t)len < sizeof arg; contexts++)
        len += snprintf(arg + len, sizeof arg - (size_t)len, "%d,", (int)*contexts);
    stack_open(&l->stack, "help", arg);
}

static void suspend(struct loop *l)
{
    if (!terminal_can_suspend()) {
        session_say(l->session, ROLE_WARN, "▲ There is no shell to suspend to.");
        return;
    }
    terminal_suspend();
}

static void copy(struct loop *l)
{
    struct screen *s = l->stack.top;
    copy_list_release(&l->copies);
    if (s->ops->copies)
        s->ops->copies(s, &l->copies);
    if (l->copies.count == 0)
        session_say(l->session, ROLE_WARN, "▲ There is nothing to copy here.");
    else if (l->copies.count == 1)
        screen_popup(s, copy_popup(l->copies.items[0].what, l->copies.items[0].text));
    else
        screen_popup(s, copy_menu(TAG_COPY, &l->copies));
}

static void copy_chosen(struct loop *l, struct screen *s, const struct popup *menu)
{
    const struct copy_offer *offer = &l->copies.items[menu_value(menu)];
    screen_popup(s, copy_popup(offer->what, offer->text));
}

static void act_everywhere(struct loop *l, enum action action)
{
    switch (action) {
    case ACTION_PAGE_1:
    case ACTION_PAGE_2:
    case ACTION_PAGE_3:
    case ACTION_PAGE_4:
    case ACTION_PAGE_5:
        stack_open_page(&l->stack, (int)action - ACTION_PAGE_1 + 1);
        break;
    case ACTION_PAGE_NEXT:
        stack_turn_page(&l->stack, 1);
        break;
    case ACTION_PAGE_PREVIOUS:
        stack_turn_page(&l->stack, -1);
        break;
    case ACTION_HELP:
        open_help(l);
        break;
    case ACTION_BACK:
        stack_close_top(&l->stack);
        break;
    case ACTION_QUIT:
        quit(l);
        break;
    case ACTION_COPY:
        copy(l);
        break;
    case ACTION_UNDO:
        undo_last(l->session);
        break;
    case ACTION_REDRAW:
        clearok(curscr, TRUE);
        break;
    case ACTION_SUSPEND:
        suspend(l);
        break;
    default:
        break;
    }
}

/* --- keys ---------------------------------------------------------------------------------- */

static void unlink_popup(struct screen *s, struct popup *popup)
{
    struct popup **at = &s->popup;
    while (*at && *at != popup)
        at = &(*at)->below;
    if (*at)
        *at = popup->below;
    popup_free(popup);
}

static void end_popup(struct loop *l, struct screen *s, struct popup *popup, bool answered)
{
    struct reaction r = react_stay();
    popup->keep = false;
    if (answered && popup->tag == TAG_QUIT)
        l->leaving = true;
    else if (answered && popup->tag == TAG_COPY)
        copy_chosen(l, s, popup);
    else if (answered && s->ops->answered)
        r = s->ops->answered(s, popup);
    if (!popup->keep)
        unlink_popup(s, popup);
    apply(l, &r);
}

static void key_to_popup(struct loop *l, struct screen *s, const struct key_event *event)
{
    struct popup *popup = s->popup;
    enum popup_result result = popup->ops->key(popup, event);
    if (result != POPUP_STAYS)
        end_popup(l, s, popup, result == POPUP_DONE);
}

static bool universal(enum action action)
{
    return action == ACTION_HELP || action == ACTION_REDRAW || action == ACTION_SUSPEND;
}

static void handle_key(struct loop *l, int key)
{
    struct screen *s = l->stack.top;
    bool typing = screen_typing(s);
    struct key_event event = {key, key_action(screen_contexts(s), key, typing)};
    if (event.action == ACTION_NONE) {
        enum action common = key_action(everywhere, key, typing);
        event.action = universal(common) ? common : ACTION_NONE;
    }
    l->session->message[0] = '\0';
    l->dirty = true;
    if (universal(event.action)) {
        act_everywhere(l, event.action);
    } else if (s->popup) {
        key_to_popup(l, s, &event);
    } else {
        struct reaction r = s->ops->key ? s->ops->key(s, &event) : react_ignore();
        apply(l, &r);
        if (r.kind == REACT_IGNORE)
            act_everywhere(l, event.action);
    }
    undo_forget_unnamed(l->session);
}

static void handle_paste(struct loop *l, const char *text)
{
    struct screen *s = l->stack.top;
    l->dirty = true;
    if (s->popup && s->popup->ops->paste)
        s->popup->ops->paste(s->popup, text);
    else if (!s->popup && s->ops->paste)
        s->ops->paste(s, text);
    else
        session_say(l->session, ROLE_WARN, "▲ Pasted text was dropped: there is no field here.");
}

/* True when there was any. */
static bool handle_keys(struct loop *l)
{
    bool any = false;
    for (int key = terminal_key(); key != TERMINAL_NO_KEY && !l->leaving; key = terminal_key()) {
        any = true;
        if (key == TERMINAL_RESIZED)
            l->dirty = true;
        else if (!paint_fits())
            l->leaving = key == 'q' || key == KEY_CTL('c');
        else if (key == TERMINAL_PASTED)
            handle_paste(l, terminal_pasted());
        else
            handle_key(l, key);
    }
    return any;
}

/* --- waiting for other processes ------------------------------------------------------------ */

static bool wait_for_writer(void *ctx, int64_t waited_ms)
{
    struct loop *l = ctx;
    l->told = l->told && waited_ms >= SILENT_MS;
    if (waited_ms < SILENT_MS)
        return true;
    if (!l->told)
        paint_message(ROLE_WARN, "▲ Waiting for another checkhook that writes, perhaps an import."
                                 " Esc gives up.");
    l->told = l->dirty = true;
    const struct terminal_signals signals = terminal_take_signals();
    if (signals.hang_up || terminal_hung_up())
        terminal_abandon();
    l->leaving |= signals.quit || signals.hang_up || terminal_hung_up();
    return !l->leaving && terminal_key() != KEY_ESC;
}

/* --- turns --------------------------------------------------------------------------------- */

static int until_repaint_ms(const struct loop *l)
{
    int64_t since = clock_monotonic_ms() - l->painted_ms;
    return since >= REPAINT_MS ? 0 : (int)(REPAINT_MS - since);
}

static int timeout_ms(struct loop *l)
{
    int timeout = session_timeout_ms(l->session);
    int repaint = l->dirty ? until_repaint_ms(l) : -1;
    if (repaint >= 0 && (timeout < 0 || repaint < timeout))
        return repaint;
    return timeout;
}

static void wait_for_something(struct loop *l)
{
    struct poll_fd fds[] = {
        {.fd = terminal_fd()},
        {.fd = terminal_signal_fd()},
        {.fd = l->session->lock.wake_fd},
    };
    size_t count = l->session->worker ? 3 : 2;
    transport_poll(l->session->transport, fds, count, timeout_ms(l));
    struct terminal_signals signals = terminal_take_signals();
    if (signals.suspend)
        suspend(l);
    if (signals.hang_up || (fds[0].readable && terminal_hung_up())) {
        terminal_abandon();
        l->leaving = true;
    }
    l->leaving |= signals.quit;
}

static void tick(struct loop *l)
{
    struct screen *s = l->stack.top;
    if (l->leaving || !s->ops->tick)
        return;
    struct reaction r = s->ops->tick(s);
    apply(l, &r);
}

static void paint(struct loop *l)
{
    paint_all(l->stack.top);
    l->dirty = false;
    l->painted_ms = clock_monotonic_ms();
    l->painted_minute = l->session->now_ms / MINUTE_MS;
}

/* A key is answered at once; what changes by itself is shown ten times a second at most. */
static void turn(struct loop *l)
{
    wait_for_something(l);
    if (l->leaving)
        return;
    bool keyed = handle_keys(l);
    l->dirty |= session_step(l->session);
    tick(l);
    l->dirty |= l->session->now_ms / MINUTE_MS != l->painted_minute;
    if (l->dirty && !l->leaving && (keyed || until_repaint_ms(l) == 0))
        paint(l);
}

bool loop_run(struct session *session, const char *first_screen)
{
    struct loop *l = mem_zalloc(sizeof *l);
    l->session = l->stack.session = session;
    session->waiting = wait_for_writer;
    session->waiting_ctx = l;
    session_step(session);
    stack_open(&l->stack, first_screen, "");
    const bool opened = l->stack.top != NULL;
    if (opened)
        paint(l);
    while (opened && !l->leaving)
        turn(l);
    stack_release(&l->stack);
    copy_list_release(&l->copies);
    session->waiting = NULL;
    session->waiting_ctx = NULL;
    free(l);
    return opened;
}
