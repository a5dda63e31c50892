/* What is set for one check: on or off, severity, numbers of its rule, whom it ignores. Saved at
 * once. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/actions.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/checks/tuning.h"
#include "forms/check_form.h"
#include "tui/list.h"
#include "tui/menu.h"
#include "tui/mouse.h"
#include "tui/prompt.h"
#include "tui/registry.h"
#include "tui/undo.h"

enum { TAG_TEXT = 1, TAG_SEVERITY };
enum { LIST_BELOW = 3, NUMBER_CHARS = 7, ENTRY_CHARS = 512, LIST_COLS_MAX = 110 };
enum { MARGIN = 2, RULE_ROWS_MIN = 4 };
enum column { COLUMN_SETTING, COLUMN_VALUE, COLUMN_DEFAULT, COLUMN_NOTE };

struct tune {
    const struct check *check;
    struct check_form form;
    struct list rows;
    size_t asked;      /* the row that a popup is about */
    char *asked_value; /* as it was then: others may change it meanwhile */
};

static const enum key_context tune_contexts[] = {KEYS_TUNE, KEYS_LIST, KEYS_GLOBAL, KEYS_END};

static const struct list_column columns[] = {
    [COLUMN_SETTING] = {.title = "SETTING", .width = 12},
    [COLUMN_VALUE] = {.title = "VALUE", .width = 20, .grow = 2, .most = 30},
    [COLUMN_DEFAULT] = {.title = "DEFAULT", .width = 9, .drop = 1},
    [COLUMN_NOTE] = {.title = "", .id = "note", .width = 16, .grow = 1, .drop = 2},
};

static const struct check_row *selected(const struct tune *p)
{
    return &p->form.rows[p->rows.selected];
}

/* --- reading ------------------------------------------------------------------------------- */

static bool read_form(struct screen *s, struct error *err)
{
    struct tune *p = s->state;
    (void)err;
    check_form_release(&p->form);
    check_form_read(&p->form, p->check, &s->session->app.config);
    list_set_count(&p->rows, p->form.count);
    return true;
}

static bool tune_open(struct screen *s, const char *arg, struct error *err)
{
    struct tune *p = s->state;
    p->check = catalogue_find(&s->session->app.catalogue, arg);
    if (!p->check)
        return error_set(err, ERR_NOT_FOUND, "There is no check '%s'.", arg);
    if (!tuning_possible(arg, err))
        return false;
    list_init(&p->rows, columns, ARRAY_LEN(columns));
    screen_stale(s);
    return read_form(s, err);
}

static void tune_close(struct screen *s)
{
    struct tune *p = s->state;
    check_form_release(&p->form);
    free(p->asked_value);
}

static struct reaction tune_tick(struct screen *s)
{
    return screen_reread(s, read_form);
}

/* --- drawing ------------------------------------------------------------------------------- */

/* "[x] on"; numbers and words as they are. */
static const char *value_text(const struct check_row *row, bool fallback)
{
    const char *text = fallback ? row->fallback : row->value;
    if (row->kind == CHECK_ROW_ENABLED && fallback)
        return strcmp(text, "true") == 0 ? "on" : "off";
    if (row->kind == CHECK_ROW_ENABLED)
        return strcmp(text, "true") == 0 ? "[x] on" : "[ ] off";
    if (row->kind == CHECK_ROW_ADD && !fallback)
        return "…";
    return text;
}

static void cell(void *ctx, size_t index, size_t column, struct list_cell *out)
{
    const struct tune *p = ctx;
    const struct check_row *row = &p->form.rows[index];
    const bool repeats = row->kind == CHECK_ROW_IGNORE && row[-1].kind == CHECK_ROW_IGNORE;
    switch ((enum column)column) {
    case COLUMN_SETTING:
        snprintf(out->text, sizeof out->text, "%s", repeats ? "" : row->label);
        break;
    case COLUMN_VALUE:
        snprintf(out->text, sizeof out->text, "%s", value_text(row, false));
        out->role = check_row_changed(row) ? ROLE_ACCENT : ROLE_TEXT;
        break;
    case COLUMN_DEFAULT:
        snprintf(out->text, sizeof out->text, "%s", value_text(row, true));
        break;
    case COLUMN_NOTE:
        snprintf(out->text, sizeof out->text, "%s", row->note);
        break;
    }
}

/* What the numbers stand in, where there is room below the list. */
static void draw_rule_below(const struct tune *p, WINDOW *w, const struct area *body)
{
    const int used = (int)p->rows.count + 2;
    const struct area text = {body->y + used, body->x + MARGIN, body->rows - used,
                              body->cols - 2 * MARGIN};
    if (text.rows < RULE_ROWS_MIN || !p->check->fails)
        return;
    draw_text(w, text.y, text.x, text.cols, ROLE_HEADING, "Fails where");
    const struct area below = {text.y + 1, text.x, text.rows - 1, text.cols};
    draw_wrapped(w, &below, ROLE_DIM, p->check->fails);
}

static void tune_draw(struct screen *s, WINDOW *w, const struct area *area)
{
    struct tune *p = s->state;
    const int cols = area->cols < LIST_COLS_MAX ? area->cols : LIST_COLS_MAX;
    const struct area body = {area->y + LIST_BELOW, area->x, area->rows - LIST_BELOW, cols};
    int y, x;
    draw_text(w, area->y + 1, area->x + MARGIN, area->cols - 2 * MARGIN, ROLE_HEADING,
              p->check->title);
    list_draw(&p->rows, w, &body, true, cell, p);
    getyx(w, y, x);
    draw_rule_below(p, w, &body);
    wmove(w, y, x);
}

static void tune_heading(struct screen *s, char *out, size_t size)
{
    snprintf(out, size, "Check settings · %s", ((const struct tune *)s->state)->check->id);
}

static void tune_badge(struct screen *s, char *out, size_t size)
{
    const struct tune *p = s->state;
    size_t changed = 0;
    for (size_t i = 0; i < p->form.count; i++)
        changed += check_row_changed(&p->form.rows[i]);
    if (!s->session->may_write)
        snprintf(out, size, "read-only");
    else if (changed > 0)
        snprintf(out, size, "%zu set here", changed);
}

static void tune_hint(struct screen *s, char *out, size_t size)
{
    static const char *const helps[] = {
        [CHECK_ROW_ENABLED] = "Runs leave a check out that is off; its findings stay as they are.",
        [CHECK_ROW_SEVERITY] = "What events of this check say: critical, moderate or low.",
        [CHECK_ROW_NUMBER] = "A number of the rule, from the next run on.",
        [CHECK_ROW_IGNORE] = "Never reported, from the next run on. D takes the entry away.",
        [CHECK_ROW_ADD] = "A login, @DOMAIN, department:NAME or type:TYPE; several with commas.",
    };
    snprintf(out, size, "%s", helps[selected(s->state)->kind]);
}

/* --- saving -------------------------------------------------------------------------------- */

static bool save_row(struct session *s, const struct check *check, const struct check_row *row,
                     const char *text, struct error *err)
{
    if (!action_begin(&s->app, err))
        return false;
    if (check_row_set(row, check, &s->app.config, text, err))
        return action_commit(&s->app, session_now_s(s), err);
    action_abort(&s->app);
    return false;
}

static void say_saved(struct screen *s, const struct check_row *row, const char *text)
{
    const char *label = row->label;
    if (row->kind == CHECK_ROW_ADD)
        session_say(s->session, ROLE_OK, "● %s: never reported, from the next run on.", text);
    else if (row->kind == CHECK_ROW_IGNORE && !*text)
        session_say(s->session, ROLE_OK, "● %s is not ignored any more.", row->value);
    else if (row->kind == CHECK_ROW_IGNORE)
        session_say(s->session, ROLE_OK, "● %s is ignored in place of %s.", text, row->value);
    else if (row->kind == CHECK_ROW_ENABLED)
        session_say(s->session, ROLE_OK, "● The check is %s.",
                    strcmp(*text ? text : row->fallback, "true") == 0 ? "on" : "off");
    else
        session_say(s->session, ROLE_OK, "● %s is %s%s.", label, *text ? text : row->fallback,
                    *text ? "" : ", the default");
}

/* What is set now may leave the check nobody to name. */
static void say_sense(struct screen *s)
{
    const struct tune *p = s->state;
    struct error why = {0};
    if (!tuning_can_fail(p->check, &s->session->app.config, &why))
        session_say(s->session, ROLE_WARN, "▲ Saved, but %s.", why.text);
}

/* True when it was saved; *err is set otherwise. */
static bool save(struct screen *s, size_t index, const char *text, struct error *err)
{
    struct tune *p = s->state;
    struct check_row *row = &p->form.rows[index];
    if (!save_row(s->session, p->check, row, text, err))
        return false;
    say_saved(s, row, text);
    say_sense(s);
    undo_push(s->session, "%s of %s", row->kind <= CHECK_ROW_NUMBER ? row->label : "ignore list",
              p->check->title);
    session_changed(s->session);
    read_form(s, err);
    return true;
}

static void save_or_say(struct screen *s, const char *text)
{
    struct tune *p = s->state;
    struct error err = {0};
    if (session_may_change(s->session) && !save(s, p->rows.selected, text, &err))
        session_say_error(s->session, &err);
}

/* --- changing ------------------------------------------------------------------------------ */

static void ask_severity(struct screen *s, const struct check_row *row)
{
    struct tune *p = s->state;
    struct menu_entry entries[SEVERITY_LOW] = {0};
    size_t now = 0;
    for (size_t i = 0; i < ARRAY_LEN(entries); i++) {
        entries[i] = (struct menu_entry){.label = severity_text((enum severity)(i + 1)),
                                         .value = (int)i + 1};
        if (strcmp(entries[i].label, row->value) == 0)
            now = i;
    }
    screen_popup(s, popup_at(menu_new(TAG_SEVERITY, "Severity", entries, ARRAY_LEN(entries), now),
                             p->rows.selected_y + 1, columns[COLUMN_SETTING].width + 2));
}

static void ask_text(struct screen *s, const struct check_row *row)
{
    const bool number = row->kind == CHECK_ROW_NUMBER;
    const struct prompt_spec spec = {
        .tag = TAG_TEXT,
        .title = number                       ? row->label
                 : row->kind == CHECK_ROW_ADD ? "Never report"
                                              : "Ignored",
        .label = number ? "Number" : "Who",
        .text = row->value,
        .max = number ? NUMBER_CHARS : ENTRY_CHARS,
        .explain = number ? row->note : "login, @DOMAIN, department:NAME, type:TYPE",
    };
    screen_popup(s, prompt_new(&spec));
}

static void change(struct screen *s)
{
    struct tune *p = s->state;
    const struct check_row *row = selected(p);
    if (!session_may_change(s->session))
        return;
    p->asked = p->rows.selected;
    mem_replace(&p->asked_value, row->value);
    if (row->kind == CHECK_ROW_ENABLED)
        save_or_say(s, strcmp(row->value, "true") == 0 ? "false" : "true");
    else if (row->kind == CHECK_ROW_SEVERITY)
        ask_severity(s, row);
    else
        ask_text(s, row);
}

/* Flags and words go on to the next one. */
static void toggle(struct screen *s)
{
    const struct check_row *row = selected(s->state);
    enum severity now = SEVERITY_UNSET;
    if (row->kind == CHECK_ROW_SEVERITY && severity_parse(row->value, &now))
        save_or_say(
            s, severity_text(now == SEVERITY_LOW ? SEVERITY_CRITICAL : (enum severity)(now + 1)));
    else
        change(s);
}

static void take_away(struct screen *s)
{
    const struct check_row *row = selected(s->state);
    if (row->kind == CHECK_ROW_IGNORE)
        save_or_say(s, "");
    else
        session_say(s->session, ROLE_TEXT, "· Only who is ignored can be taken away.");
}

static void reset(struct screen *s)
{
    const struct check_row *row = selected(s->state);
    if (row->kind == CHECK_ROW_ADD || !check_row_changed(row))
        session_say(s->session, ROLE_TEXT, "· It is the default already.");
    else
        save_or_say(s, "");
}

static void add(struct screen *s)
{
    struct tune *p = s->state;
    list_select(&p->rows, p->form.count - 1);
    change(s);
}

/* --- keys ---------------------------------------------------------------------------------- */

static struct reaction tune_key(struct screen *s, const struct key_event *event)
{
    static const struct {
        enum action action;
        void (*run)(struct screen *s);
    } runs[] = {
        {ACTION_ENTER, change}, {ACTION_TOGGLE, toggle},    {ACTION_RESET, reset},
        {ACTION_NEW, add},      {ACTION_DELETE, take_away},
    };
    struct tune *p = s->state;
    if (list_move(&p->rows, event->action))
        return react_stay();
    for (size_t i = 0; i < ARRAY_LEN(runs); i++) {
        if (runs[i].action != event->action)
            continue;
        runs[i].run(s);
        return react_stay();
    }
    return react_ignore();
}

static bool tune_works(const struct screen *s, enum action action)
{
    const struct check_row *row = selected(s->state);
    const bool may = s->session->may_write;
    switch (action) {
    case ACTION_ENTER:
    case ACTION_NEW:
        return may;
    case ACTION_TOGGLE:
        return may && (row->kind == CHECK_ROW_ENABLED || row->kind == CHECK_ROW_SEVERITY);
    case ACTION_RESET:
        return may && row->kind <= CHECK_ROW_NUMBER && check_row_changed(row);
    case ACTION_DELETE:
        return may && row->kind == CHECK_ROW_IGNORE;
    default:
        return true;
    }
}

static bool still_there(const struct tune *p)
{
    return p->asked < p->form.count && strcmp(p->form.rows[p->asked].value, p->asked_value) == 0;
}

/* What is typed stays where it will not do. */
static void take_typed(struct screen *s, struct popup *popup)
{
    struct tune *p = s->state;
    struct error err = {0};
    char *typed = prompt_text(popup), *text = text_trim(typed);
    if (!still_there(p))
        session_say(s->session, ROLE_WARN, "▲ Nothing was saved: somebody else changed it.");
    else if (strcmp(text, p->asked_value) == 0)
        session_say(s->session, ROLE_TEXT, "Nothing changed.");
    else if (!save(s, p->asked, text, &err))
        prompt_complain(popup, err.text);
    free(text);
    free(typed);
}

static struct reaction tune_answered(struct screen *s, struct popup *popup)
{
    if (popup->tag == TAG_TEXT)
        take_typed(s, popup);
    else
        save_or_say(s, severity_text((enum severity)menu_value(popup)));
    return react_stay();
}

static void tune_copies(struct screen *s, struct copy_list *out)
{
    const struct tune *p = s->state;
    const struct check_row *row = selected(p);
    if (row->kind != CHECK_ROW_ADD)
        copy_offer(out, row->kind == CHECK_ROW_IGNORE ? "Entry" : row->label, row->value);
    copy_offer(out, "Id", p->check->id);
}

const struct screen_ops screen_tune = {
    .id = "tune",
    .title = "Check settings",
    .kind = SCREEN_FULL,
    .state_size = sizeof(struct tune),
    .contexts = tune_contexts,
    .open = tune_open,
    .close = tune_close,
    .draw = tune_draw,
    .heading = tune_heading,
    .badge = tune_badge,
    .hint = tune_hint,
    .key = tune_key,
    .works = tune_works,
    .copies = tune_copies,
    .answered = tune_answered,
    .tick = tune_tick,
};
