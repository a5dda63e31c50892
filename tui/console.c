/* The console from start to end: terminal, session, loop, and all closed in reverse. */
#include "tui/console.h"

#include <stdio.h>

#include "tui/look.h"
#include "tui/loop.h"
#include "tui/session.h"
#include "tui/terminal.h"

static int complain(const struct error *err, int code)
{
    fprintf(stderr, "checkhook: %s\n", err->text);
    return code;
}

/* What is left behind, on the shell's screen; nothing where that is nothing. */
static void say_farewell(const struct session *s)
{
    if (s->saved > 0)
        printf("checkhook: saved %zu %s%s", s->saved, s->saved == 1 ? "change" : "changes",
               s->drafts_kept > 0 ? ", " : "\n");
    if (s->drafts_kept > 0)
        printf("%s%zu %s kept\n", s->saved > 0 ? "" : "checkhook: ", s->drafts_kept,
               s->drafts_kept == 1 ? "draft" : "drafts");
}

int console_run(const struct console_options *options)
{
    struct session session;
    struct error err = {0};
    char notice[200];
    if (!terminal_check(&err))
        return complain(&err, EXIT_USAGE);
    if (!session_open(&session, options->home, &err))
        return complain(&err, EXIT_UNUSABLE);
    session.options = options;
    session.first_theme = session.preferences->theme;
    session.accessible = options->accessible || session.preferences->accessible;
    const struct terminal_options term = look_options(&session);
    if (!terminal_start(&term, notice, sizeof notice, &err)) {
        session_close(&session);
        return complain(&err, EXIT_USAGE);
    }
    if (notice[0])
        session_say(&session, ROLE_WARN, "▲ %s", notice);
    bool opened = loop_run(&session, "integrations");
    if (terminal_stop())
        say_farewell(&session);
    if (!opened)
        error_set(&err, ERR_IO, "%s", session.message);
    session_close(&session);
    return opened ? EXIT_DONE : complain(&err, EXIT_UNUSABLE);
}
