/* Integrations from a file: one is chosen, what it holds is looked at, and what is wanted is saved.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "tui/import_pick.h"
#include "tui/integration_ask.h"
#include "tui/integration_do.h"
#include "tui/registry.h"

enum { TAG_WANTED = 1 };

struct bring {
    struct import_pick pick;
    struct incoming_list found;
};

static const enum key_context bring_contexts[] = {KEYS_PICKER, KEYS_LIST, KEYS_GLOBAL, KEYS_END};

static bool bring_open(struct screen *s, const char *arg, struct error *err)
{
    struct bring *p = s->state;
    struct error why = {0};
    (void)arg;
    import_pick_init(&p->pick);
    return import_pick_open(&p->pick, ".", &why) || import_pick_open(&p->pick, "/", err);
}

static void bring_close(struct screen *s)
{
    struct bring *p = s->state;
    import_pick_release(&p->pick);
    incoming_list_release(&p->found);
}

static bool look_into(struct screen *s, const char *path, struct error *err)
{
    struct bring *p = s->state;
    if (picker_is_folder(path))
        return import_pick_open(&p->pick, path, err);
    incoming_list_release(&p->found);
    if (!incoming_read(&p->found, &s->session->app, path, session_now_s(s->session), err))
        return false;
    screen_popup(s, ask_incoming(TAG_WANTED, path, &p->found));
    return true;
}

static void go_to(struct screen *s, char *path)
{
    struct error err = {0};
    if (path && !look_into(s, path, &err))
        session_say_error(s->session, &err);
    free(path);
}

static struct reaction bring_key(struct screen *s, const struct key_event *event)
{
    struct bring *p = s->state;
    struct error err = {0};
    switch (import_pick_key(&p->pick, event)) {
    case PICK_IGNORED:
        return react_ignore();
    case PICK_LEAVE:
        return react_close();
    case PICK_CHOSEN:
        go_to(s, import_pick_path(&p->pick));
        break;
    case PICK_UP:
        if (!import_pick_open(&p->pick, "..", &err))
            session_say_error(s->session, &err);
        break;
    case PICK_TOOK:
        break;
    }
    return react_stay();
}

static struct reaction bring_answered(struct screen *s, struct popup *popup)
{
    struct bring *p = s->state;
    return do_import(s->session, &p->found, popup) ? react_close() : react_stay();
}

static void bring_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    import_pick_draw(&((struct bring *)s->state)->pick, w, area, session_now_s(s->session));
}

static void bring_hint(struct screen *s, char *out, size_t size)
{
    (void)s;
    snprintf(out, size,
             "Another checkhook.conf, or what integration show --json printed. Nothing "
             "is saved yet.");
}

static void bring_paste(struct screen *s, const char *text)
{
    import_pick_paste(&((struct bring *)s->state)->pick, text);
}

static bool bring_typing(const struct screen *s)
{
    (void)s;
    return true;
}

static bool bring_works(const struct screen *s, enum action action)
{
    (void)s;
    return action != ACTION_SAMPLE; /* there are no samples of integrations */
}

const struct screen_ops screen_bring = {
    .id = "import-integrations",
    .title = "Import integrations · choose a file",
    .kind = SCREEN_FULL,
    .state_size = sizeof(struct bring),
    .contexts = bring_contexts,
    .open = bring_open,
    .close = bring_close,
    .draw = bring_draw,
    .hint = bring_hint,
    .key = bring_key,
    .works = bring_works,
    .answered = bring_answered,
    .paste = bring_paste,
    .typing = bring_typing,
};
