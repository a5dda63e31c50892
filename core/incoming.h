/*
 * Integrations that come from a file of another installation: read and judged, so that somebody can
 * look at what would happen, then saved together.
 *
 * The file is another checkhook.conf (its integrations; nothing else in it counts) or JSON as
 * `integration show --json` prints it: one object, or an array of them. Secrets come along where
 * this installation can use them: references, and sealed texts that its own key opens. All others
 * are missing afterwards, and the integration says so wherever it is shown.
 */
#ifndef CHECKHOOK_CORE_INCOMING_H
#define CHECKHOOK_CORE_INCOMING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/app.h"

enum incoming_fate {
    INCOMING_NEW,
    INCOMING_REPLACES, /* one of the same name, which differs */
    INCOMING_SAME,     /* as it is here already */
    INCOMING_BAD,      /* cannot be saved: see `why` */
};

struct incoming {
    struct integration in; /* as it would be saved, under the id it would have */
    enum incoming_fate fate;
    struct integration *here; /* owned: the one it was judged against; NULL = none */
    struct text_list missing; /* names of the secrets that do not come along */
    char why[256];
};

struct incoming_list {
    struct incoming *items;
    size_t count;
};

/* "new", "replaces the one here", "the same as here", "cannot be imported". */
const char *incoming_fate_text(enum incoming_fate fate);

/*
 * Reads and judges; nothing is changed. `out` is zeroed. ERR_NOT_FOUND: there is no such
 * file; ERR_INVALID: it cannot be read, holds no integrations, or where it is broken. A single
 * integration that is wrong is INCOMING_BAD.
 */
bool incoming_read(struct incoming_list *out, struct app *app, const char *path, int64_t now_s,
                   struct error *err);
void incoming_list_release(struct incoming_list *list); /* accepts a zeroed struct */

/*
 * Saves those that `wanted` says (as many as the list has; those that are bad or the same are
 * passed over), all or none, and counts them. Checks stay as they are. ERR_CONFLICT: one that is
 * here was added, changed or removed since it was judged; that, ERR_INVALID, ERR_BUSY: nothing was
 * saved.
 */
bool incoming_save(struct app *app, const struct incoming_list *list, const bool *wanted,
                   int64_t now_s, size_t *saved, struct error *err);

/* --- what incoming.c needs of incoming_read.c ------------------------------------------------ */

/* What the file says, not judged yet; its text is JSON or a configuration. */
bool incoming_parse(struct incoming_list *out, const char *file, const char *text, size_t len,
                    struct error *err);

#endif
