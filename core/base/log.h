/*
 * Log lines of a long-lived process: one event a line, a few words and then key=value pairs
 * (logfmt), fit for a person who reads along and for a program that filters.
 *
 * Whoever knows what happened builds a line and hands it to a log_sink; only core/cmd writes. What
 * comes from outside is made visible (text_safe) and cut, so that no value can forge a line.
 */
#ifndef CHECKHOOK_CORE_BASE_LOG_H
#define CHECKHOOK_CORE_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "core/base/strbuf.h"

/* The numbers are those of sd-daemon(3). */
enum log_level { LEVEL_ERROR = 3, LEVEL_WARNING = 4, LEVEL_NOTICE = 5, LEVEL_INFO = 6 };

struct log_line {
    enum log_level level;
    struct strbuf text; /* without a newline */
};

/* A value is cut to so many columns, a line to so many bytes. */
enum { LOG_VALUE_COLUMNS = 400, LOG_LINE_MAX = 4096 };

/* event: our own words, "delivery attempt". */
void log_line_init(struct log_line *line, enum log_level level, const char *event);
void log_line_release(struct log_line *line);

/* Adds ` key=value`, quoted where it must be; a NULL value adds nothing. */
void log_line_text(struct log_line *line, const char *key, const char *value);
void log_line_int(struct log_line *line, const char *key, int64_t value);
void log_line_time(struct log_line *line, const char *key, int64_t unix_s); /* 0 adds nothing */

/* Takes a line that is lent for the call. */
typedef void log_sink(void *ctx, const struct log_line *line);

/* Where lines are written. */
struct log {
    int fd;
    bool journal; /* fd is the journal: it knows the time, and takes the level as "<6>" */
};

/* The journal is recognised as systemd.exec(5) says: JOURNAL_STREAM names device and inode. */
void log_init(struct log *log, int fd);

/* Writes the line at once: "<6>TEXT" to the journal, else "2026-01-05T06:00:14.123Z info TEXT". A
 * log that cannot be written is no reason to stop. */
void log_write(const struct log *log, const struct log_line *line, int64_t now_ms);

#endif
