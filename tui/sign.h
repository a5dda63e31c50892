/*
 * The sign, word and role of every state that lists show: "● ok", "■ failing".
 */
#ifndef CHECKHOOK_TUI_SIGN_H
#define CHECKHOOK_TUI_SIGN_H

#include "core/status.h"
#include "tui/theme.h"

struct sign {
    const char *mark; /* "●" */
    const char *text; /* "● ok" */
    enum role role;
};

struct sign sign_of_status(enum status status);

#endif
