/* One delivery on a page of its own: what was sent, what came back, and every attempt. */
#include <stdio.h>

#include "tui/delivery_about.h"
#include "tui/delivery_ask.h"
#include "tui/delivery_copy.h"
#include "tui/registry.h"

enum { TAG_REDELIVER = 1 };

struct delivery_page {
    struct delivery_about about;
};

static const enum key_context delivery_contexts[] = {KEYS_DELIVERY, KEYS_LIST, KEYS_GLOBAL,
                                                     KEYS_END};

static bool delivery_open(struct screen *s, const char *arg, struct error *err)
{
    struct delivery_page *p = s->state;
    int64_t id = 0;
    p->about.full = true;
    if (!delivery_id_parse(arg, &id))
        return error_set(err, ERR_INVALID, "'%s' is no delivery.", arg);
    screen_stale(s);
    return delivery_about_read(&p->about, &s->session->app, id, err);
}

static void delivery_close(struct screen *s)
{
    delivery_about_release(&((struct delivery_page *)s->state)->about);
}

static bool read_again(struct screen *s, struct error *err)
{
    struct delivery_page *p = s->state;
    return delivery_about_read(&p->about, &s->session->app, p->about.delivery.id, err);
}

static struct reaction delivery_tick(struct screen *s)
{
    return screen_reread(s, read_again);
}

static void delivery_heading(struct screen *s, char *out, size_t size)
{
    const struct delivery *d = &((const struct delivery_page *)s->state)->about.delivery;
    snprintf(out, size, "Delivery · %s → %s", d->check_id, d->integration_name);
}

static void delivery_badge(struct screen *s, char *out, size_t size)
{
    const struct delivery *d = &((const struct delivery_page *)s->state)->about.delivery;
    char status[DELIVERY_STATUS_MAX];
    delivery_status(d, &s->session->app.config, status);
    snprintf(out, size, "%s", status);
}

static void delivery_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    struct delivery_page *p = s->state;
    delivery_about_draw(&p->about, w, area);
}

static void wrap(struct screen *s)
{
    struct textview *text = &((struct delivery_page *)s->state)->about.text;
    text->cut = !text->cut;
    session_say(s->session, ROLE_TEXT,
                text->cut ? "Long lines are cut; w wraps them."
                          : "Long lines are wrapped; w cuts them.");
}

static struct reaction ask(struct screen *s)
{
    const struct delivery_page *p = s->state;
    struct popup *popup = delivery_ask_again(TAG_REDELIVER, s->session, &p->about.delivery, 0);
    if (popup)
        screen_popup(s, popup);
    return react_stay();
}

static struct reaction page(struct screen *s)
{
    const struct delivery_page *p = s->state;
    struct error err = {0};
    if (!delivery_about_page(s->session, p->about.delivery.id, &err))
        session_say_error(s->session, &err);
    return react_stay();
}

static struct reaction delivery_key(struct screen *s, const struct key_event *event)
{
    struct delivery_page *p = s->state;
    if (textview_move(&p->about.text, event->action))
        return react_stay();
    switch (event->action) {
    case ACTION_NEXT:
    case ACTION_PREVIOUS:
        delivery_about_turn(&p->about, &s->session->app, event->action == ACTION_NEXT ? 1 : -1);
        return react_stay();
    case ACTION_WRAP:
        wrap(s);
        return react_stay();
    case ACTION_PAGER:
        return page(s);
    case ACTION_REDELIVER:
        return ask(s);
    default:
        return react_ignore();
    }
}

/* The new one is what one wants to see now. */
static struct reaction delivery_answered(struct screen *s, struct popup *popup)
{
    const struct delivery_page *p = s->state;
    char id[DELIVERY_ID_MAX];
    int64_t fresh = 0;
    if (popup->tag == TAG_REDELIVER)
        fresh = delivery_send_again(s->session, p->about.delivery.id);
    if (fresh == 0)
        return react_stay();
    delivery_id_text(fresh, id);
    return react_switch("delivery", id);
}

static void delivery_offers(struct screen *s, struct copy_list *out)
{
    delivery_copies(&((const struct delivery_page *)s->state)->about, &s->session->app, out);
}

const struct screen_ops screen_delivery = {
    .id = "delivery",
    .title = "Delivery",
    .kind = SCREEN_FULL,
    .state_size = sizeof(struct delivery_page),
    .contexts = delivery_contexts,
    .open = delivery_open,
    .close = delivery_close,
    .draw = delivery_draw,
    .heading = delivery_heading,
    .badge = delivery_badge,
    .key = delivery_key,
    .answered = delivery_answered,
    .tick = delivery_tick,
    .copies = delivery_offers,
};
