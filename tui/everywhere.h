/*
 * What every screen knows: pages, help, the palette, copying, undo, quitting.
 */
#ifndef CHECKHOOK_TUI_EVERYWHERE_H
#define CHECKHOOK_TUI_EVERYWHERE_H

#include "tui/stack.h"

struct everywhere {
    struct session *session; /* lent */
    struct stack *stack;     /* lent */
    bool leaving;            /* the console ends */
};

/* What a key of KEYS_GLOBAL means; ACTION_NONE where that is nothing. In popups, and where letters
 * are text, only what disturbs neither. */
enum action everywhere_action(const struct screen *s, int key, bool typing);
/* Is it done whatever the screen would do with the key? */
bool everywhere_first(enum action action);

/* Would the console end by this reaction of the top screen, and work with it? Then that is asked
 * first, over its page, which stays. */
bool everywhere_keeps_page(struct everywhere *e, const struct reaction *r);

/* A question of ours about work that has ended meanwhile. */
bool everywhere_is_moot(const struct everywhere *e, const struct popup *popup);

void everywhere_act(struct everywhere *e, enum action action);

/* The answer of a popup of ours (its tag is below 0). What is to be given to a screen then, as if
 * it had been pressed, is in *next; its action is ACTION_NONE where that is nothing. */
struct everywhere_next {
    struct key_event event;
    bool everywhere; /* for everywhere_act, not for a screen */
    int page;        /* on this page; 0 = where the popup was */
    const char *of;  /* what has to be selected there first; static; NULL = nothing */
    char what[128];  /* what it is called */
};
void everywhere_answered(struct everywhere *e, struct screen *s, const struct popup *popup,
                         struct everywhere_next *next);

/* Opens the page that it is done on. False: it is not to be done now, because another screen asks
 * something first, or because something has to be selected, which is said. */
bool everywhere_reach(struct everywhere *e, const struct everywhere_next *next);

#endif
