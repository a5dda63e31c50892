/* Follows the brackets and strings of JSON text that comes in pieces. */
#include "core/dataset/json_nest.h"

enum { WORD_BITS = 64, TABLE_SIZE = 256 };

/* Bytes at which a scan outside, and one inside a string, has to look. */
static const bool structural[TABLE_SIZE] = {
    ['"'] = true, ['{'] = true, ['}'] = true, ['['] = true, [']'] = true};
static const bool special[TABLE_SIZE] = {
    true, true, true, true, true, true, true, true, true,         true,         true, true,
    true, true, true, true, true, true, true, true, true,         true,         true, true,
    true, true, true, true, true, true, true, true, ['"'] = true, ['\\'] = true};

static uint64_t *word_of(struct json_nest *n, int depth)
{
    return &n->objects[depth / WORD_BITS];
}

static uint64_t bit_of(int depth)
{
    return UINT64_C(1) << (depth % WORD_BITS);
}

static const char *open_bracket(struct json_nest *n, char c)
{
    if (n->depth == JSON_DEPTH_MAX)
        return "values are nested too deeply";
    if (c == '{')
        *word_of(n, n->depth) |= bit_of(n->depth);
    else
        *word_of(n, n->depth) &= ~bit_of(n->depth);
    n->depth++;
    return NULL;
}

static const char *close_bracket(struct json_nest *n, char c)
{
    if (n->depth == 0)
        return "a bracket closes that none opened";
    bool object = *word_of(n, n->depth - 1) & bit_of(n->depth - 1);
    if (object != (c == '}'))
        return object ? "']' stands where '}' is expected" : "'}' stands where ']' is expected";
    n->depth--;
    return NULL;
}

const char *json_nest_bracket(struct json_nest *n, char c)
{
    return c == '{' || c == '[' ? open_bracket(n, c) : close_bracket(n, c);
}

const char *json_nest_string(struct json_nest *n, const char *p, const char *end)
{
    while (p < end) {
        if (n->escaped) {
            n->escaped = false;
            p++;
            continue;
        }
        while (p < end && !special[(unsigned char)*p])
            p++;
        if (p == end)
            break;
        char c = *p++;
        if (c == '"') {
            n->in_string = false;
            break;
        }
        n->escaped = c == '\\';
        if (!n->escaped) {
            n->fault = "a text is not closed, or holds a control character that is not escaped";
            return p - 1;
        }
    }
    return p;
}

const char *json_nest_skip(struct json_nest *n, const char *p, const char *end, int floor)
{
    do {
        if (n->in_string)
            p = json_nest_string(n, p, end);
        if (n->fault || n->in_string || n->depth == floor)
            return p;
        while (p < end && !structural[(unsigned char)*p])
            p++;
        if (p == end)
            return p;
        char c = *p++;
        if (c == '"')
            n->in_string = true;
        else if ((n->fault = json_nest_bracket(n, c)))
            return p - 1;
    } while (n->in_string || n->depth > floor);
    return p;
}

int json_nest_closers(const struct json_nest *n, char out[JSON_DEPTH_MAX + 1])
{
    int count = 0;
    for (int depth = n->depth - 1; depth >= 0; depth--)
        out[count++] = n->objects[depth / WORD_BITS] & bit_of(depth) ? '}' : ']';
    out[count] = '\0';
    return count;
}
