/* The box in which one HTTP parameter is entered. */
#include "tui/param_popup.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "tui/editor.h"
#include "tui/secret_line.h"

enum { LABEL_COLS = 9, MARGIN = 2, WANTED_COLS = 66, NOTE_ROWS = 3, KEY_CHARS = 600 };
enum { PLACES = PLACE_BODY + 1, VALUE_CHARS = SECRET_MAX };

enum part { PART_PLACE, PART_KEY, PART_VALUE, PART_SECRET, PART_COUNT };

struct param_popup {
    struct popup base;
    enum part focus;
    enum param_place place;
    struct editor *key, *value; /* value: while it is no secret */
    struct secret_line typed;   /* while it is one */
    bool secret;
    bool stored;                 /* a stored secret stays when nothing is typed */
    char *key_text, *value_text; /* lent by param_popup_entry */
    char *complaint;
};

static const enum key_context param_contexts[] = {KEYS_PARAM, KEYS_END};

static const char *const labels[PART_COUNT] = {
    [PART_PLACE] = "Place",
    [PART_KEY] = "Key",
    [PART_VALUE] = "Value",
    [PART_SECRET] = "Secret",
};

static const char *const hints[PART_COUNT] = {
    [PART_PLACE] = "Space chooses: header, query or body of the request.",
    [PART_KEY] = "The name of the header, query parameter or body member.",
    [PART_VALUE] = "The text that is sent.",
    [PART_SECRET] = "Space turns it over. A secret is stored sealed and never shown again.",
};

static struct param_popup *popup_of(struct popup *p)
{
    return (struct param_popup *)p;
}

/* The line that takes letters; NULL where the focus is on none or on a secret. */
static struct editor *focused_editor(const struct param_popup *q)
{
    if (q->focus == PART_KEY)
        return q->key;
    return q->focus == PART_VALUE && !q->secret ? q->value : NULL;
}

static bool on_secret(const struct param_popup *q)
{
    return q->focus == PART_VALUE && q->secret;
}

static bool on_text(const struct param_popup *q)
{
    return q->focus == PART_KEY || q->focus == PART_VALUE;
}

/* --- drawing --------------------------------------------------------------------------------- */

static void param_measure(struct popup *p, int *rows, int *cols)
{
    (void)p;
    *rows = PART_COUNT + NOTE_ROWS + 3;
    *cols = WANTED_COLS;
}

static void draw_choice(const struct param_popup *q, WINDOW *w, int y, int x, int cols,
                        enum part part)
{
    const enum role role = q->focus == part ? ROLE_FOCUS : ROLE_TEXT;
    if (part == PART_PLACE)
        draw_textf(w, y, x, cols, role, "‹ %s ▼ ›", param_place_text(q->place));
    else
        draw_textf(w, y, x, cols, role, "[%c] %s", q->secret ? 'x' : ' ',
                   q->secret ? "stored sealed" : "no");
    if (q->focus == part)
        wmove(w, y, part == PART_PLACE ? x : x + 1);
}

static void draw_text_part(struct param_popup *q, WINDOW *w, int y, int x, int cols, enum part part)
{
    struct editor *e = part == PART_KEY ? q->key : q->value;
    const bool secret = part == PART_VALUE && q->secret, focus = q->focus == part;
    if (secret && (!secret_line_is_empty(&q->typed) || (focus && !q->stored))) {
        int was_y = getcury(w), was_x = getcurx(w);
        secret_line_draw(&q->typed, w, y, x, cols);
        if (!focus)
            wmove(w, was_y, was_x);
    } else if (secret) {
        draw_field(w, y, x, cols, focus, q->stored ? "(stored; type or paste to replace)" : "");
        if (focus)
            wmove(w, y, x + 1);
    } else if (focus) {
        editor_draw(e, w, y, x, cols);
    } else {
        char *text = editor_text(e);
        draw_field(w, y, x, cols, false, text);
        free(text);
    }
}

static void draw_part(struct param_popup *q, WINDOW *w, const struct area *area, enum part part)
{
    const int y = area->y + 1 + (int)part, x = area->x + MARGIN + LABEL_COLS;
    const int cols = area->cols - 2 * MARGIN - LABEL_COLS;
    draw_text(w, y, area->x + MARGIN, LABEL_COLS - 1, q->focus == part ? ROLE_ACCENT : ROLE_TEXT,
              labels[part]);
    if (part == PART_PLACE || part == PART_SECRET)
        draw_choice(q, w, y, x, cols, part);
    else
        draw_text_part(q, w, y, x, cols, part);
}

static void param_draw(struct popup *p, WINDOW *w, const struct area *area)
{
    struct param_popup *q = popup_of(p);
    const struct area note = {area->y + PART_COUNT + 2, area->x + MARGIN, NOTE_ROWS,
                              area->cols - 2 * MARGIN};
    draw_wrapped(w, &note, q->complaint ? ROLE_BAD : ROLE_DIM,
                 q->complaint ? q->complaint : hints[q->focus]);
    for (int i = 0; i < PART_COUNT; i++) {
        if (i != (int)q->focus)
            draw_part(q, w, area, (enum part)i);
    }
    draw_part(q, w, area, q->focus);
}

/* --- keys ------------------------------------------------------------------------------------ */

static void turn(struct param_popup *q, int step)
{
    if (q->focus == PART_PLACE) {
        q->place = (enum param_place)(((int)q->place + step + PLACES) % PLACES);
    } else if (q->focus == PART_SECRET) {
        q->secret = !q->secret;
        if (q->secret) {
            char *text = editor_text(q->value);
            bool newline;
            secret_line_paste(&q->typed, text, &newline);
            explicit_bzero(text, strlen(text));
            free(text);
            editor_free(q->value);
            q->value = editor_new("", VALUE_CHARS, false);
        } else {
            /* What was typed as a secret is not put on the screen. */
            secret_line_release(&q->typed);
        }
    }
}

static void edit(struct param_popup *q, int key)
{
    struct editor *e = focused_editor(q);
    mem_replace(&q->complaint, NULL);
    if (on_secret(q))
        secret_line_key(&q->typed, key);
    else if (e)
        editor_key(e, key);
}

static enum popup_result param_key(struct popup *p, const struct key_event *event)
{
    struct param_popup *q = popup_of(p);
    const bool sideways = event->key == KEY_FN(KEY_LEFT) || event->key == KEY_FN(KEY_RIGHT);
    if (on_text(q) && (sideways || event->action == ACTION_NONE)) {
        edit(q, event->key);
        return POPUP_STAYS;
    }
    switch (event->action) {
    case ACTION_BACK:
        return POPUP_CANCELLED;
    case ACTION_ENTER:
        return POPUP_DONE;
    case ACTION_NEXT:
        q->focus = (enum part)(((int)q->focus + 1) % PART_COUNT);
        break;
    case ACTION_PREVIOUS:
        q->focus = (enum part)(((int)q->focus + PART_COUNT - 1) % PART_COUNT);
        break;
    case ACTION_TOGGLE:
        turn(q, 1);
        break;
    case ACTION_LEFT:
        turn(q, -1);
        break;
    case ACTION_REVEAL:
        q->typed.reveal = on_secret(q) && !q->typed.reveal;
        break;
    default:
        break;
    }
    return POPUP_STAYS;
}

static void param_paste(struct popup *p, const char *text)
{
    struct param_popup *q = popup_of(p);
    struct editor *e = focused_editor(q);
    bool newline;
    if (on_secret(q)) {
        bool fits = secret_line_paste(&q->typed, text, &newline);
        mem_replace(&q->complaint, !fits     ? "■ It is too long for a secret."
                                   : newline ? "Trailing newline removed."
                                             : NULL);
    } else if (e) {
        editor_paste(e, text);
    }
}

static bool param_typing(const struct popup *p)
{
    return on_text((const struct param_popup *)p);
}

static bool param_works(const struct popup *p, enum action action)
{
    const struct param_popup *q = (const struct param_popup *)p;
    if (action == ACTION_TOGGLE)
        return !on_text(q);
    return action != ACTION_REVEAL || (on_secret(q) && !secret_line_is_empty(&q->typed));
}

static void free_text(char *text)
{
    if (text)
        explicit_bzero(text, strlen(text));
    free(text);
}

static void param_free(struct popup *p)
{
    struct param_popup *q = popup_of(p);
    editor_free(q->key);
    editor_free(q->value);
    secret_line_release(&q->typed);
    free(q->key_text);
    free_text(q->value_text);
    free(q->complaint);
    free(q);
}

static const struct popup_ops param_ops = {
    .contexts = param_contexts,
    .measure = param_measure,
    .draw = param_draw,
    .key = param_key,
    .paste = param_paste,
    .typing = param_typing,
    .works = param_works,
    .free = param_free,
};

struct popup *param_popup_new(int tag, const struct param *param, enum param_place usual)
{
    struct param_popup *q = mem_zalloc(sizeof *q);
    popup_init(&q->base, &param_ops, tag, param ? "Edit parameter" : "Add parameter");
    q->place = param ? param->place : usual;
    q->secret = param && param->secret;
    q->stored = q->secret && param->value;
    q->focus = param ? PART_VALUE : PART_PLACE;
    q->key = editor_new(param ? param->key : "", KEY_CHARS, false);
    q->value = editor_new(param && !param->secret ? param->value : "", VALUE_CHARS, false);
    return &q->base;
}

struct param_entry param_popup_entry(struct popup *popup)
{
    struct param_popup *q = popup_of(popup);
    struct param_entry entry = {.place = q->place, .secret = q->secret};
    free(q->key_text);
    q->key_text = editor_text(q->key);
    entry.key = q->key_text;
    if (!q->secret) {
        free_text(q->value_text);
        q->value_text = editor_text(q->value);
        entry.value = q->value_text;
        entry.value_len = strlen(q->value_text);
    } else if (!secret_line_is_empty(&q->typed)) {
        entry.value = q->typed.text.text;
        entry.value_len = q->typed.text.len;
    }
    return entry;
}

void param_popup_complain(struct popup *popup, const char *why)
{
    struct param_popup *q = popup_of(popup);
    free(q->complaint);
    q->complaint = mem_printf("■ %s", why);
    popup->keep = true;
}
