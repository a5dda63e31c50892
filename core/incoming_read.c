/* Integrations of a file from elsewhere, as that file has them. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/config/reader.h"
#include "core/config/schema.h"
#include "core/incoming.h"

enum { GROUP_MAX = 32, VALUE_MAX = 64 };

static struct incoming *add(struct incoming_list *out)
{
    struct incoming *added = list_add(&out->items, &out->count, sizeof *added);
    integration_init(&added->in);
    return added;
}

/* The first thing that is wrong is told. */
static void spoil(struct incoming *to, const char *what, const char *why)
{
    if (to->fate != INCOMING_BAD)
        snprintf(to->why, sizeof to->why, "%.80s: %.160s", what, why);
    to->fate = INCOMING_BAD;
}

/* --- JSON ------------------------------------------------------------------------------------ */

/* "auth.username" is the member "username" of the object "auth". */
static const cJSON *member_of(const cJSON *object, const char *name)
{
    char group[GROUP_MAX];
    const char *dot = strchr(name, '.');
    if (!dot)
        return json_member(object, name);
    snprintf(group, sizeof group, "%.*s", (int)(dot - name), name);
    const cJSON *inner = json_member(object, group);
    return inner ? json_member(inner, dot + 1) : NULL;
}

/* A value as the schema takes it; NULL where it is of no kind that it takes. The caller frees. */
static char *value_text(const cJSON *value)
{
    char number[VALUE_MAX];
    if (cJSON_IsString(value))
        return mem_strdup(value->valuestring);
    if (cJSON_IsBool(value))
        return mem_strdup(cJSON_IsTrue(value) ? "true" : "false");
    if (!cJSON_IsNumber(value))
        return NULL;
    snprintf(number, sizeof number, "%.17g", value->valuedouble);
    return mem_strdup(number);
}

/* {"set":true,"reference":"env:NAME"}: only a reference says what the secret is. */
static char *secret_text(struct incoming *to, const cJSON *value, const char *name)
{
    bool set = false;
    const char *reference = json_text(value, "reference");
    if (reference)
        return mem_strdup(reference);
    if (json_flag(value, "set", &set) && set)
        text_list_add(&to->missing, name);
    return NULL;
}

static void take_param(struct incoming *to, const struct setting *row, const cJSON *item)
{
    enum param_place place;
    bool secret = false;
    const char *key = json_text(item, "key"), *in = json_text(item, "place");
    if (!key || !in || !param_place_parse(in, &place)) {
        spoil(to, row->name, "a parameter needs a place (header, query or body) and a key");
        return;
    }
    json_flag(item, "secret", &secret);
    const cJSON *given = json_member(item, "value");
    char *name = mem_printf("%s %s:%s", row->name, in, key);
    char *value = secret ? secret_text(to, given, name) : given ? value_text(given) : NULL;
    param_set(setting_params(row, &to->in), place, key, value || secret ? value : "", secret);
    free(value);
    free(name);
}

static void take_value(struct incoming *to, const struct setting *row, const cJSON *value)
{
    struct error why = {0};
    const cJSON *item = NULL;
    if (row->kind == KIND_PARAMS) {
        cJSON_ArrayForEach(item, value)
        {
            take_param(to, row, item);
        }
        return;
    }
    char *text = row->kind == KIND_SECRET ? secret_text(to, value, row->name) : value_text(value);
    if (text && !setting_set(row, &to->in, text, &why))
        spoil(to, row->name, why.text);
    free(text);
}

static void take_object(struct incoming_list *out, const cJSON *object)
{
    struct incoming *to = add(out);
    const char *id = json_text(object, "id");
    if (id && uuid_valid(id))
        snprintf(to->in.id, sizeof to->in.id, "%s", id);
    for (size_t i = 0; i < integration_setting_count; i++) {
        const struct setting *row = &integration_settings[i];
        const cJSON *value = member_of(object, row->name);
        if (value && !cJSON_IsNull(value))
            take_value(to, row, value);
    }
}

static bool parse_json(struct incoming_list *out, const char *file, const char *text, size_t len,
                       struct error *err)
{
    const cJSON *item = NULL;
    cJSON *json = json_parse(text, len, err);
    if (!json)
        return error_wrap(err, "%s", file);
    if (cJSON_IsObject(json))
        take_object(out, json);
    else
        cJSON_ArrayForEach(item, json)
        {
            if (cJSON_IsObject(item))
                take_object(out, item);
        }
    cJSON_Delete(json);
    return true;
}

/* --- a configuration ------------------------------------------------------------------------- */

static bool parse_config(struct incoming_list *out, const char *file, const char *text, size_t len,
                         struct error *err)
{
    struct config config = {.lock_fd = -1};
    const bool ok = reader_parse(&config, file, text, len, err);
    for (size_t i = 0; ok && i < config.integrations.count; i++) {
        struct incoming *to = add(out);
        integration_release(&to->in);
        integration_copy(&to->in, &config.integrations.items[i]);
    }
    config_release(&config);
    return ok;
}

static bool looks_like_json(const char *text, size_t len)
{
    const size_t blank = strspn(text, " \t\r\n");
    return blank < len && (text[blank] == '{' || text[blank] == '[');
}

/* Something else altogether is not told where its first line is wrong. */
static bool parse(struct incoming_list *out, const char *file, const char *text, size_t len,
                  struct error *err)
{
    static const char list[] = "integrations";
    if (looks_like_json(text, len))
        return parse_json(out, file, text, len, err);
    return !memmem(text, len, list, sizeof list - 1) || parse_config(out, file, text, len, err);
}

bool incoming_parse(struct incoming_list *out, const char *file, const char *text, size_t len,
                    struct error *err)
{
    if (!parse(out, file, text, len, err))
        return false;
    return out->count > 0 ||
           error_set(err, ERR_INVALID,
                     "%s holds no integration: name another checkhook.conf, or a file with the "
                     "output of integration show --json",
                     file);
}
