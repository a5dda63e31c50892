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

/* -1 leaves it to ESCDELAY. */
static int preferred_delay(const struct preferences *p)
{
    const struct setting *row =
        setting_find(preference_settings, preference_setting_count, "escape_delay_ms");
    return setting_is_default(row, p) ? -1 : (int)p->escape_delay_ms;
}

/* What was asked for now, else what the user prefers; a theme that is chosen later wins. */
static struct terminal_options terminal_options_of(const struct console_options *options,
                                                   const struct session *s)
{
    const struct preferences *p = s->preferences;
    int theme = p->theme;
    if (options->theme && p->theme == s->first_theme)
        preferred_theme_parse(options->theme, &theme);
    return (struct terminal_options){
        .escdelay_ms = options->escdelay_ms >= 0 ? options->escdelay_ms : preferred_delay(p),
        .ascii = options->ascii || p->ascii || s->accessible,
        .theme = (enum preferred_theme)theme,
    };
}

void console_apply_preferences(struct session *s)
{
    s->accessible = s->options->accessible || s->preferences->accessible;
    const struct terminal_options term = terminal_options_of(s->options, s);
    terminal_look(&term);
    terminal_set_mouse(s->preferences->mouse);
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
    const struct terminal_options term = terminal_options_of(options, &session);
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
