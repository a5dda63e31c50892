/*
 * What is told of a delivery: one part of it, written into a text.
 */
#ifndef CHECKHOOK_TUI_DELIVERY_TEXT_H
#define CHECKHOOK_TUI_DELIVERY_TEXT_H

#include "tui/delivery_look.h"

/* The part that d->tab says, into d->text. */
void delivery_text_write(struct delivery_about *d, const struct app *app);

/* All of it; `d` has every attempt in full. */
void delivery_text_whole(const struct delivery_about *d, const struct app *app,
                         struct textview *out);

/* The body of the last attempt's request, or what would be sent now; NULL = there is none. The
 * caller frees. */
char *delivery_request_body(const struct delivery_about *d, const struct app *app);

#endif
