/* Presets of OAuth providers: a preset is a row. */
#include "core/config/preset.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"

/* Their guides: RFC 6749 leaves the client's authentication and the names of the audience open. */
const struct preset presets[] = {
    {
        .id = "okta",
        .name = "Okta, custom authorization server",
        .endpoint = "https://<your-org>.okta.com/oauth2/<server-id>/v1/token",
        .client_auth = CLIENT_AUTH_BASIC,
        .params = {{"scope", "<custom-scope>"}},
        .advice = "Okta wants at least one custom scope of that server; its org server takes "
                  "private keys only, which checkhook cannot send.",
    },
    {
        .id = "auth0",
        .name = "Auth0",
        .endpoint = "https://<your-tenant>.auth0.com/oauth/token",
        .client_auth = CLIENT_AUTH_POST,
        .params = {{"audience", "<api-identifier>"}},
        .advice = "Auth0 wants the identifier of the API as audience.",
    },
    {
        .id = "entra",
        .name = "Microsoft Entra ID",
        .endpoint = "https://login.microsoftonline.com/<tenant-id>/oauth2/v2.0/token",
        .client_auth = CLIENT_AUTH_POST,
        .params = {{"scope", "<resource>/.default"}},
        .advice = "Entra ID wants the resource with /.default behind it as scope.",
    },
    {
        .id = "keycloak",
        .name = "Keycloak",
        .endpoint = "https://<host>/realms/<realm>/protocol/openid-connect/token",
        .client_auth = CLIENT_AUTH_BASIC,
        .advice = "Keycloak ignores an audience parameter: use an audience mapper or a client "
                  "scope there. Releases before 17 want Basic, raw.",
    },
};
const size_t preset_count = ARRAY_LEN(presets);

/* What providers call whom the token is for. */
static const char *const targets[] = {"scope", "audience", "resource"};

const struct preset *preset_find(const char *id)
{
    for (size_t i = 0; i < preset_count; i++) {
        if (strcmp(presets[i].id, id) == 0)
            return &presets[i];
    }
    return NULL;
}

static const char *wanted(const struct preset *p, const char *key)
{
    for (const struct preset_param *w = p->params; w->key; w++) {
        if (strcmp(w->key, key) == 0)
            return w->value;
    }
    return NULL;
}

/* Is it the pattern with its gaps filled in? Each gap stands for at least one character that is no
 * slash. */
static bool follows(const char *pattern, const char *text)
{
    while (*pattern && *text) {
        if (*pattern == '<') {
            const char *end = strchr(pattern, '>');
            const size_t len = strcspn(text, "/");
            for (size_t i = len; end && i > 0; i--) {
                if (follows(end + 1, text + i))
                    return true;
            }
            return false;
        }
        if (*pattern++ != *text++)
            return false;
    }
    return !*pattern && !*text;
}

/* A value that only has gaps to lose may be replaced by one that has none. */
static bool keeps(const char *pattern, const char *value)
{
    return value && follows(pattern, value);
}

void preset_apply(const struct preset *p, struct integration *in)
{
    in->auth.type = AUTH_OAUTH;
    in->auth.method = METHOD_POST;
    in->auth.client_auth = (int)p->client_auth;
    if (!keeps(p->endpoint, in->auth.endpoint))
        mem_replace(&in->auth.endpoint, p->endpoint);
    for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
        const char *value = wanted(p, targets[i]);
        const struct param *had = param_find(&in->auth.params, PLACE_BODY, targets[i]);
        if (!value)
            param_remove(&in->auth.params, PLACE_BODY, targets[i]);
        else if (!had || had->secret || !keeps(value, had->value))
            param_set(&in->auth.params, PLACE_BODY, targets[i], value, false);
    }
}

static void note(struct text_list *out, const char *what, bool *any)
{
    text_list_add(out, what);
    *any = true;
}

bool preset_overwrites(const struct preset *p, const struct integration *in, struct text_list *out)
{
    char gap[PRESET_GAP_MAX];
    bool any = false;
    const char *endpoint = in->auth.endpoint;
    if (endpoint && *endpoint && !preset_gap(endpoint, gap) && !keeps(p->endpoint, endpoint))
        note(out, "Auth endpoint", &any);
    for (size_t i = 0; i < ARRAY_LEN(targets); i++) {
        const char *value = wanted(p, targets[i]);
        const struct param *had = param_find(&in->auth.params, PLACE_BODY, targets[i]);
        if (had && !(value && !had->secret && keeps(value, had->value)) &&
            (had->secret || !had->value || !preset_gap(had->value, gap)))
            note(out, targets[i], &any);
    }
    return any;
}

bool preset_gap(const char *text, char out[PRESET_GAP_MAX])
{
    for (const char *at = strchr(text, '<'); at; at = strchr(at + 1, '<')) {
        size_t len = 1;
        while (islower((unsigned char)at[len]) || at[len] == '-')
            len++;
        if (len > 1 && at[len] == '>' && len + 2 <= PRESET_GAP_MAX) {
            snprintf(out, PRESET_GAP_MAX, "%.*s", (int)len + 1, at);
            return true;
        }
    }
    return false;
}
