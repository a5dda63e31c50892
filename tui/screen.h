/*
 * Screens: pages, full screens and boxes over them. Each is one const struct of functions and a
 * private state; the loop knows none of them, and none knows another: they are opened by id.
 *
 * Handlers return what should happen (struct reaction) and never call upward.
 */
#ifndef CHECKHOOK_TUI_SCREEN_H
#define CHECKHOOK_TUI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/copy.h"
#include "tui/popup.h"
#include "tui/session.h"
#include "tui/undo.h"

enum reaction_kind {
    REACT_IGNORE, /* not mine: the loop may know it; from tick: nothing changed */
    REACT_STAY,   /* done; repaint */
    REACT_CLOSE,  /* close this screen */
    REACT_OPEN,   /* open another over this one */
    REACT_SWITCH, /* close this one and open another in its place */
    REACT_ACT,    /* do what a key of everywhere does: ACTION_COPY, ACTION_UNDO, ACTION_HELP … */
};

enum { SCREEN_ARG_MAX = 320 }; /* a name of 64 characters and a word before it */

struct reaction {
    enum reaction_kind kind;
    const char *screen; /* id, for OPEN and SWITCH */
    char arg[SCREEN_ARG_MAX];
    enum action action; /* for ACT */
};

struct reaction react_ignore(void);
struct reaction react_stay(void);
struct reaction react_close(void);
struct reaction react_open(const char *screen, const char *arg); /* arg NULL = "" */
struct reaction react_switch(const char *screen, const char *arg);
struct reaction react_act(enum action action);

enum screen_kind {
    SCREEN_PAGE, /* one of the numbered pages, under the row of pages */
    SCREEN_FULL, /* takes the whole terminal, with its own heading */
    SCREEN_OVER, /* a box over the screen below */
};

struct screen;

struct screen_ops {
    const char *id;
    const char *title;
    enum screen_kind kind;
    int page; /* 1 … 5; 0 */
    size_t state_size;
    const enum key_context *contexts; /* where keys are looked up; the first is "this page" */

    /* state is zeroed; arg as given by the opener. False: it is not opened, err is shown, and
     * close is called. */
    bool (*open)(struct screen *s, const char *arg, struct error *err);
    void (*close)(struct screen *s);

    /* Draws into `area` of the window, which was erased, and leaves the cursor on the focus. For
     * SCREEN_OVER the area is inside its box. */
    void (*draw)(struct screen *s, WINDOW *w, const struct area *area);
    /* SCREEN_OVER: rows and columns wanted inside the box; title and footer of the box. */
    void (*measure)(struct screen *s, int *rows, int *cols);
    void (*footer)(struct screen *s, char *out, size_t size);
    /* Right end of the heading (SCREEN_FULL) or of the row of pages: "3 unsaved changes". */
    void (*badge)(struct screen *s, char *out, size_t size);
    /* SCREEN_FULL: left end of the heading; NULL = title. */
    void (*heading)(struct screen *s, char *out, size_t size);
    /* Message row while there is no message: help of the focused field. */
    void (*hint)(struct screen *s, char *out, size_t size);

    struct reaction (*key)(struct screen *s, const struct key_event *event);
    /* Does the action do something now? The key bar shows only those that do; a filter that does
     * nothing is not begun, other keys come all the same: a screen may know more than it offers.
     * NULL = all do. */
    bool (*works)(const struct screen *s, enum action action);
    /* Its caption in the key bar now, where that of the key table is too general; NULL, or a
     * result of NULL: that of the key table. */
    const char *(*caption)(const struct screen *s, enum action action);
    /* The answer of a popup that was not cancelled; it is freed afterwards. */
    struct reaction (*answered)(struct screen *s, struct popup *popup);
    /* Each turn of the loop, for the top screen: look whether something happened. */
    struct reaction (*tick)(struct screen *s);
    void (*paste)(struct screen *s, const char *text); /* NULL: refused with a hint */
    /* What `y` offers here (copy_offer, the most useful first); the loop does the rest: one offer
     * is copied at once, several are a menu. NULL, or none: "nothing to copy". Never a secret. */
    void (*copies)(struct screen *s, struct copy_list *out);
    bool (*typing)(const struct screen *s);  /* letters are text now; NULL = never */
    const enum key_context *typing_contexts; /* in place of contexts meanwhile; NULL = the same */
    /* May it be closed (another page, quit)? False: it has opened a popup that asks, and answers
     * with REACT_CLOSE later. NULL = always. Keep what must survive on a hang-up in `close`. */
    bool (*may_close)(struct screen *s);
};

struct screen {
    const struct screen_ops *ops;
    void *state;
    struct session *session; /* lent */
    struct popup *popup;     /* the top one; NULL */
    struct copy_list copies; /* what ops->copies offered when its popup was made */
    struct screen *below;
    char *title;    /* of a box, when it is not ops->title; owned; NULL */
    struct box box; /* SCREEN_OVER only */
    uint64_t seen;  /* generation that it has read; see screen_stale */
};

/* Opens a popup over the screen, which owns it from here on. */
void screen_popup(struct screen *s, struct popup *popup);

/* True once for every change of configuration or store (and the first time): read again. */
bool screen_stale(struct screen *s);

/* What a screen reads: true, or err. */
typedef bool screen_read(struct screen *s, struct error *err);

/* The tick of a screen that shows configuration or store: reads again when they changed. */
struct reaction screen_reread(struct screen *s, screen_read *read);

/* Made by the loop. NULL with err when it did not open. */
struct screen *screen_new(const struct screen_ops *ops, struct session *session, const char *arg,
                          struct error *err);
void screen_free(struct screen *s); /* its popups too; NULL is fine */

bool screen_typing(const struct screen *s); /* its popup, when there is one, decides */
const enum key_context *screen_contexts(const struct screen *s);

#endif
