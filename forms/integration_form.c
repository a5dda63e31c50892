/* An integration being edited: rows, their errors, what changed, and saving. */
#include "forms/integration_form.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/actions.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"
#include "core/config/secret.h"
#include "forms/summary.h"

enum { LABELS_MAX = 512 };

static const char plain_warning[] = "http:// is not encrypted";

static int count_choices(const struct setting *s)
{
    int count = 0;
    while (s->choices[count].value)
        count++;
    return count;
}

static void set_error(struct integration_form *form, int row, const char *text)
{
    mem_replace(&form->rows[row].error, text);
}

static void forget_refused(struct integration_form *form, int row)
{
    mem_replace(&form->rows[row].refused, NULL);
    set_error(form, row, NULL);
}

static bool params_equal(const struct param_list *a, const struct param_list *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++) {
        const struct param *x = &a->items[i], *y = &b->items[i];
        same = x->place == y->place && x->secret == y->secret && strcmp(x->key, y->key) == 0 &&
               strcmp(x->value ? x->value : "", y->value ? y->value : "") == 0;
    }
    return same;
}

static bool differ(const struct setting *s, const struct integration *a,
                   const struct integration *b)
{
    if (s->kind == KIND_PARAMS)
        return !params_equal(setting_params_of(s, a), setting_params_of(s, b));
    char *x = setting_get(s, a), *y = setting_get(s, b);
    bool different = strcmp(x, y) != 0;
    free(x);
    free(y);
    return different;
}

bool integration_form_differ(int row, const struct integration *a, const struct integration *b)
{
    return differ(integration_form_row(row), a, b);
}

void integration_form_take(struct integration_form *form, int row, const struct integration *from)
{
    const struct setting *s = integration_form_row(row);
    struct error err = {0};
    forget_refused(form, row);
    if (s->kind == KIND_PARAMS) {
        param_list_release(setting_params(s, &form->draft));
        param_list_copy(setting_params(s, &form->draft), setting_params_of(s, from));
        return;
    }
    char *value = setting_get(s, from);
    if (!setting_set(s, &form->draft, value, &err))
        set_error(form, row, err.text);
    free(value);
}

/* --- life ----------------------------------------------------------------------------------- */

bool integration_form_open(struct integration_form *form, struct app *app, const char *id,
                           struct error *err)
{
    const struct integration *in = *id ? config_find(&app->config, id) : NULL;
    if (*id && !in)
        return error_set(err, ERR_NOT_FOUND, "This integration was removed meanwhile.");
    *form = (struct integration_form){.app = app, .is_new = !in};
    if (in)
        integration_copy(&form->draft, in);
    else
        integration_init(&form->draft);
    integration_copy(&form->before, &form->draft);
    form->rows = mem_zalloc(integration_setting_count * sizeof *form->rows);
    return true;
}

void integration_form_release(struct integration_form *form)
{
    for (int i = 0; form->rows && i < integration_form_row_count(); i++)
        forget_refused(form, i);
    free(form->rows);
    integration_release(&form->before);
    integration_release(&form->draft);
    *form = (struct integration_form){0};
}

/* --- one row -------------------------------------------------------------------------------- */

const struct setting *integration_form_row(int row)
{
    return &integration_settings[row];
}

int integration_form_row_count(void)
{
    return (int)integration_setting_count;
}

int integration_form_find(const char *name)
{
    const struct setting *s = setting_find(integration_settings, integration_setting_count, name);
    return s ? (int)(s - integration_settings) : FORM_NO_ROW;
}

bool integration_form_visible(const struct integration_form *form, int row)
{
    return setting_applies(integration_form_row(row), &form->draft);
}

static char *secret_text(const struct integration_form *form, int row)
{
    const struct setting *s = integration_form_row(row);
    const char *stored = setting_secret(s, &form->draft);
    if (!stored)
        return mem_strdup("(not set)");
    if (integration_form_will_drop(form, row))
        return mem_strdup("(not sent to a new address; enter it again)");
    if (integration_form_changed(form, row))
        return mem_strdup("(entered now; type or paste to replace)");
    char *what = secret_describe(stored);
    char *text = secret_form(stored) == SECRET_SEALED
                     ? mem_printf("(%s; type or paste to replace)", what)
                     : mem_printf("(%s)", what);
    free(what);
    return text;
}

char *integration_form_text(const struct integration_form *form, int row)
{
    const struct setting *s = integration_form_row(row);
    if (form->rows[row].refused)
        return mem_strdup(form->rows[row].refused);
    switch (s->kind) {
    case KIND_SECRET:
        return secret_text(form, row);
    case KIND_PARAMS:
        return summary_of_params(setting_params_of(s, &form->draft),
                                 strcmp(s->name, "auth.params") == 0);
    case KIND_CHOICE: {
        int choice = integration_form_choice(form, row);
        return mem_strdup(choice == FORM_NO_ROW ? "choose" : s->choices[choice].label);
    }
    case KIND_BOOL:
        return mem_strdup(integration_form_is_on(form, row) ? "enabled" : "disabled");
    case KIND_TEXT:
    case KIND_URL:
    case KIND_INT:
        break;
    }
    return setting_get(s, &form->draft);
}

const char *integration_form_error(const struct integration_form *form, int row)
{
    return form->rows[row].error;
}

const char *integration_form_warning(const struct integration_form *form, int row)
{
    const struct setting *s = integration_form_row(row);
    if (s->kind != KIND_URL || form->rows[row].error)
        return NULL;
    char *url = setting_get(s, &form->draft);
    bool plain = strncasecmp(url, "http:", strlen("http:")) == 0;
    free(url);
    return plain ? plain_warning : NULL;
}

bool integration_form_will_drop(const struct integration_form *form, int row)
{
    const struct setting *s = integration_form_row(row);
    if (form->is_new || s->kind != KIND_SECRET || !setting_secret(s, &form->draft))
        return false;
    struct integration moved = {0};
    integration_copy(&moved, &form->draft);
    integration_drop_moved_secrets(&form->before, &moved, NULL);
    bool dropped = !setting_secret(s, &moved);
    integration_release(&moved);
    return dropped;
}

/* A gap that a preset left is no address yet. */
static bool has_no_gap(const struct setting *s, const char *value, struct error *err)
{
    char gap[PRESET_GAP_MAX];
    return s->kind != KIND_URL || !preset_gap(value, gap) ||
           error_set(err, ERR_INVALID, "fill in %s", gap);
}

bool integration_form_set(struct integration_form *form, int row, const char *text)
{
    const struct setting *s = integration_form_row(row);
    struct error err = {0};
    char *value = s->kind == KIND_TEXT ? mem_strdup(text) : text_trim(text);
    bool ok = has_no_gap(s, value, &err) && setting_set(s, &form->draft, value, &err);
    forget_refused(form, row);
    if (!ok) {
        mem_replace(&form->rows[row].refused, value);
        set_error(form, row, err.text);
    }
    free(value);
    return ok;
}

bool integration_form_is_on(const struct integration_form *form, int row)
{
    char *value = setting_get(integration_form_row(row), &form->draft);
    bool on = strcmp(value, "true") == 0;
    free(value);
    return on;
}

int integration_form_choice(const struct integration_form *form, int row)
{
    const struct setting *s = integration_form_row(row);
    char *value = setting_get(s, &form->draft);
    int found = FORM_NO_ROW;
    for (int i = 0; found == FORM_NO_ROW && s->choices[i].value; i++) {
        if (strcmp(s->choices[i].value, value) == 0)
            found = i;
    }
    free(value);
    return found;
}

void integration_form_choose(struct integration_form *form, int row, int choice)
{
    const struct setting *s = integration_form_row(row);
    struct error err = {0};
    if (setting_set(s, &form->draft, s->choices[choice].value, &err))
        forget_refused(form, row);
}

void integration_form_turn(struct integration_form *form, int row, int step)
{
    const struct setting *s = integration_form_row(row);
    if (s->kind == KIND_BOOL) {
        integration_form_set(form, row, integration_form_is_on(form, row) ? "false" : "true");
        return;
    }
    int count = s->kind == KIND_CHOICE ? count_choices(s) : 0;
    if (count == 0)
        return;
    int now = integration_form_choice(form, row);
    int next = now == FORM_NO_ROW ? (step > 0 ? 0 : count - 1) : (now + step + count) % count;
    integration_form_choose(form, row, next);
}

bool integration_form_set_secret(struct integration_form *form, int row, const char *clear,
                                 size_t len, int64_t now_s, bool *newline_removed)
{
    const struct setting *s = integration_form_row(row);
    struct error err = {0};
    char *stored = NULL;
    bool newline = len > 0 && clear[len - 1] == '\n';
    if (newline)
        len -= len > 1 && clear[len - 2] == '\r' ? 2 : 1;
    if (newline_removed)
        *newline_removed = newline;
    bool ok = memchr(clear, '\n', len) || memchr(clear, '\r', len)
                  ? error_set(&err, ERR_INVALID, "a secret must not hold a line break")
                  : secret_seal(form->app->keyring, app_may_make_key(form->app), form->draft.id,
                                s->name, clear, len, now_s, &stored, &err);
    if (ok)
        mem_replace(setting_secret_slot(s, &form->draft), stored);
    free(stored);
    set_error(form, row, ok ? NULL : err.text);
    return ok;
}

/* The row's error for the first parameter that a preset left with a gap. */
static void note_param_gap(struct integration_form *form, int row)
{
    const struct param_list *list = setting_params_of(integration_form_row(row), &form->draft);
    char gap[PRESET_GAP_MAX];
    for (size_t i = 0; i < list->count; i++) {
        const struct param *p = &list->items[i];
        if (p->secret || !p->value || !preset_gap(p->value, gap))
            continue;
        char *text = mem_printf("fill in %s of %s", gap, p->key);
        set_error(form, row, text);
        free(text);
        return;
    }
}

void integration_form_apply_preset(struct integration_form *form, const struct preset *preset)
{
    const int endpoint = integration_form_find("auth.endpoint");
    const int params = integration_form_find("auth.params");
    struct integration filled = {0};
    integration_copy(&filled, &form->draft);
    preset_apply(preset, &filled);
    for (int i = 0; i < integration_form_row_count(); i++) {
        if (i != endpoint && integration_form_differ(i, &form->draft, &filled))
            integration_form_take(form, i, &filled);
    }
    integration_form_set(form, endpoint, filled.auth.endpoint);
    note_param_gap(form, params);
    integration_release(&filled);
}

void integration_form_reset(struct integration_form *form, int row)
{
    integration_form_take(form, row, &form->before);
}

/* --- the whole ------------------------------------------------------------------------------ */

bool integration_form_changed(const struct integration_form *form, int row)
{
    return form->rows[row].refused ||
           differ(integration_form_row(row), &form->before, &form->draft);
}

size_t integration_form_changes(const struct integration_form *form)
{
    size_t changes = 0;
    for (int i = 0; i < integration_form_row_count(); i++)
        changes += integration_form_visible(form, i) && integration_form_changed(form, i);
    return changes;
}

char *integration_form_change_labels(const struct integration_form *form)
{
    struct strbuf labels;
    strbuf_init(&labels, LABELS_MAX);
    for (int i = 0; i < integration_form_row_count(); i++) {
        if (integration_form_visible(form, i) && integration_form_changed(form, i))
            strbuf_addf(&labels, "%s%s", labels.len ? ", " : "", integration_form_row(i)->label);
    }
    return strbuf_detach(&labels);
}

const char *integration_form_name(const struct integration_form *form)
{
    const char *name = form->is_new ? form->draft.name : form->before.name;
    return name ? name : "New integration";
}

/* What was refused, and gaps of presets, count before anything else. */
static void add_refused(struct integration_form *form, struct problem_list *problems)
{
    for (int i = 0; i < integration_form_row_count(); i++) {
        const struct setting *s = integration_form_row(i);
        if (!integration_form_visible(form, i))
            continue;
        if (s->kind == KIND_PARAMS) {
            set_error(form, i, NULL);
            note_param_gap(form, i);
        }
        if (form->rows[i].refused || (s->kind == KIND_PARAMS && form->rows[i].error))
            problem_add(problems, s, "%s", form->rows[i].error);
    }
}

/* Puts the problems to their rows, the first of each; returns the first row of the form. */
static int show_problems(struct integration_form *form, const struct problem_list *problems)
{
    int first = FORM_NO_ROW;
    for (int i = 0; i < integration_form_row_count(); i++) {
        if (!form->rows[i].refused)
            set_error(form, i, NULL);
    }
    for (size_t i = problems->count; i > 0; i--) {
        const struct problem *p = &problems->items[i - 1];
        int row = p->row ? (int)(p->row - integration_settings) : 0;
        set_error(form, row, p->text);
        first = first == FORM_NO_ROW || row < first ? row : first;
    }
    return first;
}

int integration_form_validate(struct integration_form *form, enum validate_mode mode)
{
    struct problem_list problems = {0};
    add_refused(form, &problems);
    integration_validate(&form->draft, &form->app->config.integrations, mode, &problems);
    int first = show_problems(form, &problems);
    problem_list_release(&problems);
    return first;
}

bool integration_form_for_test(struct integration_form *form, struct integration *out, int *bad_row)
{
    integration_form_validate(form, VALIDATE_STORED);
    for (int i = 0; i < integration_form_row_count(); i++) {
        bool general = integration_form_row(i)->section == SECTION_GENERAL;
        if (general && !form->rows[i].refused)
            set_error(form, i, NULL);
        if (!general && integration_form_visible(form, i) && form->rows[i].error) {
            *bad_row = i;
            return false;
        }
    }
    integration_copy(out, &form->draft);
    if (!form->is_new)
        integration_drop_moved_secrets(&form->before, out, NULL);
    return true;
}

bool integration_form_save(struct integration_form *form, const struct form_save *options,
                           struct text_list *dropped, struct error *err)
{
    const struct save_options save = {.before = form->is_new ? NULL : &form->before,
                                      .now_s = options->now_s,
                                      .overwrite = options->overwrite};
    struct problem_list problems = {0};
    struct integration saved = {0};
    add_refused(form, &problems);
    integration_copy(&saved, &form->draft);
    bool ok = action_save_integration(form->app, &saved, &save, dropped, &problems, err);
    show_problems(form, &problems);
    problem_list_release(&problems);
    if (ok) {
        integration_release(&form->before);
        integration_release(&form->draft);
        form->draft = saved;
        integration_copy(&form->before, &form->draft);
        form->is_new = false;
        return true;
    }
    integration_release(&saved);
    return false;
}
