/* Questions with buttons, and the dangerous ones that want a name typed. */
#include "tui/dialog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tui/editor.h"
#include "tui/mouse.h"

enum {
    BUTTONS_MAX = 4,
    TEXT_COLS = 54,
    MARGIN = 2,
    NAME_CHARS = 64,
    LABEL_MAX = 80,
    EDITOR_GAP = 3,
    NOTE_ROWS = 2,
};

struct button {
    char *label;
    int key, value;
    char key_text[8]; /* "Esc", "D" */
};

struct dialog {
    struct popup base;
    char *text, *type_this, *type_label, *note;
    struct editor *editor; /* NULL unless a name must be typed */
    struct button buttons[BUTTONS_MAX];
    struct key_row keys[BUTTONS_MAX]; /* the buttons, for the key bar */
    size_t count, focus;
    int value;
};

static const enum key_context dialog_contexts[] = {KEYS_DIALOG, KEYS_END};

static struct dialog *dialog_of(struct popup *p)
{
    return (struct dialog *)p;
}

static bool may_press(const struct dialog *d, size_t index)
{
    if (index == 0 || !d->editor)
        return true;
    char *typed = editor_text(d->editor);
    bool same = strcmp(typed, d->type_this) == 0;
    free(typed);
    return same;
}

static enum popup_result press(struct dialog *d, size_t index)
{
    if (!may_press(d, index))
        return POPUP_STAYS;
    d->value = d->buttons[index].value;
    return index == 0 ? POPUP_CANCELLED : POPUP_DONE;
}

static void button_text(const struct dialog *d, size_t index, char out[LABEL_MAX])
{
    const struct button *b = &d->buttons[index];
    if (index == 0 || (b->key && !d->editor))
        snprintf(out, LABEL_MAX, "[ %s %s ]", b->label, b->key_text);
    else
        snprintf(out, LABEL_MAX, "[ %s ]", b->label);
}

static bool pick(void *ctx, size_t index)
{
    ((struct dialog *)ctx)->focus = index;
    return true;
}

/* Leaves the cursor on the button that has the focus. */
static void draw_buttons(struct dialog *d, WINDOW *w, const struct area *area, int y)
{
    int x = area->x + MARGIN, right = area->x + area->cols - 1, focus_x = x;
    for (size_t i = 0; i < d->count; i++) {
        char text[LABEL_MAX];
        button_text(d, i, text);
        enum role role = i == d->focus ? ROLE_SELECTED : may_press(d, i) ? ROLE_TEXT : ROLE_DIM;
        focus_x = i == d->focus ? x : focus_x;
        const int used = draw_text(w, y, x, right - x, role, text);
        mouse_target(w, y, x, used, pick, d, i, KEY_RETURN);
        x += used + (d->editor ? EDITOR_GAP : 2);
    }
    if (d->editor && !may_press(d, 1))
        draw_text(w, y, x, right - x, ROLE_DIM, "(enabled when it matches)");
    wmove(w, y, focus_x);
}

static void dialog_measure(struct popup *p, int *rows, int *cols)
{
    const struct dialog *d = dialog_of(p);
    int buttons = 0;
    for (size_t i = 0; i < d->count; i++) {
        char text[LABEL_MAX];
        button_text(d, i, text);
        buttons += draw_width(text) + 2;
    }
    *cols = TEXT_COLS + 2 * MARGIN;
    if (buttons + 2 * MARGIN > *cols)
        *cols = buttons + 2 * MARGIN;
    *rows = draw_wrapped_rows(*cols - 2 * MARGIN, d->text) + 4 + (d->editor ? 2 : 0) +
            (d->note ? NOTE_ROWS : 0);
}

static void dialog_draw(struct popup *p, WINDOW *w, const struct area *area)
{
    struct dialog *d = dialog_of(p);
    const int note = d->note ? NOTE_ROWS : 0, below = (d->editor ? 5 : 3) + note;
    struct area text = {area->y + 1, area->x + MARGIN, area->rows - below, area->cols - 2 * MARGIN};
    draw_wrapped(w, &text, ROLE_TEXT, d->text);
    int y = area->y + area->rows - 2 - note;
    if (d->note)
        draw_text(w, y + NOTE_ROWS, text.x, text.cols, ROLE_TEXT, d->note);
    draw_buttons(d, w, area, y);
    if (!d->editor)
        return;
    int label = draw_text(w, y - 2, area->x + MARGIN, text.cols, ROLE_TEXT, d->type_label) + 1;
    editor_draw(d->editor, w, y - 2, area->x + MARGIN + label, text.cols - label - MARGIN);
}

static bool moves_focus(const struct dialog *d, const struct key_event *event)
{
    bool sideways = event->key == KEY_FN(KEY_LEFT) || event->key == KEY_FN(KEY_RIGHT);
    return (event->action == ACTION_NEXT || event->action == ACTION_PREVIOUS) &&
           !(d->editor && sideways);
}

static enum popup_result dialog_key(struct popup *p, const struct key_event *event)
{
    struct dialog *d = dialog_of(p);
    if (event->action == ACTION_BACK)
        return POPUP_CANCELLED;
    if (event->action == ACTION_ENTER)
        return press(d, d->focus);
    if (moves_focus(d, event)) {
        d->focus = (d->focus + (event->action == ACTION_NEXT ? 1 : d->count - 1)) % d->count;
        return POPUP_STAYS;
    }
    if (d->editor) {
        editor_key(d->editor, event->key);
        return POPUP_STAYS;
    }
    for (size_t i = 0; i < d->count; i++) {
        if (d->buttons[i].key && d->buttons[i].key == event->key)
            return press(d, i);
    }
    return POPUP_STAYS;
}

static void dialog_paste(struct popup *p, const char *text)
{
    if (dialog_of(p)->editor)
        editor_paste(dialog_of(p)->editor, text);
}

static bool dialog_typing(const struct popup *p)
{
    return ((const struct dialog *)p)->editor != NULL;
}

static const struct key_row *dialog_keys(const struct popup *p, size_t *count)
{
    const struct dialog *d = (const struct dialog *)p;
    *count = d->count;
    return d->editor ? NULL : d->keys;
}

static void dialog_free(struct popup *p)
{
    struct dialog *d = dialog_of(p);
    for (size_t i = 0; i < d->count; i++)
        free(d->buttons[i].label);
    editor_free(d->editor);
    free(d->text);
    free(d->type_this);
    free(d->type_label);
    free(d->note);
    free(d);
}

static const struct popup_ops dialog_ops = {
    .contexts = dialog_contexts,
    .measure = dialog_measure,
    .draw = dialog_draw,
    .key = dialog_key,
    .paste = dialog_paste,
    .typing = dialog_typing,
    .keys = dialog_keys,
    .free = dialog_free,
};

static void add_button(struct dialog *d, size_t index, const struct dialog_button *from)
{
    struct button *b = &d->buttons[index];
    *b = (struct button){.label = mem_strdup(from->label), .key = from->key, .value = from->value};
    if (index == 0)
        snprintf(b->key_text, sizeof b->key_text, "Esc");
    else if (b->key)
        snprintf(b->key_text, sizeof b->key_text, "%c", (char)b->key);
    else
        snprintf(b->key_text, sizeof b->key_text, "Tab");
    d->keys[index] = (struct key_row){.label = b->key_text, .caption = b->label};
}

struct popup *dialog_new(const struct dialog_spec *spec)
{
    struct dialog *d = mem_zalloc(sizeof *d);
    popup_init(&d->base, &dialog_ops, spec->tag, spec->title);
    d->text = mem_strdup(spec->text);
    d->type_this = mem_strdup(spec->type_this);
    d->note = mem_strdup(spec->note);
    d->type_label = mem_strdup(spec->type_label ? spec->type_label : "");
    if (spec->type_this)
        d->editor = editor_new("", NAME_CHARS, false);
    d->count = spec->button_count < BUTTONS_MAX ? spec->button_count : BUTTONS_MAX;
    for (size_t i = 0; i < d->count; i++) {
        add_button(d, i, &spec->buttons[i]);
    }
    return &d->base;
}

int dialog_value(const struct popup *dialog)
{
    return ((const struct dialog *)dialog)->value;
}
