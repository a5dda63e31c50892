/* One line of text, asked for in a box. */
#include "tui/prompt.h"

#include <stdlib.h>

#include "core/base/mem.h"
#include "tui/editor.h"

enum { FIELD_COLS = 40, MARGIN = 2, ROWS = 6 };

static const char buttons[] = "[ OK  Enter ]  [ Cancel  Esc ]";

struct prompt {
    struct popup base;
    struct editor *editor;
    char *label, *explain, *complaint;
};

static const enum key_context prompt_contexts[] = {KEYS_PROMPT, KEYS_END};

static struct prompt *prompt_of(struct popup *p)
{
    return (struct prompt *)p;
}

static void prompt_measure(struct popup *p, int *rows, int *cols)
{
    const struct prompt *q = prompt_of(p);
    *rows = ROWS;
    *cols = draw_width(q->label) + 1 + FIELD_COLS + 2 * MARGIN;
    int explain = draw_width(q->explain) + 2 * MARGIN;
    if (explain > *cols)
        *cols = explain;
}

static void prompt_draw(struct popup *p, WINDOW *w, const struct area *area)
{
    struct prompt *q = prompt_of(p);
    int x = area->x + MARGIN, cols = area->cols - 2 * MARGIN;
    if (q->complaint)
        draw_textf(w, area->y + 2, x, cols, ROLE_BAD, "■ %s", q->complaint);
    else
        draw_text(w, area->y + 2, x, cols, ROLE_DIM, q->explain);
    draw_text(w, area->y + 4, x, cols, ROLE_TEXT, buttons);
    int used = draw_text(w, area->y + 1, x, cols / 2, ROLE_TEXT, q->label) + 1;
    editor_draw(q->editor, w, area->y + 1, x + used, cols - used);
}

static enum popup_result prompt_key(struct popup *p, const struct key_event *event)
{
    if (event->action == ACTION_BACK)
        return POPUP_CANCELLED;
    if (event->action == ACTION_ENTER)
        return POPUP_DONE;
    editor_key(prompt_of(p)->editor, event->key);
    return POPUP_STAYS;
}

static void prompt_paste(struct popup *p, const char *text)
{
    editor_paste(prompt_of(p)->editor, text);
}

static bool prompt_typing(const struct popup *p)
{
    return p != NULL;
}

static void prompt_free(struct popup *p)
{
    struct prompt *q = prompt_of(p);
    editor_free(q->editor);
    free(q->label);
    free(q->explain);
    free(q->complaint);
    free(q);
}

static const struct popup_ops prompt_ops = {
    .contexts = prompt_contexts,
    .measure = prompt_measure,
    .draw = prompt_draw,
    .key = prompt_key,
    .paste = prompt_paste,
    .typing = prompt_typing,
    .free = prompt_free,
};

struct popup *prompt_new(const struct prompt_spec *spec)
{
    struct prompt *q = mem_zalloc(sizeof *q);
    popup_init(&q->base, &prompt_ops, spec->tag, spec->title);
    q->editor = editor_new(spec->text, spec->max, spec->secret);
    q->label = mem_strdup(spec->label);
    q->explain = mem_strdup(spec->explain ? spec->explain : "");
    return &q->base;
}

char *prompt_text(const struct popup *prompt)
{
    return editor_text(((const struct prompt *)prompt)->editor);
}

void prompt_complain(struct popup *prompt, const char *why)
{
    mem_replace(&prompt_of(prompt)->complaint, why);
    prompt->keep = true;
}
