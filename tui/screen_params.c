/* The parameters of one list of the open form: added, edited, removed in its draft. */
#include <stdio.h>
#include <stdlib.h>

#include "core/base/mem.h"
#include "forms/param_form.h"
#include "tui/list.h"
#include "tui/param_popup.h"
#include "tui/registry.h"

enum { TAG_ADD, TAG_EDIT };
enum column { COLUMN_PLACE, COLUMN_KEY, COLUMN_VALUE, COLUMN_SECRET };

struct params {
    struct param_form list;
    struct list rows;
    struct param removed; /* the last one; no key = none */
    size_t removed_at;
};

static const enum key_context params_contexts[] = {KEYS_PARAMS, KEYS_LIST, KEYS_END};

static const struct list_column columns[] = {
    [COLUMN_PLACE] = {.title = "PLACE", .width = 8},
    [COLUMN_KEY] = {.title = "KEY", .width = 18, .grow = 1},
    [COLUMN_VALUE] = {.title = "VALUE", .width = 20, .grow = 2},
    [COLUMN_SECRET] = {.title = "SECRET", .width = 6},
};

static bool params_open(struct screen *s, const char *arg, struct error *err)
{
    struct params *p = s->state;
    if (!s->session->form)
        return error_set(err, ERR_NOT_FOUND, "no form with parameters is open");
    p->list = (struct param_form){s->session->form, integration_form_find(arg)};
    list_init(&p->rows, columns, ARRAY_LEN(columns));
    list_set_count(&p->rows, param_form_count(&p->list));
    return true;
}

static void params_close(struct screen *s)
{
    param_form_forget(&((struct params *)s->state)->removed);
}

static void cell(void *ctx, size_t row, size_t column, struct list_cell *out)
{
    const struct params *p = ctx;
    const struct param *param = param_form_item(&p->list, row);
    char *value;
    switch ((enum column)column) {
    case COLUMN_PLACE:
        snprintf(out->text, sizeof out->text, "%s", param_place_text(param->place));
        break;
    case COLUMN_KEY:
        snprintf(out->text, sizeof out->text, "%s", param->key);
        break;
    case COLUMN_VALUE:
        value = param_form_value(&p->list, row);
        snprintf(out->text, sizeof out->text, "%s", value);
        free(value);
        break;
    case COLUMN_SECRET:
        snprintf(out->text, sizeof out->text, "%s", param->secret ? "yes" : "no");
        break;
    }
}

static void draw_empty(const struct params *p, WINDOW *w, const struct area *area)
{
    draw_text(w, area->y + 1, area->x + 2, area->cols - 2, ROLE_HEADING, "No parameters yet");
    draw_text(w, area->y + 2, area->x + 2, area->cols - 2, ROLE_TEXT,
              integration_form_row(p->list.row)->help);
    draw_text(w, area->y + 4, area->x + 2, area->cols - 2, ROLE_ACCENT, "► n  New parameter");
    wmove(w, area->y + 4, area->x + 2);
}

static void params_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    struct params *p = s->state;
    const struct area body = {area->y + 1, area->x, area->rows - 1, area->cols};
    if (p->rows.count == 0)
        draw_empty(p, w, area);
    else
        list_draw(&p->rows, w, &body, true, cell, p);
}

static void params_heading(struct screen *s, char *out, size_t size)
{
    const struct params *p = s->state;
    snprintf(out, size, "%s · %s", integration_form_row(p->list.row)->label,
             integration_form_name(p->list.form));
}

static void params_badge(struct screen *s, char *out, size_t size)
{
    const struct params *p = s->state;
    if (integration_form_changed(p->list.form, p->list.row))
        snprintf(out, size, "not saved yet");
}

static void params_hint(struct screen *s, char *out, size_t size)
{
    const struct params *p = s->state;
    if (p->rows.count > 0)
        snprintf(out, size, "%s", integration_form_row(p->list.row)->help);
    else
        snprintf(out, size, "What is entered here is kept once the form is saved.");
}

static bool params_works(const struct screen *s, enum action action)
{
    const struct params *p = s->state;
    if (action == ACTION_UNDO)
        return p->removed.key != NULL;
    return p->rows.count > 0 || action == ACTION_NEW || action == ACTION_BACK;
}

/* What a token request takes is part of its form; other requests mostly want one more header. */
static enum param_place usual_place(const struct params *p)
{
    const struct setting *row = integration_form_row(p->list.row);
    return row->section == SECTION_AUTH ? PLACE_BODY : PLACE_HEADER;
}

static void take_out(struct screen *s)
{
    struct params *p = s->state;
    param_form_forget(&p->removed);
    p->removed_at = p->rows.selected;
    param_form_take_out(&p->list, p->removed_at, &p->removed);
    list_set_count(&p->rows, param_form_count(&p->list));
    session_say(s->session, ROLE_OK, "● %s %s is removed; u brings it back.",
                param_place_text(p->removed.place), p->removed.key);
}

static void put_back(struct screen *s)
{
    struct params *p = s->state;
    if (!p->removed.key) {
        session_say(s->session, ROLE_TEXT, "Nothing was removed here.");
        return;
    }
    if (!param_form_put_back(&p->list, p->removed_at, &p->removed)) {
        session_say(s->session, ROLE_WARN, "▲ There is a %s parameter %s already.",
                    param_place_text(p->removed.place), p->removed.key);
        return;
    }
    list_set_count(&p->rows, param_form_count(&p->list));
    list_select(&p->rows, p->removed_at);
    session_say(s->session, ROLE_OK, "● It is back.");
}

static struct reaction params_key(struct screen *s, const struct key_event *event)
{
    struct params *p = s->state;
    const bool any = p->rows.count > 0;
    if (list_move(&p->rows, event->action))
        return react_stay();
    if (event->action == ACTION_NEW || (event->action == ACTION_ENTER && !any)) {
        screen_popup(s, param_popup_new(TAG_ADD, NULL, usual_place(p)));
    } else if (event->action == ACTION_ENTER) {
        const struct param *item = param_form_item(&p->list, p->rows.selected);
        screen_popup(s, param_popup_new(TAG_EDIT, item, item->place));
    } else if (event->action == ACTION_DELETE && any) {
        take_out(s);
    } else if (event->action == ACTION_UNDO) {
        put_back(s);
    } else if (event->action == ACTION_BACK) {
        return react_close();
    }
    return react_stay();
}

static struct reaction params_answered(struct screen *s, struct popup *popup)
{
    struct params *p = s->state;
    const struct param_entry entry = param_popup_entry(popup);
    const int index = popup->tag == TAG_ADD ? PARAM_NEW : (int)p->rows.selected;
    struct error err = {0};
    if (!param_form_put(&p->list, index, &entry, session_now_s(s->session), &err)) {
        param_popup_complain(popup, err.text);
        return react_stay();
    }
    list_set_count(&p->rows, param_form_count(&p->list));
    if (index == PARAM_NEW)
        list_select(&p->rows, p->rows.count - 1);
    return react_stay();
}

const struct screen_ops screen_params = {
    .id = "params",
    .title = "Parameters",
    .kind = SCREEN_FULL,
    .state_size = sizeof(struct params),
    .contexts = params_contexts,
    .open = params_open,
    .close = params_close,
    .draw = params_draw,
    .heading = params_heading,
    .badge = params_badge,
    .hint = params_hint,
    .key = params_key,
    .works = params_works,
    .answered = params_answered,
};
