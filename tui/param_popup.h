/*
 * One HTTP parameter in a box: place, key, value, secret or not.
 */
#ifndef CHECKHOOK_TUI_PARAM_POPUP_H
#define CHECKHOOK_TUI_PARAM_POPUP_H

#include "forms/param_form.h"
#include "tui/popup.h"

/* param NULL: a new one, which begins with the usual place. The value of a stored secret is not
 * shown, and stays when none is typed. */
struct popup *param_popup_new(int tag, const struct param *param, enum param_place usual);

/* What was entered; its texts are lent until the next call or the popup's end. */
struct param_entry param_popup_entry(struct popup *popup);

/* Called from `answered`: keeps it open, with what is wrong below. */
void param_popup_complain(struct popup *popup, const char *why);

#endif
