/* The fingerprint of what decides whether a receiver lets us in. */
#include "core/config/access.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "core/config/schema.h"

enum { PRINT_BYTES = 16 };

/* With its end, so that two texts never run into one. */
static void add_text(crypto_generichash_state *hash, const char *text)
{
    const char *known = text ? text : "";
    crypto_generichash_update(hash, (const unsigned char *)known, strlen(known) + 1);
}

static void add_params(crypto_generichash_state *hash, const struct param_list *params)
{
    for (size_t i = 0; i < params->count; i++) {
        const struct param *p = &params->items[i];
        add_text(hash, param_place_text(p->place));
        add_text(hash, p->key);
        add_text(hash, p->secret ? "secret" : "");
        add_text(hash, p->value);
    }
}

void access_print(const struct integration *in, char out[ACCESS_PRINT_MAX])
{
    crypto_generichash_state hash;
    unsigned char bytes[PRINT_BYTES];
    crypto_generichash_init(&hash, NULL, 0, sizeof bytes);
    for (size_t i = 0; i < integration_setting_count; i++) {
        const struct setting *row = &integration_settings[i];
        if (row->section != SECTION_AUTH && row->kind != KIND_URL)
            continue;
        char *value = setting_get(row, in);
        add_text(&hash, value);
        free(value);
    }
    add_params(&hash, &in->auth.params);
    add_text(&hash, "invocation");
    add_params(&hash, &in->params);
    crypto_generichash_final(&hash, bytes, sizeof bytes);
    sodium_bin2hex(out, ACCESS_PRINT_MAX, bytes, sizeof bytes);
}

bool access_differs(const struct integration *a, const struct integration *b)
{
    char left[ACCESS_PRINT_MAX], right[ACCESS_PRINT_MAX];
    access_print(a, left);
    access_print(b, right);
    return strcmp(left, right) != 0;
}
