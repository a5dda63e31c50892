/*
 * Undo: what this console changed in the configuration and can take back, the last change first.
 *
 * After a reversible change (enable, ticks, edit, delete …) succeeded, a screen names it:
 *
 *     session_say(s, ROLE_OK, "● %s is disabled.", name);
 *     undo_push(s, "%s disabled", name);
 *
 * That is all: what the action committed is known (core/config/changes.h), however many commits it
 * took. `u` takes it back as a whole, unless somebody else changed the same thing meanwhile; what
 * they changed elsewhere stays. A deleted integration comes back with its id, its sealed secrets,
 * its ticks and its waiting deliveries.
 */
#ifndef CHECKHOOK_TUI_UNDO_H
#define CHECKHOOK_TUI_UNDO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/config/changes.h"
#include "tui/session.h"

/* How long a change can be taken back. */
enum { UNDO_STEPS_MAX = 20, UNDO_GRACE_S = 600 };

struct undo_step {
    char *caption; /* "Billing events disabled" */
    char *stays;   /* what taking it back leaves as it is: a sentence; NULL = nothing */
    int64_t done_s;
    struct config_changes changes;
};

struct undo {
    struct config_changes fresh; /* committed by the present key, not named yet */
    struct undo_step steps[UNDO_STEPS_MAX];
    size_t count;
};

/* Begins to note in `u`, which is zeroed, what the session commits; and ends it. */
void undo_start(struct undo *u, struct session *s);
void undo_stop(struct session *s);

/* Names what was committed by the present key, and adds "u undoes" to the message of the session.
 * Nothing was committed: does nothing. */
void undo_push(struct session *s, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* After undo_push: the same action queued deliveries, and they are sent whatever `u` does. Said
 * beside the message, and once more after undoing. */
void undo_leaves_queued(struct session *s, size_t users);

/* What `u` would take back now; NULL = nothing. Forgets what is too old. */
const char *undo_caption(struct session *s);

/* `u`: takes the last one back and says so, or says why not. */
void undo_last(struct session *s);

/* For the loop, after each key: what nobody named is not undone. */
void undo_forget_unnamed(struct session *s);

#endif
