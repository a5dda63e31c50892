/*
 * Asks for one line of text.
 */
#ifndef CHECKHOOK_TUI_PROMPT_H
#define CHECKHOOK_TUI_PROMPT_H

#include "tui/popup.h"

struct prompt_spec {
    int tag;
    const char *title;
    const char *label;   /* in front of the field */
    const char *text;    /* what stands there at first; NULL */
    size_t max;          /* characters */
    const char *explain; /* a line under the field; NULL */
    bool secret;         /* shown as dots */
};

struct popup *prompt_new(const struct prompt_spec *spec);

/* What was typed; the caller frees. */
char *prompt_text(const struct popup *prompt);

/* Called from `answered`: keeps it open, with what is wrong under the field. */
void prompt_complain(struct popup *prompt, const char *why);

#endif
