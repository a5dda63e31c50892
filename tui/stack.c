/* The stack of open screens. */
#include "tui/stack.h"

#include <stdio.h>

#include "tui/registry.h"

enum { PAGES_MAX = 5 };

static bool push(struct stack *s, const struct screen_ops *ops, const char *arg)
{
    struct error err = {0};
    struct screen *screen = screen_new(ops, s->session, arg, &err);
    if (!screen) {
        session_say_error(s->session, &err);
        return false;
    }
    screen->below = s->top;
    s->top = screen;
    return true;
}

static void pop(struct stack *s)
{
    struct screen *screen = s->top;
    s->top = screen->below;
    screen_free(screen);
}

/* Closes what stands over the lowest screen; false where one of them asks first. */
static bool close_above_page(struct stack *s)
{
    while (s->top && s->top->below) {
        if (!stack_may_close_top(s))
            return false;
        pop(s);
    }
    return true;
}

/* The lowest screen is about to go as well. */
static bool close_to_page(struct stack *s)
{
    return close_above_page(s) && (!s->top || stack_may_close_top(s));
}

/* The page in place of the only screen, which stays where the page does not open. */
static void replace_page(struct stack *s, const struct screen_ops *ops, const char *arg)
{
    struct screen *old = s->top;
    if (push(s, ops, arg)) {
        s->top->below = NULL;
        screen_free(old);
    }
}

/* Where a screen asks before it is closed, its answer leads there (stack_apply). */
static void open_page(struct stack *s, const struct screen_ops *ops, const char *arg)
{
    s->wanted = ops;
    snprintf(s->wanted_arg, sizeof s->wanted_arg, "%s", arg);
    if (!close_to_page(s))
        return;
    s->wanted = NULL;
    replace_page(s, ops, arg);
}

static void close_top(struct stack *s)
{
    const struct screen_ops *wanted = s->wanted;
    char arg[SCREEN_ARG_MAX];
    snprintf(arg, sizeof arg, "%s", s->wanted_arg);
    if (wanted && !s->top->below) {
        s->wanted = NULL;
        replace_page(s, wanted, arg);
        return;
    }
    pop(s);
    if (wanted)
        open_page(s, wanted, arg);
}

void stack_release(struct stack *s)
{
    while (s->top)
        pop(s);
}

void stack_open(struct stack *s, const char *id, const char *arg)
{
    const struct screen_ops *ops = registry_find(id);
    if (!ops)
        session_say(s->session, ROLE_BAD, "■ There is no screen '%s'.", id);
    else if (ops->kind == SCREEN_PAGE)
        open_page(s, ops, arg);
    else
        push(s, ops, arg);
}

void stack_open_page(struct stack *s, int number)
{
    const struct screen_ops *ops = registry_page(number);
    const struct screen *base = s->top;
    while (base->below)
        base = base->below;
    if (!ops || (base == s->top && base->ops == ops))
        return;
    if (base->ops != ops)
        open_page(s, ops, "");
    else
        close_above_page(s);
}

void stack_turn_page(struct stack *s, int step)
{
    const struct screen *base = s->top;
    while (base->below)
        base = base->below;
    for (int number = base->ops->page + step; number >= 1 && number <= PAGES_MAX; number += step) {
        if (registry_page(number)) {
            stack_open_page(s, number);
            return;
        }
    }
}

void stack_apply(struct stack *s, const struct reaction *r)
{
    switch (r->kind) {
    case REACT_IGNORE:
    case REACT_STAY:
    case REACT_ACT:
        break;
    case REACT_CLOSE:
        close_top(s);
        break;
    case REACT_OPEN:
        stack_open(s, r->screen, r->arg);
        break;
    case REACT_SWITCH:
        pop(s);
        stack_open(s, r->screen, r->arg);
        break;
    }
}

void stack_close_top(struct stack *s)
{
    if (s->top->below && stack_may_close_top(s))
        pop(s);
}

void stack_forget_wanted(struct stack *s)
{
    s->wanted = NULL;
}

bool stack_may_close_top(struct stack *s)
{
    return !s->top->ops->may_close || s->top->ops->may_close(s->top);
}
