/*
 * Lines: bytes in pieces of any size in, whole lines out, checked. A byte order mark is dropped;
 * a NUL, bytes that are not UTF-8 and a line over 1 MiB are refused, the line named. Of these the
 * long line always ends the reading; the others are left out where rows may be (format_refuse).
 */
#ifndef CHECKHOOK_CORE_DATASET_LINES_H
#define CHECKHOOK_CORE_DATASET_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/base/strbuf.h"

enum { IMPORT_LINE_MAX = 1 << 20 };

/* One line with its LF (the last may have none), not terminated, lent for the call; lines count
 * from 1. */
typedef bool line_sink(void *ctx, const char *text, size_t len, int64_t number, struct error *err);

struct format_output;

struct lines {
    const struct format_output *output; /* lent */
    line_sink *sink;
    void *ctx;
    bool whole;            /* a faulty line is more than a row: it is never left out */
    int64_t number;        /* of the line given last */
    struct strbuf partial; /* a line whose end has not come */
};

void lines_init(struct lines *l, const struct format_output *output, line_sink *sink, void *ctx);
void lines_release(struct lines *l);
void lines_begin(struct lines *l); /* the next file: its lines count from 1 */
bool lines_feed(struct lines *l, const char *bytes, size_t len, struct error *err);
bool lines_finish(struct lines *l, struct error *err); /* gives the last line */

#endif
