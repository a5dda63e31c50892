/*
 * Users into a CSV file: asks for its name, never overwrites without asking, works as the job of
 * the session.
 */
#ifndef CHECKHOOK_TUI_USER_EXPORT_H
#define CHECKHOOK_TUI_USER_EXPORT_H

#include "core/store/people.h"
#include "tui/popup.h"
#include "tui/session.h"

/* Asks for the file. */
struct popup *user_export_ask(const struct session *s, int tag);

/* The file that was typed, `~` taken for the home; the caller frees. */
char *user_export_path(const struct popup *asked);

/* NULL where there is no such file yet; else a question whether to overwrite it. */
struct popup *user_export_doubt(const char *path, int tag);

/* Begins; its end is told on the message line. */
bool user_export_start(struct session *s, const struct people_filter *filter, const char *path,
                       bool replace, struct error *err);

/* Is such an export the work that is under way? */
bool user_export_goes_on(const struct session *s);
/* Says how far it is, and asks whether to cancel it. */
struct popup *user_export_ask_cancel(const struct session *s, int tag);
void user_export_cancel(struct session *s);

#endif
