/* Opens the secrets of an integration, and wipes them again. */
#include "core/deliver/credentials.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"

bool oauth_param_given(const struct param_list *params, const char *key)
{
    for (size_t i = 0; i < params->count; i++) {
        const struct param *p = &params->items[i];
        bool header = strcmp(key, "Authorization") == 0;
        if (header ? p->place == PLACE_HEADER && strcasecmp(p->key, key) == 0
                   : p->place != PLACE_HEADER && strcmp(p->key, key) == 0)
            return true;
    }
    return false;
}

static bool needs_client_secret(const struct auth *auth)
{
    return auth->client_auth != CLIENT_AUTH_NONE &&
           !oauth_param_given(&auth->params, "Authorization") &&
           !oauth_param_given(&auth->params, "client_secret");
}

bool credential_open(const struct credential *what, struct keyring *keyring,
                     const struct integration *in, struct secret *out, struct error *err)
{
    if (!what->stored || !*what->stored)
        return error_set(err, ERR_NOT_FOUND, "the secret \"%s\" is missing: enter it again",
                         what->label);
    if (!secret_open(keyring, in->id, what->name, what->stored, out, err))
        return error_wrap(err, "the secret \"%s\"", what->label);
    /* What was entered was checked; what a variable or a file holds was not. */
    if (out->text && strpbrk(out->text, "\r\n"))
        return error_set(err, ERR_INVALID, "the secret \"%s\" holds a line break: make it one line",
                         what->label);
    return true;
}

/* Who is asked for the secrets. */
struct asking {
    credential_source *source;
    void *ctx;
};

static bool fill_params(const struct asking *ask, const char *list, const struct param_list *params,
                        struct secret_list *out, struct error *err)
{
    out->items = params->count ? mem_zalloc(params->count * sizeof *out->items) : NULL;
    out->count = params->count;
    for (size_t i = 0; i < params->count; i++) {
        const struct param *p = &params->items[i];
        if (!p->secret)
            continue;
        char *name = secret_param_name(list, p->place, p->key);
        char *label = mem_printf("%s parameter %s", param_place_text(p->place), p->key);
        const struct credential what = {name, label, p->value, p};
        bool ok = ask->source(ask->ctx, &what, &out->items[i], err);
        free(name);
        free(label);
        if (!ok)
            return false;
    }
    return true;
}

static bool fill_auth(const struct asking *ask, struct credentials *c, const struct auth *auth,
                      struct error *err)
{
    const struct credential password = {"auth.password", "Password", auth->password, NULL};
    const struct credential key = {"auth.key_value", "API key value", auth->key_value, NULL};
    const struct credential client = {"auth.client_secret", "Client secret", auth->client_secret,
                                      NULL};
    switch (auth->type) {
    case AUTH_BASIC:
        return ask->source(ask->ctx, &password, &c->password, err);
    case AUTH_API_KEY:
        return ask->source(ask->ctx, &key, &c->key_value, err);
    case AUTH_OAUTH:
        if (needs_client_secret(auth) && !ask->source(ask->ctx, &client, &c->client_secret, err))
            return false;
        return fill_params(ask, "auth.params", &auth->params, &c->oauth_params, err);
    default:
        return true;
    }
}

bool credentials_fill(struct credentials *c, const struct integration *in,
                      credential_source *source, void *ctx, struct error *err)
{
    const struct asking ask = {source, ctx};
    *c = (struct credentials){0};
    if (fill_auth(&ask, c, &in->auth, err) &&
        fill_params(&ask, "params", &in->params, &c->params, err))
        return true;
    credentials_release(c);
    return false;
}

struct opening {
    struct keyring *keyring;
    const struct integration *in;
};

static bool open_stored(void *ctx, const struct credential *what, struct secret *out,
                        struct error *err)
{
    const struct opening *o = ctx;
    return credential_open(what, o->keyring, o->in, out, err);
}

bool credentials_open(struct credentials *c, struct keyring *keyring, const struct integration *in,
                      struct error *err)
{
    struct opening opening = {keyring, in};
    return credentials_fill(c, in, open_stored, &opening, err);
}

static void release_list(struct secret_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        secret_release(&list->items[i]);
    free(list->items);
    *list = (struct secret_list){0};
}

void credentials_release(struct credentials *c)
{
    secret_release(&c->password);
    secret_release(&c->key_value);
    secret_release(&c->client_secret);
    release_list(&c->params);
    release_list(&c->oauth_params);
    *c = (struct credentials){0};
}

static const char *value_of(const struct secret_list *secrets, const struct param_list *list,
                            size_t i)
{
    const struct param *p = &list->items[i];
    assert(!p->secret || i < secrets->count);
    const char *value = p->secret ? secrets->items[i].text : p->value;
    return value ? value : "";
}

const char *credentials_param(const struct credentials *c, const struct param_list *list, size_t i)
{
    return value_of(&c->params, list, i);
}

const char *credentials_oauth_param(const struct credentials *c, const struct param_list *list,
                                    size_t i)
{
    return value_of(&c->oauth_params, list, i);
}
