/* Forms to files and back, with what has to be said about it. */
#include "tui/draft_keep.h"

#include <stdlib.h>

#include "forms/form_draft.h"
#include "tui/screen_form_ask.h"

void draft_keep(struct session *s, const struct integration_form *form)
{
    struct draft draft = {0};
    struct error err = {0};
    if (integration_form_changes(form) == 0)
        return;
    form_draft_take(form, session_now_s(s), &draft);
    if (draft_save(s->app.paths.console_file, &draft, &err))
        s->drafts_kept++;
    draft_release(&draft);
}

bool draft_find(const struct session *s, const char *id, struct draft *out)
{
    struct error ignored = {0};
    if (!draft_load(s->app.paths.console_file, id, out, &ignored))
        return false;
    if (out->saved_s >= session_now_s(s) - DRAFT_KEPT_S)
        return true;
    draft_release(out);
    return false;
}

static void say_continued(struct session *s, const struct form_draft_notes *notes)
{
    char *secrets = form_join(&notes->secrets), *overtaken = form_join(&notes->overtaken);
    if (notes->overtaken.count > 0)
        session_say(s, ROLE_WARN, "▲ Changed by somebody else since: %s.", overtaken);
    else if (notes->secrets.count > 0)
        session_say(s, ROLE_WARN, "▲ Enter again, drafts keep no secret: %s.", secrets);
    else
        session_say(s, ROLE_OK, "● The draft is back; nothing is saved yet.");
    free(secrets);
    free(overtaken);
}

bool draft_continue(struct session *s, struct integration_form *form, const char *id,
                    struct error *err)
{
    struct form_draft_notes notes = {0};
    struct draft draft = {0};
    const bool ok = draft_load(s->app.paths.console_file, id, &draft, err) &&
                    form_draft_open(form, &s->app, &draft, &notes, err);
    if (ok)
        say_continued(s, &notes);
    form_draft_notes_release(&notes);
    draft_release(&draft);
    return ok;
}
