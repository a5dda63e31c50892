/*
 * The mouse: what is drawn says what a press on it does, so that nothing that is drawn has to be
 * found again by arithmetic. Targets live from one painting to the next.
 *
 * Everything can be done without a mouse. While it is ours the terminal's own selection needs Shift
 * (said when it is switched on); ACTION_MOUSE hands it back.
 */
#ifndef CHECKHOOK_TUI_MOUSE_H
#define CHECKHOOK_TUI_MOUSE_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/draw.h"

/* Before everything is drawn anew, and when what was drawn may be gone. */
void mouse_forget(void);

/* A box stands over all that was drawn so far: it can no longer be pressed, but keys of the key bar
 * (mouse_key with `always`). */
void mouse_cover(void);

/* Pressing these columns of a row presses the key. */
void mouse_key(WINDOW *w, int y, int x, int cols, int key, bool always);

/*
 * Pressing it calls pick(ctx, n), which makes it the focus and says whether it was; one that was is
 * pressed like `key` as well (KEY_NONE = nothing more). ctx lives until the next painting.
 */
typedef bool mouse_pick(void *ctx, size_t n);
void mouse_target(WINDOW *w, int y, int x, int cols, mouse_pick *pick, void *ctx, size_t n,
                  int key);

/* A press there: what was under it is picked; returns the key to be pressed now, KEY_NONE for none.
 * *hit says whether there was anything. */
int mouse_press(int y, int x, bool *hit);

#endif
