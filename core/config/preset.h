/*
 * OAuth presets: what the token endpoint of a known provider wants, ready to be completed.
 *
 * Texts may hold gaps such as "<tenant>": only the user knows what belongs there, and nothing is
 * saved or tested before every gap is filled.
 */
#ifndef CHECKHOOK_CORE_CONFIG_PRESET_H
#define CHECKHOOK_CORE_CONFIG_PRESET_H

#include <stdbool.h>
#include <stddef.h>

#include "core/config/model.h"

enum { PRESET_PARAMS_MAX = 2, PRESET_GAP_MAX = 48 };

struct preset_param {
    const char *key, *value; /* in the body of the token request; NULL ends the list */
};

struct preset {
    const char *id;       /* "okta", as on the command line */
    const char *name;     /* "Okta, custom authorization server" */
    const char *endpoint; /* with gaps */
    enum client_auth client_auth;
    struct preset_param params[PRESET_PARAMS_MAX + 1];
    const char *advice; /* one sentence */
};

extern const struct preset presets[];
extern const size_t preset_count;

/* NULL where there is none of that id. */
const struct preset *preset_find(const char *id);

/*
 * Fills in type, endpoint, method, client authentication, and scope, audience or resource. The body
 * parameters scope, audience and resource that the provider does not want are removed; everything
 * else stays. An endpoint that is the provider's already stays as well.
 */
void preset_apply(const struct preset *p, struct integration *in);

/* Would it replace something that was filled in? Adds the words for what, "Auth endpoint", "scope",
 * to `out`. */
bool preset_overwrites(const struct preset *p, const struct integration *in, struct text_list *out);

/* The first gap of a text, "<tenant>"; false where it has none. */
bool preset_gap(const char *text, char out[PRESET_GAP_MAX]);

#endif
