/*
 * One user as text: what is known, every finding with its reason, and where it was sent.
 */
#ifndef CHECKHOOK_TUI_USER_ABOUT_H
#define CHECKHOOK_TUI_USER_ABOUT_H

#include "core/store/datasets.h"
#include "core/store/person.h"
#include "tui/session.h"
#include "tui/textview.h"

/* "admin", "user", "n/a" where it is not known, or the type of who is no member. */
const char *user_role(const char *type, int is_admin);

/* "yes", "no"; "n/a" where the source does not say. */
const char *user_mfa(const struct person *p);

/* "today 14:02", "2 days ago", "never"; "n/a" where the source does not say. */
void user_seen(const struct person *p, int64_t now_s, char *out, size_t size);

/* Fills out with everything. `whole` adds the checks that cannot be answered for this user, and
 * why: that takes some milliseconds. */
bool user_about(struct textview *out, struct session *session, const struct person *p, bool whole,
                struct error *err);

/* "From okta (okta-json), imported today 05:58, 412 users. …": where users of it come from. */
void user_source_text(const struct dataset *d, int64_t now_s, char *out, size_t size);

#endif
