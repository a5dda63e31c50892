/* Words of deliveries. */
#include "core/delivery_words.h"

#include <stdio.h>

void delivery_word(const struct delivery *d, char out[DELIVERY_WORD_MAX])
{
    static const char *const waiting[] = {[false] = "queued", [true] = "retry"};
    switch (d->state) {
    case DELIVERY_DELIVERED:
        snprintf(out, DELIVERY_WORD_MAX, "%d", d->status);
        break;
    case DELIVERY_FAILED:
        if (d->status > 0)
            snprintf(out, DELIVERY_WORD_MAX, "%d", d->status);
        else
            snprintf(out, DELIVERY_WORD_MAX, "failed");
        break;
    case DELIVERY_PENDING:
        snprintf(out, DELIVERY_WORD_MAX, "%s", waiting[d->attempts > 0]);
        break;
    case DELIVERY_IN_FLIGHT:
        snprintf(out, DELIVERY_WORD_MAX, "sending");
        break;
    case DELIVERY_HELD:
        snprintf(out, DELIVERY_WORD_MAX, "held");
        break;
    }
}

void delivery_try(const struct delivery *d, const struct config *config,
                  char out[DELIVERY_WORD_MAX])
{
    const struct integration *in = config_find(config, d->integration_id);
    if (d->kind == KIND_TEST)
        snprintf(out, DELIVERY_WORD_MAX, "%d/1", d->attempts);
    else if (in)
        snprintf(out, DELIVERY_WORD_MAX, "%d/%lld", d->attempts, (long long)in->max_attempts + 1);
    else
        snprintf(out, DELIVERY_WORD_MAX, "%d/-", d->attempts);
}
