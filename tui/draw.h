/*
 * Drawing text into windows. Everything passes through here, so that outside text is always made
 * safe, nothing is ever drawn past its width, and our signs suit the terminal.
 */
#ifndef CHECKHOOK_TUI_DRAW_H
#define CHECKHOOK_TUI_DRAW_H

#include "tui/theme.h"

/* A part of a window. */
struct area {
    int y, x, rows, cols;
};

/* Draws text at (y, x) in at most `cols` columns, cut with an ellipsis. Returns the columns used.
 * Positions outside the window and widths below 1 draw nothing. */
int draw_text(WINDOW *w, int y, int x, int cols, enum role role, const char *text);
int draw_textf(WINDOW *w, int y, int x, int cols, enum role role, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* The same, with its end at column x + cols - 1. */
void draw_right(WINDOW *w, int y, int x, int cols, enum role role, const char *text);

/* Blanks from x on, for a bar of one colour. */
void draw_fill(WINDOW *w, int y, int x, int cols, enum role role);

/* Blanks for what stands between texts of one role, where they look as plain ones do: the terminal
 * is then not told to change back and forth. Drawn before the texts. */
void draw_gaps(WINDOW *w, int y, int x, int cols, enum role role);

/* A horizontal or vertical rule. */
void draw_rule(WINDOW *w, int y, int x, int cols);
void draw_upright(WINDOW *w, int y, int x, int rows);

/* A box around the whole window, with a title and a footer in its lines (NULL = none), and
 * dividers `├──┤` by draw_divider. */
void draw_box(WINDOW *w, const char *title, const char *footer);
void draw_divider(WINDOW *w, int y);
/* Only the ends of a divider, `├─  ─┤`: a whole one is three bytes for each column, and a menu has
 * to open over a slow line as if there were none. */
void draw_notch(WINDOW *w, int y);

/* In the right line of the box around `area`: there is more above, below. */
void draw_more(WINDOW *w, const struct area *area, bool above, bool below);

/* How far something is, in percent, by halves of a column; returns cols. In the colour of text: a
 * tick must cost few bytes. */
int draw_gauge(WINDOW *w, int y, int x, int cols, int percent);

/* A field one can type in or choose from: `[text   ]` with its text cut at the right by `›`. */
void draw_field(WINDOW *w, int y, int x, int cols, bool focus, const char *text);

/* Text over several rows, broken at blanks; returns the rows used. rows limits them. */
int draw_wrapped(WINDOW *w, const struct area *area, enum role role, const char *text);
/* The next row of it, at most `cols` wide; *text moves on. The caller frees. */
char *draw_wrapped_line(const char **text, int cols);
/* How many rows it would need. */
int draw_wrapped_rows(int cols, const char *text);

/* Columns that draw_text would use, not cut. */
int draw_width(const char *text);

/*
 * For what a library has drawn from a text that is being edited: takes characters out of the cells
 * that must never reach a terminal (text_is_unsafe), and reverses those cells, so that it can be
 * seen that something is there. The text itself stays as it is.
 */
void draw_defuse(WINDOW *w, const struct area *area);

#endif
