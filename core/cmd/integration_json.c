/* Turns integrations into JSON by walking the schema. */
#include "core/cmd/integration_json.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/config/schema.h"
#include "core/config/secret.h"

static bool absent(const cJSON *object, const char *name)
{
    return json_member(object, name) == NULL;
}

/* "auth.params" of `out` is member "params" of the object "auth", which is made when missing. */
static cJSON *parent_of(cJSON *out, const char *name, const char **leaf)
{
    char group[32];
    const char *dot = strchr(name, '.');
    *leaf = dot ? dot + 1 : name;
    if (!dot || (size_t)(dot - name) >= sizeof group)
        return out;
    memcpy(group, name, (size_t)(dot - name));
    group[dot - name] = '\0';
    cJSON *there = cJSON_GetObjectItemCaseSensitive(out, group);
    return there ? there : json_add_object(out, group);
}

static void add_secret(cJSON *object, const char *name, const char *stored)
{
    char date[11];
    cJSON *secret = json_add_object(object, name);
    secret_date(stored, date);
    json_add_flag(secret, "set", stored && stored[0]);
    json_add_text(secret, "since", date[0] ? date : NULL);
    if (stored && (secret_form(stored) == SECRET_ENV || secret_form(stored) == SECRET_FILE))
        json_add_text(secret, "reference", stored);
}

static void add_params(cJSON *object, const char *name, const struct param_list *list)
{
    cJSON *array = json_add_array(object, name);
    for (size_t i = 0; i < list->count; i++) {
        const struct param *p = &list->items[i];
        cJSON *row = cJSON_CreateObject();
        json_add_text(row, "place", param_place_text(p->place));
        json_add_text(row, "key", p->key);
        if (p->secret)
            add_secret(row, "value", p->value);
        else
            json_add_text(row, "value", p->value);
        json_add_flag(row, "secret", p->secret);
        cJSON_AddItemToArray(array, row);
    }
}

static void add_value(cJSON *object, const char *name, const struct setting *row,
                      struct integration *in)
{
    char *text = setting_get(row, in);
    switch (row->kind) {
    case KIND_BOOL:
        json_add_flag(object, name, strcmp(text, "true") == 0);
        break;
    case KIND_INT:
        json_add_int(object, name, strtoll(text, NULL, 10));
        break;
    case KIND_SECRET:
        add_secret(object, name, text);
        break;
    case KIND_PARAMS:
        add_params(object, name, setting_params(row, in));
        break;
    case KIND_TEXT:
    case KIND_URL:
    case KIND_CHOICE:
        json_add_text(object, name, text);
        break;
    }
    free(text);
}

void integration_settings_json(cJSON *out, struct integration *in)
{
    json_add_text(out, "id", in->id);
    for (size_t i = 0; i < integration_setting_count; i++) {
        const struct setting *row = &integration_settings[i];
        const char *leaf;
        if (!setting_applies(row, in))
            continue;
        cJSON *object = parent_of(out, row->name, &leaf);
        add_value(object, leaf, row, in);
    }
}

static void add_last(cJSON *out, const struct integration_facts *f)
{
    if (f->last_at == 0) {
        json_add_null(out, "last");
        return;
    }
    cJSON *last = json_add_object(out, "last");
    json_add_time(last, "time", f->last_at);
    json_add_int(last, "status", f->last_status);
    json_add_flag(last, "ok", f->last_ok);
}

static void add_hold(cJSON *out, const struct integration_facts *f)
{
    if (!f->on_hold) {
        json_add_null(out, "hold");
        return;
    }
    cJSON *hold = json_add_object(out, "hold");
    json_add_time(hold, "since", f->hold_since);
    json_add_text(hold, "reason", f->hold_reason);
    json_add_time(hold, "last_ok", f->last_ok_at > 0 ? f->last_ok_at : -1);
}

/* The members that a list shows and that `show` has nested already are added only where absent. */
static void add_basics(cJSON *out, const struct integration *in)
{
    if (!absent(out, "id"))
        return;
    json_add_text(out, "id", in->id);
    json_add_text(out, "name", in->name);
    json_add_text(out, "description", in->description ? in->description : "");
    json_add_flag(out, "enabled", in->enabled);
    json_add_text(out, "url", in->url);
    json_add_text(out, "method", http_method_text((enum http_method)in->method));
    char *type =
        setting_get(setting_find(integration_settings, integration_setting_count, "auth.type"), in);
    json_add_text(out, "auth", type);
    free(type);
}

void integration_summary_json(cJSON *out, const struct integration *in,
                              const struct integration_status *status)
{
    add_basics(out, in);
    json_add_text(out, "state", status_text(status->status));
    json_add_text(out, "reason", status->reason ? status->reason : "");
    add_last(out, &status->facts);
    add_hold(out, &status->facts);
    json_add_int(out, "checks", (int64_t)status->checks);
    json_add_int(out, "waiting", status->facts.counts.waiting);
    json_add_int(out, "held", status->facts.counts.held);
    json_add_int(out, "failed", status->facts.counts.failed);
}
