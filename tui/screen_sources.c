/* The data sets: where the users come from, how many, and how old that is. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/actions.h"
#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/store/datasets.h"
#include "tui/dialog.h"
#include "tui/list.h"
#include "tui/registry.h"
#include "tui/when.h"

enum { TAG_REMOVE = 1, LIST_BELOW = 2, STALE_S = 3 * 86400 };

enum source_column {
    COLUMN_SOURCE,
    COLUMN_FORMAT,
    COLUMN_USERS,
    COLUMN_FACTORS,
    COLUMN_ROLES,
    COLUMN_SIGN_INS,
    COLUMN_CREDENTIALS,
    COLUMN_IMPORTED
};

struct sources {
    struct dataset_list sets;
    struct list list;
};

static const enum key_context sources_contexts[] = {KEYS_SOURCES, KEYS_LIST, KEYS_GLOBAL, KEYS_END};

static const struct list_column columns[] = {
    [COLUMN_SOURCE] = {.title = "SOURCE", .width = 16, .grow = 1},
    [COLUMN_FORMAT] = {.title = "FORMAT", .width = 21, .drop = 5},
    [COLUMN_USERS] = {.title = "USERS", .width = 9, .right = true},
    [COLUMN_FACTORS] = {.title = "FACTORS", .width = 9, .right = true, .drop = 6, .gap = 1},
    [COLUMN_ROLES] = {.title = "ROLES", .width = 9, .right = true, .drop = 7, .gap = 1},
    [COLUMN_SIGN_INS] = {.title = "SIGN-INS", .width = 9, .right = true, .drop = 8, .gap = 1},
    [COLUMN_CREDENTIALS] = {.title = "KEYS", .width = 9, .right = true, .drop = 9, .gap = 1},
    [COLUMN_IMPORTED] = {.title = "IMPORTED", .width = 16},
};

static const struct dataset *selected(const struct screen *s)
{
    const struct sources *p = s->state;
    return p->list.selected < p->sets.count ? &p->sets.items[p->list.selected] : NULL;
}

static bool read_sources(struct screen *s, struct error *err)
{
    struct sources *p = s->state;
    struct dataset_list now = {0};
    if (!datasets_list(s->session->app.store, &now, err))
        return false;
    dataset_list_release(&p->sets);
    p->sets = now;
    list_set_count(&p->list, now.count);
    return true;
}

static bool sources_open(struct screen *s, const char *arg, struct error *err)
{
    struct sources *p = s->state;
    (void)arg;
    list_init(&p->list, columns, ARRAY_LEN(columns));
    screen_stale(s);
    return read_sources(s, err);
}

static void sources_close(struct screen *s)
{
    dataset_list_release(&((struct sources *)s->state)->sets);
}

static struct reaction sources_tick(struct screen *s)
{
    return screen_reread(s, read_sources);
}

/* --- drawing ------------------------------------------------------------------------------- */

static bool is_stale(const struct screen *s, const struct dataset *d)
{
    return session_now_s(s->session) - d->loaded_at > STALE_S;
}

static void imported_text(const struct screen *s, const struct dataset *d, char *out, size_t size)
{
    char age[16];
    time_age(session_now_s(s->session) - d->loaded_at, age);
    snprintf(out, size, is_stale(s, d) ? "▲ %s ago" : "%s ago", age);
}

static void cell(void *ctx, size_t row, size_t column, struct list_cell *out)
{
    const struct screen *s = ctx;
    const struct dataset *d = &((const struct sources *)s->state)->sets.items[row];
    const int64_t numbers[] = {
        [COLUMN_USERS] = d->users,
        [COLUMN_FACTORS] = d->factors,
        [COLUMN_ROLES] = d->roles,
        [COLUMN_SIGN_INS] = d->sign_ins,
        [COLUMN_CREDENTIALS] = d->credentials,
    };
    switch ((enum source_column)column) {
    case COLUMN_SOURCE:
        snprintf(out->text, sizeof out->text, "%s", d->source);
        break;
    case COLUMN_FORMAT:
        snprintf(out->text, sizeof out->text, "%s", d->format);
        break;
    case COLUMN_IMPORTED:
        imported_text(s, d, out->text, sizeof out->text);
        out->role = is_stale(s, d) ? ROLE_WARN : ROLE_TEXT;
        break;
    case COLUMN_USERS:
    case COLUMN_FACTORS:
    case COLUMN_ROLES:
    case COLUMN_SIGN_INS:
    case COLUMN_CREDENTIALS:
        snprintf(out->text, sizeof out->text, "%" PRId64, numbers[column]);
        break;
    }
}

static void sources_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    struct sources *p = s->state;
    const struct area body = {area->y + LIST_BELOW, area->x, area->rows - LIST_BELOW, area->cols};
    list_draw(&p->list, w, &body, true, cell, s);
    draw_textf(w, area->y, area->x + 1, area->cols - 1, ROLE_TEXT, "%zu data %s", p->sets.count,
               p->sets.count == 1 ? "set" : "sets");
    if (p->sets.count == 0)
        draw_text(w, body.y + 1, body.x + 2, body.cols - 2, ROLE_TEXT,
                  "Nothing was imported yet. i imports a file.");
    wmove(w, p->list.selected_y, area->x);
}

static void sources_hint(struct screen *s, char *out, size_t size)
{
    const struct dataset *d = selected(s);
    char when[WHEN_MAX];
    if (!d)
        return;
    when_long(d->loaded_at, when);
    snprintf(out, size, "Imported %s.%s", when,
             is_stale(s, d) ? " Checks tell of that day: import it again, best every day by cron."
                            : "");
}

/* --- doing --------------------------------------------------------------------------------- */

static void ask_remove(struct screen *s)
{
    static const struct dialog_button buttons[] = {{"Cancel", KEY_NONE, 0},
                                                   {"Remove", KEY_NONE, 1}};
    const struct dataset *d = selected(s);
    if (!d || !session_may_change(s->session))
        return;
    char *text =
        mem_printf("%s has %lld %s. They are taken out, and what they fail counts as fixed "
                   "with the next run. There is no way back but to import again.",
                   d->source, (long long)d->users, d->users == 1 ? "user" : "users");
    const struct dialog_spec spec = {.tag = TAG_REMOVE,
                                     .title = "Remove the data set",
                                     .text = text,
                                     .buttons = buttons,
                                     .button_count = ARRAY_LEN(buttons),
                                     .type_this = d->source,
                                     .type_label = "Type the name to remove:"};
    screen_popup(s, dialog_new(&spec));
    free(text);
}

static struct reaction sources_answered(struct screen *s, struct popup *popup)
{
    struct error err = {0};
    const struct dataset *d = selected(s);
    if (popup->tag != TAG_REMOVE || !d)
        return react_stay();
    char *source = mem_strdup(d->source);
    if (action_remove_data(&s->session->app, source, &err)) {
        session_changed(s->session);
        session_say(s->session, ROLE_OK, "● The data set %s was removed.", source);
    } else {
        session_say_error(s->session, &err);
    }
    free(source);
    return react_stay();
}

static struct reaction open_users(const struct dataset *d)
{
    char arg[SCREEN_ARG_MAX];
    snprintf(arg, sizeof arg, "source:%s", d->source);
    return react_switch("users", arg);
}

static struct reaction sources_key(struct screen *s, const struct key_event *event)
{
    struct sources *p = s->state;
    const struct dataset *d = selected(s);
    if (list_move(&p->list, event->action))
        return react_stay();
    switch (event->action) {
    case ACTION_ENTER:
        return d ? open_users(d) : react_ignore();
    case ACTION_IMPORT:
        return react_open("import", "");
    case ACTION_DELETE:
        ask_remove(s);
        return react_stay();
    case ACTION_BACK:
        return react_close();
    default:
        return react_ignore();
    }
}

static void sources_copies(struct screen *s, struct copy_list *out)
{
    const struct dataset *d = selected(s);
    if (d)
        copy_offer(out, "Source", d->source);
}

static bool sources_works(const struct screen *s, enum action action)
{
    return selected(s) || (action != ACTION_ENTER && action != ACTION_DELETE);
}

const struct screen_ops screen_sources = {
    .id = "sources",
    .title = "Data sets",
    .kind = SCREEN_FULL,
    .state_size = sizeof(struct sources),
    .contexts = sources_contexts,
    .open = sources_open,
    .close = sources_close,
    .draw = sources_draw,
    .hint = sources_hint,
    .key = sources_key,
    .works = sources_works,
    .answered = sources_answered,
    .tick = sources_tick,
    .copies = sources_copies,
};
