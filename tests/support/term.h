#ifndef CHECKHOOK_TESTS_SUPPORT_TERM_H
#define CHECKHOOK_TESTS_SUPPORT_TERM_H

#include <stdbool.h>
#include <stddef.h>

/*
 * A program in a real terminal emulator (libvterm over a pseudo terminal), for end-to-end tests:
 * press keys, wait until something stands on the screen, look at the screen. Nothing here sleeps;
 * what waits has a deadline, and when it passes the test fails and the whole screen is printed.
 *
 * Rows and columns count from 0. TIMEOUT_MS 0 means TERM_WAIT_MS.
 */
struct term;

enum { TERM_WAIT_MS = 40000 };

/* How to start it; a zeroed struct runs the product, as $CHECKHOOK_BIN names it, at 100x30. */
struct term_options {
    const char *const *argv; /* NULL: the product; else program and arguments up to a NULL */
    const char *const *env;  /* NULL, or "NAME=VALUE" (set) and "NAME" (unset) up to a NULL */
    const char *term;        /* TERM; NULL: xterm-256color */
    int rows, cols;          /* 0: 30 and 100 */
    bool no_utf8;            /* the terminal takes bytes as they are; LC_ALL is C, not C.UTF-8 */
};

/* One cell of the screen. */
struct term_cell {
    char text[32]; /* UTF-8; " " when empty, "" for the right half of a wide character */
    bool bold, underline, reverse, blink, italic;
    int fg, bg; /* -1: the default colour; 0-255: palette; 0x1000000 + RGB */
};

/*
 * Starts the program. LINES, COLUMNS, NO_COLOR, COLORTERM and TMUX are not passed on. Aborts when
 * there is no pseudo terminal; a program that cannot be started ends with status 127.
 */
struct term *term_start(const struct term_options *options);

/* Ends the program (SIGHUP, then SIGKILL after 2 s) and frees everything; accepts NULL. */
void term_stop(struct term *term);

/* The line drops: the terminal is gone, and the program gets SIGHUP. Waits for its end; after that
 * there is nothing but looking, and term_stop. */
void term_hang_up(struct term *term);
/* Sends the program SIGTERM. */
void term_terminate(struct term *term);

/* --- input */

/*
 * Presses a key: Enter, Esc, Tab, BackTab, Backspace, Insert, Delete, Up, Down, Left, Right, Home,
 * End, PageUp, PageDown, F1 to F12, Space, or one character; before it any of C- (control), M-
 * (alt), S- (shift), as in "C-s", "M-x", "S-F3". Fails the test for a name it does not know.
 */
void term_key(struct term *term, const char *key);

/* Types UTF-8 text, as fast as the program takes it. */
void term_type(struct term *term, const char *text);

/* The same with bytes of any kind, as a terminal might send them. */
void term_send(struct term *term, const char *bytes, size_t len);

/* Pastes text, bracketed when the program asked for that. */
void term_paste(struct term *term, const char *text);

/* Changes the size of the window; the program gets SIGWINCH, if it has not ended. */
void term_resize(struct term *term, int rows, int cols);

/* Sends the program a signal. */
void term_signal(struct term *term, int number);

/* --- waiting */

/* Waits until TEXT stands within one row of the screen. */
#define term_wait_text(term, text, timeout_ms)                                                     \
    term_wait_text_at(__FILE__, __LINE__, term, text, timeout_ms)
void term_wait_text_at(const char *file, int line, struct term *term, const char *text,
                       int timeout_ms);

/* Waits until TEXT stands in no row. */
#define term_wait_gone(term, text, timeout_ms)                                                     \
    term_wait_gone_at(__FILE__, __LINE__, term, text, timeout_ms)
void term_wait_gone_at(const char *file, int line, struct term *term, const char *text,
                       int timeout_ms);

/* Waits until TEXT stands in the given row. */
#define term_wait_row(term, row, text, timeout_ms)                                                 \
    term_wait_row_at(__FILE__, __LINE__, term, row, text, timeout_ms)
void term_wait_row_at(const char *file, int line, struct term *term, int row, const char *text,
                      int timeout_ms);

/* Waits until the cursor stands in the row that holds TEXT. */
#define term_wait_cursor_on(term, text, timeout_ms)                                                \
    term_wait_cursor_on_at(__FILE__, __LINE__, term, text, timeout_ms)
void term_wait_cursor_on_at(const char *file, int line, struct term *term, const char *text,
                            int timeout_ms);

/* Waits until nothing has come for QUIET_MS and the program sleeps (its state in /proc/PID/stat,
 * see proc(5)); only before a whole screen is compared. */
void term_wait_quiet(struct term *term, int quiet_ms);

/* Waits for the end of the program; returns its exit status, or 128 + N for signal N. */
#define term_wait_exit(term, timeout_ms) term_wait_exit_at(__FILE__, __LINE__, term, timeout_ms)
int term_wait_exit_at(const char *file, int line, struct term *term, int timeout_ms);

/* Takes what comes within this time, and is over sooner when the program ends. False then. */
bool term_run_on(struct term *term, int time_ms);

/* --- looking */

/* A row without the blanks at its end; the caller frees it. */
char *term_row_text(const struct term *term, int row);

/* All rows, each with a newline; the caller frees it. */
char *term_screen(const struct term *term);

/* True when TEXT stands within one row now; sets where (ROW and COL may be NULL). */
bool term_find(const struct term *term, const char *text, int *row, int *col);

struct term_cell term_cell(const struct term *term, int row, int col);

/* Where the cursor is; false when it is hidden. */
bool term_cursor(const struct term *term, int *row, int *col);

/* True while the line has the modes of a shell: echo, whole lines, ^C as a signal. Also after the
 * program's end. */
bool term_is_cooked(const struct term *term);

/* True while the program uses the alternate screen. */
bool term_in_alternate_screen(const struct term *term);

/* Every byte that the program has written so far, NUL after it; lent until the next call here. */
const char *term_output(const struct term *term, size_t *len);

/* Prints the screen on standard error. */
void term_dump(const struct term *term);

#endif
