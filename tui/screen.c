/* What all screens have in common: their life, reactions and popups. */
#include "tui/screen.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"

static struct reaction react(enum reaction_kind kind, const char *screen, const char *arg)
{
    struct reaction r = {.kind = kind, .screen = screen};
    snprintf(r.arg, sizeof r.arg, "%s", arg ? arg : "");
    return r;
}

struct reaction react_ignore(void)
{
    return react(REACT_IGNORE, NULL, NULL);
}

struct reaction react_stay(void)
{
    return react(REACT_STAY, NULL, NULL);
}

struct reaction react_close(void)
{
    return react(REACT_CLOSE, NULL, NULL);
}

struct reaction react_open(const char *screen, const char *arg)
{
    return react(REACT_OPEN, screen, arg);
}

struct reaction react_switch(const char *screen, const char *arg)
{
    return react(REACT_SWITCH, screen, arg);
}

struct reaction react_act(enum action action)
{
    struct reaction r = react(REACT_ACT, NULL, NULL);
    r.action = action;
    return r;
}

void screen_popup(struct screen *s, struct popup *popup)
{
    popup->below = s->popup;
    s->popup = popup;
}

bool screen_stale(struct screen *s)
{
    if (s->seen == s->session->generation)
        return false;
    s->seen = s->session->generation;
    return true;
}

struct reaction screen_reread(struct screen *s, screen_read *read)
{
    struct error err = {0};
    if (!screen_stale(s))
        return react_ignore();
    if (!read(s, &err))
        session_say_error(s->session, &err);
    return react_stay();
}

struct screen *screen_new(const struct screen_ops *ops, struct session *session, const char *arg,
                          struct error *err)
{
    struct screen *s = mem_zalloc(sizeof *s);
    s->ops = ops;
    s->session = session;
    s->state = mem_zalloc(ops->state_size ? ops->state_size : 1);
    if (ops->open && !ops->open(s, arg, err)) {
        screen_free(s);
        return NULL;
    }
    return s;
}

void screen_free(struct screen *s)
{
    if (!s)
        return;
    while (s->popup) {
        struct popup *top = s->popup;
        s->popup = top->below;
        popup_free(top);
    }
    if (s->ops->close)
        s->ops->close(s);
    copy_list_release(&s->copies);
    box_release(&s->box);
    free(s->title);
    free(s->state);
    free(s);
}

bool screen_typing(const struct screen *s)
{
    if (s->popup)
        return popup_typing(s->popup);
    return s->ops->typing && s->ops->typing(s);
}

const enum key_context *screen_contexts(const struct screen *s)
{
    if (s->popup)
        return s->popup->ops->contexts;
    return s->ops->typing_contexts && screen_typing(s) ? s->ops->typing_contexts : s->ops->contexts;
}
