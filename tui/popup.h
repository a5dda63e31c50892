/*
 * Popups: boxes over a screen that ask one thing, take all keys until they end, and hand the
 * answer back to the screen that opened them (screen_ops.answered).
 *
 * Each stands in a window and panel of its own, anchored where it belongs, shifted to fit, and
 * scrolls inside when it is taller than the terminal. A kind of popup embeds `struct popup` as its
 * first member.
 */
#ifndef CHECKHOOK_TUI_POPUP_H
#define CHECKHOOK_TUI_POPUP_H

#include <stdbool.h>

#include "tui/box.h"
#include "tui/draw.h"
#include "tui/keytable.h"

struct key_event {
    int key;            /* see keytable.h */
    enum action action; /* what it means where the focus is; ACTION_NONE */
};

enum popup_result { POPUP_STAYS, POPUP_DONE, POPUP_CANCELLED };

struct popup;

struct popup_ops {
    const enum key_context *contexts;
    bool open_sides; /* as wide as the terminal, no lines at its sides: text to be selected */
    /* The rows and columns wanted inside the box. */
    void (*measure)(struct popup *p, int *rows, int *cols);
    /* Inside the box: area is that part of the window. Ends with the cursor on the focus. */
    void (*draw)(struct popup *p, WINDOW *w, const struct area *area);
    enum popup_result (*key)(struct popup *p, const struct key_event *event);
    void (*paste)(struct popup *p, const char *text); /* NULL: paste is refused with a hint */
    bool (*typing)(const struct popup *p);            /* letters are text now; NULL = never */
    void (*footer)(struct popup *p, char *out, size_t size); /* NULL = none */
    /* Rows of its own for the key bar, in place of those of its contexts; NULL, or a result of
     * NULL: those of its contexts. */
    const struct key_row *(*keys)(const struct popup *p, size_t *count);
    /* Does this key do something now? Others are left out of the key bar. NULL: all do. */
    bool (*works)(const struct popup *p, enum action action);
    void (*free)(struct popup *p); /* frees p itself too */
};

struct popup {
    const struct popup_ops *ops;
    int tag; /* the opener's own number, to know which answer this is */
    char *title;
    int anchor_y, anchor_x; /* upper left corner wanted; -1 = centred */
    bool keep;              /* set by `answered`: the answer will not do, stay open */
    struct popup *below;    /* of the same screen; NULL */
    struct box box;
};

/* For kinds of popups: `p` is zeroed. */
void popup_init(struct popup *p, const struct popup_ops *ops, int tag, const char *title);

/* Puts its corner there (shifted as needed to fit); returns p. */
struct popup *popup_at(struct popup *p, int y, int x);

bool popup_typing(const struct popup *p);

/* Draws it for this size of the terminal. */
void popup_paint(struct popup *p, int rows, int cols);

void popup_free(struct popup *p); /* NULL is fine */

#endif
