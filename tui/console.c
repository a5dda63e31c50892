/* The console from start to end: terminal, session, loop, and all closed in reverse. */
#include "tui/console.h"

#include <stdio.h>

#include "tui/loop.h"
#include "tui/session.h"
#include "tui/terminal.h"

static int complain(const struct error *err, int code)
{
    fprintf(stderr, "checkhook: %s\n", err->text);
    return code;
}

int console_run(const struct console_options *options)
{
    struct session session;
    struct error err = {0};
    char notice[200];
    const struct terminal_options term = {
        .escdelay_ms = options->escdelay_ms,
        .ascii = options->ascii || options->accessible,
    };
    if (!terminal_check(&err))
        return complain(&err, EXIT_USAGE);
    if (!session_open(&session, options->home, &err))
        return complain(&err, EXIT_UNUSABLE);
    if (!terminal_start(&term, notice, sizeof notice, &err)) {
        session_close(&session);
        return complain(&err, EXIT_USAGE);
    }
    if (notice[0])
        session_say(&session, ROLE_WARN, "▲ %s", notice);
    bool opened = loop_run(&session, "integrations");
    terminal_stop();
    if (!opened)
        error_set(&err, ERR_IO, "%s", session.message);
    session_close(&session);
    return opened ? EXIT_DONE : complain(&err, EXIT_UNUSABLE);
}
