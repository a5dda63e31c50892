/* One delivery: read, turned over and drawn. */
#include "tui/delivery_about.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "tui/delivery_text.h"
#include "tui/mouse.h"
#include "tui/pager.h"

enum { DENSE_BELOW_COLS = 100, WHOLE_MAX = 8 << 20, LABEL_COLS = 11 };

/* --- reading ------------------------------------------------------------------------------- */

static void release_rows(struct delivery_about *d)
{
    delivery_release(&d->delivery);
    event_release(&d->event);
    attempt_list_release(&d->attempts);
}

typedef bool read_attempts(struct store *s, int64_t id, struct attempt_list *out,
                           struct error *err);

static bool read_rows(struct delivery_about *d, struct app *app, int64_t id,
                      read_attempts *attempts, struct error *err)
{
    struct error no_event = {0};
    if (!outbox_delivery(app->store, id, &d->delivery, err) ||
        !attempts(app->store, id, &d->attempts, err)) {
        release_rows(d);
        return false;
    }
    outbox_event_of(app->store, &d->delivery, &d->event, &no_event);
    return true;
}

bool delivery_about_read(struct delivery_about *d, struct app *app, int64_t id, struct error *err)
{
    struct delivery_about fresh = {.tab = d->tab, .full = d->full, .app = app};
    if (!read_rows(&fresh, app, id, outbox_attempts_brief, err))
        return false;
    fresh.text = d->text;
    if (d->delivery.id != id)
        fresh.text.top = 0;
    release_rows(d);
    *d = fresh;
    delivery_text_write(d, app);
    return true;
}

void delivery_about_release(struct delivery_about *d)
{
    release_rows(d);
    textview_release(&d->text);
    *d = (struct delivery_about){.full = d->full, .tab = d->tab};
}

void delivery_about_turn(struct delivery_about *d, const struct app *app, int step)
{
    if (d->delivery.id == 0)
        return;
    d->tab = (enum delivery_tab)(((int)d->tab + step + TAB_COUNT) % TAB_COUNT);
    d->text.top = 0;
    delivery_text_write(d, app);
}

/* --- drawing ------------------------------------------------------------------------------- */

static bool pick_tab(void *ctx, size_t n)
{
    struct delivery_about *d = ctx;
    delivery_about_turn(d, d->app, (int)n - (int)d->tab);
    return true;
}

static void draw_tabs(struct delivery_about *d, WINDOW *w, const struct area *area)
{
    static const char *const titles[] = {"Summary", "Request", "Response", "Attempts"};
    static const char keys[] = " Tab switches ";
    const int right = area->x + area->cols;
    char label[64], id[DELIVERY_ID_MAX];
    int x = area->x + 2;
    draw_rule(w, area->y, area->x, area->cols);
    delivery_id_text(d->delivery.id, id);
    x += draw_textf(w, area->y, x, right - x, ROLE_HEADING, " %s ", id) + 1;
    for (int i = 0; i < TAB_COUNT; i++) {
        const bool here = i == (int)d->tab;
        int len = snprintf(label, sizeof label, "%c%s", here ? '[' : ' ', titles[i]);
        if (i == TAB_ATTEMPTS)
            len += snprintf(label + len, sizeof label - (size_t)len, " %zu", d->attempts.count);
        snprintf(label + len, sizeof label - (size_t)len, "%c", here ? ']' : ' ');
        const int used =
            draw_text(w, area->y, x, right - x, here ? ROLE_HEADING : ROLE_TEXT, label);
        mouse_target(w, area->y, x, used, pick_tab, d, (size_t)i, KEY_NONE);
        x += used + 1;
    }
    if (right - x > draw_width(keys) + 2)
        draw_text(w, area->y, right - 2 - draw_width(keys), draw_width(keys), ROLE_DIM, keys);
}

void delivery_about_draw(struct delivery_about *d, WINDOW *w, const struct area *area)
{
    const struct area text = {area->y + 1, area->x + 2, area->rows - 1, area->cols - 2};
    draw_tabs(d, w, area);
    d->text.dense = area->cols < DENSE_BELOW_COLS && !d->full;
    textview_draw(&d->text, w, &text);
}

/* --- the pager ----------------------------------------------------------------------------- */

static void add_line(struct strbuf *out, const struct textview_line *line)
{
    if (line->label)
        strbuf_addf(out, "%-*s", LABEL_COLS, line->label);
    strbuf_addf(out, "%s\n", line->text);
}

bool delivery_about_page(struct session *s, int64_t id, struct error *err)
{
    struct delivery_about all = {.full = true};
    struct textview text = {0};
    struct strbuf out;
    if (!read_rows(&all, &s->app, id, outbox_attempts, err))
        return false;
    delivery_text_whole(&all, &s->app, &text);
    delivery_about_release(&all);
    strbuf_init(&out, WHOLE_MAX);
    for (size_t i = 0; i < text.count; i++)
        add_line(&out, &text.lines[i]);
    textview_release(&text);
    const bool ok = pager_show(s, out.text, out.len, err);
    strbuf_release(&out);
    return ok;
}
