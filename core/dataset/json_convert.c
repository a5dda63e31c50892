/* Turns what an API says into what a column holds. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/text.h"
#include "core/dataset/columns.h"
#include "core/dataset/json_source.h"

enum { NUMBER_TEXT_MAX = 32 };

static const double exact_max = 9007199254740992.0; /* 2^53 */

/* A text, or a whole number or flag written as one; NULL for anything else. */
static const char *text_of(const cJSON *said, char number[NUMBER_TEXT_MAX])
{
    if (cJSON_IsString(said))
        return said->valuestring;
    if (cJSON_IsBool(said))
        return cJSON_IsTrue(said) ? "true" : "false";
    if (!cJSON_IsNumber(said) || fabs(said->valuedouble) > exact_max ||
        (double)(int64_t)said->valuedouble != said->valuedouble)
        return NULL;
    snprintf(number, NUMBER_TEXT_MAX, "%" PRId64, (int64_t)said->valuedouble);
    return number;
}

static bool refuse(const cJSON *said, const char *expected, struct error *err)
{
    const char *what = cJSON_IsArray(said)    ? "a list"
                       : cJSON_IsObject(said) ? "an object"
                       : cJSON_IsNumber(said) ? "a fraction, or a number that is too large,"
                                              : "another value";
    return error_set(err, ERR_INVALID, "%s stands where %s is expected", what, expected);
}

static void set_known(const struct json_cell *cell)
{
    if (cell->known)
        *cell->known = (struct value){.kind = VALUE_INT, .number = 1};
}

static bool read_text(const struct json_cell *cell, const char *text, struct error *err)
{
    return column_read_text(cell->column, text, cell->value, err);
}

bool json_as_word(const struct json_cell *cell, const cJSON *said, struct error *err)
{
    const struct json_word *word = cell->how;
    char number[NUMBER_TEXT_MAX];
    if (cJSON_IsNull(said))
        return true;
    const char *text = text_of(said, number);
    if (!text)
        return refuse(said, "a word", err);
    if (!*text)
        return true;
    while (word->from && strcasecmp(word->from, text) != 0)
        word++;
    return !word->to || read_text(cell, word->to, err);
}

bool json_as_said(const struct json_cell *cell, const cJSON *said, struct error *err)
{
    return column_read_json(cell->column, said, cell->value, err);
}

bool json_as_text(const struct json_cell *cell, const cJSON *said, struct error *err)
{
    char number[NUMBER_TEXT_MAX];
    if (cJSON_IsNull(said))
        return true;
    const char *text = text_of(said, number);
    if (!text)
        return refuse(said, "a text", err);
    if (!*text)
        return true;
    if (text == number)
        text = json_reader_keep(cell->reader, mem_strdup(number));
    return read_text(cell, text, err);
}

bool json_as_not(const struct json_cell *cell, const cJSON *said, struct error *err)
{
    if (cJSON_IsString(said) && !*said->valuestring)
        return true;
    if (!column_read_json(cell->column, said, cell->value, err))
        return false;
    if (cell->value->kind == VALUE_INT)
        cell->value->number = !cell->value->number;
    return true;
}

bool json_as_epoch(const struct json_cell *cell, const cJSON *said, struct error *err)
{
    char number[NUMBER_TEXT_MAX];
    int64_t seconds;
    if (cJSON_IsNull(said))
        return true;
    const char *text = cJSON_IsBool(said) ? NULL : text_of(said, number);
    if (text && !*text)
        return true;
    if (!text || !text_to_int(text, INT64_MIN, INT64_MAX, &seconds))
        return refuse(said, "a time in Unix seconds", err);
    return read_text(cell, text, err);
}

/* Times that mean never all lie in 1970 or before, so that others are not compared. */
static bool is_same_time(const char *text, const char *other)
{
    int64_t at, other_at;
    return time_parse(text, &at) && at <= 0 && time_parse(other, &other_at) && at == other_at;
}

static bool means_never(const char *const *never, const char *text)
{
    for (; *never; never++)
        if (strcasecmp(*never, text) == 0 || is_same_time(text, *never))
            return true;
    return false;
}

bool json_as_time_or_never(const struct json_cell *cell, const cJSON *said, struct error *err)
{
    char number[NUMBER_TEXT_MAX];
    const char *text = cJSON_IsNull(said) ? "null" : text_of(said, number);
    if (!text || cJSON_IsBool(said))
        return refuse(said, "a time", err);
    if (means_never(cell->how, text)) {
        set_known(cell);
        return true;
    }
    if (cJSON_IsNull(said) || !*text)
        return true;
    if (!read_text(cell, text, err))
        return false;
    if (cell->value->kind != VALUE_NULL)
        set_known(cell);
    return true;
}

bool json_always(const struct json_cell *cell, const cJSON *said, struct error *err)
{
    (void)said;
    return read_text(cell, cell->how, err);
}
