/*
 * How the integration form looks and is typed into: all rows on one pad, the texts among them
 * fields of one libform form, the part around the focus copied into the window.
 *
 * Everything is put up anew when rows come, go or move; what is being typed survives that.
 */
#ifndef CHECKHOOK_TUI_SCREEN_FORM_VIEW_H
#define CHECKHOOK_TUI_SCREEN_FORM_VIEW_H

#include <form.h>

#include "forms/form_layout.h"
#include "tui/draw.h"
#include "tui/secret_line.h"

/* Where a row stands on the pad. */
struct form_place {
    bool shown;
    bool radio; /* a choice of which all are shown */
    int y, label_x;
    int value_x, value_cols; /* brackets included */
    int note_y, note_rows;   /* an error or warning */
    FIELD *field;            /* NULL: not a text */
};

enum { FORM_NOT_PLACED = -2 };

struct form_view {
    struct integration_form *form; /* lent */
    int focus;                     /* row; change it by form_view_focus */
    struct secret_line typed;      /* into the focused secret */
    int64_t now_s;                 /* of the last drawing, for what the mouse does */

    /* private to screen_form_view.c, screen_form_draw.c and screen_form_sections.c */
    struct form_place *places; /* integration_setting_count */
    int section_y[FORM_SECTION_COUNT];
    FIELD **fields; /* ends with NULL */
    FORM *libform;
    WINDOW *pad;
    int rows, cols, top; /* of the pad; its first row that is shown */
    bool airy;           /* room for empty lines */
    bool stale;          /* to be put up anew */
    char *live;          /* typed into the focused field when it was taken down */
    char *unpasted;      /* what stood in the focused field before the last paste; NULL */
};

void form_view_init(struct form_view *v, struct integration_form *form);
void form_view_release(struct form_view *v); /* accepts a zeroed struct */

/* The form behind it changed: put up anew at the next need. */
void form_view_refresh(struct form_view *v);

/* Does the focus stand where letters are text? */
bool form_view_is_text(const struct form_view *v);
bool form_view_is_secret(const struct form_view *v);

/* Takes what was typed into the form; *newline_removed is about a secret. */
void form_view_take(struct form_view *v, int64_t now_s);

/* Forgets what was typed into the focused row. */
void form_view_forget(struct form_view *v);

/* Takes, then moves. */
void form_view_focus(struct form_view *v, int row, int64_t now_s);
/* First row of the section after or before; PgUp within one goes to its first row. */
int form_view_step_section(const struct form_view *v, int step);

/* Editing keys of the focused text or secret; true when it took the key. */
bool form_view_key(struct form_view *v, int key);
/* False: it does not fit. */
bool form_view_paste(struct form_view *v, const char *text, bool *newline_removed);

/* Takes the last paste back, as one step. False: there was none. */
bool form_view_unpaste(struct form_view *v);

/* Changes, those that are typed just now included. */
size_t form_view_changes(struct form_view *v);

/* The whole text of the focused row, when its field cannot show all of it; NULL. The caller
 * frees. */
char *form_view_long_text(struct form_view *v);

/* Sections beside or above, and the rows; leaves the cursor on the focus. *y, *x are where the
 * focused value begins, for menus. */
void form_view_draw(struct form_view *v, WINDOW *w, const struct area *area, int *y, int *x);

/* --- between screen_form_view.c, screen_form_draw.c and screen_form_sections.c ---------------- */

/* Places for all visible rows at this width; v->rows and section_y. */
void form_draw_place(struct form_view *v);
/* Where a choice of a radio row begins. */
int form_draw_radio_x(const struct form_view *v, int row, int choice);
/* All that does not change while one types. */
void form_draw_rows(struct form_view *v);
/* Beside (wide) or above: returns what is left for the rows. */
struct area form_draw_sections(struct form_view *v, WINDOW *w, const struct area *area);
/* What may be above and below the part that is shown. */
void form_draw_more(const struct form_view *v, WINDOW *w, const struct area *pane, int shown);

#endif
