/*
 * What a change of an integration means for its deliveries and for what the store knows of it.
 */
#ifndef CHECKHOOK_CORE_EFFECT_H
#define CHECKHOOK_CORE_EFFECT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/config/model.h"
#include "core/store/store.h"

struct effect {
    bool forget;  /* a new destination: "untested" again */
    bool hold;    /* disabled now */
    bool release; /* enabled, or given other credentials */
    bool end;     /* removed */
};

/* before NULL = a new one; after NULL = it was removed. */
struct effect effect_of(const struct integration *before, const struct integration *after);

/* In a transaction of the store. */
bool effect_apply(struct store *store, const char *id, const struct effect *e, int64_t now_s,
                  struct error *err);

#endif
