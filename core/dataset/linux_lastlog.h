/*
 * The binary lastlog: one record for each uid, at uid times its size (lastlog.h of glibc where
 * time is kept in 32 bits: 4 bytes of time, 32 of line, 256 of host). Nearly all of the file is
 * holes, which need not be given: zeros mean that the uid never signed in.
 */
#ifndef CHECKHOOK_CORE_DATASET_LINUX_LASTLOG_H
#define CHECKHOOK_CORE_DATASET_LINUX_LASTLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/error.h"
#include "core/dataset/linux_tables.h"

enum { LASTLOG_RECORD = 292 };

struct linux_lastlog {
    int64_t index; /* of the record at hand, which is the uid */
    unsigned char record[LASTLOG_RECORD];
    bool filled; /* some of it was given */
};

void linux_lastlog_begin(struct linux_lastlog *l);
/* Bytes that stand at `offset` of the file; they come in its order. ERR_INVALID: these are no such
 * records. */
bool linux_lastlog_feed(struct linux_lastlog *l, struct linux_tables *into, int64_t offset,
                        const char *bytes, size_t len, struct error *err);
bool linux_lastlog_finish(struct linux_lastlog *l, struct linux_tables *into, struct error *err);

/* Whether the first bytes are records, one of them not empty. */
bool linux_lastlog_recognise(const char *head, size_t len);

#endif
