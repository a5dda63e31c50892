/*
 * What an integration would send now, saved or draft: its request with a sample notification, the
 * token request before it, and both as curl commands. Nothing is sent, nothing secret is in it.
 */
#ifndef CHECKHOOK_CORE_REQUEST_PREVIEW_H
#define CHECKHOOK_CORE_REQUEST_PREVIEW_H

#include <stdbool.h>
#include <stdint.h>

#include "core/app.h"
#include "core/deliver/preview.h"

struct request_preview {
    struct preview message, token;
    bool has_token; /* OAuth */
    char *curl;     /* commands for a POSIX shell */
};

/* `out` is zeroed or released before; on failure it is released. */
bool request_preview_make(struct request_preview *out, const struct app *app,
                          const struct integration *in, int64_t now_ms, struct error *err);
void request_preview_release(struct request_preview *p); /* accepts a zeroed struct */

#endif
