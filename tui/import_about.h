/*
 * What an import would do, and what one did, as text: the files, what is in them, what becomes of
 * the data set, and the rows that were left out.
 */
#ifndef CHECKHOOK_TUI_IMPORT_ABOUT_H
#define CHECKHOOK_TUI_IMPORT_ABOUT_H

#include "core/dataset/look.h"
#include "core/store/datasets.h"
#include "tui/textview.h"

struct import_about {
    const char *path, *source;
    bool merge, skip_bad;
    const struct import_look *look;
    const struct dataset *there; /* the data set of that source; NULL = the source is new */
    int64_t now_s;
};

/* Fills out. */
void import_about(struct textview *out, const struct import_about *a);

/* Why replacing needs a second word: "its format is …", "it has 412 users, the file about 3"; false
 * where it does not. */
bool import_about_doubt(const struct import_about *a, char *out, size_t size);

/* Is it known that nothing would come of it? Then why, and what helps. */
bool import_about_hopeless(const struct import_about *a, char *out, size_t size);

/* Is there more to tell of an import than its numbers? */
bool import_about_remarks(const struct import_result *r);
/* Fills out with what it did. */
void import_about_result(struct textview *out, const struct import_result *r);

#endif
