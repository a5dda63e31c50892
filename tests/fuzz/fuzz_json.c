/* Fuzzes JSON: what was read is read again the same from what we write. */
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/text.h"
#include "tests/fuzz/fuzz.h"

static void check_again(const char *text, const char *compact)
{
    struct error err = {0};
    cJSON *value = json_parse(text, strlen(text), &err);
    FUZZ_ASSERT_OF(value, err.text);
    char *again = json_compact(value);
    FUZZ_ASSERT_OF(strcmp(compact, again) == 0, again);
    free(again);
    cJSON_Delete(value);
}

static void check_quoting(const char *text)
{
    struct strbuf quoted;
    struct error err = {0};
    strbuf_init(&quoted, SIZE_MAX);
    json_quote_add(&quoted, text);
    cJSON *value = json_parse(quoted.text, quoted.len, &err);
    FUZZ_ASSERT_OF(value && cJSON_IsString(value), err.text);
    if (utf8_valid(text, strlen(text)))
        FUZZ_ASSERT_OF(strcmp(value->valuestring, text) == 0, quoted.text);
    cJSON_Delete(value);
    strbuf_release(&quoted);
}

void fuzz_json(const uint8_t *bytes, size_t len)
{
    struct error err = {0};
    cJSON *value = json_parse((const char *)bytes, len, &err);
    if (value) {
        char *compact = json_compact(value), *pretty = json_pretty(value);
        check_again(compact, compact);
        check_again(pretty, compact);
        free(compact);
        free(pretty);
    } else {
        fuzz_assert_error(&err);
    }
    cJSON_Delete(value);
    char *text = fuzz_text_of(bytes, len);
    check_quoting(text);
    free(text);
}
