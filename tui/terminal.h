/*
 * The terminal: started, suspended, and given back as it was, whatever happens.
 */
#ifndef CHECKHOOK_TUI_TERMINAL_H
#define CHECKHOOK_TUI_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"
#include "core/config/preferences.h"

struct terminal_options {
    int escdelay_ms; /* -1 = ESCDELAY, or 50 */
    bool ascii;
    enum preferred_theme theme;
};

/* Special keys that terminal_key gives beside those of keytable.h. */
enum {
    TERMINAL_NO_KEY = -1,
    TERMINAL_RESIZED = -2,
    TERMINAL_PASTED = -3,
    TERMINAL_MOUSE = -4,
};

/* ERR_INVALID: standard input or output is no terminal, or TERM says that it cannot move its
 * cursor. */
bool terminal_check(struct error *err);

/*
 * Takes the terminal. ERR_INVALID: standard input or output is none, or TERM cannot be used.
 * notice (size > 0) gets a sentence for the message line, or "".
 */
bool terminal_start(const struct terminal_options *options, char *notice, size_t size,
                    struct error *err);
/* Takes other options while it runs, and redraws all. */
void terminal_look(const struct terminal_options *options);
bool terminal_stop(void);    /* gives it back; false where there is none any more */
void terminal_abandon(void); /* it is gone: nothing is written to it any more */

int terminal_fd(void);        /* of the keyboard */
int terminal_signal_fd(void); /* readable when a signal came */

/* What the signals that came ask for. */
struct terminal_signals {
    bool quit;    /* SIGTERM, SIGINT */
    bool hang_up; /* SIGHUP: leave without touching the terminal */
    bool suspend;
    bool resumed; /* somebody stopped us meanwhile: terminal_resume */
    bool resized; /* what stands on the terminal is unknown, even where its size is the same */
};
struct terminal_signals terminal_take_signals(void);

/* The next key that waits, normalised; TERMINAL_NO_KEY, TERMINAL_RESIZED, TERMINAL_PASTED with the
 * text at terminal_pasted() until the next call, or TERMINAL_MOUSE. Sequences that mean nothing to
 * us are swallowed whole. */
int terminal_key(void);
const char *terminal_pasted(void);
bool terminal_paste_was_cut(void); /* it was longer than 64 KiB; the rest is dropped */
void terminal_forget_pasted(void); /* wiped: it may be a secret */

/* Where the mouse was and what it did, after TERMINAL_MOUSE. */
struct terminal_mouse {
    enum { MOUSE_PRESS, MOUSE_WHEEL_UP, MOUSE_WHEEL_DOWN } kind;
    int y, x;
};
struct terminal_mouse terminal_mouse(void);

/* Asks the terminal to report the mouse, or to keep it for its own selection. False: it cannot. */
bool terminal_set_mouse(bool on);

/* The keyboard is readable but gives no key: is the line gone? */
bool terminal_hung_up(void);
/* Can it still be written to? A signal alone may have come from anywhere. */
bool terminal_is_there(void);

/* Writes bytes that are not drawn (OSC 52) past curses. */
void terminal_send(const char *bytes, size_t len);
/* Does this kind of terminal take text for a clipboard (OSC 52)? It may still not do it. */
bool terminal_has_clipboard(void);

bool terminal_can_suspend(void);
void terminal_suspend(void); /* returns when we are in the foreground again */
void terminal_resume(void);  /* all modes are set again, and everything is drawn anew */

/*
 * Runs a program in the foreground (a pager) with the terminal as it was before us, and takes it
 * back afterwards; `input` is its standard input. ERR_IO: it could not be started, or said so.
 *
 * `idle` is called again and again until the program has ended, so that work goes on: it waits for
 * at most as long as it likes, also for terminal_signal_fd, which a child's end makes readable.
 */
struct terminal_child {
    const char *const *argv; /* ends with NULL; looked for in PATH */
    const char *input;
    size_t input_len;
    void (*idle)(void *ctx); /* NULL = nothing else to do */
    void *ctx;
};
bool terminal_run(const struct terminal_child *child, struct error *err);

#endif
