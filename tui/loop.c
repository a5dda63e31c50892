/* The loop: waits, reads keys, lets things move on, repaints. */
#include "tui/loop.h"

#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "tui/dialog.h"
#include "tui/registry.h"
#include "tui/terminal.h"

enum { REPAINT_MS = 100, PAGES_MAX = 5, SCREENS_MAX = 16, TAG_QUIT = -1, MINUTE_MS = 60000 };

struct loop {
    struct session *session;
    struct screen *top; /* the stack, by ->below */
    bool leaving, dirty;
    int64_t painted_ms, painted_minute;
};

static const enum key_context everywhere[] = {KEYS_GLOBAL, KEYS_END};

/* --- the stack ----------------------------------------------------------------------------- */

static bool push(struct loop *l, const struct screen_ops *ops, const char *arg)
{
    struct error err = {0};
    struct screen *s = screen_new(ops, l->session, arg, &err);
    l->dirty = true;
    if (!s) {
        session_say_error(l->session, &err);
        return false;
    }
    s->below = l->top;
    l->top = s;
    return true;
}

static void pop(struct loop *l)
{
    struct screen *s = l->top;
    l->top = s->below;
    screen_free(s);
    l->dirty = true;
    if (!l->top)
        l->leaving = true;
}

static bool may_close(struct screen *s)
{
    return !s->ops->may_close || s->ops->may_close(s);
}

/* Closes what stands over the lowest screen; false where one of them asks first. */
static bool close_to_page(struct loop *l)
{
    while (l->top->below) {
        if (!may_close(l->top))
            return false;
        pop(l);
    }
    return may_close(l->top);
}

static void open_screen(struct loop *l, const char *id, const char *arg)
{
    const struct screen_ops *ops = registry_find(id);
    if (!ops)
        session_say(l->session, ROLE_BAD, "■ There is no screen '%s'.", id);
    else if (ops->kind == SCREEN_PAGE) {
        if (close_to_page(l) && push(l, ops, arg)) {
            struct screen *old = l->top->below;
            l->top->below = NULL;
            screen_free(old);
        }
    } else {
        push(l, ops, arg);
    }
    l->dirty = true;
}

static void open_page(struct loop *l, int number)
{
    const struct screen_ops *ops = registry_page(number);
    if (!ops)
        return;
    if (l->top->ops != ops && close_to_page(l) && l->top->ops != ops)
        open_screen(l, ops->id, "");
}

static void turn_page(struct loop *l, int step)
{
    const struct screen *base = l->top;
    while (base->below)
        base = base->below;
    for (int number = base->ops->page + step; number >= 1 && number <= PAGES_MAX; number += step) {
        if (registry_page(number)) {
            open_page(l, number);
            return;
        }
    }
}

static void apply(struct loop *l, const struct reaction *r)
{
    switch (r->kind) {
    case REACT_IGNORE:
        return;
    case REACT_STAY:
        break;
    case REACT_CLOSE:
        pop(l);
        break;
    case REACT_OPEN:
        open_screen(l, r->screen, r->arg);
        break;
    case REACT_SWITCH:
        pop(l);
        if (!l->leaving)
            open_screen(l, r->screen, r->arg);
        break;
    }
    l->dirty = true;
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
    screen_popup(l->top, dialog_new(&spec));
}

static void quit(struct loop *l)
{
    if (l->top->below) {
        if (may_close(l->top))
            pop(l);
    } else if (may_close(l->top)) {
        if (session_job_running(l->session))
            ask_quit(l);
        else
            l->leaving = true;
    }
}

/* "Integrations|9,2,1," for the help: whose keys, and their contexts. */
static void open_help(struct loop *l)
{
    char arg[SCREEN_ARG_MAX];
    const enum key_context *contexts = screen_contexts(l->top);
    if (*contexts == KEYS_HELP)
        return;
    int len = snprintf(arg, sizeof arg, "%s|", key_context_title(*contexts));
    for (; *contexts != KEYS_END && len > 0 && (size_t)len < sizeof arg; contexts++)
        len += snprintf(arg + len, sizeof arg - (size_t)len, "%d,", (int)*contexts);
    open_screen(l, "help", arg);
}

static void suspend(struct loop *l)
{
    if (!terminal_can_suspend()) {
        session_say(l->session, ROLE_WARN, "▲ There is no shell to suspend to.");
        return;
    }
    terminal_suspend();
}

static void act_everywhere(struct loop *l, enum action action)
{
    switch (action) {
    case ACTION_PAGE_1:
    case ACTION_PAGE_2:
    case ACTION_PAGE_3:
    case ACTION_PAGE_4:
    case ACTION_PAGE_5:
        open_page(l, (int)action - ACTION_PAGE_1 + 1);
        break;
    case ACTION_PAGE_NEXT:
        turn_page(l, 1);
        break;
    case ACTION_PAGE_PREVIOUS:
        turn_page(l, -1);
        break;
    case ACTION_HELP:
        open_help(l);
        break;
    case ACTION_BACK:
        if (l->top->below && may_close(l->top))
            pop(l);
        break;
    case ACTION_QUIT:
        quit(l);
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
    struct screen *s = l->top;
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
}

static void handle_paste(struct loop *l, const char *text)
{
    struct screen *s = l->top;
    l->dirty = true;
    if (s->popup && s->popup->ops->paste)
        s->popup->ops->paste(s->popup, text);
    else if (!s->popup && s->ops->paste)
        s->ops->paste(s, text);
    else
        session_say(l->session, ROLE_WARN, "▲ Pasted text was dropped: there is no field here.");
}

static bool fits(void)
{
    return frame_fits(getmaxy(stdscr), getmaxx(stdscr));
}

static void handle_keys(struct loop *l)
{
    for (int key = terminal_key(); key != TERMINAL_NO_KEY && !l->leaving; key = terminal_key()) {
        if (key == TERMINAL_RESIZED)
            l->dirty = true;
        else if (!fits())
            l->leaving = key == 'q' || key == KEY_CTL('c');
        else if (key == TERMINAL_PASTED)
            handle_paste(l, terminal_pasted());
        else
            handle_key(l, key);
    }
}

/* --- painting ------------------------------------------------------------------------------ */

static WINDOW *paint_over(struct screen *s, int rows, int cols, const struct area *base)
{
    WINDOW *last = stdscr;
    if (s->ops->kind == SCREEN_OVER) {
        char footer[200] = "";
        struct box_spec spec = {.screen_rows = rows,
                                .screen_cols = cols,
                                .anchor_y = -1,
                                .anchor_x = -1,
                                .title = s->title ? s->title : s->ops->title};
        s->ops->measure(s, &spec.rows, &spec.cols);
        if (s->ops->footer)
            s->ops->footer(s, footer, sizeof footer);
        spec.footer = footer;
        const struct area inside = box_place(&s->box, &spec);
        s->ops->draw(s, s->box.window, &inside);
        last = s->box.window;
    } else {
        s->ops->draw(s, stdscr, base);
    }
    struct popup *popups[SCREENS_MAX];
    size_t count = 0;
    for (struct popup *p = s->popup; p && count < SCREENS_MAX; p = p->below)
        popups[count++] = p;
    while (count > 0) {
        struct popup *p = popups[--count];
        popup_paint(p, rows, cols);
        last = p->box.window;
    }
    return last;
}

static WINDOW *paint_screens(struct loop *l)
{
    struct screen *shown[SCREENS_MAX];
    size_t count = 0;
    for (struct screen *s = l->top; s && count < SCREENS_MAX; s = s->below) {
        shown[count++] = s;
        if (s->ops->kind != SCREEN_OVER)
            break;
    }
    struct frame_page pages[PAGES_MAX];
    size_t page_count = registry_pages(pages, PAGES_MAX);
    struct area area = frame_draw(stdscr, shown[count - 1], l->top, pages, page_count);
    WINDOW *last = stdscr;
    while (count > 0)
        last = paint_over(shown[--count], getmaxy(stdscr), getmaxx(stdscr), &area);
    return last;
}

/* Everything is drawn anew; ncurses sends only what differs. */
static void paint(struct loop *l)
{
    int rows = getmaxy(stdscr), cols = getmaxx(stdscr);
    theme_off(stdscr);
    erase();
    if (frame_fits(rows, cols)) {
        WINDOW *last = paint_screens(l);
        int y = getcury(last), x = getcurx(last);
        touchwin(stdscr);
        update_panels();
        wmove(last, y, x);
        wnoutrefresh(last);
    } else {
        frame_too_small(stdscr, rows, cols);
        touchwin(stdscr);
        wnoutrefresh(stdscr);
    }
    doupdate();
    l->dirty = false;
    l->painted_ms = clock_monotonic_ms();
    l->painted_minute = l->session->now_ms / MINUTE_MS;
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
    struct screen *s = l->top;
    if (l->leaving || !s->ops->tick)
        return;
    struct reaction r = s->ops->tick(s);
    apply(l, &r);
}

static void turn(struct loop *l)
{
    bool keyed = l->dirty;
    wait_for_something(l);
    if (l->leaving)
        return;
    handle_keys(l);
    keyed = l->dirty && !keyed;
    l->dirty |= session_step(l->session);
    tick(l);
    l->dirty |= l->session->now_ms / MINUTE_MS != l->painted_minute;
    if (l->dirty && !l->leaving && (keyed || until_repaint_ms(l) == 0))
        paint(l);
}

void loop_run(struct session *session, const char *first_screen)
{
    struct loop l = {.session = session};
    if (!push(&l, registry_find(first_screen), ""))
        return;
    session_step(session);
    tick(&l);
    paint(&l);
    while (!l.leaving)
        turn(&l);
    while (l.top)
        pop(&l);
}
