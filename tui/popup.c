/* What all popups have in common: their place, title and life. */
#include "tui/popup.h"

#include <stdlib.h>

#include "core/base/mem.h"

enum { FOOTER_MAX = 200 };

void popup_init(struct popup *p, const struct popup_ops *ops, int tag, const char *title)
{
    p->ops = ops;
    p->tag = tag;
    p->title = mem_strdup(title);
    p->anchor_y = p->anchor_x = -1;
}

struct popup *popup_at(struct popup *p, int y, int x)
{
    p->anchor_y = y;
    p->anchor_x = x;
    return p;
}

bool popup_typing(const struct popup *p)
{
    return p->ops->typing && p->ops->typing(p);
}

void popup_paint(struct popup *p, int rows, int cols)
{
    struct box_spec spec = {
        .screen_rows = rows,
        .screen_cols = cols,
        .anchor_y = p->anchor_y,
        .anchor_x = p->anchor_x,
        .title = p->title,
        .open_sides = p->ops->open_sides,
    };
    char footer[FOOTER_MAX] = "";
    p->ops->measure(p, &spec.rows, &spec.cols);
    if (p->ops->footer)
        p->ops->footer(p, footer, sizeof footer);
    spec.footer = footer;
    const struct area inside = box_place(&p->box, &spec);
    p->ops->draw(p, p->box.window, &inside);
}

void popup_free(struct popup *p)
{
    if (!p)
        return;
    box_release(&p->box);
    free(p->title);
    p->ops->free(p);
}
