/*
 * Takes what a format reads into the store, and counts it.
 */
#ifndef CHECKHOOK_CORE_DATASET_IMPORT_SINK_H
#define CHECKHOOK_CORE_DATASET_IMPORT_SINK_H

#include "core/dataset/format.h"
#include "core/dataset/import.h"

struct import_sink {
    struct store *store;
    struct import_result *result;
    int64_t rows;           /* of all files, taken and left out */
    int64_t taken;          /* of the file at hand */
    int64_t rejected;       /* and rows of it that were left out */
    size_t first_rejection; /* of that file, among those that are kept */
    bool covered[RECORD_TABLES], doubted[RECORD_TABLES];
    const char *otherwise; /* a column; NULL = none */
    struct value otherwise_value;
    int64_t second; /* of the users, whose id is there already: nothing is loaded, and there the
                       reading ends with an error that it places; 0 = none is looked for */
    int64_t passed; /* users on the way there */
};

/* An output into the sink, which must outlive it; the name comes with each file. */
struct format_output import_sink_output(struct import_sink *sink,
                                        const struct import_options *options);

void import_sink_begin_file(struct import_sink *sink);

/* ERR_INVALID: there were rows, and all of them were left out. */
bool import_sink_end_file(const struct import_sink *sink, const char *name, struct error *err);

/* Whether the files say something of everybody, as an empty list of exceptions does. */
bool import_sink_tells_of_all(const struct import_sink *sink);

/* All files were read: tells the store which lists are there for everybody. A row that was left out
 * may have been of any of them, and any user's: then none is, and who did not come stays. What of
 * the lists of those who came is in doubt, the format says. */
void import_sink_complete(struct import_sink *sink);

#endif
