/* Reads the records of the binary lastlog wherever the file has any. */
#include "core/dataset/linux_lastlog.h"

#include <inttypes.h>
#include <string.h>

enum { TIME_SIZE = 4, LINE_SIZE = 32 };

static uint32_t time_of(const unsigned char *record)
{
    uint32_t at;
    memcpy(&at, record, sizeof at);
    return at;
}

/* A text, then zeros only. */
static bool is_padded_text(const unsigned char *bytes, size_t len)
{
    size_t i = 0;
    while (i < len && bytes[i] >= ' ' && bytes[i] != 0x7f)
        i++;
    while (i < len && bytes[i] == 0)
        i++;
    return i == len;
}

/* Who never signed in has no line and host. */
static bool is_record(const unsigned char *record)
{
    const unsigned char *line = record + TIME_SIZE, *host = line + LINE_SIZE;
    const bool empty = line[0] == 0 && host[0] == 0;
    return is_padded_text(line, LINE_SIZE) &&
           is_padded_text(host, LASTLOG_RECORD - TIME_SIZE - LINE_SIZE) &&
           (time_of(record) != 0 || empty);
}

static bool end_record(struct linux_lastlog *l, struct linux_tables *into, struct error *err)
{
    const bool filled = l->filled;
    l->filled = false;
    if (!filled)
        return true;
    const bool ok =
        is_record(l->record)
            ? linux_tables_add_record(into, l->index, time_of(l->record), err)
            : error_set(err, ERR_INVALID,
                        "record %" PRId64 " is none of lastlog with %d bytes each; give what the "
                        "command prints instead: LC_ALL=C lastlog >lastlog.txt",
                        l->index, LASTLOG_RECORD);
    memset(l->record, 0, sizeof l->record);
    return ok;
}

void linux_lastlog_begin(struct linux_lastlog *l)
{
    *l = (struct linux_lastlog){0};
}

bool linux_lastlog_feed(struct linux_lastlog *l, struct linux_tables *into, int64_t offset,
                        const char *bytes, size_t len, struct error *err)
{
    while (len > 0) {
        const int64_t index = offset / LASTLOG_RECORD;
        const size_t at = (size_t)(offset % LASTLOG_RECORD);
        const size_t take = len < LASTLOG_RECORD - at ? len : LASTLOG_RECORD - at;
        if (index != l->index && !end_record(l, into, err))
            return false;
        l->index = index;
        l->filled = true;
        memcpy(l->record + at, bytes, take);
        if (at + take == LASTLOG_RECORD && !end_record(l, into, err))
            return false;
        offset += (int64_t)take;
        bytes += take;
        len -= take;
    }
    return true;
}

bool linux_lastlog_finish(struct linux_lastlog *l, struct linux_tables *into, struct error *err)
{
    return end_record(l, into, err);
}

bool linux_lastlog_recognise(const char *head, size_t len)
{
    bool signed_in = false;
    if (len < LASTLOG_RECORD)
        return false;
    for (size_t at = 0; at + LASTLOG_RECORD <= len; at += LASTLOG_RECORD) {
        const unsigned char *record = (const unsigned char *)head + at;
        /* Any long line of text would be full records. */
        if (!is_record(record) || record[LASTLOG_RECORD - 1] != 0)
            return false;
        signed_in |= time_of(record) != 0;
    }
    return signed_in;
}
