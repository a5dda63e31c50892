/* One entry of the audit on a page of its own. */
#include <stdio.h>
#include <stdlib.h>

#include "core/audit.h"
#include "core/base/text.h"
#include "tui/audit_rows.h"
#include "tui/copy.h"
#include "tui/registry.h"

enum { MARGIN = 2, TEXT_COLS_MAX = 100 };

struct audit_entry {
    struct audit_item item;
    struct textview about;
};

static const enum key_context entry_contexts[] = {KEYS_AUDIT, KEYS_LIST, KEYS_GLOBAL, KEYS_END};

static bool take(void *ctx, const struct audit_row *row, struct error *err)
{
    (void)err;
    audit_item_copy(ctx, row);
    return true;
}

static bool entry_open(struct screen *s, const char *arg, struct error *err)
{
    struct audit_entry *p = s->state;
    int64_t id = 0;
    if (!text_to_int(arg, 1, INT64_MAX, &id))
        return error_set(err, ERR_INVALID, "'%s' is no entry of the audit.", arg);
    if (!audit_one(s->session->app.store, id, take, &p->item, err))
        return false;
    audit_about(&p->about, &p->item);
    return true;
}

static void entry_close(struct screen *s)
{
    struct audit_entry *p = s->state;
    textview_release(&p->about);
    audit_item_release(&p->item);
}

static void entry_heading(struct screen *s, char *out, size_t size)
{
    const struct audit_item *item = &((const struct audit_entry *)s->state)->item;
    snprintf(out, size, "Audit · %s%s%s", item->what, item->subject[0] ? " · " : "", item->subject);
}

static void entry_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    struct audit_entry *p = s->state;
    const int most = area->cols - 2 * MARGIN;
    const struct area text = {area->y + 1, area->x + MARGIN, area->rows - 1,
                              most < TEXT_COLS_MAX ? most : TEXT_COLS_MAX};
    textview_draw(&p->about, w, &text);
}

static struct reaction entry_key(struct screen *s, const struct key_event *event)
{
    struct audit_entry *p = s->state;
    return textview_move(&p->about, event->action) ? react_stay() : react_ignore();
}

static bool entry_works(const struct screen *s, enum action action)
{
    (void)s;
    return action != ACTION_ENTER && action != ACTION_FILTER;
}

static void entry_copies(struct screen *s, struct copy_list *out)
{
    const struct audit_item *item = &((const struct audit_entry *)s->state)->item;
    char *change = audit_change_text(item->before, item->after);
    copy_offer(out, "Change", change);
    copy_offer(out, "Subject", item->subject);
    copy_offer(out, "Id", item->subject_id);
    free(change);
}

const struct screen_ops screen_audit_entry = {
    .id = "audit-entry",
    .title = "Audit",
    .kind = SCREEN_FULL,
    .state_size = sizeof(struct audit_entry),
    .contexts = entry_contexts,
    .open = entry_open,
    .close = entry_close,
    .draw = entry_draw,
    .heading = entry_heading,
    .key = entry_key,
    .works = entry_works,
    .copies = entry_copies,
};
