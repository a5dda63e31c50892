/* Writes down why a user fails a check, and says it in words. */
#include "core/checks/explain.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/json.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"

enum { WORDS_MAX = 4096 };
enum { DAY_CHARS = 10, TIME_CHARS = 20 }; /* "2026-09-15T14:32:05Z" */

static bool ends_in_at(const char *name)
{
    size_t len = strlen(name);

    return len > 3 && strcmp(name + len - 3, "_at") == 0;
}

/* Times are known by their name, of the column or of the key: …_at. */
static void add_value(cJSON *object, const struct check_explain *explain, const char *value)
{
    char time[TIME_TEXT_MAX];
    int64_t seconds;

    if (!value)
        return;
    if ((ends_in_at(explain->key) || ends_in_at(explain->expression)) &&
        text_to_int(value, INT64_MIN, INT64_MAX, &seconds)) {
        time_format(seconds, time);
        value = time;
    }
    json_add_text(object, explain->key, value);
}

char *explain_make(const struct check *check, const struct described *user)
{
    cJSON *object = mem_check(cJSON_CreateObject());

    for (size_t i = 0; i < check->explain_count; i++)
        add_value(object, &check->explains[i], user->values[i]);
    char *explain = json_compact(object);
    cJSON_Delete(object);
    return explain;
}

/* --- in words ----------------------------------------------------------------------------------
 */

/* "last_login" as "last login", "key_created_at" as "key created". */
static void add_words(struct strbuf *out, const char *key)
{
    const size_t len = strlen(key) - (ends_in_at(key) ? 3 : 0);

    for (size_t i = 0; i < len; i++)
        strbuf_addc(out, key[i] == '_' ? ' ' : key[i]);
}

/* Of a time its day: the rest is for machines. */
static void add_short(struct strbuf *out, const char *value)
{
    int64_t ignored = 0;
    const bool time =
        strlen(value) >= TIME_CHARS && value[DAY_CHARS] == 'T' && time_parse(value, &ignored);

    strbuf_add(out, value, time ? (size_t)DAY_CHARS : strlen(value));
}

static void add_member(const cJSON *member, struct text_list *out)
{
    char *value = cJSON_IsString(member) ? NULL : json_compact(member);
    struct strbuf words;

    strbuf_init(&words, WORDS_MAX);
    add_words(&words, member->string);
    strbuf_adds(&words, " ");
    add_short(&words, value ? value : member->valuestring);
    text_list_add(out, words.text);
    strbuf_release(&words);
    free(value);
}

void explain_list(const char *explain, struct text_list *out)
{
    struct error ignored = {0};
    cJSON *object = json_parse(explain, strlen(explain), &ignored);
    const cJSON *member;

    cJSON_ArrayForEach(member, object)
    {
        add_member(member, out);
    }
    cJSON_Delete(object);
}

char *explain_text(const char *explain)
{
    struct text_list list = {0};
    struct strbuf out;

    explain_list(explain, &list);
    strbuf_init(&out, WORDS_MAX);
    for (size_t i = 0; i < list.count; i++)
        strbuf_addf(&out, "%s%s", i > 0 ? ", " : "", list.items[i]);
    text_list_release(&list);
    return strbuf_detach(&out);
}
