/*
 * What can be copied of a delivery: a curl command with secrets left out, its ids, its bodies.
 */
#ifndef CHECKHOOK_TUI_DELIVERY_COPY_H
#define CHECKHOOK_TUI_DELIVERY_COPY_H

#include "tui/copy.h"
#include "tui/delivery_about.h"

void delivery_copies(const struct delivery_about *d, const struct app *app, struct copy_list *out);

#endif
