/* The rows of what is set for a check. */
#include "forms/check_form.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/checks/tuning.h"
#include "core/config/ignore.h"

/* --- reading ------------------------------------------------------------------------------- */

/* Texts that are owned from here on. */
static void add_row(struct check_form *f, struct check_row row)
{
    *(struct check_row *)list_add(&f->rows, &f->count, sizeof *f->rows) = row;
}

static const char *flag_text(bool flag)
{
    return flag ? "true" : "false";
}

static void add_enabled(struct check_form *f, const struct check *check,
                        const struct config *config)
{
    add_row(f, (struct check_row){
                   .kind = CHECK_ROW_ENABLED,
                   .label = mem_strdup("On"),
                   .name = mem_strdup("enabled"),
                   .value = mem_strdup(flag_text(check_enabled(check, config))),
                   .fallback = mem_strdup(flag_text(check->enabled)),
                   .note = mem_strdup("runs evaluate it"),
               });
}

static void add_severity(struct check_form *f, const struct check *check,
                         const struct config *config)
{
    add_row(f, (struct check_row){
                   .kind = CHECK_ROW_SEVERITY,
                   .label = mem_strdup("Severity"),
                   .name = mem_strdup("severity"),
                   .value = mem_strdup(severity_text(check_severity(check, config))),
                   .fallback = mem_strdup(severity_text(check->severity)),
                   .note = mem_strdup("in every event"),
               });
}

static void add_number(struct check_form *f, const struct check *check, const struct config *config,
                       size_t index)
{
    const struct check_number *n = &check->numbers[index];

    add_row(f, (struct check_row){
                   .kind = CHECK_ROW_NUMBER,
                   .label = mem_strdup(n->name),
                   .name = mem_printf("settings.%s", n->name),
                   .value = mem_printf("%" PRId64, check_number(check, config, index)),
                   .fallback = mem_printf("%" PRId64, n->value),
                   .note = mem_printf("%" PRId64 " to %" PRId64 "%s%s", n->min, n->max,
                                      n->above ? ", above " : "", n->above ? n->above : ""),
               });
}

/* Written so that it can be read back with others: a comma in it has its sign. */
static char *entry_text(const char *entry)
{
    struct text_list one = {0};

    text_list_add(&one, entry);
    char *text = ignore_join(&one);
    text_list_release(&one);
    return text;
}

static const char *ignore_note(const char *entry)
{
    static const char *const notes[] = {
        [IGNORE_LOGIN] = "this login",
        [IGNORE_DOMAIN] = "login or e-mail there",
        [IGNORE_DEPARTMENT] = "the department",
        [IGNORE_TYPE] = "users of this type",
    };
    const char *value;

    return notes[ignore_read(entry, &value)];
}

static void add_ignored(struct check_form *f, const char *entry)
{
    add_row(f, (struct check_row){
                   .kind = CHECK_ROW_IGNORE,
                   .label = mem_strdup("Ignored"),
                   .name = mem_strdup("ignore"),
                   .value = entry_text(entry),
                   .fallback = mem_strdup(""),
                   .note = mem_strdup(ignore_note(entry)),
               });
}

static void add_place(struct check_form *f, bool first)
{
    add_row(f, (struct check_row){
                   .kind = CHECK_ROW_ADD,
                   .label = mem_strdup(first ? "Ignored" : ""),
                   .name = mem_strdup("ignore+"),
                   .value = mem_strdup(""),
                   .fallback = mem_strdup(""),
                   .note = mem_strdup(first ? "nobody; n adds" : "n adds another"),
               });
}

void check_form_read(struct check_form *f, const struct check *check, const struct config *config)
{
    const struct check_config *own = config_check(config, check->id);

    *f = (struct check_form){0};
    add_enabled(f, check, config);
    add_severity(f, check, config);
    for (size_t i = 0; i < check->number_count; i++)
        add_number(f, check, config, i);
    for (size_t i = 0; own && i < own->ignore.count; i++)
        add_ignored(f, own->ignore.items[i]);
    add_place(f, !own || own->ignore.count == 0);
}

void check_form_release(struct check_form *f)
{
    for (size_t i = 0; i < f->count; i++) {
        free(f->rows[i].label);
        free(f->rows[i].name);
        free(f->rows[i].value);
        free(f->rows[i].fallback);
        free(f->rows[i].note);
    }
    free(f->rows);
    *f = (struct check_form){0};
}

bool check_row_changed(const struct check_row *row)
{
    return row->kind != CHECK_ROW_ADD && strcmp(row->value, row->fallback) != 0;
}

/* --- changing ------------------------------------------------------------------------------ */

/* Both or neither. */
static bool replace_entry(const struct check_row *row, const struct check *check,
                          struct check_config *own, const char *text, struct error *err)
{
    struct check_config now = {0};
    bool ok;

    check_config_copy(&now, own);
    ok = tuning_set(check, &now, "ignore-", row->value, err) &&
         tuning_set(check, &now, "ignore+", text, err);
    if (ok) {
        check_config_release(own);
        *own = now;
    } else {
        check_config_release(&now);
    }
    return ok;
}

bool check_row_set(const struct check_row *row, const struct check *check, struct config *config,
                   const char *text, struct error *err)
{
    struct check_config *own = config_check_make(config, check->id);

    if (row->kind == CHECK_ROW_IGNORE)
        return replace_entry(row, check, own, text, err);
    return tuning_set(check, own, row->name, text, err);
}
