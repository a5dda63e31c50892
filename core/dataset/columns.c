/* Reads names and values of import files as the column tables of the store describe them. */
#include "core/dataset/columns.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"

enum { QUOTE_COLUMNS = 40 };

static const int64_t time_max = 253402300799; /* 9999-12-31T23:59:59Z */
static const int64_t level_max = 3;           /* of strength and tier */

static const struct {
    const char *word;
    int64_t flag;
} flag_words[] = {{"true", 1}, {"false", 0}, {"yes", 1}, {"no", 0}, {"1", 1}, {"0", 0}};

static void set_number(struct value *out, int64_t number)
{
    *out = (struct value){.kind = VALUE_INT, .number = number};
}

static void set_text(struct value *out, const char *text)
{
    *out = (struct value){.kind = VALUE_TEXT, .text = text};
}

static bool refuse(struct error *err, const char *text, const char *expected)
{
    if (!*text)
        return error_set(err, ERR_INVALID, "an empty text is not %s; give no value if unknown",
                         expected);
    char *quoted = column_quote(text);
    error_set(err, ERR_INVALID, "'%s' is not %s", quoted, expected);
    free(quoted);
    return false;
}

static bool read_text(const struct column *column, const char *text, struct value *out,
                      struct error *err)
{
    (void)column;
    (void)err;
    set_text(out, text);
    return true;
}

static bool read_time(const struct column *column, const char *text, struct value *out,
                      struct error *err)
{
    int64_t at;
    if (!time_parse(text, &at) || at > time_max || at < -time_max)
        return refuse(err, text,
                      "a time; write Unix seconds or RFC 3339, for example 2026-11-24T08:30:00Z");
    if (at > 0 || column->required)
        set_number(out, at);
    else
        *out = (struct value){.kind = VALUE_NULL};
    return true;
}

static bool read_flag(const struct column *column, const char *text, struct value *out,
                      struct error *err)
{
    (void)column;
    for (size_t i = 0; i < ARRAY_LEN(flag_words); i++) {
        if (strcasecmp(text, flag_words[i].word) == 0) {
            set_number(out, flag_words[i].flag);
            return true;
        }
    }
    return refuse(err, text, "a flag; write true or false");
}

static bool read_level(const struct column *column, const char *text, struct value *out,
                       struct error *err)
{
    (void)column;
    int64_t number;
    if (!text_to_int(text, 0, level_max, &number))
        return refuse(err, text, "a whole number from 0 to 3");
    set_number(out, number);
    return true;
}

static bool refuse_choice(const struct column *column, const char *text, struct error *err)
{
    struct strbuf expected;
    strbuf_init(&expected, sizeof err->text);
    strbuf_adds(&expected, "one of ");
    for (const char *const *word = column->choices; *word; word++)
        strbuf_addf(&expected, "%s%s", word == column->choices ? "" : ", ", *word);
    refuse(err, text, expected.text);
    strbuf_release(&expected);
    return false;
}

static bool read_choice(const struct column *column, const char *text, struct value *out,
                        struct error *err)
{
    for (const char *const *word = column->choices; *word; word++) {
        if (strcasecmp(text, *word) == 0) {
            set_text(out, *word);
            return true;
        }
    }
    return refuse_choice(column, text, err);
}

static bool (*const readers[])(const struct column *, const char *, struct value *,
                               struct error *) = {
    [COLUMN_TEXT] = read_text, [COLUMN_TIME] = read_time,     [COLUMN_FLAG] = read_flag,
    [COLUMN_INT] = read_level, [COLUMN_CHOICE] = read_choice,
};

static bool read_number(const struct column *column, double number, struct value *out,
                        struct error *err)
{
    if (column->kind == COLUMN_TEXT || column->kind == COLUMN_CHOICE)
        return error_set(err, ERR_INVALID, "a number stands where a text is expected");
    bool in_range = number >= (double)-time_max && number <= (double)time_max;
    if (!in_range || (double)(int64_t)number != number)
        return error_set(err, ERR_INVALID, "the number is a fraction or too large");
    char text[32];
    snprintf(text, sizeof text, "%" PRId64, (int64_t)number);
    return readers[column->kind](column, text, out, err);
}

/* Keeps `known` when it is nearer to `name` than what was found before. */
static void keep_nearer(const char *name, const char *known, const char **nearest, size_t *least)
{
    size_t apart = text_distance(name, known);
    if (apart < *least) {
        *nearest = known;
        *least = apart;
    }
}

size_t column_count(const struct column *table)
{
    size_t count = 0;
    while (table[count].name)
        count++;
    return count;
}

int column_find(const struct column *table, const char *name, size_t first)
{
    size_t i = first;
    for (; table[i].name; i++)
        if (strcmp(table[i].name, name) == 0)
            return (int)i;
    for (i = 0; i < first; i++)
        if (strcmp(table[i].name, name) == 0)
            return (int)i;
    return COLUMN_NONE;
}

bool column_read_text(const struct column *column, const char *text, struct value *out,
                      struct error *err)
{
    return readers[column->kind](column, text, out, err);
}

bool column_read_json(const struct column *column, const cJSON *item, struct value *out,
                      struct error *err)
{
    if (cJSON_IsNull(item)) {
        *out = (struct value){.kind = VALUE_NULL};
        return true;
    }
    if (cJSON_IsString(item))
        return readers[column->kind](column, item->valuestring, out, err);
    if (cJSON_IsNumber(item))
        return read_number(column, item->valuedouble, out, err);
    if (cJSON_IsBool(item) && column->kind == COLUMN_FLAG) {
        set_number(out, cJSON_IsTrue(item));
        return true;
    }
    if (cJSON_IsBool(item))
        return error_set(err, ERR_INVALID, "a flag stands where a text or number is expected");
    return error_set(err, ERR_INVALID, "%s stands where a single value is expected",
                     cJSON_IsArray(item) ? "a list" : "an object");
}

char *column_quote(const char *text)
{
    struct strbuf cut;
    char *safe = text_safe(text);
    strbuf_init(&cut, strlen(safe) + sizeof "…");
    text_cut_add(&cut, safe, QUOTE_COLUMNS, "…");
    free(safe);
    return strbuf_detach(&cut);
}

bool column_refuse(const struct column *table, const char *const *lists, const char *name,
                   struct error *err)
{
    const char *nearest = NULL;
    size_t least = strlen(name) / 2 + 1;
    for (const struct column *c = table; c->name; c++)
        keep_nearer(name, c->name, &nearest, &least);
    for (const char *const *list = lists; list && *list; list++)
        keep_nearer(name, *list, &nearest, &least);
    char *quoted = column_quote(name);
    if (nearest)
        error_set(err, ERR_INVALID, "column '%s' is not known; is '%s' meant?", quoted, nearest);
    else
        error_set(err, ERR_INVALID, "column '%s' is not known", quoted);
    free(quoted);
    return false;
}
