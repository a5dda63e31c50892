/* One check on a page of its own: everything about it, scrolled. */
#include <stdio.h>

#include "core/base/mem.h"
#include "tui/check_about.h"
#include "tui/check_ask.h"
#include "tui/registry.h"
#include "tui/running.h"

enum { TAG_WEBHOOKS = 1, PAGE_FINDINGS = 50, MARGIN = 2, TEXT_COLS_MAX = 100 };

struct check_page {
    const struct check *check;
    int64_t failing, kept; /* as last read */
    struct textview about;
};

static const enum key_context check_contexts[] = {KEYS_CHECK, KEYS_LIST, KEYS_GLOBAL, KEYS_END};

static bool read_about(struct screen *s, struct error *err)
{
    struct check_page *p = s->state;
    const struct app *app = &s->session->app;
    struct check_summary_list rows = {0};
    struct check_details details = {.findings = PAGE_FINDINGS, .why = true};
    bool ok = check_next_run(s->session, &details.next_run_s, err) &&
              check_summaries(app->store, &app->config, &app->catalogue, &rows, err);
    for (size_t i = 0; ok && i < rows.count; i++) {
        if (rows.items[i].check != p->check)
            continue;
        p->failing = rows.items[i].failing;
        p->kept = rows.items[i].kept;
        ok = check_about(&p->about, s->session, &rows.items[i], &details, err);
    }
    check_summary_list_release(&rows);
    return ok;
}

static bool check_open(struct screen *s, const char *arg, struct error *err)
{
    struct check_page *p = s->state;
    p->check = catalogue_find(&s->session->app.catalogue, arg);
    if (!p->check)
        return error_set(err, ERR_NOT_FOUND, "There is no check '%s'.", arg);
    screen_stale(s);
    return read_about(s, err);
}

static void check_close(struct screen *s)
{
    textview_release(&((struct check_page *)s->state)->about);
}

static struct reaction check_tick(struct screen *s)
{
    return screen_reread(s, read_about);
}

static void check_heading(struct screen *s, char *out, size_t size)
{
    const struct check_page *p = s->state;
    snprintf(out, size, "Check · %s", p->check->id);
}

static void check_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    struct check_page *p = s->state;
    const int most = area->cols - 2 * MARGIN;
    const struct area text = {area->y + 1, area->x + MARGIN, area->rows - 1,
                              most < TEXT_COLS_MAX ? most : TEXT_COLS_MAX};
    textview_draw(&p->about, w, &text);
}

static struct reaction ask_webhooks(struct screen *s)
{
    const struct check_page *p = s->state;
    const struct check_summary summary = {
        .check = p->check, .failing = p->failing, .kept = p->kept};
    struct popup *popup = check_ask_webhooks(TAG_WEBHOOKS, s->session, &summary);
    if (popup)
        screen_popup(s, popup);
    return react_stay();
}

static struct reaction with_this(struct screen *s, enum action action)
{
    const struct check_page *p = s->state;
    struct text_list ids = {0};
    text_list_add(&ids, p->check->id);
    if (action == ACTION_RUN)
        running_choose(s->session, &ids);
    else
        check_switch(s->session, &ids);
    text_list_release(&ids);
    return action == ACTION_RUN ? react_open("run", "") : react_stay();
}

static struct reaction check_key(struct screen *s, const struct key_event *event)
{
    struct check_page *p = s->state;
    if (textview_move(&p->about, event->action))
        return react_stay();
    switch (event->action) {
    case ACTION_ASSIGN:
        return ask_webhooks(s);
    case ACTION_ENABLE:
    case ACTION_RUN:
        return with_this(s, event->action);
    case ACTION_EDIT:
        return react_open("tune", p->check->id);
    case ACTION_FINDINGS:
        return react_open("findings", p->check->id);
    default:
        return react_ignore();
    }
}

static struct reaction check_answered(struct screen *s, struct popup *popup)
{
    const struct check_page *p = s->state;
    if (popup->tag == TAG_WEBHOOKS)
        check_set_webhooks(s->session, p->check, popup);
    return react_stay();
}

static void check_copies(struct screen *s, struct copy_list *out)
{
    const struct check_page *p = s->state;
    copy_offer(out, "Id", p->check->id);
    copy_offer(out, "Title", p->check->title);
}

const struct screen_ops screen_check = {
    .id = "check",
    .title = "Check",
    .kind = SCREEN_FULL,
    .state_size = sizeof(struct check_page),
    .contexts = check_contexts,
    .open = check_open,
    .close = check_close,
    .draw = check_draw,
    .heading = check_heading,
    .key = check_key,
    .copies = check_copies,
    .answered = check_answered,
    .tick = check_tick,
};
