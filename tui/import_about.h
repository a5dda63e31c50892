/*
 * What an import would do, as text: the file, what is in it, and what it replaces.
 */
#ifndef CHECKHOOK_TUI_IMPORT_ABOUT_H
#define CHECKHOOK_TUI_IMPORT_ABOUT_H

#include "core/dataset/look.h"
#include "core/store/datasets.h"
#include "tui/textview.h"

struct import_about {
    const char *path, *source;
    const struct import_look *look;
    const struct dataset *replaced; /* NULL = the source is new */
    int64_t now_s;
};

/* Fills out. */
void import_about(struct textview *out, const struct import_about *a);

/* Why replacing needs a second word: "its format is …", "it has 412 users, the file about 3"; false
 * where it does not. */
bool import_about_doubt(const struct import_about *a, char *out, size_t size);

#endif
