/* The loop: waits, reads keys, lets things move on, repaints. */
#include "tui/loop.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/config/preferences.h"
#include "tui/draft_text.h"
#include "tui/everywhere.h"
#include "tui/mouse.h"
#include "tui/paint.h"
#include "tui/stack.h"
#include "tui/terminal.h"

enum { REPAINT_MS = 100, MINUTE_MS = 60000, SILENT_MS = 300, WHEEL_STEPS = 3, KEPT_MAX = 16 };

struct loop {
    struct session *session;
    struct stack stack;
    struct everywhere everywhere;
    struct undo undo;
    bool leaving, dirty;
    bool told; /* that an action waits for another process */
    /* What came meanwhile, and is done after it: */
    int kept[KEPT_MAX];
    size_t kept_count;
    struct terminal_signals signals;
    int64_t painted_ms, painted_minute;
};

static void act_everywhere(struct loop *l, enum action action)
{
    everywhere_act(&l->everywhere, action);
    l->leaving |= l->everywhere.leaving;
}

static void apply(struct loop *l, const struct reaction *r)
{
    if (!everywhere_keeps_page(&l->everywhere, r))
        stack_apply(&l->stack, r);
    l->dirty |= r->kind != REACT_IGNORE;
    l->leaving |= !l->stack.top;
    if (r->kind == REACT_ACT)
        act_everywhere(l, r->action);
}

static void paint(struct loop *l)
{
    paint_all(l->stack.top);
    l->dirty = false;
    l->painted_ms = clock_monotonic_ms();
    l->painted_minute = l->session->now_ms / MINUTE_MS;
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

static void dispatch(struct loop *l, struct screen *s, const struct key_event *event);

/* Was chosen by its name: it is no text for a line that is being typed, and a filter stays. */
static void dispatch_chosen(struct loop *l, struct key_event event)
{
    static const struct key_event keep = {KEY_RETURN, ACTION_ENTER};
    struct screen *s = l->stack.top;
    if (screen_typing(s) && !key_find(screen_contexts(s), event.action))
        dispatch(l, s, &keep);
    if (event.key >= ' ' && event.key <= '~')
        event.key = KEY_NONE;
    dispatch(l, l->stack.top, &event);
}

static void do_next(struct loop *l, const struct everywhere_next *next)
{
    if (next->everywhere)
        act_everywhere(l, next->event.action);
    else if (everywhere_reach(&l->everywhere, next))
        dispatch_chosen(l, next->event);
}

static void end_popup(struct loop *l, struct screen *s, struct popup *popup, bool answered)
{
    struct reaction r = react_stay();
    struct everywhere_next next = {.event = {KEY_NONE, ACTION_NONE}};
    popup->keep = false;
    if (answered && popup->tag < 0)
        everywhere_answered(&l->everywhere, s, popup, &next);
    else if (answered && s->ops->answered)
        r = s->ops->answered(s, popup);
    if (!popup->keep)
        unlink_popup(s, popup);
    l->leaving |= l->everywhere.leaving;
    apply(l, &r);
    if (next.event.action != ACTION_NONE)
        do_next(l, &next);
}

static void key_to_popup(struct loop *l, struct screen *s, const struct key_event *event)
{
    struct popup *popup = s->popup;
    enum popup_result result = popup->ops->key(popup, event);
    if (result != POPUP_STAYS)
        end_popup(l, s, popup, result == POPUP_DONE);
}

/* A filter over nothing would take the keys and show no line. */
static bool is_offered(const struct screen *s, enum action action)
{
    return action != ACTION_FILTER || !s->ops->works || s->ops->works(s, action);
}

static void dispatch(struct loop *l, struct screen *s, const struct key_event *event)
{
    if (everywhere_first(event->action)) {
        act_everywhere(l, event->action);
    } else if (s->popup) {
        key_to_popup(l, s, event);
    } else {
        const bool mine = s->ops->key && is_offered(s, event->action);
        struct reaction r = mine ? s->ops->key(s, event) : react_ignore();
        apply(l, &r);
        if (r.kind == REACT_IGNORE)
            act_everywhere(l, event->action);
    }
}

static void handle_key(struct loop *l, int key)
{
    struct screen *s = l->stack.top;
    bool typing = screen_typing(s);
    struct key_event event = {key, key_action(screen_contexts(s), key, typing)};
    if (event.action == ACTION_NONE)
        event.action = everywhere_action(s, key, typing);
    l->session->message[0] = '\0';
    l->dirty = true;
    if (!s->popup)
        stack_forget_wanted(&l->stack);
    dispatch(l, s, &event);
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
    if (terminal_paste_was_cut())
        session_say(l->session, ROLE_WARN,
                    "▲ Only the first 64 KiB of the pasted text were taken.");
    terminal_forget_pasted();
}

static int wheel_steps(const struct screen *s)
{
    return *screen_contexts(s) == KEYS_FORM ? 1 : WHEEL_STEPS;
}

/* A key that was pressed with the mouse is none that is typed. */
static void press(struct loop *l, int key)
{
    struct screen *s = l->stack.top;
    static const enum key_context everywhere[] = {KEYS_GLOBAL, KEYS_END};
    const struct key_event event = {key, key_action(screen_contexts(s), key, false)};
    l->session->message[0] = '\0';
    l->dirty = true;
    if (!s->popup)
        stack_forget_wanted(&l->stack);
    if (event.action != ACTION_NONE || s->popup)
        dispatch(l, s, &event);
    else
        act_everywhere(l, key_action(everywhere, key, false));
    undo_forget_unnamed(l->session);
}

/* What is on the screen now is pressed: what changed since it was drawn is drawn first. */
static void handle_mouse(struct loop *l)
{
    const struct terminal_mouse mouse = terminal_mouse();
    bool hit = false;
    if (mouse.kind == MOUSE_PRESS) {
        if (l->dirty)
            paint(l);
        const int key = mouse_press(mouse.y, mouse.x, &hit);
        l->dirty |= hit;
        if (key != KEY_NONE)
            press(l, key);
        return;
    }
    const int key = KEY_FN(mouse.kind == MOUSE_WHEEL_UP ? KEY_UP : KEY_DOWN);
    for (int i = wheel_steps(l->stack.top); i > 0; i--)
        handle_key(l, key);
}

static int next_key(struct loop *l)
{
    if (l->kept_count == 0)
        return terminal_key();
    const int key = l->kept[0];
    memmove(l->kept, l->kept + 1, --l->kept_count * sizeof *l->kept);
    return key;
}

/* True when there was any. */
static bool handle_keys(struct loop *l)
{
    bool any = false;
    for (int key = next_key(l); key != TERMINAL_NO_KEY && !l->leaving; key = next_key(l)) {
        any = true;
        if (key == TERMINAL_RESIZED)
            l->dirty = true;
        else if (!paint_fits())
            l->leaving = key == 'q' || key == KEY_CTL('c');
        else if (key == TERMINAL_PASTED)
            handle_paste(l, terminal_pasted());
        else if (key == TERMINAL_MOUSE)
            handle_mouse(l);
        else
            handle_key(l, key);
    }
    return any;
}

/* --- waiting for other processes ------------------------------------------------------------ */

/* Esc gives up, and what was typed before it with it. Pasted text and clicks were meant for what
 * stood there then. */
static bool read_esc(struct loop *l)
{
    for (int key = terminal_key(); key != TERMINAL_NO_KEY; key = terminal_key()) {
        if (key == KEY_ESC) {
            l->kept_count = 0;
            return true;
        }
        if (key == TERMINAL_PASTED)
            terminal_forget_pasted();
        else if (key >= 0 && l->kept_count < KEPT_MAX)
            l->kept[l->kept_count++] = key;
    }
    return false;
}

static void keep_signals(struct terminal_signals *kept, const struct terminal_signals *more)
{
    kept->suspend |= more->suspend;
    kept->resumed |= more->resumed;
    kept->resized |= more->resized;
}

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
    keep_signals(&l->signals, &signals);
    if ((signals.hang_up || terminal_hung_up()) && !terminal_is_there())
        terminal_abandon();
    l->leaving |= signals.quit || signals.hang_up || terminal_hung_up();
    return !l->leaving && !read_esc(l);
}

/* --- turns --------------------------------------------------------------------------------- */

static int until_repaint_ms(const struct loop *l)
{
    int64_t since = clock_monotonic_ms() - l->painted_ms;
    return since >= REPAINT_MS ? 0 : (int)(REPAINT_MS - since);
}

static int timeout_ms(struct loop *l)
{
    if (l->kept_count > 0 || l->signals.suspend || l->signals.resumed || l->signals.resized)
        return 0;
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
    keep_signals(&signals, &l->signals);
    l->signals = (struct terminal_signals){0};
    if (signals.suspend)
        act_everywhere(l, ACTION_SUSPEND);
    if (signals.resumed)
        terminal_resume();
    if (signals.resized)
        clearok(curscr, TRUE);
    l->dirty |= signals.suspend || signals.resumed || signals.resized;
    if (signals.hang_up || (fds[0].readable && terminal_hung_up())) {
        if (!terminal_is_there())
            terminal_abandon();
        l->leaving = true;
    }
    l->leaving |= signals.quit;
}

/* What the work came to is said on the line of messages. */
static void end_moot_question(struct loop *l)
{
    struct screen *s = l->stack.top;
    if (l->leaving || !s->popup || !everywhere_is_moot(&l->everywhere, s->popup))
        return;
    unlink_popup(s, s->popup);
    l->dirty = true;
}

static void tick(struct loop *l)
{
    struct screen *s = l->stack.top;
    if (l->leaving || !s->ops->tick)
        return;
    struct reaction r = s->ops->tick(s);
    apply(l, &r);
}

/* A key is answered at once, before a page that has more to do goes on with it; what changes by
 * itself is shown ten times a second at most. */
static void turn(struct loop *l)
{
    wait_for_something(l);
    if (l->leaving)
        return;
    bool keyed = handle_keys(l);
    if (keyed && l->session->hurry && !l->leaving) {
        paint(l);
        keyed = false;
    }
    l->dirty |= session_step(l->session);
    end_moot_question(l);
    tick(l);
    l->dirty |= l->session->now_ms / MINUTE_MS != l->painted_minute;
    if (l->dirty && !l->leaving && (keyed || until_repaint_ms(l) == 0))
        paint(l);
}

bool loop_run(struct session *session, const char *first_screen)
{
    struct loop *l = mem_zalloc(sizeof *l);
    l->session = l->stack.session = session;
    l->everywhere = (struct everywhere){.session = session, .stack = &l->stack};
    session->waiting = wait_for_writer;
    session->waiting_ctx = l;
    undo_start(&l->undo, session);
    terminal_set_mouse(session->preferences->mouse);
    stack_open(&l->stack, first_screen, "");
    const bool opened = l->stack.top != NULL;
    if (opened && drafts_wait(session))
        stack_open(&l->stack, "drafts", "");
    if (opened)
        paint(l);
    while (opened && !l->leaving)
        turn(l);
    stack_release(&l->stack);
    undo_stop(session);
    session->waiting = NULL;
    session->waiting_ctx = NULL;
    free(l);
    return opened;
}
