/*
 * What a format is: bytes in, users out. A format knows neither files nor the store, so that the
 * same mapping serves a file today and the body of an HTTP answer later.
 */
#ifndef CHECKHOOK_CORE_DATASET_FORMAT_H
#define CHECKHOOK_CORE_DATASET_FORMAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/dataset/record.h"

/* Takes one complete user; the record is lent for the call. False stops the reading. */
typedef bool user_sink(void *ctx, const struct record *record, struct error *err);

struct format_output {
    const char *name; /* of the file, for error texts; lent until close */
    user_sink *sink;
    void *ctx;
};

struct format {
    /* Whether the first bytes, without byte order mark, are of this format. */
    bool (*recognise)(const char *head, size_t len);
    const char *const *suffixes; /* of file names, tried when no format recognises the bytes */
    void *(*open)(const struct format_output *output);
    /* Pieces of any size. ERR_INVALID: "NAME:LINE: why"; a format is not fed after an error. */
    bool (*feed)(void *state, const char *bytes, size_t len, struct error *err);
    bool (*finish)(void *state, struct error *err); /* the bytes have ended */
    void (*close)(void *state);
};

extern const struct format checkhook_csv_format, checkhook_jsonl_format, aws_report_format;

/* Puts "NAME:LINE" in front of what is wrong with the file, and leaves other errors alone.
 * Returns false. */
bool format_error_at(struct error *err, const char *name, int64_t line);

#endif
