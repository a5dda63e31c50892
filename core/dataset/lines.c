/* Cuts bytes into checked lines, copying only those that two pieces share. */
#include "core/dataset/lines.h"

#include <inttypes.h>
#include <string.h>

#include "core/base/text.h"
#include "core/dataset/format.h"

static bool is_ascii(const char *text, size_t len)
{
    const uint64_t high_bits = UINT64_C(0x8080808080808080);
    uint64_t seen = 0;
    size_t i = 0;
    for (; i + sizeof seen <= len; i += sizeof seen) {
        uint64_t eight;
        memcpy(&eight, text + i, sizeof eight);
        seen |= eight & high_bits;
    }
    for (; i < len; i++)
        seen |= (unsigned char)text[i] & 0x80u;
    return seen == 0;
}

static size_t first_bad_byte(const char *text, size_t len)
{
    size_t at = 0;
    uint32_t code;
    for (size_t step; at < len && (step = utf8_decode(text + at, len - at, &code)) > 0;)
        at += step;
    return at;
}

static bool check(const char *text, size_t len, struct error *err)
{
    if (!is_ascii(text, len) && !utf8_valid(text, len))
        return error_set(err, ERR_INVALID,
                         "byte %zu of the line is not valid UTF-8; save the file as UTF-8",
                         first_bad_byte(text, len) + 1);
    const char *nul = memchr(text, '\0', len);
    if (nul)
        return error_set(err, ERR_INVALID, "byte %zu of the line is a NUL; the file is damaged",
                         (size_t)(nul - text) + 1);
    return true;
}

static bool give(struct lines *l, const char *text, size_t len, struct error *err)
{
    static const char mark[] = "\xef\xbb\xbf";
    const size_t mark_len = sizeof mark - 1;
    l->number++;
    if (l->number == 1 && len >= mark_len && memcmp(text, mark, mark_len) == 0) {
        text += mark_len;
        len -= mark_len;
    }
    if (!check(text, len, err))
        return l->whole ? format_error_at(err, l->output->name, l->number)
                        : format_refuse(l->output, err, l->number);
    return l->sink(l->ctx, text, len, l->number, err);
}

static bool give_partial(struct lines *l, struct error *err)
{
    bool ok = give(l, l->partial.text, l->partial.len, err);
    strbuf_clear(&l->partial);
    return ok;
}

void lines_init(struct lines *l, const struct format_output *output, line_sink *sink, void *ctx)
{
    *l = (struct lines){.output = output, .sink = sink, .ctx = ctx};
    strbuf_init(&l->partial, IMPORT_LINE_MAX);
}

void lines_release(struct lines *l)
{
    strbuf_release(&l->partial);
}

void lines_begin(struct lines *l)
{
    strbuf_clear(&l->partial);
    l->number = 0;
}

bool lines_feed(struct lines *l, const char *bytes, size_t len, struct error *err)
{
    while (len > 0) {
        const char *end = memchr(bytes, '\n', len);
        size_t take = end ? (size_t)(end - bytes) + 1 : len;
        if (l->partial.len + take > IMPORT_LINE_MAX) {
            error_set(err, ERR_INVALID, "the line is longer than 1 MiB");
            return format_error_at(err, l->output->name, l->number + 1);
        }
        bool whole = end && l->partial.len == 0;
        if (!whole)
            strbuf_add(&l->partial, bytes, take);
        if (end && !(whole ? give(l, bytes, take, err) : give_partial(l, err)))
            return false;
        bytes += take;
        len -= take;
    }
    return true;
}

bool lines_finish(struct lines *l, struct error *err)
{
    return l->partial.len == 0 || give_partial(l, err);
}
