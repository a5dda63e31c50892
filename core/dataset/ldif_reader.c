/* Cuts LDIF into entries, unfolding and decoding what is wanted of them. */
#include "core/dataset/ldif_reader.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/encode.h"
#include "core/base/mem.h"
#include "core/base/strbuf.h"
#include "core/base/text.h"
#include "core/dataset/columns.h"
#include "core/dataset/format.h"
#include "core/dataset/ldif_talk.h"
#include "core/dataset/lines.h"

enum { NAME_MAX_LEN = 256, LINE_KEPT_MAX = LDIF_VALUE_MAX / 3 * 4 + 4 + NAME_MAX_LEN };

/* What the lines since the last empty one are. */
enum block {
    BLOCK_NONE,
    BLOCK_ENTRY,
    BLOCK_TALK, /* of ldapsearch: results, pages, references */
    BLOCK_BAD,  /* refused; left out up to the next empty line */
};

/* A value whose text may still move. */
struct kept_value {
    size_t name, offset, len;
    int64_t line;
};

struct ldif_reader {
    const struct format_output *output;
    const char *const *names;
    size_t name_count, name_lens[LDIF_NAMES_MAX];
    ldif_sink *sink;
    void *ctx;

    struct lines lines;
    int64_t number;  /* of the line taken last */
    bool terminated; /* it had an end */

    struct strbuf line; /* unfolded so far */
    int64_t line_number;
    bool keeping; /* continuations belong to `line`; else they are dropped */
    bool begun;   /* there is a line to continue */

    enum block block;
    int64_t entry_line;
    struct strbuf text; /* the name of the entry and its values, each terminated */
    struct kept_value *kept;
    size_t kept_count, kept_room;
    struct ldif_value *values; /* as many as kept */
    const struct ldif_value *first[LDIF_NAMES_MAX];
    uint8_t *decoded;
    size_t decoded_room;

    struct ldif_talk talk;
};

static const size_t no_name = SIZE_MAX;

static bool fault(struct ldif_reader *r, int64_t line, struct error *err)
{
    r->block = BLOCK_BAD;
    return format_refuse(r->output, err, line);
}

/* --- what a line says ------------------------------------------------------------------------ */

/* Of the values in other languages the one without a language counts; a range is a part of them. */
static bool options_matter_not(const struct ldif_parts *p)
{
    const char *at = p->name + p->name_len, *end = at + p->options_len;
    while (at < end) {
        at++;
        size_t len = strcspn(at, ";:");
        bool harmless =
            (len == 6 && strncasecmp(at, "binary", 6) == 0) || strncasecmp(at, "range=", 6) == 0;
        if (!harmless)
            return false;
        at += len;
    }
    return true;
}

/* Most lines of an entry are of no wanted attribute: length and first letter tell nearly all. */
static size_t find_name(const struct ldif_reader *r, const struct ldif_parts *p)
{
    const int case_bit = 0x20;
    for (size_t i = 0; i < r->name_count; i++)
        if (r->name_lens[i] == p->name_len && ((r->names[i][0] ^ p->name[0]) & ~case_bit) == 0 &&
            strncasecmp(r->names[i], p->name, p->name_len) == 0)
            return options_matter_not(p) ? i : no_name;
    return no_name;
}

static size_t find_asked(const void *ctx, const char *name, size_t len)
{
    const struct ldif_parts p = {.name = name, .name_len = len};
    return find_name(ctx, &p);
}

static bool take_version(struct ldif_reader *r, const struct ldif_parts *p, struct error *err)
{
    if (strcmp(p->value, "1") == 0)
        return true;
    error_set(err, ERR_INVALID, "LDIF of version 1 is expected");
    return format_error_at(err, r->output->name, r->line_number);
}

/* --- entries --------------------------------------------------------------------------------- */

static bool decode(struct ldif_reader *r, const char *text, size_t *len, struct error *err)
{
    size_t most = strlen(text) / 4 * 3 + 3;
    if (most > r->decoded_room) {
        r->decoded = mem_realloc(r->decoded, most);
        r->decoded_room = most;
    }
    return base64_decode(text, r->decoded, r->decoded_room, len) ||
           error_set(err, ERR_INVALID, "it is not valid base64");
}

/* Appends the value, terminated, and tells its length. */
static bool keep_text(struct ldif_reader *r, const struct ldif_parts *p, size_t *len,
                      struct error *err)
{
    const void *bytes = p->value;
    *len = p->kind == LDIF_BASE64 ? 0 : strlen(p->value);
    if (p->kind == LDIF_URL)
        return error_set(err, ERR_INVALID,
                         "its value stands in another file; have it written here (ldapsearch "
                         "without -t)");
    if (p->kind == LDIF_BASE64) {
        if (!decode(r, p->value, len, err))
            return false;
        bytes = r->decoded;
    }
    if (*len > LDIF_VALUE_MAX)
        return error_set(err, ERR_INVALID, "it is longer than 1 MiB");
    strbuf_add(&r->text, bytes, *len);
    strbuf_addc(&r->text, '\0');
    return !r->text.overflow ||
           error_set(err, ERR_INVALID, "with it the entry is larger than 4 MiB");
}

static bool keep_value(struct ldif_reader *r, const struct ldif_parts *p, size_t name,
                       struct error *err)
{
    struct kept_value kept = {.name = name, .offset = r->text.len, .line = r->line_number};
    if (!keep_text(r, p, &kept.len, err))
        return error_wrap(err, "attribute '%s'", r->names[name]);
    if (r->kept_count == r->kept_room) {
        r->kept_room = r->kept_room ? r->kept_room * 2 : 64;
        r->kept = mem_realloc(r->kept, r->kept_room * sizeof *r->kept);
        r->values = mem_realloc(r->values, r->kept_room * sizeof *r->values);
    }
    r->kept[r->kept_count++] = kept;
    return true;
}

static bool begin_entry(struct ldif_reader *r, const struct ldif_parts *p, struct error *err)
{
    size_t len;
    r->block = BLOCK_ENTRY;
    r->entry_line = r->line_number;
    r->kept_count = 0;
    r->talk.ended = false;
    strbuf_clear(&r->text);
    if (!keep_text(r, p, &len, err))
        return error_wrap(err, "dn");
    return (strlen(r->text.text) == len && utf8_valid(r->text.text, len)) ||
           error_set(err, ERR_INVALID, "dn: it is no text");
}

static bool take_change(const struct ldif_parts *p, struct error *err)
{
    if (strcasecmp(p->value, "add") == 0)
        return true;
    return error_set(err, ERR_INVALID,
                     "this is a change ('changetype'), not an entry; export what the directory "
                     "holds, for example with ldapsearch");
}

static bool take_attribute(struct ldif_reader *r, const struct ldif_parts *p, struct error *err)
{
    if (ldif_is_named(p, "dn"))
        return error_set(err, ERR_INVALID,
                         "a second 'dn' in one entry; an empty line has to stand between entries");
    if (ldif_is_named(p, "changetype"))
        return take_change(p, err);
    size_t name = find_name(r, p);
    return name == no_name || keep_value(r, p, name, err);
}

static bool refuse_line(const char *line, bool in_entry, struct error *err)
{
    char *quoted = column_quote(line);
    error_set(err, ERR_INVALID,
              in_entry ? "'%s' is no attribute; 'name: value' is expected"
                       : "'%s' stands where an entry should begin with 'dn:'",
              quoted);
    free(quoted);
    return false;
}

static bool take_entry_line(struct ldif_reader *r, const struct ldif_parts *p, struct error *err)
{
    bool ok = r->block == BLOCK_ENTRY ? take_attribute(r, p, err) : begin_entry(r, p, err);
    return ok || fault(r, r->line_number, err);
}

/* One whole unfolded line. */
static bool take_logical(struct ldif_reader *r, struct error *err)
{
    struct ldif_parts p;
    if (r->block == BLOCK_BAD)
        return true;
    if (r->line.overflow) {
        error_set(err, ERR_INVALID, "the value is longer than 1 MiB");
        return fault(r, r->line_number, err);
    }
    bool in_entry = r->block == BLOCK_ENTRY;
    if (ldif_split(r->line.text, &p)) {
        if (in_entry || ldif_is_named(&p, "dn"))
            return take_entry_line(r, &p, err);
        if (ldif_is_named(&p, "version"))
            return take_version(r, &p, err);
        if (ldif_talk_has(&p)) {
            r->block = BLOCK_TALK;
            return ldif_talk_line(&r->talk, &p, r->line_number, err);
        }
    }
    if (r->block == BLOCK_TALK || ldif_talk_is_prompt(r->line.text))
        return true;
    refuse_line(r->line.text, in_entry, err);
    return fault(r, r->line_number, err);
}

static bool give_entry(struct ldif_reader *r, struct error *err)
{
    memset(r->first, 0, sizeof r->first);
    for (size_t i = 0; i < r->kept_count; i++) {
        const struct kept_value *kept = &r->kept[i];
        r->values[i] = (struct ldif_value){.name = kept->name,
                                           .text = r->text.text + kept->offset,
                                           .len = kept->len,
                                           .line = kept->line};
        if (!r->first[kept->name])
            r->first[kept->name] = &r->values[i];
    }
    struct ldif_entry entry = {.dn = r->text.text,
                               .line = r->entry_line,
                               .values = r->values,
                               .count = r->kept_count,
                               .first = r->first,
                               .search = &r->talk.search};
    return r->sink(r->ctx, &entry, err) || format_refuse(r->output, err, entry.line);
}

/* --- lines ----------------------------------------------------------------------------------- */

static bool end_line(struct ldif_reader *r, struct error *err)
{
    bool ok = !r->begun || !r->keeping || take_logical(r, err);
    r->begun = false;
    return ok;
}

static bool end_block(struct ldif_reader *r, struct error *err)
{
    bool ok = r->block != BLOCK_ENTRY || give_entry(r, err);
    r->block = BLOCK_NONE;
    return ok;
}

static bool continue_line(struct ldif_reader *r, const char *text, size_t len, struct error *err)
{
    if (r->begun && r->keeping)
        strbuf_add(&r->line, text + 1, len - 1);
    if (r->begun || r->block == BLOCK_BAD)
        return true;
    error_set(err, ERR_INVALID, "the line begins with a blank, but there is none to continue");
    return fault(r, r->number, err);
}

/* Attributes that nobody wants are dropped where they begin. */
static bool is_kept(const struct ldif_reader *r, const char *text, size_t len)
{
    if (r->block != BLOCK_ENTRY)
        return r->block != BLOCK_BAD;
    const char *colon = memchr(text, ':', len);
    if (!colon)
        return true;
    struct ldif_parts p = {.name = text};
    while (text[p.name_len] != ':' && text[p.name_len] != ';')
        p.name_len++;
    if (ldif_is_named(&p, "dn") || ldif_is_named(&p, "changetype"))
        return true;
    p.options_len = (size_t)(colon - text) - p.name_len;
    return colon == text || find_name(r, &p) != no_name;
}

static void begin_line(struct ldif_reader *r, const char *text, size_t len)
{
    r->begun = true;
    r->keeping = is_kept(r, text, len);
    r->line_number = r->number;
    strbuf_clear(&r->line);
    if (r->keeping)
        strbuf_add(&r->line, text, len);
}

static bool take_line(void *ctx, const char *text, size_t len, int64_t number, struct error *err)
{
    struct ldif_reader *r = ctx;
    if (number != r->number + 1) { /* one was refused and left out, and with it its entry */
        r->begun = false;
        r->block = BLOCK_BAD;
    }
    r->number = number;
    r->terminated = len > 0 && text[len - 1] == '\n';
    len -= r->terminated;
    len -= len > 0 && text[len - 1] == '\r';

    if (len > 0 && text[0] == ' ')
        return continue_line(r, text, len, err);
    if (!end_line(r, err))
        return false;
    if (len == 0)
        return end_block(r, err);
    if (text[0] == '#') {
        ldif_talk_comment(&r->talk, text, len, find_asked, r);
        r->begun = true;
        r->keeping = false;
        return true;
    }
    begin_line(r, text, len);
    return true;
}

struct ldif_reader *ldif_reader_new(const struct format_output *output, const char *const *names,
                                    ldif_sink *sink, void *ctx)
{
    struct ldif_reader *r = mem_zalloc(sizeof *r);
    r->output = output;
    r->names = names;
    r->sink = sink;
    r->ctx = ctx;
    for (; names[r->name_count]; r->name_count++) {
        assert(r->name_count < LDIF_NAMES_MAX);
        r->name_lens[r->name_count] = strlen(names[r->name_count]);
    }
    lines_init(&r->lines, output, take_line, r);
    strbuf_init(&r->line, LINE_KEPT_MAX);
    strbuf_init(&r->text, LDIF_ENTRY_MAX);
    return r;
}

void ldif_reader_free(struct ldif_reader *r)
{
    if (!r)
        return;
    lines_release(&r->lines);
    strbuf_release(&r->line);
    strbuf_release(&r->text);
    free(r->kept);
    free(r->values);
    free(r->decoded);
    free(r);
}

void ldif_reader_begin(struct ldif_reader *r)
{
    lines_begin(&r->lines);
    r->talk = (struct ldif_talk){.output = r->output};
    r->number = 0;
    r->terminated = true;
    r->begun = false;
    r->block = BLOCK_NONE;
}

bool ldif_reader_feed(struct ldif_reader *r, const char *bytes, size_t len, struct error *err)
{
    return lines_feed(&r->lines, bytes, len, err);
}

bool ldif_reader_finish(struct ldif_reader *r, struct error *err)
{
    if (!lines_finish(&r->lines, err))
        return false;
    if (r->lines.number != r->number)
        r->block = BLOCK_BAD; /* as in take_line */
    if (!r->terminated && r->block != BLOCK_BAD) {
        error_set(err, ERR_INVALID,
                  "the last line has no end, so that the file seems to be cut off; save it again, "
                  "or end it with an empty line");
        if (!fault(r, r->number, err))
            return false;
    }
    if (!end_line(r, err) || !end_block(r, err))
        return false;
    return ldif_talk_finish(&r->talk, r->number, err);
}

bool ldif_recognise(const char *head, size_t len)
{
    static const char *const starts[] = {"dn:", "version: 1", "# extended LDIF", "# LDAPv",
                                         "ref: "};
    bool comment = false;
    for (size_t at = 0, step; at < len; at += step) {
        const char *line = head + at, *end = memchr(line, '\n', len - at);
        step = end ? (size_t)(end - line) + 1 : len - at;
        for (size_t i = 0; i < ARRAY_LEN(starts); i++)
            if (step > strlen(starts[i]) && strncasecmp(line, starts[i], strlen(starts[i])) == 0)
                return true;
        if (!strchr("#\r\n", *line) && !(comment && *line == ' '))
            return false;
        comment |= *line == '#';
    }
    return false;
}
