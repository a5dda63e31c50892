/*
 * One line that can be edited, on ncurses' form library; and the keys of editing, shared with the
 * big forms.
 */
#ifndef CHECKHOOK_TUI_EDITOR_H
#define CHECKHOOK_TUI_EDITOR_H

#include <form.h>
#include <stdbool.h>
#include <stddef.h>

#include "tui/draw.h"

/* The form_driver request for an editing key (arrows, Home, ^A ^E ^W ^K, Backspace, Delete), or 0.
 */
int editor_request(int key);

/* ^W as readline does it: blanks left of the cursor, then the word. */
void editor_delete_word(FORM *form);

/* What may be typed or pasted: printable, and nothing that text_is_unsafe names. */
bool editor_may_type(int key);

/* Pasted text ready for one line: line ends at its end dropped, inner ones made blanks, what may
 * not be typed left out. *dropped (may be NULL) says whether anything was. The caller frees. */
char *editor_clean_paste(const char *text, bool *dropped);

/* The text of a libform buffer: UTF-8, padding blanks at the end taken off. The caller frees. */
char *editor_buffer_text(const FIELD *field);

struct editor;

/* max: characters. secret draws dots. */
struct editor *editor_new(const char *text, size_t max, bool secret);
void editor_free(struct editor *e); /* wipes a secret; NULL is fine */

bool editor_key(struct editor *e, int key); /* true when it took it */
void editor_paste(struct editor *e, const char *text);
char *editor_text(const struct editor *e); /* the caller frees */

/* Draws `[text   ]` over cols columns, brackets included, and leaves the cursor in it. */
void editor_draw(struct editor *e, WINDOW *w, int y, int x, int cols);

#endif
