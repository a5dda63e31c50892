/* Parses and writes JSON with cJSON, stricter than cJSON does. */
#include "core/base/json.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"

enum { NUMBER_MAX = 60 }; /* characters; cJSON reads at most 63 */

#define EXACT_MAX 9007199254740992.0 /* 2^53: doubles hold every whole number up to it */

/* Where the scan over raw JSON stands. */
struct scan {
    bool in_string;
    int depth;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const char *skip_blanks(const char *p, const char *end)
{
    while (p < end && is_blank(*p))
        p++;
    return p;
}

static const char *skip_digits(const char *p, const char *end)
{
    while (p < end && *p >= '0' && *p <= '9')
        p++;
    return p;
}

/* The length of the number that begins here, by RFC 8259, section 6; 0 where it is none. cJSON
 * takes "01" and "1.", and cuts what is longer than NUMBER_MAX. */
static size_t number_length(const char *p, size_t left)
{
    const char *end = p + (left < NUMBER_MAX ? left : NUMBER_MAX);
    const char *whole = p + (*p == '-'), *at = skip_digits(whole, end), *part;

    if (at == whole || (at - whole > 1 && *whole == '0'))
        return 0;
    if (at < end && *at == '.') {
        part = at + 1;
        at = skip_digits(part, end);
        if (at == part)
            return 0;
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        part = at + 1;
        part += part < end && (*part == '+' || *part == '-');
        at = skip_digits(part, end);
        if (at == part)
            return 0;
    }
    return at - p < NUMBER_MAX ? (size_t)(at - p) : 0;
}

/* Looks at one character in a string; returns how many bytes it took, 0 for a fault. */
static size_t scan_string(struct scan *scan, const char *p, size_t left, const char **fault)
{
    if (left >= 6 && memcmp(p, "\\u0000", 6) == 0) {
        *fault = "a NUL character is not accepted";
        return 0;
    }
    if (*p == '\\' && left > 1)
        return 2;
    if ((unsigned char)*p < ' ') {
        *fault = "a control character in a text must be escaped";
        return 0;
    }
    if (*p == '"')
        scan->in_string = false;
    return 1;
}

static size_t scan_outside(struct scan *scan, const char *p, size_t left, const char **fault)
{
    if (*p == '-' || (*p >= '0' && *p <= '9')) {
        size_t len = number_length(p, left);

        if (len == 0)
            *fault = "this number is not accepted";
        return len;
    }
    if ((unsigned char)*p < ' ' && !is_blank(*p)) {
        *fault = "a control character is not accepted";
        return 0;
    }
    if (*p == '"')
        scan->in_string = true;
    else if (*p == '[' || *p == '{')
        scan->depth++;
    else if (*p == ']' || *p == '}')
        scan->depth--;
    if (scan->depth > JSON_DEPTH_MAX) {
        *fault = "values are nested too deeply";
        return 0;
    }
    return 1;
}

/* How many bytes follow that need no look: most of them do not. */
static size_t skip_plain(const char *p, size_t left, bool in_string)
{
    size_t count = 0;

    if (in_string)
        while (count < left && (signed char)p[count] >= ' ' && p[count] != '"' && p[count] != '\\')
            count++;
    else
        while (count < left && (is_blank(p[count]) || p[count] == ',' || p[count] == ':'))
            count++;
    return count;
}

/* Finds what cJSON would let pass, or recurse into. */
static bool scan_bytes(const char *bytes, size_t len, struct error *err)
{
    struct scan scan = {0};
    const char *fault = NULL;
    uint32_t code;
    size_t at = 0;

    while (!fault && (at += skip_plain(bytes + at, len - at, scan.in_string)) < len) {
        size_t step = (signed char)bytes[at] >= 0 ? 1 : utf8_decode(bytes + at, len - at, &code);

        if (step == 0)
            fault = "the text is not UTF-8";
        else if (scan.in_string)
            step = step > 1 ? step : scan_string(&scan, bytes + at, len - at, &fault);
        else
            step = step > 1 ? step : scan_outside(&scan, bytes + at, len - at, &fault);
        at += step;
    }
    return !fault ||
           error_set(err, ERR_INVALID, "not usable as JSON: %s (byte %zu)", fault, at + 1);
}

/* What cJSON_Create… made, or the end of the program. */
static cJSON *made(cJSON *item)
{
    return mem_check(item);
}

static cJSON *make_text(const char *text)
{
    struct strbuf clean;
    size_t len = text ? strlen(text) : 0;
    uint32_t code;
    cJSON *item;

    if (!text || utf8_valid(text, len))
        return made(text ? cJSON_CreateString(text) : cJSON_CreateNull());
    strbuf_init(&clean, len * 3);
    while (len > 0) {
        size_t step = utf8_decode(text, len, &code);

        if (step > 0)
            strbuf_add(&clean, text, step);
        else
            strbuf_adds(&clean, "\xef\xbf\xbd");
        step = step ? step : 1;
        text += step;
        len -= step;
    }
    item = made(cJSON_CreateString(clean.text));
    strbuf_release(&clean);
    return item;
}

static cJSON *add(cJSON *object, const char *name, cJSON *item)
{
    if (!cJSON_AddItemToObject(object, name, item))
        abort();
    return item;
}

static void add_scalar(struct strbuf *out, const cJSON *value)
{
    char *text = json_compact(value);

    strbuf_adds(out, text);
    free(text);
}

static void add_name(struct strbuf *out, const char *name)
{
    cJSON *item = make_text(name);

    add_scalar(out, item);
    strbuf_adds(out, ": ");
    cJSON_Delete(item);
}

static void add_indented(struct strbuf *out, const cJSON *value, int depth)
{
    bool object = cJSON_IsObject(value);
    const cJSON *child = value->child;

    if (!child || !(object || cJSON_IsArray(value))) {
        add_scalar(out, value);
        return;
    }
    strbuf_addc(out, object ? '{' : '[');
    for (; child; child = child->next) {
        strbuf_addf(out, "\n%*s", (depth + 1) * 2, "");
        if (object)
            add_name(out, child->string);
        add_indented(out, child, depth + 1);
        if (child->next)
            strbuf_addc(out, ',');
    }
    strbuf_addf(out, "\n%*s%c", depth * 2, "", object ? '}' : ']');
}

cJSON *json_parse(const char *bytes, size_t len, struct error *err)
{
    const char *end = bytes;
    cJSON *value;

    if (skip_blanks(bytes, bytes + len) == bytes + len) {
        error_set(err, ERR_INVALID, "not usable as JSON: there is nothing");
        return NULL;
    }
    if (!scan_bytes(bytes, len, err))
        return NULL;
    value = cJSON_ParseWithLengthOpts(bytes, len, &end, false);
    if (!value) {
        error_set(err, ERR_INVALID, "not usable as JSON: it breaks at byte %zu",
                  (size_t)(end - bytes) + 1);
        return NULL;
    }
    end = skip_blanks(end, bytes + len);
    if (end < bytes + len) {
        error_set(err, ERR_INVALID, "not usable as JSON: text follows the value (byte %zu)",
                  (size_t)(end - bytes) + 1);
        cJSON_Delete(value);
        return NULL;
    }
    return value;
}

const cJSON *json_member(const cJSON *object, const char *name)
{
    return cJSON_IsObject(object) ? cJSON_GetObjectItemCaseSensitive(object, name) : NULL;
}

const char *json_text(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(json_member(object, name));
}

bool json_flag(const cJSON *object, const char *name, bool *out)
{
    const cJSON *item = json_member(object, name);

    if (!cJSON_IsBool(item))
        return false;
    *out = cJSON_IsTrue(item);
    return true;
}

bool json_int(const cJSON *object, const char *name, int64_t *out)
{
    const cJSON *item = json_member(object, name);
    double value;

    if (!cJSON_IsNumber(item))
        return false;
    value = item->valuedouble;
    if (!(value >= -EXACT_MAX && value <= EXACT_MAX) || value != (double)(int64_t)value)
        return false;
    *out = (int64_t)value;
    return true;
}

char *json_compact(const cJSON *value)
{
    return mem_check(cJSON_PrintUnformatted(value));
}

char *json_pretty(const cJSON *value)
{
    struct strbuf out;

    strbuf_init(&out, SIZE_MAX);
    add_indented(&out, value, 0);
    return strbuf_detach(&out);
}

/* Most texts are plain: they need neither repair nor an escape. */
static bool is_plain(const char *text)
{
    for (const char *c = text; *c; c++)
        if (*c < ' ' || *c == '"' || *c == '\\' || *c == 0x7f)
            return false;
    return true;
}

void json_quote_add(struct strbuf *out, const char *text)
{
    if (is_plain(text)) {
        strbuf_addc(out, '"');
        strbuf_adds(out, text);
        strbuf_addc(out, '"');
        return;
    }
    cJSON *string = make_text(text);
    char *quoted = json_compact(string);
    strbuf_adds(out, quoted);
    explicit_bzero(quoted, strlen(quoted));
    free(quoted);
    explicit_bzero(string->valuestring, strlen(string->valuestring));
    cJSON_Delete(string);
}

void json_add_text(cJSON *object, const char *name, const char *text)
{
    add(object, name, make_text(text));
}

void json_add_int(cJSON *object, const char *name, int64_t value)
{
    add(object, name, made(cJSON_CreateNumber((double)value)));
}

void json_add_flag(cJSON *object, const char *name, bool value)
{
    add(object, name, made(cJSON_CreateBool(value)));
}

void json_add_null(cJSON *object, const char *name)
{
    add(object, name, made(cJSON_CreateNull()));
}

void json_add_time(cJSON *object, const char *name, int64_t unix_s)
{
    char text[TIME_TEXT_MAX];

    time_format(unix_s, text);
    json_add_text(object, name, unix_s < 0 ? NULL : text);
}

cJSON *json_add_object(cJSON *object, const char *name)
{
    return add(object, name, made(cJSON_CreateObject()));
}

cJSON *json_add_array(cJSON *object, const char *name)
{
    return add(object, name, made(cJSON_CreateArray()));
}

void json_push_text(cJSON *array, const char *text)
{
    if (!cJSON_AddItemToArray(array, make_text(text)))
        abort();
}
