/*
 * JSON on cJSON 1.7.15, without its four traps: a `\u0000` escape, trailing text, invalid UTF-8
 * and getters that ignore case. Control characters and numbers that RFC 8259 does not allow,
 * numbers of 60 and more characters, and values nested deeper than JSON_DEPTH_MAX are refused as
 * well. Of members with the same name the first counts.
 */
#ifndef CHECKHOOK_CORE_BASE_JSON_H
#define CHECKHOOK_CORE_BASE_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/strbuf.h"

enum { JSON_DEPTH_MAX = 100 };

/*
 * Parses exactly one value that fills the bytes (white space around it is allowed). The caller
 * frees with cJSON_Delete. The error names what is wrong and at which byte.
 */
cJSON *json_parse(const char *bytes, size_t len, struct error *err);

/* Members by exact name; NULL where absent. A JSON null counts as present. */
const cJSON *json_member(const cJSON *object, const char *name);
const char *json_text(const cJSON *object, const char *name); /* NULL unless a string */
bool json_flag(const cJSON *object, const char *name, bool *out);
bool json_int(const cJSON *object, const char *name, int64_t *out); /* whole, within ±2^53 */

/* Compact text (no blanks) as every message is sent; the caller frees. */
char *json_compact(const cJSON *value);
/* Indented by two blanks, for people; the caller frees. */
char *json_pretty(const cJSON *value);

/* Appends the text as a JSON string, quotes included, as the adders below write it. */
void json_quote_add(struct strbuf *out, const char *text);

/*
 * Adders that keep the order of calls. A NULL text adds null; bytes of a text that are not UTF-8
 * are sent as U+FFFD. Numbers are exact within ±2^53.
 */
void json_add_text(cJSON *object, const char *name, const char *text);
void json_add_int(cJSON *object, const char *name, int64_t value);
void json_add_flag(cJSON *object, const char *name, bool value);
void json_add_null(cJSON *object, const char *name);
void json_add_time(cJSON *object, const char *name, int64_t unix_s); /* RFC 3339; < 0 adds null */
cJSON *json_add_object(cJSON *object, const char *name);
cJSON *json_add_array(cJSON *object, const char *name);
void json_push_text(cJSON *array, const char *text);

#endif
