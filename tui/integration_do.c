/* Changes that page 1 makes. */
#include "tui/integration_do.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/actions.h"
#include "core/base/mem.h"
#include "tui/checkmenu.h"
#include "tui/demo.h"
#include "tui/prompt.h"
#include "tui/undo.h"

static const char demo_name[] = "Demo endpoint";

/* Either way what is shown is read again. Returns ok. */
static bool tell(struct session *s, bool ok, const struct error *err)
{
    if (!ok)
        session_say_error(s, err);
    session_changed(s);
    return ok;
}

/* "Billing events" or "3 integrations"; the caller frees. */
static char *subject(const struct session *s, const struct text_list *ids)
{
    const struct integration *in =
        ids->count == 1 ? config_find(&s->app.config, ids->items[0]) : NULL;
    return in ? mem_strdup(in->name)
              : mem_printf("%zu %s", ids->count, ids->count == 1 ? "integration" : "integrations");
}

bool do_enable(struct session *s, const struct text_list *ids, bool enable)
{
    struct error err = {0};
    char *who = subject(s, ids);
    const bool one = ids->count == 1;
    bool ok = action_set_enabled_all(&s->app, ids, enable, session_now_s(s), &err);
    if (ok && enable)
        session_say(s, ROLE_OK, "● %s %s enabled.", who, one ? "is" : "are");
    else if (ok)
        session_say(s, ROLE_OK, "● %s %s disabled: deliveries wait until %s enabled.", who,
                    one ? "is" : "are", one ? "it is" : "they are");
    tell(s, ok, &err);
    undo_push(s, "%s %s", who, enable ? "enabled" : "disabled");
    free(who);
    return ok;
}

bool do_delete(struct session *s, const struct text_list *ids)
{
    struct error err = {0};
    char *who = subject(s, ids);
    bool ok = action_remove_integrations(&s->app, ids, session_now_s(s), &err);
    if (ok)
        session_say(s, ROLE_OK, "● %s %s deleted.", who, ids->count == 1 ? "is" : "are");
    tell(s, ok, &err);
    undo_push(s, "%s deleted", who);
    free(who);
    return ok;
}

bool do_assign(struct session *s, const char *id, const struct popup *menu)
{
    struct app *app = &s->app;
    struct error err = {0};
    struct tick *ticks = mem_zalloc((app->catalogue.count + 1) * sizeof *ticks);
    size_t count = 0;
    for (size_t i = 0; i < app->catalogue.count; i++) {
        const bool now = checkmenu_is_ticked(menu, i);
        if (now != checkmenu_was_ticked(menu, i))
            ticks[count++] = (struct tick){app->catalogue.items[i].id, id, now};
    }
    bool ok = count == 0 || action_tick_all(app, ticks, count, &err);
    free(ticks);
    const struct integration *in = config_find(&app->config, id);
    const size_t checks = config_tick_count(&app->config, id);
    char *who = mem_strdup(in ? in->name : "It");
    if (ok)
        session_say(s, ROLE_OK, "● %s is ticked for %zu %s.", who, checks,
                    checks == 1 ? "check" : "checks");
    tell(s, ok, &err);
    undo_push(s, "checks of %s", who);
    free(who);
    return ok;
}

static bool save_new(struct app *app, struct integration *in, int64_t now_s, struct error *err)
{
    const struct save_options options = {.now_s = now_s};
    struct problem_list problems = {0};
    bool ok = action_save_integration(app, in, &options, NULL, &problems, err);
    if (!ok && problems.count > 0)
        error_set(err, ERR_INVALID, "%s", problems.items[0].text);
    problem_list_release(&problems);
    return ok;
}

static bool save_copy(struct session *s, const char *id, const char *name, struct error *err)
{
    const int64_t now = session_now_s(s);
    const struct integration *from = config_find(&s->app.config, id);
    struct integration copy = {0};
    if (!from)
        return error_set(err, ERR_NOT_FOUND, "It was removed meanwhile.");
    bool ok = integration_duplicate(s->app.keyring, from, name, now, &copy, err) &&
              save_new(&s->app, &copy, now, err);
    integration_release(&copy);
    return ok;
}

bool do_duplicate(struct session *s, const char *id, struct popup *prompt)
{
    struct error err = {0};
    char *name = prompt_text(prompt);
    bool ok = save_copy(s, id, name, &err);
    if (ok) {
        session_say(s, ROLE_OK, "● %s is a new integration; test it before it is used.", name);
        tell(s, true, &err);
        undo_push(s, "%s added", name);
    } else {
        prompt_complain(prompt, err.text);
    }
    free(name);
    return ok;
}

static size_t count_missing(const struct incoming_list *list, const bool *wanted)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        count += wanted[i] ? list->items[i].missing.count : 0;
    return count;
}

bool do_import(struct session *s, const struct incoming_list *list, const struct popup *menu)
{
    struct error err = {0};
    size_t saved = 0;
    bool *wanted = mem_zalloc(list->count * sizeof *wanted);
    for (size_t i = 0; i < list->count; i++)
        wanted[i] = checkmenu_is_ticked(menu, i);
    bool ok = incoming_save(&s->app, list, wanted, session_now_s(s), &saved, &err);
    const size_t missing = count_missing(list, wanted);
    if (ok && missing > 0)
        session_say(s, ROLE_WARN, "▲ %zu imported; %zu %s to be entered again (e edits).", saved,
                    missing, missing == 1 ? "secret is" : "secrets are");
    else if (ok)
        session_say(s, ROLE_OK, "● %zu %s imported.", saved,
                    saved == 1 ? "integration is" : "integrations are");
    tell(s, ok, &err);
    if (saved > 0)
        undo_push(s, "%zu imported", saved);
    free(wanted);
    return ok;
}

static void fill_demo(struct integration *in, int port)
{
    mem_replace(&in->name, demo_name);
    mem_replace(&in->description, "checkhook's own receiver on this host. It ends with the console "
                                  "that started it; checkhook listen starts it by hand.");
    free(in->url);
    in->url = mem_printf("http://127.0.0.1:%d/demo", port);
    in->auth.type = AUTH_NONE;
}

/* A new one, or that of an earlier console, which is led to the present port. */
static bool save_demo(struct session *s, int port, struct error *err)
{
    const struct integration *old = config_find(&s->app.config, demo_name);
    struct integration in = {0}, before = {0};
    struct problem_list problems = {0};
    if (old) {
        integration_copy(&in, old);
        integration_copy(&before, old);
    } else {
        integration_init(&in);
    }
    fill_demo(&in, port);
    const struct save_options options = {.before = old ? &before : NULL, .now_s = session_now_s(s)};
    bool ok = action_save_integration(&s->app, &in, &options, NULL, &problems, err);
    problem_list_release(&problems);
    integration_release(&in);
    integration_release(&before);
    return ok;
}

bool do_demo(struct session *s)
{
    struct error err = {0};
    if (!demo_runs(s->demo)) {
        demo_stop(s->demo);
        s->demo = demo_start(&err);
    }
    bool ok = s->demo && save_demo(s, demo_port(s->demo), &err);
    if (ok)
        session_say(s, ROLE_OK,
                    "● Demo endpoint on port %d: it ends with this console. t tests it.",
                    demo_port(s->demo));
    tell(s, ok, &err);
    undo_push(s, "demo endpoint added");
    return ok;
}
