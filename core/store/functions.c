/* SQL functions that the engine lacks, or takes too long for. */
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"
#include "core/store/engine.h"

/* A text as SQL has it: bytes that may hold NULs. */
struct span {
    const char *bytes;
    size_t len;
};

/* False where it is NULL. */
static bool read_span(sqlite3_value *value, struct span *out)
{
    out->bytes = (const char *)sqlite3_value_text(value);
    out->len = (size_t)sqlite3_value_bytes(value);
    return out->bytes != NULL;
}

/* --- folded -------------------------------------------------------------------------------- */

/* Most texts are small letters of ASCII, and stay what they are. */
static bool is_folded(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80 || (*text >= 'A' && *text <= 'Z'))
            return false;
    return true;
}

/* folded(TEXT): as text_lower has it, where SQL's lower() knows the letters of ASCII alone. */
static void folded(sqlite3_context *context, int count, sqlite3_value **values)
{
    const char *text = (const char *)sqlite3_value_text(values[0]);
    (void)count;
    if (!text)
        return;
    if (is_folded(text))
        sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
    else
        sqlite3_result_text(context, text_lower(text), -1, free);
}

/* --- instr, replace -------------------------------------------------------------------------- */

/* memmem looks through a text once, whatever is sought; the engine's own does it for each place. */
static const char *find_span(const struct span *in, size_t from, const struct span *sought)
{
    return memmem(in->bytes + from, in->len - from, sought->bytes, sought->len);
}

static sqlite3_int64 count_characters(const char *from, const char *to)
{
    sqlite3_int64 count = 0;
    for (; from < to; from++)
        count += ((unsigned char)*from & 0xc0) != 0x80;
    return count;
}

static void instr(sqlite3_context *context, int count, sqlite3_value **values)
{
    const bool blobs = sqlite3_value_type(values[0]) == SQLITE_BLOB &&
                       sqlite3_value_type(values[1]) == SQLITE_BLOB;
    struct span in, sought;
    (void)count;
    if (!read_span(values[0], &in) || !read_span(values[1], &sought))
        return;
    const char *found = find_span(&in, 0, &sought);
    if (!found)
        sqlite3_result_int64(context, 0);
    else
        sqlite3_result_int64(context,
                             1 + (blobs ? found - in.bytes : count_characters(in.bytes, found)));
}

static void replace_all(struct strbuf *out, const struct span *in, const struct span *sought,
                        const struct span *by)
{
    size_t at = 0;
    for (const char *found; !out->overflow && (found = find_span(in, at, sought));) {
        const size_t place = (size_t)(found - in->bytes);
        strbuf_add(out, in->bytes + at, place - at);
        strbuf_add(out, by->bytes, by->len);
        at = place + sought->len;
    }
    strbuf_add(out, in->bytes + at, in->len - at);
}

static void replace(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct span in, sought, by;
    struct strbuf out;
    (void)count;
    if (!read_span(values[0], &in) || !read_span(values[1], &sought))
        return;
    if (sought.len == 0) {
        sqlite3_result_value(context, values[0]);
        return;
    }
    if (!read_span(values[2], &by))
        return;
    strbuf_init(&out, RESTRICTED_LENGTH_MAX);
    replace_all(&out, &in, &sought, &by);
    if (out.overflow)
        sqlite3_result_error_toobig(context);
    else
        sqlite3_result_text(context, out.text, (int)out.len, SQLITE_TRANSIENT);
    strbuf_release(&out);
}

/* --- trim ------------------------------------------------------------------------------------ */

enum { ASCII = 128 };
enum trim_side { TRIM_LEFT = 1, TRIM_RIGHT = 2 };

/* Characters to be taken away, so that each is found at once. */
struct charset {
    bool ascii[ASCII];
    uint32_t *others; /* sorted */
    size_t count;
};

/* A byte that is not UTF-8 is a character of its own. */
static size_t decode(const char *bytes, size_t len, uint32_t *code)
{
    const size_t used = utf8_decode(bytes, len, code);
    if (used > 0)
        return used;
    *code = UINT32_MAX - (unsigned char)*bytes;
    return 1;
}

static int by_code(const void *a, const void *b)
{
    const uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;
    return left < right ? -1 : left > right;
}

static void charset_read(struct charset *set, const struct span *text)
{
    uint32_t code;
    *set = (struct charset){0};
    for (size_t at = 0; at < text->len;) {
        at += decode(text->bytes + at, text->len - at, &code);
        if (code < ASCII)
            set->ascii[code] = true;
        else
            *(uint32_t *)list_add(&set->others, &set->count, sizeof *set->others) = code;
    }
    if (set->count > 1)
        qsort(set->others, set->count, sizeof *set->others, by_code);
}

static bool charset_has(const struct charset *set, uint32_t code)
{
    if (code < ASCII)
        return set->ascii[code];
    return set->count > 0 &&
           bsearch(&code, set->others, set->count, sizeof *set->others, by_code) != NULL;
}

/* Where the last character begins. */
static size_t last_character(const struct span *text, uint32_t *code)
{
    size_t at = text->len - 1;
    while (at > 0 && text->len - at < 4 && ((unsigned char)text->bytes[at] & 0xc0) == 0x80)
        at--;
    if (decode(text->bytes + at, text->len - at, code) == text->len - at)
        return at;
    decode(text->bytes + text->len - 1, 1, code);
    return text->len - 1;
}

static void trim_span(struct span *text, const struct charset *set, enum trim_side sides)
{
    uint32_t code;
    while ((sides & TRIM_LEFT) && text->len > 0) {
        const size_t used = decode(text->bytes, text->len, &code);
        if (!charset_has(set, code))
            break;
        text->bytes += used;
        text->len -= used;
    }
    while ((sides & TRIM_RIGHT) && text->len > 0) {
        const size_t at = last_character(text, &code);
        if (!charset_has(set, code))
            break;
        text->len = at;
    }
}

/* The engine looks at each character for each that is to be taken away. */
static void trim(sqlite3_context *context, int count, sqlite3_value **values)
{
    const enum trim_side *sides = sqlite3_user_data(context);
    struct span text, characters;
    struct charset set;
    (void)count;
    if (!read_span(values[0], &text) || !read_span(values[1], &characters))
        return;
    charset_read(&set, &characters);
    trim_span(&text, &set, *sides);
    sqlite3_result_text(context, text.bytes, (int)text.len, SQLITE_TRANSIENT);
    free(set.others);
}

/* --- adding them ----------------------------------------------------------------------------- */

typedef void sql_function(sqlite3_context *context, int count, sqlite3_value **values);

static void add(sqlite3 *handle, const char *name, int count, sql_function *function,
                const enum trim_side *sides)
{
    sqlite3_create_function(handle, name, count,
                            SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, (void *)sides,
                            function, NULL, NULL);
}

void engine_add_functions(sqlite3 *handle)
{
    add(handle, "folded", 1, folded, NULL);
}

void engine_add_quick_functions(sqlite3 *handle)
{
    static const enum trim_side left = TRIM_LEFT, right = TRIM_RIGHT, both = TRIM_LEFT | TRIM_RIGHT;
    add(handle, "instr", 2, instr, NULL);
    add(handle, "replace", 3, replace, NULL);
    add(handle, "trim", 2, trim, &both);
    add(handle, "ltrim", 2, trim, &left);
    add(handle, "rtrim", 2, trim, &right);
}
