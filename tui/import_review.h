/*
 * What would be imported: the file or folder that was chosen, a look into it, and how it is wanted.
 */
#ifndef CHECKHOOK_TUI_IMPORT_REVIEW_H
#define CHECKHOOK_TUI_IMPORT_REVIEW_H

#include "core/dataset/look.h"
#include "core/store/datasets.h"
#include "tui/import_about.h"
#include "tui/textview.h"

/* Zeroed = nothing chosen. */
struct import_review {
    char *path; /* a file or a folder */
    char *source;
    bool merge, skip_bad;
    struct import_look look;
    struct dataset_list datasets;
    struct textview about;
    int64_t shown_at; /* when the data set that `about` names was loaded; 0 = none is there */
};

void import_review_release(struct import_review *r);

/* The data sets as they are now; what is shown follows. */
bool import_review_read_datasets(struct import_review *r, struct store *store, int64_t now_s,
                                 struct error *err);

/*
 * Looks into the path. format NULL = recognised; the source is then that of the same format, else
 * the name of the format. On failure what was reviewed stays; *ask_format where the path could be
 * of more than one format, and it is kept for the next call.
 */
bool import_review_look(struct import_review *r, const char *path, const char *format,
                        int64_t now_s, bool *ask_format, struct error *err);

/* Other wishes; what is shown follows. A look that depends on them is repeated. */
bool import_review_set_merge(struct import_review *r, bool merge, int64_t now_s, struct error *err);
bool import_review_set_skip_bad(struct import_review *r, bool skip, int64_t now_s,
                                struct error *err);
void import_review_set_source(struct import_review *r, const char *source, int64_t now_s);

struct import_about import_review_about(const struct import_review *r, int64_t now_s);
void import_review_write(struct import_review *r, int64_t now_s);

#endif
