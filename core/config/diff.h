/*
 * What differs between two configurations, in words for people: for the audit, and to say what a
 * change did. Never a secret, typed or sealed: one that is set reads "(set)", a new one
 * "(changed)".
 */
#ifndef CHECKHOOK_CORE_CONFIG_DIFF_H
#define CHECKHOOK_CORE_CONFIG_DIFF_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "core/base/error.h"
#include "core/config/config.h"

enum config_part { PART_GENERAL, PART_INTEGRATION, PART_CHECK };

/* One integration, one check, or the settings of the top level. All lent for the call. */
struct config_difference {
    enum config_part part;
    const char *id;                     /* of the integration or check; "" */
    const char *name;                   /* of the integration now, else then; id of the check; "" */
    const struct integration *was, *is; /* PART_INTEGRATION; NULL = there was, is none */
    /*
     * Flat objects of texts, by the names of settings: only those that differ; a setting that
     * is empty is left out. Parameters are "params.header:KEY", without a value ""; the ticks of a
     * check "webhook NAME" with "on"; those of an integration that came or went are its "checks".
     * One that came or went has all its settings that are not at their default. Both are empty
     * where an integration differs in what has no words, as the order of its parameters.
     */
    const cJSON *before, *after;
};

typedef bool config_difference_sink(void *ctx, const struct config_difference *d,
                                    struct error *err);

/* Calls the sink for each; false when it did, with its error. */
bool config_diff(const struct config *before, const struct config *after,
                 config_difference_sink *sink, void *ctx, struct error *err);

#endif
