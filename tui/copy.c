/* Copying by OSC 52, and the box that shows what was copied. */
#include "tui/copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/encode.h"
#include "core/base/mem.h"
#include "tui/menu.h"
#include "tui/shell_fold.h"
#include "tui/terminal.h"
#include "tui/textview.h"

enum { SEQUENCE_MAX = COPY_MAX_BYTES * 2, NOT_A_TAG = -100, EDGE = 2 };

struct copy_box {
    struct popup base;
    struct textview text;
    int rows_wanted;
    const char *footer;
};

static const enum key_context copy_contexts[] = {KEYS_COPY, KEYS_END};

static struct copy_box *box_of(struct popup *p)
{
    return (struct copy_box *)p;
}

static void send(const char *text, size_t len)
{
    struct strbuf out;
    strbuf_init(&out, SEQUENCE_MAX);
    strbuf_adds(&out, "\033]52;c;");
    base64_add(&out, text, len);
    strbuf_addc(&out, '\a');
    terminal_send(out.text, out.len);
    strbuf_release(&out);
}

/* What became of it, for the footer. */
static const char *copied(const char *text)
{
    const size_t len = strlen(text);
    if (!terminal_has_clipboard())
        return "this terminal has no clipboard: select the text above";
    if (len > COPY_MAX_BYTES)
        return "longer than 54 KiB, so not copied: select the text above";
    send(text, len);
    if (getenv("TMUX"))
        return "sent to tmux (it needs set-clipboard on); else select the text above";
    return "sent to the clipboard; if it did not arrive, select the text above";
}

static void copy_measure(struct popup *p, int *rows, int *cols)
{
    *cols = COLS;
    *rows = textview_rows(&box_of(p)->text, COLS - 1);
}

static void copy_draw(struct popup *p, WINDOW *w, const struct area *area)
{
    textview_draw(&box_of(p)->text, w, area);
}

static enum popup_result copy_key(struct popup *p, const struct key_event *event)
{
    if (event->action == ACTION_BACK)
        return POPUP_CANCELLED;
    textview_move(&box_of(p)->text, event->action);
    return POPUP_STAYS;
}

static void copy_footer(struct popup *p, char *out, size_t size)
{
    snprintf(out, size, "%s", box_of(p)->footer);
}

static void copy_free(struct popup *p)
{
    textview_release(&box_of(p)->text);
    free(p);
}

static const struct popup_ops copy_ops = {
    .contexts = copy_contexts,
    .open_sides = true,
    .measure = copy_measure,
    .draw = copy_draw,
    .key = copy_key,
    .footer = copy_footer,
    .free = copy_free,
};

void copy_offer(struct copy_list *list, const char *what, const char *text)
{
    if (!text || !*text)
        return;
    struct copy_offer *offer = list_add(&list->items, &list->count, sizeof *offer);
    offer->what = mem_strdup(what);
    offer->text = mem_strdup(text);
}

void copy_offer_shell(struct copy_list *list, const char *what, const char *text)
{
    const size_t count = list->count;
    copy_offer(list, what, text);
    if (list->count > count)
        list->items[count].shell = true;
}

void copy_list_release(struct copy_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].what);
        free(list->items[i].text);
    }
    free(list->items);
    *list = (struct copy_list){0};
}

struct popup *copy_popup(const struct copy_offer *offer)
{
    struct copy_box *box = mem_zalloc(sizeof *box);
    char *title = mem_printf("Copy · %s", offer->what);
    popup_init(&box->base, &copy_ops, NOT_A_TAG, title);
    free(title);
    box->footer = copied(offer->text);
    char *shown = offer->shell ? shell_fold(offer->text, COLS - EDGE) : mem_strdup(offer->text);
    textview_bytes(&box->text, ROLE_TEXT, shown, strlen(shown));
    free(shown);
    return &box->base;
}

struct popup *copy_menu(int tag, const struct copy_list *list)
{
    struct menu_entry *entries = mem_zalloc(list->count * sizeof *entries);
    for (size_t i = 0; i < list->count; i++) {
        entries[i] = (struct menu_entry){
            .label = list->items[i].what,
            .value = (int)i,
            .key = i < 9 ? '1' + (int)i : KEY_NONE,
        };
    }
    struct popup *menu = menu_new(tag, "Copy", entries, list->count, 0);
    free(entries);
    return menu;
}
