/*
 * The screens that are open, one over another: opened by id, closed with their consent.
 */
#ifndef CHECKHOOK_TUI_STACK_H
#define CHECKHOOK_TUI_STACK_H

#include "tui/screen.h"

struct stack {
    struct session *session; /* lent */
    struct screen *top;      /* has the focus; the others by ->below; NULL = all closed */
    /* private to stack.c: the page that is opened when what asks about unsaved changes is closed */
    const struct screen_ops *wanted;
    char wanted_arg[SCREEN_ARG_MAX];
};

void stack_release(struct stack *s); /* closes all without asking */

/* Opens a screen over the top one; a page takes the place of everything. What hinders it goes to
 * the message line. */
void stack_open(struct stack *s, const char *id, const char *arg);
void stack_open_page(struct stack *s, int number);
void stack_turn_page(struct stack *s, int step); /* +1 or -1 */

/* Does what a screen wants. */
void stack_apply(struct stack *s, const struct reaction *r);

/* Nothing asks any more: no page is waited for. */
void stack_forget_wanted(struct stack *s);

/* Closes the top one if it is not the lowest and agrees. */
void stack_close_top(struct stack *s);

/* May the top one be closed? It may ask first: then no. */
bool stack_may_close_top(struct stack *s);

#endif
