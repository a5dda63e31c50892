/*
 * What a commit changed in the configuration, piece by piece: an integration, what is set for a
 * check, or the top-level settings. For undoing it, and for saying what it was.
 *
 * Secrets are held as the file holds them (sealed, or references).
 */
#ifndef CHECKHOOK_CORE_CONFIG_CHANGES_H
#define CHECKHOOK_CORE_CONFIG_CHANGES_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/error.h"
#include "core/config/config.h"

/* One piece as it was and as it is; NULL = it was or is not there. Owned. */
struct integration_change {
    struct integration *before, *after;
    size_t place; /* where it stood in the file */
};
struct check_change {
    struct check_config *before, *after;
    size_t place;
};
struct general_change {
    struct general *before, *after;
};

struct config_changes {
    struct integration_change *integrations;
    size_t integration_count;
    struct check_change *checks;
    size_t check_count;
    struct general_change general; /* both NULL = the same */
};

void config_changes_release(struct config_changes *c); /* accepts a zeroed struct */
bool config_changes_none(const struct config_changes *c);

/*
 * Adds what differs between the two. What is known of the same piece already goes on: its `before`
 * stays, its `after` is the new one; a piece that is again as it was is forgotten. (A tenant id
 * that was made by a save is no change.)
 */
void config_changes_add(struct config_changes *c, const struct config *before,
                        const struct config *after);

/* Is every piece still as the change left it? ERR_CONFLICT names the first that is not. */
bool config_changes_stand(const struct config_changes *c, const struct config *now,
                          struct error *err);

/* Puts every piece back as it was before, at its old place. In a change (config_begin). */
void config_changes_revert(const struct config_changes *c, struct config *config);

#endif
