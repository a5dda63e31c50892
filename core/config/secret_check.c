/* Tries to open the secrets of an integration. */
#include "core/config/secret_check.h"

#include <stdlib.h>

#include "core/config/schema.h"

static bool opens(struct keyring *keyring, const struct integration *in, const char *name,
                  const char *label, const char *stored, struct error *err)
{
    struct secret secret = {0};
    if (!stored)
        return true;
    bool ok =
        secret_open(keyring, in->id, name, stored, &secret, err) || error_wrap(err, "%s", label);
    secret_release(&secret);
    return ok;
}

static bool params_open(struct keyring *keyring, const struct integration *in,
                        const struct setting *row, struct error *err)
{
    const struct param_list *list = setting_params_of(row, in);
    bool ok = true;
    for (size_t i = 0; ok && i < list->count; i++) {
        const struct param *p = &list->items[i];
        char *name = secret_param_name(row->name, p->place, p->key);
        ok = !p->secret || opens(keyring, in, name, p->key, p->value, err);
        free(name);
    }
    return ok;
}

bool integration_secrets_open(struct keyring *keyring, const struct integration *in,
                              struct error *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < integration_setting_count; i++) {
        const struct setting *row = &integration_settings[i];
        if (!setting_applies(row, in))
            continue;
        if (row->kind == KIND_PARAMS)
            ok = params_open(keyring, in, row, err);
        else if (row->kind == KIND_SECRET)
            ok = opens(keyring, in, row->name, row->label, setting_secret(row, in), err);
    }
    return ok;
}
