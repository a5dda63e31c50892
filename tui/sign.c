/* Signs of states. */
#include "tui/sign.h"

static const struct sign status_signs[] = {
    [STATUS_OK] = {"●", "● ok", ROLE_OK},
    [STATUS_WARN] = {"▲", "▲ warn", ROLE_WARN},
    [STATUS_FAILING] = {"■", "■ failing", ROLE_BAD},
    [STATUS_OFF] = {"○", "○ off", ROLE_DIM},
    [STATUS_UNTESTED] = {"◊", "◊ untested", ROLE_TEXT},
};

struct sign sign_of_status(enum status status)
{
    return status_signs[status];
}
