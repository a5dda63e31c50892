/*
 * Choosing a file: a folder's contents as a list, and a line in which a part of a name or a path is
 * typed or pasted.
 */
#ifndef CHECKHOOK_TUI_IMPORT_PICK_H
#define CHECKHOOK_TUI_IMPORT_PICK_H

#include "tui/list.h"
#include "tui/picker.h"
#include "tui/popup.h"

struct editor;

struct import_pick {
    struct picker picker;
    struct list list;
    struct editor *line;
    char *text; /* of the line */
};

void import_pick_init(struct import_pick *p);
void import_pick_release(struct import_pick *p);

/* Shows another folder; relative ones are from the present one. On failure nothing has changed. */
bool import_pick_open(struct import_pick *p, const char *folder, struct error *err);

enum pick_result {
    PICK_IGNORED,
    PICK_TOOK,
    PICK_CHOSEN, /* import_pick_path is what was meant, a file or a folder */
    PICK_LEAVE,
    PICK_UP, /* the folder above is wanted */
};
enum pick_result import_pick_key(struct import_pick *p, const struct key_event *event);
void import_pick_paste(struct import_pick *p, const char *text);

/* The folder that is meant as a whole: one that is typed or selected, else the one shown; the
 * caller frees. */
char *import_pick_folder(const struct import_pick *p);

/* What is typed where that is a path, else the selected entry; NULL. The caller frees. */
char *import_pick_path(const struct import_pick *p);

void import_pick_draw(struct import_pick *p, WINDOW *w, const struct area *area, int64_t now_s);

#endif
