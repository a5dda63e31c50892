/*
 * What is done here goes into the audit. What a change of the configuration did is found by
 * comparing (action_commit calls that), so that no change can be forgotten; anything else is one
 * line where it is done.
 */
#ifndef CHECKHOOK_CORE_AUDIT_H
#define CHECKHOOK_CORE_AUDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/app.h"
#include "core/config/diff.h"

/* Something done that is no change of the configuration. */
struct audit_note {
    const char *what;                 /* "data imported" */
    const char *subject_id;           /* NULL = none */
    const char *subject;              /* NULL = none */
    const char *before_name, *before; /* one value of before and of after; NULL = none */
    const char *after_name, *after;
    const cJSON *before_all;   /* a flat object of texts, instead of `before`; NULL = none */
    const struct actor *actor; /* NULL = app->actor */
};

/* Part of the caller's transaction, or its own. */
bool audit_note(struct app *app, const struct audit_note *note, struct error *err);

/* In action_commit's transaction. */
bool audit_difference(struct app *app, const struct config_difference *d, int64_t now_s,
                      struct error *err);

/* --- for those who show it ------------------------------------------------------------------- */

/* before or after NULL = it was, is not set; "(empty)" = without a value. */
typedef void audit_change_sink(void *ctx, const char *name, const char *before, const char *after);

/* Walks what the two objects of a row say, by name; texts are lent for the call. */
void audit_each_change(const char *before, const char *after, audit_change_sink *sink, void *ctx);

/* "timeout_s: 30 → 10, description: for the night" on one line. The caller frees. */
char *audit_change_text(const char *before, const char *after);

#endif
