/*
 * Copying: text goes to the clipboard of the terminal where the user sits (OSC 52), however many
 * hops of SSH lie between, and is shown as well, because whether it arrived cannot be known.
 *
 * A screen says by screen_ops.copies what can be copied; the loop does the rest. Never a secret.
 */
#ifndef CHECKHOOK_TUI_COPY_H
#define CHECKHOOK_TUI_COPY_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/popup.h"

/* More than this is shown only: terminals drop longer sequences. */
enum { COPY_MAX_BYTES = 54 * 1024 };

struct copy_offer {
    char *what; /* "Endpoint URL" */
    char *text;
    bool shell; /* commands of a shell: shown so that what is selected runs as well */
};

struct copy_list {
    struct copy_offer *items;
    size_t count;
};

/* Adds an offer; texts are copied. A text that is NULL or "" is left out. */
void copy_offer(struct copy_list *list, const char *what, const char *text);
void copy_offer_shell(struct copy_list *list, const char *what, const char *text);
void copy_list_release(struct copy_list *list); /* accepts a zeroed struct */

/* Sends the text to the clipboard and gives the box that shows it, as wide as the terminal and
 * without lines at its sides, so that it can be selected with the mouse. Its answer is none. */
struct popup *copy_popup(const struct copy_offer *offer);

/* The menu of several offers; menu_value gives the index of the chosen one. */
struct popup *copy_menu(int tag, const struct copy_list *list);

#endif
