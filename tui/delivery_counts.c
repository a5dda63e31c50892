/* Counts what page 4 tells of, a little at a time, and draws it. */
#include "tui/delivery_counts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"
#include "tui/count.h"
#include "tui/draw.h"

enum {
    SLICE_MS = 2,
    PAUSE_LEAST_MS = 20,
    PAUSE_MOST_MS = 2000,
    PAUSE_TIMES = 20,
    DAY_S = 86400,
    MINUTE_S = 60,
    NAMES_MAX = 4096,
    NAME_COLS = 28,
    RIGHT_COLS = 16
};

void delivery_counts_forget(struct delivery_counts *c)
{
    *c = (struct delivery_counts){.again = true};
}

int64_t delivery_counts_pause_ms(int64_t took_ms)
{
    const int64_t pause = took_ms < PAUSE_MOST_MS ? took_ms * PAUSE_TIMES : PAUSE_MOST_MS;
    return pause < PAUSE_LEAST_MS ? PAUSE_LEAST_MS : pause > PAUSE_MOST_MS ? PAUSE_MOST_MS : pause;
}

/* Asked for every delivery that failed, so sorted. */
struct ids {
    const char **items; /* lent */
    size_t count;
};

static int compare_ids(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static struct ids ids_of(const struct config *config)
{
    struct ids ids = {mem_alloc((config->integrations.count + 1) * sizeof *ids.items),
                      config->integrations.count};
    for (size_t i = 0; i < ids.count; i++)
        ids.items[i] = config->integrations.items[i].id;
    qsort(ids.items, ids.count, sizeof *ids.items, compare_ids);
    return ids;
}

static bool is_configured(void *ctx, const char *integration_id)
{
    const struct ids *ids = ctx;
    return bsearch(&integration_id, ids->items, ids->count, sizeof *ids->items, compare_ids);
}

/* A minute that is over moves the 24 hours as well. */
static void begin_if_due(struct delivery_counts *c, const struct delivery_table *t)
{
    const int64_t now_ms = clock_monotonic_ms(), minute = session_now_s(t->session) / MINUTE_S;
    const bool due = c->again || minute != c->shown_at_s;
    if (!due || c->tally.under_way || c->day.under_way ||
        (c->began_ms > 0 && now_ms - c->began_ms < delivery_counts_pause_ms(c->took_ms)))
        return;
    outbox_tally_begin(&c->tally);
    if (t->webhooks.count <= WINDOW_SOURCES_MAX)
        outbox_day_begin(&c->day, session_now_s(t->session));
    c->again = false;
    c->began_ms = now_ms;
    c->shown_at_s = minute;
}

/* Until it is due again: an error is told once, and not with every turn. */
static void give_up(struct delivery_counts *c)
{
    c->tally.under_way = false;
    c->day.under_way = false;
}

static bool count_states(struct delivery_counts *c, const struct delivery_table *t,
                         const struct window_filter *of, struct error *err)
{
    struct ids ids = ids_of(&t->session->app.config);
    const struct tally_of what = {.filter = of, .configured = is_configured, .ctx = &ids};
    const bool ok = outbox_tally_step(&c->tally, t->session->app.store, &what, SLICE_MS, err);
    free(ids.items);
    return ok;
}

bool delivery_counts_step(struct delivery_counts *c, const struct delivery_table *t,
                          struct error *err)
{
    const struct window_filter of = {.integration_ids = (const char *const *)t->webhooks.items,
                                     .integration_count = t->webhooks.count};
    begin_if_due(c, t);
    const bool counted = c->tally.under_way || c->day.under_way;
    if ((c->tally.under_way && !count_states(c, t, &of, err)) ||
        (!c->tally.under_way && c->day.under_way &&
         !outbox_day_step(&c->day, t->session->app.store, &of, SLICE_MS, err))) {
        give_up(c);
        return false;
    }
    const bool goes_on = c->tally.under_way || c->day.under_way;
    if (counted && !goes_on)
        c->took_ms = clock_monotonic_ms() - c->began_ms;
    t->session->hurry |= goes_on;
    return counted && !goes_on;
}

/* --- drawing --------------------------------------------------------------------------------- */

struct pen {
    WINDOW *w;
    int y, x, right;
};

static void put(struct pen *p, enum role role, const char *text)
{
    p->x += draw_text(p->w, p->y, p->x, p->right - p->x, role, text);
}

static void put_count(struct pen *p, enum role role, int64_t count, const char *more,
                      const char *word)
{
    char number[COUNT_TEXT_MAX];
    if (count == 0)
        return;
    count_text(count, number);
    p->x += draw_textf(p->w, p->y, p->x, p->right - p->x, role, " · %s%s %s", number, more, word);
}

/* "webhook: Billing events · ", or the first letters of several. */
static void put_webhooks(struct pen *p, const struct delivery_table *t)
{
    const struct config *config = &t->session->app.config;
    struct strbuf names;
    strbuf_init(&names, NAMES_MAX);
    for (size_t i = 0; i < t->webhooks.count && i < 2; i++) {
        const struct integration *in = config_find(config, t->webhooks.items[i]);
        strbuf_adds(&names, i > 0 ? ", " : "");
        text_cut_add(&names, in ? in->name : "removed", NAME_COLS, theme_ellipsis());
    }
    if (names.len > 0)
        p->x +=
            draw_textf(p->w, p->y, p->x, p->right - p->x, ROLE_ACCENT, "webhook: %s", names.text);
    strbuf_release(&names);
    if (t->webhooks.count == 0)
        return;
    if (t->webhooks.count > 2)
        p->x += draw_textf(p->w, p->y, p->x, p->right - p->x, ROLE_ACCENT, " and %zu more",
                           t->webhooks.count - 2);
    put(p, ROLE_TEXT, " · ");
}

static void put_shown(struct pen *p, const struct delivery_counts *c,
                      const struct delivery_table *t)
{
    const struct delivery_tally *n = &c->tally.shown;
    const int64_t since = session_now_s(t->session) - DAY_S;
    const bool all = t->failed_only ? c->tally.known : c->day.known;
    const int64_t of =
        t->failed_only ? n->failed + n->sent_again + n->removed + n->tests : c->day.created;
    char number[COUNT_TEXT_MAX];
    put(p, ROLE_TEXT, t->failed_only ? "failed only · " : "last 24 h · ");
    p->x += draw_textf(p->w, p->y, p->x, p->right - p->x, ROLE_TEXT, "%zu shown",
                       delivery_table_shown(t, t->failed_only ? INT64_MIN : since));
    if (!all || (!t->failed_only && t->webhooks.count > WINDOW_SOURCES_MAX))
        return;
    count_text(of, number);
    p->x += draw_textf(p->w, p->y, p->x, p->right - p->x, ROLE_TEXT, " of %s", number);
}

void delivery_counts_draw(const struct delivery_counts *c, const struct delivery_table *t,
                          WINDOW *w, const struct area *area)
{
    const struct delivery_tally *n = &c->tally.shown;
    struct pen p = {w, area->y, area->x + 1, area->x + area->cols - 1};
    put_webhooks(&p, t);
    put_shown(&p, c, t);
    put_count(&p, ROLE_BAD, n->failed, "", "failed");
    if (t->failed_only) {
        put_count(&p, ROLE_TEXT, n->sent_again, "", "sent again");
        put_count(&p, ROLE_TEXT, n->removed, "", "of removed webhooks");
        put_count(&p, ROLE_TEXT, n->tests, "", n->tests == 1 ? "test" : "tests");
    } else {
        put_count(&p, ROLE_WARN, n->waiting, n->more ? "+" : "", "waiting");
        put_count(&p, ROLE_WARN, n->held, n->more ? "+" : "", "held");
    }
    put_count(&p, ROLE_ACCENT, (int64_t)t->mark_count, "", "marked");
    if (p.right - p.x > RIGHT_COLS)
        draw_right(w, area->y, p.x, p.right - p.x, ROLE_DIM, "newest first");
}
