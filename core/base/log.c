/* Builds log lines and writes them to a descriptor. */
#include "core/base/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/text.h"

static const char *const level_words[] = {
    [LEVEL_ERROR] = "error",
    [LEVEL_WARNING] = "warning",
    [LEVEL_NOTICE] = "notice",
    [LEVEL_INFO] = "info",
};

/* --- lines ----------------------------------------------------------------------------------- */

void log_line_init(struct log_line *line, enum log_level level, const char *event)
{
    line->level = level;
    strbuf_init(&line->text, LOG_LINE_MAX);
    strbuf_adds(&line->text, event);
}

void log_line_release(struct log_line *line)
{
    strbuf_release(&line->text);
}

static void add_key(struct log_line *line, const char *key)
{
    strbuf_addc(&line->text, ' ');
    strbuf_adds(&line->text, key);
    strbuf_addc(&line->text, '=');
}

/* As the text module writes what cannot be seen: \u{1b}, \x{ff}. */
static bool is_visible_form(const char *text)
{
    return strncmp(text, "\\u{", 3) == 0 || strncmp(text, "\\x{", 3) == 0;
}

static void add_quoted(struct strbuf *out, const char *value)
{
    strbuf_addc(out, '"');
    for (; *value; value++) {
        /* What was made visible before has its backslash already. */
        if (*value == '"' || (*value == '\\' && !is_visible_form(value)))
            strbuf_addc(out, '\\');
        strbuf_addc(out, *value);
    }
    strbuf_addc(out, '"');
}

void log_line_text(struct log_line *line, const char *key, const char *value)
{
    struct strbuf safe;
    if (!value)
        return;
    strbuf_init(&safe, LOG_LINE_MAX);
    text_cut_add(&safe, value, LOG_VALUE_COLUMNS, "...");
    add_key(line, key);
    if (safe.len == 0 || strpbrk(safe.text, " =\"\\"))
        add_quoted(&line->text, safe.text);
    else
        strbuf_adds(&line->text, safe.text);
    strbuf_release(&safe);
}

void log_line_int(struct log_line *line, const char *key, int64_t value)
{
    add_key(line, key);
    strbuf_addf(&line->text, "%" PRId64, value);
}

void log_line_time(struct log_line *line, const char *key, int64_t unix_s)
{
    char text[TIME_TEXT_MAX];
    if (unix_s == 0)
        return;
    time_format(unix_s, text);
    log_line_text(line, key, text);
}

/* --- writing --------------------------------------------------------------------------------- */

void log_init(struct log *log, int fd)
{
    const char *stream = getenv("JOURNAL_STREAM");
    struct stat st;
    char own[64];
    *log = (struct log){.fd = fd};
    if (!stream || fstat(fd, &st) != 0)
        return;
    snprintf(own, sizeof own, "%" PRIuMAX ":%" PRIuMAX, (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
    log->journal = strcmp(stream, own) == 0;
}

void log_write(const struct log *log, const struct log_line *line, int64_t now_ms)
{
    struct strbuf out;
    strbuf_init(&out, LOG_LINE_MAX + 128);
    if (log->journal) {
        strbuf_addf(&out, "<%d>", (int)line->level);
    } else {
        char time[TIME_TEXT_MAX];
        time_format_ms(now_ms, time);
        strbuf_addf(&out, "%s %s ", time, level_words[line->level]);
    }
    strbuf_adds(&out, line->text.text);
    strbuf_addc(&out, '\n');
    /* In one piece, so that lines of several processes never mix. */
    ssize_t written = write(log->fd, out.text, out.len);
    (void)written;
    strbuf_release(&out);
}
