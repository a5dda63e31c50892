/* Heading, pages, message and key bar around every screen. */
#include "tui/frame.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/mem.h"
#include "tui/mouse.h"
#include "tui/running.h"

enum { LINE_MAX_BYTES = 512, BAR_ROWS_MAX = 40, NARROW = 80, WIDE = 100, NARROW_HINTS = 3 };
enum { PAGE_OF_FAILURES = 4, SAID_ROWS_MAX = 3, LOW = 20, LOW_HINT_ROWS = 2, SIGN_COLS = 2 };
enum { CLOCK_MAX = 24 };

bool frame_fits(int rows, int cols)
{
    return rows >= FRAME_MIN_ROWS && cols >= FRAME_MIN_COLS;
}

bool frame_has_pane(const struct session *s, const struct area *area)
{
    return area->cols >= WIDE && !session_accessible(s);
}

void frame_too_small(WINDOW *w, int rows, int cols)
{
    char text[80];
    snprintf(text, sizeof text, "Terminal %dx%d, need %dx%d. q quits.", cols, rows, FRAME_MIN_COLS,
             FRAME_MIN_ROWS);
    int wanted = draw_wrapped_rows(cols, text);
    const struct area area = {wanted < rows ? (rows - wanted) / 2 : 0, 0, rows, cols};
    draw_wrapped(w, &area, ROLE_TEXT, text);
}

/* All times of the console are those of this clock; it names its zone where that is not UTC, which
 * commands write. */
static void clock_text(const struct session *s, char out[CLOCK_MAX])
{
    time_t now = (time_t)session_now_s(s);
    struct tm local;
    localtime_r(&now, &local);
    strftime(out, CLOCK_MAX, local.tm_gmtoff == 0 ? "%H:%M" : "%H:%M %Z", &local);
}

/* `badge`: what found no place in the row of pages; then it stands here instead of the host. */
static void draw_title(WINDOW *w, const struct session *s, const char *badge, int cols)
{
    char clock[CLOCK_MAX], right[2 * LINE_MAX_BYTES];
    clock_text(s, clock);
    if (*badge)
        snprintf(right, sizeof right, "%s · %s · %s ", badge, s->user, clock);
    else
        snprintf(right, sizeof right, "%s · %s · %s · %s ", s->host, s->user,
                 s->may_write ? "admin" : "read-only", clock);
    draw_fill(w, 0, 0, cols, ROLE_TITLE);
    draw_text(w, 0, 1, cols, ROLE_TITLE, "checkhook");
    if (cols >= NARROW)
        draw_right(w, 0, 12, cols - 12, ROLE_TITLE, right);
}

static void draw_heading(WINDOW *w, struct screen *base, int cols)
{
    char left[LINE_MAX_BYTES] = "", right[LINE_MAX_BYTES] = "";
    if (base->ops->heading)
        base->ops->heading(base, left, sizeof left);
    else
        snprintf(left, sizeof left, "%s", base->ops->title);
    if (base->ops->badge)
        base->ops->badge(base, right, sizeof right);
    int badge = draw_width(right);
    draw_fill(w, 0, 0, cols, ROLE_TITLE);
    draw_text(w, 0, 1, cols - badge - 3, ROLE_TITLE, left);
    draw_right(w, 0, cols - badge - 1, badge, ROLE_TITLE, right);
}

/* What stands at the right end of the row of pages: work under way, else the page's own badge. */
static void page_badge(struct screen *base, char *out, size_t size)
{
    const struct session *s = base->session;
    out[0] = '\0';
    if (running_goes_on(s)) {
        running_pill(s, out, size);
        return;
    }
    if (session_job_running(s)) {
        struct job_progress progress = {0};
        job_progress(s->job, &progress);
        if (progress.total > 0)
            snprintf(out, size, "» %d%% %s", session_percent(s, progress.done, progress.total),
                     progress.what);
        else
            snprintf(out, size, "» %s", progress.what);
        return;
    }
    if (base->ops->badge)
        base->ops->badge(base, out, size);
}

static void page_label(const struct screen *base, const struct frame_page *page, char *out,
                       size_t size)
{
    const int64_t count = base->session->failed;
    bool here = base->ops->page == page->number;
    char failed[32] = "";
    if (page->number == PAGE_OF_FAILURES && count >= SESSION_FAILED_MOST)
        snprintf(failed, sizeof failed, " ▲%d+", SESSION_FAILED_MOST - 1);
    else if (page->number == PAGE_OF_FAILURES && count > 0)
        snprintf(failed, sizeof failed, " ▲%lld", (long long)count);
    snprintf(out, size, "%c%d %s%s%c", here ? '[' : ' ', page->number, page->title, failed,
             here ? ']' : ' ');
}

/* Where there is no room for all: this one, and that there are others. */
static int draw_page_name(WINDOW *w, struct screen *base, int cols)
{
    char label[LINE_MAX_BYTES];
    page_label(base, &(struct frame_page){base->ops->page, base->ops->title}, label, sizeof label);
    const int x = 1 + draw_text(w, 1, 1, cols - 1, ROLE_HEADING, label) + 2;
    return x + draw_text(w, 1, x, cols - x, ROLE_DIM, "1-5 pages") + 2;
}

/* False where the badge found no place. */
static bool draw_pages(WINDOW *w, struct screen *base, const struct frame_page *pages, size_t count,
                       const char *badge, int cols)
{
    int x = cols < NARROW ? draw_page_name(w, base, cols) : 1, gap = cols >= WIDE ? 2 : 1;
    for (size_t i = 0; cols >= NARROW && i < count; i++) {
        char label[LINE_MAX_BYTES];
        page_label(base, &pages[i], label, sizeof label);
        bool here = base->ops->page == pages[i].number;
        if (x + draw_width(label) > cols)
            break;
        const int used = draw_text(w, 1, x, cols - x, here ? ROLE_HEADING : ROLE_TEXT, label);
        mouse_key(w, 1, x, used, '0' + pages[i].number, false);
        x += used + gap;
    }
    if (draw_width(badge) > cols - x - 2 && cols >= NARROW)
        return false;
    draw_right(w, 1, x + 1, cols - x - 2, ROLE_ACCENT, badge);
    return true;
}

/* What stands above the keys: a message, or else the hint of the screen. */
struct said {
    char text[LINE_MAX_BYTES];
    enum role role;
    int indent; /* below the first row: behind the sign of a message */
    int rows;
};

/* A long text takes rows from the screen, because its end is what says how to go on. */
static int said_rows(const struct said *said, int cols, int most)
{
    if (draw_width(said->text) <= cols - 2)
        return 1;
    const int wanted = draw_wrapped_rows(cols - 2 - said->indent, said->text);
    return wanted > most ? most : wanted;
}

static void look_what_is_said(struct said *said, struct screen *top, int rows, int cols)
{
    const struct session *s = top->session;
    *said = (struct said){.role = ROLE_TEXT};
    if (s->message[0]) {
        said->role = s->message_role;
        said->indent = SIGN_COLS;
        snprintf(said->text, sizeof said->text, "%s", s->message);
    } else if (top->ops->hint) {
        top->ops->hint(top, said->text, sizeof said->text);
    }
    const bool low = !s->message[0] && rows < LOW;
    said->rows = said_rows(said, cols, low ? LOW_HINT_ROWS : SAID_ROWS_MAX);
}

/* The last of its rows is y, and has all that is left. */
static void draw_said(WINDOW *w, const struct said *said, int y, int cols)
{
    const char *text = said->text;
    for (int i = said->rows - 1; i > 0; i--) {
        char *line = draw_wrapped_line(&text, cols - 2 - said->indent);
        const int x = i == said->rows - 1 ? 1 : 1 + said->indent;
        draw_text(w, y - i, x, cols - x, said->role, line);
        free(line);
    }
    const int x = said->rows > 1 ? 1 + said->indent : 1;
    draw_text(w, y, x, cols - x, said->role, text);
}

static bool has_row(const struct key_row *const *rows, size_t count, enum action action)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i]->action == action)
            return true;
    }
    return false;
}

/* Sorted in by rank; an action that is there already stays with its first context. */
static size_t add_row(const struct key_row **rows, size_t count, const struct key_row *row)
{
    if (count >= BAR_ROWS_MAX || !row->caption || has_row(rows, count, row->action))
        return count;
    size_t at = count;
    while (at > 0 && rows[at - 1]->rank > row->rank) {
        rows[at] = rows[at - 1];
        at--;
    }
    rows[at] = row;
    return count + 1;
}

static bool works(const struct screen *top, enum action action)
{
    if (top->popup)
        return !top->popup->ops->works || top->popup->ops->works(top->popup, action);
    return !top->ops->works || top->ops->works(top, action);
}

/* Who may only look is not offered what changes something; the key says why, all the same. */
static bool is_offered(const struct screen *top, const struct key_row *row)
{
    const bool may = top->session->may_write || !key_need(row->context, row->action).changes;
    return may && works(top, row->action);
}

/* The keys of the buttons of a question, for example. */
static const struct key_row *own_rows(const struct popup *popup, size_t *count)
{
    return popup && popup->ops->keys ? popup->ops->keys(popup, count) : NULL;
}

static size_t bar_rows(const struct screen *top, const struct key_row **rows)
{
    size_t count = 0, own_count = 0;
    const struct key_row *own = own_rows(top->popup, &own_count);
    for (size_t i = 0; own && i < own_count && i < BAR_ROWS_MAX; i++)
        rows[count++] = &own[i];
    if (own)
        return count;
    for (const enum key_context *contexts = screen_contexts(top); *contexts != KEYS_END;
         contexts++) {
        for (size_t i = 0; i < key_table_count; i++) {
            if (key_table[i].context == *contexts && is_offered(top, &key_table[i]))
                count = add_row(rows, count, &key_table[i]);
        }
    }
    return count;
}

/* Where only a few are shown, the way out is one of them. */
static void keep_way_out(const struct key_row **rows, size_t count, size_t most)
{
    for (size_t i = most; i < count; i++) {
        if (rows[i]->keys[0] != KEY_ESC)
            continue;
        rows[most - 1] = rows[i];
        return;
    }
}

static const char *caption_of(const struct screen *top, const struct key_row *row)
{
    const char *own = !top->popup && top->ops->caption ? top->ops->caption(top, row->action) : NULL;
    return own ? own : row->caption;
}

static void draw_keys(WINDOW *w, const struct screen *top, int y, int cols)
{
    const struct key_row *rows[BAR_ROWS_MAX];
    size_t count = bar_rows(top, rows);
    bool help = *screen_contexts(top) == KEYS_HELP;
    const char *more = help ? "" : screen_typing(top) ? "F1 More" : "? More";
    int end = cols - draw_width(more) - 2, x = 1;
    size_t most = cols < NARROW ? NARROW_HINTS : count;
    keep_way_out(rows, count, most);
    for (size_t i = 0; i < count && i < most; i++) {
        char key[16];
        key_label(rows[i], key);
        const char *caption = caption_of(top, rows[i]);
        int width = draw_width(key) + 1 + draw_width(caption);
        if (x + width > end)
            break;
        mouse_key(w, y, x, width, rows[i]->keys[0], true);
        x += draw_text(w, y, x, end - x, ROLE_ACCENT, key) + 1;
        x += draw_text(w, y, x, end - x, ROLE_TEXT, caption) + 2;
    }
    draw_text(w, y, end + 1, cols - end - 1, ROLE_ACCENT, more);
    mouse_key(w, y, end + 1, draw_width(more), KEY_FN(KEY_F(1)), true);
}

struct area frame_draw(WINDOW *w, struct screen *base, struct screen *top,
                       const struct frame_page *pages, size_t page_count)
{
    const int cols = getmaxx(w), bottom = getmaxy(w) - 1;
    struct said said;
    look_what_is_said(&said, top, bottom + 1, cols);
    if (base->ops->kind == SCREEN_PAGE && !top->session->message[0])
        said.rows = 1; /* its parts do not move with the selection; frame_draw_hint */
    const int rows = bottom + 2 - said.rows;
    draw_said(w, &said, bottom + 1 - FRAME_MESSAGE_FROM_BELOW, cols);
    draw_keys(w, top, bottom, cols);
    if (base->ops->kind == SCREEN_FULL) {
        draw_heading(w, base, cols);
        draw_rule(w, rows - 3, 0, cols);
        return (struct area){1, 0, rows - 4, cols};
    }
    char badge[LINE_MAX_BYTES];
    page_badge(base, badge, sizeof badge);
    const bool drawn = draw_pages(w, base, pages, page_count, badge, cols);
    draw_title(w, base->session, drawn ? "" : badge, cols);
    draw_rule(w, 2, 0, cols);
    return (struct area){3, 0, rows - 5, cols};
}

static bool is_empty(WINDOW *w, int y, int cols)
{
    wchar_t text[CCHARW_MAX + 1] = L" ";
    attr_t attr = 0;
    short pair = 0;
    cchar_t cell;
    for (int x = 0; x < cols; x++)
        if (mvwin_wch(w, y, x, &cell) == ERR || getcchar(&cell, text, &attr, &pair, NULL) == ERR ||
            text[0] != L' ')
            return false;
    return true;
}

void frame_draw_hint(WINDOW *w, const struct screen *base, struct screen *top)
{
    const int cols = getmaxx(w), y = getmaxy(w) - FRAME_MESSAGE_FROM_BELOW;
    int was_y, was_x;
    struct said said;
    if (base->ops->kind != SCREEN_PAGE || top->session->message[0])
        return;
    look_what_is_said(&said, top, getmaxy(w), cols);
    getyx(w, was_y, was_x);
    int empty = 0;
    while (empty + 1 < said.rows && is_empty(w, y - empty - 1, cols))
        empty++;
    if (empty > 0) {
        said.rows = empty + 1;
        draw_fill(w, y, 0, cols, ROLE_TEXT);
        draw_said(w, &said, y, cols);
    }
    wmove(w, was_y, was_x);
}
