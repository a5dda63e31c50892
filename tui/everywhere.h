/*
 * What every screen knows: pages, help, the palette, copying, undo, quitting.
 */
#ifndef CHECKHOOK_TUI_EVERYWHERE_H
#define CHECKHOOK_TUI_EVERYWHERE_H

#include "tui/stack.h"

struct everywhere {
    struct session *session; /* lent */
    struct stack *stack;     /* lent */
    struct copy_list copies; /* of the menu or palette that is open */
    bool leaving;            /* the console ends */
};

void everywhere_release(struct everywhere *e);

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

/* The answer of a popup of ours (its tag is below 0). What is to be given to the screen then, as
 * if it had been pressed, is in *next; its action is ACTION_NONE where that is nothing. */
void everywhere_answered(struct everywhere *e, struct screen *s, const struct popup *popup,
                         struct key_event *next);

#endif
