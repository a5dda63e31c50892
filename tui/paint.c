/* Everything that is open, drawn from the lowest up. */
#include "tui/paint.h"

#include "tui/frame.h"
#include "tui/mouse.h"
#include "tui/registry.h"

enum { PAGES_MAX = 5, STACKED_MAX = 16, FOOTER_MAX = 200 };

/* Draws a box over the others. */
static WINDOW *paint_box(struct screen *s, int rows, int cols)
{
    char footer[FOOTER_MAX] = "";
    struct box_spec spec = {
        .screen_rows = rows,
        .screen_cols = cols,
        .anchor_y = -1,
        .anchor_x = -1,
        .title = s->title ? s->title : s->ops->title,
    };
    mouse_cover();
    s->ops->measure(s, &spec.rows, &spec.cols);
    if (s->ops->footer)
        s->ops->footer(s, footer, sizeof footer);
    spec.footer = footer;
    const struct area inside = box_place(&s->box, &spec);
    s->ops->draw(s, s->box.window, &inside);
    return s->box.window;
}

/* From the lowest to the top one. */
static WINDOW *paint_popups(struct popup *top, int rows, int cols, WINDOW *last)
{
    struct popup *popups[STACKED_MAX];
    size_t count = 0;
    for (struct popup *p = top; p && count < STACKED_MAX; p = p->below)
        popups[count++] = p;
    while (count > 0) {
        struct popup *p = popups[--count];
        mouse_cover();
        popup_paint(p, rows, cols);
        last = p->box.window;
    }
    return last;
}

static WINDOW *paint_screen(struct screen *s, struct screen *top, const struct area *base)
{
    int rows = getmaxy(stdscr), cols = getmaxx(stdscr);
    WINDOW *last = stdscr;
    if (s->ops->kind == SCREEN_OVER) {
        last = paint_box(s, rows, cols);
    } else {
        s->ops->draw(s, stdscr, base);
        frame_draw_hint(stdscr, s, top);
    }
    return paint_popups(s->popup, rows, cols, last);
}

/* Returns the window that has the focus. */
static WINDOW *paint_screens(struct screen *top)
{
    struct screen *shown[STACKED_MAX] = {top};
    size_t count = 1;
    while (shown[count - 1]->ops->kind == SCREEN_OVER && shown[count - 1]->below &&
           count < STACKED_MAX) {
        shown[count] = shown[count - 1]->below;
        count++;
    }
    struct frame_page pages[PAGES_MAX];
    size_t page_count = registry_pages(pages, PAGES_MAX);
    struct area area = frame_draw(stdscr, shown[count - 1], top, pages, page_count);
    WINDOW *last = stdscr;
    while (count > 0)
        last = paint_screen(shown[--count], top, &area);
    return last;
}

bool paint_fits(void)
{
    return frame_fits(getmaxy(stdscr), getmaxx(stdscr));
}

void paint_all(struct screen *top)
{
    mouse_forget();
    theme_erase(stdscr);
    if (paint_fits()) {
        WINDOW *last = paint_screens(top);
        int y = getcury(last), x = getcurx(last);
        touchwin(stdscr);
        update_panels();
        wmove(last, y, x);
        wnoutrefresh(last);
    } else {
        frame_too_small(stdscr, getmaxy(stdscr), getmaxx(stdscr));
        touchwin(stdscr);
        wnoutrefresh(stdscr);
    }
    doupdate();
}

void paint_message(enum role role, const char *text)
{
    const int y = getmaxy(stdscr) - FRAME_MESSAGE_FROM_BELOW, cols = getmaxx(stdscr);
    if (!paint_fits())
        return;
    draw_fill(stdscr, y, 0, cols, ROLE_TEXT);
    draw_text(stdscr, y, 1, cols - 1, role, text);
    wnoutrefresh(stdscr);
    doupdate();
}
