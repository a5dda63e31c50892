/*
 * Taking back what was changed in the configuration, together with what it meant for the store.
 */
#ifndef CHECKHOOK_CORE_UNDO_H
#define CHECKHOOK_CORE_UNDO_H

#include <stdbool.h>
#include <stdint.h>

#include "core/app.h"
#include "core/config/changes.h"

/*
 * Puts every piece back as it was, in one commit of configuration and store (as actions.h says).
 * ERR_CONFLICT: one of them was changed by somebody else since (*stale, it cannot be undone any
 * more), or somebody is changing things now; then nothing is put back. ERR_INVALID: the name of an
 * integration that comes back was given to another meanwhile. done_s is when the change was made:
 * what a removal ended then waits again.
 */
bool undo_changes(struct app *app, const struct config_changes *changes, int64_t done_s,
                  int64_t now_s, bool *stale, struct error *err);

#endif
