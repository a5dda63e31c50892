/* One user on a page of its own. */
#include <stdio.h>

#include "core/base/text.h"
#include "tui/registry.h"
#include "tui/user_about.h"

enum { MARGIN = 2, TEXT_COLS_MAX = 100 };

struct user_page {
    struct person user;
    struct textview about;
    bool gone; /* and shown as last seen */
};

static const enum key_context user_contexts[] = {KEYS_USER, KEYS_LIST, KEYS_GLOBAL, KEYS_END};

static bool read_user(struct screen *s, struct error *err)
{
    struct user_page *p = s->state;
    struct person now = {0};
    const bool found = person_read(s->session->app.store, p->user.uid, &now, err);
    p->gone = !found && err->kind == ERR_NOT_FOUND;
    if (!found)
        return false;
    person_release(&p->user);
    p->user = now;
    return user_about(&p->about, s->session, &p->user, true, err);
}

static bool user_open(struct screen *s, const char *arg, struct error *err)
{
    struct user_page *p = s->state;
    if (!text_to_int(arg, 1, INT64_MAX, &p->user.uid))
        return error_set(err, ERR_NOT_FOUND, "There is no such user.");
    screen_stale(s);
    return read_user(s, err);
}

static void user_close(struct screen *s)
{
    struct user_page *p = s->state;
    person_release(&p->user);
    textview_release(&p->about);
}

static struct reaction user_tick(struct screen *s)
{
    return screen_reread(s, read_user);
}

static void user_heading(struct screen *s, char *out, size_t size)
{
    const struct user_page *p = s->state;
    snprintf(out, size, "User · %s%s", p->user.login ? p->user.login : "",
             p->gone ? " · no longer there" : "");
}

static void user_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    struct user_page *p = s->state;
    struct area text = {area->y, area->x + MARGIN, area->rows, area->cols - 2 * MARGIN};
    if (text.cols > TEXT_COLS_MAX)
        text.cols = TEXT_COLS_MAX;
    textview_draw(&p->about, w, &text);
}

static struct reaction user_key(struct screen *s, const struct key_event *event)
{
    struct user_page *p = s->state;
    if (textview_move(&p->about, event->action))
        return react_stay();
    return event->action == ACTION_BACK ? react_close() : react_ignore();
}

static void user_copies(struct screen *s, struct copy_list *out)
{
    const struct user_page *p = s->state;
    copy_offer(out, "Login", p->user.login);
    copy_offer(out, "E-mail", p->user.email);
    copy_offer(out, "Id", p->user.id);
}

const struct screen_ops screen_user = {
    .id = "user",
    .title = "User",
    .kind = SCREEN_FULL,
    .state_size = sizeof(struct user_page),
    .contexts = user_contexts,
    .open = user_open,
    .close = user_close,
    .draw = user_draw,
    .heading = user_heading,
    .key = user_key,
    .copies = user_copies,
    .tick = user_tick,
};
