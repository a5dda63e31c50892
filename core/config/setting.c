/* Values of settings: text in, text out, for every kind. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"
#include "core/base/url.h"
#include "core/config/schema.h"
#include "core/config/secret.h"

enum { CHOICES_TEXT_MAX = 256 };

/* What differs between kinds. A text that is stored was checked; NULL is empty. */
struct kind_ops {
    bool (*check)(const struct setting *row, const char *text, struct error *err);
    void (*store)(const struct setting *row, void *slot, const char *text);
    char *(*load)(const struct setting *row, const void *slot);
    bool (*is_set)(const struct setting *row, const void *slot); /* NULL: it always is */
    void (*release)(void *slot);
    void (*own)(void *slot);
};

static void *slot_of(const struct setting *row, void *base)
{
    return (char *)base + row->offset;
}

static const void *const_slot(const struct setting *row, const void *base)
{
    return (const char *)base + row->offset;
}

static const struct choice *choice_of_value(const struct setting *row, const char *value)
{
    const struct choice *c = row->choices;

    while (c->value && strcmp(c->value, value) != 0)
        c++;
    return c->value ? c : NULL;
}

static const struct choice *choice_of_number(const struct setting *row, int number)
{
    const struct choice *c = row->choices;

    while (c->value && c->number != number)
        c++;
    return c->value ? c : NULL;
}

/* --- checks ------------------------------------------------------------------------------- */

static bool check_length(const struct setting *row, const char *text, struct error *err)
{
    int64_t length = (int64_t)utf8_count(text);

    if (row->max == 0 || (length >= row->min && length <= row->max))
        return true;
    if (row->min == row->max)
        return error_set(err, ERR_INVALID, "needs %" PRId64 " characters; this has %" PRId64,
                         row->max, length);
    return error_set(err, ERR_INVALID, "has %" PRId64 " characters; at most %" PRId64 " fit",
                     length, row->max);
}

static bool check_text(const struct setting *row, const char *text, struct error *err)
{
    if (!utf8_valid(text, strlen(text)))
        return error_set(err, ERR_INVALID, "is not UTF-8 text");
    if (text_has_control(text))
        return error_set(err, ERR_INVALID, "must not hold control characters");
    return check_length(row, text, err);
}

static bool check_url(const struct setting *row, const char *text, struct error *err)
{
    struct url url = {0};
    bool ok = url_parse(&url, text, err);

    (void)row;
    url_release(&url);
    return ok;
}

static bool check_bool(const struct setting *row, const char *text, struct error *err)
{
    (void)row;
    return strcmp(text, "true") == 0 || strcmp(text, "false") == 0 ||
           error_set(err, ERR_INVALID, "write true or false");
}

static bool check_int(const struct setting *row, const char *text, struct error *err)
{
    int64_t number;

    return text_to_int(text, row->min, row->max, &number) ||
           error_set(err, ERR_INVALID, "write a whole number from %" PRId64 " to %" PRId64,
                     row->min, row->max);
}

static bool check_choice(const struct setting *row, const char *text, struct error *err)
{
    char *choices;

    if (choice_of_value(row, text))
        return true;
    choices = setting_choices_text(row);
    error_set(err, ERR_INVALID, "write %s", choices);
    free(choices);
    return false;
}

static bool check_secret(const struct setting *row, const char *text, struct error *err)
{
    (void)row;
    return secret_form(text) != SECRET_BAD ||
           error_set(err, ERR_INVALID, "a secret stands here sealed, or as env:NAME or file:/PATH");
}

static bool check_params(const struct setting *row, const char *text, struct error *err)
{
    (void)row, (void)text;
    return error_set(err, ERR_INVALID, "this is a list; give its parameters one by one");
}

/* --- store, load, own --------------------------------------------------------------------- */

static void store_text(const struct setting *row, void *slot, const char *text)
{
    (void)row;
    mem_replace(slot, text && *text ? text : NULL);
}

static void store_bool(const struct setting *row, void *slot, const char *text)
{
    (void)row;
    *(bool *)slot = text && strcmp(text, "true") == 0;
}

static void store_int(const struct setting *row, void *slot, const char *text)
{
    int64_t number = 0;

    if (text)
        text_to_int(text, row->min, row->max, &number);
    *(int64_t *)slot = number;
}

static void store_choice(const struct setting *row, void *slot, const char *text)
{
    const struct choice *c = text ? choice_of_value(row, text) : NULL;

    *(int *)slot = c ? c->number : 0;
}

static void store_params(const struct setting *row, void *slot, const char *text)
{
    (void)row, (void)text;
    param_list_release(slot);
}

static char *load_text(const struct setting *row, const void *slot)
{
    const char *text = *(char *const *)slot;

    (void)row;
    return mem_strdup(text ? text : "");
}

static char *load_bool(const struct setting *row, const void *slot)
{
    (void)row;
    return mem_strdup(*(const bool *)slot ? "true" : "false");
}

static char *load_int(const struct setting *row, const void *slot)
{
    (void)row;
    return mem_printf("%" PRId64, *(const int64_t *)slot);
}

static char *load_choice(const struct setting *row, const void *slot)
{
    const struct choice *c = choice_of_number(row, *(const int *)slot);

    return mem_strdup(c ? c->value : "");
}

static char *load_params(const struct setting *row, const void *slot)
{
    (void)row, (void)slot;
    return mem_strdup("");
}

static bool text_is_set(const struct setting *row, const void *slot)
{
    const char *text = *(char *const *)slot;

    (void)row;
    return text && *text;
}

static bool choice_is_set(const struct setting *row, const void *slot)
{
    const struct choice *c = choice_of_number(row, *(const int *)slot);

    return c && *c->value;
}

static bool params_are_set(const struct setting *row, const void *slot)
{
    (void)row;
    return ((const struct param_list *)slot)->count > 0;
}

static void release_text(void *slot)
{
    mem_replace(slot, NULL);
}

static void release_params(void *slot)
{
    param_list_release(slot);
}

static void own_text(void *slot)
{
    char **text = slot;

    *text = mem_strdup(*text);
}

static void own_params(void *slot)
{
    struct param_list *list = slot;
    const struct param_list shared = *list;

    param_list_copy(list, &shared);
}

static const struct kind_ops kinds[] = {
    [KIND_TEXT] = {check_text, store_text, load_text, text_is_set, release_text, own_text},
    [KIND_URL] = {check_url, store_text, load_text, text_is_set, release_text, own_text},
    [KIND_BOOL] = {check_bool, store_bool, load_bool, NULL, NULL, NULL},
    [KIND_INT] = {check_int, store_int, load_int, NULL, NULL, NULL},
    [KIND_CHOICE] = {check_choice, store_choice, load_choice, choice_is_set, NULL, NULL},
    [KIND_SECRET] = {check_secret, store_text, load_text, text_is_set, release_text, own_text},
    [KIND_PARAMS] = {check_params, store_params, load_params, params_are_set, release_params,
                     own_params},
};

/* --- public ------------------------------------------------------------------------------- */

char *setting_get(const struct setting *row, const void *base)
{
    return kinds[row->kind].load(row, const_slot(row, base));
}

bool setting_set(const struct setting *row, void *base, const char *text, struct error *err)
{
    if (!text || !*text) {
        setting_reset(row, base);
        return true;
    }
    if (!setting_check(row, text, err))
        return false;
    kinds[row->kind].store(row, slot_of(row, base), text);
    return true;
}

char *setting_choices_text(const struct setting *row)
{
    struct strbuf list;

    strbuf_init(&list, CHOICES_TEXT_MAX);
    for (const struct choice *c = row->choices; c->value; c++) {
        const char *joint = c == row->choices ? "" : c[1].value ? ", " : " or ";

        strbuf_addf(&list, "%s%s", joint, c->value);
    }
    return strbuf_detach(&list);
}

void setting_reset(const struct setting *row, void *base)
{
    kinds[row->kind].store(row, slot_of(row, base), row->fallback);
}

bool setting_is_default(const struct setting *row, const void *base)
{
    char *text;
    bool same;

    if (row->kind == KIND_PARAMS)
        return setting_params_of(row, base)->count == 0;
    text = setting_get(row, base);
    same = strcmp(text, row->fallback ? row->fallback : "") == 0;
    free(text);
    return same;
}

bool setting_is_set(const struct setting *row, const void *base)
{
    return !kinds[row->kind].is_set || kinds[row->kind].is_set(row, const_slot(row, base));
}

bool setting_check(const struct setting *row, const char *text, struct error *err)
{
    if (!text || !*text)
        return true;
    return kinds[row->kind].check(row, text, err) && (!row->check || row->check(text, err));
}

void setting_release(const struct setting *row, void *base)
{
    if (kinds[row->kind].release)
        kinds[row->kind].release(slot_of(row, base));
}

void setting_own(const struct setting *row, void *base)
{
    if (kinds[row->kind].own)
        kinds[row->kind].own(slot_of(row, base));
}

const char *setting_secret(const struct setting *row, const void *base)
{
    return *(char *const *)const_slot(row, base);
}

char **setting_secret_slot(const struct setting *row, void *base)
{
    return slot_of(row, base);
}

struct param_list *setting_params(const struct setting *row, void *base)
{
    return slot_of(row, base);
}

const struct param_list *setting_params_of(const struct setting *row, const void *base)
{
    return const_slot(row, base);
}
