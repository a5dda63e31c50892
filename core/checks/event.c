/* Writes the check notification and decides where an event is split. */
#include "core/checks/event.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/mem.h"

enum {
    ENVELOPE_BYTES = 400,      /* keys, ids, time and account, generously */
    EXPLAIN_KEY_BYTES = 32,    /* ,"explainabilityDetails":[] */
    SECRET_BYTES_MAX = 512,    /* a secret's value is at most this long, stored texts are longer */
    ESCAPED_BYTE = 6,          /* \u001f */
    PARAMETER_MARKS_BYTES = 8, /* quotes, colon, comma */
};

static size_t json_size(const char *text)
{
    cJSON *value = mem_check(cJSON_CreateArray());
    size_t size;

    json_push_text(value, text);
    char *compact = json_compact(value);
    size = strlen(compact) - 2;
    free(compact);
    cJSON_Delete(value);
    return size;
}

static void add_texts(cJSON *object, const char *name, const struct text_list *list)
{
    cJSON *array = json_add_array(object, name);

    for (size_t i = 0; i < list->count; i++)
        json_push_text(array, list->items[i]);
}

static char *compact_and_delete(cJSON *value)
{
    char *text = json_compact(value);

    cJSON_Delete(value);
    return text;
}

/* Adds an entry for each thing that is known of the user. */
static void add_explanations(cJSON *array, const struct event_user *user)
{
    struct error ignored = {0};
    cJSON *values = json_parse(user->explain, strlen(user->explain), &ignored);

    for (const cJSON *value = values ? values->child : NULL; value; value = value->next) {
        cJSON *entry = mem_check(cJSON_CreateObject());
        json_add_text(entry, "login", user->login);
        json_add_text(entry, "key", value->string);
        json_add_text(entry, "value", cJSON_GetStringValue(value));
        cJSON_AddItemToArray(array, entry);
    }
    cJSON_Delete(values);
}

static size_t explain_size(const struct event_user *user)
{
    cJSON *array = mem_check(cJSON_CreateArray());

    add_explanations(array, user);
    char *text = compact_and_delete(array);
    size_t size = strlen(text) - 1;
    free(text);
    return size;
}

char *event_detail(const struct event_subject *subject, const char *id,
                   const struct event_user *users, size_t count)
{
    cJSON *detail = mem_check(cJSON_CreateObject());
    char published[TIME_TEXT_MAX];

    json_add_text(detail, "id", id);
    json_add_text(detail, "checkId", subject->check->id);
    json_add_text(detail, "title", subject->check->title);
    add_texts(detail, "description", &subject->check->description);
    add_texts(detail, "recommendedActions", &subject->check->actions);
    json_add_text(detail, "severity", severity_text(subject->severity));
    cJSON *failing = json_add_array(detail, "usersFailing");
    for (size_t i = 0; i < count; i++)
        json_push_text(failing, users[i].login);
    time_format_ms(subject->published_ms, published);
    json_add_text(detail, "published", published);
    return compact_and_delete(detail);
}

char *event_explain(const struct event_user *users, size_t count)
{
    cJSON *array = mem_check(cJSON_CreateArray());

    for (size_t i = 0; i < count; i++)
        add_explanations(array, &users[i]);
    if (array->child)
        return compact_and_delete(array);
    cJSON_Delete(array);
    return NULL;
}

size_t event_overhead(const struct config *config, const struct integration *in)
{
    const char *region = config->general.tenant_region;
    size_t size = in->explain ? EXPLAIN_KEY_BYTES : 0;

    if (in->format == FORMAT_ENVELOPE)
        size += ENVELOPE_BYTES + ESCAPED_BYTE * (region ? strlen(region) : 0);
    for (size_t i = 0; i < in->params.count; i++) {
        const struct param *p = &in->params.items[i];
        if (p->place != PLACE_BODY)
            continue;
        size += json_size(p->key) + PARAMETER_MARKS_BYTES;
        size += p->secret ? SECRET_BYTES_MAX : json_size(p->value ? p->value : "");
    }
    return size;
}

void event_splitter_init(struct event_splitter *sp, const struct event_subject *subject,
                         const struct config *config, const struct integration *in)
{
    static const char longest_id[] = "00000000-0000-4000-8000-000000000000";
    char *empty = event_detail(subject, longest_id, NULL, 0);

    *sp = (struct event_splitter){.limit = (size_t)in->max_event_kb * 1024,
                                  .start = strlen(empty) + event_overhead(config, in),
                                  .explain = in->explain};
    free(empty);
}

bool event_splitter_add(struct event_splitter *sp, const struct event_user *user)
{
    if (sp->limit == 0)
        return false;
    const size_t size = json_size(user->login) + 1 + (sp->explain ? explain_size(user) : 0);
    const bool next = sp->size > 0 && sp->start + sp->size + size > sp->limit;

    sp->size = (next ? 0 : sp->size) + size;
    return next;
}

size_t event_split(const struct event_subject *subject, const struct config *config,
                   const struct integration *in, const struct event_user *users, size_t count,
                   size_t **ends)
{
    struct event_splitter sp;
    size_t parts = 0;

    event_splitter_init(&sp, subject, config, in);
    *ends = NULL;
    for (size_t i = 0; i < count; i++)
        if (event_splitter_add(&sp, &users[i]))
            *(size_t *)list_add(ends, &parts, sizeof **ends) = i;
    *(size_t *)list_add(ends, &parts, sizeof **ends) = count;
    return parts;
}
