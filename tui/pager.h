/*
 * Long text in the user's pager ($PAGER, else less, else more).
 */
#ifndef CHECKHOOK_TUI_PAGER_H
#define CHECKHOOK_TUI_PAGER_H

#include "tui/session.h"

/* Shows bytes of any kind, made visible (text_safe_add, line ends kept), and returns when the pager
 * is left. Deliveries and jobs go on meanwhile. ERR_IO: there is no pager. */
bool pager_show(struct session *s, const char *bytes, size_t len, struct error *err);

#endif
