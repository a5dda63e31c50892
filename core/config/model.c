/* Plain data of the configuration: copies, lists and words. */
#include "core/config/model.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/mem.h"
#include "core/config/schema.h"

enum { NAME_MAX_LEN = 64 };

static const char *const auth_labels[] = {
    [AUTH_UNSET] = "not chosen",
    [AUTH_NONE] = "None",
    [AUTH_BASIC] = "Basic",
    [AUTH_API_KEY] = "API key",
    [AUTH_OAUTH] = "OAuth client credentials",
};

static const char *const method_texts[] = {
    [METHOD_POST] = "POST",     [METHOD_PUT] = "PUT",   [METHOD_PATCH] = "PATCH",
    [METHOD_GET] = "GET",       [METHOD_HEAD] = "HEAD", [METHOD_OPTIONS] = "OPTIONS",
    [METHOD_DELETE] = "DELETE",
};

static const char *const place_texts[] = {
    [PLACE_HEADER] = "header",
    [PLACE_QUERY] = "query",
    [PLACE_BODY] = "body",
};

static const char *const severity_texts[] = {
    [SEVERITY_UNSET] = "",
    [SEVERITY_CRITICAL] = "critical",
    [SEVERITY_MODERATE] = "moderate",
    [SEVERITY_LOW] = "low",
};

static bool same_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool same_param(const struct param *a, const struct param *b)
{
    return a->place == b->place && a->secret == b->secret && same_text(a->key, b->key) &&
           same_text(a->value, b->value);
}

static bool same_params(const struct param_list *a, const struct param_list *b)
{
    if (a->count != b->count)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        if (!same_param(&a->items[i], &b->items[i]))
            return false;
    }
    return true;
}

static bool same_setting(const struct setting *row, const struct integration *a,
                         const struct integration *b)
{
    char *left = setting_get(row, a), *right = setting_get(row, b);
    bool same = strcmp(left, right) == 0;

    free(left);
    free(right);
    return same;
}

static void param_release(struct param *param)
{
    free(param->key);
    free(param->value);
}

static size_t param_index(const struct param_list *list, enum param_place place, const char *key)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct param *p = &list->items[i];

        if (p->place == place &&
            (place == PLACE_HEADER ? strcasecmp(p->key, key) : strcmp(p->key, key)) == 0)
            return i;
    }
    return list->count;
}

static size_t text_index(const struct text_list *list, const char *text)
{
    size_t i = 0;

    while (i < list->count && strcmp(list->items[i], text) != 0)
        i++;
    return i;
}

static size_t value_index(const struct check_config *check, const char *name)
{
    size_t i = 0;

    while (i < check->value_count && strcmp(check->values[i].name, name) != 0)
        i++;
    return i;
}

/* [a-z] and then letters, digits and `joint`; what libconfig reads as a value is no name there. */
static bool is_plain_name(const char *s, char joint)
{
    size_t len = strlen(s);

    if (len == 0 || len > NAME_MAX_LEN || s[0] < 'a' || s[0] > 'z')
        return false;
    for (size_t i = 1; i < len; i++) {
        if (!((s[i] >= 'a' && s[i] <= 'z') || (s[i] >= '0' && s[i] <= '9') || s[i] == joint))
            return false;
    }
    return strcmp(s, "true") != 0 && strcmp(s, "false") != 0;
}

/* --- integrations ------------------------------------------------------------------------- */

void integration_init(struct integration *in)
{
    integration_init_known(in);
    uuid_make(in->id);
}

void integration_init_known(struct integration *in)
{
    memset(in, 0, sizeof *in);
    for (size_t i = 0; i < integration_setting_count; i++)
        setting_reset(&integration_settings[i], in);
}

void integration_release(struct integration *in)
{
    for (size_t i = 0; i < integration_setting_count; i++)
        setting_release(&integration_settings[i], in);
    memset(in, 0, sizeof *in);
}

void integration_copy(struct integration *to, const struct integration *from)
{
    *to = *from;
    for (size_t i = 0; i < integration_setting_count; i++)
        setting_own(&integration_settings[i], to);
}

bool integration_equal(const struct integration *a, const struct integration *b)
{
    if (strcmp(a->id, b->id) != 0)
        return false;
    for (size_t i = 0; i < integration_setting_count; i++) {
        if (!same_setting(&integration_settings[i], a, b))
            return false;
    }
    return same_params(&a->auth.params, &b->auth.params) && same_params(&a->params, &b->params);
}

/* --- parameters --------------------------------------------------------------------------- */

struct param *param_find(const struct param_list *list, enum param_place place, const char *key)
{
    size_t i = param_index(list, place, key);

    return i < list->count ? &list->items[i] : NULL;
}

void param_set(struct param_list *list, enum param_place place, const char *key, const char *value,
               bool secret)
{
    struct param *p = param_find(list, place, key);

    if (!p)
        p = list_add(&list->items, &list->count, sizeof *p);
    p->place = place;
    p->secret = secret;
    mem_replace(&p->key, key);
    mem_replace(&p->value, value);
}

bool param_remove(struct param_list *list, enum param_place place, const char *key)
{
    size_t i = param_index(list, place, key);

    if (i == list->count)
        return false;
    param_release(&list->items[i]);
    list_remove(list->items, &list->count, sizeof *list->items, i);
    return true;
}

void param_list_release(struct param_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        param_release(&list->items[i]);
    free(list->items);
    *list = (struct param_list){0};
}

void param_list_copy(struct param_list *to, const struct param_list *from)
{
    struct param_list copy = {0};

    for (size_t i = 0; i < from->count; i++) {
        const struct param *p = &from->items[i];
        struct param *added = list_add(&copy.items, &copy.count, sizeof *added);

        *added = (struct param){p->place, mem_strdup(p->key), mem_strdup(p->value), p->secret};
    }
    *to = copy;
}

/* --- lists -------------------------------------------------------------------------------- */

void text_list_add(struct text_list *list, const char *text)
{
    char **item = list_add(&list->items, &list->count, sizeof *item);

    *item = mem_strdup(text);
}

bool text_list_has(const struct text_list *list, const char *text)
{
    return text_index(list, text) < list->count;
}

bool text_list_remove(struct text_list *list, const char *text)
{
    size_t i = text_index(list, text);

    if (i == list->count)
        return false;
    free(list->items[i]);
    list_remove(list->items, &list->count, sizeof *list->items, i);
    return true;
}

void text_list_release(struct text_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i]);
    free(list->items);
    *list = (struct text_list){0};
}

void text_list_copy(struct text_list *to, const struct text_list *from)
{
    struct text_list copy = {0};

    for (size_t i = 0; i < from->count; i++)
        text_list_add(&copy, from->items[i]);
    *to = copy;
}

/* --- checks ------------------------------------------------------------------------------- */

void check_config_init(struct check_config *check, const char *id)
{
    *check = (struct check_config){.id = mem_strdup(id), .enabled = -1};
}

void check_config_release(struct check_config *check)
{
    free(check->id);
    text_list_release(&check->integrations);
    text_list_release(&check->ignore);
    for (size_t i = 0; i < check->value_count; i++)
        free(check->values[i].name);
    free(check->values);
    *check = (struct check_config){.enabled = -1};
}

void check_config_copy(struct check_config *to, const struct check_config *from)
{
    check_config_init(to, from->id);
    to->enabled = from->enabled;
    to->severity = from->severity;
    text_list_copy(&to->integrations, &from->integrations);
    text_list_copy(&to->ignore, &from->ignore);
    for (size_t i = 0; i < from->value_count; i++)
        check_value_set(to, from->values[i].name, from->values[i].value);
}

static bool same_texts(const struct text_list *a, const struct text_list *b)
{
    bool same = a->count == b->count;

    for (size_t i = 0; same && i < a->count; i++)
        same = strcmp(a->items[i], b->items[i]) == 0;
    return same;
}

bool check_config_equal(const struct check_config *a, const struct check_config *b)
{
    bool same = strcmp(a->id, b->id) == 0 && a->enabled == b->enabled &&
                a->severity == b->severity && a->value_count == b->value_count &&
                same_texts(&a->integrations, &b->integrations) &&
                same_texts(&a->ignore, &b->ignore);

    for (size_t i = 0; same && i < a->value_count; i++) {
        const int64_t *other = check_value_find(b, a->values[i].name);

        same = other && *other == a->values[i].value;
    }
    return same;
}

bool check_config_is_empty(const struct check_config *check)
{
    return check->enabled < 0 && check->severity == SEVERITY_UNSET &&
           check->integrations.count == 0 && check->ignore.count == 0 && check->value_count == 0;
}

const int64_t *check_value_find(const struct check_config *check, const char *name)
{
    size_t i = value_index(check, name);

    return i < check->value_count ? &check->values[i].value : NULL;
}

void check_value_set(struct check_config *check, const char *name, int64_t value)
{
    size_t i = value_index(check, name);

    if (i == check->value_count) {
        struct check_value *added = list_add(&check->values, &check->value_count, sizeof *added);

        added->name = mem_strdup(name);
    }
    check->values[i].value = value;
}

bool check_value_remove(struct check_config *check, const char *name)
{
    size_t i = value_index(check, name);

    if (i == check->value_count)
        return false;
    free(check->values[i].name);
    list_remove(check->values, &check->value_count, sizeof *check->values, i);
    return true;
}

bool check_id_valid(const char *id)
{
    return is_plain_name(id, '-');
}

bool check_value_name_valid(const char *s)
{
    return is_plain_name(s, '_');
}

/* --- top level ---------------------------------------------------------------------------- */

void general_init(struct general *general)
{
    memset(general, 0, sizeof *general);
    for (size_t i = 0; i < general_setting_count; i++)
        setting_reset(&general_settings[i], general);
}

void general_release(struct general *general)
{
    for (size_t i = 0; i < general_setting_count; i++)
        setting_release(&general_settings[i], general);
    memset(general, 0, sizeof *general);
}

void general_copy(struct general *to, const struct general *from)
{
    *to = *from;
    for (size_t i = 0; i < general_setting_count; i++)
        setting_own(&general_settings[i], to);
}

/* --- words -------------------------------------------------------------------------------- */

const char *auth_type_label(enum auth_type type)
{
    return auth_labels[type];
}

const char *http_method_text(enum http_method method)
{
    return method_texts[method];
}

const char *param_place_text(enum param_place place)
{
    return place_texts[place];
}

bool param_place_parse(const char *text, enum param_place *place)
{
    for (size_t i = 0; i < ARRAY_LEN(place_texts); i++) {
        if (strcmp(place_texts[i], text) == 0) {
            *place = (enum param_place)i;
            return true;
        }
    }
    return false;
}

const char *severity_text(enum severity severity)
{
    return severity_texts[severity];
}

bool severity_parse(const char *text, enum severity *severity)
{
    for (size_t i = SEVERITY_CRITICAL; i < ARRAY_LEN(severity_texts); i++) {
        if (strcmp(severity_texts[i], text) == 0) {
            *severity = (enum severity)i;
            return true;
        }
    }
    return false;
}
