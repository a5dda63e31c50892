/* How the console looks: what was asked for now, and what the user prefers. */
#include "tui/look.h"

#include "core/cmd/cmd.h"
#include "core/config/preferences.h"

/* -1 leaves it to ESCDELAY. */
static int preferred_delay(const struct preferences *p)
{
    const struct setting *row =
        setting_find(preference_settings, preference_setting_count, "escape_delay_ms");
    return setting_is_default(row, p) ? -1 : (int)p->escape_delay_ms;
}

struct terminal_options look_options(const struct session *s)
{
    const struct console_options *options = s->options;
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

void look_apply(struct session *s)
{
    s->accessible = s->options->accessible || s->preferences->accessible;
    const struct terminal_options term = look_options(s);
    terminal_look(&term);
    terminal_set_mouse(s->preferences->mouse);
}
