/* How a delivery looks in a list. */
#include "tui/delivery_look.h"

#include <stdio.h>

#include "core/base/clock.h"
#include "tui/when.h"

struct sign {
    const char *mark;
    enum role role;
};

static struct sign sign_of(const struct delivery *d, const struct config *config)
{
    switch (d->state) {
    case DELIVERY_DELIVERED:
        return (struct sign){"●", ROLE_OK};
    case DELIVERY_FAILED:
        if (d->sent_again_as > 0 || !config_find(config, d->integration_id))
            return (struct sign){"○", ROLE_TEXT};
        return (struct sign){"■", ROLE_BAD};
    case DELIVERY_HELD:
        return (struct sign){"○", ROLE_WARN};
    case DELIVERY_IN_FLIGHT:
        return (struct sign){"»", ROLE_ACCENT};
    case DELIVERY_PENDING:
        break;
    }
    return d->attempts > 0 ? (struct sign){"▲", ROLE_WARN} : (struct sign){"◊", ROLE_TEXT};
}

enum role delivery_status(const struct delivery *d, const struct config *config,
                          char out[DELIVERY_STATUS_MAX])
{
    const struct sign sign = sign_of(d, config);
    char word[DELIVERY_WORD_MAX];
    delivery_word(d, word);
    snprintf(out, DELIVERY_STATUS_MAX, "%s %s", sign.mark, word);
    return sign.role;
}

void delivery_took(const struct delivery *d, int64_t now_s, char *out, size_t size)
{
    char text[WHEN_MAX];
    if (d->state == DELIVERY_PENDING && d->due_at > now_s) {
        time_age(d->due_at - now_s, text);
        snprintf(out, size, "next %s", text);
        return;
    }
    when_took(d->took_ms, text);
    snprintf(out, size, "%s", text);
}
