/* Writes checks as JSON. */
#include "core/cmd/check_json.h"

#include "core/base/json.h"

static void add_integration_names(cJSON *row, const struct config *config, const char *check_id)
{
    cJSON *names = json_add_array(row, "integrations");
    for (size_t i = 0; i < config->integrations.count; i++)
        if (config_is_ticked(config, check_id, config->integrations.items[i].id))
            json_push_text(names, config->integrations.items[i].name);
}

void check_json_summary(cJSON *row, const struct config *config, const struct check_summary *s)
{
    json_add_text(row, "id", s->check->id);
    json_add_text(row, "title", s->check->title);
    json_add_text(row, "severity", severity_text(s->severity));
    json_add_flag(row, "enabled", s->enabled);
    add_integration_names(row, config, s->check->id);
    json_add_int(row, "evaluated", s->evaluated);
    json_add_int(row, "failing", s->failing);
    json_add_int(row, "new", s->fresh);
    json_add_int(row, "unknown", s->unknown);
    json_add_time(row, "last_run", s->last_run > 0 ? s->last_run : -1);
    json_add_text(row, "error", s->error);
}

static void add_texts(cJSON *out, const char *name, const struct text_list *texts)
{
    cJSON *array = json_add_array(out, name);
    for (size_t i = 0; texts && i < texts->count; i++)
        json_push_text(array, texts->items[i]);
}

/* What holds where nothing is configured. */
static void add_defaults(cJSON *out, const struct check *check)
{
    cJSON *defaults = json_add_object(out, "defaults");
    json_add_flag(defaults, "enabled", check->enabled);
    json_add_text(defaults, "severity", severity_text(check->severity));
    cJSON *settings = json_add_object(defaults, "settings");
    for (size_t i = 0; i < check->number_count; i++)
        json_add_int(settings, check->numbers[i].name, check->numbers[i].value);
}

static void add_settings(cJSON *out, const struct config *config, const struct check *check)
{
    cJSON *settings = json_add_object(out, "settings");
    for (size_t i = 0; i < check->number_count; i++)
        json_add_int(settings, check->numbers[i].name, check_number(check, config, i));
}

cJSON *check_json_set(const struct config *config, const char *id, const struct check *definition)
{
    const struct check_config *own = config_check(config, id);
    cJSON *out = cJSON_CreateObject();
    json_add_text(out, "id", id);
    if (!definition)
        return out;
    json_add_flag(out, "enabled", check_enabled(definition, config));
    json_add_text(out, "severity", severity_text(check_severity(definition, config)));
    add_integration_names(out, config, id);
    add_settings(out, config, definition);
    add_texts(out, "ignore", own ? &own->ignore : NULL);
    return out;
}

void check_json_definition(cJSON *out, const struct config *config, const struct check *check)
{
    const struct check_config *own = config_check(config, check->id);
    add_texts(out, "description", &check->description);
    add_texts(out, "recommendedActions", &check->actions);
    add_settings(out, config, check);
    add_defaults(out, check);
    add_texts(out, "ignore", own ? &own->ignore : NULL);
    add_texts(out, "needs", &check->needs);
    json_add_text(out, "applies", check->applies);
    json_add_text(out, "fails", check->fails);
    cJSON *explain = json_add_object(out, "explain");
    for (size_t i = 0; i < check->explain_count; i++)
        json_add_text(explain, check->explains[i].key, check->explains[i].expression);
}
